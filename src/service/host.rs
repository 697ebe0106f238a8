//! What the service asks of a host, and what they hand each other.

use std::sync::Arc;
use std::time::Duration;

use super::{CallId, Happening, RoomPicture};
use crate::engine::{Codec, LegId, MusicFeed};
use crate::room::{CallResult, Caller, DialplanPlace, InviteId, Options, Role, RoomNumber};

/// What the service asks of a host. Called on the service's thread, so nothing here may wait.
pub trait Host: Send {
    /// What the host serves a call with: its channel, and the way to the thread that waits.
    type Call: Send;

    /// A call was accepted: the leg's worker shall serve it from now on.
    fn serve(&mut self, placed: Placed, call: Self::Call);
    /// The call is no longer ours: stop its media and hand it back with this result. A call
    /// that the host reported gone in the meantime is to be ignored.
    fn release(&mut self, call: CallId, leg: LegId, outcome: Outcome);
    /// Answer this call, which came unanswered, and report [`CallEvent::Answered`](super::CallEvent::Answered) as soon as
    /// it has sound: what the caller is to hear waits for that. Its media goes on meanwhile.
    fn answer(&mut self, _call: CallId, _leg: LegId) {}
    /// Send a key to the call's telephone.
    fn send_digit(&mut self, _call: CallId, _leg: LegId, _digit: char) {}
    /// Stop the call's media, run the dial plan from this place, then bring it back by
    /// [`Handle::returned`](super::Handle::returned), or report it gone. False: this host has no dial plan, the call
    /// stays.
    fn lend(&mut self, _call: CallId, _leg: LegId, _place: &DialplanPlace) -> bool {
        false
    }
    /// Call somebody. What comes of it is told by [`Handle::invited`](super::Handle::invited); as soon as there is
    /// anything to be heard, or it answered, the call arrives by [`Handle::arrive`](super::Handle::arrive) with its
    /// invitation. False: this host cannot make calls.
    fn dial(&mut self, _dial: Dial) -> bool {
        false
    }
    /// Give up a call that [`dial`](Self::dial) is making and that has not arrived.
    fn hang_up(&mut self, _invite: InviteId) {}
    /// Something happened that others may want to know: for the PBX's own events.
    fn tell(&mut self, _event: &Happening) {}
    /// A call became a member of a room.
    fn joined(&mut self, _call: CallId, _leg: LegId, _room: &RoomNumber, _role: Role) {}
    /// Whoever looks sees a room otherwise than before; `None`: it is over.
    fn changed(&mut self, _number: &RoomNumber, _room: Option<&RoomPicture>) {}
    /// Somebody shall hear this class of music: write it to the feed until it is stopped, at no better rate than the
    /// feed's. If it plays already, somebody came who can hear more than the others: it goes on in this feed, and no
    /// more in the one before. While music plays, every worker has to tick, also one without calls: a worker that takes
    /// nothing out of the feed stops it for all.
    fn start_music(&mut self, class: &str, feed: MusicFeed);
    /// Nobody hears this class of music any more.
    fn stop_music(&mut self, class: &str);
}

/// How a call is handed back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How its stay ended.
    pub result: CallResult,
    /// Where it goes then, if not on where the dial plan was.
    pub goto: Option<DialplanPlace>,
}

/// A call to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// How to name it.
    pub invite: InviteId,
    /// What to dial.
    pub number: String,
    /// The host's dial context: nothing else can be reached.
    pub context: Arc<str>,
    /// Who calls.
    pub caller: Caller,
    /// How long it may ring.
    pub ring_time: Duration,
    /// The language of the call until it is known better.
    pub language: String,
    /// From where it is made, for the log.
    pub room: RoomNumber,
}

/// A call that wants in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The room it asked for.
    pub number: RoomNumber,
    /// The options of the dial plan line.
    pub options: Options,
    /// The profile that the dial plan line names.
    pub profile: Option<String>,
    /// The menu that it names.
    pub menu: Option<String>,
    /// Numbers that are called as soon as he is in, as listeners: paging.
    pub page: Vec<String>,
    /// The invitation that this call is.
    pub invite: Option<InviteId>,
    /// Whether the call is answered.
    pub answered: bool,
    /// The network address that the call comes from, without port; empty if unknown.
    pub address: String,
    /// The host's name of the call, such as `PJSIP/alice-00000001`.
    pub channel: String,
    /// The caller's name and number, as far as known.
    pub caller: Caller,
    /// The caller's language, as the host names it; empty: the host's default.
    pub language: String,
    /// What the host hands in and takes out.
    pub codec: Codec,
}

impl Arrival {
    /// An answered call of which nothing else is known.
    pub fn new(number: RoomNumber, codec: Codec) -> Arrival {
        Arrival {
            number,
            options: Options::default(),
            profile: None,
            menu: None,
            page: Vec::new(),
            invite: None,
            answered: true,
            address: String::new(),
            channel: String::new(),
            caller: Caller::default(),
            language: String::new(),
            codec,
        }
    }
}

/// Where an accepted call's audio goes.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// The call's name towards the service.
    pub call: CallId,
    /// Its audio in the engine; the leg's worker is the one that has to serve the call.
    pub leg: LegId,
}
