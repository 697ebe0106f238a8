//! What every handler works with.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::live::Live;
use super::{Parts, Refusal, Settings};
use crate::directory::{Access, Desk, Error};
use crate::service::Command;

/// What every handler works with; the state of the router.
pub(super) type Shared = Arc<App>;

/// See [`Shared`].
pub(super) struct App {
    pub(super) settings: Settings,
    pub(super) parts: Parts,
    pub(super) live: Arc<Live>,
}

impl App {
    /// Runs a job that only reads on the directory.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.ask(Access::Read, job).await
    }

    /// Runs a job that writes.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.ask(Access::Write, job).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        access: Access,
        job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        let then = move |done| drop(reply.send(done));
        match access {
            Access::Read => self.parts.directory.read(job, then),
            Access::Write => self.parts.directory.write(job, then),
        }
        let stopped = || Error::Unavailable("it is stopped".into());
        Ok(answer.await.unwrap_or_else(|_| Err(stopped()))?)
    }

    /// Does something in a room.
    pub(super) async fn command(&self, command: Command) -> Result<String, Refusal> {
        let operations = self.parts.operations.clone();
        let answer = tokio::task::spawn_blocking(move || operations.command(command)).await;
        answer.map_err(|_| Refusal::broken())?.map_err(Refusal::from)
    }
}
