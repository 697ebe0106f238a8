//! Rows into the directory, all of them or none.

use super::{Entry, Format, MOST_TOLD, Rows, read, read_users};
use crate::directory::desk::{Desk, Filter};
use crate::directory::error::{BadRow, Error};
use crate::directory::model::{AccountId, AccountRole, Codes, Conference, Details, Kind};

/// A user of the PBX, to be given a conference of his own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PbxUser {
    /// What the PBX calls him, such as his extension.
    pub user: String,
    /// His name.
    pub name: String,
    /// His e-mail address; empty if not known.
    pub email: String,
}

/// On whose behalf rows are imported.
#[derive(Clone, Copy, Debug)]
pub struct Importer {
    /// Who gets conferences whose rows name nobody.
    pub account: AccountId,
    /// What he may: only a provider gives others conferences, or chooses short codes.
    pub role: AccountRole,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The conferences that were made.
    pub made: Vec<Conference>,
    /// Users who had one already, and keep it.
    pub skipped: Vec<String>,
}

impl Desk<'_> {
    /// Imports conferences from a text.
    ///
    /// # Errors
    ///
    /// [`Error::Rows`] with each bad row and its line; then nothing is imported.
    pub fn import(&mut self, format: Format, text: &str, by: Importer) -> Result<Imported, Error> {
        self.each(read(format, text), |desk, entry: &Entry| {
            let owner = desk.importing_owner(entry, by)?;
            let (details, codes) = entry.details(owner).map_err(Error::Invalid)?;
            if let Some(codes) = &codes {
                desk.check_codes(codes, &details, by)?;
            }
            desk.create_with_codes(&details, codes.filter(|_| details.kind.has_codes()), by.role).map(Some)
        })
    }

    /// Gives each of these users a meeting room with a leader's code of his own.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn import_users(&mut self, users: Rows<PbxUser>, by: Importer) -> Result<Imported, Error> {
        let have = self.conferences(&Filter::default())?;
        let have: std::collections::HashSet<String> =
            have.into_iter().filter_map(|listed| listed.conference.details.pbx_user).collect();
        let mut skipped = Vec::new();
        let mut imported = self.each(users, |desk, user: &PbxUser| {
            if have.contains(&user.user) {
                skipped.push(user.user.clone());
                return Ok(None);
            }
            let name = if user.name.is_empty() { &user.user } else { &user.name };
            let details = Details {
                tag: name.clone(),
                name: name.clone(),
                email: user.email.clone(),
                pbx_user: Some(user.user.clone()),
                ..Details::new(by.account, Kind::Meeting)
            };
            desk.create_conference(&details, by.role).map(Some)
        })?;
        imported.skipped = skipped;
        Ok(imported)
    }

    /// The same, from a text with the columns `user`, `name` and `email`.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn import_users_from(&mut self, format: Format, text: &str, by: Importer) -> Result<Imported, Error> {
        self.import_users(read_users(format, text), by)
    }

    /// Rows of the conferences that a filter leaves, with their codes.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn export(&mut self, filter: &Filter) -> Result<Vec<Entry>, Error> {
        let logins: std::collections::HashMap<_, _> =
            self.accounts()?.into_iter().map(|account| (account.id, account.details.login)).collect();
        let listed = self.conferences(filter)?;
        let login = |id: AccountId| logins.get(&id).map_or("", String::as_str);
        Ok(listed
            .iter()
            .map(|listed| Entry::of(&listed.conference, Some(login(listed.conference.details.owner))))
            .collect())
    }

    /// Makes a conference of each row, and puts together what is wrong with any.
    fn each<T>(
        &mut self,
        rows: Rows<T>,
        mut make: impl FnMut(&mut Self, &T) -> Result<Option<Conference>, Error>,
    ) -> Result<Imported, Error> {
        let mut imported = Imported::default();
        let mut bad = Vec::new();
        for (line, row) in rows.map_err(Error::Rows)? {
            match make(self, &row) {
                Ok(made) => imported.made.extend(made),
                Err(Error::Invalid(wrong)) => {
                    bad.extend(wrong.into_iter().map(|wrong| BadRow { line, column: wrong.field, what: wrong.what }));
                }
                Err(error) => return Err(error),
            }
            if bad.len() >= MOST_TOLD {
                break;
            }
        }
        if bad.is_empty() { Ok(imported) } else { Err(Error::Rows(bad)) }
    }

    fn importing_owner(&mut self, entry: &Entry, by: Importer) -> Result<AccountId, Error> {
        let login = entry.get("owner");
        if login.is_empty() {
            return Ok(by.account);
        }
        let account = self.account_by_login(login)?;
        let id = account.map(|account| account.id);
        let id = id.ok_or_else(|| Error::invalid("owner", "there is no account of this login; make it first"))?;
        if by.role != AccountRole::Provider && id != by.account {
            return Err(Error::invalid("owner", "only the provider gives conferences to others; leave it out"));
        }
        Ok(id)
    }

    fn check_codes(&mut self, codes: &Codes, details: &Details, by: Importer) -> Result<(), Error> {
        let least = if by.role == AccountRole::Provider { 1 } else { usize::from(self.code_length()?) };
        for (field, code) in [("leader_code", &codes.leader), ("participant_code", &codes.participant)] {
            if code.reveal().len() < least {
                return Err(Error::invalid(field, format!("it is too short; codes have {least} digits or more")));
            }
            if !self.is_free(code)? {
                return Err(Error::invalid(field, "another conference has it; leave both codes out for new ones"));
            }
        }
        if codes.leader == codes.participant || details.pin.as_ref() == Some(&codes.leader) {
            return Err(Error::invalid("leader_code", "everybody would be leader; the three have to be different"));
        }
        Ok(())
    }
}
