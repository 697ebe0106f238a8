//! How much delay a network asks for.

/// Watches how late packets come, to tell the delay at which (nearly) all are in time.
///
/// All times are in samples, relative to each other only. How late a packet is, is the tick that first could have played
/// it, less its media time: so the delay that it asks for is exactly this, whatever the packet time and the phase
/// between the sender's packets and our ticks.
///
/// Ten seconds are kept. The delay asked for is that of the second latest event in them. A single event, such as one
/// stall, asks for nothing; one that recurs, as on a radio link that pauses every three seconds, is provided for after
/// the second time; and ten seconds after the last the delay goes down again. Packets that come in a heap after a stall
/// are one event: what was sent later and is less late than the one before it tells nothing new.
///
/// What comes so late in less than half of all half seconds is rare: [`usual`](Delay::usual) is without it, and so a
/// measure for how much delay it is worth.
///
/// Where much is lost, a tick more is asked for than by the earliest packets: a loss is then known before it is heard, and
/// can be bridged from both sides, which sounds much better.
pub(super) struct Delay {
    slots: [Slot; SLOTS],
    /// The two latest of all slots, and the earliest.
    all: Slot,
    /// The latest in half of the slots that anything came in; the most there is while nothing is known.
    usual: i64,
    /// The number of the slot that is being filled.
    now: u64,
    /// The slot in which the watch began.
    since: u64,
    /// What the last packet's lateness was, and that of the last one known exactly.
    last: i64,
    last_exact: i64,
    lossy: bool,
}

/// What came in half a second.
#[derive(Clone, Copy)]
struct Slot {
    latest: i64,
    second: i64,
    earliest: i64,
    /// The two latest, and the earliest, of those whose arrival is known better than by the tick.
    exact: i64,
    exact_second: i64,
    exact_earliest: i64,
    /// Holes that had to be filled.
    holes: u32,
}

impl Delay {
    pub fn new() -> Delay {
        Delay {
            slots: [Slot::EMPTY; SLOTS],
            all: Slot::EMPTY,
            usual: -NEVER,
            now: 0,
            since: 0,
            last: NEVER,
            last_exact: NEVER,
            lossy: false,
        }
    }

    /// Takes in how late a packet is; `asks`: for how much delay it asks, which is no less; `exact`: how late it is by the
    /// time of its arrival instead of the tick's. `tick`: the tick's number. True if a slot was completed; see [`Delay::completed`].
    pub fn note(&mut self, tick: u64, late: i64, asks: i64, exact: Option<i64>) -> bool {
        let slot = tick / SLOT_TICKS;
        let turns = slot != self.now;
        if turns {
            self.turn(slot);
        }
        let falls = asks < std::mem::replace(&mut self.last, asks);
        if falls && exact.is_none() && late >= self.all.earliest {
            return turns;
        }
        let exact = exact.map(|exact| (exact, exact < std::mem::replace(&mut self.last_exact, exact)));
        let slot = &mut self.slots[(slot % SLOTS as u64) as usize];
        for slot in [slot, &mut self.all] {
            if !falls {
                slot.note_event(asks);
            }
            slot.earliest = slot.earliest.min(late);
            if let Some((exact, falls)) = exact {
                slot.exact_earliest = slot.exact_earliest.min(exact);
                if !falls {
                    slot.note_exact_event(exact);
                }
            }
        }
        turns
    }

    /// The earliest exact lateness in the slot that was completed last, and that slot's number.
    pub fn completed(&self) -> Option<(u64, i64)> {
        let number = self.now.checked_sub(1)?;
        let earliest = self.slots[(number % SLOTS as u64) as usize].exact_earliest;
        (earliest < -NEVER).then_some((number, earliest))
    }

    /// The delay at which all but single events are in time; none while nothing is known.
    pub fn wanted(&self) -> Option<i64> {
        let wanted = if self.all.second > NEVER { self.all.second } else { self.all.latest };
        (wanted > NEVER).then_some(wanted)
    }

    /// How late packets are in half of all half seconds at least; the most there is while nothing is known.
    pub fn usual(&self) -> i64 {
        self.usual
    }

    /// The same as [`wanted`](Self::wanted) by exact arrivals.
    pub fn wanted_exactly(&self) -> Option<i64> {
        (self.all.exact_second > NEVER).then_some(self.all.exact_second)
    }

    /// Takes in that a hole was filled.
    pub fn note_hole(&mut self) {
        self.slots[(self.now % SLOTS as u64) as usize].holes += 1;
        self.all.holes += 1;
        self.lossy |= self.all.holes >= MANY_HOLES;
    }

    /// Whether much is lost.
    pub fn is_lossy(&self) -> bool {
        self.lossy
    }

    /// How late the earliest packet was.
    pub fn earliest(&self) -> Option<i64> {
        (self.all.earliest < -NEVER).then_some(self.all.earliest)
    }

    /// Whether the watch has begun less than a second or so before.
    pub fn is_young(&self) -> bool {
        self.now < self.since + 2
    }

    /// Forgets everything.
    pub fn clear(&mut self, tick: u64) {
        *self = Delay::new();
        self.now = tick / SLOT_TICKS;
        self.since = self.now;
    }

    fn turn(&mut self, to: u64) {
        if to < self.now || to - self.now > SLOTS as u64 {
            let (late, since) = (self.last, if to < self.now { to } else { self.since });
            *self = Delay { last: late, now: to, since, ..Delay::new() };
            return;
        }
        while self.now < to {
            self.now += 1;
            self.slots[(self.now % SLOTS as u64) as usize] = Slot::EMPTY;
        }
        self.all = Slot::EMPTY;
        for slot in &self.slots {
            self.all.note_event(slot.latest);
            self.all.note_event(slot.second);
            self.all.earliest = self.all.earliest.min(slot.earliest);
            self.all.note_exact_event(slot.exact);
            self.all.note_exact_event(slot.exact_second);
            self.all.exact_earliest = self.all.exact_earliest.min(slot.exact_earliest);
            self.all.holes += slot.holes;
        }
        self.lossy &= self.all.holes >= FEW_HOLES;
        self.usual = self.usual_of_slots();
    }

    fn usual_of_slots(&self) -> i64 {
        let mut latest = self.slots.map(|slot| slot.latest);
        latest.sort_unstable();
        let known = latest.iter().position(|late| *late > NEVER).map_or(&[][..], |first| &latest[first..]);
        known.get(known.len() / 2).copied().unwrap_or(-NEVER)
    }
}

impl Slot {
    const EMPTY: Slot = Slot {
        latest: NEVER,
        second: NEVER,
        earliest: -NEVER,
        exact: NEVER,
        exact_second: NEVER,
        exact_earliest: -NEVER,
        holes: 0,
    };

    fn note_event(&mut self, late: i64) {
        if late > self.latest {
            self.second = self.latest;
            self.latest = late;
        } else if late > self.second {
            self.second = late;
        }
    }

    fn note_exact_event(&mut self, late: i64) {
        if late > self.exact {
            self.exact_second = self.exact;
            self.exact = late;
        } else if late > self.exact_second {
            self.exact_second = late;
        }
    }
}

/// Half a second.
const SLOT_TICKS: u64 = 25;

/// Ten seconds.
const SLOTS: usize = 20;

/// Two percent of packets of 20 ms, and half a percent.
const MANY_HOLES: u32 = 10;
const FEW_HOLES: u32 = 3;

const NEVER: i64 = i64::MIN / 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks of 160 samples with a packet each that is so many ticks late; the delay asked for after them, in ticks.
    fn wanted(delay: &mut Delay, from: u64, late: impl IntoIterator<Item = i64>) -> i64 {
        for (tick, late) in (from..).zip(late) {
            delay.note(tick, 160 * late, 160 * late, None);
        }
        delay.wanted().unwrap() / 160
    }

    #[test]
    fn one_stall_asks_for_nothing_and_two_do_for_ten_seconds() {
        let mut delay = Delay::new();
        let stall = [7, 6, 5, 4, 3, 2, 1, 0];
        assert_eq!(wanted(&mut delay, 0, [0; 100]), 0);
        assert_eq!(wanted(&mut delay, 100, stall), 0);
        assert_eq!(wanted(&mut delay, 108, [0; 142]), 0);
        assert_eq!(wanted(&mut delay, 250, stall), 7);
        assert_eq!(wanted(&mut delay, 258, [0; 300]), 7);
        assert_eq!(wanted(&mut delay, 558, [0; 100]), 0);
    }

    #[test]
    fn scattered_packets_ask_for_the_most_that_happens_twice() {
        let mut delay = Delay::new();
        assert_eq!(wanted(&mut delay, 0, [0, 1, 0, 2, 1, 0, 2, 0, 3, 0]), 2);
    }

    #[test]
    fn what_was_known_is_forgotten_after_a_long_pause() {
        let mut delay = Delay::new();
        assert_eq!(wanted(&mut delay, 0, [3, 3, 3]), 3);
        assert_eq!(wanted(&mut delay, 5000, [1, 1]), 1);
    }
}
