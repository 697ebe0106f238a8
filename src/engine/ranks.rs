//! Who is heard of many who talk at once, if that is limited.

/// How loud a talker is, for comparing: the louder the greater; no two legs of a worker have the same.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Rank(u32);

impl Rank {
    /// The rank of a talker of this power. Who was heard in the last tick is kept unless another is 6 dB louder.
    pub fn new(power: f32, was_heard: bool, leg: u16) -> Rank {
        let power = if was_heard { power * KEPT } else { power };
        // The bits of positive floating-point numbers are in the numbers' order.
        Rank((power.max(1.0).to_bits() & 0xffff_0000) | u32::from(leg))
    }

    fn leg(self) -> u32 {
        self.0 & 0xffff
    }
}

/// The ranks of a room's loudest talkers in a tick; zero where there are no more. What workers tell each other of a room
/// that they share.
pub(super) type Loudest = [Rank; MOST_RANKED];

/// Finds, in each tick, who of a room's talkers is heard in the next.
///
/// Who was among the loudest is heard for another tick, however soft he becomes in it. Who begins to talk is heard in the
/// same tick if he is louder than the softest of the last one who was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ranks {
    most: usize,
    /// Of the legs here, from the loudest on: in this tick, and in the last one.
    own: Loudest,
    before: Loudest,
    /// Of all.
    all: Loudest,
    /// Who had less than this in the last tick, and has less in this one, is not heard.
    needed: Rank,
}

impl Ranks {
    /// Lets so many be heard at once; 0 and more than [`MOST_RANKED`]: everybody.
    pub fn limit(&mut self, most: usize) {
        self.most = if most > MOST_RANKED { 0 } else { most };
        self.needed = Rank::default();
    }

    /// Whether there is a limit.
    pub fn is_limited(&self) -> bool {
        self.most > 0
    }

    /// Begins a tick.
    pub fn begin(&mut self) {
        if self.is_limited() {
            self.own = Loudest::default();
            self.all = Loudest::default();
        }
    }

    /// Takes in a talker of this tick; whether he is heard in it.
    pub fn admits(&mut self, rank: Rank) -> bool {
        insert(&mut self.own, rank);
        let is_same = |before: &Rank| before.leg() == rank.leg();
        rank >= self.needed || self.before.iter().any(|before| is_same(before) && *before >= self.needed)
    }

    /// The talkers who are here, for the other workers; nothing if there is no limit.
    pub fn own(&self) -> Option<Loudest> {
        self.is_limited().then_some(self.own)
    }

    /// Takes in the talkers of another worker.
    pub fn receive(&mut self, others: &Loudest) {
        for rank in others.iter().take_while(|rank| **rank > Rank::default()) {
            insert(&mut self.all, *rank);
        }
    }

    /// Ends a tick.
    pub fn close(&mut self) {
        if self.is_limited() {
            let own = self.own;
            self.receive(&own);
            self.needed = self.all[self.most - 1];
            self.before = self.own;
        }
    }
}

/// Puts a rank in its place; what comes after the last place is dropped.
fn insert(ranks: &mut Loudest, rank: Rank) {
    let place = ranks.partition_point(|other| *other > rank);
    if place < ranks.len() {
        ranks[place..].rotate_right(1);
        ranks[place] = rank;
    }
}

/// A power of 6 dB.
const KEPT: f32 = 4.0;

/// The highest limit: more voices at once nobody tells apart.
pub(super) const MOST_RANKED: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_are_heard_and_kept_while_another_is_hardly_louder() {
        let mut ranks = Ranks::default();
        ranks.limit(2);
        let mut tick = |powers: [f32; 3], heard: [bool; 3]| {
            ranks.begin();
            let admitted = [0, 1, 2].map(|leg| ranks.admits(Rank::new(powers[leg], heard[leg], leg as u16)));
            ranks.close();
            admitted
        };
        // For one tick there may be one more.
        assert_eq!(tick([100.0, 400.0, 900.0], [false; 3]), [true, true, true]);
        assert_eq!(tick([100.0, 400.0, 900.0], [true; 3]), [false, true, true]);
        assert_eq!(tick([1500.0, 400.0, 900.0], [false, true, true]), [false, true, true], "less than 6 dB louder");
        assert_eq!(tick([1700.0, 400.0, 900.0], [false, true, true]), [true, true, true], "more");
        assert_eq!(tick([1700.0, 400.0, 900.0], [true, true, true]), [true, false, true]);
        // Nobody else comes near them: that they become softer is no matter.
        for softer in 1..100 {
            let factor = 0.97_f32.powi(softer);
            assert_eq!(tick([1700.0 * factor, 1.0, 900.0 * factor], [true, false, true]), [true, false, true]);
        }
    }

    #[test]
    fn workers_that_tell_each_other_come_to_the_same() {
        let [mut one, mut other] = [Ranks::default(); 2];
        one.limit(1);
        other.limit(1);
        let mut heard = [true; 2];
        for _ in 0..2 {
            one.begin();
            other.begin();
            heard = [one.admits(Rank::new(50.0, heard[0], 0)), other.admits(Rank::new(90.0, heard[1], 0))];
            let (from_one, from_other) = (one.own().unwrap(), other.own().unwrap());
            one.receive(&from_other);
            other.receive(&from_one);
            one.close();
            other.close();
        }
        assert_eq!(heard, [false, true]);
        one.limit(0);
        assert_eq!(one.own(), None);
    }
}
