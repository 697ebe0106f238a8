//! What the tools of administrators have of the service, whatever its host serves calls with.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Command, CommandError, Handle, Happening, Picture};
use crate::engine::WorkerStats;

/// What the page, its API and consoles ask of the service.
pub trait Operations: Send + Sync {
    /// Does what an administrator asked for. Waits for the answer: a sentence for him.
    ///
    /// # Errors
    ///
    /// If it was not done, and why.
    fn command(&self, command: Command) -> Result<String, CommandError>;

    /// The rooms as they are now.
    fn picture(&self) -> Arc<Picture>;

    /// Each media worker's counters.
    fn stats(&self) -> &[Arc<WorkerStats>];

    /// Everything that happens from now on. Who does not take it out is forgotten: then the channel ends.
    fn listen(&self) -> Receiver<Happening>;
}

impl<C: Send> Operations for Handle<C> {
    fn command(&self, command: Command) -> Result<String, CommandError> {
        Handle::command(self, command)
    }

    fn picture(&self) -> Arc<Picture> {
        Handle::picture(self)
    }

    fn stats(&self) -> &[Arc<WorkerStats>] {
        Handle::stats(self)
    }

    fn listen(&self) -> Receiver<Happening> {
        self.listeners().add()
    }
}

/// Those who are told what happens.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<Sender<Happening>>>);

impl Listeners {
    fn add(&self) -> Receiver<Happening> {
        let (sender, happenings) = bounded(QUEUE);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        happenings
    }

    /// Tells them, and waits for none of them.
    pub(super) fn tell(&self, happening: &Happening) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.try_send(happening.clone()).is_ok());
    }
}

/// Events that may wait for a listener: a second of the busiest PBX.
const QUEUE: usize = 4096;
