//! A call of the host's while it is ours, as those see it who serve it.

use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::engine::{Codec, Stamp};
use crate::room::{CallResult, DialplanPlace, Role, RoomNumber};

/// A host's channel or session. Every host says in its own module what its functions lock.
///
/// The call's own thread has it up to its arrival. From then on whoever has its [claim] reads and writes, and the call's
/// own thread may answer it and send digits; when the claim has ended, or the call is lent or to be served in another
/// form, its own thread has it again.
///
/// [claim]: crate::service::mailbox::Claim
pub trait Line: Copy + Send + Sync + 'static {
    /// The host's name, for the log.
    const HOST: &'static str;

    /// Whether a call may be read when none of its descriptors is ready, and is to be now and then: for what the host
    /// does with the call only there. A call without descriptors then waits for its next packet there.
    const POLLS: bool = false;

    /// How often a call's own thread has [`chores`](Self::chores) while others serve the call.
    const CHORES: Option<Duration> = None;

    /// A form of sound as the host names it.
    type Format: Clone + Send + 'static;

    /// What the call spoke when it was prepared; only compared.
    type Speech: Copy + Send + 'static;

    /// Gives the call its own formats back when it is dropped, on the call's own thread.
    type Restore;

    /// The form in which the call is served best. On the call's own thread, as all of these.
    fn best(self) -> Option<(Codec, Self::Format)>;

    /// Makes the call ours, until the result is dropped. `form`: it has to be this one, because the call's leg is made for
    /// it. `moved`: to be set when the call has other descriptors. `None`: it cannot be.
    fn prepare(self, form: Option<(Codec, Self::Format)>, moved: &Arc<AtomicBool>) -> Option<Prepared<Self>>;

    /// Answers, without waiting for media.
    fn answer(self) -> bool;

    /// Has early media flow.
    fn progress(self);

    /// Sends a key to the telephone, as long as a finger would hold it.
    fn send_digit(self, digit: char);

    /// Runs the dial plan from a place until it has no further step; false if the call did not come back from there.
    fn run_dialplan(self, place: &DialplanPlace) -> bool;

    /// Has whoever reads the call see that it is hung up.
    fn hang_up_softly(self);

    /// It has become a member of a room: for the host's own records.
    fn joined(self, _room: &RoomNumber, _role: Role) {}

    /// It is one no longer, after so many seconds.
    fn left(self, _room: &RoomNumber, _role: Role, _seconds: u64, _result: CallResult) {}

    /// What only the call's own thread does for the host.
    fn chores(self) {}

    /// Whether a call in this form has no sound yet: it gets a form that has once it is answered.
    fn is_silent(_format: &Self::Format) -> bool {
        false
    }

    /// The descriptors through which the call's sound comes, and how many; `None` while somebody holds its lock. Never
    /// waits. This and what follows is for whoever has the claim.
    fn descriptors(self, buffer: &mut [Descriptor; MOST_DESCRIPTORS]) -> Option<usize>;

    /// Whether reading and writing may wait for the other end.
    fn may_wait(self, descriptors: &[Descriptor]) -> bool;

    /// What has come to the call otherwise than through its descriptors; asked in every tick.
    fn notice(self) -> Read<'static>;

    /// Reads what made a descriptor ready, and shows it to `look`.
    /// `speech`: notices if that is no longer what the call speaks.
    fn read<T>(
        self,
        ready: Ready,
        form: (Codec, &Self::Format),
        speech: Option<Self::Speech>,
        look: impl FnOnce(Read<'_>) -> T,
    ) -> T;

    /// Whether nobody holds the lock that writing takes.
    fn is_free(self) -> bool;

    /// Writes one tick of sound; false if the call is hung up. May wait, if the call's transport does.
    /// A codec that has nothing to say in silence says nothing.
    fn write(self, format: &Self::Format, sound: &mut Outgoing) -> bool;
}

/// A call that is ours.
pub struct Prepared<L: Line> {
    /// What the call hands in and takes.
    pub codec: Codec,
    /// The same as the host names it.
    pub format: L::Format,
    /// What the call speaks.
    pub speech: L::Speech,
    /// Gives it back.
    pub _restore: L::Restore,
}

/// One of a call's descriptors.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// Its number.
    pub fd: RawFd,
    /// Its place in the call.
    pub position: i32,
}

impl Descriptor {
    /// None yet.
    pub const NONE: Descriptor = Descriptor { fd: -1, position: 0 };
}

/// Which of a call's descriptors has something to be read.
#[cfg_attr(not(feature = "asterisk"), allow(dead_code, reason = "FreeSWITCH has less to tell"))]
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    /// Its place in the call.
    pub position: i32,
    /// It has urgent data.
    pub urgent: bool,
    /// None has: the call is read because that is to be now and then.
    pub polled: bool,
}

impl Ready {
    /// See [`Line::POLLS`].
    pub const POLLED: Ready = Ready { position: 0, urgent: false, polled: true };
}

/// What is known of a packet besides what it carries.
#[derive(Clone, Copy, Debug)]
pub struct Packet {
    /// The descriptor that it came through.
    pub fd: RawFd,
    /// The sender's, unless somebody between him and us has lost it.
    pub stamp: Option<Stamp>,
}

/// What [`Line::read`] found.
#[cfg_attr(not(feature = "asterisk"), allow(dead_code, reason = "FreeSWITCH has less to tell"))]
pub enum Read<'a> {
    /// Hung up, or wanted elsewhere: give it back.
    Gone,
    /// Somebody holds the call's lock; try again later.
    Busy,
    /// Nothing for us.
    Nothing,
    /// Payload bytes.
    Payload(&'a [u8], Packet),
    /// Linear samples.
    Linear(&'a [i16], Packet),
    /// The telephone sends nothing until its caller talks again.
    Silence,
    /// A digit's end.
    Digit(char),
    /// The telephone put us on hold, or took us back.
    Hold(bool),
    /// A call that we made was answered.
    Answered,
    /// A call that we made is busy, or cannot be made: Q.850's cause.
    Refused(i32),
    /// It speaks another codec now, or its own thread is wanted for something: to be prepared anew.
    Changed,
}

/// One tick of sound on its way out, with room for a packet's header before it.
pub struct Outgoing {
    buffer: Aligned,
    bytes: usize,
}

#[repr(align(8))]
struct Aligned([u8; HEADROOM + MOST_BYTES]);

impl Outgoing {
    /// Empty.
    pub fn new() -> Outgoing {
        Outgoing { buffer: Aligned([0; HEADROOM + MOST_BYTES]), bytes: 0 }
    }

    /// Takes a payload; what is too long for a tick is cut.
    pub fn set_payload(&mut self, payload: &[u8]) {
        self.bytes = payload.len().min(MOST_BYTES);
        self.buffer.0[HEADROOM..HEADROOM + self.bytes].copy_from_slice(&payload[..self.bytes]);
    }

    /// Takes linear samples, in the machine's order.
    pub fn set_linear(&mut self, samples: &[i16]) {
        let samples = &samples[..samples.len().min(MOST_BYTES / 2)];
        self.bytes = samples.len() * 2;
        let room = &mut self.buffer.0[HEADROOM..HEADROOM + self.bytes];
        for (bytes, sample) in room.chunks_exact_mut(2).zip(samples) {
            bytes.copy_from_slice(&sample.to_ne_bytes());
        }
    }

    /// The payload's bytes.
    pub fn payload(&self) -> &[u8] {
        &self.buffer.0[HEADROOM..HEADROOM + self.bytes]
    }

    /// The same to be handed to C, which may use the [`HEADROOM`] bytes before them.
    pub fn payload_mut(&mut self) -> &mut [u8] {
        &mut self.buffer.0[HEADROOM..HEADROOM + self.bytes]
    }
}

/// More than a call without video has.
pub const MOST_DESCRIPTORS: usize = 16;

/// Bytes before an outgoing payload that are the host's.
pub const HEADROOM: usize = 64;

/// One tick of linear samples at 48 kHz; a coded one is shorter.
pub const MOST_BYTES: usize = 1920;
