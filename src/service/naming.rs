//! Callers who record their names.

use std::sync::Arc;
use std::time::Duration;

use super::{CallId, Host, Service};
use crate::audio::{Gate, SampleRate, TICKS_PER_SECOND, any_block_louder};
use crate::engine::{Tap, TapId};
use crate::record;
use crate::room::entry;

/// A name that is being recorded. Read at each step of the service: a tick is a copy of 160 samples, and only the few
/// callers who speak their names now are looked at.
pub(super) struct Naming {
    id: TapId,
    tap: Tap,
    rate: SampleRate,
    samples: Vec<i16>,
    spoke: bool,
    /// Ticks since he was last heard.
    silent: usize,
}

impl Naming {
    /// Takes in what was said by now. True: he has spoken, and fell silent.
    fn listen(&mut self) -> bool {
        while let Some(chunk) = self.tap.read() {
            self.rate = chunk.rate;
            if any_block_louder(chunk.samples, Gate::TALK) {
                self.spoke = true;
                self.silent = 0;
            } else {
                self.silent += 1;
            }
            if self.samples.len() >= self.rate.samples_in_ms(LONGEST_MS) {
                return true;
            }
            self.samples.extend_from_slice(chunk.samples);
            let missing = self.rate.samples_per_tick() - chunk.samples.len();
            self.samples.extend(std::iter::repeat_n(0, missing));
        }
        self.spoke && self.silent >= SILENCE_TICKS
    }
}

impl<H: Host> Service<H> {
    pub(super) fn record_name(&mut self, now: Duration, id: CallId) {
        self.drop_naming(id);
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.name = None;
        match self.engine.tap_leg(call.leg) {
            Ok((tap_id, tap)) => {
                let (rate, samples) = (SampleRate::Hz8000, Vec::new());
                self.naming.insert(id, Naming { id: tap_id, tap, rate, samples, spoke: false, silent: 0 });
            }
            Err(full) => {
                log::warn!("{} cannot record a name: {full}", call.channel);
                self.tell_entry(now, id, entry::Input::Recorded(None));
            }
        }
    }

    /// The recording ends; what was said is his name.
    pub(super) fn stop_recording_name(&mut self, now: Duration, id: CallId) {
        let Some(mut naming) = self.naming.remove(&id) else { return };
        naming.listen();
        self.engine.remove_tap(naming.id);
        let name = record::trim(&naming.samples, naming.rate);
        let length = name.as_ref().map_or(Duration::ZERO, |clip| {
            Duration::from_secs_f64(clip.samples.len() as f64 / f64::from(clip.rate.hz()))
        });
        if let Some(call) = self.calls.get_mut(&id) {
            call.name = name.map(Arc::new);
        }
        self.tell_entry(now, id, entry::Input::Recorded(Some(length)));
    }

    pub(super) fn forget_name(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.name = None;
        }
    }

    /// His call is gone, or he records anew.
    pub(super) fn drop_naming(&mut self, id: CallId) {
        if let Some(naming) = self.naming.remove(&id) {
            self.engine.remove_tap(naming.id);
        }
    }

    /// Reads what those say who record their names.
    pub(super) fn listen_to_names(&mut self, now: Duration) {
        let ended: Vec<CallId> =
            self.naming.iter_mut().filter_map(|(&id, naming)| naming.listen().then_some(id)).collect();
        for id in ended {
            self.stop_recording_name(now, id);
            self.drive_entry(now, id);
        }
    }
}

/// Who says nothing for so long after his name has said it.
const SILENCE_TICKS: usize = 2 * TICKS_PER_SECOND;

/// A name never takes more memory than this; the entry stops long before.
const LONGEST_MS: usize = 30_000;
