//! One caller's way in, until he may join a room.

mod finding;
mod io;
mod naming;
mod question;

use super::{
    CallResult, Digits, Found, MemberId, Options, PROMPT_LIMIT, Query, Role, Sound,
    sound::INVITED,
    timer::{Timer, Timers},
};
use naming::Naming;
use question::{About, Keyed, Question};
use std::{collections::VecDeque, fmt, time::Duration};

pub use super::timer::{ANSWER_LIMIT, LOOKUP_LIMIT};
pub use io::{EntrySettings, Input, Output};
pub use question::refusal;

/// One caller until he is a member or turned away.
///
/// **What he comes to** is the first thing that the entry [asks](Output::Ask) of its driver: a conference, a doorway
/// to several, or nothing. Whatever a caller keys is judged by whoever answers, never here. An answer that takes longer
/// than [`LOOKUP_LIMIT`] is [`CallResult::Failed`].
///
/// **Who is asked for a PIN.** Nobody, if the conference has no PIN at all, or by option `p` or `L`. `L` makes a leader,
/// `l` a listener, anything else a participant; the leader PIN makes a leader even of a caller with `l`, so that a line
/// for listeners can be opened by whoever knows it. In a conference that has only a leader PIN, keying nothing (`#`
/// alone, or silence) makes a participant.
///
/// **A dynamic doorway** asks for a conference number. If that conference is held, he comes to it as if he had dialled
/// it. If not, he may set a PIN for those who come after him (`#` alone, or silence: none; by option `p` he is not
/// asked), and hears that he opened it. If somebody else opened it in the meantime, he comes to it as if it had been held
/// all along.
///
/// **An access number** asks for a code, which is all that he has to know.
///
/// **Keys.** Digits are collected; `#` or a pause ends the PIN, never its length, which would tell how long it is. The
/// first digit cuts off the question and counts. `*` takes back what was keyed so far, `A` to `D` do nothing. Of more
/// than 32 digits the first 32 are kept, and the attempt is wrong. What is keyed while an answer is awaited is kept for
/// the next question.
///
/// **A wrong PIN or code** is answered by the same words, whatever was wrong, and as late as the answer
/// [says](Found::Wrong). Silence is an attempt too. After the last attempt the caller hears that there were too many,
/// and is [`Done`](Output::Done) with [`CallResult::BadPin`]. He hears the same words, as late, when no codes are looked
/// at for a while because there were too many wrong ones; then the result is [`CallResult::LockedOut`].
///
/// **Nothing for him** is told in words of its own, then comes the result.
///
/// **His name** is asked for last, if he is treated so that the others hear it. It ends with a key, when he falls silent,
/// or after [`EntrySettings::name_time`]. If it is too short twice, or cannot be recorded, he joins without.
///
/// **A call that was not answered** when it came is answered before he is asked for anything or turned away, and before
/// he joins if he is treated [so](crate::room::Answering::AtOnce). What follows waits until his call [has
/// sound](Input::Answered), so that he hears the first word, but no longer than [`ANSWER_LIMIT`]. He is not asked for a
/// name if his call is never to be answered.
///
/// **Hang-up** at any moment before the answer is `Done(Hangup)`, and nothing that was still to be done comes out.
#[derive(Debug)]
pub struct Entry {
    settings: EntrySettings,
    member: MemberId,
    options: Options,
    /// The call is answered.
    answered: bool,
    /// The driver answers the call: what comes after that waits for its sound, but not longer than this.
    silent_until: Option<Duration>,
    stage: Stage,
    /// The newest `Play` has not ended.
    playing: bool,
    /// Keyed while an answer was awaited.
    ahead: Ahead,
    timers: Timers,
    now: Duration,
    outputs: VecDeque<Output>,
}

/// Where the caller stands.
#[derive(Debug)]
enum Stage {
    /// Something is looked up for him.
    LookedUp(Lookup),
    /// He is asked to key something, or keys it.
    Asked(Question),
    /// He keyed something wrong, and is told so in a moment.
    Judged(Verdict),
    /// He hears that he opened a conference, in which he is this.
    Opens(Role),
    /// He says his name.
    Naming(Naming),
    /// He hears that he is invited.
    Invited,
    /// He hears why he may not come in.
    TurnedAway(CallResult),
    /// He has his answer.
    Gone,
}

/// What is looked up.
#[derive(Debug)]
enum Lookup {
    /// What he dialled.
    Number,
    /// What he keyed.
    Keyed(Question),
    /// How he is treated in this role.
    Manner(Role),
}

/// What comes of a wrong answer.
#[derive(Debug)]
enum Verdict {
    /// These words, and the question again.
    Again(Question, Sound),
    /// These words, and this result.
    TurnedAway(Sound, CallResult),
}

impl Entry {
    /// A caller arrives who will be known by this name, with the options of his call; `answered`: whether the call
    /// is answered already.
    pub fn new(now: Duration, member: MemberId, options: Options, answered: bool, settings: EntrySettings) -> Self {
        let mut entry = Self::at(now, member, settings);
        (entry.options, entry.answered) = (options, answered);
        entry.ask(Lookup::Number, Query::Number);
        entry
    }

    /// Somebody who was called and has answered is asked whether he comes: by `1` he joins as a participant; by any
    /// other key, or by none, he is [`Done`](Output::Done) with [`CallResult::Declined`].
    pub fn invited(now: Duration, member: MemberId, settings: EntrySettings) -> Self {
        let mut entry = Self::at(now, member, settings);
        entry.stage = Stage::Invited;
        entry.play(vec![INVITED]);
        entry
    }

    fn at(now: Duration, member: MemberId, settings: EntrySettings) -> Self {
        Self {
            settings,
            member,
            options: Options::default(),
            answered: true,
            silent_until: None,
            stage: Stage::Gone,
            playing: false,
            ahead: Ahead::default(),
            timers: Timers::default(),
            now,
            outputs: VecDeque::with_capacity(4),
        }
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input) {
        self.now = self.now.max(now);
        // The earliest first; of several at the same moment the first of the table.
        while let Some((_, timer)) = self.timers.due(self.now).min() {
            self.timers.stop(timer);
            self.time_out(timer);
        }
        match input {
            Input::Digit(digit) => self.digit(digit),
            Input::Played => self.played(),
            Input::Answer(found) => self.found(found),
            Input::Recorded(length) => self.recorded(length),
            Input::Hangup if matches!(self.stage, Stage::Gone) && !self.answer_pending() => {}
            Input::Answered => self.silent_until = None,
            Input::Hangup => {
                self.silent_until = None;
                self.outputs.clear();
                self.finish(Output::Done(CallResult::Hangup));
            }
            Input::Wake => {}
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        self.silent_until = self.silent_until.filter(|until| self.now < *until);
        if self.silent_until.is_none()
            && let Some(output) = self.outputs.pop_front()
        {
            if output == Output::Answer {
                self.silent_until = Some(self.now + ANSWER_LIMIT);
            }
            return output;
        }
        self.silent_until.into_iter().chain(self.timers.next()).min().map_or(Output::Idle, Output::WakeAt)
    }

    fn time_out(&mut self, timer: Timer) {
        match (timer, &self.stage) {
            (Timer::Prompt, _) => self.played(),
            (Timer::Lookup, Stage::Naming(_)) => self.recorded(None),
            (Timer::Lookup, _) => self.found(Found::Refused(CallResult::Failed)),
            (Timer::Verdict, _) => self.tell_verdict(),
            (Timer::Name, _) => self.stop_recording(),
            (_, Stage::Naming(_)) => self.naming_over(),
            (_, Stage::Invited) => self.finish(Output::Done(CallResult::Declined)),
            (_, _) => self.complete(),
        }
    }

    fn played(&mut self) {
        if !std::mem::take(&mut self.playing) {
            return;
        }
        self.timers.stop(Timer::Prompt);
        match self.stage {
            Stage::Asked(_) => {
                self.timers.set(Timer::FirstDigit, self.now + self.settings.first_digit);
                self.timers.set(Timer::Attempt, self.now + self.settings.attempt);
            }
            Stage::Invited => self.timers.set(Timer::FirstDigit, self.now + self.settings.first_digit),
            Stage::Opens(role) => self.admit(role),
            Stage::Naming(_) => self.naming_played(),
            Stage::TurnedAway(result) => self.finish(Output::Done(result)),
            Stage::LookedUp(_) | Stage::Judged(_) | Stage::Gone => {}
        }
    }

    fn play(&mut self, sounds: Vec<Sound>) {
        self.playing = true;
        self.timers.set(Timer::Prompt, self.now + PROMPT_LIMIT);
        self.outputs.push_back(Output::Play(sounds));
    }

    fn stop_playing(&mut self) {
        if std::mem::take(&mut self.playing) {
            self.timers.stop(Timer::Prompt);
            self.outputs.push_back(Output::StopPlaying);
        }
    }

    fn join(&mut self, role: Role) {
        self.stop_playing();
        self.finish(Output::Join(role));
    }

    fn turn_away(&mut self, words: Sound, result: CallResult) {
        self.answer_call();
        self.timers.stop_all();
        self.stage = Stage::TurnedAway(result);
        self.play(vec![words]);
    }

    /// From now on he has to hear us, or we him.
    fn answer_call(&mut self) {
        if !std::mem::replace(&mut self.answered, true) {
            self.outputs.push_back(Output::Answer);
        }
    }

    fn finish(&mut self, answer: Output) {
        self.stage = Stage::Gone;
        self.timers.stop_all();
        self.outputs.push_back(answer);
    }

    /// The answer is decided, and the driver has not taken it yet.
    fn answer_pending(&self) -> bool {
        matches!(self.outputs.back(), Some(Output::Join(_) | Output::Done(_)))
    }
}

/// What he keys.
impl Entry {
    fn digit(&mut self, digit: char) {
        if !matches!(digit, '0'..='9' | '*' | '#') {
            return;
        }
        match &mut self.stage {
            Stage::LookedUp(_) | Stage::Judged(_) => self.ahead.push(digit),
            Stage::Asked(question) => {
                if self.playing {
                    self.timers.set(Timer::Attempt, self.now + self.settings.attempt);
                }
                match digit {
                    '#' => {}
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
                self.stop_playing();
                if digit == '#' {
                    self.complete();
                }
            }
            Stage::Opens(role) => {
                let role = *role;
                self.stop_playing();
                self.admit(role);
            }
            Stage::Naming(_) => self.naming_key(digit),
            Stage::Invited => {
                self.stop_playing();
                let comes = digit == '1';
                self.finish(if comes { Output::Join(Role::Participant) } else { Output::Done(CallResult::Declined) });
            }
            Stage::TurnedAway(_) | Stage::Gone => {}
        }
    }

    fn put(&mut self, about: About) {
        self.answer_call();
        let question = Question::new(about, self.settings.pin_attempts);
        let words = question.words();
        self.put_again(question, vec![words]);
    }

    /// Asks, and takes what he keyed meanwhile for the answer.
    fn put_again(&mut self, question: Question, words: Vec<Sound>) {
        self.stage = Stage::Asked(question);
        self.play(words);
        while matches!(self.stage, Stage::Asked(_))
            && let Some(key) = self.ahead.0.pop_front()
        {
            self.digit(key);
        }
    }

    /// What he keyed is complete.
    fn complete(&mut self) {
        let Stage::Asked(question) = std::mem::replace(&mut self.stage, Stage::Gone) else { return };
        self.timers.stop_all();
        match question.complete() {
            Keyed::Ask(query) => self.ask(Lookup::Keyed(question), query),
            Keyed::Wrong => self.wrong(question, Duration::ZERO),
        }
    }

    fn wrong(&mut self, mut question: Question, wait: Duration) {
        let verdict = match question.was_wrong() {
            Ok(words) => Verdict::Again(question, words),
            Err((words, result)) => Verdict::TurnedAway(words, result),
        };
        self.judge(verdict, wait);
    }

    fn judge(&mut self, verdict: Verdict, wait: Duration) {
        self.stage = Stage::Judged(verdict);
        if wait.is_zero() {
            self.tell_verdict();
        } else {
            self.timers.set(Timer::Verdict, self.now + wait);
        }
    }

    fn tell_verdict(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Gone) {
            Stage::Judged(Verdict::Again(question, words)) => {
                let words = vec![words, question.words()];
                self.put_again(question, words);
            }
            Stage::Judged(Verdict::TurnedAway(words, result)) => self.turn_away(words, result),
            other => self.stage = other,
        }
    }
}

/// Keys that wait for a question.
#[derive(Default)]
struct Ahead(VecDeque<char>);

impl Ahead {
    /// More than anybody keys in the time of the longest wait. What comes after that is lost.
    const MOST: usize = 512;

    fn push(&mut self, key: char) {
        if self.0.len() < Self::MOST {
            self.0.push_back(key);
        }
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}
