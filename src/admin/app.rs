//! What every handler works with.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::ServerConfig;
use tokio::sync::{oneshot, watch};

use super::attempts::Attempts;
use super::certificate::Certificate;
use super::links::First;
use super::live::Live;
use super::passwords::Passwords;
use super::secret::Secret;
use super::{Parts, Refusal, Settings};
use crate::directory::{Access, Desk, Error};
use crate::service::Command;

/// What every handler works with; the state of the router.
pub(super) type Shared = Arc<App>;

/// See [`Shared`].
pub(super) struct App {
    pub(super) settings: Settings,
    pub(super) parts: Parts,
    /// Where it listens.
    pub(super) address: SocketAddr,
    pub(super) certificate: Option<Certificate>,
    pub(super) passwords: Passwords,
    pub(super) first: First,
    attempts: Mutex<Attempts>,
    stopping: watch::Receiver<bool>,
    pub(super) live: Arc<Live>,
}

impl App {
    pub(super) fn new(
        settings: Settings,
        parts: Parts,
        address: SocketAddr,
        certificate: Option<Certificate>,
        live: Arc<Live>,
        stopping: watch::Receiver<bool>,
    ) -> App {
        App {
            settings,
            parts,
            address,
            certificate,
            passwords: Passwords::new(),
            first: First::default(),
            attempts: Mutex::default(),
            live,
            stopping,
        }
    }

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

    /// Ready when the server stops: what is sent without end ends then.
    pub(super) async fn stopping(&self) {
        let mut stopping = self.stopping.clone();
        // If the other end is gone it has stopped.
        let _ = stopping.wait_for(|stops| *stops).await;
    }

    /// What connections that come now are encrypted with, if they are.
    pub(super) fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.certificate.as_ref().map(Certificate::config)
    }

    /// Reads the certificate again.
    pub(super) fn reload_certificate(&self) {
        let Some(certificate) = &self.certificate else { return };
        match certificate.read_again() {
            Ok(()) => log::info!("the certificate of the page was read again"),
            Err(error) => log::error!("the certificate of the page stays as it was: {error}"),
        }
    }

    /// How people reach it, without a slash at the end.
    pub(super) fn url(&self) -> String {
        if let Some(url) = &self.settings.url {
            return url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        let host = match self.address.ip() {
            address if address.is_unspecified() => hostname(),
            IpAddr::V6(address) => format!("[{address}]"),
            address @ IpAddr::V4(_) => address.to_string(),
        };
        format!("{scheme}://{host}:{}{}", self.address.port(), self.settings.path)
    }

    /// The link to the page for a one-time token. What stands behind # does not come to a server, nor into its log.
    pub(super) fn link(&self, token: &Secret) -> String {
        format!("{}/#/link/{}", self.url(), token.reveal())
    }

    /// A path of the API such as `/accounts/3`, as a browser has to ask for it.
    pub(super) fn location(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.settings.path)
    }

    /// Whether there is an account.
    pub(super) async fn is_set_up(&self) -> Result<bool, Refusal> {
        if self.first.is_over() {
            return Ok(true);
        }
        let is_set_up = self.read(|desk| desk.has_accounts()).await?;
        if is_set_up {
            self.first.end();
        }
        Ok(is_set_up)
    }

    /// Who tried to sign in.
    pub(super) fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hostname() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "localhost".into() } else { name.trim().into() }
}
