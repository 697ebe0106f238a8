//! Calls that we make, whatever the host: a thread for each, until the call has arrived or is over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::guard;
use crate::room::InviteId;

/// The calls of a host that are out.
pub struct Calls {
    out: Mutex<Out>,
    count: AtomicUsize,
}

struct Out {
    given_up: BTreeMap<InviteId, Arc<GivenUp>>,
    threads: Vec<JoinHandle<()>>,
}

impl Calls {
    /// None yet.
    pub const fn new() -> Calls {
        let out = Mutex::new(Out { given_up: BTreeMap::new(), threads: Vec::new() });
        Calls { out, count: AtomicUsize::new(0) }
    }

    /// Makes a call on a thread of its own, which counts as out as long as `make` runs. False: it cannot be made now.
    pub fn start(&'static self, invite: InviteId, make: impl FnOnce(&GivenUp) + Send + 'static) -> bool {
        let given_up = Arc::new(GivenUp(AtomicU32::new(0)));
        let mut out = self.out();
        out.threads.retain(|thread| !thread.is_finished());
        let thread = {
            let given_up = given_up.clone();
            thread::Builder::new().name("conclave-dial".into()).spawn(move || {
                guard("a call that was made", (), || make(&given_up));
                self.out().given_up.remove(&invite);
                self.count.fetch_sub(1, Ordering::Release);
            })
        };
        match thread {
            Ok(thread) => {
                self.count.fetch_add(1, Ordering::Relaxed);
                out.given_up.insert(invite, given_up);
                out.threads.push(thread);
                true
            }
            Err(error) => {
                log::error!("no thread for a call that is to be made: {error}");
                false
            }
        }
    }

    /// Gives up a call that has not arrived.
    pub fn give_up(&self, invite: InviteId) {
        if let Some(given_up) = self.out().given_up.get(&invite) {
            given_up.set();
        }
    }

    /// How many calls are out.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Gives up what has not arrived and waits for the threads; those that did arrive have been given back.
    pub fn end(&self) {
        let threads = {
            let mut out = self.out();
            out.given_up.values().for_each(|given_up| given_up.set());
            std::mem::take(&mut out.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a call is given up that has not arrived.
pub struct GivenUp(AtomicU32);

impl GivenUp {
    /// Whether it is.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    /// The same for C, which looks at it now and then: 0, or [`ORIGINATOR_CANCEL`] once it is.
    #[cfg(feature = "freeswitch")]
    pub fn as_ptr(&self) -> *mut u32 {
        self.0.as_ptr()
    }

    fn set(&self) {
        self.0.store(ORIGINATOR_CANCEL, Ordering::Release);
    }
}

/// Whether a number can be called, and if not, what of it cannot be dialled.
pub fn check(number: &str) -> Result<(), String> {
    match number.chars().find(|c| !c.is_ascii_alphanumeric() && !"*#+_-.".contains(*c)) {
        Some(bad) => Err(format!("{bad:?} cannot be dialled; use letters, digits, '*', '#', '+', '_', '-' and '.'")),
        None => Ok(()),
    }
}

/// Q.850's cause that says nothing about a call.
pub const NORMAL_CLEARING: i32 = 16;

/// FreeSWITCH's word for it. Q.850 has none.
const ORIGINATOR_CANCEL: u32 = 487;
