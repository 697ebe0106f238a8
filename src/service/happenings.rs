//! What happens in a room, put into words for others.

use std::sync::Arc;
use std::time::Duration;

use super::talks::Talks;
use super::{CallId, Host, Service};
use crate::room::{CallResult, Caller, InviteProgress, MemberId, Notice, RecordOrder, Role, RoomNumber};

/// Something that happened, for the PBX's own events and for whoever keeps a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What, in one word of capitals and small letters, such as `Joined`.
    pub name: &'static str,
    /// The particulars: names such as `Room`, and values.
    pub fields: Vec<(&'static str, String)>,
}

impl Happening {
    pub(super) fn new(name: &'static str, room: &RoomNumber) -> Happening {
        Happening { name, fields: vec![("Room", room.to_string())] }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Happening {
        self.fields.push((name, value.to_string()));
        self
    }

    /// Its particulars, a line each. What a telephone says of itself may hold anything, and a line's end would begin
    /// another field: so there is none in a value.
    pub fn lines(&self) -> String {
        let line =
            |(name, value): &(&'static str, String)| format!("{name}: {}\r\n", value.replace(char::is_control, " "));
        self.fields.iter().map(line).collect()
    }

    fn of(self, present: &Present) -> Happening {
        self.with("Member", present.number).of_call(&present.channel, &present.caller).with("Role", present.role)
    }

    pub(super) fn of_call(self, channel: &str, caller: &Caller) -> Happening {
        self.with("Channel", channel).with("CallerName", &caller.name).with("CallerNumber", &caller.number)
    }
}

/// Who a member is, for as long as anything can be told of him.
pub(super) struct Present {
    pub(super) number: u32,
    pub(super) channel: Arc<str>,
    pub(super) caller: Caller,
    pub(super) role: Role,
    pub(super) since: Duration,
    pub(super) talks: Talks,
}

impl<H: Host> Service<H> {
    /// Tells what concerns a whole room.
    pub(super) fn happened_in(&mut self, now: Duration, number: &RoomNumber, name: &'static str) {
        self.happened(now, Happening::new(name, number));
    }

    /// Tells what a member did, or what was done to him; nothing if he is not there.
    pub(super) fn happened_to(&mut self, now: Duration, number: &RoomNumber, member: MemberId, name: &'static str) {
        if let Some(happening) = self.of_member(number, member, name) {
            self.happened(now, happening);
        }
    }

    pub(super) fn of_member(&self, number: &RoomNumber, member: MemberId, name: &'static str) -> Option<Happening> {
        let present = self.rooms.get(number)?.present.get(&CallId(member.0))?;
        Some(Happening::new(name, number).of(present))
    }

    /// Tells that a call did not become a member, and why.
    pub(super) fn happened_at_door(&mut self, now: Duration, id: CallId, name: &'static str, result: CallResult) {
        let Some(call) = self.calls.get(&id) else { return };
        let happening = Happening::new(name, &call.number).of_call(&call.channel, &call.caller);
        let happening = happening.with("Address", &call.address).with("Result", result);
        self.happened(now, happening);
        self.visit_refused(now, id, result);
    }

    /// A member is gone.
    pub(super) fn happened_last(&mut self, now: Duration, number: &RoomNumber, present: &Present, result: CallResult) {
        let stayed = now.saturating_sub(present.since).as_secs();
        let happening = Happening::new("Left", number).of(present).with("Result", result).with("Seconds", stayed);
        self.happened(now, happening);
    }

    pub(super) fn notice(&mut self, now: Duration, number: &RoomNumber, notice: Notice) {
        match notice {
            Notice::Talking { member, on } => {
                if let Some(open) = self.rooms.get_mut(number) {
                    let id = CallId(member.0);
                    if let Some(present) = open.present.get_mut(&id) {
                        present.talks.note(on, now.saturating_sub(present.since));
                    }
                    if !on {
                        open.speakers.is_silent(id);
                    }
                }
                self.happened_to(now, number, member, if on { "TalkingStarted" } else { "TalkingStopped" });
            }
            Notice::Muted { member } => {
                let muted = self.rooms.get(number).and_then(|open| open.room.member(member));
                let muted = muted.is_some_and(|member| member.mutes().any());
                self.happened_to(now, number, member, if muted { "Muted" } else { "Unmuted" });
            }
            Notice::Deafened { member } => {
                let deaf = self.calls.get(&CallId(member.0)).is_some_and(|call| !call.may_hear);
                self.happened_to(now, number, member, if deaf { "Deafened" } else { "Undeafened" });
            }
            Notice::Hand { member, up } => {
                self.happened_to(now, number, member, if up { "HandRaised" } else { "HandLowered" });
            }
            Notice::InLobby { member } => self.happened_to(now, number, member, "InLobby"),
            Notice::Began => self.happened_in(now, number, "Began"),
            Notice::Halted => self.happened_in(now, number, "Halted"),
            Notice::Locked => {
                log::info!("room {number} was locked");
                self.happened_in(now, number, "Locked");
            }
            Notice::Unlocked => {
                log::info!("room {number} was unlocked");
                self.happened_in(now, number, "Unlocked");
            }
            Notice::MutedAll(on) => self.happened_in(now, number, if on { "MutedAll" } else { "UnmutedAll" }),
            Notice::Recording(order) => {
                let name = match order {
                    RecordOrder::Start => "RecordingStarted",
                    RecordOrder::Stop => "RecordingStopped",
                    RecordOrder::Pause => "RecordingPaused",
                    RecordOrder::Resume => "RecordingResumed",
                };
                self.happened_in(now, number, name);
            }
            Notice::Extended => self.happened_in(now, number, "Extended"),
        }
    }

    /// Tells how an invitation goes.
    pub(super) fn happened_outside(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        called: &str,
        progress: InviteProgress,
    ) {
        let name = match progress {
            InviteProgress::Ringing => "InviteRinging",
            InviteProgress::Heard => return,
            InviteProgress::Answered => "InviteAnswered",
            InviteProgress::Busy => "InviteBusy",
            InviteProgress::NoAnswer => "InviteNoAnswer",
            InviteProgress::Refused => "InviteRefused",
            InviteProgress::Failed => "InviteFailed",
        };
        self.happened(now, Happening::new(name, number).with("Called", called));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_line() {
        let fields = vec![("Room", "8000".to_owned()), ("CallerName", "Al\r\nPrivilege: all\0x".to_owned())];
        let lines = Happening { name: "Joined", fields }.lines();
        assert_eq!(lines, "Room: 8000\r\nCallerName: Al  Privilege: all x\r\n");
    }
}
