//! The way to the service from any other thread.

use std::sync::{Arc, OnceLock};
use std::thread::Thread;

use crossbeam_channel::Sender;

use super::answer::{Answer, Reply, answer};
use super::console::{Command, CommandError, Show, show};
use super::directory::Told;
use super::operations::Listeners;
use super::picture::Shown;
use super::{Arrival, CallId, Picture, Placed, Settings, Web};
use crate::engine::{Codec, WorkerStats};
use crate::room::{CallResult, InviteId, InviteProgress};

/// A way to the service; cheap to clone. `C` is what the host serves a call with.
pub struct Handle<C> {
    messages: Sender<Message<C>>,
    events: Sender<(CallId, CallEvent)>,
    picture: Arc<Shown>,
    stats: Arc<[Arc<WorkerStats>]>,
    thread: Arc<OnceLock<Thread>>,
    listeners: Arc<Listeners>,
}

/// What a media worker reports of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// A digit was keyed: `0`-`9`, `*`, `#`, `A`-`D`.
    Digit(char),
    /// The caller's telephone put us on hold, or took us back.
    Hold(bool),
    /// The call ended, or the host wants it back. The worker serves it no longer.
    Gone,
    /// Serving the call failed for a reason of ours. The worker serves it no longer.
    Failed,
    /// The call was answered, and has sound: one that was dialled, or one that [`Host::answer`](super::Host::answer) was
    /// told of.
    Answered,
}

pub(super) enum Message<C> {
    Returned(CallId, C),
    Renewed(CallId, Codec, C),
    Invited(InviteId, InviteProgress),
    Arrive(Box<Arrival>, C, Reply<Result<Placed, CallResult>>),
    Command(Command, Reply<Result<String, CommandError>>),
    Settings(Box<Settings>),
    Web(Option<Arc<dyn Web>>),
    Directory(Told),
    Stop,
}

impl<C> Clone for Handle<C> {
    fn clone(&self) -> Handle<C> {
        Handle {
            messages: self.messages.clone(),
            events: self.events.clone(),
            picture: self.picture.clone(),
            stats: self.stats.clone(),
            thread: self.thread.clone(),
            listeners: self.listeners.clone(),
        }
    }
}

impl<C> Handle<C> {
    pub(super) fn new(
        messages: Sender<Message<C>>,
        events: Sender<(CallId, CallEvent)>,
        picture: Arc<Shown>,
        stats: &[Arc<WorkerStats>],
    ) -> Handle<C> {
        Handle { messages, events, picture, stats: stats.into(), thread: Arc::default(), listeners: Arc::default() }
    }

    /// Brings a call. Once accepted, the service has handed `call` to [`super::Host::serve`].
    /// The answer comes with the service's next step; a refusal is the call's result.
    pub fn arrive(&self, arrival: Arrival, call: C) -> Answer<Result<Placed, CallResult>> {
        let (reply, answer) = answer();
        self.send(Message::Arrive(Box::new(arrival), call, reply));
        answer
    }

    /// A call is served in this form from now on. Does not wait.
    pub fn renewed(&self, call: CallId, codec: Codec, served: C) {
        self.send(Message::Renewed(call, codec, served));
    }

    /// Brings a call back that was lent to the dial plan. If it was handed back by [`super::Host::release`] in the
    /// meantime, what it is served with is dropped.
    pub fn returned(&self, call: CallId, served: C) {
        self.send(Message::Returned(call, served));
    }

    /// Tells how a call goes that is being made; after `Busy`, `NoAnswer`, `Refused` or `Failed` it does not arrive.
    pub fn invited(&self, invite: InviteId, progress: InviteProgress) {
        self.send(Message::Invited(invite, progress));
    }

    /// Reports what happened to a call. Never waits, allocates or locks; false if too many
    /// reports wait, so that the worker repeats it at its next tick.
    pub fn report(&self, call: CallId, event: CallEvent) -> bool {
        self.events.try_send((call, event)).is_ok()
    }

    /// Lets the service look at what was reported.
    pub fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Does what an administrator asked for. Waits for the answer: a sentence for him.
    pub fn command(&self, command: Command) -> Result<String, CommandError> {
        self.ask(command).recv().unwrap_or(Err(CommandError::Stopped))
    }

    /// As [`command`](Self::command) without waiting: the answer comes with the service's next step. For a host that
    /// steps the service itself and would wait for ever.
    pub fn ask(&self, command: Command) -> Answer<Result<String, CommandError>> {
        let (reply, answer) = answer();
        match command {
            // Whoever only looks does not keep the service from its work, nor waits for it.
            Command::Show(what) if self.shows(&what) => {
                reply.give(show(&what, &self.picture(), &self.stats));
            }
            command => self.send(Message::Command(command, reply)),
        }
        answer
    }

    /// Whether what is to be seen is in the picture; other things only the service knows, or the directory.
    fn shows(&self, what: &Show) -> bool {
        match what {
            Show::Lockouts | Show::Directory | Show::Web => false,
            Show::Conference(number) => self.picture().settings.knows(number),
            _ => true,
        }
    }

    /// Something came from the directory.
    pub(super) fn directory_told(&self, told: Told) {
        self.send(Message::Directory(told));
    }

    /// Rooms that open from now on follow these settings; rooms in progress stay as they are.
    pub fn set_settings(&self, settings: Settings) {
        self.send(Message::Settings(Box::new(settings)));
    }

    /// Consoles have this of the page from now on.
    pub fn set_web(&self, web: Option<Arc<dyn Web>>) {
        self.send(Message::Web(web));
    }

    /// Hands every call back and ends the service.
    pub fn stop(&self) {
        self.send(Message::Stop);
    }

    /// The rooms as they are now, at most one step old. Not for media threads.
    pub fn picture(&self) -> Arc<Picture> {
        self.picture.look()
    }

    /// Each media worker's counters.
    pub fn stats(&self) -> &[Arc<WorkerStats>] {
        &self.stats
    }

    /// How many calls the media workers serve now.
    pub fn calls(&self) -> u64 {
        self.stats.iter().map(|stats| stats.calls.get()).sum()
    }

    /// Those who are told what happens.
    pub(super) fn listeners(&self) -> &Arc<Listeners> {
        &self.listeners
    }

    pub(super) fn set_thread(&self, thread: Thread) {
        let _ = self.thread.set(thread);
    }

    fn send(&self, message: Message<C>) {
        // Only after the service's end is nobody there; then the reply's sender is dropped
        // with the message, which the waiting side reads as "failed".
        let _ = self.messages.send(message);
        self.wake();
    }
}
