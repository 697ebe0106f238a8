//! What is known of a conference before anybody calls.

use super::Pin;
use std::{borrow::Borrow, fmt, str::FromStr};

/// A conference as it is set up. A [`Room`](super::Room) is one being held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// What callers dial and administrators name.
    pub number: RoomNumber,
    /// Who keys this may join. Without it everybody may (see [`Entry`](super::Entry) for what a leader PIN alone does).
    pub pin: Option<Pin>,
    /// Who keys this joins as leader.
    pub leader_pin: Option<Pin>,
    /// The most members at a time; leaders are let in above it.
    pub max_members: Option<u32>,
    /// The host's class of music for a member who is alone; without it he hears silence.
    pub music: Option<String>,
    /// The language of prompts, instead of the call's own.
    pub language: Option<String>,
}

impl Conference {
    /// A conference that everybody may join, with no limit and no music.
    pub const fn new(number: RoomNumber) -> Self {
        Self { number, pin: None, leader_pin: None, max_members: None, music: None, language: None }
    }

    /// Whether a caller is asked for a PIN.
    pub const fn asks(&self) -> bool {
        self.pin.is_some() || self.leader_pin.is_some()
    }

    /// Looks for settings that contradict each other. To be called once, where settings are read.
    ///
    /// # Errors
    ///
    /// If both PINs are the same (everybody would be leader), or nobody but leaders could ever join.
    pub fn check(&self) -> Result<(), ConferenceError> {
        if self.pin.is_some() && self.pin == self.leader_pin {
            return Err(ConferenceError::SamePins);
        }
        if self.max_members == Some(0) {
            return Err(ConferenceError::NoMembers);
        }
        Ok(())
    }
}

/// What is wrong with a [`Conference`] as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConferenceError {
    /// `pin` and `leader_pin` are the same.
    SamePins,
    /// `max_members` is 0.
    NoMembers,
}

impl fmt::Display for ConferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SamePins => {
                "pin and leader_pin are the same, so every caller would be leader; choose two different ones"
            }
            Self::NoMembers => "max_members is 0, so nobody could join; leave it out for no limit",
        })
    }
}

impl std::error::Error for ConferenceError {}

/// The number or name of a conference: 1 to 64 letters, digits, `_`, `-`, `.` or `+`. Capitals count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomNumber(String);

impl RoomNumber {
    /// The longest number.
    pub const MAX_LENGTH: usize = 64;

    /// Reads a number as it was dialled or written.
    ///
    /// # Errors
    ///
    /// If it is empty, too long, or holds anything else than the type's characters.
    pub fn parse(text: &str) -> Result<Self, RoomNumberError> {
        if text.is_empty() {
            return Err(RoomNumberError::Empty);
        }
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"_-.+".contains(*c)) {
            return Err(RoomNumberError::BadCharacter(bad));
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(RoomNumberError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomNumber {
    type Err = RoomNumberError;

    fn from_str(text: &str) -> Result<Self, RoomNumberError> {
        Self::parse(text)
    }
}

impl fmt::Display for RoomNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RoomNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RoomNumber {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`RoomNumber`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomNumberError {
    /// There is nothing in it.
    Empty,
    /// This character may not be in it.
    BadCharacter(char),
    /// It is longer than [`RoomNumber::MAX_LENGTH`].
    TooLong,
}

impl fmt::Display for RoomNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a room needs a number"),
            Self::BadCharacter(bad) => {
                write!(f, "{bad:?} cannot be in a room number; use letters, digits, '_', '-', '.' and '+'")
            }
            Self::TooLong => write!(f, "a room number has at most {} characters", RoomNumber::MAX_LENGTH),
        }
    }
}

impl std::error::Error for RoomNumberError {}
