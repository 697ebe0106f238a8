//! Where members sit for those who hear two channels.

/// A chair in the room. Who listens in stereo hears its member from there.
///
/// The first member sits in the middle, the next two as far apart as there is room, later ones between them; with more
/// than nine, two may sit at one spot. Nobody sits so far to the side that one ear loses more than 6 dB of him: who
/// holds one side of a headset to his ear misses no word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chair(u32);

impl Chair {
    /// The first chair that is not among these.
    pub(super) fn free(taken: impl Iterator<Item = Chair>) -> Chair {
        let mut taken: Vec<Chair> = taken.collect();
        taken.sort_unstable();
        let free = taken.iter().zip(0..).find(|(chair, at)| chair.0 != *at).map(|(_, at)| at);
        Chair(free.unwrap_or(taken.len() as u32))
    }

    /// So many hundredths of the way from the middle to the right; to the left if negative.
    pub const fn percent(self) -> i8 {
        SPOTS[self.0 as usize % SPOTS.len()]
    }
}

/// In the order in which they are taken. Half of the way is 6 dB less in one ear, 3.5 dB more in the other.
const SPOTS: [i8; 9] = [0, 50, -50, 25, -25, 37, -37, 12, -12];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_chair_is_taken() {
        let free = |taken: &[u32]| Chair::free(taken.iter().map(|chair| Chair(*chair))).0;
        assert_eq!(free(&[]), 0);
        assert_eq!(free(&[0, 1]), 2);
        assert_eq!(free(&[2, 0]), 1);
        assert_eq!(free(&[1, 2]), 0);
    }

    #[test]
    fn no_two_of_nine_share_a_spot_and_the_first_are_far_apart() {
        let spots: std::collections::BTreeSet<i8> = (0..9).map(|chair| Chair(chair).percent()).collect();
        assert_eq!(spots.len(), 9);
        assert!(spots.iter().all(|percent| percent.abs() <= 50));
        let first = [0, 1, 2].map(|chair| Chair(chair).percent());
        assert_eq!(first, [0, 50, -50]);
        assert_eq!(Chair(9).percent(), 0);
    }
}
