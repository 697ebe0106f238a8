//! Calls that we make: a thread for each, which is to it what the PBX thread is to a call that comes in.
//!
//! The call goes through a Local channel into the room's dial context: so the dial plan decides what a number means,
//! and nothing but that context can be reached. The thread reads the channel until there is something to be heard or an
//! answer; then the call arrives, a media worker serves it, and the thread waits in its mailbox. It owns the channel and
//! hangs it up in the end.
//!
//! A room that is invited into itself, however many hops the dial plan takes: the far end of such a call carries the
//! room in an inherited variable, and `Conclave()` does not let it into that room. It ends as any call that is not
//! answered. Through a trunk to the outside and back the variable does not travel; there, as with every conference,
//! the two would hear each other in a circle until somebody hangs up.

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use super::channel::Channel;
use super::{Handle, module, sys};
use crate::host::c_string;
use crate::host::dialling::{self, Calls, GivenUp, NORMAL_CLEARING};
use crate::host::stay::{self, Ended, Stay};
use crate::room::{Caller, DialplanPlace, InviteId, InviteProgress};
use crate::service::line::progress;
use crate::service::mailbox::Ending;
use crate::service::{Arrival, CallEvent, Dial};

/// The variable that tells which room invited a call.
pub const INVITED_BY: &CStr = match CStr::from_bytes_with_nul(sys::CV_INVITED_BY) {
    Ok(name) => name,
    Err(_) => c"",
};

/// Makes a call. False: it cannot be made now.
pub fn start(dial: Dial) -> bool {
    let Some(handle) = module::handle() else { return false };
    CALLS.start(dial.invite, move |given_up| make(dial, handle, given_up))
}

/// The calls that are out.
pub static CALLS: Calls = Calls::new();

/// The process ends: no thread of ours touches a channel any more. They are not waited for longer than a moment.
pub fn shut() {
    SHUT.store(true, Ordering::Release);
    let until = Instant::now() + PATIENCE;
    while matches!(TOUCHING.try_write(), Err(TryLockError::WouldBlock)) && Instant::now() < until {
        thread::sleep(LOOK);
    }
}

/// One call, on its own thread.
fn make(dial: Dial, handle: Handle, given_up: &GivenUp) {
    let _in_use = InUse::new();
    let (room, invite) = (dial.room.clone(), dial.invite);
    let rings_until = Instant::now() + dial.ring_time;
    let dialled = match Dialled::call(&dial) {
        Ok(dialled) => dialled,
        Err(why) => {
            log::warn!("an invitation from room {room} cannot be made: {why}");
            return handle.invited(invite, InviteProgress::Failed);
        }
    };
    let answered = match dialled.listen(&handle, invite, rings_until, given_up) {
        Heard::Media => false,
        Heard::Answer => true,
        Heard::End(progress) => return handle.invited(invite, progress),
        Heard::GivenUp => return,
    };
    let who = dialled.0.caller();
    let rings_until = (!answered).then_some(rings_until);
    let Some(stay) = Stay::begin_dialled(dialled.0, &who.channel, handle.clone(), rings_until) else {
        return handle.invited(invite, InviteProgress::Failed);
    };
    let arrival = Arrival {
        invite: Some(invite),
        answered,
        channel: who.channel,
        caller: Caller { name: String::new(), number: dial.number },
        language: who.language,
        ..Arrival::new(dial.room, stay.codec())
    };
    let Ended { ending, call, rang_out } = stay.run(arrival);
    match ending {
        Ending::Released(outcome) => {
            if let Some(place) = outcome.goto {
                dialled.go_on_at(&place);
            }
        }
        Ending::Unanswered(cause) => {
            // First how it ended, then that it did: whoever hears the second only knows the first.
            let said = if rang_out { InviteProgress::NoAnswer } else { progress(dialled.cause(cause), true) };
            handle.invited(invite, said);
            drop(dialled);
            if let Some(call) = call {
                stay::report(&handle, call, CallEvent::Gone);
            }
        }
        Ending::Gone | Ending::Failed => {}
    }
}

/// What came of a call, up to the moment in which it arrives or is over.
enum Heard {
    Media,
    Answer,
    End(InviteProgress),
    GivenUp,
}

/// The channel of a call that we made; dropped, it is hung up.
struct Dialled(Channel);

impl Dialled {
    fn call(dial: &Dial) -> Result<Dialled, String> {
        dialling::check(&dial.number)?;
        let (number, context) = (c_string(&dial.number), c_string(&dial.context));
        let (language, room) = (c_string(&dial.language), c_string(dial.room.as_str()));
        let (name, from) = (c_string(&dial.caller.name), c_string(&dial.caller.number));
        let _touching = touch();
        // SAFETY: the strings live over both calls; no lock of Asterisk's is held.
        let channel = unsafe {
            if dial.number.is_empty() || sys::cv_dial_exists(context.as_ptr(), number.as_ptr()) == 0 {
                return Err(format!("there is no such number in the dial context '{}'", dial.context));
            }
            sys::cv_dial(&sys::cv_dial {
                number: number.as_ptr(),
                context: context.as_ptr(),
                language: language.as_ptr(),
                caller_name: name.as_ptr(),
                caller_number: from.as_ptr(),
                room: room.as_ptr(),
            })
        };
        if channel.is_null() {
            return Err("Asterisk has no channel for it; see the lines before".into());
        }
        // SAFETY: it is ours until it is dropped.
        Ok(Dialled(unsafe { Channel::new(channel) }))
    }

    /// Reads the channel until there is something for the others to hear.
    fn listen(&self, handle: &Handle, invite: InviteId, rings_until: Instant, given_up: &GivenUp) -> Heard {
        let (mut cause, mut rings) = (0, false);
        loop {
            if given_up.is_set() {
                return Heard::GivenUp;
            }
            let kind = {
                let _touching = touch();
                // SAFETY: the channel is ours, nobody else reads it, and no lock is held.
                unsafe { sys::cv_dial_wait(self.0.raw(), LOOK.as_millis() as i32, &mut cause) }
            };
            match kind as u32 {
                sys::CV_RINGING if !rings => {
                    rings = true;
                    handle.invited(invite, InviteProgress::Ringing);
                }
                sys::CV_PROGRESS => return Heard::Media,
                sys::CV_ANSWERED => return Heard::Answer,
                sys::CV_REFUSED => return Heard::End(progress(cause, rings)),
                sys::CV_GONE => return Heard::End(progress(self.cause(cause), rings)),
                _ if Instant::now() >= rings_until => return Heard::End(InviteProgress::NoAnswer),
                _ => {}
            }
        }
    }

    /// Why it ended: what the channel was hung up with, unless that is the usual, and the called party said more.
    fn cause(&self, said: i32) -> i32 {
        let _touching = touch();
        // SAFETY: the channel is ours.
        match unsafe { sys::cv_cause(self.0.raw()) } {
            0 | NORMAL_CLEARING => said,
            cause => cause,
        }
    }

    /// The dial plan has it from now on, on a thread of Asterisk's.
    fn go_on_at(self, place: &DialplanPlace) {
        let (context, extension) = (c_string(&place.context), c_string(&place.extension));
        let priority = i32::try_from(place.priority).unwrap_or(1);
        let started = {
            let _touching = touch();
            // SAFETY: the channel is ours, and Asterisk's if this is 0; the strings live over the call.
            unsafe { sys::cv_start_dialplan(self.0.raw(), context.as_ptr(), extension.as_ptr(), priority) == 0 }
        };
        if started {
            std::mem::forget(self);
        }
    }
}

impl Drop for Dialled {
    fn drop(&mut self) {
        let _touching = touch();
        // SAFETY: the channel is ours, and nobody serves it.
        unsafe { sys::cv_hang_up(self.0.raw()) }
    }
}

/// Asterisk does not unload us meanwhile.
struct InUse;

impl InUse {
    fn new() -> InUse {
        // SAFETY: counts.
        unsafe { sys::cv_module_ref() };
        InUse
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        // SAFETY: counts.
        unsafe { sys::cv_module_unref() };
    }
}

/// Held while a thread is inside Asterisk with its channel; once the process ends, the thread stops here instead.
fn touch() -> RwLockReadGuard<'static, ()> {
    let touching = TOUCHING.read().unwrap_or_else(PoisonError::into_inner);
    if SHUT.load(Ordering::Acquire) {
        drop(touching);
        loop {
            thread::park();
        }
    }
    touching
}

static SHUT: AtomicBool = AtomicBool::new(false);

static TOUCHING: RwLock<()> = RwLock::new(());

/// How long a thread waits for a channel before it looks whether the call is given up.
const LOOK: Duration = Duration::from_millis(50);

/// How long the end of the process waits for threads that are inside Asterisk.
const PATIENCE: Duration = Duration::from_millis(500);
