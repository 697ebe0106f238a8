//! Calls that we make: a thread for each until it has arrived; then its session's own thread is to it what that thread is
//! to a call that comes in.
//!
//! A number is called through the room's `invite_context`. That is a context of the dial plan, and the number is looked
//! up there at the far end of a `loopback` channel: so the dial plan decides what a number means, and nothing but that
//! context can be reached. Or it is a dial string, which has a slash in it, and where it says `${number}` the number is
//! put: `sofia/gateway/provider/${number}` saves the hop, and has the telephone's own codec. A loopback speaks linear
//! audio of 8 kHz, unless the global variable `loopback_initial_codec` says better (`L16@16000h@20i`): a variable of the
//! call comes too late, src/mod/endpoints/mod_loopback/mod_loopback.c, channel_outgoing_channel().
//!
//! FreeSWITCH's `switch_ivr_originate` waits until there is something to be heard, or an answer; nobody reads the session
//! meanwhile. Then its own thread is sent into our application, where [`arrived`] finds what the call is about. It is
//! served there as any other, and in the end hung up or sent on by the same thread. That it rings is told by
//! FreeSWITCH's events ([`News`]), because `switch_ivr_originate` tells it to nobody but the session that asks, which we
//! have none of; and so is why a dial plan did not reach whom it called, if it went on after that.
//!
//! A room that is invited into itself, however many hops the dial plan takes: the far end of such a call carries the
//! room in an exported variable, and `conclave` does not let it into that room. It ends as any call that is not
//! answered. Through a trunk to the outside and back the variable does not travel; there, as with every conference,
//! the two would hear each other in a circle until somebody hangs up.
//!
//! The thread that calls holds the module, and the session for reading once there is one; it takes the channel's locks
//! for moments.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::app::INVITED_BY;
use super::module::Hold;
use super::news::{INVITE, News, q850};
use super::session::Session;
use super::{Handle, module, sys};
use crate::host::dialling::{self, Calls, GivenUp, NORMAL_CLEARING};
use crate::host::stay::{self, Ended, Stay};
use crate::host::{c_string, text};
use crate::room::{Caller, InviteProgress};
use crate::service::line::progress;
use crate::service::mailbox::Ending;
use crate::service::{Arrival, CallEvent, Dial};

/// Makes a call. False: it cannot be made now.
pub fn start(dial: Dial) -> bool {
    let Some(handle) = module::handle() else { return false };
    CALLS.start(dial.invite, move |given_up| match Hold::new() {
        Some(_hold) => make(dial, handle, given_up),
        None => handle.invited(dial.invite, InviteProgress::Failed),
    })
}

/// The calls that are out and have not arrived.
pub static CALLS: Calls = Calls::new();

/// The call that a session is, if we made it and its own thread has just come to us.
pub fn arrived(session: Session) -> Option<Called> {
    waiting().remove(&session.uuid())
}

/// A call that we made, and that has arrived.
pub struct Called {
    dial: Dial,
    handle: Handle,
    news: News,
    rings_until: Instant,
}

impl Called {
    /// Brings it to the service and stays until it is given back. On the session's own thread.
    pub fn stay(self, session: Session) -> Ending {
        let Called { dial, handle, news, rings_until } = self;
        // It is ours: the dial plan may send it back into this room one day.
        session.set_variable(INVITED_BY, "");
        let (name, invite, answered) = (session.uuid(), dial.invite, session.is_up());
        let rings_until = (!answered).then_some(rings_until);
        let Some(stay) = Stay::begin_dialled(session, &name, handle.clone(), rings_until) else {
            handle.invited(invite, InviteProgress::Failed);
            return Ending::Failed;
        };
        let arrival = Arrival {
            invite: Some(invite),
            answered,
            channel: name,
            caller: Caller { name: String::new(), number: dial.number },
            language: session.language(),
            ..Arrival::new(dial.room, stay.codec())
        };
        let Ended { ending, call, rang_out } = stay.run(arrival);
        if let Ending::Unanswered(said) = ending {
            // First how it ended, then that it did: whoever hears the second only knows the first.
            let cause = || news.or_better(cause(session.channel(), said));
            handle.invited(invite, if rang_out { InviteProgress::NoAnswer } else { progress(cause(), true) });
            if let Some(call) = call {
                stay::report(&handle, call, CallEvent::Gone);
            }
        }
        ending
    }
}

/// One call, on its own thread, up to the moment in which it arrives or is over.
fn make(dial: Dial, handle: Handle, given_up: &GivenUp) {
    let (room, invite) = (dial.room.clone(), dial.invite);
    let rings_until = Instant::now() + dial.ring_time;
    let news = News::of(invite, handle.clone());
    let (why, rings) = match Dialled::call(&dial, given_up) {
        Ok(dialled) => {
            let called = Called { dial, handle: handle.clone(), news, rings_until };
            match dialled.hand_over(called, given_up) {
                Some((called, cause)) => (Failed::Ended(called.news.or_better(cause)), true),
                None => return,
            }
        }
        Err(Failed::Ended(cause)) => {
            let cause = news.or_better(q850(cause));
            let why = format!("there is no such number in the dial context '{}'", dial.context);
            (if cause == NO_ROUTE { Failed::Impossible(why) } else { Failed::Ended(cause) }, news.rings())
        }
        Err(why) => (why, false),
    };
    if given_up.is_set() {
        return;
    }
    handle.invited(
        invite,
        match why {
            Failed::Impossible(why) => {
                log::warn!("an invitation from room {room} cannot be made: {why}");
                InviteProgress::Failed
            }
            Failed::Ended(cause) => progress(cause, rings),
        },
    );
}

/// Why a call has not come about.
enum Failed {
    /// In a sentence for the log.
    Impossible(String),
    /// With a cause.
    Ended(i32),
}

/// The session of a call that we made, held for reading until this is dropped.
struct Dialled(*mut sys::switch_core_session_t);

impl Dialled {
    /// Calls, and waits until there is something to be heard, or an answer.
    fn call(dial: &Dial, given_up: &GivenUp) -> Result<Dialled, Failed> {
        dialling::check(&dial.number).map_err(Failed::Impossible)?;
        if dial.number.is_empty() {
            return Err(Failed::Impossible("there is no number to be called".into()));
        }
        let to = c_string(&dial_string(&dial.context, &dial.number));
        let (name, number) = (c_string(&dial.caller.name), c_string(&dial.caller.number));
        let variables = Variables::of(dial);
        let seconds = dial.ring_time.as_millis().div_ceil(1000).max(1) as u32;
        let (mut session, mut cause) = (std::ptr::null_mut(), 0);
        // SAFETY: strings, variables and what tells that it is given up live over the call, which leaves us the session
        // held for reading; no lock of FreeSWITCH's is held but the module's.
        let status = unsafe {
            sys::switch_ivr_originate(
                std::ptr::null_mut(),
                &mut session,
                &mut cause,
                to.as_ptr(),
                seconds,
                std::ptr::null(),
                if name.is_empty() { number.as_ptr() } else { name.as_ptr() },
                number.as_ptr(),
                std::ptr::null_mut(),
                variables.0,
                sys::SOF_NONE,
                given_up.as_ptr().cast(),
                std::ptr::null_mut(),
            )
        };
        if status != sys::SWITCH_STATUS_SUCCESS as i32 || session.is_null() {
            return Err(Failed::Ended(cause));
        }
        Ok(Dialled(session))
    }

    /// Sends the session's own thread into our application, and waits until it is there. Else the cause of its end.
    fn hand_over(self, called: Called, given_up: &GivenUp) -> Option<(Called, i32)> {
        let (uuid, number) = (self.uuid(), c_string(&called.dial.number));
        let room = c_string(called.dial.room.as_str());
        waiting().insert(uuid.clone(), called);
        // SAFETY: the session is held; FreeSWITCH copies the strings into its memory, and then has the extension.
        let channel = unsafe {
            let channel = sys::switch_core_session_get_channel(self.0);
            let extension = sys::switch_caller_extension_new(self.0, NAME.as_ptr(), number.as_ptr());
            sys::switch_caller_extension_add_application(self.0, extension, NAME.as_ptr(), room.as_ptr());
            sys::switch_channel_set_caller_extension(channel, extension);
            let (line, state) = (line!() as i32, sys::CS_EXECUTE as i32);
            sys::switch_channel_perform_set_state(channel, NAME.as_ptr(), c"hand_over".as_ptr(), line, state);
            channel
        };
        let until = Instant::now() + PATIENCE;
        while waiting().contains_key(&uuid) {
            // SAFETY: the session is held.
            let is_down = unsafe { sys::switch_channel_get_state(channel) } >= sys::CS_HANGUP as i32;
            let is_late = Instant::now() >= until;
            if is_down || is_late || given_up.is_set() {
                // It may have come just now.
                let called = waiting().remove(&uuid)?;
                if is_late {
                    log::error!("a call that was made, {uuid}, has not got to conclave within {PATIENCE:?}: hung up");
                }
                let (line, clearing) = (line!() as i32, NORMAL_CLEARING);
                // SAFETY: as above; it does nothing to one that is down.
                unsafe {
                    sys::switch_channel_perform_hangup(channel, NAME.as_ptr(), c"hand_over".as_ptr(), line, clearing)
                };
                return Some((called, cause(channel, 0)));
            }
            thread::sleep(LOOK);
        }
        None
    }

    fn uuid(&self) -> String {
        // SAFETY: the session is held, and the string lives as long as it.
        unsafe { text(sys::switch_core_session_get_uuid(self.0)) }
    }
}

impl Drop for Dialled {
    fn drop(&mut self) {
        // SAFETY: it is held, and this is the only time.
        unsafe { sys::switch_core_session_rwunlock(self.0) };
    }
}

/// What FreeSWITCH is told to call.
fn dial_string(context: &str, number: &str) -> String {
    if context.contains('/') {
        return context.replace(PLACE, number);
    }
    format!("loopback/{number}/{context}/XML")
}

/// The variables of a call that we make: they reach the dial plan that it is led through.
struct Variables(*mut sys::switch_event_t);

impl Variables {
    fn of(dial: &Dial) -> Variables {
        let mut event = std::ptr::null_mut();
        // SAFETY: constant strings; FreeSWITCH aborts rather than being without memory.
        unsafe {
            let (nothing, line) = (std::ptr::null(), line!() as i32);
            let kind = sys::SWITCH_EVENT_CHANNEL_DATA as i32;
            sys::switch_event_create_subclass_detailed(
                NAME.as_ptr(),
                c"Variables".as_ptr(),
                line,
                &mut event,
                kind,
                nothing,
            );
        }
        let variables = Variables(event);
        let invited_by = INVITED_BY.to_string_lossy();
        variables.add(&invited_by, dial.room.as_str());
        variables.add("export_vars", &format!("{invited_by},{ALL_CODECS}"));
        variables.add(ALL_CODECS, "true");
        variables.add(INVITE, &dial.invite.0.to_string());
        if !dial.language.is_empty() {
            variables.add("default_language", &dial.language);
        }
        variables
    }

    fn add(&self, name: &str, value: &str) {
        let [name, value]: [CString; 2] = [name, value].map(c_string);
        let end = sys::SWITCH_STACK_BOTTOM as i32;
        // SAFETY: the event is ours, and both strings are copied.
        unsafe { sys::switch_event_add_header_string(self.0, end, name.as_ptr(), value.as_ptr()) };
    }
}

impl Drop for Variables {
    fn drop(&mut self) {
        // SAFETY: it is ours: switch_ivr_originate() leaves it to whoever gave it.
        unsafe { sys::switch_event_destroy(&mut self.0) };
    }
}

/// Why a channel was hung up, as Q.850 counts it, unless that is the usual, and whoever served it heard more.
fn cause(channel: *mut sys::switch_channel_t, said: i32) -> i32 {
    // SAFETY: the session is held, or on its own thread.
    match q850(unsafe { sys::switch_channel_get_cause(channel) }) {
        0 | NORMAL_CLEARING => said,
        cause => cause,
    }
}

/// By session: what has arrived, and is awaited in our application.
static WAITING: Mutex<BTreeMap<String, Called>> = Mutex::new(BTreeMap::new());

fn waiting() -> MutexGuard<'static, BTreeMap<String, Called>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Our application's name, and who is told in FreeSWITCH's log to have done something.
const NAME: &CStr = c"conclave";

/// The variable with which FreeSWITCH offers whom it calls not only the codec of the loopback, which is linear, but also
/// those that it offers him otherwise.
const ALL_CODECS: &str = "media_mix_inbound_outbound_codecs";

/// Q.850: nobody knows the number.
const NO_ROUTE: i32 = 3;

/// Where a dial string has its number.
const PLACE: &str = "${number}";

/// How often it is looked whether a session's own thread has come.
const LOOK: Duration = Duration::from_millis(10);

/// It comes at once, unless a call has no media: after 2 s FreeSWITCH gives up running anything on it.
const PATIENCE: Duration = Duration::from_secs(10);
