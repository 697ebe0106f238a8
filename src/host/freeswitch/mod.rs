//! FreeSWITCH: `mod_conclave.so`.
//!
//! Which thread does what, and which of FreeSWITCH's locks it holds there:
//!
//! | thread | enters through | locks held on entry | locks taken |
//! |---|---|---|---|
//! | module loader | [`module`] | the list of modules | none besides |

mod app;
mod formats;
mod line;
mod log;
mod module;
mod rtp;
mod session;
mod stream;
mod sys;

/// The way to the service.
type Handle = super::Handle<session::Session>;
