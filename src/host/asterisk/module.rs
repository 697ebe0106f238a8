//! Loading, reloading, unloading.

use std::ffi::c_int;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};

use super::config::{self, ConfigError};
use super::epoll::Bell;
use super::sounds::AsteriskSounds;
use super::worker::{Command, Served};
use super::{Handle, dial, events, foreign, formats, guard, log as asterisk_log, music, slow, sys, worker};
use crate::engine::{LegId, MusicFeed};
use crate::prompts::Mode;
use crate::room::{DialplanPlace, InviteId};
use crate::service::mailbox::Task;
use crate::service::settings::Problem;
use crate::service::{self, CallId, Dial, Happening, Host, Outcome, Placed, Settings};

/// What runs while the module is loaded.
struct Running {
    handle: Handle,
    orders: Orders,
    threads: Vec<JoinHandle<()>>,
    service: JoinHandle<()>,
    music: JoinHandle<()>,
    events: JoinHandle<()>,
}

static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the service, while the module is loaded.
pub fn handle() -> Option<Handle> {
    running().as_ref().map(|running| running.handle.clone())
}

/// Held: the list of modules. 0: loaded; 1: not, the PBX goes on without us.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_load() -> c_int {
    guard("loading", DECLINED, || {
        asterisk_log::install();
        let settings = match config::load(false) {
            Ok((settings, problems)) => {
                tell(&problems);
                settings
            }
            Err(ConfigError::Missing) => {
                log::error!("conclave.conf is missing, so nobody could be let in; 'make install' brings a sample");
                return DECLINED;
            }
            Err(_) => {
                log::error!("conclave.conf cannot be read; see the lines before");
                return DECLINED;
            }
        };
        if !settings.is_useful() {
            log::error!("conclave.conf has no usable room and on_demand=no, so nobody could be let in: not loaded");
            return DECLINED;
        }
        match foreign::run(|| start(settings)) {
            Ok(running) => {
                *self::running() = Some(running);
                // SAFETY: registers constant tables.
                if unsafe { sys::cv_register() } != 0 {
                    stop();
                    return DECLINED;
                }
                LOADED
            }
            Err(error) => {
                log::error!("the media workers cannot start: {error}");
                DECLINED
            }
        }
    })
}

/// Held: the list of modules. Rooms in progress keep the settings they opened with.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_reload() -> c_int {
    guard("reloading", FAILED, || match config::load(true) {
        Ok((settings, problems)) => {
            tell(&problems);
            if !settings.is_useful() {
                log::error!("conclave.conf has no usable room and on_demand=no; the settings stay as they were");
                return FAILED;
            }
            if let Some(handle) = handle() {
                log::info!(
                    "conclave.conf was read: {} rooms; rooms in progress stay as they are",
                    settings.conferences.len()
                );
                handle.set_settings(settings);
            }
            DONE
        }
        Err(ConfigError::Unchanged) => DONE,
        Err(ConfigError::Missing) => {
            log::error!("conclave.conf is missing; the settings stay as they were");
            FAILED
        }
        Err(ConfigError::Unreadable) => {
            log::error!("conclave.conf cannot be read; the settings stay as they were");
            FAILED
        }
    })
}

/// Held: the list of modules. Asterisk itself refuses while calls are inside, unless forced.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_unload() -> c_int {
    guard("unloading", FAILED, || {
        if handle().is_some_and(|handle| handle.calls() > 0) || dial::count() > 0 {
            log::warn!("calls are inside; unload again when they are gone");
            return FAILED;
        }
        // SAFETY: takes back what was registered.
        unsafe { sys::cv_unregister() };
        stop();
        DONE
    })
}

/// The PBX ends, perhaps with calls inside, and the process with it. Nothing is waited for that
/// could wait for a call; the calls' threads stay parked, and nobody touches a channel any more.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_shutdown() {
    guard("shutting down", (), || {
        dial::shut();
        let running = running().take();
        if let Some(running) = running {
            running.orders.end(running.threads);
        }
    });
}

fn tell(problems: &[Problem]) {
    for problem in problems {
        log::warn!("{problem}");
    }
}

fn start(settings: Settings) -> io::Result<Running> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let count = settings.workers.unwrap_or(cores).clamp(1, 64);
    let (mut control, halves) = service::engine(count);
    control.set_coders(Box::new(formats::AsteriskCoders));
    let bells: Arc<[Bell]> = (0..count).map(|_| Bell::new()).collect::<io::Result<_>>()?;
    let (workers, commands): (Vec<_>, Vec<_>) = (0..count).map(|_| unbounded()).unzip();
    let (music, music_thread) = music::spawn();
    let orders = Orders { workers, bells: bells.clone() };
    let (events, events_thread) = events::spawn();
    let host = AsteriskHost { orders: orders.clone(), music, events };
    let (service, handle) = service::new(host, settings, control, Box::new(AsteriskSounds), Mode::Thread);
    let mut threads = Vec::new();
    for (number, (half, commands)) in halves.into_iter().zip(commands).enumerate() {
        match worker::spawn(number, half, commands, handle.clone(), bells.clone()) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                orders.end(threads);
                return Err(error);
            }
        }
    }
    let service = service::thread::spawn(service, &handle);
    Ok(Running { handle, orders, threads, service, music: music_thread, events: events_thread })
}

/// Ends everything, with every thread gone: the library may be unmapped next.
fn stop() {
    let running = running().take();
    let Some(running) = running else { return };
    running.handle.stop();
    let _ = running.service.join();
    dial::end();
    running.orders.end(running.threads);
    // Their senders went with the service.
    let _ = running.music.join();
    let _ = running.events.join();
    slow::join();
    formats::forget();
}

/// The way to the media workers.
#[derive(Clone)]
struct Orders {
    workers: Vec<Sender<Command>>,
    bells: Arc<[Bell]>,
}

impl Orders {
    fn give(&self, worker: usize, command: Command) {
        // A worker ends only when it is told to, and then nobody gives it orders any more.
        let _ = self.workers[worker].send(command);
        self.bells[worker].ring();
    }

    fn end(&self, threads: Vec<JoinHandle<()>>) {
        for worker in 0..self.workers.len() {
            self.give(worker, Command::Stop);
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// What the service asks of Asterisk, passed on to the threads that may do it.
struct AsteriskHost {
    orders: Orders,
    music: Sender<music::Request>,
    events: events::Events,
}

impl Host for AsteriskHost {
    type Call = Served;

    fn serve(&mut self, placed: Placed, call: Served) {
        self.orders.give(placed.leg.worker(), Command::Serve(placed, call));
    }

    fn release(&mut self, call: CallId, leg: LegId, outcome: Outcome) {
        self.orders.give(leg.worker(), Command::Release(call, leg, outcome));
    }

    fn answer(&mut self, call: CallId, leg: LegId) {
        self.orders.give(leg.worker(), Command::Task(call, leg, Task::Answer));
    }

    fn send_digit(&mut self, call: CallId, leg: LegId, digit: char) {
        self.orders.give(leg.worker(), Command::Task(call, leg, Task::Digit(digit)));
    }

    fn lend(&mut self, call: CallId, leg: LegId, place: &DialplanPlace) -> bool {
        self.orders.give(leg.worker(), Command::Lend(call, leg, place.clone()));
        true
    }

    fn dial(&mut self, dial: Dial) -> bool {
        dial::start(dial)
    }

    fn hang_up(&mut self, invite: InviteId) {
        dial::give_up(invite);
    }

    fn tell(&mut self, event: &Happening) {
        self.events.send(events::Event::new(event));
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        // Each worker takes its part out of the feed, also one that sleeps because it has no calls.
        self.orders.bells.iter().for_each(Bell::ring);
        let _ = self.music.send(music::Request::Start(class.to_owned(), feed));
    }

    fn stop_music(&mut self, class: &str) {
        let _ = self.music.send(music::Request::Stop(class.to_owned()));
    }
}

const LOADED: c_int = 0;
const DECLINED: c_int = 1;
const DONE: c_int = 0;
const FAILED: c_int = -1;
