//! A person with a phone: SIP and RTP over loopback, on a thread of his own.

mod ear;
mod line;
mod mouth;
mod phone;

use std::path::Path;
use std::time::{Duration, Instant};

pub use ear::Arrival;
use line::Line;
use mouth::Pace;
pub use phone::Phone;

use crate::codec::Codec;
use crate::error::Trouble;
use crate::network::{Network, Sent, Way};
use crate::sip::Direction;
pub use crate::sip::Ending;
use crate::sound::Sound;
use crate::{listen, wav};

/// A caller. Dropping him hangs up.
pub struct Caller {
    name: String,
    line: Line,
    dial_string: String,
}

/// How well the other end's audio came in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reception {
    /// Packets of audio.
    pub frames: usize,
    /// Packets that are missing among them, by their numbers.
    pub lost: usize,
    /// The longest time between two packets.
    pub longest_wait: Duration,
}

impl Caller {
    /// Begins to describe one; the name is also the user of his SIP address.
    #[expect(clippy::new_ret_no_self, reason = "a story begins with the caller, not with his phone")]
    pub fn new(name: &str) -> Phone {
        Phone::new(name)
    }

    /// His name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What `Dial()` needs to reach him.
    pub fn dial_string(&self) -> &str {
        &self.dial_string
    }

    /// Waits until the call is up, at most ten seconds.
    pub fn wait_answer(&self) -> Result<(), Trouble> {
        self.wait("the answer", PATIENCE, |parts| parts.agent.up || parts.agent.ended.is_some())?;
        match self.ending() {
            // 200: it was answered, and has ended since.
            Some(ending) if ending.status != 200 => {
                Err(Trouble::Refused { asked: "the call".into(), status: ending.status, answer: ending.reason })
            }
            _ => Ok(()),
        }
    }

    /// Waits until it rings, here for a call that comes in, there for one that goes out.
    pub fn wait_ringing(&self) -> Result<(), Trouble> {
        self.wait("ringing", PATIENCE, |parts| parts.agent.ringing)
    }

    /// Waits until the call is over.
    pub fn wait_hung_up(&self, timeout: Duration) -> Result<Ending, Trouble> {
        self.wait("the end of the call", timeout, |parts| parts.agent.ended.is_some())?;
        Ok(self.ending().expect("it was just seen"))
    }

    /// Whether the call is up.
    pub fn is_up(&self) -> bool {
        self.line.with(|parts, _| parts.agent.up)
    }

    /// How the call ended, if it has.
    pub fn ending(&self) -> Option<Ending> {
        self.line.with(|parts, _| parts.agent.ended.clone())
    }

    /// Hangs up, or cancels a call that is not up yet.
    pub fn hang_up(&self) -> Result<(), Trouble> {
        self.line.with(|parts, now| parts.agent.hang_up(now));
        self.wait("the end of the call", PATIENCE, |parts| parts.agent.ended.is_some())
    }

    /// Falls silent in SIP and RTP, like a phone without power.
    pub fn vanish(&self) {
        self.line.with(|parts, _| parts.agent.vanish());
    }

    /// Says something from now on, in place of what he says.
    pub fn say(&self, sound: Sound) {
        let rate = self.rate();
        self.line.with(|parts, _| parts.mouth.say(sound, rate));
    }

    /// Waits until a recording and all digits are out, or the call is over.
    pub fn wait_said(&self, timeout: Duration) -> Result<(), Trouble> {
        self.wait("the end of what is said", timeout, |parts| parts.mouth.is_done() || parts.agent.ended.is_some())
    }

    /// All that he has said, silence included.
    pub fn said(&self) -> Vec<i16> {
        self.line.with(|parts, _| parts.mouth.said.clone())
    }

    /// When the first of what he has said was due to be sent; `None` without a network.
    pub fn said_from(&self) -> Option<Instant> {
        self.line.with(|parts, _| parts.way.as_ref()?.began())
    }

    /// Every packet that he gave to his network.
    pub fn sent(&self) -> Vec<Sent> {
        self.line.with(|parts, _| parts.way.as_ref().map(Way::sent).unwrap_or_default())
    }

    /// Goes through another network from the next packet on.
    pub fn set_network(&self, network: Network) {
        self.line.with(|parts, _| parts.set_network(network));
    }

    /// Presses keys, as RFC 4733 events of 160 ms; returns when they are out or the call is over.
    pub fn press(&self, digits: &str) -> Result<(), Trouble> {
        self.press_at(digits, Pace::USUAL)
    }

    /// Presses ten keys a second, as RFC 4733 events of 60 ms.
    pub fn press_fast(&self, digits: &str) -> Result<(), Trouble> {
        self.press_at(digits, Pace::FAST)
    }

    fn press_at(&self, digits: &str, pace: Pace) -> Result<(), Trouble> {
        self.line.with(|parts, _| parts.mouth.press(digits, pace));
        let timeout = PATIENCE + Duration::from_millis(300) * digits.len() as u32;
        self.wait("the end of the digits", timeout, |parts| parts.mouth.digits_are_out() || parts.agent.ended.is_some())
    }

    /// Presses keys, as SIP INFO; returns when each has its answer.
    pub fn press_by_info(&self, digits: &str) -> Result<(), Trouble> {
        for digit in digits.chars() {
            let request = self.line.with(|parts, now| parts.agent.info(digit, now));
            self.wait_accepted("a digit by INFO", request)?;
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    /// Asks the other end to go on with other codecs.
    pub fn change_codecs(&self, codecs: &[Codec]) -> Result<(), Trouble> {
        let request = self.line.with(|parts, now| parts.agent.change_codecs(codecs, now));
        self.wait_accepted("other codecs", request)
    }

    /// Puts the other end on hold.
    pub fn hold(&self) -> Result<(), Trouble> {
        let request = self.line.with(|parts, now| parts.agent.turn(Direction::SendOnly, now));
        self.wait_accepted("hold", request)
    }

    /// Takes the other end off hold.
    pub fn resume(&self) -> Result<(), Trouble> {
        let request = self.line.with(|parts, now| parts.agent.turn(Direction::Both, now));
        self.wait_accepted("the end of hold", request)
    }

    /// Sends the other end to a number (blind transfer) and leaves when it reports success.
    pub fn transfer(&self, number: &str) -> Result<(), Trouble> {
        let request = self.line.with(|parts, now| parts.agent.refer(number, "", now));
        self.wait_accepted("the transfer", request)
    }

    /// What a `Replaces` header says to take the place of this call.
    pub fn replaces(&self) -> String {
        self.line.with(|parts, _| parts.agent.replaces())
    }

    /// Sends the other end of this call to where the other call goes, in its place (attended transfer).
    pub fn transfer_to(&self, other: &Caller) -> Result<(), Trouble> {
        let (number, replaces) = other.line.with(|parts, _| (parts.agent.number(), parts.agent.replaces()));
        let escaped = replaces.replace('@', "%40").replace(';', "%3B").replace('=', "%3D");
        let request = self.line.with(|parts, now| parts.agent.refer(&number, &format!("?Replaces={escaped}"), now));
        self.wait_accepted("the transfer", request)
    }

    /// Samples a second in what is heard and said.
    pub fn rate(&self) -> u32 {
        self.line.with(|parts, _| parts.codec().rate())
    }

    /// The codec of the call.
    pub fn codec(&self) -> Codec {
        self.line.with(|parts, _| parts.codec())
    }

    /// All that he has heard since the first packet; what was lost is silence.
    pub fn heard(&self) -> Vec<i16> {
        self.line.with(|parts, _| parts.ear.samples.clone())
    }

    /// The same, left and right; nothing unless the codec has two channels.
    pub fn heard_sides(&self) -> Vec<[i16; 2]> {
        self.line.with(|parts, _| parts.ear.sides.clone())
    }

    /// What he has heard since a moment.
    pub fn heard_since(&self, moment: Instant) -> Vec<i16> {
        self.line.with(|parts, now| parts.ear.since(moment, now))
    }

    /// What he has heard lately.
    pub fn heard_last(&self, time: Duration) -> Vec<i16> {
        self.heard_since(Instant::now().checked_sub(time).expect("the machine runs longer than that"))
    }

    /// Waits until he hears a tone at least this loud, a third of a second long.
    pub fn wait_tone(&self, hertz: f64, dbfs: f64, timeout: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + timeout;
        loop {
            let level = listen::tone_level(&self.heard_last(Duration::from_millis(330)), self.rate(), hertz);
            if level >= dbfs {
                return Ok(());
            }
            if Instant::now() > until {
                let waiting_for = format!("a tone of {hertz} Hz at {dbfs} dBFS for {}", self.name);
                return Err(Trouble::TimedOut { waiting_for, after: timeout, seen: format!("{level:.1} dBFS") });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Digits that were sent to him as RFC 4733 events.
    pub fn digits_heard(&self) -> String {
        self.line.with(|parts, _| parts.ear.digits.clone())
    }

    /// When the first packet came: the time of the first sample of [`heard`](Self::heard).
    pub fn heard_from(&self) -> Option<Instant> {
        self.line.with(|parts, _| parts.ear.first_at())
    }

    /// Every packet of audio as it came in.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.line.with(|parts, _| parts.ear.arrivals.clone())
    }

    /// How well the other end's audio came in.
    pub fn reception(&self) -> Reception {
        let arrivals = self.arrivals();
        let waits = arrivals.windows(2).map(|pair| pair[1].at - pair[0].at);
        Reception {
            frames: arrivals.len(),
            lost: arrivals.iter().map(|arrival| usize::from(arrival.lost_before)).sum(),
            longest_wait: waits.max().unwrap_or_default(),
        }
    }

    /// How far a transfer has come: the status lines that the other end reported.
    pub fn transfer_progress(&self) -> Vec<String> {
        self.line.with(|parts, _| parts.agent.notified.clone())
    }

    /// Saves what was heard as a WAV file.
    pub fn save_heard(&self, path: impl AsRef<Path>) -> Result<(), Trouble> {
        wav::write(path, self.rate(), &self.heard())
    }

    /// The SIP messages so far, one after the other.
    pub fn trace(&self) -> String {
        self.line.with(|parts, _| parts.agent.trace.clone())
    }

    fn wait_accepted(&self, asked: &str, request: u32) -> Result<(), Trouble> {
        self.wait(asked, PATIENCE, |parts| parts.agent.result(request).is_some())?;
        let result = self.line.with(|parts, _| parts.agent.result(request));
        let (status, answer) = result.expect("it was just seen");
        if status < 300 { Ok(()) } else { Err(Trouble::Refused { asked: asked.into(), status, answer }) }
    }

    fn wait(&self, what: &str, timeout: Duration, fits: impl Fn(&line::Parts) -> bool) -> Result<(), Trouble> {
        if self.line.wait(timeout, fits) {
            return Ok(());
        }
        let waiting_for = format!("{what} for {}", self.name);
        Err(Trouble::TimedOut { waiting_for, after: timeout, seen: self.trace() })
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
