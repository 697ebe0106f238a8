//! What keys can do, and the names by which administrators write it.

use std::{fmt, str::FromStr, sync::Arc};

/// One thing that a key sequence does. Its text is a plain name, some with an argument in parentheses:
///
/// ```
/// use conclave::room::Action;
///
/// let action: Action = "play(hello&vm-goodbye)".parse()?;
/// assert_eq!(action.to_string(), "play(hello&vm-goodbye)");
/// assert_eq!("toggle_mute".parse(), Ok(Action::ToggleMute));
/// # Ok::<(), conclave::room::ActionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Speak the menu's help; keys that follow go on from this sequence.
    Help,
    /// Close the menu.
    Close,
    /// Mute or unmute oneself.
    ToggleMute,
    /// Deafen oneself, or hear again.
    ToggleDeaf,
    /// Raise or lower one's hand.
    ToggleHand,
    /// The others less loud.
    ListenSofter,
    /// The others louder.
    ListenLouder,
    /// The others as loud as they are.
    ListenReset,
    /// Oneself less loud.
    TalkSofter,
    /// Oneself louder.
    TalkLouder,
    /// Oneself as loud as one is.
    TalkReset,
    /// Leave the conference.
    Leave,
    /// Leave the conference, and go on in the dial plan at this place.
    LeaveTo(DialplanPlace),
    /// Run the dial plan from this place, then come back.
    RunDialplan(DialplanPlace),
    /// Hear how many are here.
    Count,
    /// Hear the names of those who are here.
    RollCall,
    /// Call somebody: the number is keyed next, up to `#` or a pause.
    Invite,
    /// Give up the last invitation, or remove who came by it.
    CancelInvite,
    /// Play these files to whoever pressed the keys.
    Playback(Arc<[Arc<str>]>),
    /// The same; keys that follow go on from this sequence.
    PlaybackAndContinue(Arc<[Arc<str>]>),
    /// Nothing.
    NoOp,
    /// Leaders: lock or unlock the room.
    ToggleLock,
    /// Leaders: remove who came last and is no leader.
    KickLast,
    /// Leaders: remove somebody: his number in the room is keyed next, up to `#` or a pause.
    KickOne,
    /// Leaders: mute everybody but leaders, or lift that.
    ToggleMuteAll,
    /// Leaders: begin or end recording.
    ToggleRecording,
    /// Leaders: pause recording, or go on.
    TogglePause,
    /// Leaders: let in all who wait in the lobby.
    AdmitAll,
    /// Leaders: give the floor to the first who raised his hand.
    GiveFloor,
    /// Leaders: let the conference last longer.
    Extend,
    /// Leaders: end the conference for everybody.
    End,
}

impl Action {
    /// Whether keys that follow go on from its sequence.
    pub const fn continues(&self) -> bool {
        matches!(self, Self::Help | Self::PlaybackAndContinue(_))
    }

    /// Whether only leaders may.
    pub const fn needs_leader(&self) -> bool {
        matches!(
            self,
            Self::ToggleLock
                | Self::KickLast
                | Self::KickOne
                | Self::ToggleMuteAll
                | Self::ToggleRecording
                | Self::TogglePause
                | Self::AdmitAll
                | Self::GiveFloor
                | Self::Extend
                | Self::End
        )
    }

    /// Whether it is one step of several that are likely to follow: the last key alone repeats it.
    pub(super) const fn repeats(&self) -> bool {
        matches!(self, Self::ListenSofter | Self::ListenLouder | Self::TalkSofter | Self::TalkLouder)
    }

    /// The names of all actions, with the form of their arguments, in the order of a manual.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PLAIN.iter().map(|(name, _)| *name).chain(WITH_ARGUMENT.iter().map(|kind| kind.form()))
    }

    fn name(&self) -> &'static str {
        let kind = match self {
            Self::Playback(_) => Kind::Play,
            Self::PlaybackAndContinue(_) => Kind::PlayAndContinue,
            Self::RunDialplan(_) => Kind::Dialplan,
            Self::LeaveTo(_) => Kind::LeaveTo,
            plain => return PLAIN.iter().find(|(_, action)| action == plain).map_or("", |(name, _)| name),
        };
        kind.name()
    }
}

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, ActionError> {
        let text = text.trim();
        let (name, argument) = match text.split_once('(') {
            None => (text, None),
            Some((name, rest)) => {
                let argument = rest.strip_suffix(')').ok_or_else(|| ActionError::Unclosed(shorten(text)))?;
                (name.trim(), Some(argument.trim()))
            }
        };
        let plain = PLAIN.iter().find(|(known, _)| *known == name);
        let kind = WITH_ARGUMENT.iter().find(|kind| kind.name() == name);
        match (plain, kind, argument) {
            (Some((_, action)), _, None) => Ok(action.clone()),
            (Some((known, _)), _, Some(_)) => Err(ActionError::NoArgument(known)),
            (None, Some(kind), argument) => argument.and_then(|argument| kind.with(argument)).ok_or(kind.error()),
            (None, None, _) => Err(ActionError::Unknown(shorten(name))),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Playback(files) | Self::PlaybackAndContinue(files) => write!(f, "({})", files.join("&")),
            Self::RunDialplan(place) | Self::LeaveTo(place) => write!(f, "({place})"),
            _ => Ok(()),
        }
    }
}

/// A place in the host's dial plan. As text `context,extension,priority`; the priority may be left out and is 1 then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialplanPlace {
    /// Its context.
    pub context: Arc<str>,
    /// The extension in it.
    pub extension: Arc<str>,
    /// Where in the extension to begin, from 1.
    pub priority: u32,
}

impl FromStr for DialplanPlace {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, ActionError> {
        let mut parts = text.split(',').map(str::trim);
        let (context, extension) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let priority = parts.next().map_or(Ok(1), str::parse);
        let named = |part: &str| !part.is_empty() && part.len() <= LONGEST && !part.chars().any(|c| c.is_control());
        match priority {
            Ok(priority @ 1..) if named(context) && named(extension) && parts.next().is_none() => {
                Ok(Self { context: context.into(), extension: extension.into(), priority })
            }
            _ => Err(ActionError::NeedsPlace("")),
        }
    }
}

impl fmt::Display for DialplanPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.context, self.extension, self.priority)
    }
}

/// Why a text is no [`Action`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionError {
    /// No action has this name.
    Unknown(String),
    /// A parenthesis is opened and the text does not end with its end.
    Unclosed(String),
    /// This action takes no argument.
    NoArgument(&'static str),
    /// This action needs names of files.
    NeedsFiles(&'static str),
    /// This action needs a place in the dial plan; empty: no action was named.
    NeedsPlace(&'static str),
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                let names = Action::names().collect::<Vec<_>>().join(", ");
                write!(f, "there is no action {name:?}; the actions are {names}")
            }
            Self::Unclosed(text) => write!(f, "{text:?} lacks its closing parenthesis"),
            Self::NoArgument(name) => write!(f, "'{name}' takes nothing in parentheses; write it alone"),
            Self::NeedsFiles(name) => {
                write!(f, "'{name}' needs sound files; write them as '{name}(first&second)', at most {MOST_FILES}")
            }
            Self::NeedsPlace("") => f.write_str("a place in the dial plan is written as 'context,extension,priority'"),
            Self::NeedsPlace(name) => {
                write!(f, "'{name}' needs a place in the dial plan; write it as '{name}(context,extension,priority)'")
            }
        }
    }
}

impl std::error::Error for ActionError {}

/// The actions that take something in parentheses.
#[derive(Clone, Copy)]
enum Kind {
    Play,
    PlayAndContinue,
    Dialplan,
    LeaveTo,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::PlayAndContinue => "play_and_continue",
            Self::Dialplan => "dialplan",
            Self::LeaveTo => "leave_to",
        }
    }

    const fn form(self) -> &'static str {
        match self {
            Self::Play => "play(file&file)",
            Self::PlayAndContinue => "play_and_continue(file&file)",
            Self::Dialplan => "dialplan(context,extension,priority)",
            Self::LeaveTo => "leave_to(context,extension,priority)",
        }
    }

    const fn error(self) -> ActionError {
        match self {
            Self::Play | Self::PlayAndContinue => ActionError::NeedsFiles(self.name()),
            Self::Dialplan | Self::LeaveTo => ActionError::NeedsPlace(self.name()),
        }
    }

    fn with(self, argument: &str) -> Option<Action> {
        Some(match self {
            Self::Play => Action::Playback(files(argument)?),
            Self::PlayAndContinue => Action::PlaybackAndContinue(files(argument)?),
            Self::Dialplan => Action::RunDialplan(argument.parse().ok()?),
            Self::LeaveTo => Action::LeaveTo(argument.parse().ok()?),
        })
    }
}

fn files(text: &str) -> Option<Arc<[Arc<str>]>> {
    let files: Arc<[Arc<str>]> = text.split('&').map(|file| Arc::from(file.trim())).collect();
    let named = |file: &str| !file.is_empty() && file.len() <= LONGEST && !file.chars().any(|c| c.is_control());
    (files.len() <= MOST_FILES && files.iter().all(|file| named(file))).then_some(files)
}

/// So that a message stays a line that can be read.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The most files that one action plays.
const MOST_FILES: usize = 16;

/// The longest name of a file, a context or an extension.
const LONGEST: usize = 255;

static WITH_ARGUMENT: [Kind; 4] = [Kind::Play, Kind::PlayAndContinue, Kind::Dialplan, Kind::LeaveTo];

static PLAIN: [(&str, Action); 27] = [
    ("help", Action::Help),
    ("close", Action::Close),
    ("toggle_mute", Action::ToggleMute),
    ("toggle_deaf", Action::ToggleDeaf),
    ("toggle_hand", Action::ToggleHand),
    ("listen_softer", Action::ListenSofter),
    ("listen_louder", Action::ListenLouder),
    ("listen_reset", Action::ListenReset),
    ("talk_softer", Action::TalkSofter),
    ("talk_louder", Action::TalkLouder),
    ("talk_reset", Action::TalkReset),
    ("leave", Action::Leave),
    ("count", Action::Count),
    ("roll_call", Action::RollCall),
    ("invite", Action::Invite),
    ("cancel_invite", Action::CancelInvite),
    ("no_op", Action::NoOp),
    ("toggle_lock", Action::ToggleLock),
    ("kick_last", Action::KickLast),
    ("kick_one", Action::KickOne),
    ("toggle_mute_all", Action::ToggleMuteAll),
    ("toggle_recording", Action::ToggleRecording),
    ("pause_recording", Action::TogglePause),
    ("admit_all", Action::AdmitAll),
    ("give_floor", Action::GiveFloor),
    ("extend", Action::Extend),
    ("end", Action::End),
];
