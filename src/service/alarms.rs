//! When each machine wants to be woken, so that no step has to ask them all.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

/// One moment for each of many.
pub(super) struct Alarms<W> {
    due: BTreeSet<(Duration, W)>,
    set: HashMap<W, Duration>,
}

impl<W> Default for Alarms<W> {
    fn default() -> Alarms<W> {
        Alarms { due: BTreeSet::new(), set: HashMap::new() }
    }
}

impl<W: Clone + Eq + Hash + Ord> Alarms<W> {
    /// Replaces the moment that was set before.
    pub(super) fn set(&mut self, who: &W, at: Option<Duration>) {
        let before = match at {
            Some(at) => self.set.insert(who.clone(), at),
            None => self.set.remove(who),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.due.remove(&(before, who.clone()));
        }
        if let Some(at) = at {
            self.due.insert((at, who.clone()));
        }
    }

    /// The next moment.
    pub(super) fn next(&self) -> Option<Duration> {
        self.due.first().map(|(at, _)| *at)
    }

    /// All that are due, earliest first; they are set no more.
    pub(super) fn take_due(&mut self, now: Duration) -> Vec<W> {
        let mut due = Vec::new();
        while let Some((_, who)) = self.due.first().filter(|(at, _)| *at <= now).cloned() {
            self.set(&who, None);
            due.push(who);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_moment_counts() {
        let second = Duration::from_secs;
        let mut alarms = Alarms::default();
        alarms.set(&1, Some(second(5)));
        alarms.set(&2, Some(second(3)));
        alarms.set(&1, Some(second(2)));
        alarms.set(&3, Some(second(1)));
        alarms.set(&3, None);
        assert_eq!(alarms.next(), Some(second(2)));
        assert!(alarms.take_due(second(1)).is_empty());
        assert_eq!(alarms.take_due(second(4)), [1, 2]);
        assert_eq!(alarms.next(), None);
        alarms.set(&1, Some(second(9)));
        assert_eq!(alarms.next(), Some(second(9)));
    }
}
