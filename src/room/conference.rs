//! What is known of a conference before anybody calls.

use super::{Manner, Pin, Role, pin::Digits};
use std::{borrow::Borrow, collections::HashMap, fmt, str::FromStr, sync::Arc, time::Duration};

/// A conference as it is set up. A [`Room`](super::Room) is one being held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// What callers dial and administrators name.
    pub number: RoomNumber,
    /// False: switched off, nobody comes in.
    pub enabled: bool,
    /// Who keys this may join. Without it everybody may (see [`Entry`](super::Entry) for what a leader PIN alone does).
    pub pin: Option<Pin>,
    /// Who keys this joins as leader.
    pub leader_pin: Option<Pin>,
    /// Who keys this at an access number joins.
    pub code: Option<Pin>,
    /// Who keys this at an access number joins as leader.
    pub leader_code: Option<Pin>,
    /// The extension that opened it, if it is a local one: its leader.
    pub owner: Option<Arc<str>>,
    /// When it can be joined.
    pub schedule: Schedule,
    /// The most members at a time; leaders are let in above it.
    pub max_members: Option<u32>,
    /// How long a room may last from its opening; then it ends for all, after warnings.
    pub max_duration: Option<Duration>,
    /// How long before an end those who will be cut off hear of it, longest first.
    pub warnings: Arc<[Duration]>,
    /// By how much a leader extends the conference at a time.
    pub extend_by: Duration,
    /// How long the conference goes on when its leader has left and it is to end with him.
    pub leader_grace: Duration,
    /// Whether members wait until a leader admits them.
    pub lobby: bool,
    /// Its own name, played to everybody who joins.
    pub name_sound: Option<Arc<str>>,
    /// Played to everybody when the conference begins; without it "the conference will now begin" if anybody waited.
    pub begin_sound: Option<Arc<str>>,
    /// Files of its own in place of the prompts that the rules use, by the prompt's name as in
    /// [`Sound::Prompt`](super::Sound::Prompt). The service looks here when it plays.
    pub sounds: Arc<HashMap<&'static str, Arc<str>>>,
    /// How voices are put together.
    pub mix: Mix,
    /// Recording.
    pub recording: Recording,
    /// Who may be called from inside.
    pub inviting: Inviting,
    /// The language of announcements in recordings, and of callers whose channel has none.
    pub language: Option<String>,
    /// How everybody is treated.
    pub everybody: Arc<Manner>,
    /// How leaders are treated.
    pub leaders: Arc<Manner>,
}

/// When a conference can be joined. Times are since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// It opens at this time; before it nobody comes in.
    pub opens: Option<Duration>,
    /// How long before that members may come in and wait.
    pub early: Duration,
    /// It is over at this time, for those inside too.
    pub closes: Option<Duration>,
}

/// How the voices of a conference are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    /// So many who talk at once are heard, the loudest; 0: all.
    pub most_talkers: u32,
    /// A steady noise under everything, in dB against full scale; without it pauses are silent.
    pub comfort_noise: Option<i8>,
}

impl Mix {
    /// The highest limit of talkers.
    pub const MOST_TALKERS: u32 = 16;

    /// The softest and the loudest noise.
    pub const NOISE: (i8, i8) = (-80, -40);
}

/// How a conference is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Whether recording begins by itself when two are in the room and, if leaders are waited for, one is there.
    pub automatic: bool,
    /// Whether each member has a file of his own, besides the one of all.
    pub tracks: bool,
    /// Where files go, without ending; the service fills in the room and the time. `None`: the host's usual place.
    pub file: Option<Arc<str>>,
    /// `wav`, `flac` or `opus`.
    pub format: Arc<str>,
}

impl Default for Recording {
    fn default() -> Self {
        Self { automatic: false, tracks: false, file: None, format: "wav".into() }
    }
}

/// Invitations out of a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inviting {
    /// Who may invite by a key.
    pub who: WhoInvites,
    /// The host's dial context in which numbers are looked up; without it nobody is called.
    pub context: Option<Arc<str>>,
    /// So many calls at once.
    pub at_once: u32,
    /// How long it may ring.
    pub ring_time: Duration,
    /// Whether the called party has to press 1 before he is in.
    pub confirm: bool,
    /// Called when the conference opens.
    pub at_opening: Arc<[String]>,
}

impl Default for Inviting {
    fn default() -> Self {
        Self {
            who: WhoInvites::Leaders,
            context: None,
            at_once: 5,
            ring_time: Duration::from_secs(45),
            confirm: false,
            at_opening: Arc::new([]),
        }
    }
}

/// Who may call somebody in by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhoInvites {
    /// Nobody; the console may.
    Nobody,
    /// Leaders.
    Leaders,
    /// Every member but listeners.
    Everybody,
}

impl Conference {
    /// A conference that everybody may join, with no limit and no music.
    pub fn new(number: RoomNumber) -> Self {
        let manner = Arc::new(Manner::default());
        Self {
            number,
            enabled: true,
            pin: None,
            leader_pin: None,
            code: None,
            leader_code: None,
            owner: None,
            schedule: Schedule::default(),
            max_members: None,
            max_duration: None,
            warnings: Arc::new([Duration::from_secs(300), Duration::from_secs(60)]),
            extend_by: Duration::from_secs(900),
            leader_grace: Duration::ZERO,
            lobby: false,
            name_sound: None,
            begin_sound: None,
            sounds: Arc::default(),
            mix: Mix::default(),
            recording: Recording::default(),
            inviting: Inviting::default(),
            language: None,
            leaders: manner.clone(),
            everybody: manner,
        }
    }

    /// Whether a caller is asked for a PIN.
    pub const fn asks(&self) -> bool {
        self.pin.is_some() || self.leader_pin.is_some()
    }

    /// What keyed digits make of a caller; nothing if they are wrong. Takes the same time whatever is wrong.
    pub fn judge(&self, keyed: &Digits) -> Option<Opens> {
        let leader = Pin::matches(self.leader_pin.as_ref(), keyed);
        let anybody = Pin::matches(self.pin.as_ref(), keyed) | (self.pin.is_none() & keyed.is_empty());
        match (leader, anybody) {
            (true, _) => Some(Opens::AsLeader),
            (false, true) => Some(Opens::AsAnybody),
            (false, false) => None,
        }
    }

    /// How a member of this role is treated.
    pub fn manner(&self, role: Role) -> &Arc<Manner> {
        if role == Role::Leader { &self.leaders } else { &self.everybody }
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
        if let Schedule { opens: Some(opens), closes: Some(closes), .. } = self.schedule
            && closes <= opens
        {
            return Err(ConferenceError::ClosesFirst);
        }
        Ok(())
    }
}

/// What right digits make of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A leader.
    AsLeader,
    /// What his call's options say, else a participant.
    AsAnybody,
}

/// What is wrong with a [`Conference`] as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConferenceError {
    /// `pin` and `leader_pin` are the same.
    SamePins,
    /// `max_members` is 0.
    NoMembers,
    /// It closes before it opens.
    ClosesFirst,
}

impl fmt::Display for ConferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SamePins => {
                "pin and leader_pin are the same, so every caller would be leader; choose two different ones"
            }
            Self::NoMembers => "max_members is 0, so nobody could join; leave it out for no limit",
            Self::ClosesFirst => "it closes before it opens, so nobody could join; write a later time to 'closes'",
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
