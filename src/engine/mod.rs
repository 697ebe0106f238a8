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
//!   Tap      <-- what a leg says or a room hears --------------  Worker
//! ```
//!
//! # What a leg hears
//!
//! The sum of all who talk in its room, less its own contribution: the very integers that were added, so the rest is
//! exact. Only then is the sum limited to 16 bits, for each listener by itself. All who neither talk nor hear a prompt
//! or music of their own hear the same, so they share one mix and one encoding for each codec; for such a leg a tick
//! costs no more than a look at what it sent. Who is deafened hears none of it, and costs no more either.
//!
//! On top of that come, for one leg alone, two queues of clips that may sound at once (its own prompts, and what is
//! announced to its room in its language) and its music: a stream that somebody feeds, or a clip that goes round.
//!
//! # Who is heard
//!
//! Only who talks is in the sum, by a gate that knows the noise of his line. What else can be done is off at first, and off
//! means that not a bit differs: levelling and noise suppression for a leg ([`Control::set_voice`]), a limit to how many
//! are heard at once and comfort noise for a room ([`Control::set_room_sound`]).
//!
//! # Stereo
//!
//! A leg whose form has two channels hears each talker at a [`Place`]. For that a room has a second sum besides the one
//! that all hear, its spread: of each contribution what the right ear has more of it, and the left ear less. Left is the
//! sum less the spread, right the sum and the spread, so both together are what the others hear, to the bit. Whoever talks
//! subtracts himself from both sums before the two channels are made; one limiter lowers both, or a loud word would
//! pull everybody to the other side. Clips, announcements and music are in the sum alone, and so in the middle.
//!
//! There is a spread only while somebody listens to it, and only talkers who do not sit in the middle cost anything then;
//! other rooms and other legs know nothing of it. [`Control::set_place`] says who sits where:
//!
//! ```
//! # use conclave::engine::{Capacity, Codec, Place, new};
//! # let (mut control, _workers) = new(Capacity::default());
//! # let [anna, ben] = [control.add_leg(0, Codec::Pcmu)?, control.add_leg(0, Codec::Pcmu)?];
//! control.set_place(anna, Place::from_percent(-50));
//! control.set_place(ben, Place::from_percent(50));
//! # Ok::<(), conclave::engine::Full>(())
//! ```
//!
//! # Side rooms
//!
//! Whoever sits in a room can speak in a side room of it instead: a room like any other, with its parent's rate and on
//! whichever workers need it, that nobody sits in. Each tick of a voice is in exactly one sum. Whoever overhears the side
//! room hears both sums, less himself where he is in them. So a coach whispers to one member:
//!
//! ```
//! # use conclave::engine::{Capacity, Codec, new};
//! # let (mut control, _workers) = new(Capacity::default());
//! # let room = control.add_room()?;
//! # let [coach, member] = [control.add_leg(0, Codec::Pcmu)?, control.add_leg(0, Codec::Pcmu)?];
//! # control.seat(coach, room);
//! # control.seat(member, room);
//! let side = control.add_side_room(room)?;
//! control.speak_aside(coach, Some(side));
//! control.overhear(member, Some(side));
//! # Ok::<(), conclave::engine::Full>(())
//! ```
//!
//! # Taps
//!
//! A [`Tap`] is what recordings are made of: every tick of what a leg says, or of what a silent listener of a room would
//! hear, in a ring of two seconds that an ordinary thread reads. It follows a room from worker to worker and from rate
//! to rate. The audio half never waits for its reader.
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
//! `types`, `ids`, `stats`, `place`; `control` with `seating`, `forms`, `siding`, `stereo`, `clips`, `streams`, `tapping`,
//! `link`, `table`, `converted`; `command`; `worker` with `apply`; `leg` with `playout`, `player`, `music`, `feed`,
//! `unusual`, `voice`, `wide`, `edge`; `room` with `outlet`, `coding`, `spread`, `partial` and `ranks`; `tap`.

mod apply;
mod clips;
mod coding;
mod command;
mod control;
mod converted;
mod edge;
mod feed;
mod forms;
mod ids;
mod leg;
mod link;
mod music;
mod outlet;
mod partial;
mod place;
mod player;
mod playout;
mod ranks;
mod room;
mod seating;
mod siding;
mod spread;
mod stats;
mod stereo;
mod streams;
mod table;
mod tap;
mod tapping;
mod types;
mod unusual;
mod voice;
mod wide;
mod worker;

pub use control::{Control, new};
pub use feed::MusicFeed;
pub use ids::{LegId, MusicId, RoomId, TapId};
pub use place::Place;
pub use stats::{Counter, Gauge, WorkerStats};
pub use tap::{Chunk, Tap};
pub use types::{
    Capacity, Codec, Coded, Coders, Decoder, Encoder, Event, Full, Heed, MOST_PAYLOAD, Output, RoomSound, Stamp,
    Target, Voice,
};
pub use worker::Worker;
