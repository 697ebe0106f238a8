//! What is counted of what goes on, and how it was in the last hours.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::{Happening, Operations};

/// What was counted since the start.
#[derive(Debug, Default)]
pub(in crate::admin) struct Counts {
    /// How often each thing happened, by its name.
    pub(in crate::admin) happened: BTreeMap<&'static str, u64>,
    /// How many callers were not let in, by the result.
    pub(in crate::admin) refused: BTreeMap<String, u64>,
    /// How many requests were answered, by method and status.
    pub(in crate::admin) answered: BTreeMap<(&'static str, u16), u64>,
    samples: VecDeque<Sample>,
    /// When a sample was taken last, and how much processor time the process had spent by then, in seconds.
    processor: Option<(Instant, f64)>,
}

/// How it was at a moment. What is counted goes on from the start of the module.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::admin) struct Sample {
    /// When.
    at: Timestamp,
    /// Calls that the workers served.
    calls: u64,
    /// Rooms in progress.
    rooms: usize,
    /// Members of all of them.
    members: usize,
    /// Members who talked.
    talking: usize,
    /// Who listened to events.
    listeners: usize,
    /// How busy the PBX's process was since the sample before, in percent of one core; null: not known.
    load: Option<f64>,
    /// Ticks of 20 ms that were mixed by then, by all workers.
    ticks: u64,
    /// Those that came late by then.
    late_ticks: u64,
    /// Those that were left out by then.
    skipped_ticks: u64,
    /// Ticks of a call's sound that were made up by then.
    concealed: u64,
    /// Calls that were moved to a thread of their own by then.
    slow_calls: u64,
}

impl Counts {
    pub(super) fn count(&mut self, happening: &Happening) {
        *self.happened.entry(happening.name).or_default() += 1;
        if happening.name == "Refused"
            && let Some((_, result)) = happening.fields.iter().find(|(name, _)| *name == "Result")
        {
            *self.refused.entry(result.clone()).or_default() += 1;
        }
    }

    pub(super) fn sampled(&mut self, mut sample: Sample) {
        let now = processor_time().map(|time| (Instant::now(), time));
        if let (Some((before, spent)), Some((now, time))) = (std::mem::replace(&mut self.processor, now), now) {
            let share = (time - spent) / (now - before).as_secs_f64().max(0.001);
            sample.load = Some((1000.0 * share).round() / 10.0);
        }
        if self.samples.len() == MOST_SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// The last so many samples, thinned to a number that can be drawn.
    pub(in crate::admin) fn samples(&self, most: usize) -> impl Iterator<Item = &Sample> {
        let count = self.samples.len().min(most);
        let each = count.div_ceil(MOST_DRAWN).max(1);
        // So that the latest is always there.
        let first = self.samples.len() - count + (count + each - 1) % each;
        self.samples.iter().skip(first).step_by(each)
    }

    pub(super) fn answered(&mut self, method: &Method, status: StatusCode) {
        let method = METHODS.iter().find(|known| *known == method).map_or("other", |known| known.as_str());
        *self.answered.entry((method, status.as_u16())).or_default() += 1;
    }
}

/// The processor time that the process has spent, in seconds.
fn processor_time() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold anything, and stands in parentheses.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let user: f64 = fields.nth(11)?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / PER_SECOND)
}

impl Sample {
    pub(super) fn of(operations: &dyn Operations, listeners: usize) -> Sample {
        let picture = operations.picture();
        let stats = operations.stats();
        let members = || picture.rooms.values().flat_map(|room| &room.members);
        Sample {
            at: Timestamp::now(),
            calls: stats.iter().map(|stats| stats.calls.get()).sum(),
            rooms: picture.rooms.len(),
            members: members().count(),
            talking: members().filter(|member| member.talking).count(),
            listeners,
            load: None,
            ticks: stats.iter().map(|stats| stats.ticks.get()).sum(),
            late_ticks: stats.iter().map(|stats| stats.late_ticks.get()).sum(),
            skipped_ticks: stats.iter().map(|stats| stats.skipped_ticks.get()).sum(),
            concealed: stats.iter().map(|stats| stats.concealed.get()).sum(),
            slow_calls: stats.iter().map(|stats| stats.slow_calls.get()).sum(),
        }
    }
}

/// The methods that are counted by their names; anybody can make up others.
static METHODS: [Method; 5] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE];

/// Processor time is counted in these parts of a second on every Linux that we run on: USER_HZ.
const PER_SECOND: f64 = 100.0;

/// As many samples as a plot can show.
const MOST_DRAWN: usize = 720;

/// How often it is looked how things are.
pub(in crate::admin) const SPACING: Duration = Duration::from_secs(10);

/// A day of them.
const MOST_SAMPLES: usize = 8640;

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(calls: u64) -> Sample {
        Sample {
            at: Timestamp::UNIX_EPOCH,
            calls,
            rooms: 0,
            members: 0,
            talking: 0,
            listeners: 0,
            load: None,
            ticks: 0,
            late_ticks: 0,
            skipped_ticks: 0,
            concealed: 0,
            slow_calls: 0,
        }
    }

    #[test]
    fn a_day_is_kept_and_long_times_are_thinned_up_to_the_latest() {
        let mut counts = Counts::default();
        let calls = |counts: &Counts, most| counts.samples(most).map(|sample| sample.calls).collect::<Vec<_>>();
        assert!(calls(&counts, 6).is_empty());
        (0..10_000).for_each(|number| counts.sampled(sample(number)));
        assert_eq!(calls(&counts, 3), [9997, 9998, 9999]);
        let day = calls(&counts, 100_000);
        assert_eq!((day.len(), day.last()), (MOST_DRAWN, Some(&9999)));
        assert!(day[0] >= 10_000 - MOST_SAMPLES as u64);
    }
}
