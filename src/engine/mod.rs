//! The mixer: who hears whom, in real time, without locks.
//!
//! [`new`] makes one [`Control`] and several [`Worker`]s. The control half belongs to one ordinary thread, which adds
//! legs and rooms, seats the ones in the others, and is told who talks. Each worker belongs to one media thread, which
//! feeds it the legs' audio and takes out what they hear, tick by tick. Between the halves are wait-free rings:
//!
//! ```text
//!   Control  --- commands, with the memory that they need --->  Worker
//!            <-- reports, with the memory that is done with ---
//!   Worker   <-- partial sums of the rooms that both have --->  Worker
//!   MusicFeed -- decoded music ------------------------------>  each Worker
//! ```
//!
//! # What a leg hears
//!
//! The sum of all who talk in its room, less its own contribution: the very integers that were added, so the rest is
//! exact. Only then is the sum limited to 16 bits, for each listener by itself. All who neither talk nor hear a prompt
//! or music of their own hear the same, so they share one mix and one encoding for each codec; for such a leg a tick
//! costs no more than a look at what it sent.
//!
//! # What it never does
//!
//! The audio half never allocates, frees, locks, waits, logs or makes a system call (`tests/engine_no_alloc.rs`).
//! Memory is made by `Control`, travels there in a command, and travels back in a report to be dropped by
//! [`Control::collect`]. There is no `unsafe` here and no atomic beyond the relaxed counters in [`WorkerStats`]; what
//! one thread sees of another's memory is the business of the `rtrb` crate alone, so there is nothing for loom here.
//!
//! # Reading order
//!
//! `types`, `ids`, `stats`; `control` with `seating`, `link`, `table`, `converted`; `command`; `worker` with `apply`;
//! `leg` with `playout`, `fifo`, `player`, `music`; `room` with `outlet` and `partial`.

mod apply;
mod command;
mod control;
mod converted;
mod fifo;
mod ids;
mod leg;
mod link;
mod music;
mod outlet;
mod partial;
mod player;
mod playout;
mod room;
mod seating;
mod stats;
mod table;
mod types;
mod worker;

pub use control::{Control, new};
pub use ids::{LegId, MusicId, RoomId};
pub use music::MusicFeed;
pub use stats::{Counter, Gauge, WorkerStats};
pub use types::{Capacity, Codec, Event, Full, Output, Target};
pub use worker::Worker;
