//! What an administrator can ask for, in the words of every console.

use std::fmt;
use std::time::Duration;

use super::{CallId, Host, Service};
use crate::room::{self, MemberId, RoomNumber};

/// Something to be done to a room in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes members out.
    Kick(RoomNumber, Members),
    /// Mutes members, so that they cannot lift it themselves.
    Mute(RoomNumber, Members),
    /// Lifts that mute.
    Unmute(RoomNumber, Members),
    /// Lets nobody but leaders in.
    Lock(RoomNumber),
    /// Lets everybody in again.
    Unlock(RoomNumber),
}

/// Whom a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Everybody in the room.
    All,
    /// One, by his number in the room or the host's name of his call.
    One(String),
}

impl From<&str> for Members {
    fn from(word: &str) -> Members {
        if word.eq_ignore_ascii_case("all") { Members::All } else { Members::One(word.to_owned()) }
    }
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// No such room is in progress.
    NoRoom(RoomNumber),
    /// Nobody in the room has this number or name.
    NoMember(RoomNumber, String),
    /// The service has ended.
    Stopped,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::NoRoom(number) => {
                write!(f, "no room {number} is in progress; 'conclave show rooms' lists those that are")
            }
            CommandError::NoMember(number, name) => {
                write!(f, "room {number} has no member '{name}'; 'conclave show room {number}' lists them")
            }
            CommandError::Stopped => f.write_str("Conclave is stopping"),
        }
    }
}

impl std::error::Error for CommandError {}

impl<H: Host> Service<H> {
    pub(super) fn command(&mut self, now: Duration, command: Command) -> Result<String, CommandError> {
        let (number, members, word, input): (_, _, _, fn(MemberId) -> room::Input) = match command {
            Command::Kick(number, Members::All) => {
                self.known(&number)?;
                self.tell_room(now, &number, room::Input::End);
                return Ok(format!("Room {number} was ended."));
            }
            Command::Kick(number, members) => (number, members, "was kicked", |member| room::Input::Kick { member }),
            Command::Mute(number, members) => (number, members, "muted", |member| room::Input::Mute { member }),
            Command::Unmute(number, members) => (number, members, "unmuted", |member| room::Input::Unmute { member }),
            Command::Lock(number) => {
                self.known(&number)?;
                self.tell_room(now, &number, room::Input::Lock);
                return Ok(format!("Room {number} is locked: only leaders come in."));
            }
            Command::Unlock(number) => {
                self.known(&number)?;
                self.tell_room(now, &number, room::Input::Unlock);
                return Ok(format!("Room {number} is open."));
            }
        };
        self.known(&number)?;
        let chosen = self.choose(&number, &members)?;
        for &id in &chosen {
            self.tell_room(now, &number, input(MemberId(id.0)));
        }
        Ok(match members {
            Members::All => format!("{} members of room {number} {word}.", chosen.len()),
            Members::One(name) => format!("Member {name} of room {number} {word}."),
        })
    }

    fn known(&self, number: &RoomNumber) -> Result<(), CommandError> {
        self.rooms.contains_key(number).then_some(()).ok_or_else(|| CommandError::NoRoom(number.clone()))
    }

    fn choose(&self, number: &RoomNumber, members: &Members) -> Result<Vec<CallId>, CommandError> {
        let all = self.members_by_number(number);
        let Members::One(name) = members else { return Ok(all.into_values().collect()) };
        let by_number = name.parse().ok().and_then(|place: u32| all.get(&place).copied());
        let found = by_number.or_else(|| all.into_values().find(|id| *self.calls[id].channel == **name));
        found.map(|id| vec![id]).ok_or_else(|| CommandError::NoMember(number.clone(), name.clone()))
    }
}
