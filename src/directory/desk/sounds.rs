//! Sounds that people upload for their conferences.
//!
//! A conference names one by [`UPLOADED`] and its hash, in place of a file that the host has. Each PBX writes those that
//! are in use into its own folder; see `directory::sounds`. A sound comes and goes in parts, each a job of its own, so
//! that callers are looked up between.

use super::{Columns, Desk, stored};
use crate::directory::error::Error;
use crate::directory::model::{Conference, ConferenceId};
use crate::directory::{Change, Uploaded};

impl Desk<'_> {
    /// Begins to take in a sound of this hash; false if it is here.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn begin_sound(&mut self, hash: &str) -> Result<bool, Error> {
        if self.has_sound(hash)? {
            return Ok(false);
        }
        let sql = "INSERT INTO sound (hash, added, complete) VALUES ($1, $2, 0)
                   ON CONFLICT (hash) DO UPDATE SET added = excluded.added";
        self.run(sql, &[hash.into(), stored(self.now)])?;
        Ok(true)
    }

    /// Takes in a part of it, counted from 0.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn add_sound_part(&mut self, hash: &str, place: u32, content: &str) -> Result<(), Error> {
        let sql = "INSERT INTO sound_part (sound, place, content) VALUES ($1, $2, $3)
                   ON CONFLICT (sound, place) DO UPDATE SET content = excluded.content";
        self.run(sql, &[hash.into(), place.into(), content.into()]).map(drop)
    }

    /// All parts are here: from now on it is heard in this conference; `None`: none is.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is no such conference.
    pub fn set_sound(&mut self, id: ConferenceId, what: Uploaded, hash: Option<&str>) -> Result<Conference, Error> {
        if let Some(hash) = hash {
            let sql = "UPDATE sound SET complete = 1, added = $2 WHERE hash = $1";
            self.run(sql, &[hash.into(), stored(self.now)])?;
        }
        let column = match what {
            Uploaded::Name => "name_file",
            Uploaded::Music => "music_file",
        };
        let sql = format!("UPDATE conference SET version = version + 1, {column} = $2 WHERE id = $1");
        let file = hash.map(|hash| format!("{UPLOADED}{hash}"));
        if self.run(&sql, &[id.0.into(), file.into()])? == 0 {
            return Err(Error::Missing("conference"));
        }
        self.announce(Change::Conference(id))?;
        self.conference(id)
    }

    /// Whether there is a whole sound of this hash.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn has_sound(&mut self, hash: &str) -> Result<bool, Error> {
        let sql = "SELECT hash FROM sound WHERE hash = $1 AND complete = 1";
        Ok(self.row(sql, &[hash.into()])?.is_some())
    }

    /// A part of a sound; nothing behind the last one.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn sound_part(&mut self, hash: &str, place: u32) -> Result<Option<String>, Error> {
        let sql = "SELECT content FROM sound_part WHERE sound = $1 AND place = $2";
        let row = self.row(sql, &[hash.into(), place.into()])?;
        Ok(row.map(|row| Columns::of(&row).text()).transpose()?)
    }

    /// The hashes of the sounds that conferences have.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn sounds_in_use(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT name_file FROM conference WHERE name_file LIKE $1
                   UNION SELECT music_file FROM conference WHERE music_file LIKE $1";
        let rows = self.store.rows(sql, &[format!("{UPLOADED}%").into()])?;
        let files = rows.iter().map(|row| Columns::of(row).text()).collect::<Result<Vec<_>, _>>()?;
        Ok(files.iter().filter_map(|file| uploaded(file)).map(str::to_owned).collect())
    }

    /// Forgets sounds that no conference had for a day, not even one that was deleted.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn forget_sounds(&mut self) -> Result<(), Error> {
        let rows = self.store.rows("SELECT hash FROM sound WHERE added < $1", &[stored(self.now - Self::KEPT)])?;
        let used = self.sounds_in_use()?;
        for row in &rows {
            let hash = Columns::of(row).text()?;
            let sql = "SELECT id FROM deleted_conference WHERE content LIKE $1 LIMIT 1";
            if !used.contains(&hash) && self.row(sql, &[format!("%{UPLOADED}{hash}%").into()])?.is_none() {
                self.run("DELETE FROM sound WHERE hash = $1", &[hash.into()])?;
            }
        }
        Ok(())
    }
}

/// The hash in the name of a file that is an uploaded sound.
pub(crate) fn uploaded(file: &str) -> Option<&str> {
    let hash = file.strip_prefix(UPLOADED)?;
    (hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// Before the hash.
pub(in crate::directory) const UPLOADED: &str = "upload:";
