//! Where a packet belongs in what its sender says, in spite of all that stamps can do.

use crate::engine::types::Stamp;

/// Turns stamps into media time: samples on one line for as long as the leg lives, also when its sender starts anew.
pub(super) struct Timeline {
    /// Samples in an eight thousandth of a second.
    scale: i64,
    /// The packet furthest ahead.
    newest: Option<Newest>,
    /// The line before the last break, for packets that were overtaken by it.
    before: Option<Newest>,
    /// The media time after the newest packet.
    end: i64,
    /// How much later than its media time the newest packet came.
    transit: i64,
    /// How many packets in a row had times that cannot be.
    lies: u8,
    /// The sender's times are of no use; places follow from sequence and length.
    by_sequence: bool,
    /// The sender has said that it will be silent.
    silent: bool,
}

#[derive(Clone, Copy)]
struct Newest {
    sequence: u16,
    time: u32,
    at: i64,
    length: i64,
}

/// Where a packet belongs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Placed {
    pub at: i64,
    pub order: Order,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Order {
    /// It follows the newest one without a gap.
    Next,
    /// There is a gap before it that may be filled yet.
    Ahead,
    /// There is a gap before it in which the sender was silent.
    AfterSilence,
    /// It was overtaken by others, or has come before.
    Behind,
    /// Another stream begins; what was known of the network may not hold for it.
    Restart,
}

impl Timeline {
    /// `scale`: samples of the leg's rate in an eight thousandth of a second.
    pub fn new(scale: usize) -> Timeline {
        Timeline {
            scale: scale as i64,
            newest: None,
            before: None,
            end: 0,
            transit: 0,
            lies: 0,
            by_sequence: false,
            silent: false,
        }
    }

    /// The media time that the stamp's time 123456 has, from which the tests begin.
    #[cfg(test)]
    pub fn first(&self) -> i64 {
        self.newest.map_or(0, |newest| newest.at - i64::from(newest.time.wrapping_sub(123_456) as i32) * self.scale)
    }

    /// The media time after the newest packet.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// Whether the sender is silent from [`end`](Self::end) on because it said so.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// The sender says that it will be silent.
    pub fn note_silence(&mut self) {
        self.silent = true;
    }

    /// Places a packet of `length` samples; none: not known before it is decoded. `due`: the media time that is heard at
    /// `now`, the time of the tick, both in samples; what has no stamp or breaks the line is placed there, or after the
    /// newest.
    pub fn place(&mut self, stamp: Option<Stamp>, length: Option<i64>, due: i64, now: i64) -> Placed {
        let known = length.is_some();
        let length = length.unwrap_or(self.newest.map_or(0, |newest| newest.length));
        let follows = self.end.max(due);
        let Some(stamp) = stamp else {
            let order = if follows == self.end { Order::Next } else { Order::AfterSilence };
            self.advance(follows, length, now);
            return Placed { at: follows, order };
        };
        let this = |at| Newest { sequence: stamp.sequence, time: stamp.time, at, length };
        let Some(newest) = self.newest else {
            self.newest = Some(this(follows));
            self.advance(follows, length, now);
            return Placed { at: follows, order: Order::Restart };
        };
        let steps = stamp.sequence.wrapping_sub(newest.sequence) as i16;
        let mut at = if self.by_sequence { newest.at + i64::from(steps) * length } else { self.at(&newest, stamp) };
        if (now - at - self.transit).abs() > BREAK * self.scale {
            if let Some(before) = self.before {
                let at = self.at(&before, stamp);
                if (now - at - self.transit).abs() <= BREAK * self.scale {
                    return Placed { at, order: Order::Behind };
                }
            }
            self.before = Some(newest);
            self.newest = Some(this(follows));
            self.lies = 0;
            self.advance(follows, length, now);
            return Placed { at: follows, order: Order::Restart };
        }
        if steps == 1 && !self.by_sequence {
            if (at - self.end).abs() <= ROUNDING * self.scale {
                // Times in milliseconds do not tell a sample; or a packet was counted too short.
                at = self.end;
                self.lies = self.lies.saturating_sub(1);
            } else if known && self.is_lie(at, now) {
                self.lies += 1;
                if self.lies >= MOST_LIES {
                    self.by_sequence = true;
                    at = self.end;
                }
            }
        }
        if at < self.end && steps <= 0 || at < newest.at {
            return Placed { at, order: Order::Behind };
        }
        let order = match at - self.end {
            ..=0 => Order::Next,
            _ if steps == 1 || self.silent => Order::AfterSilence,
            _ => Order::Ahead,
        };
        self.newest = Some(this(at));
        self.advance(at, length, now);
        Placed { at, order }
    }

    fn at(&self, newest: &Newest, stamp: Stamp) -> i64 {
        newest.at + i64::from(stamp.time.wrapping_sub(newest.time) as i32) * self.scale
    }

    /// Whether a packet that follows the newest directly cannot have the time that it claims: it would begin within the
    /// one before it, or came long before the pause that it claims can have been over.
    fn is_lie(&self, at: i64, now: i64) -> bool {
        at < self.end || now - at < self.transit - LIE * self.scale
    }

    fn advance(&mut self, at: i64, length: i64, now: i64) {
        self.end = at + length;
        self.transit = now - at;
        self.silent = false;
    }
}

/// Two seconds more or less on the way are no network: the line is broken.
const BREAK: i64 = 16_000;

/// A millisecond.
const ROUNDING: i64 = 8;

/// Half a tick.
const LIE: i64 = 80;

const MOST_LIES: u8 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(sequence: u16, time: u32) -> Option<Stamp> {
        Some(Stamp { sequence, time, arrived: None })
    }

    /// Packets of 160 samples, one a tick; where they are placed from the first on.
    fn placed(stamps: impl IntoIterator<Item = (u16, u32)>) -> Vec<Placed> {
        let mut line = Timeline::new(1);
        let ticks = (0..).zip(stamps);
        ticks.map(|(n, (s, t))| line.place(stamp(s, t), Some(160), 160 * n, 160 * n)).collect()
    }

    #[test]
    fn sequence_and_time_go_round() {
        let stamps = (0..2000u32).map(|n| ((65_000 + n) as u16, (u32::MAX - 160_000).wrapping_add(160 * n)));
        for (n, placed) in (0..).zip(placed(stamps)).skip(1) {
            assert_eq!(placed, Placed { at: 160 * n, order: Order::Next });
        }
    }

    #[test]
    fn order_tells_losses_from_pauses() {
        let placed = placed([(1, 0), (2, 160), (4, 480), (3, 320), (4, 480), (5, 1120)]);
        let orders: Vec<_> = placed.iter().map(|placed| placed.order).collect();
        assert_eq!(
            orders,
            [Order::Restart, Order::Next, Order::Ahead, Order::Behind, Order::Behind, Order::AfterSilence]
        );
        assert_eq!(placed[3].at, 320);
    }

    #[test]
    fn a_sender_that_starts_anew_goes_on_and_its_stragglers_find_their_place() {
        let mut line = Timeline::new(1);
        for n in 0..10 {
            line.place(stamp(n as u16, 160 * n), Some(160), 160 * i64::from(n), 160 * i64::from(n));
        }
        let anew = line.place(stamp(40_000, 3_000_000_000), Some(160), 1600, 1600);
        assert_eq!(anew, Placed { at: 1600, order: Order::Restart });
        let straggler = line.place(stamp(8, 1280), Some(160), 1760, 1760);
        assert_eq!(straggler, Placed { at: 1280, order: Order::Behind });
        let next = line.place(stamp(40_001, 3_000_000_160), Some(160), 1760, 1760);
        assert_eq!(next, Placed { at: 1760, order: Order::Next });
    }

    #[test]
    fn times_that_stand_still_or_run_double_are_found_out() {
        for step in [0, 80, 320] {
            let placed = placed((0..100).map(|n| (n as u16, step * n)));
            for pair in placed[20..].windows(2) {
                assert_eq!((pair[1].at - pair[0].at, pair[1].order), (160, Order::Next), "{step}");
            }
        }
    }

    #[test]
    fn long_pauses_are_believed() {
        let mut line = Timeline::new(1);
        line.place(stamp(1, 0), Some(160), 0, 0);
        line.note_silence();
        let hour = 3600 * 8000;
        let back = line.place(stamp(3, hour as u32), Some(160), hour, hour);
        assert_eq!(back, Placed { at: hour, order: Order::AfterSilence });
    }
}
