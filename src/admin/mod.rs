//! The page, its API, and metrics: HTTP served by the module itself, on threads of its own.
//!
//! A request may ask the directory and the service, and wait for them without keeping others waiting: everything runs on
//! one tokio thread, and what blocks runs beside it. Nothing here is on the way of a call.
//!
//! Who may do what is decided in one place, [`Who`], which every handler of the API takes. The page (`page/`) is plain
//! files built into the library; it has no other way in than the API.

mod api;
mod app;
mod extract;
mod live;
mod refusal;
mod server;
mod who;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

pub use api::openapi;
pub use live::Changes;
pub use refusal::Refusal;
pub use server::Admin;
pub use who::{Scope, Who};

use crate::directory::{Directory, PbxUser};
use crate::service::Operations;

/// Where and how the page is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens; port 0: any that is free.
    pub listen: SocketAddr,
    /// The path it is served under, such as `/conclave`; empty: the root.
    pub path: String,
    /// Certificate chain and key, both PEM files; `None`: no TLS.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// A proxy stands before it, whose `X-Forwarded-For` and `X-Forwarded-Proto` are true.
    pub behind_proxy: bool,
    /// How people reach it, for links in mails and in the log; `None`: as it listens.
    pub url: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 7380)),
            path: String::new(),
            certificate: None,
            behind_proxy: false,
            url: None,
        }
    }
}

/// What it shows and works on.
#[derive(Clone)]
pub struct Parts {
    /// Conferences, accounts, history.
    pub directory: Directory,
    /// The rooms.
    pub operations: Arc<dyn Operations>,
    /// The PBX.
    pub pbx: Arc<dyn Pbx>,
}

/// What the PBX can be asked for. Called on threads that may wait.
pub trait Pbx: Send + Sync {
    /// Its name and version, such as `Asterisk 22.10.0`.
    fn name(&self) -> String;

    /// Its users, as far as it can list them.
    ///
    /// # Errors
    ///
    /// If it cannot, and why.
    fn users(&self) -> io::Result<Vec<PbxUser>>;

    /// The folder for sounds that people upload, made if need be; the host plays files there by their full path.
    ///
    /// # Errors
    ///
    /// If there is none.
    fn sounds(&self) -> io::Result<PathBuf>;
}
