//! Plain digital audio, with nothing of a conference in it.
//!
//! Samples are linear 16 bit mono (`i16`) where they enter and leave, and `i32` where they are added up. Audio is
//! handled in ticks of 20 ms ([`TICK`]). Everything here is a value or a pure function; what needs memory gets it when
//! it is made, so that the real-time side of [`engine`](crate::engine) can use all of it.

mod clip;
mod conceal;
mod decibels;
mod denoise;
pub mod g711;
mod gate;
mod level;
mod leveller;
mod limiter;
mod noise;
mod pitch;
mod polyphase;
mod ramp;
mod rate;
mod resample;
pub(crate) mod simd;
pub mod stretch;
pub mod sums;

use std::time::Duration;

pub use clip::Clip;
pub use conceal::Concealer;
pub use decibels::Decibels;
pub use denoise::Denoiser;
pub use gate::{Gate, GateChange, Heard};
pub use level::{Loudness, any_block_louder, dbfs, is_quiet, peak};
pub use leveller::Leveller;
pub use limiter::Limiter;
pub use noise::ComfortNoise;
pub use ramp::{Decay, Ramp};
pub use rate::SampleRate;
pub use resample::Resampler;

/// One mixing interval.
pub const TICK: Duration = Duration::from_millis(20);

/// Ticks in a second.
pub const TICKS_PER_SECOND: usize = 50;

/// Samples in one tick at the highest [`SampleRate`].
pub const MAX_TICK_SAMPLES: usize = SampleRate::Hz48000.samples_per_tick();
