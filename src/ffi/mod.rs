//! The C ABI: a conference inside any program, driven by that program's own thread.
//!
//! `include/conclave.h` is made from this folder by `make header`, and what a C programmer has to know stands in the
//! comments of the items here. The same [`service`](crate::service) works behind it as behind Asterisk; where Asterisk's
//! media workers have threads and a clock, here the host calls `conclave_tick` for every 20 ms of its time.
//!
//! Every function takes the same four steps: a panic boundary; arguments from C made into Rust's, or refused; one safe
//! call; the outcome as a [`ConclaveResult`]. A `struct conclave` that C holds is a name, looked up in `registry` and never
//! followed, so that one that was freed, or never was, is an answer and no crash.

#![allow(unsafe_code)]

mod arguments;
mod calls;
mod console;
mod host;
mod instance;
mod lifecycle;
mod logger;
mod picture;
mod registry;
mod result;
mod settings;
mod sounds;

use std::panic::{AssertUnwindSafe, catch_unwind};

use parking_lot::Mutex;

pub use calls::{
    ConclaveArrival, ConclaveCodec, conclave_arrive, conclave_digit, conclave_feed, conclave_feed_samples,
    conclave_hang_up, conclave_hold, conclave_take, conclave_take_samples,
};
pub use console::{conclave_command, conclave_help, conclave_message};
pub use host::{ConclaveHost, ConclaveLevel};
pub use lifecycle::{Conclave, conclave_create, conclave_free, conclave_stop, conclave_tick, conclave_version};
pub use picture::{
    ConclaveMember, ConclaveRole, ConclaveRoom, ConclaveStats, conclave_get_member, conclave_get_room,
    conclave_get_stats,
};
pub use result::{ConclaveEnd, ConclaveResult, conclave_end_word, conclave_result_text};
pub use settings::{conclave_apply, conclave_set};
pub use sounds::{ConclaveSound, conclave_sound_write};

use instance::Instance;

/// What every function does in the end, or why not.
type Outcome = Result<(), ConclaveResult>;

/// The first and the last step: no panic gets out.
fn boundary(work: impl FnOnce() -> Outcome) -> ConclaveResult {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => ConclaveResult::Ok,
        Ok(Err(result)) => result,
        Err(payload) => {
            // Dropping what somebody panicked with may panic as well.
            std::mem::forget(payload);
            ConclaveResult::Failed
        }
    }
}

/// Does something with the conference that C means, unless somebody is at it.
fn with(conclave: *const Conclave, work: impl FnOnce(&mut Instance) -> Outcome) -> ConclaveResult {
    boundary(|| enter(&*registry::find(conclave)?, work))
}

fn enter<T>(
    shared: &Mutex<Instance>,
    work: impl FnOnce(&mut Instance) -> Result<T, ConclaveResult>,
) -> Result<T, ConclaveResult> {
    let mut instance = shared.try_lock().ok_or(ConclaveResult::Busy)?;
    let _speaking = logger::speak_for(instance.callbacks());
    work(&mut instance)
}
