//! FreeSWITCH: `mod_conclave.so`.
//!
//! Which thread does what, and which of FreeSWITCH's locks it holds there:
//!
//! | thread | enters through | locks held on entry | locks taken |
//! |---|---|---|---|
//! | a session's own | [`app`], then waits in its [mailbox] until the call is handed back | those that keep module and application, for reading | the channel's, for moments, before and after; in between for what it finds there: answering, digits, the dial plan, another codec |
//! | media worker | [`worker`](super::worker), every 20 ms | none | those that [`line`] tells of, never two sessions' at once; a mailbox's, for moments |
//! | one slow call's own | [`slow`](super::slow) | none | the same |
//! | reader of sounds | our own ([`sounds`]) | none | those of a file; for a moment the configuration's |
//! | music, one a class | our own ([`music`]) | none | those of a file |
//! | a call that we make, up to its arrival | our own ([`dial`]) | none | the module's and the session's, for reading; the channel's, for moments |
//! | events | our own ([`events`]) | none | that of FreeSWITCH's queue of events; to read the settings the configuration's |
//! | console, event socket, dial plan | [`api`] | those that keep module and command, for reading; completing words, the table of such functions | as the thread of events for `reload` |
//! | FreeSWITCH's of events, at `reloadxml` and when a call rings | [`events`], [`news`] | the list of who listens, for reading | none: asks our thread of events, or tells the service |
//! | module loader, end of the process | [`module`] | the module's own for writing, when it unloads unforced | the list of who listens to events, for writing; the table of completions; the configuration's |
//!
//! The service's thread calls no function of FreeSWITCH but the logger.
//!
//! Why FreeSWITCH's structures and functions are declared anew is told in `freeswitch.h`.
//!
//! [mailbox]: crate::service::mailbox

mod api;
mod app;
mod config;
mod dial;
mod events;
mod file;
mod formats;
mod line;
mod log;
mod module;
mod music;
mod news;
#[cfg(feature = "admin")]
mod page;
mod patience;
mod rtp;
mod say;
mod session;
mod sounds;
mod stream;
mod sys;
mod translation;
#[cfg(feature = "admin")]
mod users;
mod waiting;

/// The way to the service.
type Handle = super::Handle<session::Session>;
