//! What goes on now, for whoever watches: rooms, what happens in them, what others change in the directory.
//!
//! One thread looks at the rooms, at most five times a second, and writes what is different since it looked last. That is
//! written once and shared by all who listen, in a ring that never grows: who does not take out what is his, falls out of
//! it and is let go. Nobody waits for a listener, and without listeners nothing is looked at.

mod batch;
mod changes;
mod counts;
mod listener;
mod news;
mod sessions;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use crossbeam_channel::{Receiver, Sender, never, select, unbounded};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;

use batch::{Audience, Batch, Draft, Viewer};
use sessions::Sessions;

pub(super) use counts::{Counts, SPACING as SAMPLED_EVERY, Sample};
pub(super) use listener::Listener;
pub(super) use sessions::watch;
pub(super) use view::{Room, Summary};

use super::{Parts, Who};
use crate::directory::Change;
use crate::room::RoomNumber;
use crate::service::{Happening, Picture};

/// See the module's text.
pub(super) struct Live {
    parts: Parts,
    shown: Mutex<Shown>,
    news: broadcast::Sender<News>,
    /// What others changed in the directory and nobody was told yet.
    changed: Mutex<BTreeSet<Change>>,
    orders: Sender<Order>,
    sessions: Sessions,
    counts: Mutex<Counts>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The way to tell those who look at the directory what was changed in it; cheap to clone.
#[derive(Clone)]
pub struct Changes(Arc<Live>);

impl Changes {
    pub(super) fn new(live: Arc<Live>) -> Changes {
        Changes(live)
    }

    /// Something was changed: for the directory's `on_change`. Does not wait.
    pub fn tell(&self, change: Change) {
        self.0.changed(change);
    }
}

/// What all listeners were told of so far.
#[derive(Default)]
struct Shown {
    picture: Arc<Picture>,
    /// Rooms of it that were written out for new listeners.
    written: BTreeMap<RoomNumber, Bytes>,
}

/// What goes to all listeners.
#[derive(Clone)]
enum News {
    Batch(Arc<Batch>),
    /// The streams of these sessions and tokens end.
    Ended(Arc<BTreeSet<String>>),
    /// All end.
    Stopped,
}

/// What the thread is told.
enum Order {
    /// There is something to look at.
    Look,
    /// Somebody may be told of these changes.
    Tell(Vec<(Change, Audience)>),
    Stop,
}

impl Live {
    /// Begins to look.
    ///
    /// # Errors
    ///
    /// If no thread can be made.
    pub(super) fn start(parts: Parts) -> io::Result<Arc<Live>> {
        let (orders, obeyed) = unbounded();
        let live = Arc::new(Live {
            parts,
            shown: Mutex::default(),
            news: broadcast::Sender::new(MOST_WAITING),
            changed: Mutex::default(),
            orders,
            sessions: Sessions::default(),
            counts: Mutex::default(),
            thread: Mutex::default(),
        });
        let looking = live.clone();
        let thread = Builder::new().name("conclave-live".into()).spawn(move || looking.look_on(&obeyed))?;
        *live.thread.lock() = Some(thread);
        Ok(live)
    }

    /// Ends all streams and the thread.
    pub(super) fn stop(&self) {
        let _ = self.news.send(News::Stopped);
        let _ = self.orders.send(Order::Stop);
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }

    fn changed(&self, change: Change) {
        if matches!(change, Change::Account(_) | Change::Everything) {
            self.sessions.look();
        }
        if self.is_watched() && self.changed.lock().insert(change) {
            let _ = self.orders.send(Order::Look);
        }
    }

    /// Lets somebody listen: to all that he may see, or to one room.
    pub(super) fn listen(self: &Arc<Self>, who: &Who, room: Option<RoomNumber>) -> Listener {
        let viewer = Viewer { account: who.account, role: who.role, room };
        let mut shown = self.shown.lock();
        if !self.is_watched() {
            // Nobody kept it up to date.
            *shown = Shown { picture: self.parts.operations.picture(), written: BTreeMap::new() };
        }
        let news = self.news.subscribe();
        let first = shown.rooms_for(&viewer);
        drop(shown);
        let _ = self.orders.send(Order::Look);
        Listener::new(self.sessions.enter(who), viewer, first, news)
    }

    /// How many listen.
    pub(super) fn listeners(&self) -> usize {
        self.news.receiver_count()
    }

    /// What was counted so far, and in the last hours. Who counts waits meanwhile.
    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock()
    }

    /// A request was answered.
    pub(super) fn answered(&self, method: &Method, status: StatusCode) {
        self.counts.lock().answered(method, status);
    }

    fn is_watched(&self) -> bool {
        self.news.receiver_count() > 0
    }

    /// The thread.
    fn look_on(self: &Arc<Self>, orders: &Receiver<Order>) {
        let mut happenings = self.parts.operations.listen();
        let mut told = Vec::new();
        let mut changes = Vec::new();
        self.sample();
        let (mut looked, mut sampled) = (Instant::now(), Instant::now());
        let mut spoke = looked;
        // When there may be something new; nothing: as soon as the rooms may be looked at again.
        let mut due: Option<Instant> = None;
        loop {
            let now = Instant::now();
            let next = match due {
                Some(due) => due,
                None if self.is_watched() => looked + SPACING,
                None => sampled + counts::SPACING,
            };
            let next = next.min(sampled + counts::SPACING);
            let soon = || Some((Instant::now() + SETTLING).max(spoke + SPACING));
            select! {
                recv(happenings) -> happening => match happening {
                    Ok(happening) => {
                        self.counts.lock().count(&happening);
                        if self.is_watched() {
                            told.push(happening);
                            due = due.or_else(soon);
                        }
                    }
                    // We took them out too slowly, and were forgotten.
                    Err(_) => happenings = self.listen_again(),
                },
                recv(orders) -> order => match order {
                    Ok(Order::Look) => due = due.or_else(soon),
                    Ok(Order::Tell(more)) => {
                        changes.extend(more);
                        due = due.or_else(soon);
                    }
                    Ok(Order::Stop) | Err(_) => return,
                },
                default(next.saturating_duration_since(now)) => {}
            }
            let now = Instant::now();
            if now >= sampled + counts::SPACING {
                sampled = now;
                self.sample();
            }
            if due.map_or(self.is_watched() && now >= looked + SPACING, |due| now >= due) {
                (looked, due) = (now, None);
                self.ask_whose();
                if self.tell(std::mem::take(&mut told), std::mem::take(&mut changes)) {
                    spoke = now;
                }
            }
        }
    }

    fn listen_again(&self) -> Receiver<Happening> {
        let happenings = self.parts.operations.listen();
        // The service has ended: then there are none any more.
        if happenings.try_recv().is_err_and(|error| error.is_disconnected()) { never() } else { happenings }
    }

    fn sample(&self) {
        let sample = Sample::of(&*self.parts.operations, self.listeners());
        self.counts.lock().sampled(sample);
    }

    /// Writes what is new, for all; false if that was nothing.
    fn tell(&self, happenings: Vec<Happening>, changes: Vec<(Change, Audience)>) -> bool {
        if !self.is_watched() {
            return false;
        }
        let mut draft = Draft::default();
        let mut shown = self.shown.lock();
        let picture = self.parts.operations.picture();
        for happening in &happenings {
            news::write_happening(happening, &shown.picture, &picture, &mut draft);
        }
        if !Arc::ptr_eq(&shown.picture, &picture) {
            changes::write(&shown.picture, &picture, &mut draft);
            *shown = Shown { picture, written: BTreeMap::new() };
        }
        for (change, audience) in changes {
            news::write_change(change, audience, &mut draft);
        }
        let batch = draft.finish();
        let spoken = batch.is_some();
        if let Some(batch) = batch {
            // Under the lock: who begins to listen now has either seen it or gets it.
            let _ = self.news.send(News::Batch(Arc::new(batch)));
        }
        drop(shown);
        spoken
    }

    /// Finds out who may be told of what was changed; the directory answers when it can.
    fn ask_whose(&self) {
        let changed = std::mem::take(&mut *self.changed.lock());
        if changed.is_empty() {
            return;
        }
        let changed = if changed.len() > MOST_CHANGES { BTreeSet::from([Change::Everything]) } else { changed };
        let orders = self.orders.clone();
        self.parts.directory.read(
            move |desk| changed.iter().map(|change| Ok((*change, news::whose(*change, desk)?))).collect(),
            move |whose| {
                let whose = whose.unwrap_or_else(|_| vec![(Change::Everything, Audience::Everybody)]);
                let _ = orders.send(Order::Tell(whose));
            },
        );
    }
}

impl Shown {
    /// The rooms as somebody begins with them.
    fn rooms_for(&mut self, viewer: &Viewer) -> Vec<Bytes> {
        let Shown { picture, written } = self;
        let mut all = vec![Bytes::from_static(b"event: rooms\ndata: [")];
        for (number, room) in &picture.rooms {
            if !viewer.sees(changes::audience(room), Some(number)) {
                continue;
            }
            let write = || serde_json::to_vec(&Room::new(number, room, picture.taken_at)).unwrap_or_default().into();
            if all.len() > 1 {
                all.push(Bytes::from_static(b","));
            }
            all.push(written.entry(number.clone()).or_insert_with(write).clone());
        }
        all.push(Bytes::from_static(b"]\n\n"));
        all
    }
}

/// How often the rooms are looked at, at most.
const SPACING: Duration = Duration::from_millis(200);

/// After something happened the service still has to show it, and more may follow at once.
const SETTLING: Duration = Duration::from_millis(15);

/// So many batches may wait for a listener: 12 s.
const MOST_WAITING: usize = 64;

/// More changes than these at once are told as "everything".
const MOST_CHANGES: usize = 50;
