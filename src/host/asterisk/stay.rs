//! A call's stay with us, on its own thread: it arrives, is served by others, and is given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Handle;
use super::channel::{Channel, Prepared, Watch};
use super::formats::{self, Format};
use super::worker::Served;
use crate::engine::Codec;
use crate::room::DialplanPlace;
use crate::service::mailbox::{Ending, Mailbox, Next, Task};
use crate::service::{Arrival, CallEvent, CallId};

/// A call that is about to come to us, or is with us.
pub struct Stay {
    channel: Channel,
    name: Arc<str>,
    codec: Codec,
    format: Format,
    handle: Handle,
    mailbox: Arc<Mailbox>,
    /// Set when the channel has new guts.
    masqueraded: Arc<AtomicBool>,
    /// Set when the call is to be served in another form.
    renews: Arc<AtomicBool>,
    /// Whether we made this call.
    dialled: bool,
    /// Until when it may ring, if we made it and it is not answered.
    rings_until: Option<Instant>,
    /// Gives the channel its own formats back; none while the dial plan has it.
    ours: Option<(Prepared, Watch)>,
}

/// How a stay ended.
pub struct Ended {
    /// Its end.
    pub ending: Ending,
    /// Its name towards the service, if it was let in.
    pub call: Option<CallId>,
    /// We made the call, and it rang for too long.
    pub rang_out: bool,
}

impl Stay {
    /// Makes the channel ours. `None`: it cannot be; that is in the log.
    pub fn begin(channel: Channel, name: &str, handle: Handle) -> Option<Stay> {
        let masqueraded = Arc::new(AtomicBool::new(false));
        let Some(prepared) = channel.prepare(None) else {
            log::error!("{name}: Asterisk has no translator between its codec and linear audio");
            return None;
        };
        let watch = channel.watch(masqueraded.clone())?;
        Some(Stay {
            channel,
            name: name.into(),
            codec: prepared.codec,
            format: prepared.format.clone(),
            handle,
            mailbox: Mailbox::new(),
            masqueraded,
            renews: Arc::default(),
            dialled: false,
            rings_until: None,
            ours: Some((prepared, watch)),
        })
    }

    /// The same for a call that we made and that may ring until a moment; `None`: it is answered.
    pub fn begin_dialled(channel: Channel, name: &str, handle: Handle, rings_until: Option<Instant>) -> Option<Stay> {
        let mut stay = Stay::begin(channel, name, handle)?;
        stay.dialled = true;
        stay.rings_until = rings_until;
        if rings_until.is_none() {
            stay.mailbox.set_answered();
        }
        Some(stay)
    }

    /// What the channel hands in and takes.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Brings the call to the service and stays until it is given back.
    pub fn run(mut self, arrival: Arrival) -> Ended {
        // Whoever calls and is not answered at once hears us only after "session progress".
        let mut progress_at = (!arrival.answered && !self.dialled).then(|| Instant::now() + PROGRESS_AFTER);
        let call = match self.handle.arrive(arrival, self.served()).recv() {
            Ok(Ok(placed)) => placed.call,
            Ok(Err(result)) => {
                let outcome = crate::service::Outcome { result, goto: None };
                return Ended { ending: Ending::Released(outcome), call: None, rang_out: false };
            }
            Err(_) => return Ended { ending: Ending::Failed, call: None, rang_out: false },
        };
        let mut rang_out = false;
        loop {
            let rings_until = self.rings_until.filter(|_| !rang_out && !self.mailbox.is_answered());
            match self.mailbox.next(progress_at.or(rings_until)) {
                Next::Task(Task::Answer) => {
                    progress_at = None;
                    if self.channel.answer() {
                        self.report(call, CallEvent::Answered);
                        // Only now all is known that the telephone asked for.
                        let best = formats::best(self.channel);
                        if best.is_some_and(|(codec, _)| codec != self.codec) {
                            self.renews.store(true, Ordering::Release);
                        }
                    }
                }
                Next::Task(Task::Digit(digit)) => self.channel.send_digit(digit),
                Next::Task(Task::Run(place)) => {
                    if let Err(ending) = self.away(call, &place) {
                        return Ended { ending, call: Some(call), rang_out };
                    }
                }
                Next::Task(Task::Renew) => {
                    if let Err(ending) = self.renew(call) {
                        return Ended { ending, call: Some(call), rang_out };
                    }
                }
                Next::End(ending) => return Ended { ending, call: Some(call), rang_out },
                Next::Late if progress_at.take().is_some() => self.channel.progress(),
                Next::Late if !self.mailbox.is_answered() => {
                    // Whoever serves it reads that it is hung up, and gives it back.
                    rang_out = true;
                    self.channel.hang_up_softly();
                }
                Next::Late => {}
            }
        }
    }

    /// In the dial plan, and back. Gone from there: the service is told here, because nobody serves the call.
    fn away(&mut self, call: CallId, place: &DialplanPlace) -> Result<(), Ending> {
        self.ours = None;
        if !self.channel.run_dialplan(place) {
            self.report(call, CallEvent::Gone);
            return Err(Ending::Gone);
        }
        let prepared = self.channel.prepare(Some((self.codec, self.format.clone())));
        let watch = self.channel.watch(self.masqueraded.clone());
        let (Some(prepared), Some(watch)) = (prepared, watch) else {
            log::error!("{}: Asterisk cannot give its audio back after the dial plan", self.name);
            self.report(call, CallEvent::Failed);
            return Err(Ending::Failed);
        };
        self.ours = Some((prepared, watch));
        self.handle.returned(call, self.served());
        Ok(())
    }

    /// Finds out what the channel speaks now, and has it served so.
    fn renew(&mut self, call: CallId) -> Result<(), Ending> {
        self.ours = None;
        let prepared = self.channel.prepare(None);
        let watch = self.channel.watch(self.masqueraded.clone());
        let (Some(prepared), Some(watch)) = (prepared, watch) else {
            log::error!("{}: Asterisk has no translator for the codec that it has changed to", self.name);
            self.report(call, CallEvent::Failed);
            return Err(Ending::Failed);
        };
        (self.codec, self.format) = (prepared.codec, prepared.format.clone());
        self.ours = Some((prepared, watch));
        self.handle.renewed(call, self.codec, self.served());
        Ok(())
    }

    fn served(&self) -> Served {
        Served {
            channel: self.channel,
            name: self.name.clone(),
            codec: self.codec,
            format: self.format.clone(),
            speech: self.ours.as_ref().map(|(prepared, _)| prepared.speech()),
            masqueraded: self.masqueraded.clone(),
            renews: self.renews.clone(),
            dialled: self.dialled,
            claim: self.mailbox.claim(),
        }
    }

    fn report(&self, call: CallId, event: CallEvent) {
        report(&self.handle, call, event);
    }
}

/// Reports from a thread that may wait.
pub fn report(handle: &Handle, call: CallId, event: CallEvent) {
    while !handle.report(call, event) {
        std::thread::sleep(Duration::from_millis(5));
    }
    handle.wake();
}

/// So long a call that came unanswered may wait for the word that it is answered at once.
const PROGRESS_AFTER: Duration = Duration::from_millis(100);
