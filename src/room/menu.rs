//! Sets of keys: which sequences there are and what each does.

use super::{Action, ActionError, Role};
use std::{
    fmt,
    sync::{Arc, LazyLock},
    time::Duration,
};

/// A set of key sequences and what they do.
///
/// **Which sequence.** The longest wins. One that cannot go on acts at once. One that could go on waits for the next key,
/// at most for the menu's [pause](Self::pause), unless it does nothing but speak and go on: `*` usually is such a one, and
/// opens the menu by it. Keys that can become nothing more count as the longest sequence that they passed, and what is left
/// is pressed anew; so no key is lost, however fast they come.
///
/// **The open menu** is a sequence from which further keys go on: after [`Action::Help`] and
/// [`Action::PlaybackAndContinue`] the whole of it, after a volume key what was before its last key, so that `*666` is three
/// steps. A key that does not go on from it may begin another sequence; else it is told that it is wrong, and the menu stays
/// open. `#` closes it, unless it is the key of something, and so do five seconds without a key once nothing plays.
///
/// **With no menu open** keys that begin nothing do nothing, or go to the telephones of the others if the member's manner
/// says so.
///
/// Every key that means something cuts off what plays to its member alone. The actions of one sequence speak together.
///
/// ```
/// use conclave::room::Menu;
///
/// let menu = Menu::parse([("*", "help"), ("*1", "toggle_mute, count"), ("0", "leave_to(operator,s,1)")])?;
/// assert_eq!(menu.keys().count(), 3);
/// # Ok::<(), conclave::room::MenuError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Menu {
    /// As they were written.
    keys: Vec<(Box<str>, Vec<Action>)>,
    /// How long to wait for a further key of a sequence that could go on; `None`: the usual.
    pause: Option<Duration>,
}

impl Menu {
    /// The longest sequence.
    pub const MAX_LENGTH: usize = 16;
    /// The most actions of a sequence.
    pub const MAX_ACTIONS: usize = 16;
    /// The most sequences of a menu.
    pub const MAX_SEQUENCES: usize = 256;
    /// How long a further key of a sequence that could go on is waited for, unless a menu says something else.
    pub const PAUSE: Duration = Duration::from_secs(1);

    /// A menu of these sequences of `0` to `9`, `A` to `D`, `*` and `#`, each with what it does, one after the other.
    ///
    /// # Errors
    ///
    /// At the first sequence that cannot be keyed, is too long, comes twice or does nothing, and if there is too much.
    pub fn new(keys: impl IntoIterator<Item = (String, Vec<Action>)>) -> Result<Self, MenuError> {
        let mut menu = Self::default();
        for (sequence, actions) in keys {
            menu.add(&sequence, actions)?;
        }
        Ok(menu)
    }

    /// A menu of such lines: a sequence, and the names of its actions with commas between them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and if an action cannot be read.
    pub fn parse(lines: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Result<Self, MenuError> {
        let mut menu = Self::default();
        for (sequence, actions) in lines {
            let sequence = sequence.as_ref().trim();
            let failed = |error| MenuError::Action { sequence: shorten(sequence), error };
            let actions = split(actions.as_ref()).map(str::parse).collect::<Result<_, _>>().map_err(failed)?;
            menu.add(sequence, actions)?;
        }
        Ok(menu)
    }

    /// The same keys with another pause after a sequence that could go on.
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause: Some(pause), ..self }
    }

    /// The sequences and what they do, in the order in which they were written.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = (&str, &[Action])> {
        self.keys.iter().map(|(sequence, actions)| (&**sequence, &**actions))
    }

    /// How long a further key of a sequence that could go on is waited for.
    pub fn pause(&self) -> Duration {
        self.pause.unwrap_or(Self::PAUSE)
    }

    /// What participants and listeners have who were given no other.
    pub fn participant() -> Arc<Self> {
        static MENU: LazyLock<Arc<Menu>> = LazyLock::new(|| Arc::new(Menu::usual(&[&EVERYBODY, &PARTICIPANT])));
        MENU.clone()
    }

    /// What leaders have who were given no other.
    pub fn leader() -> Arc<Self> {
        static MENU: LazyLock<Arc<Menu>> = LazyLock::new(|| Arc::new(Menu::usual(&[&EVERYBODY, &LEAVE, &LEADER])));
        MENU.clone()
    }

    /// What the owner of a local conference has: as a leader, but `*8` calls somebody and `##` gives that up.
    pub fn owner() -> Arc<Self> {
        static MENU: LazyLock<Arc<Menu>> = LazyLock::new(|| Arc::new(Menu::usual(&[&EVERYBODY, &LEADER, &OWNER])));
        MENU.clone()
    }

    /// What a member of this role has who was given no other.
    pub fn of(role: Role, owns: bool) -> Arc<Self> {
        match role {
            Role::Leader if owns => Self::owner(),
            Role::Leader => Self::leader(),
            Role::Participant | Role::Listener => Self::participant(),
        }
    }

    /// What this very sequence does.
    pub(super) fn get(&self, sequence: &str) -> Option<&[Action]> {
        self.keys.iter().find(|(of, _)| **of == *sequence).map(|(_, actions)| &**actions)
    }

    /// Whether there is a longer sequence that begins so.
    pub(super) fn goes_on(&self, sequence: &str) -> bool {
        self.keys.iter().any(|(of, _)| of.len() > sequence.len() && of.starts_with(sequence))
    }

    fn usual(parts: &[&[(&str, Action)]]) -> Self {
        let keys = parts.iter().copied().flatten().map(|(keys, action)| ((*keys).into(), vec![action.clone()]));
        Self { keys: keys.collect(), pause: None }
    }

    fn add(&mut self, sequence: &str, actions: Vec<Action>) -> Result<(), MenuError> {
        let named = || shorten(sequence);
        if sequence.is_empty() {
            Err(MenuError::NoSequence)
        } else if let Some(bad) = sequence.chars().find(|key| !is_key(*key)) {
            Err(MenuError::BadKey { sequence: named(), bad })
        } else if sequence.len() > Self::MAX_LENGTH {
            Err(MenuError::TooLong(named()))
        } else if actions.is_empty() {
            Err(MenuError::NoAction(named()))
        } else if actions.len() > Self::MAX_ACTIONS {
            Err(MenuError::TooManyActions(named()))
        } else if self.get(sequence).is_some() {
            Err(MenuError::Twice(named()))
        } else if self.keys.len() >= Self::MAX_SEQUENCES {
            Err(MenuError::TooManySequences)
        } else {
            self.keys.push((sequence.into(), actions));
            Ok(())
        }
    }
}

/// Whether a telephone has this key.
pub(super) const fn is_key(key: char) -> bool {
    matches!(key, '0'..='9' | '*' | '#' | 'A'..='D')
}

/// Why keys make no [`Menu`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuError {
    /// A sequence has no keys.
    NoSequence,
    /// A sequence holds something that no telephone can key.
    BadKey {
        /// The sequence.
        sequence: String,
        /// What cannot be keyed.
        bad: char,
    },
    /// This sequence is longer than [`Menu::MAX_LENGTH`].
    TooLong(String),
    /// This sequence comes twice.
    Twice(String),
    /// This sequence does nothing.
    NoAction(String),
    /// This sequence does more than [`Menu::MAX_ACTIONS`] things.
    TooManyActions(String),
    /// There are more than [`Menu::MAX_SEQUENCES`].
    TooManySequences,
    /// What a sequence is to do cannot be read.
    Action {
        /// The sequence.
        sequence: String,
        /// What is wrong.
        error: ActionError,
    },
}

impl fmt::Display for MenuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSequence => f.write_str("a key sequence has no keys; write for example '*1 = toggle_mute'"),
            Self::BadKey { sequence, bad } => {
                write!(f, "{bad:?} in {sequence:?} is no key; use 0 to 9, A to D, * and #")
            }
            Self::TooLong(sequence) => {
                write!(f, "{sequence:?} is too long; a sequence has at most {} keys", Menu::MAX_LENGTH)
            }
            Self::Twice(sequence) => write!(f, "{sequence:?} comes twice; write all its actions into one line"),
            Self::NoAction(sequence) => write!(f, "{sequence:?} does nothing; name an action, or 'no_op'"),
            Self::TooManyActions(sequence) => {
                write!(f, "{sequence:?} does too much; a sequence has at most {} actions", Menu::MAX_ACTIONS)
            }
            Self::TooManySequences => write!(f, "a menu has at most {} key sequences", Menu::MAX_SEQUENCES),
            Self::Action { sequence, error } => write!(f, "{sequence:?}: {error}"),
        }
    }
}

impl std::error::Error for MenuError {}

/// The parts between commas that are not inside parentheses; nothing for an empty text.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let at_comma = move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    text.map(|text| text.split(at_comma)).into_iter().flatten()
}

/// So that a message stays a line that can be read.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

const EVERYBODY: [(&str, Action); 8] = [
    ("*", Action::Help),
    ("*1", Action::ToggleMute),
    ("*4", Action::ListenSofter),
    ("*6", Action::ListenLouder),
    ("*7", Action::TalkSofter),
    ("*9", Action::TalkLouder),
    ("*0", Action::Invite),
    ("*#", Action::Count),
];

const LEAVE: [(&str, Action); 1] = [("*8", Action::Leave)];

const PARTICIPANT: [(&str, Action); 2] = [("*2", Action::ToggleHand), ("*8", Action::Leave)];

const LEADER: [(&str, Action); 10] = [
    ("*2", Action::ToggleLock),
    ("*3", Action::KickLast),
    ("*5", Action::Extend),
    ("*90", Action::GiveFloor),
    ("*91", Action::AdmitAll),
    ("*92", Action::ToggleMuteAll),
    ("*93", Action::ToggleRecording),
    ("*94", Action::End),
    ("*95", Action::RollCall),
    ("*98", Action::KickOne),
];

/// With the help just spoken the first `#` of `##` is the second key of `*#`.
const OWNER: [(&str, Action); 3] =
    [("*8", Action::Invite), ("##", Action::CancelInvite), ("*##", Action::CancelInvite)];
