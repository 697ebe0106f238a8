//! What many hear, made once.

use super::types::{Codec, Output};
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
    }

    /// The tick in the form of a codec, made from `total` unless it has been already.
    pub fn output(&mut self, codec: Codec, total: &[i32]) -> Output<'_> {
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
            Codec::Coded(_) => Output::None,
            Codec::Pcma => {
                if !self.has_alaw {
                    g711::encode_alaw(&self.linear, &mut self.alaw);
                    self.has_alaw = true;
                }
                Output::Payload(&self.alaw)
            }
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

/// One tick of silence in the form of a codec.
pub(super) fn silence(codec: Codec) -> Output<'static> {
    static LINEAR: [i16; MAX_TICK_SAMPLES] = [0; MAX_TICK_SAMPLES];
    static ULAW: [u8; 160] = [g711::ULAW_SILENCE; 160];
    static ALAW: [u8; 160] = [g711::ALAW_SILENCE; 160];
    match codec {
        Codec::Linear(rate) => Output::Linear(&LINEAR[..rate.samples_per_tick()]),
        Codec::Pcmu => Output::Payload(&ULAW),
        Codec::Pcma => Output::Payload(&ALAW),
        Codec::Coded(_) => Output::Payload(&[]),
    }
}
