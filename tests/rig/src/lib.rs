//! What Conclave is tested with: a private Asterisk or FreeSWITCH, and callers that speak SIP.
//!
//! A story has three parts: a [`Pbx`] of its own, [`Caller`]s who dial it over loopback, and what they heard.
//!
//! ```no_run
//! use std::time::Duration;
//! use conclave_rig::{Caller, Pbx, Sound, listen};
//!
//! # fn main() -> Result<(), conclave_rig::Trouble> {
//! let asterisk = Pbx::asterisk("two-people")
//!     .dialplan("exten => 8000,1,Answer()\n same => n,ConfBridge(8000)")
//!     .start()?;
//! let alice = Caller::new("alice").call(&asterisk, "8000")?;
//! let bob = Caller::new("bob").call(&asterisk, "8000")?;
//! alice.wait_answer()?;
//! bob.wait_answer()?;
//! alice.say(Sound::tone(440.0, -20.0));
//! std::thread::sleep(Duration::from_secs(2));
//! let heard = bob.heard_last(Duration::from_secs(1));
//! assert!(listen::tone_level(&heard, bob.rate(), 440.0) > -25.0);
//! alice.hang_up()?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything blocks, everything has a time-out, and nothing outlives the process that started it.

pub mod ami;
pub mod asterisk;
pub mod caller;
pub mod codec;
pub mod error;
pub mod esl;
pub mod events;
mod folder;
pub mod freeswitch;
pub mod listen;
pub mod load;
pub mod network;
pub mod pbx;
mod ports;
pub mod rivals;
mod rtp;
mod sip;
pub mod sound;
mod sys;
pub mod wav;

pub use ami::Ami;
pub use caller::Caller;
pub use codec::Codec;
pub use error::Trouble;
pub use esl::Esl;
pub use events::{Events, Packet};
pub use folder::Folder;
pub use load::Load;
pub use network::Network;
pub use pbx::{Host, Pbx};
pub use sound::Sound;
