//! When somebody talked, in a form that a history can keep.

use std::fmt::Write;
use std::time::Duration;

/// When a member talked, in tenths of seconds since he came; at most [`MOST`](Self::MOST) times: of more, those two are
/// one from then on that have the shortest pause between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Talks {
    /// Beginnings and ends.
    spans: Vec<(u32, u32)>,
    begun: Option<u32>,
}

impl Talks {
    /// The most that are kept apart.
    pub(super) const MOST: usize = 500;

    /// He began, or fell silent, so long after he came.
    pub(super) fn note(&mut self, on: bool, at: Duration) {
        let at = tenths(at);
        match (on, self.begun) {
            (true, None) => self.begun = Some(at),
            (false, Some(begun)) => {
                self.begun = None;
                self.add(begun, at);
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn add(&mut self, begun: u32, ended: u32) {
        match self.spans.last_mut() {
            Some(last) if begun <= last.1 => last.1 = ended,
            _ => self.spans.push((begun, ended.max(begun + 1))),
        }
        if self.spans.len() > Self::MOST {
            let pause = |at: &usize| self.spans[at + 1].0 - self.spans[*at].1;
            let at = (0..self.spans.len() - 1).min_by_key(pause).unwrap_or(0);
            self.spans[at].1 = self.spans[at + 1].1;
            self.spans.remove(at + 1);
        }
    }

    /// `begin-end` for each, with spaces between, as of the moment when he went, so long after he came.
    pub(super) fn written(&self, went: Duration) -> String {
        let mut all = self.clone();
        all.note(false, went);
        let mut text = String::new();
        for (begun, ended) in all.spans {
            let space = if text.is_empty() { "" } else { " " };
            let _ = write!(text, "{space}{begun}-{ended}");
        }
        text
    }
}

fn tenths(time: Duration) -> u32 {
    u32::try_from(time.as_millis() / 100).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(notes: &[(bool, u64)]) -> Talks {
        let mut talks = Talks::default();
        for (on, ms) in notes {
            talks.note(*on, Duration::from_millis(*ms));
        }
        talks
    }

    #[test]
    fn each_time_is_written_and_the_last_ends_as_he_goes() {
        let talks = noted(&[(true, 1000), (false, 2500), (true, 2510), (false, 2520), (false, 9000), (true, 60_000)]);
        assert_eq!(talks.written(Duration::from_secs(61)), "10-25 600-610");
        assert_eq!(noted(&[(true, 10), (false, 20)]).written(Duration::ZERO), "0-1");
        assert_eq!(noted(&[]).written(Duration::from_secs(61)), "");
    }

    #[test]
    fn of_too_many_the_nearest_are_one() {
        let mut notes = Vec::new();
        for n in 0..Talks::MOST as u64 {
            notes.extend([(true, n * 10_000), (false, n * 10_000 + 1000)]);
        }
        let last = Talks::MOST as u64 * 10_000;
        // Half a second after the one before.
        notes.extend([(true, last - 8500), (false, last - 8000)]);
        let written = noted(&notes).written(Duration::ZERO);
        let spans: Vec<&str> = written.split(' ').collect();
        assert_eq!(spans.len(), Talks::MOST);
        let tenths = last / 100;
        assert_eq!((spans[0], spans[1]), ("0-10", "100-110"));
        assert_eq!(*spans.last().unwrap(), format!("{}-{}", tenths - 100, tenths - 80));
    }
}
