//! One caller's way in, until he may join a room.

use super::{CallResult, Conference, Options, PROMPT_LIMIT, Role, Sound};
use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The caller pressed a key: `0` to `9`, `*`, `#` or `A` to `D`; anything else is ignored.
    Digit(char),
    /// The newest [`Output::Play`] ended by itself, or could not be played.
    Played,
    /// The caller hung up, or the host took the call away.
    Hangup,
    /// It is time: the moment of the last [`Output::WakeAt`] has come.
    Wake,
}

/// Shows which input, and hides the key.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digit(_) => "Digit(redacted)",
            Self::Played => "Played",
            Self::Hangup => "Hangup",
            Self::Wake => "Wake",
        })
    }
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Play these instead of whatever plays, and report [`Input::Played`]. Never empty.
    Play(Vec<Sound>),
    /// Stop what plays.
    StopPlaying,
    /// He may join, in this role. The last output.
    Join(Role),
    /// He may not join; give his call back with this result. The last output.
    Done(CallResult),
    /// Nothing to do until this moment or the next input.
    WakeAt(Duration),
    /// Nothing to do until the next input.
    Idle,
}

/// How patient an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySettings {
    /// How many PINs a caller may try; 0 counts as 1.
    pub pin_attempts: u32,
    /// How long to wait for the first digit once nothing plays.
    pub first_digit: Duration,
    /// The pause after a digit that ends the PIN.
    pub next_digit: Duration,
    /// How long one attempt may take from the end of the question or the first key, however the keys are spread.
    pub attempt: Duration,
}

impl Default for EntrySettings {
    /// Three attempts; 10 s for the first digit, 3 s for each further one, a minute for the whole PIN.
    fn default() -> Self {
        Self {
            pin_attempts: 3,
            first_digit: Duration::from_secs(10),
            next_digit: Duration::from_secs(3),
            attempt: Duration::from_secs(60),
        }
    }
}

/// One caller until he is a member or turned away.
#[derive(Debug)]
pub struct Entry {
    outputs: VecDeque<Output>,
}

impl Entry {
    /// A caller arrives. `conference` is what he dialled, or `None` if there is no such conference.
    pub fn new(
        _now: Duration,
        _conference: Option<Arc<Conference>>,
        _options: Options,
        _settings: EntrySettings,
    ) -> Self {
        let _ = PROMPT_LIMIT;
        Self {
            outputs: VecDeque::from([Output::Join(Role::Participant)]),
        }
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, _now: Duration, _input: Input) {}

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Idle)
    }
}
