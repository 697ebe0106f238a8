//! What the directory cannot know by itself, and asks of whoever uses it.

use std::sync::Arc;

use super::error::Wrong;
use super::model::Kind;
use crate::room::{Menu, Role, RoomNumber};

/// Answers from outside. Called on the directory's thread, which waits: an answer that takes long makes everybody wait
/// who asks the directory, but no call that is in a room.
pub trait Checks: Send + Sync {
    /// What else the host's dial plan does with a number, in words ("it is the telephone of Ada"); `None` if it is free
    /// there, or does nothing but bring callers to Conclave.
    fn used_by_host(&self, number: &RoomNumber) -> Option<String>;

    /// Reads settings of a room as `conclave.conf` would have them; each mistake with the name of its setting.
    ///
    /// # Errors
    ///
    /// If one of them cannot be.
    fn read_settings(&self, kind: Kind, settings: &[(String, String)]) -> Result<(), Vec<Wrong>>;

    /// What the keys of this role do in a conference with these settings. Unless it is known better, the usual.
    fn menu(&self, settings: &[(String, String)], role: Role) -> Arc<Menu> {
        let _ = settings;
        Menu::of(role, false)
    }
}

/// Takes everything: for programs that have no dial plan and no settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChecks;

impl Checks for NoChecks {
    fn used_by_host(&self, _: &RoomNumber) -> Option<String> {
        None
    }

    fn read_settings(&self, _: Kind, _: &[(String, String)]) -> Result<(), Vec<Wrong>> {
        Ok(())
    }
}
