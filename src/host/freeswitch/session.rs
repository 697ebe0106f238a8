//! A session while it is ours.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::sys;
use crate::engine::Codec;
use crate::host::line::{Descriptor, Line, MOST_DESCRIPTORS, Outgoing, Prepared, Read, Ready};
use crate::room::DialplanPlace;

/// A session of FreeSWITCH's, which the thread that runs it lends us.
///
/// The session's own thread stays inside [`super::app`] until whoever serves the session has let go of it, and a session
/// is not destroyed while its thread is inside an application: so the pointer is good wherever one of those two has it.
#[derive(Clone, Copy)]
pub struct Session(*mut sys::switch_core_session_t);

// SAFETY: FreeSWITCH's session functions lock; which thread may call them when is the rule above.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Session {
    /// # Safety
    /// `session` is what FreeSWITCH gave to the application that calls this.
    pub unsafe fn new(session: *mut sys::switch_core_session_t) -> Session {
        Session(session)
    }

    /// The session as FreeSWITCH names it.
    pub fn raw(self) -> *mut sys::switch_core_session_t {
        self.0
    }
}

impl Line for Session {
    const HOST: &'static str = "FreeSWITCH";

    type Format = ();
    type Speech = ();
    type Restore = ();

    fn best(self) -> Option<(Codec, ())> {
        None
    }

    fn prepare(self, _form: Option<(Codec, ())>, _moved: &Arc<AtomicBool>) -> Option<Prepared<Session>> {
        None
    }

    fn answer(self) -> bool {
        false
    }

    fn progress(self) {}

    fn send_digit(self, _digit: char) {}

    fn run_dialplan(self, _place: &DialplanPlace) -> bool {
        false
    }

    fn hang_up_softly(self) {}

    fn descriptors(self, _buffer: &mut [Descriptor; MOST_DESCRIPTORS]) -> Option<usize> {
        None
    }

    fn may_wait(self, _descriptors: &[Descriptor]) -> bool {
        false
    }

    fn notice(self) -> Read<'static> {
        Read::Nothing
    }

    fn read<T>(self, _: Ready, _: (Codec, &()), _: Option<()>, look: impl FnOnce(Read<'_>) -> T) -> T {
        look(Read::Nothing)
    }

    fn is_free(self) -> bool {
        true
    }

    fn write(self, _format: &(), _sound: &mut Outgoing) -> bool {
        false
    }
}
