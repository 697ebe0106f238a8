//! What others are told: the PBX's own events, and the history.

use std::time::Duration;

use super::history::History;
use super::settings::Where;
use super::{Happening, Host, Service};

/// An event that others can be told.
pub struct Event {
    /// Its name; on Asterisk with `Conclave` before it.
    pub name: &'static str,
    /// Its fields, in their order.
    pub fields: &'static [&'static str],
    /// When it comes, in a line.
    pub help: &'static str,
    /// Whether it stands in the history too.
    pub kept: bool,
}

const fn event(name: &'static str, fields: &'static [&'static str], help: &'static str) -> Event {
    Event { name, fields, help, kept: true }
}

impl Event {
    const fn not_kept(mut self) -> Event {
        self.kept = false;
        self
    }
}

const ROOM: &[&str] = &["Room"];
const MEMBER: &[&str] = &["Room", "Member", "Channel", "CallerName", "CallerNumber", "Role"];
const LEFT: &[&str] = &["Room", "Member", "Channel", "CallerName", "CallerNumber", "Role", "Result", "Seconds"];
const DOOR: &[&str] = &["Room", "Channel", "CallerName", "CallerNumber", "Address", "Result"];
const MOVED: &[&str] = &["Room", "Member", "Channel", "CallerName", "CallerNumber", "Role", "To"];
const CALLED: &[&str] = &["Room", "Called"];

/// Every event there is.
#[rustfmt::skip]
pub static EVENTS: &[Event] = &[
    event("Opened", ROOM, "A room opens for its first member."),
    event("Ended", ROOM, "Nobody is left in a room, and it is over."),
    event("Joined", MEMBER, "Somebody became a member of a room; he may still have to wait in it."),
    event("Left", LEFT, "A member is gone; Result tells why, Seconds how long he was there."),
    event("Moved", MOVED, "Somebody lets a member go on in another room, To; he leaves this one."),
    event("Refused", DOOR, "A caller was not let in; Result tells why."),
    event("GaveUp", DOOR, "A caller hung up before he was in."),
    event("LockedOut", &["What", "Seconds"],
        "After too many wrong codes, none of a caller, for a room, or at a number is looked at for so many seconds."),
    event("InLobby", MEMBER, "A member waits for a leader to admit him."),
    event("Began", ROOM, "What a room waited for is there: its time, or a leader."),
    event("Halted", ROOM, "The last leader left, and the members wait until one is back."),
    event("Locked", ROOM, "Only leaders come in."),
    event("Unlocked", ROOM, "Everybody comes in again."),
    event("Muted", MEMBER, "A member cannot be heard, for whatever reason."),
    event("Unmuted", MEMBER, "A member can be heard again."),
    event("MutedAll", ROOM, "Everybody was muted."),
    event("UnmutedAll", ROOM, "That was lifted."),
    event("Deafened", MEMBER, "A member hears nothing of the room."),
    event("Undeafened", MEMBER, "A member hears the room again."),
    event("HandRaised", MEMBER, "A member asks to talk."),
    event("HandLowered", MEMBER, "He no longer does, or may talk now."),
    event("TalkingStarted", MEMBER, "A member is heard.").not_kept(),
    event("TalkingStopped", MEMBER, "He fell silent, was muted, or left.").not_kept(),
    event("Speaker", MEMBER, "A member has become the one who speaks: the loudest of those who are heard.").not_kept(),
    event("RecordingStarted", ROOM, "Recording begins; everybody inside has been told."),
    event("RecordingStopped", ROOM, "The recording is complete."),
    event("RecordingPaused", ROOM, "What is said now is left out."),
    event("RecordingResumed", ROOM, "The recording goes on."),
    event("RecordingFailed", ROOM, "The recording ended because it could not be written."),
    event("Extended", ROOM, "A room lasts longer than it would have."),
    event("Invited", CALLED, "Somebody is called into a room."),
    event("InviteRinging", CALLED, "His telephone rings.").not_kept(),
    event("InviteAnswered", CALLED, "He answered."),
    event("InviteBusy", CALLED, "He is busy."),
    event("InviteNoAnswer", CALLED, "He did not answer in time."),
    event("InviteRefused", CALLED, "He refused, or did not confirm."),
    event("InviteFailed", CALLED, "He could not be called."),
];

impl<H: Host> Service<H> {
    /// Something happened that others may want to know.
    pub(super) fn happened(&mut self, now: Duration, happening: Happening) {
        self.host.tell(&happening);
        self.listeners.tell(&happening);
        let passed_over = EVENTS.iter().any(|event| event.name == happening.name && !event.kept);
        if let Some(history) = self.history.as_ref().filter(|_| !passed_over) {
            history.keep(self.unix_time.at(now), happening);
        }
    }

    /// Writes the history where the settings say now.
    pub(super) fn settle_history(&mut self) {
        let path = match &self.settings.history {
            Where::At(path) => Some(path.clone()),
            Where::Off | Where::Usual => None,
        };
        if self.history.as_ref().map(History::path) != path.as_deref() {
            self.former_histories.retain(|history| !history.is_finished());
            // The one before writes what it has by itself: a disk may be what it waits for.
            self.former_histories.extend(self.history.take().map(|mut history| {
                history.finish();
                history
            }));
            self.history = path.map(History::new);
        }
    }
}
