//! Conferences made after another one.

use super::Desk;
use super::check::is_for_provider;
use super::sounds::uploaded;
use crate::directory::error::Error;
use crate::directory::model::{AccountRole, Conference, ConferenceId, Details};

impl Desk<'_> {
    /// Makes another conference like this one, with codes of its own and without what there can be only once: extension
    /// and user of the PBX. What only the provider may set is copied by him only.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is none; [`Error::Invalid`] if there can be no second one, as one that needs an
    /// extension, or one that is over.
    pub fn copy_conference(&mut self, id: ConferenceId, by: AccountRole) -> Result<Conference, Error> {
        let mut details = Details { extension: None, pbx_user: None, ..self.conference(id)?.details };
        if by != AccountRole::Provider {
            details.settings.retain(|(name, value)| !is_for_provider(name, value));
            details.name_file.take_if(|file| uploaded(file).is_none());
            details.music_file.take_if(|file| uploaded(file).is_none());
        }
        self.create_conference(&details, by)
    }
}
