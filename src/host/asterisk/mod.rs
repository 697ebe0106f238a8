//! Asterisk: `app_conclave.so`.
//!
//! Which thread does what, and which of Asterisk's locks it holds there:
//!
//! | thread | enters through | locks held on entry | locks taken |
//! |---|---|---|---|
//! | a call's PBX thread | [`app`], then waits in its [mailbox] until the call is handed back | none | the channel's, for moments, before and after; in between for what it finds there: answering, digits, the dial plan, another codec |
//! | one call's own that we made | [`dial`], then as a PBX thread | none | the same |
//! | media worker | [`worker`](super::worker), every 20 ms | none | the channel's, inside `ast_read()` and `ast_write()`, never two at once; a mailbox's, for moments |
//! | one slow call's own | [`slow`](super::slow) | none | the same |
//! | music | [`music`] | none | its own channel's |
//! | sounds | [`sounds`] | none | the list of file formats, for reading |
//! | events | [`events`] | none | the manager's queue of events, then its sessions' |
//! | console, AMI | [`cli`] | none | none |
//! | module loader | [`module`] | the list of modules | none besides |
//! | end of the process | [`module`] | none | none; waits half a second at most for those in [`dial`] |
//! | whoever masquerades a channel | [`channel`] | both channels' | none: sets a flag |
//!
//! The service's thread calls no function of Asterisk but the logger, and what makes and frees translators ([`formats`]),
//! which takes the list of them for reading. A media worker runs those that it has; they take no lock. All else that the
//! service orders is done by these.
//!
//! Who has a channel: its own thread ([`stay`](super::stay)) up to its arrival; then whoever has its [claim], which is a
//! worker or a slow call's thread, for reading and writing, while its own thread may answer it and send digits; then
//! its own thread again, when the claim ended, the dial plan borrows the call ([`waiting`]), or its codec has changed and it
//! is made ready anew.
//!
//! [mailbox]: crate::service::mailbox
//! [claim]: crate::service::mailbox::Claim

mod app;
mod channel;
mod cli;
mod config;
mod dial;
mod dialplan;
mod events;
mod formats;
mod info;
mod log;
mod manager;
mod module;
mod music;
#[cfg(feature = "admin")]
mod page;
mod sounds;
mod sys;
#[cfg(feature = "admin")]
mod users;
mod waiting;

/// The way to the service.
type Handle = super::Handle<channel::Channel>;
