//! Loading and unloading.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::music::Music;
use super::session::Session;
use super::sounds::FreeSwitchSounds;
use super::{Handle, app, log as freeswitch_log, sys};
use crate::engine::MusicFeed;
use crate::host::running::{Pbx, Running};
use crate::host::{foreign, guard};
use crate::room::InviteId;
use crate::service::{Dial, Happening, Settings};

/// How FreeSWITCH finds the module: it looks for a symbol of the file's name. A table that C defines would not be seen in
/// a Rust library.
#[unsafe(no_mangle)]
#[used]
pub static mod_conclave_module_interface: Table = Table(sys::switch_loadable_module_function_table_t {
    switch_api_version: sys::SWITCH_API_VERSION as i32,
    load: Some(load),
    shutdown: Some(shutdown),
    runtime: None,
    flags: sys::SMODF_NONE,
});

/// FreeSWITCH's table of a module.
#[repr(transparent)]
pub struct Table(sys::switch_loadable_module_function_table_t);

// SAFETY: functions and numbers, only read.
unsafe impl Sync for Table {}

static RUNNING: Mutex<Option<Running<Session>>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<Running<Session>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the service, while the module is loaded.
pub fn handle() -> Option<Handle> {
    running().as_ref().map(|running| running.handle.clone())
}

/// Held: the list of modules.
unsafe extern "C" fn load(
    interface: *mut *mut sys::switch_loadable_module_interface_t,
    pool: *mut sys::switch_memory_pool_t,
) -> sys::switch_status_t {
    guard("loading", sys::SWITCH_STATUS_GENERR as i32, || {
        freeswitch_log::install();
        match foreign::run(|| start(Settings::default())) {
            Ok(started) => *running() = Some(started),
            Err(error) => {
                log::error!("the media workers cannot start: {error}");
                return sys::SWITCH_STATUS_GENERR as i32;
            }
        }
        // SAFETY: FreeSWITCH's own pool; it keeps the names, which are constants.
        unsafe {
            *interface = sys::switch_loadable_module_create_module_interface(pool, c"mod_conclave".as_ptr());
            let made =
                sys::switch_loadable_module_create_interface(*interface, sys::SWITCH_APPLICATION_INTERFACE as i32);
            let application = &mut *made.cast::<sys::switch_application_interface_t>();
            application.interface_name = c"conclave".as_ptr();
            application.short_desc = c"Joins a conference".as_ptr();
            application.long_desc = c"Joins a conference".as_ptr();
            application.syntax = c"[room[,options[,profile[,menu]]]]".as_ptr();
            application.application_function = Some(app::run);
            application.flags = sys::SAF_NONE;
        }
        sys::SWITCH_STATUS_SUCCESS as i32
    })
}

/// Held: the list of modules.
unsafe extern "C" fn shutdown() -> sys::switch_status_t {
    guard("unloading", sys::SWITCH_STATUS_NOUNLOAD as i32, || {
        if handle().is_some_and(|handle| handle.calls() > 0) {
            log::warn!("calls are inside; unload again when they are gone");
            return sys::SWITCH_STATUS_NOUNLOAD as i32;
        }
        let running = running().take();
        if let Some(running) = running {
            running.stop(|| {});
        }
        sys::SWITCH_STATUS_SUCCESS as i32
    })
}

fn start(settings: Settings) -> io::Result<Running<Session>> {
    Running::start(settings, None, Box::new(FreeSwitchSounds), FreeSwitch { music: Music::default() })
}

/// What the service asks of FreeSWITCH, passed on to the threads that may do it.
struct FreeSwitch {
    music: Music,
}

impl Pbx for FreeSwitch {
    type Line = Session;

    fn dial(&mut self, _dial: Dial) -> bool {
        false
    }

    fn hang_up(&mut self, _invite: InviteId) {}

    fn tell(&mut self, _event: &Happening) {}

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        self.music.start(class, feed);
    }

    fn stop_music(&mut self, class: &str) {
        self.music.stop(class);
    }
}
