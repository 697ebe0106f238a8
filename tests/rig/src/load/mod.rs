//! Many calls at once, cheap enough to leave the machine to the PBX that is measured.
//!
//! One thread sends and receives for all calls through a few sockets. Each call has its own phase within the 20 ms, as
//! real callers have, and packets leave on an absolute grid. Talkers speak; in turns each of them falls silent and keys
//! a tone, and the time from the tone's first sample leaving to its arrival at a listener is the mouth-to-ear time.

mod calls;
mod engine;
mod keyed;
mod report;

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use report::Report;

use crate::codec::Codec;
use crate::error::Trouble;
use crate::pbx::Pbx;
use engine::{Engine, Order};

/// What calls to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The number that each room is dialled by; call `n` goes to room `n % rooms`.
    pub rooms: Vec<String>,
    /// How many calls.
    pub calls: usize,
    /// How many of a room's callers talk; the others send silence.
    pub talkers: usize,
    /// How many calls to begin in a second.
    pub calls_a_second: f64,
    /// At how many callers the keyed tone is listened for.
    pub ears: usize,
    /// Whether a caller hears himself (`Echo`), so that the ears must be talkers.
    pub echo: bool,
    /// What all of them speak.
    pub codec: Codec,
    /// What the talkers say, at 8 kHz, each from another place of it.
    pub speech: Arc<[i16]>,
}

/// Calls that are up.
pub struct Load {
    orders: Sender<Order>,
    thread: Option<JoinHandle<()>>,
    calls: usize,
}

/// What a PBX used while it was watched.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time for each call and 20 ms.
    pub each_frame: Duration,
    /// Context switches a second.
    pub switches: f64,
    /// Processors it kept busy.
    pub processors: f64,
    /// Processors that this process kept busy, the callers above all. Where both together reach what the machine has,
    /// the figures say more about the machine than about the PBX.
    pub own_processors: f64,
}

impl Load {
    /// Makes the calls and waits until all are up.
    pub fn start(pbx: &Pbx, plan: Plan) -> Result<Self, Trouble> {
        let calls = plan.calls;
        let patience = Duration::from_secs_f64(calls as f64 / plan.calls_a_second) + Duration::from_secs(20);
        let mut engine = Engine::new(pbx.sip_port(), plan)?;
        let (orders, incoming) = mpsc::channel();
        let (ready, up) = mpsc::channel();
        let thread = std::thread::Builder::new().name("load".into()).spawn(move || engine.run(&incoming, &ready));
        let thread = Some(thread.map_err(Trouble::system("starting the load's thread"))?);
        let load = Self { orders, thread, calls };
        match up.recv_timeout(patience) {
            Ok(()) => Ok(load),
            Err(_) => {
                let waiting_for = format!("{calls} calls");
                let seen = load.report().map_or_else(|trouble| trouble.to_string(), |report| report.to_string());
                Err(Trouble::TimedOut { waiting_for, after: patience, seen })
            }
        }
    }

    /// How many calls there are.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Forgets what was counted and begins again.
    pub fn reset(&self) {
        let _ = self.orders.send(Order::Reset);
    }

    /// What was counted since the last reset.
    pub fn report(&self) -> Result<Report, Trouble> {
        let (answer, report) = mpsc::channel();
        let _ = self.orders.send(Order::Report(answer));
        let after = Duration::from_secs(30);
        let lost = |_| Trouble::TimedOut { waiting_for: "the load's report".into(), after, seen: String::new() };
        report.recv_timeout(after).map_err(lost)
    }

    /// Watches the PBX for a while, with a fresh count of the frames.
    pub fn measure(&self, pbx: &Pbx, time: Duration) -> Result<(Usage, Report), Trouble> {
        self.reset();
        let usage = measure(pbx, self.calls, time);
        Ok((usage, self.report()?))
    }

    /// Hangs all calls up.
    pub fn hang_up(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.orders.send(Order::HangUp);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.end();
    }
}

/// Watches a PBX with this many calls for a while.
pub fn measure(pbx: &Pbx, calls: usize, time: Duration) -> Usage {
    let own = || crate::sys::processor_time(std::process::id()).unwrap_or_default();
    let own_before = own();
    let (began, processor, switches) = (Instant::now(), pbx.cpu_time(), pbx.context_switches());
    std::thread::sleep(time);
    let elapsed = began.elapsed().as_secs_f64();
    let used = (pbx.cpu_time() - processor).as_secs_f64();
    // A thread that ends takes its count with it.
    let switched = pbx.context_switches().saturating_sub(switches);
    Usage {
        each_frame: Duration::from_secs_f64(used / (calls as f64 * elapsed * 50.0)),
        switches: switched as f64 / elapsed,
        processors: used / elapsed,
        own_processors: (own() - own_before).as_secs_f64() / elapsed,
    }
}
