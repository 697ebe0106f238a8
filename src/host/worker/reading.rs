//! What has come to the calls.

use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Leg, Path, Worker};
use crate::engine::{Codec, Heed, Stamp};
use crate::host::epoll::{arrived, has_more};
use crate::host::line::{Descriptor, Line, MOST_DESCRIPTORS, Packet, Read, Ready};
use crate::service::CallEvent;
use crate::service::mailbox::Ending;

/// What reading a call found.
enum Found {
    Nothing,
    Event(CallEvent),
    /// The call is to be served in another form.
    OtherForm,
    End(Ending),
}

impl<L: Line> Worker<L> {
    pub(super) fn read_all(&mut self, tick: u64) {
        // Level-triggered: what a round leaves is in the next one. Looking again costs a look at
        // every call that was ready, so what came in a burst mostly waits where it is; not what
        // came before a call was ours, which would only delay what follows.
        let catch_up = tick.is_multiple_of(CATCH_UP) || std::mem::take(&mut self.newcomers);
        let rounds = if catch_up { ROUNDS } else { 1 };
        for _ in 0..rounds {
            let ready = self.epoll.look(Duration::ZERO);
            if ready == 0 {
                break;
            }
            for index in 0..ready {
                let number = self.epoll.number(index);
                let ready =
                    Ready { position: (number & 0xff) as i32, urgent: self.epoll.is_urgent(index), polled: false };
                self.read(tick, (number >> 8) as usize, ready);
            }
        }
        let mut index = 0;
        while let Some(&slot) = self.serving.get(index) {
            self.look_after(slot as usize);
            // Gone ones are not there any more.
            index += usize::from(self.serving.get(index) == Some(&slot));
        }
    }

    /// Reads what has come, and what waits behind it if it was late: a buffer that has run dry is to be filled at once.
    fn read(&mut self, tick: u64, slot: usize, ready: Ready) {
        for _ in 0..MOST_AT_ONCE {
            let fd = self.read_one(tick, slot, ready);
            let promptly = self.leg(slot).is_some_and(|leg| leg.heed.promptly);
            if !(promptly && fd.is_some_and(has_more)) {
                break;
            }
        }
    }

    /// Reads once; the descriptor that sound came through.
    fn read_one(&mut self, tick: u64, slot: usize, ready: Ready) -> Option<RawFd> {
        let leg = self.legs.get_mut(slot)?.as_mut()?;
        let Path::Here(served) = &leg.path else { return None };
        if leg.busy_at == tick {
            return None;
        }
        let mut fd = None;
        let (id, codec, line) = (leg.placed.leg, leg.codec, served.line);
        let speech = served.speech.filter(|_| tick >= leg.stays_until);
        let renews = served.renews.swap(false, Ordering::AcqRel);
        leg.is_fitted = leg.is_fitted || self.engine.is_in(id, codec);
        let is_fitted = leg.is_fitted;
        let (engine, stats, format) = (&mut self.engine, &self.stats, &served.format);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if renews {
                return Found::OtherForm;
            }
            line.read(ready, (codec, format), speech, |found| {
                match found {
                    Read::Payload(..) | Read::Linear(..) if !is_fitted => return Found::Nothing,
                    Read::Payload(payload, packet) => {
                        fd = Some(packet.fd);
                        leg.heed = engine.feed(id, payload, with_arrival(packet, leg.heed));
                    }
                    Read::Linear(samples, packet) => {
                        fd = Some(packet.fd);
                        leg.heed = engine.feed_linear(id, samples, with_arrival(packet, leg.heed));
                    }
                    Read::Silence => engine.feed_silence(id),
                    Read::Busy => {
                        leg.busy_at = tick;
                        stats.busy_calls.count();
                        return Found::Nothing;
                    }
                    other => return found_otherwise(&other, leg.rings),
                }
                leg.quiet = 0;
                Found::Nothing
            })
        }));
        if !self.heed(slot, outcome.ok()) {
            return None;
        }
        self.mind_the_time(slot);
        fd
    }

    /// Does what follows from what was found, or from a fault of ours; false if the call is not served here any more.
    fn heed(&mut self, slot: usize, found: Option<Found>) -> bool {
        let Some(call) = self.leg(slot).map(|leg| leg.placed.call) else { return false };
        let stays = matches!(found, Some(Found::Nothing | Found::Event(_)));
        match found {
            Some(Found::Nothing) => {}
            Some(Found::Event(event)) => {
                if event == CallEvent::Answered {
                    self.answered(slot);
                }
                self.report(call, event);
            }
            Some(Found::OtherForm) => self.renew(slot),
            Some(Found::End(ending)) => self.over(slot, ending),
            None => self.fail(slot, call),
        }
        stays
    }

    /// The call ended. What became of a call that we made and that was not answered, its own thread tells.
    pub(super) fn over(&mut self, slot: usize, ending: Ending) {
        let Some(leg) = self.leg(slot) else { return };
        let (call, rings) = (leg.placed.call, leg.rings);
        if rings {
            let cause = if let Ending::Unanswered(cause) = ending { cause } else { 0 };
            return self.let_go(slot, Ending::Unanswered(cause));
        }
        self.let_go(slot, ending);
        self.report(call, CallEvent::Gone);
    }

    fn answered(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.rings = false;
        if let Some(mailbox) = &leg.mailbox {
            mailbox.set_answered();
        }
    }

    /// Follows a call whose descriptors are others now, and one that has other ways of telling something.
    fn look_after(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.quiet += 1;
        match &mut leg.path {
            Path::Here(served) => {
                let (line, rings) = (served.line, leg.rings);
                let looks = served.moved.swap(false, Ordering::Acquire) || leg.quiet.is_multiple_of(LOOK_AGAIN);
                let found = catch_unwind(AssertUnwindSafe(|| found_otherwise(&line.notice(), rings)));
                if self.heed(slot, found.ok()) && looks {
                    self.watch_descriptors(slot);
                    if L::POLLS {
                        self.read_one(self.tick, slot, Ready::POLLED);
                    }
                }
            }
            Path::Slow(link) => {
                if link.renews() {
                    return self.renew(slot);
                }
                let (id, codec) = (leg.placed.leg, leg.codec);
                link.take_heard(|packet| match codec {
                    _ if packet.bytes().is_empty() => self.engine.feed_silence(id),
                    Codec::Linear(_) => leg.heed = self.engine.feed_linear(id, packet.samples(), packet.stamp),
                    _ => leg.heed = self.engine.feed(id, packet.bytes(), packet.stamp),
                });
                if link.is_over() {
                    // It has told the service and the call's thread by itself.
                    self.let_go(slot, Ending::Gone);
                }
            }
            Path::Away => {}
        }
    }

    /// Watches the descriptors that the call has now, and no others.
    pub(super) fn watch_descriptors(&mut self, slot: usize) {
        let Some(Leg { path: Path::Here(served), .. }) = self.leg(slot) else { return };
        let mut descriptors = [Descriptor::NONE; MOST_DESCRIPTORS];
        let Some(count) = served.line.descriptors(&mut descriptors) else {
            // Somebody holds its lock, perhaps because he is just changing them: again at the next tick.
            served.moved.store(true, Ordering::Release);
            return;
        };
        let found = &descriptors[..count];
        if served.line.may_wait(found) {
            // Not here.
            return self.move_to_own_thread(slot, None);
        }
        self.unwatch_descriptors(slot);
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        for descriptor in found {
            let number = (slot as u64) << 8 | descriptor.position as u64;
            if self.epoll.add(descriptor.fd, number).is_err() {
                // There it is tried again, and logged.
                return self.move_to_own_thread(slot, None);
            }
            self.owners.insert(descriptor.fd, slot as u32);
            leg.watched.push(descriptor.fd);
        }
    }

    pub(super) fn unwatch_descriptors(&mut self, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        for fd in leg.watched.drain(..) {
            // A number that was closed may be another call's by now.
            if self.owners.get(&fd) == Some(&(slot as u32)) {
                self.owners.remove(&fd);
                self.epoll.remove(fd);
            }
        }
    }
}

/// What else than sound a call has told. `rings`: we made it, and it is not answered.
fn found_otherwise(found: &Read<'_>, rings: bool) -> Found {
    match *found {
        Read::Changed => Found::OtherForm,
        Read::Digit(digit) => Found::Event(CallEvent::Digit(test_fault(digit))),
        Read::Hold(on) => Found::Event(CallEvent::Hold(on)),
        Read::Gone => Found::End(Ending::Gone),
        Read::Refused(cause) if rings => Found::End(Ending::Unanswered(cause)),
        Read::Answered if rings => Found::Event(CallEvent::Answered),
        _ => Found::Nothing,
    }
}

/// The stamp of a packet that was read just now.
fn with_arrival(packet: Packet, heed: Heed) -> Option<Stamp> {
    let mut stamp = packet.stamp?;
    if heed.arrival {
        stamp.arrived = arrived(packet.fd);
    }
    Some(stamp)
}

/// For tests: with `CONCLAVE_PANIC_ON=D` in the PBX's environment, the digit D is a fault.
fn test_fault(digit: char) -> char {
    static FAULT: std::sync::OnceLock<Option<char>> = std::sync::OnceLock::new();
    let fault = FAULT.get_or_init(|| std::env::var("CONCLAVE_PANIC_ON").ok()?.chars().next());
    if *fault == Some(digit) {
        panic!("a fault was asked for by CONCLAVE_PANIC_ON");
    }
    digit
}

/// Packets that one call may bring in a tick of catching up, and how often that comes.
const ROUNDS: usize = 8;
const CATCH_UP: u64 = 4;

/// Packets of one call that are read at once after a late one: a third of a second.
const MOST_AT_ONCE: usize = 16;

/// Ticks without a packet after which the descriptors are looked at again.
const LOOK_AGAIN: u32 = 25;
