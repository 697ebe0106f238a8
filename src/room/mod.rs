//! Every rule that a caller or a leader can notice, decided without any input or output of its own.
//!
//! Two machines live here:
//!
//! - [`Entry`], one for each caller, from the moment the host hands him over until he may join: it asks for the PIN, the
//!   access code, the name.
//! - [`Room`], one for each conference in progress: who is in, who may talk, what is heard when, what the keys do.
//!
//! Neither knows a thread, a clock, a file, a socket or a PBX. Both have two doors:
//!
//! - `handle(now, input)` tells the machine what happened. `now` is the time since some fixed moment of the driver's
//!   choice, the same for all machines.
//! - `poll()` takes the next thing that the machine wants done.
//!
//! # The contract
//!
//! 1. After making a machine, and after **every** `handle`, call `poll` until it returns `WakeAt` or `Idle`, and do what
//!    each output says, in that order.
//! 2. `WakeAt(t)`: hand in `Wake` at `t` or soon after, unless something else is handed in first. Only the newest
//!    `WakeAt` counts; `Idle` cancels it. A late or needless `Wake` does no harm.
//! 3. `Play` replaces whatever plays to that person. Tell the end of the newest `Play` by `Played`, once; say nothing
//!    when an older one was cut off. If a sound cannot be played, that is `Played` at once. (Should a `Played` be lost
//!    all the same, the machine goes on after [`PROMPT_LIMIT`] for each sound, or an hour for a file that is not one of
//!    its own prompts.) The same holds for `PlayRoom` and `RoomPlayed`, but the next one comes only when the one before
//!    has ended.
//! 4. An [`Entry`] answers with exactly one `Join` or `Done`, its last output. What it has to know it `Ask`s for; each
//!    [`Query`] is answered by one [`Found`]. [`Guard`] counts what was wrong, for whoever answers.
//! 5. A [`Room`] answers each `Join` with exactly one `Welcome` or `Refuse`, and each `Welcome` with exactly one
//!    `Release` later: also when the member hung up (`Leave`). Between them `Seat` and `Unseat` alternate. After `Release`
//!    nothing more comes for that member.
//! 6. A [`Room`] says `Ended` once, when nobody is left; drop it then.
//! 7. Each `Dial` comes to an end once: by `Join` with its invitation, by `Invited` with one of the four words for a call
//!    that came to nothing, or by `HangUp`, after which nothing more is to be told of it. At `Ended` none is left.
//!
//! Nothing here panics on any order of inputs. A driver that breaks the contract (joins a member twice, reports keys of
//! a member who left, lets time run backwards) is ignored or refused with [`CallResult::Failed`], never believed.
//!
//! # The loop to paste
//!
//! ```
//! use conclave::room::{
//!     self, CallResult, Caller, Conference, Entry, EntrySettings, Found, MemberId, Options, Query, Role, Room, entry,
//! };
//! use std::{sync::Arc, time::Duration};
//!
//! let conference = Arc::new(Conference::new("8000".parse()?));
//! let now = Duration::ZERO; // since the service began
//!
//! // One caller, until he may join.
//! let member = MemberId(1);
//! let options = Options::parse("q")?;
//! let mut entry = Entry::new(now, member, options, true, EntrySettings::default());
//! let role = loop {
//!     match entry.poll() {
//!         entry::Output::Ask(query) => {
//!             let found = match query {
//!                 Query::Number => Found::Conference(conference.clone()),
//!                 Query::Manner(role) => Found::Manner(options.over(conference.manner(role))),
//!                 _other => Found::Refused(CallResult::Failed), // see `Query`
//!             };
//!             entry.handle(now, entry::Input::Answer(found));
//!         }
//!         entry::Output::Answer => { /* answer his call */ }
//!         entry::Output::Play(_sounds) => { /* stop what plays to him, play these, report Input::Played */ }
//!         entry::Output::StopPlaying => { /* stop what plays to him */ }
//!         entry::Output::RecordName => { /* record what he says, and report Input::Recorded */ }
//!         entry::Output::StopRecordingName | entry::Output::ForgetName => { /* see `entry::Output` */ }
//!         entry::Output::Join(role) => break Some(role), // to the room
//!         entry::Output::Done(_result) => break None, // the call goes back to the dial plan
//!         entry::Output::WakeAt(_) | entry::Output::Idle => {
//!             // Wait for a key, the end of the sounds, a hang-up, or that moment; then tell it:
//!             entry.handle(now + Duration::from_secs(1), entry::Input::Wake);
//!         }
//!     }
//! };
//! assert_eq!(role, Some(Role::Participant));
//!
//! // The room.
//! let mut room = Room::new(now, conference, None, None);
//! let caller = Caller { name: "Ada".into(), number: "201".into() };
//! let manner = room.conference().manner(Role::Participant).clone();
//! room.handle(now, room::Input::Join { member, caller, role: Role::Participant, manner, invite: None });
//! let mut seated = false;
//! loop {
//!     match room.poll() {
//!         room::Output::Seat { .. } => seated = true, // put his leg into the mix
//!         room::Output::WakeAt(_at) => break, // wait for the next input, at most until then
//!         room::Output::Idle => break, // wait for the next input
//!         _other => { /* see `Output` */ }
//!     }
//! }
//! assert!(seated);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Time
//!
//! Time-outs that are due at `now` or before take effect before the input that came with that `now`. So what happens
//! does not depend on whether the driver's alarm or the caller's key is looked at first. Every machine is deterministic:
//! the same inputs at the same times give the same outputs.

mod acting;
mod action;
mod aside;
mod chair;
mod conference;
mod desk;
mod dialplan;
mod door;
pub mod entry;
mod floor;
mod greeting;
pub mod guard;
mod invite;
mod io;
mod keys;
mod leaders;
mod manner;
mod member;
mod menu;
mod mutes;
mod number;
mod options;
mod order;
mod orders;
mod phrase;
mod pin;
mod playing;
mod query;
mod recorder;
mod result;
mod ringing;
mod seating;
mod sound;
mod state;
mod timer;
mod times;
mod voice;
mod volume;

pub use action::{Action, ActionError, DialplanPlace};
pub use chair::Chair;
pub use conference::{
    Conference, ConferenceError, Inviting, Mix, Opens, Recording, RoomNumber, RoomNumberError, Schedule, WhoInvites,
};
pub use entry::{Entry, EntrySettings, refusal};
pub use guard::{Guard, GuardSettings, Guarded};
pub use io::{Input, InviteId, InviteProgress, Notice, Output, Then};
pub use manner::{Answering, Arrivals, EndWithLeader, Manner, Music, WaitForLeader};
pub use member::{Caller, Member, MemberId, Role, Waits};
pub use menu::{Menu, MenuError};
pub use mutes::{Deafs, Mutes};
pub use options::{Options, OptionsError, PageError, split_page};
pub use order::{By, Declined, Order, RecordOrder};
pub use phrase::Phrase;
pub use pin::{Digits, Pin, PinError};
pub use query::{Doorway, DoorwayKind, Found, Query};
pub use recorder::RecordingState;
pub use result::CallResult;
pub use sound::Sound;
pub use state::Room;
pub use timer::PROMPT_LIMIT;
pub use volume::Volume;
