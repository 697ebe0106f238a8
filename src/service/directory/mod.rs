//! The directory's conferences: what it is asked for callers, what is written into its history, what it tells.
//!
//! The service asks and goes on; the answer comes as a message ([`Told`]). What a caller may do is asked anew each time,
//! so that a code that was replaced opens nothing any more, here and on every other PBX. Who is inside needs nothing of
//! the directory: when it cannot be reached, he stays, and newcomers hear that they may try again later.

mod changes;
mod checks;
mod finding;
mod seats;
mod show;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::calls::{Asking, Call, Stage};
use super::lookup::Listed;
use super::{CallId, Handle, Host, Service};
use crate::directory::{AccountId, Caps, Change, Code, ConferenceId, Desk, Directory, Error};
use crate::room::{DoorwayKind, Query, Role, entry};

pub use checks::HostChecks;
use finding::{Found, Reply, Wanted};

/// What of the directory a conference is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which conference.
    pub conference: ConferenceId,
    /// On whose account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// What identifies it in the history.
    pub tag: String,
    /// The price of a minute for each participant.
    pub rate: u32,
    /// The most participants of the account.
    pub cap: Option<u32>,
    /// So many it had on other PBXs when it was asked.
    pub elsewhere: u32,
}

impl Origin {
    /// What people call it; empty if it has no name.
    pub(super) fn called(&self) -> &str {
        &self.name
    }

    /// Whether the other is the same conference.
    pub(super) fn is_same(&self, other: &Origin) -> bool {
        self.conference == other.conference
    }
}

/// The directory as the service uses it.
pub(super) struct Link {
    directory: Directory,
    tell: Arc<dyn Fn(Told) + Send + Sync>,
    caps: Caps,
    next_ask: u64,
}

/// What comes from the directory's threads.
pub(super) enum Told {
    /// What was asked for a call, by the number of the question.
    Listed(CallId, u64, Reply),
    /// Something changed.
    Changed(Change),
    /// What a conference is by now of which a room is in progress.
    Held(ConferenceId, Reply),
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl<C> Handle<C> {
    /// The directory tells of a change; see [`Directory::start`].
    pub fn directory_changed(&self, change: Change) {
        self.directory_told(Told::Changed(change));
    }
}

impl<H: Host> Service<H>
where
    H::Call: 'static,
{
    /// Conferences are looked for in this directory from now on, wherever the settings do not know a number, and history
    /// is written there. To be called before the first step; `handle` is the way to this service.
    pub fn set_directory(&mut self, directory: Directory, handle: &Handle<H::Call>) {
        let handle = handle.clone();
        let tell = Arc::new(move |told| handle.directory_told(told));
        self.directory = Some(Link { directory, tell, caps: Caps::default(), next_ask: 1 });
    }
}

impl<H: Host> Service<H> {
    /// Asks the directory what has to be known for this query of a call. False: nothing.
    pub(super) fn ask_directory(&mut self, now: Duration, id: CallId, query: &Query) -> bool {
        let (Some(_), Some(call)) = (&self.directory, self.calls.get(&id)) else { return false };
        let settings = &self.settings;
        let wanted = match query {
            Query::Manner(_) => return false,
            Query::Code(keyed) if settings.by_code(keyed).is_some() => return false,
            Query::Code(keyed) => match keyed.as_str().map(Code::parse) {
                Some(Ok(code)) => Wanted::Code(code, call.dialled.clone()),
                _ => return false,
            },
            Query::Number | Query::Pin(_) | Query::Dynamic(_) | Query::Create { .. } => {
                let is_local =
                    |dialled| settings.behind(dialled).is_some_and(|(doorway, _)| doorway.kind == DoorwayKind::Local);
                if settings.knows(&call.dialled) || is_local(call.dialled.as_str()) {
                    return false;
                }
                Wanted::Number(call.dialled.clone())
            }
        };
        self.ask(now, id, wanted, Asking::Entry(query.clone()))
    }

    /// Asks whether all is still as it was when this caller showed what he had to; false: that was just now. Where other
    /// PBXs let people in on the same account, a seat is kept for him: what was just now is not enough for that.
    pub(super) fn ask_again(&mut self, now: Duration, id: CallId, role: Role) -> bool {
        let (Some(link), Some(call)) = (&self.directory, self.calls.get(&id)) else { return false };
        let Some(origin) = &call.origin else { return false };
        let wanted = if origin.cap.is_some() && link.directory.is_shared() {
            Wanted::Seat(origin.conference, id, link.caps.present(origin.account))
        } else if now.saturating_sub(call.listed_at) >= FRESH {
            Wanted::Conference(origin.conference)
        } else {
            return false;
        };
        self.ask(now, id, wanted, Asking::Join(role))
    }

    fn ask(&mut self, now: Duration, id: CallId, wanted: Wanted, asking: Asking) -> bool {
        let moment = self.moment(now);
        let (Some(link), Some(call)) = (&mut self.directory, self.calls.get_mut(&id)) else { return false };
        let ask = link.next_ask;
        link.next_ask += 1;
        call.asking = Some((ask, asking));
        let (settings, zone, tell) = (self.settings.clone(), self.zone.clone(), link.tell.clone());
        let channel = call.channel.clone();
        let seat = match wanted {
            Wanted::Seat(conference, ..) => Some(conference),
            _ => None,
        };
        let answered = move |found: Result<Found, Error>| {
            let mut reply = match found {
                Ok(found) => found.read(&settings, &zone, moment),
                Err(error) => {
                    log::warn!("{channel} is turned away: {error}");
                    Reply::unknown()
                }
            };
            reply.seat = seat.is_some();
            tell(Told::Listed(id, ask, reply));
        };
        match seat {
            None => link.directory.read(move |desk| finding::find(desk, &wanted), answered),
            Some(conference) => {
                let directory = link.directory.clone();
                let job = move |desk: &mut Desk<'_>| finding::find(desk, &wanted);
                link.directory.write(job, move |found| match found {
                    // Nobody is turned away for that: then it counts who is in the history.
                    Err(Error::Unwritable(_)) => {
                        let wanted = Wanted::Conference(conference);
                        directory.read(move |desk| finding::find(desk, &wanted), answered);
                    }
                    found => answered(found),
                });
            }
        }
        true
    }

    /// Something came from the directory.
    pub(super) fn told_by_directory(&mut self, now: Duration, told: Told) {
        match told {
            Told::Listed(call, ask, reply) => self.listed(now, call, ask, reply),
            Told::Changed(change) => self.ask_for_rooms(now, change),
            Told::Held(conference, reply) => self.held_changed(now, conference, &reply),
        }
    }

    fn listed(&mut self, now: Duration, id: CallId, ask: u64, mut reply: Reply) {
        // He may be gone, or have asked for something else since.
        let call = self.calls.get_mut(&id);
        let asked = call.and_then(|call| Some((call.asking.take_if(|(asked, _)| *asked == ask)?.1, call)));
        let Some((asking, call)) = asked else {
            if let (Some(link), true) = (&self.directory, reply.seat) {
                link.directory.stays_out(id.0);
            }
            return;
        };
        call.seat |= reply.seat;
        if let Some(origin) = &reply.origin {
            // A room in progress keeps its number.
            let is_it = |of: &&Arc<Origin>| of.conference == origin.conference;
            let open = self.rooms.iter().find(|(_, open)| open.origin.as_ref().filter(is_it).is_some());
            if let (Some((number, _)), Listed::Conference(conference) | Listed::Code(conference, _)) =
                (open, &mut reply.listed)
                && conference.number != *number
            {
                Arc::make_mut(conference).number = number.clone();
            }
        }
        call.origin = reply.origin;
        call.listed = reply.listed;
        call.listed_at = now;
        if !matches!(call, Call { stage: Stage::Entering(_), .. }) {
            return;
        }
        match asking {
            Asking::Entry(query) => {
                let listed = call.listed.clone();
                let found = self.look_up(now, id, query, &listed);
                self.tell_entry(now, id, entry::Input::Answer(found));
                self.drive_entry(now, id);
            }
            Asking::Join(role) => self.join_listed(now, id, role),
        }
    }

    /// What the clock on the wall shows.
    fn moment(&self, now: Duration) -> Timestamp {
        let unix = SignedDuration::try_from(self.unix_time.at(now)).unwrap_or_default();
        Timestamp::from_duration(unix).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// What was found out within this time need not be asked again.
const FRESH: Duration = Duration::from_secs(1);
