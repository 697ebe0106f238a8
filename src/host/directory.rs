//! The directory while a host has loaded us.

use std::io;
use std::sync::Arc;

use super::Handle;
use super::config::own_folder;
use super::line::Line;
use crate::directory::{Change, Directory, Place, Settings as How};
use crate::room::RoomNumber;
use crate::service::settings::Where;
use crate::service::{HostChecks, Settings};

/// Starts it, if the settings name one. `used`: what else the host's dial plan does with a number; called on the
/// directory's thread. `also`: told of changes, besides the service; must not wait.
pub fn start<L: Line>(
    settings: &Settings,
    handle: &Handle<L>,
    used: fn(&Settings, &RoomNumber) -> Option<String>,
    also: impl Fn(Change) + Send + Sync + 'static,
) -> io::Result<Option<Directory>> {
    let Where::At(database) = &settings.database else { return Ok(None) };
    let place = Place::parse(database).map_err(io::Error::other)?;
    if let Place::File(file) = &place
        && let Some(folder) = file.parent()
        && let Err(error) = own_folder(folder)
    {
        // It is tried again with the file, for as long as it takes.
        log::error!("the directory's folder {} cannot be made: {error}; make it for the PBX's user", folder.display());
    }
    let looks = handle.clone();
    let checks = HostChecks { settings: move || looks.picture().settings.clone(), used };
    let told = handle.clone();
    let node = settings.node.as_deref().map_or_else(machine, str::to_owned);
    let how = How::new(place, node);
    Directory::start(how, Arc::new(checks), move |change| {
        told.directory_changed(change);
        also(change);
    })
    .map(Some)
}

/// The machine's name.
fn machine() -> String {
    let mut name = [0u8; 256];
    // SAFETY: room for its length, less the last byte, which stays 0.
    unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}
