//! A call that makes whoever serves it wait: a thread of its own, so that only it waits.
//!
//! The mix stays with the media worker; sound passes in both directions through rings of a few
//! packets. What finds no room is dropped, as on a network that does not keep up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use rtrb::{Consumer, Producer, RingBuffer};

use super::Handle;
use super::epoll::{Epoll, now};
use super::line::{Descriptor, Line, MOST_BYTES, MOST_DESCRIPTORS, Outgoing, Read, Ready};
use super::worker::Served;
use crate::engine::{Codec, Stamp};
use crate::room::DialplanPlace;
use crate::service::mailbox::Ending;
use crate::service::{CallEvent, CallId};

/// The worker's end.
pub struct Link {
    heard: Consumer<Packet>,
    said: Producer<Packet>,
    release: Sender<Result<Ending, Away>>,
    over: Arc<AtomicBool>,
    renews: Arc<AtomicBool>,
}

/// Why a call leaves without being over.
pub enum Away {
    /// The dial plan has it for a while.
    Lent(DialplanPlace),
    /// It comes back in another form.
    Renewed,
}

/// A payload, or linear samples in the machine's order. Nothing at all: the caller is silent until the next.
pub struct Packet {
    /// What is known of it besides.
    pub stamp: Option<Stamp>,
    length: u16,
    data: Aligned,
}

#[repr(align(2))]
struct Aligned([u8; MOST_BYTES]);

impl Packet {
    fn new(bytes: &[u8], stamp: Option<Stamp>) -> Packet {
        let length = bytes.len().min(MOST_BYTES);
        let mut data = Aligned([0; MOST_BYTES]);
        data.0[..length].copy_from_slice(&bytes[..length]);
        Packet { stamp, length: length as u16, data }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.data.0[..usize::from(self.length)]
    }

    /// Its samples.
    pub fn samples(&self) -> &[i16] {
        // SAFETY: the data is aligned for samples, and any two bytes are one.
        unsafe { self.bytes().align_to::<i16>().1 }
    }
}

impl Link {
    /// Shows what has come from the call.
    pub fn take_heard(&mut self, mut look: impl FnMut(&Packet)) {
        while let Ok(packet) = self.heard.pop() {
            look(&packet);
        }
    }

    /// Sends a tick of sound towards the call, unless it lags too far behind.
    pub fn say(&mut self, bytes: &[u8]) {
        if !self.said.is_full() {
            let _ = self.said.push(Packet::new(bytes, None));
        }
    }

    /// Whether the thread has ended, after telling the service and the PBX thread.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Whether the call is to be served in another form; once.
    pub fn renews(&self) -> bool {
        self.renews.swap(false, Ordering::AcqRel)
    }

    /// Has the thread hand the call back, or lend it to the dial plan, once it no longer waits.
    pub fn release(self, what: Result<Ending, Away>) {
        let _ = self.release.try_send(what);
    }
}

/// Starts the thread; gives the call back if there can be none. `waited`: how long it made a media worker wait, which
/// the new thread logs, because a worker does not.
pub fn spawn<L: Line>(
    call: CallId,
    codec: Codec,
    served: Served<L>,
    handle: Handle<L>,
    waited: Option<Duration>,
) -> Result<Link, Served<L>> {
    let (to_worker, heard) = RingBuffer::new(RING);
    let (said, from_worker) = RingBuffer::new(RING);
    let (release, released) = bounded(1);
    let over = Arc::new(AtomicBool::new(false));
    let (give, take) = bounded(1);
    let renews = served.renews.clone();
    let thread = {
        let over = over.clone();
        thread::Builder::new().name("conclave-slow".into()).spawn(move || {
            let Ok(served): Result<Served<L>, _> = take.recv() else { return };
            if let Some(waited) = waited {
                let (name, waited) = (&served.name, waited.as_millis());
                log::warn!(
                    "{name} made a media worker wait {waited} ms; it is served by a thread of its own from now on"
                );
            }
            let rings = served.dialled && served.claim.mailbox().is_some_and(|mailbox| !mailbox.is_answered());
            Slow { call, codec, served, handle, heard: to_worker, said: from_worker, released, rings }.run();
            over.store(true, Ordering::Release);
        })
    };
    match thread {
        Ok(thread) => {
            let _ = give.try_send(served);
            let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
            threads.retain(|thread| !thread.is_finished());
            threads.push(thread);
            Ok(Link { heard, said, release, over, renews })
        }
        Err(error) => {
            log::error!("no thread for a slow call: {error}");
            Err(served)
        }
    }
}

/// Waits for the threads, whose calls have all ended: the library may be unmapped next.
pub fn join() {
    for thread in std::mem::take(&mut *THREADS.lock().unwrap_or_else(PoisonError::into_inner)) {
        let _ = thread.join();
    }
}

static THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

struct Slow<L: Line> {
    call: CallId,
    codec: Codec,
    served: Served<L>,
    handle: Handle<L>,
    heard: Producer<Packet>,
    said: Consumer<Packet>,
    released: Receiver<Result<Ending, Away>>,
    /// We made the call, and it is not answered.
    rings: bool,
}

impl<L: Line> Slow<L> {
    fn run(mut self) {
        // As on a worker: a fault of ours ends this call alone.
        let result = catch_unwind(AssertUnwindSafe(|| self.serve()));
        match result.unwrap_or_else(|_| Ok(self.failed())) {
            Ok(ending) => self.served.claim.end(ending),
            Err(Away::Lent(place)) => self.served.claim.lend(place),
            Err(Away::Renewed) => self.served.claim.renew(),
        }
    }

    fn serve(&mut self) -> Result<Ending, Away> {
        let mut outgoing = Outgoing::new();
        let Ok(mut epoll) = Epoll::new(MOST_DESCRIPTORS) else { return Ok(self.failed()) };
        let mut waits = self.watch(&epoll);
        let mut quiet = 0u32;
        loop {
            if let Ok(what) = self.released.try_recv() {
                return what;
            }
            if self.served.moved.swap(false, Ordering::Acquire) {
                match Epoll::new(MOST_DESCRIPTORS) {
                    Ok(new) => epoll = new,
                    Err(_) => return Ok(self.failed()),
                }
                waits = self.watch(&epoll);
            }
            // Without descriptors reading waits by itself.
            let ready = if waits { epoll.look(WAIT) } else { 0 };
            quiet = if ready > 0 { 0 } else { quiet + 1 };
            let polls = L::POLLS && (!waits || quiet.is_multiple_of(POLL_AFTER));
            for index in 0..ready.max(usize::from(polls)) {
                let ready = if index < ready {
                    Ready { position: epoll.number(index) as i32, urgent: epoll.is_urgent(index), polled: false }
                } else {
                    Ready::POLLED
                };
                match self.read(ready) {
                    Ok(Some(event)) => self.report(event),
                    Ok(None) => {}
                    Err(ending) => return Ok(self.over(ending)),
                }
            }
            match self.found(self.served.line.notice()) {
                Ok(Some(event)) => self.report(event),
                Ok(None) => {}
                Err(ending) => return Ok(self.over(ending)),
            }
            while let Ok(packet) = self.said.pop() {
                match self.codec {
                    Codec::Linear(_) => outgoing.set_linear(packet.samples()),
                    _ => outgoing.set_payload(packet.bytes()),
                }
                if !self.served.line.write(&self.served.format, &mut outgoing) {
                    return Ok(self.over(Ending::Gone));
                }
            }
        }
    }

    /// Watches its descriptors; false if a call that may be read without any has none.
    fn watch(&self, epoll: &Epoll) -> bool {
        let mut descriptors = [Descriptor::NONE; MOST_DESCRIPTORS];
        let Some(count) = self.served.line.descriptors(&mut descriptors) else {
            // Somebody holds its lock, perhaps because he is just changing them: again in a moment.
            self.served.moved.store(true, Ordering::Release);
            return true;
        };
        for descriptor in &descriptors[..count] {
            if let Err(error) = epoll.add(descriptor.fd, descriptor.position as u64) {
                log::warn!("{}: a descriptor cannot be watched: {error}", self.served.name);
            }
        }
        count > 0 || !L::POLLS
    }

    fn read(&mut self, ready: Ready) -> Result<Option<CallEvent>, Ending> {
        let (line, format) = (self.served.line, self.served.format.clone());
        line.read(ready, (self.codec, &format), self.served.speech, |found| self.found(found))
    }

    fn found(&mut self, found: Read<'_>) -> Result<Option<CallEvent>, Ending> {
        match found {
            Read::Payload(payload, packet) => self.hear(payload, just_come(packet.stamp)),
            Read::Silence => self.hear(&[], None),
            Read::Linear(samples, packet) => {
                // SAFETY: samples are plain bytes.
                let bytes = unsafe { samples.align_to::<u8>().1 };
                self.hear(bytes, just_come(packet.stamp));
            }
            // The worker has it renewed.
            Read::Changed => self.served.renews.store(true, Ordering::Release),
            Read::Digit(digit) => return Ok(Some(CallEvent::Digit(digit))),
            Read::Hold(on) => return Ok(Some(CallEvent::Hold(on))),
            Read::Gone => return Err(Ending::Gone),
            Read::Refused(cause) if self.rings => return Err(Ending::Unanswered(cause)),
            Read::Answered if self.rings => {
                self.rings = false;
                if let Some(mailbox) = self.served.claim.mailbox() {
                    mailbox.set_answered();
                }
                return Ok(Some(CallEvent::Answered));
            }
            Read::Busy | Read::Nothing | Read::Refused(_) | Read::Answered => {}
        }
        Ok(None)
    }

    fn hear(&mut self, bytes: &[u8], stamp: Option<Stamp>) {
        if !self.heard.is_full() {
            let _ = self.heard.push(Packet::new(bytes, stamp));
        }
    }

    /// As on a worker: what became of a call that was not answered, its own thread tells.
    fn over(&self, ending: Ending) -> Ending {
        match ending {
            Ending::Gone if self.rings => Ending::Unanswered(0),
            Ending::Gone => {
                self.report(CallEvent::Gone);
                ending
            }
            other => other,
        }
    }

    fn failed(&self) -> Ending {
        self.report(CallEvent::Failed);
        Ending::Failed
    }

    fn report(&self, event: CallEvent) {
        // This thread may wait: nothing else depends on it.
        while !self.handle.report(self.call, event) {
            thread::sleep(WAIT);
        }
        self.handle.wake();
    }
}

/// This thread does nothing but wait for packets, so it knows when they come.
fn just_come(stamp: Option<Stamp>) -> Option<Stamp> {
    stamp.map(|stamp| Stamp { arrived: Some(now()), ..stamp })
}

/// 160 ms each way.
const RING: usize = 8;

/// How long to wait for the call before looking whether there is something for it.
const WAIT: Duration = Duration::from_millis(5);

/// So many waits without a packet before a call is read all the same, if it may be.
const POLL_AFTER: u32 = 40;
