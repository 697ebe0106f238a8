//! What the host does for us: its table of functions, and [`Host`] over it.

use std::ffi::{c_char, c_void};

use crossbeam_channel::Sender;

use super::ConclaveEnd;
use super::sounds::ConclaveSound;
use crate::engine::{Codec, LegId, MusicFeed};
use crate::room::CallResult;
use crate::service::{CallId, Host, Placed};

/// How much a line of the log matters. A number keeps its meaning for ever.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConclaveLevel {
    /// Act now.
    Error = 0,
    /// Look at it.
    Warning = 1,
    /// A room opened, a room ended.
    Notice = 2,
    /// For who looks for a fault.
    Debug = 3,
}

/// What the host does for Conclave. Every function may be NULL.
///
/// They are called by the thread that is in a function of this header, before that function returns: `released` by
/// conclave_tick(), conclave_stop() and conclave_free() only, `read_music` by conclave_tick() only, the others by any.
/// From `released` every function may be called; from the others only conclave_sound_write() and those that need no
/// conference, what needs it gets CONCLAVE_RESULT_BUSY. None may unwind or jump out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ConclaveHost {
    /// sizeof(struct conclave_host).
    pub size: usize,
    /// Given to every function as it is.
    pub user: *mut c_void,
    /// Takes a line of the log, without a line end. PINs, digits and callers' numbers are never in it.
    pub log: Option<unsafe extern "C" fn(user: *mut c_void, level: ConclaveLevel, line: *const c_char)>,
    /// Hands over a sound by its name, such as "conf-getpin", in a language such as "en" or in the host's own if that is
    /// empty: by conclave_sound_write(), as often as it takes, before it returns. False: there is no such sound, and a
    /// short tone is played instead. Asked once for each sound, language and rate (conclave_sound_rate()); asked anew
    /// after conclave_apply(). The names are those of Asterisk's sound files; "conclave-join" and "conclave-leave" are the tones for who comes and
    /// goes.
    pub load_sound: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            name: *const c_char,
            language: *const c_char,
            sound: *mut ConclaveSound,
        ) -> bool,
    >,
    /// The call is the host's again, for a reason of Conclave's; its number is no longer known. Not called for a call
    /// that the host hung up. `call_user` is what the call arrived with.
    pub released: Option<unsafe extern "C" fn(user: *mut c_void, call: u64, call_user: *mut c_void, end: ConclaveEnd)>,
    /// Writes the next `count` samples (20 ms, mono, 8 kHz) of a class of music, named as in the setting `music`, and
    /// returns how many it wrote; silence follows those. Called once in every tick in which somebody hears the class.
    pub read_music:
        Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char, samples: *mut i16, count: usize) -> usize>,
    /// Nobody hears this class of music any more; the file behind it can be closed.
    pub music_stopped: Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char)>,
}

/// The table as we keep it.
#[derive(Clone, Copy)]
pub(super) struct Callbacks(ConclaveHost);

// SAFETY: the functions and `user` are only handed around here. They are called under the conference's lock or after
// it, by whichever one thread is in a function of ours, which the header tells the host.
unsafe impl Send for Callbacks {}

impl Callbacks {
    pub(super) fn new(host: ConclaveHost) -> Callbacks {
        Callbacks(host)
    }

    pub(super) fn table(&self) -> &ConclaveHost {
        &self.0
    }
}

/// What the host gave a call to know it by.
#[derive(Clone, Copy)]
pub(super) struct CallUser(pub(super) *mut c_void);

// SAFETY: never followed, only given back.
unsafe impl Send for CallUser {}

/// What a call is served with.
pub(super) struct Served {
    pub(super) codec: Codec,
    pub(super) user: CallUser,
}

/// What the service asked for, until the step is over.
pub(super) enum Request {
    Serve(Placed, Served),
    Release(CallId, CallResult),
    StartMusic(String, MusicFeed),
    StopMusic(String),
}

/// Writes down what the service asks for.
pub(super) struct Requests(pub(super) Sender<Request>);

impl Requests {
    fn ask(&self, request: Request) {
        // Its other end lives beside the service.
        let _ = self.0.send(request);
    }
}

impl Host for Requests {
    type Call = Served;

    fn serve(&mut self, placed: Placed, call: Served) {
        self.ask(Request::Serve(placed, call));
    }

    fn release(&mut self, call: CallId, _leg: LegId, outcome: crate::service::Outcome) {
        self.ask(Request::Release(call, outcome.result));
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        self.ask(Request::StartMusic(class.to_owned(), feed));
    }

    fn stop_music(&mut self, class: &str) {
        self.ask(Request::StopMusic(class.to_owned()));
    }
}
