//! What many hear, made once.

use super::coding::SharedCoding;
use super::stats::WorkerStats;
use super::types::{Codec, Coded, Output};
use crate::audio::{Limiter, MAX_TICK_SAMPLES, SampleRate, g711};

/// One tick of audio at one rate, limited once and encoded once for each codec, on first demand.
pub(super) struct Shared {
    limiter: Limiter,
    linear: Box<[i16]>,
    /// Both have no length at rates that G.711 does not have.
    ulaw: Box<[u8]>,
    alaw: Box<[u8]>,
    has_linear: bool,
    has_ulaw: bool,
    has_alaw: bool,
    coded: Option<Box<SharedCoding>>,
}

impl Shared {
    pub fn new(rate: SampleRate) -> Shared {
        let tick = rate.samples_per_tick();
        let bytes = if rate == SampleRate::Hz8000 { tick } else { 0 };
        Shared {
            limiter: Limiter::new(),
            linear: vec![0; tick].into(),
            ulaw: vec![0; bytes].into(),
            alaw: vec![0; bytes].into(),
            has_linear: false,
            has_ulaw: false,
            has_alaw: false,
            coded: None,
        }
    }

    /// Begins a tick: what was made is stale.
    pub fn begin(&mut self) {
        if !self.has_linear {
            // Nobody listened for a tick, so nobody notices that the gain is back.
            self.limiter.reset();
        }
        self.has_linear = false;
        self.has_ulaw = false;
        self.has_alaw = false;
        let mut coded = self.coded.as_deref_mut();
        while let Some(coding) = coded {
            coding.begin();
            coded = coding.other.as_deref_mut();
        }
    }

    /// Makes it heard in one more coded form, unless it is already; gives back what was not needed.
    pub fn add_coding(&mut self, mut coding: Box<SharedCoding>) -> Option<Box<SharedCoding>> {
        if self.coding(coding.coded).is_some() {
            return Some(coding);
        }
        coding.other = self.coded.take();
        self.coded = Some(coding);
        None
    }

    /// Takes a coded form away.
    pub fn remove_coding(&mut self, coded: Coded) -> Option<Box<SharedCoding>> {
        let mut place = &mut self.coded;
        while place.as_ref().is_some_and(|coding| coding.coded != coded) {
            place = &mut place.as_mut()?.other;
        }
        let mut removed = place.take()?;
        *place = removed.other.take();
        Some(removed)
    }

    /// The stream in a coded form.
    pub fn coding(&self, coded: Coded) -> Option<&SharedCoding> {
        let mut coding = self.coded.as_deref();
        while coding.is_some_and(|coding| coding.coded != coded) {
            coding = coding?.other.as_deref();
        }
        coding
    }

    /// The tick in the form of a codec, made from `total` unless it has been already.
    pub fn output(&mut self, codec: Codec, total: &[i32], stats: &WorkerStats) -> Output<'_> {
        if !self.has_linear {
            self.limiter.process(total, &mut self.linear);
            self.has_linear = true;
        }
        match codec {
            Codec::Linear(_) => Output::Linear(&self.linear),
            Codec::Pcmu => {
                if !self.has_ulaw {
                    g711::encode_ulaw(&self.linear, &mut self.ulaw);
                    self.has_ulaw = true;
                }
                Output::Payload(&self.ulaw)
            }
            Codec::Coded(coded) => encode(&mut self.coded, coded, &self.linear, stats),
            Codec::Pcma => {
                if !self.has_alaw {
                    g711::encode_alaw(&self.linear, &mut self.alaw);
                    self.has_alaw = true;
                }
                Output::Payload(&self.alaw)
            }
        }
    }

    /// A tick of two channels in a coded form.
    pub fn output_of_both(&mut self, coded: Coded, samples: &[i16], stats: &WorkerStats) -> Output<'_> {
        encode(&mut self.coded, coded, samples, stats)
    }

    /// A tick of silence in the form of a codec.
    pub fn silence(&mut self, codec: Codec, stats: &WorkerStats) -> Output<'_> {
        match codec {
            Codec::Coded(coded) => encode(&mut self.coded, coded, silent_tick(coded.rate), stats),
            _ => silence(codec),
        }
    }

    /// How far the gain is down for those who hear this.
    pub fn limiter(&self) -> Limiter {
        self.limiter
    }

    /// The last sample that was heard.
    pub fn last(&self) -> i32 {
        if self.has_linear { self.linear.last().map_or(0, |s| i32::from(*s)) } else { 0 }
    }
}

/// The tick out of the list of a stream's codings.
fn encode<'a>(
    list: &'a mut Option<Box<SharedCoding>>,
    coded: Coded,
    samples: &[i16],
    stats: &WorkerStats,
) -> Output<'a> {
    let mut coding = list.as_deref_mut();
    while let Some(found) = coding {
        if found.coded == coded {
            return Output::Payload(found.output(samples, stats));
        }
        coding = found.other.as_deref_mut();
    }
    Output::Payload(&[])
}

fn silent_tick(rate: SampleRate) -> &'static [i16] {
    static LINEAR: [i16; MAX_TICK_SAMPLES] = [0; MAX_TICK_SAMPLES];
    &LINEAR[..rate.samples_per_tick()]
}

/// One tick of silence in the form of a codec that has no memory.
pub(super) fn silence(codec: Codec) -> Output<'static> {
    static ULAW: [u8; 160] = [g711::ULAW_SILENCE; 160];
    static ALAW: [u8; 160] = [g711::ALAW_SILENCE; 160];
    match codec {
        Codec::Linear(rate) => Output::Linear(silent_tick(rate)),
        Codec::Pcmu => Output::Payload(&ULAW),
        Codec::Pcma => Output::Payload(&ALAW),
        Codec::Coded(_) => Output::Payload(&[]),
    }
}
