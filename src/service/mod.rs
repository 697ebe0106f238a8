//! What holds the layers together: owns the rooms, drives their machines, and turns what they
//! decide into engine commands and requests to the host.
//!
//! A host makes a [`Service`] with [`new`], gives each [`crate::engine::Worker`] a media thread,
//! and calls [`Service::step`] whenever a [`Handle`] woke it or the time it named has come:
//! [`thread::spawn`] does so on a thread of its own, a host with its own loop (`ffi`) by hand.
//! Everything else goes through the [`Handle`], from any thread, without waiting, except where
//! a method says that it waits for the service's answer.
//!
//! Time is a [`Duration`] since an origin that the host chooses, and apart from it what the clock on the wall shows
//! ([`Service::set_unix_time`]); only [`thread`] reads clocks.

#![cfg_attr(not(feature = "directory"), allow(dead_code, reason = "what only a directory needs"))]

mod act;
mod alarms;
mod announce;
pub mod answer;
mod aside;
mod calls;
mod console;
#[cfg(feature = "directory")]
mod directory;
#[cfg(not(feature = "directory"))]
#[path = "no_directory.rs"]
mod directory;
mod entering;
pub mod events;
mod finding;
mod handle;
mod happenings;
pub mod history;
mod host;
mod invites;
pub mod line;
pub mod lookup;
pub mod mailbox;
mod music;
mod names;
mod naming;
mod operations;
mod picture;
mod places;
mod recordings;
mod rooms;
pub mod settings;
mod speakers;
mod talks;
pub mod thread;
mod unix_time;
mod web;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use jiff::tz::TimeZone;

use crate::engine::{self, Control, Event, LegId};
use crate::prompts::{self, Prompts};
use crate::record::{self, Recorder};
use crate::room::{self, CallResult, Declined, InviteId, RoomNumber};

pub use console::{Command, CommandError, Deed, Forgiven, Members, Show, VERBS, Verb, Word, WordsError};
#[cfg(feature = "directory")]
pub use directory::HostChecks;
pub use directory::Origin;
pub use handle::{CallEvent, Handle};
pub use happenings::Happening;
pub use host::{Arrival, Dial, Host, Outcome, Placed};
pub use operations::Operations;
pub use picture::{MemberPicture, Picture, RoomPicture};
pub use settings::Settings;
pub use web::{Web, WebAnswer};

use calls::Call;
use handle::Message;
use lookup::Lookup;
use operations::Listeners;
use picture::Publisher;
use rooms::OpenRoom;
use unix_time::UnixTime;

/// A call while it is ours; never used twice in the life of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// Owner of the rooms. See the module's text.
pub struct Service<H: Host> {
    host: H,
    settings: Arc<Settings>,
    engine: Control,
    prompts: Prompts,
    messages: Receiver<Message<H::Call>>,
    events: Receiver<(CallId, CallEvent)>,
    loaded: Receiver<prompts::Loaded>,
    calls: HashMap<CallId, Call>,
    /// Whose each leg is.
    legs: HashMap<LegId, CallId>,
    rooms: HashMap<RoomNumber, OpenRoom>,
    /// What rooms are to be told once they have said what they want done.
    inputs: VecDeque<(RoomNumber, room::Input)>,
    /// A room is being told something.
    telling: bool,
    /// What came of the console's last order, if it was not carried out.
    declined: Option<Declined>,
    /// The page, while it is served.
    web: Option<Arc<dyn Web>>,
    /// Where those go who are being moved.
    moves: HashMap<CallId, RoomNumber>,
    invites: HashMap<InviteId, invites::Invite>,
    music: HashMap<room::Music, music::Playing>,
    recorder: Option<Recorder>,
    record_events: Sender<record::Told>,
    record_told: Receiver<record::Told>,
    /// Whose each file is that is being recorded.
    recorded: HashMap<u64, recordings::Recorded>,
    next_recording: u64,
    /// The machine's time zone, looked up once: it is read from a disk.
    zone: TimeZone,
    wake: Arc<dyn Fn() + Send + Sync>,
    /// Who records his name.
    naming: HashMap<CallId, naming::Naming>,
    places: places::Places,
    alarms: alarms::Alarms<Waker>,
    /// What is being read or plays, by the number that the engine tells when it ends.
    plays: HashMap<u64, announce::PlayTo>,
    lookup: Lookup,
    unix_time: UnixTime,
    next_call: u64,
    next_invite: u64,
    next_play: u64,
    publisher: Publisher,
    /// Where what happens is written down, if anywhere.
    history: Option<history::History>,
    /// Those that still write what they were told; waited for at the end, for then their code may be gone.
    former_histories: Vec<history::History>,
    listeners: Arc<Listeners>,
    /// Conferences that are not in the settings, if there is a directory.
    directory: Option<directory::Link>,
    stopping: bool,
}

/// Who wants to be woken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Waker {
    Call(CallId),
    Room(RoomNumber),
}

/// Makes a service and the way to it. `prompts` reads the host's sound files.
pub fn new<H: Host>(
    host: H,
    settings: Settings,
    engine: Control,
    prompts: Box<dyn prompts::SoundFiles>,
    mode: prompts::Mode,
) -> (Service<H>, Handle<H::Call>)
where
    H::Call: 'static,
{
    let (message_sender, messages) = unbounded();
    // Fixed, so that a media worker that reports a digit never allocates.
    let (event_sender, events) = bounded(EVENTS);
    let (loaded_sender, loaded) = unbounded();
    let publisher = Publisher::default();
    let handle = Handle::new(message_sender, event_sender, publisher.picture(), engine.stats());
    let wake = handle.clone();
    let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || wake.wake());
    let read = wake.clone();
    let prompts = Prompts::new(prompts, mode, loaded_sender, Box::new(move || read()));
    let (record_events, record_told) = unbounded();
    let places = places::Places::new(engine.stats().len());
    let lookup = Lookup::new(settings.guard.clone());
    let mut service = Service {
        host,
        settings: Arc::new(settings),
        engine,
        prompts,
        messages,
        events,
        loaded,
        calls: HashMap::new(),
        legs: HashMap::new(),
        rooms: HashMap::new(),
        inputs: VecDeque::new(),
        telling: false,
        declined: None,
        web: None,
        moves: HashMap::new(),
        invites: HashMap::new(),
        music: HashMap::new(),
        recorder: None,
        record_events,
        record_told,
        recorded: HashMap::new(),
        next_recording: 1,
        zone: TimeZone::system(),
        wake,
        naming: HashMap::new(),
        places,
        alarms: alarms::Alarms::default(),
        plays: HashMap::new(),
        lookup,
        unix_time: UnixTime::default(),
        next_call: 1,
        next_invite: 1,
        next_play: 1,
        publisher,
        history: None,
        former_histories: Vec::new(),
        listeners: handle.listeners().clone(),
        directory: None,
        stopping: false,
    };
    service.settle_history();
    // Whoever looks before the first step sees no rooms, and the settings.
    service.publish(Duration::ZERO);
    (service, handle)
}

impl<H: Host> Service<H> {
    /// Does all that is due at `now`; returns when it wants to be called again at the latest,
    /// or `None` if only a message can bring work.
    pub fn step(&mut self, now: Duration) -> Option<Duration> {
        // Still set if the step before failed in the middle.
        self.telling = false;
        while let Ok(message) = self.messages.try_recv() {
            self.message(now, message);
        }
        while let Ok((call, event)) = self.events.try_recv() {
            self.call_event(now, call, event);
        }
        while let Ok(loaded) = self.loaded.try_recv() {
            self.sounds_loaded(now, loaded);
        }
        while let Some(event) = self.engine.poll_event() {
            match event {
                Event::Talking { leg, on } => self.talking(now, leg, on),
                Event::Level { leg, dbfs } => self.level(now, leg, dbfs),
                Event::Played { token } => self.played(now, token),
            }
        }
        while let Ok(told) = self.record_told.try_recv() {
            self.recorder_told(now, told);
        }
        self.listen_to_names(now);
        self.wake_due(now);
        self.engine.collect();
        self.publish(now);
        let busy = (!self.calls.is_empty()).then_some(now + ENGINE_POLL);
        self.alarms.next().into_iter().chain(busy).min()
    }

    /// Tells what the clock on the wall shows at `now`, as time since 1970-01-01 00:00 UTC: for conferences that open and
    /// close by it. To be told before each step, because that clock can be set.
    pub fn set_unix_time(&mut self, now: Duration, unix: Duration) {
        self.unix_time = UnixTime { looked_at: now, showed: unix };
    }

    /// Whether [`Handle::stop`] was called and every call has been handed back.
    pub fn is_stopped(&self) -> bool {
        self.stopping && self.calls.is_empty()
    }

    fn message(&mut self, now: Duration, message: Message<H::Call>) {
        match message {
            Message::Arrive(arrival, call, reply) => {
                let answer = if self.stopping { Err(CallResult::Failed) } else { self.arrive(now, *arrival, call) };
                reply.give(answer);
            }
            Message::Returned(call, served) => self.returned(now, call, served),
            Message::Renewed(call, codec, served) => self.renewed(now, call, codec, served),
            Message::Invited(invite, progress) => self.invited(now, invite, progress),
            Message::Command(Command::Show(Show::Web), reply) => self.show_web(reply),
            Message::Command(Command::WebLink(login), reply) => self.link_web(login, reply),
            Message::Web(web) => self.web = web,
            Message::Command(command, reply) => {
                if let Some((command, reply)) = self.show_directory(command, reply) {
                    reply.give(self.command(now, command));
                }
            }
            Message::Directory(told) => self.told_by_directory(now, told),
            Message::Settings(settings) => {
                self.lookup.guard().set_settings(settings.guard.clone());
                let place = |settings: &Settings| (settings.database.clone(), settings.node.clone());
                if place(&settings) != place(&self.settings) {
                    log::warn!("another 'database' or 'node' is taken when Conclave is loaded the next time");
                }
                self.settings = Arc::new(*settings);
                self.prompts.forget();
                self.settle_history();
            }
            Message::Stop => {
                self.stopping = true;
                let calls: Vec<CallId> = self.calls.keys().copied().collect();
                for call in calls {
                    self.end_call(now, call, Some(CallResult::Failed));
                }
            }
        }
    }
}

/// Calls for each worker: more than a core can serve.
const LEGS: usize = 4096;

/// Digits and hang-ups that may wait for the service at once.
const EVENTS: usize = 8192;

/// The engine's events ring no bell, so they are looked for once a tick while calls are there.
const ENGINE_POLL: Duration = Duration::from_millis(20);

impl<H: Host> Drop for Service<H> {
    fn drop(&mut self) {
        self.engine.collect();
    }
}

/// The engine that the service and its workers share, at its usual size.
pub fn engine(workers: usize) -> (Control, Vec<engine::Worker>) {
    engine::new(engine::Capacity { workers, legs: LEGS, ..engine::Capacity::default() })
}
