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
/// "That conference is full."
pub(super) const FULL: Sound = Sound::Prompt("conf-full");
/// "You are currently the only person in this conference."
pub(super) const ONLY_PERSON: Sound = Sound::Prompt("conf-onlyperson");
/// "You are now muted"
pub(super) const MUTED: Sound = Sound::Prompt("conf-muted");
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
/// "Please press 1 to mute or unmute yourself, 4 or 6 to decrease or increase the conference volume, 7 or 9 to decrease
/// or increase your volume, or 8 to exit."
pub(super) const USER_MENU: Sound = Sound::Prompt("conf-usermenu");
/// As [`USER_MENU`], and after 1: "2 to lock or unlock the conference, 3 to eject the last user".
pub(super) const LEADER_MENU: Sound = Sound::Prompt("conf-adminmenu");
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
