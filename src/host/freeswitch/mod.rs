//! FreeSWITCH: `mod_conclave.so`.
//!
//! Which thread does what, and which of FreeSWITCH's locks it holds there:
//!
//! | thread | enters through | locks held on entry | locks taken |
//! |---|---|---|---|
//! | module loader | [`module`] | the list of modules | none besides |
//! | reader of sounds | our own ([`sounds`]) | none | those of a file; for a moment the configuration's |
//! | music, one a class | our own ([`music`]) | none | those of a file |

mod app;
mod file;
mod log;
mod module;
mod music;
mod session;
mod sounds;
mod sys;

/// The way to the service.
type Handle = super::Handle<session::Session>;
