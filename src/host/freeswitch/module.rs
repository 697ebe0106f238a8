//! Loading, reading the settings again, unloading.

use std::ffi::CStr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::config::{self, Written};
use super::events::{self, Event, Task};
use super::music::Music;
use super::session::Session;
use super::sounds::FreeSwitchSounds;
use super::{Handle, api, app, dial, log as freeswitch_log, news, sys};
use crate::codec::OwnCoders;
use crate::engine::MusicFeed;
use crate::host::events::Events;
use crate::host::running::{Pbx, Running};
use crate::host::{c_string, foreign, guard};
use crate::room::{InviteId, RoomNumber};
use crate::service::settings::Problem;
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

/// What runs while the module is loaded.
struct Loaded {
    running: Running<Session>,
    events: Events<Task>,
    events_thread: JoinHandle<()>,
    /// What the settings were made of.
    written: Written,
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

/// Never held over a call into FreeSWITCH.
fn loaded() -> MutexGuard<'static, Option<Loaded>> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the service, while the module is loaded.
pub fn handle() -> Option<Handle> {
    loaded().as_ref().map(|loaded| loaded.running.handle.clone())
}

/// Gives the thread of events something to do.
pub fn tell_events(task: Task) {
    if let Some(loaded) = &*loaded() {
        loaded.events.send(task);
    }
}

/// Held: none. On the thread that starts FreeSWITCH, or that runs its command 'load'.
unsafe extern "C" fn load(
    interface: *mut *mut sys::switch_loadable_module_interface_t,
    pool: *mut sys::switch_memory_pool_t,
) -> sys::switch_status_t {
    guard("loading", sys::SWITCH_STATUS_GENERR as i32, || {
        freeswitch_log::install();
        // It runs on from before if an unload was refused; FreeSWITCH has forgotten what we offered all the same.
        let runs = loaded().is_some();
        if runs {
            read_again();
        } else if let Err(why) = start() {
            log::error!("{why}");
            return sys::SWITCH_STATUS_GENERR as i32;
        }
        // SAFETY: FreeSWITCH's own pool, and a place for a pointer.
        unsafe { *interface = offer(pool) };
        if !runs {
            events::register();
            api::register();
            news::register();
        }
        sys::SWITCH_STATUS_SUCCESS as i32
    })
}

/// Starts it all, or says why it cannot.
fn start() -> Result<(), String> {
    let Some(written) = config::load() else {
        return Err(
            "conclave.conf is missing, so nobody could be let in; 'make install-freeswitch' brings a sample".into()
        );
    };
    let (settings, problems) = foreign::run(|| Ok(written.settings())).map_err(|error| error.to_string())?;
    tell(&problems);
    if !settings.is_useful() {
        return Err("conclave.conf has no usable room and no on_demand, so nobody could be let in: not loaded".into());
    }
    let start = || {
        let (events, events_thread) = events::spawn();
        let pbx = FreeSwitch { events: events.clone(), music: Music::default() };
        let running = Running::start(settings, Some(Box::new(OwnCoders)), Box::new(FreeSwitchSounds), pbx)?;
        Ok(Loaded { running, events, events_thread, written })
    };
    match foreign::run(start) {
        Ok(started) => *loaded() = Some(started),
        Err(error) => return Err(format!("the media workers cannot start: {error}")),
    }
    Ok(())
}

/// What FreeSWITCH can use of us.
///
/// # Safety
/// `pool` is the one that FreeSWITCH gave to the module.
unsafe fn offer(pool: *mut sys::switch_memory_pool_t) -> *mut sys::switch_loadable_module_interface_t {
    // SAFETY: FreeSWITCH makes each structure, and keeps the strings, which are constants.
    unsafe {
        let offered = sys::switch_loadable_module_create_module_interface(pool, c"mod_conclave".as_ptr());
        INTERFACE.store(offered, Ordering::Release);
        let kind = sys::SWITCH_APPLICATION_INTERFACE as i32;
        let made = sys::switch_loadable_module_create_interface(offered, kind);
        let application = &mut *made.cast::<sys::switch_application_interface_t>();
        application.interface_name = c"conclave".as_ptr();
        application.short_desc = c"Lets a caller into a conference".as_ptr();
        application.long_desc = LONG.as_ptr();
        application.syntax = c"[<room>[,<options>[,<profile>[,<menu>]]]]".as_ptr();
        application.application_function = Some(app::run);
        // Who is not let in is not charged for early media.
        application.flags = sys::SAF_SUPPORT_NOMEDIA;
        let made = sys::switch_loadable_module_create_interface(offered, sys::SWITCH_API_INTERFACE as i32);
        let command = &mut *made.cast::<sys::switch_api_interface_t>();
        command.interface_name = c"conclave".as_ptr();
        command.desc = c"Shows and commands conferences".as_ptr();
        command.syntax = c"help | <command>".as_ptr();
        command.function = Some(api::run);
        offered
    }
}

/// Reads `conclave.conf` again, out of what FreeSWITCH has read. Rooms in progress keep the settings they opened with.
/// Ok, or why the settings stay as they were, in a sentence for whoever asked.
pub fn reload() -> Result<String, String> {
    let Some(written) = config::load() else {
        return Err("conclave.conf is missing; the settings stay as they were".into());
    };
    let Some(is_new) = loaded().as_ref().map(|loaded| loaded.written != written) else {
        return Err("Conclave is not running".into());
    };
    let to_tell = loaded().as_ref().map(|loaded| loaded.running.reload());
    let (settings, problems) = foreign::run(|| Ok(written.settings())).map_err(|error| error.to_string())?;
    let waits = to_tell.as_ref().map(|reload| reload.awaits_load(&settings)).filter(|waits| !waits.is_empty());
    let waiting = waits.as_ref().map(|waits| format!("; {waits}")).unwrap_or_default();
    if !is_new {
        to_tell.into_iter().for_each(|reload| reload.settings(None));
        return Ok(format!("conclave.conf is as it was{waiting}."));
    }
    tell(&problems);
    if !settings.is_useful() {
        return Err("conclave.conf has no usable room and no on_demand; the settings stay as they were".into());
    }
    if let Some(waits) = waits {
        log::warn!("{waits}");
    }
    let count = settings.conferences.len();
    if let Some(loaded) = &mut *loaded() {
        loaded.written = written;
    }
    to_tell.into_iter().for_each(|reload| reload.settings(Some(settings.clone())));
    let wrong = match problems.len() {
        0 => String::new(),
        1 => "; one mistake is in the log".into(),
        count => format!("; {count} mistakes are in the log"),
    };
    let done = format!("conclave.conf was read: {count} rooms; rooms in progress stay as they are{waiting}{wrong}.");
    log::info!("{done}");
    Ok(done)
}

/// The same when nobody waits for the answer.
pub fn read_again() {
    if let Err(why) = reload() {
        log::error!("{why}");
    }
}

/// Held: the module's own lock for writing, unless it is forced or FreeSWITCH ends; so no call is inside, or it is one of
/// these two. What we offered is taken back already.
unsafe extern "C" fn shutdown() -> sys::switch_status_t {
    guard("unloading", sys::SWITCH_STATUS_NOUNLOAD as i32, || {
        // SAFETY: reads numbers.
        let ends = unsafe { sys::switch_core_flags() } & sys::SCF_SHUTTING_DOWN != 0;
        let busy = app::inside() > 0;
        if (busy || dial::CALLS.count() > 0) && !ends {
            log::warn!("calls are inside, so Conclave goes on; 'load mod_conclave' lets more in again");
            return sys::SWITCH_STATUS_NOUNLOAD as i32;
        }
        INTERFACE.store(std::ptr::null_mut(), Ordering::Release);
        events::unregister();
        api::unregister();
        news::unregister();
        if busy {
            abandon();
            return sys::SWITCH_STATUS_NOUNLOAD as i32;
        }
        stop();
        sys::SWITCH_STATUS_SUCCESS as i32
    })
}

/// Ends everything, with every thread gone: the library may be unmapped next.
fn stop() {
    let loaded = loaded().take();
    let Some(Loaded { running, events, events_thread, written: _ }) = loaded else { return };
    drop(events);
    running.stop(|| dial::CALLS.end());
    // Its other sender went with the service.
    let _ = events_thread.join();
}

/// FreeSWITCH ends with calls inside, and the process with it. Nothing is waited for that could wait for a call; the
/// calls' threads stay parked, and nobody touches a session any more.
fn abandon() {
    let loaded = loaded().take();
    dial::CALLS.end();
    if let Some(loaded) = loaded {
        loaded.running.abandon();
    }
    freeswitch_log::close();
}

/// While there is one, FreeSWITCH does not unload us. For whoever is not inside an application or a command of ours.
/// Given back on the thread that got it.
pub struct Hold(*mut sys::switch_thread_rwlock_t);

impl Hold {
    /// None: we are just being unloaded.
    pub fn new() -> Option<Hold> {
        let interface = INTERFACE.load(Ordering::Acquire);
        if interface.is_null() {
            return None;
        }
        // SAFETY: FreeSWITCH's own, from loading to unloading; it has the same lock from its beginning to its end.
        unsafe {
            let lock = (*interface).rwlock;
            let held = sys::switch_thread_rwlock_tryrdlock(lock) == sys::SWITCH_STATUS_SUCCESS as i32;
            held.then_some(Hold(lock))
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // SAFETY: we hold it, so the module is loaded.
        unsafe { sys::switch_thread_rwlock_unlock(self.0) };
    }
}

/// The application in a few lines.
const LONG: &CStr =
    c"Lets a caller into a conference, as conclave.conf says. Options: q quiet, m muted, l listener, L leader, \
    p no PIN, P(number&number) paging. Afterwards ${conclave_result} tells how it ended.";

/// What we offer to FreeSWITCH, while it lets us.
static INTERFACE: AtomicPtr<sys::switch_loadable_module_interface_t> = AtomicPtr::new(std::ptr::null_mut());

fn tell(problems: &[Problem]) {
    for problem in problems {
        log::warn!("{problem}");
    }
}

/// What the service asks of FreeSWITCH, passed on to the threads that may do it.
struct FreeSwitch {
    events: Events<Task>,
    music: Music,
}

impl Pbx for FreeSwitch {
    type Line = Session;

    fn dial(&mut self, dial: Dial) -> bool {
        dial::start(dial)
    }

    fn hang_up(&mut self, invite: InviteId) {
        dial::CALLS.give_up(invite);
    }

    fn tell(&mut self, event: &Happening) {
        self.events.send(Task::Tell(Event::new(event)));
    }

    /// Its dial plan cannot be asked: conditions may look at anything of a call. Its users can, and their numbers are
    /// dialled nearly everywhere.
    fn used(_: &Settings, number: &RoomNumber) -> Option<String> {
        is_user(number).then(|| "a user of FreeSWITCH's directory has this number".into())
    }

    #[cfg(feature = "admin")]
    fn page(&self) -> std::sync::Arc<dyn crate::admin::Pbx> {
        std::sync::Arc::new(super::page::OfFreeSwitch)
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        self.music.start(class, feed);
    }

    fn stop_music(&mut self, class: &str) {
        self.music.stop(class);
    }
}

/// Whether a user of FreeSWITCH's own directory has this number, in the default domain. May wait for whatever that
/// directory is read from.
fn is_user(number: &RoomNumber) -> bool {
    let domain = c_string(&config::variable(c"domain"));
    let number = c_string(number.as_str());
    let mut user = std::ptr::null_mut();
    // SAFETY: strings that live during the call, and a place for a tree, which is freed if there is one.
    unsafe {
        let (key, none) = (c"id".as_ptr(), std::ptr::null());
        let found = sys::switch_xml_locate_user_merged(
            key,
            number.as_ptr(),
            domain.as_ptr(),
            none,
            &mut user,
            std::ptr::null_mut(),
        );
        if !user.is_null() {
            sys::switch_xml_free(user);
        }
        found == sys::SWITCH_STATUS_SUCCESS as i32
    }
}
