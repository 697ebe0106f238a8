//! What can be played, and the prompts that the rules use.

use super::{MemberId, Phrase};
use std::sync::Arc;

/// Something to be heard. Which file that is depends on who listens: each hears it in his own language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sound {
    /// A file of the host's sounds that these rules know, by its name without language and ending.
    Prompt(&'static str),
    /// Any other file: a name as in [`Prompt`](Self::Prompt), or a whole path without ending.
    File(Arc<str>),
    /// Words that are put together as the language wants it.
    Phrase(Phrase),
    /// The name that a member recorded, or "a participant" if he recorded none.
    Name(MemberId),
    /// Somebody joined.
    JoinTone,
    /// Somebody left.
    LeaveTone,
}

/// "Please enter the conference pin number."
pub(super) const GET_PIN: Sound = Sound::Prompt("conf-getpin");
/// "That pin is invalid for this conference." It does not ask again, so [`GET_PIN`] follows it.
pub(super) const INVALID_PIN: Sound = Sound::Prompt("conf-invalidpin");
/// "You have entered too many invalid personal identification numbers."
pub(super) const TOO_MANY_PINS: Sound = Sound::Prompt("confbridge-pin-bad");
/// "That is not a valid conference number. Please try again."
pub(super) const NO_ROOM: Sound = Sound::Prompt("conf-invalid");
/// "This conference is locked!"
pub(super) const LOCKED: Sound = Sound::Prompt("conf-locked");
/// "This conference is full." Debian's own has no Spanish.
pub(super) const FULL: Sound = Sound::Prompt("conclave-full");
/// "You are currently the only person in this conference."
pub(super) const ONLY_PERSON: Sound = Sound::Prompt("conf-onlyperson");
/// "You are now muted"
pub(super) const MUTED: Sound = Sound::Prompt("conf-muted");
/// Who only listens asks to talk.
pub(super) const LISTEN_ONLY: Sound = Sound::Prompt("conclave-listen-only");
/// "You are now unmuted"
pub(super) const UNMUTED: Sound = Sound::Prompt("conf-unmuted");
/// "The conference is now locked"
pub(super) const LOCKED_NOW: Sound = Sound::Prompt("conf-lockednow");
/// "The conference is now unlocked"
pub(super) const UNLOCKED_NOW: Sound = Sound::Prompt("conf-unlockednow");
/// "You have been kicked from this conference"
pub(super) const KICKED: Sound = Sound::Prompt("conf-kicked");
/// "the conference has ended"
pub(super) const ENDED: Sound = Sound::Prompt("confbridge-conf-end");
/// What the keys of [`Menu::participant`](super::Menu::participant) do.
pub(super) const USER_MENU: Sound = Sound::Prompt("conclave-menu");
/// What the keys of [`Menu::leader`](super::Menu::leader) do.
pub(super) const LEADER_MENU: Sound = Sound::Prompt("conclave-menu-leader");
/// What the keys of [`Menu::owner`](super::Menu::owner) do.
pub(super) const OWNER_MENU: Sound = Sound::Prompt("conclave-menu-owner");
/// "Enter the number to invite, then press the pound key."
pub(super) const INVITE_NUMBER: Sound = Sound::Prompt("conclave-invite-number");
/// "Enter the number of the member to remove, then press the pound key."
pub(super) const KICK_NUMBER: Sound = Sound::Prompt("conclave-kick-number");
/// "We are trying to get through."
pub(super) const INVITING: Sound = Sound::Prompt("conclave-inviting");
/// "The number you invited is busy."
pub(super) const INVITE_BUSY: Sound = Sound::Prompt("conclave-invite-busy");
/// "The number you invited does not answer."
pub(super) const INVITE_NO_ANSWER: Sound = Sound::Prompt("conclave-invite-no-answer");
/// "Your invitation was declined."
pub(super) const INVITE_DECLINED: Sound = Sound::Prompt("conclave-invite-declined");
/// "The number you invited cannot be reached."
pub(super) const INVITE_FAILED: Sound = Sound::Prompt("conclave-invite-failed");
/// "The invitation was cancelled."
pub(super) const INVITE_CANCELLED: Sound = Sound::Prompt("conclave-invite-cancelled");
/// "You may not do that in this conference."
pub(super) const NOT_ALLOWED: Sound = Sound::Prompt("conclave-not-allowed");
/// A short tone: this is being done.
pub(super) const ACCEPTED: Sound = Sound::Prompt("beep");
/// "Invalid Choice"
pub(super) const NO_SUCH_KEY: Sound = Sound::Prompt("conf-errormenu");
/// A short low tone: this goes no further.
pub(super) const NO_FURTHER: Sound = Sound::Prompt("beeperr");
/// "Please enter your conference number followed by the pound key."
pub(super) const GET_CONFERENCE: Sound = Sound::Prompt("conf-getconfno");
/// "Please choose a pin for this conference, then press the pound key. For no pin, just press the pound key."
pub(super) const SET_PIN: Sound = Sound::Prompt("conclave-set-pin");
/// "Please enter your access code, then press the pound key."
pub(super) const GET_CODE: Sound = Sound::Prompt("conclave-get-code");
/// "That code is not valid." [`GET_CODE`] follows it.
pub(super) const INVALID_CODE: Sound = Sound::Prompt("conclave-wrong-code");
/// "This conference has not opened yet. Please call again later."
pub(super) const NOT_OPEN: Sound = Sound::Prompt("conclave-not-yet-open");
/// "This conference is over."
pub(super) const OVER: Sound = Sound::Prompt("conclave-over");
/// "This conference is not in service."
pub(super) const SWITCHED_OFF: Sound = Sound::Prompt("conclave-switched-off");
/// "No more calls can be taken at the moment. Please try again later." For whatever else goes wrong, too.
pub(super) const WENT_WRONG: Sound = Sound::Prompt("conclave-no-capacity");
/// "You are invited to a conference. To join, press one."
pub(super) const INVITED: Sound = Sound::Prompt("conclave-you-are-invited");
/// "After the tone say your name, and then press the pound key."
pub(super) const SAY_NAME: Sound = Sound::Prompt("vm-rec-name");
/// The tone after which a caller speaks.
pub(super) const BEEP: Sound = Sound::Prompt("beep");
/// "Your message is too short."
pub(super) const TOO_SHORT: Sound = Sound::Prompt("vm-tooshort");
/// "Press 1 to accept this recording. Press 2 to listen to it. Press 3 to rerecord your message."
pub(super) const REVIEW: Sound = Sound::Prompt("vm-review");
/// "The conference will begin when the leader arrives"
pub(super) const WAIT_FOR_LEADER: Sound = Sound::Prompt("conf-waitforleader");
/// "The conference leader has left"
pub(super) const LEADER_HAS_LEFT: Sound = Sound::Prompt("conf-leaderhasleft");
/// "The conference will now begin"
pub(super) const BEGINS: Sound = Sound::Prompt("confbridge-conf-begin");
/// After a name: "has joined the conference"
pub(super) const HAS_JOINED: Sound = Sound::Prompt("conf-hasjoin");
/// After a name: "has left the conference"
pub(super) const HAS_LEFT: Sound = Sound::Prompt("conf-hasleft");
/// "The conference is now muted"
pub(super) const ALL_MUTED: Sound = Sound::Prompt("conf-now-muted");
/// "The conference is now unmuted"
pub(super) const ALL_UNMUTED: Sound = Sound::Prompt("conf-now-unmuted");
/// Before the names: "these are in the conference."
pub(super) const ROLL_CALL: Sound = Sound::Prompt("conclave-roll-call");
/// "The participant has been removed."
pub(super) const REMOVED_LAST: Sound = Sound::Prompt("conclave-removed-last");
/// "There is nobody to remove."
pub(super) const NOBODY_TO_REMOVE: Sound = Sound::Prompt("conclave-nobody-to-remove");
/// "All who were waiting have been admitted."
pub(super) const ALL_ADMITTED: Sound = Sound::Prompt("conclave-all-admitted");
/// "Nobody is waiting to be admitted."
pub(super) const NOBODY_WAITS: Sound = Sound::Prompt("conclave-nobody-waits");
/// "The conference cannot be extended any more."
pub(super) const CANNOT_EXTEND: Sound = Sound::Prompt("conclave-cannot-extend");
/// "A participant has joined the conference."
pub(super) const SOMEBODY_JOINED: Sound = Sound::Prompt("conclave-joined");
/// "A participant has left the conference."
pub(super) const SOMEBODY_LEFT: Sound = Sound::Prompt("conclave-left");
/// "This conference has not opened yet. Please hold the line."
pub(super) const EARLY: Sound = Sound::Prompt("conclave-early");
/// "Please wait. The leader will admit you."
pub(super) const IN_LOBBY: Sound = Sound::Prompt("conclave-lobby");
/// "You have been admitted."
pub(super) const ADMITTED: Sound = Sound::Prompt("conclave-admitted");
/// "You were not admitted to this conference."
pub(super) const REJECTED: Sound = Sound::Prompt("conclave-rejected");
/// "Somebody is waiting to be admitted."
pub(super) const KNOCK: Sound = Sound::Prompt("conclave-knock");
/// "Your time in this conference is over."
pub(super) const TIME_IS_UP: Sound = Sound::Prompt("conclave-time-up");
/// "You no longer hear the conference."
pub(super) const DEAFENED: Sound = Sound::Prompt("conclave-deaf");
/// "You hear the conference again."
pub(super) const UNDEAFENED: Sound = Sound::Prompt("conclave-undeaf");
/// "Your hand is raised."
pub(super) const HAND_UP: Sound = Sound::Prompt("conclave-hand-up");
/// "Your hand is lowered."
pub(super) const HAND_DOWN: Sound = Sound::Prompt("conclave-hand-down");
/// For leaders: "a participant has raised a hand."
pub(super) const HAND_RAISED: Sound = Sound::Prompt("conclave-hand-raised");
/// "You have the floor."
pub(super) const FLOOR: Sound = Sound::Prompt("conclave-floor");
/// "This conference is being recorded."
pub(super) const RECORDED: Sound = Sound::Prompt("conclave-recording");
/// "This conference is no longer recorded."
pub(super) const RECORDING_STOPPED: Sound = Sound::Prompt("conclave-recording-stopped");
/// "The recording is paused."
pub(super) const RECORDING_PAUSED: Sound = Sound::Prompt("conclave-recording-paused");
/// "The recording goes on."
pub(super) const RECORDING_RESUMED: Sound = Sound::Prompt("conclave-recording-resumed");
/// "The recording has failed."
pub(super) const RECORDING_FAILED: Sound = Sound::Prompt("conclave-recording-failed");
