//!
//!
//!
//! Everything blocks, everything has a time-out, and nothing outlives the process that started it.

pub mod ami;
pub mod asterisk;
pub mod codec;
pub mod error;
mod ports;
pub mod sound;
mod sys;
pub mod wav;

pub use ami::Ami;
pub use asterisk::Asterisk;
pub use codec::Codec;
pub use error::Trouble;
pub use sound::Sound;
