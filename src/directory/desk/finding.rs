//! What a caller comes to.
//!
//! Asked of the database each time, so a code that was replaced opens nothing from that moment on, wherever it was
//! replaced. By an index: that takes as long for one conference as for many.

use super::Desk;
use std::path::{Path, PathBuf};

use super::check::made_up_id;
use super::conferences::{SELECT, conference};
use super::sounds::uploaded;
use crate::directory::code::Code;
use crate::directory::error::Error;
use crate::directory::model::{Account, Conference, ConferenceId};
use crate::directory::sounds::is_there;
use crate::room::{Opens, RoomNumber};

/// What is at a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Reached {
    /// A conference, or a doorway to several, by its kind.
    Conference(Box<Reach>),
    /// An access number: who dials it is asked for a code.
    AccessNumber,
}

/// A conference, and what must be known to let somebody in.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// It.
    pub conference: Conference,
    /// Its owner's account.
    pub account: Account,
    /// So many participants the account has at this moment on other PBXs that share the database. Those on this one
    /// are counted where they are, see [`Caps`](crate::directory::Caps).
    pub elsewhere: u32,
    /// Where this PBX has uploaded sounds, if it has a place for them.
    pub sounds: Option<PathBuf>,
}

impl Reach {
    /// Its room's settings now; see [`Conference::room_settings`].
    pub fn room_settings(&self, now: jiff::Timestamp) -> Vec<(String, String)> {
        let mut lines = self.conference.room_settings(&self.account.details, now);
        lines.retain_mut(|(_, value)| match uploaded(value) {
            None => true,
            // Until its file is there the usual one is heard.
            Some(hash) => match self.sounds.as_ref().filter(|folder| is_there(folder, hash)) {
                Some(folder) => {
                    *value = folder.join(hash).to_string_lossy().into_owned();
                    true
                }
                None => false,
            },
        });
        lines
    }
}

impl Desk<'_> {
    /// What is at a number that was dialled.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn by_number(&mut self, number: &RoomNumber) -> Result<Option<Reached>, Error> {
        let row = self.row("SELECT conference FROM number WHERE number = $1", &[number.as_str().into()])?;
        let id = match row {
            Some(row) => match row.integer(0)? {
                Some(id) => id,
                None => return Ok(Some(Reached::AccessNumber)),
            },
            None => match made_up_id(number) {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        let found = self.reach(ConferenceId(id))?;
        // What has an extension is not reached by the name that it would have without.
        let found = found.filter(|reach| reach.conference.number() == *number);
        Ok(found.map(|reach| Reached::Conference(Box::new(reach))))
    }

    /// Whose code this is, and what it makes of whoever keys it at this access number.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn by_code(&mut self, code: &Code, at: &RoomNumber) -> Result<Option<(Reach, Opens)>, Error> {
        let row = self.row("SELECT conference, role FROM code WHERE code = $1", &[code.reveal().into()])?;
        let Some(row) = row else { return Ok(None) };
        let opens = if row.text(1)? == Some("leader") { Opens::AsLeader } else { Opens::AsAnybody };
        let Some(reach) = self.reach(ConferenceId(row.integer(0)?.unwrap_or_default()))? else { return Ok(None) };
        let only = &reach.conference.details.access_number;
        Ok(only.as_ref().is_none_or(|only| only == at).then_some((reach, opens)))
    }

    /// A conference with what must be known to let somebody in; nothing if it is gone.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn reach(&mut self, id: ConferenceId) -> Result<Option<Reach>, Error> {
        let Some(row) = self.row(&format!("{SELECT} WHERE conference.id = $1"), &[id.0.into()])? else {
            return Ok(None);
        };
        let mut conference = conference(&row)?;
        conference.details.settings = self.settings_of(id)?;
        let account = self.account(conference.details.owner)?;
        let elsewhere = self.present_elsewhere(account.id)?;
        Ok(Some(Reach { conference, account, elsewhere, sounds: self.sounds.map(Path::to_owned) }))
    }
}
