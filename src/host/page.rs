//! The page while a host has loaded us.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::own_folder;
use super::line::Line;
use super::{Handle, foreign};
use crate::admin::{Admin, Changes, Parts, Settings};
use crate::directory::Change;

/// Those who are told on the page of what changes in the directory, as long as there is a page.
#[derive(Clone, Default)]
pub struct Viewers(Arc<Mutex<Option<Changes>>>);

impl Viewers {
    /// Something changed. Does not wait.
    pub fn tell(&self, change: Change) {
        if let Some(changes) = &*self.lock() {
            changes.tell(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Changes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page, served or not.
pub struct Page<L: Line> {
    parts: Parts,
    handle: Handle<L>,
    viewers: Viewers,
    /// With the settings that it was to be served with.
    served: Mutex<(Settings, Option<Admin>)>,
}

impl<L: Line> Page<L> {
    /// Serves it, if the settings say so. If that fails the log says why, and the PBX goes on without.
    pub fn start(settings: Settings, parts: Parts, handle: Handle<L>, viewers: Viewers) -> Page<L> {
        let page = Page { parts, handle, viewers, served: Mutex::new((settings.clone(), None)) };
        let admin = page.serve(settings);
        page.lock().1 = admin;
        page
    }

    /// The settings were read again, or are the same: then the certificate may be another one. On any thread.
    pub fn reload(&self, settings: Option<Settings>) {
        let mut served = self.lock();
        let settings = settings.unwrap_or_else(|| served.0.clone());
        if let (true, Some(admin)) = (settings == served.0, &served.1) {
            admin.reload();
            return;
        }
        served.0 = settings.clone();
        let old = served.1.take();
        let begin = || {
            old.into_iter().for_each(Admin::stop);
            Ok(self.serve(settings))
        };
        served.1 = foreign::run(begin).ok().flatten();
    }

    /// Serves it no longer.
    pub fn stop(&self) {
        *self.viewers.lock() = None;
        let served = self.lock().1.take();
        served.into_iter().for_each(Admin::stop);
    }

    fn serve(&self, settings: Settings) -> Option<Admin> {
        let admin = if settings.listen.is_none() {
            None
        } else {
            Admin::start(settings, self.parts.clone()).inspect_err(|error| log::warn!("there is no page: {error}")).ok()
        };
        *self.viewers.lock() = admin.as_ref().map(Admin::changes);
        self.handle.set_web(admin.as_ref().map(Admin::web));
        admin
    }

    fn lock(&self) -> MutexGuard<'_, (Settings, Option<Admin>)> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder below the host's databases for sounds that people upload, made if need be.
pub fn sounds_in(databases: &str) -> std::io::Result<std::path::PathBuf> {
    let ours = Path::new(databases).join("conclave");
    let sounds = ours.join("sounds");
    own_folder(&ours)?;
    own_folder(&sounds)?;
    Ok(sounds)
}
