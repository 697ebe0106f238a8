//! What is counted of what goes on, and how it was in the last hours.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

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
    /// How it was every ten seconds, the latest last.
    pub(in crate::admin) samples: VecDeque<Sample>,
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

    pub(super) fn sampled(&mut self, sample: Sample) {
        if self.samples.len() == MOST_SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }
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
            ticks: stats.iter().map(|stats| stats.ticks.get()).sum(),
            late_ticks: stats.iter().map(|stats| stats.late_ticks.get()).sum(),
            skipped_ticks: stats.iter().map(|stats| stats.skipped_ticks.get()).sum(),
            concealed: stats.iter().map(|stats| stats.concealed.get()).sum(),
            slow_calls: stats.iter().map(|stats| stats.slow_calls.get()).sum(),
        }
    }

    /// When it was.
    pub(in crate::admin) fn at(&self) -> Timestamp {
        self.at
    }
}

/// How often it is looked how things are.
pub(super) const SPACING: Duration = Duration::from_secs(10);

/// A day of them.
const MOST_SAMPLES: usize = 8640;
