//! The page, its API, and metrics: HTTP served by the module itself, on threads of its own.
//!
//! A request may ask the directory and the service, and wait for them without keeping others waiting: everything runs on
//! one tokio thread, and what blocks runs beside it. Nothing here is on the way of a call.
//!
//! Who may do what is decided in one place, [`Who`], which every handler of the API takes. The page (`page/`) is plain
//! files built into the library; it has no other way in than the API.

mod api;
mod app;
mod attempts;
mod body;
mod certificate;
mod connection;
mod crowd;
mod door;
mod extract;
mod links;
mod live;
mod outlet;
mod passwords;
mod refusal;
mod secret;
mod server;
mod session;
mod site;
mod sound;
mod web;
mod who;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

pub use api::openapi;
pub use live::Changes;
pub use refusal::Refusal;
pub use server::Admin;
pub use who::{Scope, Who};

use crate::directory::{Directory, PbxUser};
use crate::service::Operations;
pub use crate::service::settings::Web as Settings;

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
