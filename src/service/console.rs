//! What an administrator can ask for, in the words of every console.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{CallId, Host, Service};
use crate::room::{Declined, MemberId, Order, RoomNumber, RoomNumberError};

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
    /// Lets members go on in another room, as what they are; it opens if need be, and asks for no PIN.
    Move(RoomNumber, Members, RoomNumber),
    /// Any order that a room takes.
    Order(RoomNumber, Order),
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

/// As an administrator types it: `kick ROOM MEMBER`, `mute ROOM MEMBER`, `unmute ROOM MEMBER`, `lock ROOM`,
/// `unlock ROOM`; the member by number or by the host's name of his call, or `all`.
impl FromStr for Command {
    type Err = WordsError;

    fn from_str(words: &str) -> Result<Command, WordsError> {
        let (verb, rest) = split(words);
        let (room, member) = split(rest);
        let about_members: Option<fn(RoomNumber, Members) -> Command> = match verb {
            "kick" => Some(Command::Kick),
            "mute" => Some(Command::Mute),
            "unmute" => Some(Command::Unmute),
            "lock" | "unlock" => None,
            _ => return Err(WordsError::Unknown),
        };
        if room.is_empty() || member.is_empty() == about_members.is_some() {
            return Err(WordsError::WordCount);
        }
        let room = RoomNumber::parse(room).map_err(WordsError::Room)?;
        Ok(match about_members {
            Some(command) => command(room, Members::from(member)),
            None if verb == "lock" => Command::Lock(room),
            None => Command::Unlock(room),
        })
    }
}

/// The first word and all that follows it.
fn split(words: &str) -> (&str, &str) {
    let words = words.trim();
    let (first, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    (first, rest.trim_start())
}

/// Why words are no [`Command`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsError {
    /// There is no such command.
    Unknown,
    /// Too few or too many words.
    WordCount,
    /// The word for the room is none.
    Room(RoomNumberError),
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WordsError::Unknown => {
                f.write_str("there is no such command; there are kick, mute, unmute, lock and unlock")
            }
            WordsError::WordCount => {
                f.write_str("write 'kick|mute|unmute ROOM MEMBER', with 'all' for everybody, or 'lock|unlock ROOM'")
            }
            WordsError::Room(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WordsError {}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// No such room is in progress.
    NoRoom(RoomNumber),
    /// Nobody in the room has this number or name.
    NoMember(RoomNumber, String),
    /// There is no conference of this number.
    NoConference(RoomNumber),
    /// The room did not carry it out.
    Declined(Declined),
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
            CommandError::NoConference(number) => {
                write!(f, "there is no conference {number}; write it into conclave.conf, or set on_demand=yes")
            }
            CommandError::Declined(why) => write!(f, "not done: {}", why.as_str()),
            CommandError::Stopped => f.write_str("Conclave is stopping"),
        }
    }
}

impl std::error::Error for CommandError {}

impl<H: Host> Service<H> {
    pub(super) fn command(&mut self, now: Duration, command: Command) -> Result<String, CommandError> {
        let (number, members, word, about): (_, _, _, fn(MemberId) -> Order) = match command {
            Command::Kick(number, Members::All) => {
                self.obey(now, &number, Order::End)?;
                return Ok(format!("Room {number} was ended."));
            }
            Command::Kick(number, members) => (number, members, "was kicked", Order::Kick),
            Command::Mute(number, members) => (number, members, "muted", |member| Order::Mute(member, true)),
            Command::Unmute(number, members) => (number, members, "unmuted", |member| Order::Mute(member, false)),
            Command::Lock(number) => {
                self.obey(now, &number, Order::Lock(true))?;
                return Ok(format!("Room {number} is locked: only leaders come in."));
            }
            Command::Unlock(number) => {
                self.obey(now, &number, Order::Lock(false))?;
                return Ok(format!("Room {number} is open."));
            }
            Command::Move(number, members, target) => return self.move_members(now, &number, &members, &target),
            Command::Order(number, order) => {
                self.obey(now, &number, order)?;
                return Ok(format!("Done in room {number}."));
            }
        };
        self.known(&number)?;
        let chosen = self.choose(&number, &members)?;
        let mut done = 0;
        for &id in &chosen {
            match (self.order(now, &number, about(MemberId(id.0))), &members) {
                (Ok(()), _) => done += 1,
                // Of all, those are left out to whom it does not apply.
                (Err(_), Members::All) => {}
                (Err(why), Members::One(_)) => return Err(CommandError::Declined(why)),
            }
        }
        Ok(match members {
            Members::All => format!("{done} members of room {number} {word}."),
            Members::One(name) => format!("Member {name} of room {number} {word}."),
        })
    }

    fn obey(&mut self, now: Duration, number: &RoomNumber, order: Order) -> Result<(), CommandError> {
        self.known(number)?;
        self.order(now, number, order).map_err(CommandError::Declined)
    }

    fn move_members(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        members: &Members,
        target: &RoomNumber,
    ) -> Result<String, CommandError> {
        self.known(number)?;
        if !self.can_move_to(now, target) {
            return Err(CommandError::NoConference(target.clone()));
        }
        let mut done = 0;
        for id in self.choose(number, members)? {
            match (self.move_call(now, number, id, target), members) {
                (Ok(()), _) => done += 1,
                (Err(_), Members::All) => {}
                (Err(why), Members::One(_)) => return Err(CommandError::Declined(why)),
            }
        }
        Ok(match members {
            Members::All => format!("{done} members of room {number} moved to room {target}."),
            Members::One(name) => format!("Member {name} of room {number} moved to room {target}."),
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
