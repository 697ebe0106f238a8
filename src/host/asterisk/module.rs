//! Loading, reloading, unloading.

use std::ffi::c_int;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::Sender;

use super::channel::Channel;
use super::config::{self, ConfigError};
use super::info::Lamps;
use super::sounds::AsteriskSounds;
use super::{Handle, dial, dialplan, events, formats, log as asterisk_log, music, sys};
use crate::engine::MusicFeed;
use crate::host::events::Events;
use crate::host::running::{Pbx, Reload, Running};
use crate::host::{foreign, guard};
use crate::room::{InviteId, RoomNumber};
use crate::service::settings::Problem;
use crate::service::{Dial, Happening, RoomPicture, Settings};

/// What runs while the module is loaded.
struct Loaded {
    running: Running<Channel>,
    music: JoinHandle<()>,
    events: JoinHandle<()>,
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

fn loaded() -> MutexGuard<'static, Option<Loaded>> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the service, while the module is loaded.
pub fn handle() -> Option<Handle> {
    loaded().as_ref().map(|loaded| loaded.running.handle.clone())
}

/// What is to be told of settings that were read again.
fn to_reload() -> Option<Reload<Channel>> {
    loaded().as_ref().map(|loaded| loaded.running.reload())
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
            Ok(started) => {
                *loaded() = Some(started);
                // SAFETY: registers constant tables.
                if unsafe { sys::cv_register() } != 0 {
                    stop();
                    return DECLINED;
                }
                SUCCESS
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
            if let Some(reload) = to_reload() {
                log::info!(
                    "conclave.conf was read: {} rooms; rooms in progress stay as they are",
                    settings.conferences.len()
                );
                let waits = reload.awaits_load(&settings);
                if !waits.is_empty() {
                    log::warn!("{waits}");
                }
                reload.settings(Some(settings));
            }
            DONE
        }
        Err(ConfigError::Unchanged) => {
            if let Some(reload) = to_reload() {
                reload.settings(None);
            }
            DONE
        }
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
        if handle().is_some_and(|handle| handle.calls() > 0) || dial::CALLS.count() > 0 {
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
        let loaded = loaded().take();
        if let Some(loaded) = loaded {
            loaded.running.abandon();
        }
    });
}

fn tell(problems: &[Problem]) {
    for problem in problems {
        log::warn!("{problem}");
    }
}

fn start(settings: Settings) -> io::Result<Loaded> {
    let (music, music_thread) = music::spawn();
    let (events, events_thread) = events::spawn();
    let pbx = Asterisk { music, events, lamps: Lamps::default() };
    let coders = Box::new(formats::AsteriskCoders);
    let running = Running::start(settings, Some(coders), Box::new(AsteriskSounds), pbx)?;
    Ok(Loaded { running, music: music_thread, events: events_thread })
}

/// Ends everything, with every thread gone: the library may be unmapped next.
fn stop() {
    let loaded = loaded().take();
    let Some(Loaded { running, music, events }) = loaded else { return };
    running.stop(|| dial::CALLS.end());
    // Their senders went with the service.
    let _ = music.join();
    let _ = events.join();
    formats::forget();
}

/// What the service asks of Asterisk, passed on to the threads that may do it.
struct Asterisk {
    music: Sender<music::Request>,
    events: Events<events::Event>,
    lamps: Lamps,
}

impl Pbx for Asterisk {
    type Line = Channel;

    fn dial(&mut self, dial: Dial) -> bool {
        dial::start(dial)
    }

    fn hang_up(&mut self, invite: InviteId) {
        dial::CALLS.give_up(invite);
    }

    fn tell(&mut self, event: &Happening) {
        self.events.send(events::Event::new(event));
    }

    fn changed(&mut self, number: &RoomNumber, room: Option<&RoomPicture>) {
        if let Some((room, state)) = self.lamps.changed(number, room) {
            self.events.send(events::Event::Lamp(room, state));
        }
    }

    #[cfg(feature = "admin")]
    fn page(&self) -> std::sync::Arc<dyn crate::admin::Pbx> {
        std::sync::Arc::new(super::page::OfAsterisk)
    }

    fn used(settings: &Settings, number: &RoomNumber) -> Option<String> {
        dialplan::used(settings, number)
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        let _ = self.music.send(music::Request::Start(class.to_owned(), feed));
    }

    fn stop_music(&mut self, class: &str) {
        let _ = self.music.send(music::Request::Stop(class.to_owned()));
    }
}

const SUCCESS: c_int = 0;
const DECLINED: c_int = 1;
const DONE: c_int = 0;
const FAILED: c_int = -1;
