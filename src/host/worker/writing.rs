//! Mixing, and what goes out to the calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::{Path, Worker};
use crate::engine::Output;
use crate::host::epoll::{now, times_blocked};
use crate::host::line::Line;
use crate::host::slow;
use crate::service::mailbox::Ending;
use crate::service::{CallEvent, CallId};

impl<L: Line> Worker<L> {
    /// Rooms that are split over workers need the others' sums: waits for them, but not long.
    pub(super) fn meet_peers(&mut self) {
        let mut peers = self.engine.peers();
        while peers != 0 {
            self.bells[peers.trailing_zeros() as usize].ring();
            peers &= peers - 1;
        }
        if !self.engine.waits_for_peers() {
            return;
        }
        let deadline = now() + PATIENCE;
        while self.engine.waits_for_peers() {
            let left = deadline.saturating_sub(now());
            if left.is_zero() {
                break;
            }
            self.bells[self.number].wait(left);
        }
    }

    pub(super) fn write_all(&mut self, tick: u64) {
        self.clock = now();
        self.blocked = times_blocked();
        let mut index = 0;
        while let Some(&slot) = self.serving.get(index) {
            self.write(tick, slot as usize);
            // Gone ones are not there any more.
            index += usize::from(self.serving.get(index) == Some(&slot));
        }
    }

    fn write(&mut self, tick: u64, slot: usize) {
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        if !leg.is_fitted {
            leg.is_fitted = self.engine.is_in(leg.placed.leg, leg.codec);
            if !leg.is_fitted {
                return;
            }
        }
        match self.engine.output(leg.placed.leg) {
            Output::None => return,
            Output::Payload(payload) => self.outgoing.set_payload(payload),
            Output::Linear(samples) => self.outgoing.set_linear(samples),
        }
        match &mut leg.path {
            Path::Slow(link) => link.say(self.outgoing.payload()),
            Path::Away => {}
            Path::Here(_) if leg.busy_at == tick => {}
            Path::Here(served) if !served.line.is_free() => {
                self.stats.busy_calls.count();
            }
            Path::Here(served) => {
                let (line, format, call) = (served.line, &served.format, leg.placed.call);
                let outgoing = &mut self.outgoing;
                match catch_unwind(AssertUnwindSafe(|| line.write(format, outgoing))) {
                    Ok(true) => self.mind_the_time(slot),
                    Ok(false) => self.over(slot, Ending::Gone),
                    Err(_) => self.fail(slot, call),
                }
            }
        }
    }

    /// A fault of ours in serving a call ends that call alone. It is in the log already: the panic hook writes it.
    pub(super) fn fail(&mut self, slot: usize, call: CallId) {
        self.let_go(slot, Ending::Failed);
        self.report(call, CallEvent::Failed);
    }

    /// A call into the host that took long because it waited, not because the machine was busy
    /// with something else, would make all others late the next time too.
    pub(super) fn mind_the_time(&mut self, slot: usize) {
        let before = std::mem::replace(&mut self.clock, now());
        let took = self.clock - before;
        if took < LONG {
            return;
        }
        let blocked = times_blocked();
        if std::mem::replace(&mut self.blocked, blocked) == blocked {
            return;
        }
        let Some(Some(leg)) = self.legs.get_mut(slot) else { return };
        leg.waits += 1;
        if took < TOO_LONG && leg.waits < MOST_WAITS {
            return;
        }
        self.move_to_own_thread(slot, Some(took));
        self.clock = now();
    }

    /// From now on only a thread of its own waits for this call. `waited`: how long this one has.
    pub(super) fn move_to_own_thread(&mut self, slot: usize, waited: Option<Duration>) {
        self.unwatch_descriptors(slot);
        let Some(mut leg) = self.legs[slot].take() else { return };
        leg.path = match leg.path {
            Path::Here(served) => {
                self.stats.slow_calls.count();
                match slow::spawn(leg.placed.call, leg.codec, served, self.handle.clone(), waited) {
                    Ok(link) => Path::Slow(link),
                    // Tried again when its descriptors are looked at next: see LOOK_AGAIN.
                    Err(served) => Path::Here(served),
                }
            }
            other => other,
        };
        self.legs[slot] = Some(leg);
    }
}

/// How long a tick waits for the other parts of a room.
const PATIENCE: Duration = Duration::from_millis(6);

/// A call into the host that takes this long is suspicious.
const LONG: Duration = Duration::from_millis(5);

/// One wait of this length is enough to be moved.
const TOO_LONG: Duration = Duration::from_millis(40);

/// So many shorter waits are enough to be moved.
const MOST_WAITS: u32 = 3;
