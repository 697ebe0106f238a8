//! What runs while a host has loaded us: the service, its media workers, and the way to them.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};

use super::epoll::Bell;
use super::line::Line;
#[cfg(feature = "admin")]
use super::page::{Page, Viewers};
use super::worker::{self, Command, Served};
use super::{Handle, slow};
#[cfg(feature = "admin")]
use crate::admin::Parts;
use crate::engine::{Coders, LegId, MusicFeed};
use crate::prompts::{Mode, SoundFiles};
use crate::room::{DialplanPlace, InviteId, Role, RoomNumber};
use crate::service::mailbox::Task;
use crate::service::{self, CallId, Dial, Happening, Host, Outcome, Placed, RoomPicture, Settings};

/// What a host does for the service besides serving calls, on threads of its own.
pub trait Pbx: Send + 'static {
    /// Its calls.
    type Line: Line;

    /// Makes a call. False: it cannot be made now.
    fn dial(&mut self, dial: Dial) -> bool;

    /// Gives up a call that has not arrived.
    fn hang_up(&mut self, invite: InviteId);

    /// Tells whoever listens to the host's events.
    fn tell(&mut self, event: &Happening);

    /// Whoever looks sees a room otherwise than before; `None`: it is over.
    fn changed(&mut self, _number: &RoomNumber, _room: Option<&RoomPicture>) {}

    /// Plays a class of music into a feed; if it plays already, from now on into this one.
    fn start_music(&mut self, class: &str, feed: MusicFeed);

    /// Plays it no longer.
    fn stop_music(&mut self, class: &str);

    /// What the page has of the host.
    #[cfg(feature = "admin")]
    fn page(&self) -> Arc<dyn crate::admin::Pbx>;

    /// What the host's dial plan does with a number, in words, if it is something else than leading to us. On a thread
    /// of ours that may wait.
    fn used(settings: &Settings, number: &RoomNumber) -> Option<String>;
}

/// See the module's text.
pub struct Running<L: Line> {
    /// The way to the service.
    pub handle: Handle<L>,
    /// What it was started with.
    settings: Arc<Settings>,
    /// The directory, if the settings have one.
    #[cfg(feature = "directory")]
    directory: Option<super::directory::Started>,
    /// The page, if there is a directory.
    #[cfg(feature = "admin")]
    page: Option<Arc<Page<L>>>,
    orders: Orders<L>,
    workers: Vec<JoinHandle<()>>,
    service: JoinHandle<()>,
}

impl<L: Line> Running<L> {
    /// Starts it all.
    pub fn start<P: Pbx<Line = L>>(
        settings: Settings,
        coders: Option<Box<dyn Coders>>,
        sounds: Box<dyn SoundFiles>,
        pbx: P,
    ) -> io::Result<Running<L>> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let count = settings.workers.unwrap_or(cores).clamp(1, 64);
        let (mut control, halves) = service::engine(count);
        if let Some(coders) = coders {
            control.set_coders(coders);
        }
        let bells: Arc<[Bell]> = (0..count).map(|_| Bell::new()).collect::<io::Result<_>>()?;
        let (commands, obeyed): (Vec<_>, Vec<_>) = (0..count).map(|_| unbounded()).unzip();
        let orders = Orders { workers: commands, bells: bells.clone() };
        #[cfg(feature = "admin")]
        let for_page = pbx.page();
        let host = OurHost { orders: orders.clone(), pbx };
        #[cfg_attr(not(feature = "directory"), expect(unused_mut, reason = "there is none to be given to it"))]
        let (mut service, handle) = service::new(host, settings.clone(), control, sounds, Mode::Thread);
        let mut workers = Vec::new();
        for (number, (half, commands)) in halves.into_iter().zip(obeyed).enumerate() {
            match worker::spawn(number, half, commands, handle.clone(), bells.clone()) {
                Ok(thread) => workers.push(thread),
                Err(error) => {
                    orders.end(workers);
                    return Err(error);
                }
            }
        }
        #[cfg(feature = "admin")]
        let viewers = Viewers::default();
        #[cfg(feature = "admin")]
        let also = {
            let viewers = viewers.clone();
            move |change| viewers.tell(change)
        };
        #[cfg(all(feature = "directory", not(feature = "admin")))]
        let also = |_| ();
        #[cfg(feature = "admin")]
        let sounds = || for_page.sounds();
        #[cfg(all(feature = "directory", not(feature = "admin")))]
        let sounds = || Err(std::io::Error::other("this Conclave was built without the page"));
        #[cfg(feature = "directory")]
        let directory = match super::directory::start(&settings, &handle, P::used, sounds, also) {
            Ok(directory) => directory,
            Err(error) => {
                orders.end(workers);
                return Err(error);
            }
        };
        #[cfg(feature = "directory")]
        if let Some(started) = &directory {
            service.set_directory(started.directory.clone(), &handle);
        }
        let service = service::thread::spawn(service, &handle);
        #[cfg(feature = "admin")]
        let page = directory.as_ref().map(|started| {
            let parts =
                Parts { directory: started.directory.clone(), operations: Arc::new(handle.clone()), pbx: for_page };
            Arc::new(Page::start(settings.web.clone(), parts, handle.clone(), viewers))
        });
        Ok(Running {
            handle,
            settings: Arc::new(settings),
            #[cfg(feature = "directory")]
            directory,
            #[cfg(feature = "admin")]
            page,
            orders,
            workers,
            service,
        })
    }

    /// What is to be told of settings that were read again.
    pub fn reload(&self) -> Reload<L> {
        Reload {
            handle: self.handle.clone(),
            loaded: self.settings.clone(),
            #[cfg(feature = "admin")]
            page: self.page.clone(),
        }
    }

    /// Ends the service, then, after `between`, the workers, with every thread gone: the library may be unmapped next.
    pub fn stop(self, between: impl FnOnce()) {
        // Before whatever it asks.
        #[cfg(feature = "admin")]
        if let Some(page) = &self.page {
            let _ = super::foreign::run(|| {
                page.stop();
                Ok(())
            });
        }
        self.handle.stop();
        let _ = self.service.join();
        // After whoever writes into it.
        #[cfg(feature = "directory")]
        if let Some(started) = self.directory {
            let _ = super::foreign::run(|| {
                started.stop();
                Ok(())
            });
        }
        between();
        self.orders.end(self.workers);
        slow::join();
    }

    /// The process ends, perhaps with calls inside. Nothing is waited for that could wait for a call; the calls' threads
    /// stay parked, and no worker touches a call any more.
    pub fn abandon(self) {
        self.orders.end(self.workers);
        #[cfg(feature = "directory")]
        if let Some(started) = self.directory {
            let _ = super::foreign::run(|| {
                started.directory.all_went(jiff::Timestamp::now(), crate::room::CallResult::Ended);
                started.stop();
                Ok(())
            });
        }
    }
}

/// What is to be told of settings that were read again.
pub struct Reload<L: Line> {
    handle: Handle<L>,
    loaded: Arc<Settings>,
    #[cfg(feature = "admin")]
    page: Option<Arc<Page<L>>>,
}

impl<L: Line> Reload<L> {
    /// What of these settings is not taken now, in words; empty: nothing.
    pub fn awaits_load(&self, settings: &Settings) -> String {
        match &*self.loaded.await_load(settings) {
            [] => String::new(),
            [one] => format!("{one} stays as it was until the module is unloaded and loaded again"),
            several => {
                format!("{} stay as they were until the module is unloaded and loaded again", several.join(", "))
            }
        }
    }

    /// The settings are these from now on; `None`: they stay, but files that they name may be others. Holds up the
    /// thread while a page is stopped and another one begun; no lock of the host's may be held.
    pub fn settings(self, settings: Option<Settings>) {
        #[cfg(feature = "admin")]
        if let Some(page) = &self.page {
            page.reload(settings.as_ref().map(|settings| settings.web.clone()));
        }
        if let Some(settings) = settings {
            self.handle.set_settings(settings);
        }
    }
}

/// The way to the media workers.
struct Orders<L: Line> {
    workers: Vec<Sender<Command<L>>>,
    bells: Arc<[Bell]>,
}

impl<L: Line> Clone for Orders<L> {
    fn clone(&self) -> Orders<L> {
        Orders { workers: self.workers.clone(), bells: self.bells.clone() }
    }
}

impl<L: Line> Orders<L> {
    fn give(&self, worker: usize, command: Command<L>) {
        // A worker ends only when it is told to, and then nobody gives it orders any more.
        let _ = self.workers[worker].send(command);
        self.bells[worker].ring();
    }

    fn end(&self, threads: Vec<JoinHandle<()>>) {
        for worker in 0..self.workers.len() {
            self.give(worker, Command::Stop);
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// What the service asks of the host, passed on to the threads that may do it.
struct OurHost<P: Pbx> {
    orders: Orders<P::Line>,
    pbx: P,
}

impl<P: Pbx> Host for OurHost<P> {
    type Call = Served<P::Line>;

    fn serve(&mut self, placed: Placed, call: Served<P::Line>) {
        self.orders.give(placed.leg.worker(), Command::Serve(placed, call));
    }

    fn release(&mut self, call: CallId, leg: LegId, outcome: Outcome) {
        self.orders.give(leg.worker(), Command::Release(call, leg, outcome));
    }

    fn answer(&mut self, call: CallId, leg: LegId) {
        self.orders.give(leg.worker(), Command::Task(call, leg, Task::Answer));
    }

    fn send_digit(&mut self, call: CallId, leg: LegId, digit: char) {
        self.orders.give(leg.worker(), Command::Task(call, leg, Task::Digit(digit)));
    }

    fn lend(&mut self, call: CallId, leg: LegId, place: &DialplanPlace) -> bool {
        self.orders.give(leg.worker(), Command::Lend(call, leg, place.clone()));
        true
    }

    fn dial(&mut self, dial: Dial) -> bool {
        self.pbx.dial(dial)
    }

    fn hang_up(&mut self, invite: InviteId) {
        self.pbx.hang_up(invite);
    }

    fn tell(&mut self, event: &Happening) {
        self.pbx.tell(event);
    }

    fn joined(&mut self, call: CallId, leg: LegId, room: &RoomNumber, role: Role) {
        self.orders.give(leg.worker(), Command::Task(call, leg, Task::Joined(room.clone(), role)));
    }

    fn changed(&mut self, number: &RoomNumber, room: Option<&RoomPicture>) {
        self.pbx.changed(number, room);
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        // Each worker takes its part out of the feed, also one that sleeps because it has no calls.
        self.orders.bells.iter().for_each(Bell::ring);
        self.pbx.start_music(class, feed);
    }

    fn stop_music(&mut self, class: &str) {
        self.pbx.stop_music(class);
    }
}
