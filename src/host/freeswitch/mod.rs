//! FreeSWITCH: `mod_conclave.so`.
//!
//! Which thread does what, and which of FreeSWITCH's locks it holds there:
//!
//! | thread | enters through | locks held on entry | locks taken |
//! |---|---|---|---|
//! | module loader | [`module`] | the list of modules | none besides |

mod api;
mod app;
mod config;
mod events;
mod log;
mod module;
mod session;
mod sys;
mod waiting;

/// The way to the service.
type Handle = super::Handle<session::Session>;
