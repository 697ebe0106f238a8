//! The service on a thread of its own: the one place that reads clocks for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use super::{Handle, Host, Service};

/// Runs the service until [`Handle::stop`]; the thread ends when every call is handed back.
pub fn spawn<H: Host + 'static>(mut service: Service<H>, handle: &Handle<H::Call>) -> JoinHandle<()> {
    let handle = handle.clone();
    thread::Builder::new()
        .name("conclave".into())
        .spawn(move || {
            handle.set_thread(thread::current());
            let origin = Instant::now();
            loop {
                let now = origin.elapsed();
                service.set_unix_time(now, unix_time());
                let wake = catch_unwind(AssertUnwindSafe(|| service.step(now))).unwrap_or_else(|_| {
                    log::error!("the service failed in a step; what caused it was dropped, rooms go on");
                    Some(now + AFTER_PANIC)
                });
                // Before it sleeps: nobody wakes it once the last call has been handed back.
                if service.is_stopped() {
                    break;
                }
                match wake {
                    Some(at) => thread::park_timeout(at.saturating_sub(origin.elapsed())),
                    None => thread::park(),
                }
            }
        })
        .expect("a thread can be made")
}

/// What the clock on the wall shows, as time since 1970-01-01 00:00 UTC.
pub fn unix_time() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Keeps a step that fails each time from taking a whole core.
const AFTER_PANIC: Duration = Duration::from_millis(20);
