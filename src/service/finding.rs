//! What is found for a call: asks the [lookup](super::lookup) with what the service knows at this moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::calls::{Call, Stage};
use super::lookup::{Asker, Known, Listed};
use super::rooms::OpenRoom;
use super::{CallId, Happening, Host, Service, Settings};
use crate::room::guard::LockedOut;
use crate::room::{CallResult, Conference, Found, Query, RoomNumber};

impl<H: Host> Service<H> {
    /// Answers what the entry of a call asks, and keeps with the call what was found for it. `listed`: what the directory
    /// says of it.
    pub(super) fn look_up(&mut self, now: Duration, id: CallId, query: Query, listed: &Listed) -> Found {
        if let Query::Manner(role) = query {
            // His dial plan line may have more to say than his options.
            let conference = self.calls.get(&id).and_then(|call| call.conference.clone());
            let manner = conference.ok_or(CallResult::Failed).and_then(|found| self.manner(id, &found, role));
            return manner.map_or_else(Found::Refused, Found::Manner);
        }
        let Service { lookup, calls, rooms, settings, unix_time, .. } = self;
        let Some(call) = calls.get(&id) else { return Found::Refused(CallResult::Failed) };
        let asker = Asker {
            dialled: &call.dialled,
            conference: call.conference.as_ref(),
            options: call.options,
            caller: &call.caller,
            address: &call.address,
            channel: &call.channel,
        };
        let hides = *listed == Listed::Nothing;
        let held = held(rooms, calls, settings, hides);
        let known = Known { now, unix: unix_time.at(now), settings, held: &held, listed };
        let found = lookup.answer(known, asker, query);
        let behind = found.conference().is_some_and(|found| known.behind(found.number.as_str()).is_some());
        drop(held);
        let Some(call) = calls.get_mut(&id) else { return found };
        if let Some(conference) = found.conference() {
            call.number = conference.number.clone();
            call.behind = behind;
            call.speaks(conference.language.as_deref());
            call.conference = Some(conference.clone());
        } else if let Found::Doorway(doorway) = &found {
            call.speaks(doorway.template.language.as_deref());
        }
        for LockedOut { what, until } in self.lookup.take_locked_out() {
            let seconds = (until - now).as_secs().to_string();
            let fields = vec![("What", what.to_string()), ("Seconds", seconds)];
            self.happened(now, Happening { name: "LockedOut", fields });
        }
        found
    }

    /// What the conference that was found for a call is by now.
    pub(super) fn current(&self, now: Duration, found: &Arc<Conference>, listed: &Listed) -> Option<Arc<Conference>> {
        self.knowing(now, *listed == Listed::Nothing, listed, |known| known.current(found))
    }

    /// The conference of this number, open or not, or why nobody comes into it. The directory is not asked.
    pub(super) fn conference_at(&self, now: Duration, number: &RoomNumber) -> Result<Arc<Conference>, CallResult> {
        self.knowing(now, false, &Listed::Nothing, |known| known.conference_at(number))
    }

    /// Looks something up in what is known at this moment.
    fn knowing<T>(&self, now: Duration, hides: bool, listed: &Listed, look: impl FnOnce(Known<'_>) -> T) -> T {
        let Service { calls, rooms, settings, unix_time, .. } = self;
        look(Known { now, unix: unix_time.at(now), settings, held: &held(rooms, calls, settings, hides), listed })
    }
}

/// What is held under a number: in a room, or behind a doorway as long as anybody is on his way into it. `hides`: not
/// what is held of the directory, where it is not any more.
fn held(
    rooms: &HashMap<RoomNumber, OpenRoom>,
    calls: &HashMap<CallId, Call>,
    settings: &Settings,
    hides: bool,
) -> impl Fn(&str) -> Option<Arc<Conference>> {
    let at_the_door = move |number: &str| {
        let is_behind = settings.behind(number).is_some();
        let entering = calls.values().filter(|call| matches!(call.stage, Stage::Entering(..)));
        let mut behind = entering.filter(|call| is_behind || call.behind && !hides);
        behind.find_map(|call| call.conference.clone().filter(|conference| conference.number.as_str() == number))
    };
    move |number| {
        let room = rooms.get(number).filter(|open| !hides || open.origin.is_none());
        let room = room.map(|open| open.room.conference().clone());
        room.or_else(|| at_the_door(number))
    }
}
