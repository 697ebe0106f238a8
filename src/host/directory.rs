//! The directory while a host has loaded us, and the mail that is in it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Handle;
use super::config::own_folder;
use super::line::Line;
use crate::directory::{Change, Directory, Place, Settings as How};
#[cfg(feature = "mail")]
use crate::mail::{Post, PostOptions, Wake};
use crate::room::RoomNumber;
use crate::service::settings::Where;
use crate::service::{HostChecks, Settings};

/// The directory, and who sends its mail.
pub struct Started {
    pub directory: Directory,
    #[cfg(feature = "mail")]
    post: Option<Post>,
}

impl Started {
    /// Stops both, after whoever uses them. Not on a thread of the host's.
    pub fn stop(self) {
        #[cfg(feature = "mail")]
        if let Some(post) = self.post {
            post.stop();
        }
        self.directory.stop();
    }
}

/// Starts it, if the settings name one. `used`: what else the host's dial plan does with a number; called on the
/// directory's thread. `sounds`: where the host plays uploaded sounds from. `also`: told of changes, besides the service;
/// must not wait.
pub fn start<L: Line>(
    settings: &Settings,
    handle: &Handle<L>,
    used: fn(&Settings, &RoomNumber) -> Option<String>,
    sounds: impl FnOnce() -> io::Result<PathBuf>,
    also: impl Fn(Change) + Send + Sync + 'static,
) -> io::Result<Option<Started>> {
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
    let sounds = sounds().inspect_err(|error| log::warn!("uploaded sounds cannot be played: {error}")).ok();
    let how = How { sounds, ..How::new(place, node) };
    #[cfg(feature = "mail")]
    let wake = Wake::default();
    #[cfg(feature = "mail")]
    let woken = wake.clone();
    let directory = Directory::start(how, Arc::new(checks), move |change| {
        told.directory_changed(change);
        #[cfg(feature = "mail")]
        woken.heard(change);
        also(change);
    })?;
    #[cfg(feature = "mail")]
    let post = Post::start(directory.clone(), wake, PostOptions::default())
        .inspect_err(|error| log::error!("no mail is sent: no thread for it: {error}"))
        .ok();
    Ok(Some(Started {
        directory,
        #[cfg(feature = "mail")]
        post,
    }))
}

/// The machine's name.
fn machine() -> String {
    let mut name = [0u8; 256];
    // SAFETY: room for its length, less the last byte, which stays 0.
    unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}
