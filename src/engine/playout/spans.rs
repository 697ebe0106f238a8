//! Which stretches of a signal have come.

/// From the first sample to the one after the last, counted in samples of the leg's media time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Span {
    from: i64,
    to: i64,
}

/// A few stretches in their order, none touching another. Nearly always there is one.
#[derive(Default)]
pub(super) struct Spans {
    list: [Span; MOST],
    count: usize,
}

impl Spans {
    /// Adds a stretch; false if all of it was there already.
    pub fn add(&mut self, from: i64, to: i64) -> bool {
        if let Some(last) = self.list[..self.count].last_mut()
            && last.to == from
        {
            last.to = to;
            return true;
        }
        let first = self.list[..self.count].iter().position(|span| span.to >= from).unwrap_or(self.count);
        let after = self.list[..self.count].iter().position(|span| span.from > to).unwrap_or(self.count);
        if first == after {
            self.insert(first, Span { from, to });
            return true;
        }
        let (low, high) = (self.list[first].from, self.list[after - 1].to);
        if after - first == 1 && low <= from && high >= to {
            return false;
        }
        self.list[first] = Span { from: low.min(from), to: high.max(to) };
        self.list.copy_within(after..self.count, first + 1);
        self.count -= after - first - 1;
        true
    }

    fn insert(&mut self, at: usize, span: Span) {
        let mut at = at;
        if self.count == MOST {
            // A network that leaves so many holes cannot be heard anyway: the oldest goes.
            self.list.copy_within(1.., 0);
            self.count -= 1;
            at = at.saturating_sub(1);
        }
        self.list.copy_within(at..self.count, at + 1);
        self.list[at] = span;
        self.count += 1;
    }

    /// Forgets what lies before `from`.
    pub fn forget_before(&mut self, from: i64) {
        while self.count > 0 && self.list[0].to <= from {
            self.list.copy_within(1..self.count, 0);
            self.count -= 1;
        }
    }

    /// How far the signal reaches without a hole from `from` on; `from` itself if nothing is there.
    pub fn reach(&self, from: i64) -> i64 {
        let spans = self.list[..self.count].iter();
        spans.take_while(|span| span.from <= from).find(|span| span.to > from).map_or(from, |span| span.to)
    }

    /// Where the next stretch begins after `from`, which lies in none.
    pub fn next(&self, from: i64) -> Option<i64> {
        self.list[..self.count].iter().map(|span| span.from).find(|start| *start > from)
    }

    pub fn clear(&mut self) {
        self.count = 0;
    }
}

/// More holes than a third of a second of 20 ms packets can have.
const MOST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stretches_grow_together() {
        let mut spans = Spans::default();
        assert!(spans.add(0, 10) && spans.add(10, 20) && spans.add(40, 50) && spans.add(30, 35));
        assert_eq!((spans.reach(5), spans.reach(20), spans.next(20)), (20, 20, Some(30)));
        assert!(!spans.add(0, 20) && !spans.add(31, 34));
        assert!(spans.add(20, 30));
        assert_eq!((spans.reach(0), spans.next(35)), (35, Some(40)));
        assert!(spans.add(-5, 45));
        assert_eq!((spans.reach(-5), spans.count), (50, 1));
        spans.forget_before(50);
        assert_eq!((spans.reach(49), spans.next(0)), (49, None));
    }

    proptest! {
        #[test]
        fn they_say_of_every_sample_whether_it_came(
            adds in proptest::collection::vec((0i64..60, 1i64..12), 1..40)
        ) {
            let (mut spans, mut came) = (Spans::default(), [false; 80]);
            for (from, length) in adds {
                if spans.count == MOST {
                    break;
                }
                let places = from as usize..(from + length) as usize;
                let new = came[places.clone()].iter().any(|came| !came);
                prop_assert_eq!(spans.add(from, from + length), new);
                came[places].fill(true);
                for at in 0..80 {
                    let reach = at + came[at..].iter().take_while(|came| **came).count();
                    prop_assert_eq!(spans.reach(at as i64), reach as i64);
                    if !came[at] {
                        let next = came[at..].iter().position(|came| *came).map(|n| (at + n) as i64);
                        prop_assert_eq!(spans.next(at as i64), next);
                    }
                }
            }
        }
    }
}
