//! The mixer, without locks.

mod control;
mod ids;
mod music;
mod stats;
mod types;
mod worker;

pub use control::{Control, new};
pub use ids::{LegId, MusicId, RoomId};
pub use music::MusicFeed;
pub use stats::{Counter, Gauge, WorkerStats};
pub use types::{Capacity, Codec, Event, Full, Output, Target};
pub use worker::Worker;
