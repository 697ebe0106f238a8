//! Conclave: telephone conferences for Asterisk, FreeSWITCH and any C host.
//!
//! The layers, from the borders down; each knows only those below it:
//!
//! - `host`: the PBXs that load this library
//! - [`ffi`]: the C ABI for any other program
//! - `admin`: the page, its API, metrics
//! - [`service`]: threads, clock and wiring; owns the rooms
//! - `mail`: invitations
//! - `directory`: conferences, accounts and history in a database
//! - [`room`]: every rule that a caller can notice, without input or output
//! - [`prompts`]: sounds from the host's files
//! - [`record`]: recordings on disk
//! - [`codec`]: codecs with memory, for the mixer
//! - [`engine`]: the mixer, in real time
//! - [`audio`]: G.711, levels, rates
//! - `tls`: certificates and encrypted connections
//! - `text`: small things with text that more than one of them does

#[cfg(feature = "admin")]
pub mod admin;
pub mod audio;
pub mod codec;
#[cfg(feature = "directory")]
pub mod directory;
pub mod engine;
pub mod ffi;
/// cbindgen:ignore
#[cfg(any(feature = "asterisk", feature = "freeswitch"))]
pub mod host;
mod logging;
#[cfg(feature = "mail")]
pub mod mail;
pub mod prompts;
pub mod record;
pub mod room;
pub mod service;
mod text;
#[cfg(any(feature = "admin", feature = "mail", feature = "postgres"))]
pub mod tls;
