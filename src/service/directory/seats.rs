//! Who comes and goes: counted against the account's cap, and written into the history.

use std::time::Duration;

use crate::directory::Visit;
use crate::room::CallResult;
use crate::service::calls::Call;
use crate::service::happenings::Present;
use crate::service::{CallId, Host, Service};

impl<H: Host> Service<H> {
    /// Counts a call that is about to become a member of a room.
    ///
    /// # Errors
    ///
    /// If its account has as many participants as it may.
    pub(in crate::service) fn count(&mut self, id: CallId) -> Result<(), CallResult> {
        let (Some(link), Some(call)) = (&mut self.directory, self.calls.get_mut(&id)) else { return Ok(()) };
        let Some(origin) = &call.origin else { return Ok(()) };
        if let Err(full) = link.caps.enter(origin.account, origin.cap, origin.elsewhere) {
            log::info!("{} is not let into room {}: {full}", call.channel, call.number);
            return Err(CallResult::Full);
        }
        call.counted = call.origin.clone();
        Ok(())
    }

    /// It is a member no longer.
    pub(in crate::service) fn uncount(&mut self, id: CallId) {
        if let (Some(link), Some(call)) = (&mut self.directory, self.calls.get_mut(&id))
            && let Some(origin) = call.counted.take()
        {
            link.caps.leave(origin.account);
        }
        self.leave_seat(id);
    }

    fn leave_seat(&mut self, id: CallId) {
        if let (Some(link), Some(call)) = (&self.directory, self.calls.get_mut(&id))
            && std::mem::take(&mut call.seat)
        {
            link.directory.stays_out(id.0);
        }
    }

    /// Somebody is a member now. The seat that was kept for him becomes his visit.
    pub(in crate::service) fn visit_begins(&mut self, now: Duration, id: CallId) {
        if let (Some(link), Some(call)) = (&self.directory, self.calls.get(&id)) {
            link.directory.came(id.0, self.visit(now, call, call.role.as_str()));
        }
        if let Some(call) = self.calls.get_mut(&id) {
            call.seat = false;
        }
    }

    /// He is gone.
    pub(in crate::service) fn visit_ends(&self, now: Duration, id: CallId, present: &Present, how: CallResult) {
        if let Some(link) = &self.directory {
            let talks = present.talks.written(now.saturating_sub(present.since));
            link.directory.went(id.0, self.moment(now), how, talks);
        }
    }

    /// Somebody did not become a member.
    pub(in crate::service) fn visit_refused(&self, now: Duration, id: CallId, why: CallResult) {
        if let (Some(link), Some(call)) = (&self.directory, self.calls.get(&id)) {
            link.directory.refused(self.visit(now, call, ""), why);
        }
    }

    fn visit(&self, now: Duration, call: &Call, role: &'static str) -> Visit {
        let origin = call.origin.as_deref();
        Visit {
            conference: origin.map(|origin| origin.conference),
            account: origin.map(|origin| origin.account),
            number: call.number.to_string(),
            tag: origin.map(|origin| origin.tag.clone()).unwrap_or_default(),
            caller_number: call.caller.number.clone(),
            caller_name: call.caller.name.clone(),
            channel: call.channel.to_string(),
            role,
            came: self.moment(now),
            rate: origin.map_or(0, |origin| origin.rate),
        }
    }
}
