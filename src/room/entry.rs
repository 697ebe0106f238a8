//! One caller's way in, until he may join a room.

use super::{
    CallResult, Conference, Opens, Options, PROMPT_LIMIT, Role, Sound,
    pin::Digits,
    sound::{GET_PIN, INVALID_PIN, NO_ROOM, TOO_MANY_PINS},
    timer::{Timer, Timers},
};
use std::{collections::VecDeque, fmt, mem, sync::Arc, time::Duration};

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
///
/// **Who is asked.** Nobody, if the conference has no PIN at all, or by option `p` or `L`. `L` makes a leader, `l` a
/// listener, anything else a participant; the leader PIN makes a leader even of a caller with `l`, so that a line for
/// listeners can be opened by whoever knows it. In a conference that has only a leader PIN, keying nothing (`#` alone,
/// or silence) makes a participant.
///
/// **Keys.** Digits are collected; `#` or a pause ends the PIN, never its length, which would tell how long it is. The
/// first digit cuts off the question and counts. `*` takes back what was keyed so far, `A` to `D` do nothing. Of more
/// than 32 digits the first 32 are kept, and the attempt is wrong.
///
/// **A wrong PIN** is answered by the same words, as soon, whatever was wrong: both PINs are always compared, digit by
/// digit to the end. Silence is an attempt too. After the last attempt the caller hears that there were too many,
/// and is [`Done`](Output::Done) with [`CallResult::BadPin`].
///
/// **An unknown conference** is told in words, then [`CallResult::NoRoom`]. The one who opens conferences on demand
/// hands in a [`Conference`] instead.
///
/// **Hang-up** at any moment before the answer is `Done(Hangup)`, and nothing that was still to be done comes out.
#[derive(Debug)]
pub struct Entry {
    settings: EntrySettings,
    state: State,
    timers: Timers,
    now: Duration,
    outputs: VecDeque<Output>,
}

/// Where the caller stands.
#[derive(Debug)]
enum State {
    /// He is asked for his PIN, or keys it.
    AtTheDoor(Question),
    /// He hears why he may not come in.
    TurnedAway(CallResult),
    /// He has his answer.
    Gone,
}

/// What he must know, and what he has said so far.
#[derive(Debug)]
struct Question {
    conference: Arc<Conference>,
    /// What the right PIN makes of him.
    role: Role,
    attempts_left: u32,
    keyed: Digits,
    /// The question, or the verdict on the last answer, still plays.
    playing: bool,
}

impl Entry {
    /// A caller arrives. `conference` is what he dialled, or `None` if there is no such conference.
    pub fn new(now: Duration, conference: Option<Arc<Conference>>, options: Options, settings: EntrySettings) -> Self {
        let mut entry =
            Self { settings, state: State::Gone, timers: Timers::default(), now, outputs: VecDeque::with_capacity(4) };
        let role = match options {
            Options { leader: true, .. } => Role::Leader,
            Options { listen_only: true, .. } => Role::Listener,
            _ => Role::Participant,
        };
        match conference {
            None => entry.turn_away(NO_ROOM, CallResult::NoRoom),
            Some(conference) if options.leader || options.no_pin || !conference.asks() => entry.join(role),
            Some(conference) => {
                let attempts_left = entry.settings.pin_attempts.max(1);
                let keyed = Digits::default();
                entry.state = State::AtTheDoor(Question { conference, role, attempts_left, keyed, playing: true });
                entry.play(vec![GET_PIN]);
            }
        }
        entry
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input) {
        self.now = self.now.max(now);
        while let Some(timer) = self.timers.take_due(self.now) {
            self.time_out(timer);
        }
        match input {
            Input::Digit(digit) => self.digit(digit),
            Input::Played => self.played(),
            Input::Hangup if matches!(self.state, State::Gone) && !self.answer_pending() => {}
            Input::Hangup => {
                self.outputs.clear();
                self.finish(Output::Done(CallResult::Hangup));
            }
            Input::Wake => {}
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        self.timers.next().map_or(Output::Idle, Output::WakeAt)
    }

    fn time_out(&mut self, timer: Timer) {
        match timer {
            Timer::Prompt => self.played(),
            Timer::FirstDigit | Timer::NextDigit | Timer::Attempt => self.judge(),
            _ => {}
        }
    }

    fn played(&mut self) {
        self.timers.stop(Timer::Prompt);
        match &mut self.state {
            State::AtTheDoor(question) if question.playing => {
                question.playing = false;
                self.timers.set(Timer::FirstDigit, self.now + self.settings.first_digit);
                self.timers.set(Timer::Attempt, self.now + self.settings.attempt);
            }
            State::TurnedAway(result) => {
                let result = *result;
                self.finish(Output::Done(result));
            }
            State::AtTheDoor(_) | State::Gone => {}
        }
    }

    fn digit(&mut self, digit: char) {
        let State::AtTheDoor(question) = &mut self.state else {
            return;
        };
        if !matches!(digit, '0'..='9' | '*' | '#') {
            return;
        }
        if question.playing {
            question.playing = false;
            self.timers.stop(Timer::Prompt);
            self.timers.set(Timer::Attempt, self.now + self.settings.attempt);
            self.outputs.push_back(Output::StopPlaying);
        }
        match digit {
            '#' => self.judge(),
            '*' => {
                question.keyed = Digits::default();
                self.timers.stop(Timer::NextDigit);
                self.timers.set(Timer::FirstDigit, self.now + self.settings.first_digit);
            }
            _ => {
                question.keyed.push(digit);
                self.timers.stop(Timer::FirstDigit);
                self.timers.set(Timer::NextDigit, self.now + self.settings.next_digit);
            }
        }
    }

    /// The PIN is complete.
    fn judge(&mut self) {
        let State::AtTheDoor(question) = &mut self.state else {
            return;
        };
        self.timers.stop_all();
        let keyed = mem::take(&mut question.keyed);
        match question.conference.judge(&keyed) {
            Some(Opens::AsLeader) => return self.join(Role::Leader),
            Some(Opens::AsAnybody) => {
                let role = question.role;
                return self.join(role);
            }
            None => {}
        }
        question.attempts_left -= 1;
        if question.attempts_left == 0 {
            return self.turn_away(TOO_MANY_PINS, CallResult::BadPin);
        }
        question.playing = true;
        self.play(vec![INVALID_PIN, GET_PIN]);
    }

    fn play(&mut self, sounds: Vec<Sound>) {
        self.timers.set(Timer::Prompt, self.now + PROMPT_LIMIT);
        self.outputs.push_back(Output::Play(sounds));
    }

    fn join(&mut self, role: Role) {
        self.finish(Output::Join(role));
    }

    fn turn_away(&mut self, words: Sound, result: CallResult) {
        self.state = State::TurnedAway(result);
        self.play(vec![words]);
    }

    fn finish(&mut self, answer: Output) {
        self.state = State::Gone;
        self.timers.stop_all();
        self.outputs.push_back(answer);
    }

    /// The answer is decided, and the driver has not taken it yet.
    fn answer_pending(&self) -> bool {
        matches!(self.outputs.back(), Some(Output::Join(_) | Output::Done(_)))
    }
}
