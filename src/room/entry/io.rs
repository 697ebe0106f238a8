//! What an entry is told, what it asks for, and how patient it is.

use crate::room::{CallResult, Found, Query, Role, Sound};
use std::{fmt, time::Duration};

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// The caller pressed a key: `0` to `9`, `*`, `#` or `A` to `D`; anything else is ignored.
    Digit(char),
    /// The newest [`Output::Play`] ended by itself, or could not be played.
    Played,
    /// What the newest [`Output::Ask`] asked for.
    Answer(Found),
    /// The recording of his name has ended, because it was stopped or because he fell silent. How long what he said
    /// is, silence not counted; `None`: it could not be recorded.
    Recorded(Option<Duration>),
    /// The call, which the driver was to [answer](Output::Answer), has sound now.
    Answered,
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
            Self::Answer(_) => "Answer",
            Self::Recorded(_) => "Recorded",
            Self::Answered => "Answered",
            Self::Hangup => "Hangup",
            Self::Wake => "Wake",
        })
    }
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Find this out, and tell it by [`Input::Answer`]: at once, or later.
    Ask(Query),
    /// Answer the call, which was not answered so far, and report [`Input::Answered`] as soon as it has sound.
    Answer,
    /// Play these instead of whatever plays, and report [`Input::Played`]. Never empty.
    Play(Vec<Sound>),
    /// Stop what plays.
    StopPlaying,
    /// Record what he says from now on as his name, instead of what was recorded before. Ends with
    /// [`Output::StopRecordingName`], or when he has spoken and fell silent; then report [`Input::Recorded`].
    RecordName,
    /// Stop recording, and report [`Input::Recorded`].
    StopRecordingName,
    /// What was recorded last is no name: drop it.
    ForgetName,
    /// He may join the conference that was found last, in this role. The last output.
    Join(Role),
    /// He may not join; give his call back with this result. The last output: what plays or is being recorded ends.
    Done(CallResult),
    /// Nothing to do until this moment or the next input.
    WakeAt(Duration),
    /// Nothing to do until the next input.
    Idle,
}

/// How patient an [`Entry`](super::Entry) is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySettings {
    /// How many PINs, codes or numbers a caller may try; 0 counts as 1.
    pub pin_attempts: u32,
    /// How long to wait for the first digit once nothing plays.
    pub first_digit: Duration,
    /// The pause after a digit that ends the PIN.
    pub next_digit: Duration,
    /// How long one attempt may take from the end of the question or the first key, however the keys are spread.
    pub attempt: Duration,
    /// How long a name may be.
    pub name_time: Duration,
    /// How long saying one's name may take in all, with listening to it and doing it again.
    pub naming: Duration,
}

impl Default for EntrySettings {
    /// Three attempts; 10 s for the first digit, 3 s for each further one, a minute for the whole PIN; 10 s for a name,
    /// a minute and a half for being content with it.
    fn default() -> Self {
        Self {
            pin_attempts: 3,
            first_digit: Duration::from_secs(10),
            next_digit: Duration::from_secs(3),
            attempt: Duration::from_secs(60),
            name_time: Duration::from_secs(10),
            naming: Duration::from_secs(90),
        }
    }
}
