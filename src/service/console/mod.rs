//! What an administrator can ask for, in the words of every console.
//!
//! What there is to type stands in one table, [`VERBS`]: it is read, helped with and completed by the same lines on
//! every host.

mod deeds;
mod show;
mod verbs;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::room::{Declined, Order, Phrase, RecordOrder, RoomNumber, RoomNumberError, Volume};

pub(super) use show::show;
pub use verbs::{VERBS, Verb, Word};

/// What an administrator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To see something.
    Show(Show),
    /// To do something in a room in progress.
    In(RoomNumber, Deed),
    /// The same in the room's own terms, for whoever knows its members by these.
    Order(RoomNumber, Order),
    /// To lift lock-outs.
    Forgive(Forgiven),
    /// A link by which the account of this login gets a new password.
    WebLink(String),
}

/// What can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// The rooms in progress.
    Rooms,
    /// Who is in a room.
    Room(RoomNumber),
    /// The media workers.
    Stats,
    /// How a conference is set up, without what is secret.
    Conference(RoomNumber),
    /// The ways to treat a member.
    Profiles,
    /// The sets of keys, or one of them.
    Menus(Option<String>),
    /// Who has tried too many codes.
    Lockouts,
    /// Where the page is, and how the first account is made.
    Web,
    /// How the directory is.
    Directory,
}

/// What can be done in a room in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Takes members out.
    Kick(Members),
    /// Mutes members, so that they cannot lift it themselves, or lifts that.
    Mute {
        /// Whom.
        members: Members,
        /// Leaders too, if it is about everybody.
        leaders: bool,
        /// Mute, or lift it.
        on: bool,
    },
    /// Lets members hear nothing, or hear again.
    Deafen(Members, bool),
    /// How loud members are for the others.
    TalkVolume(Members, Volume),
    /// How loud the others are for members.
    ListenVolume(Members, Volume),
    /// Brings members to the loudness of all, or leaves them as they are.
    Level(Members, bool),
    /// Takes away the noise behind members, or leaves it.
    Denoise(Members, bool),
    /// Lets so many who talk at once be heard; 0: all.
    MostTalkers(u32),
    /// A steady noise under everything, in dB against full scale, or none.
    ComfortNoise(Option<i8>),
    /// Lets nobody but leaders in, or everybody again.
    Lock(bool),
    /// Lets those in who wait in the lobby.
    Admit(Members),
    /// Turns those away who wait in the lobby.
    Reject(Members),
    /// Gives the floor to a member, or to the first who raised his hand.
    Floor(Option<String>),
    /// Raises or lowers hands.
    Hand(Members, bool),
    /// Makes the conference last longer.
    Extend,
    /// Recording.
    Record(RecordOrder),
    /// Calls somebody.
    Invite(String),
    /// Gives up the last invitation.
    CancelInvite,
    /// Plays sound files to everybody, or to one member.
    Play(Vec<Arc<str>>, Option<String>),
    /// Says something to everybody, or to one member.
    Say(Phrase, Option<String>),
    /// Lets a member be heard by one other only, or by all again.
    Whisper(String, Option<String>),
    /// Lets two members hear only each other.
    Pair(String, String),
    /// Ends that.
    Unpair(String),
    /// Sends members to another room.
    Move(Members, RoomNumber),
    /// Ends the conference for everybody.
    End,
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

/// Whose lock-out is to be lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forgiven {
    /// Everybody's.
    All,
    /// Of what [`Show::Lockouts`] lists under this word.
    One(String),
}

/// As an administrator types it: see [`VERBS`]. Members by number or by the host's name of their calls, or `all`.
impl FromStr for Command {
    type Err = WordsError;

    fn from_str(words: &str) -> Result<Command, WordsError> {
        verbs::read(words)
    }
}

/// Why words are no [`Command`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordsError {
    /// There is no such command; perhaps this one was meant.
    Unknown(Option<&'static str>),
    /// Too few or too many words for this command.
    WordCount(&'static str),
    /// The word for the room is none.
    Room(RoomNumberError),
    /// A word is none of those that can stand there: how the command is written.
    Word {
        /// The word.
        word: String,
        /// What it should be.
        wanted: String,
        /// The command.
        verb: &'static str,
    },
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WordsError::Unknown(Some(near)) => write!(f, "there is no such command; did you mean '{near}'?"),
            WordsError::Unknown(None) => {
                let verbs: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
                write!(f, "there is no such command; there are {}", verbs.join(", "))
            }
            WordsError::WordCount(verb) => write!(f, "write '{}'", verbs::usage_of(verb)),
            WordsError::Room(error) => error.fmt(f),
            WordsError::Word { word, wanted, verb } => {
                write!(f, "'{word}' is not {wanted}; write '{}'", verbs::usage_of(verb))
            }
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
    /// There is no such thing to show or to lift: in words.
    Nothing(String),
    /// The room did not do it.
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
                write!(f, "there is no conference {number}; make it in the directory or write it into conclave.conf")
            }
            CommandError::Nothing(what) => f.write_str(what),
            CommandError::Declined(why) => f.write_str(why.as_str()),
            CommandError::Stopped => f.write_str("Conclave is stopping"),
        }
    }
}

impl std::error::Error for CommandError {}
