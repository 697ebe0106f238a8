//! Accounts.

use super::check::is_address;
use super::{Columns, Desk};
use crate::directory::Change;
use crate::directory::error::{Error, Wrong};
use crate::directory::model::{Account, AccountDetails, AccountId, AccountRole};
use crate::directory::store::{Fault, Row, Value};
use crate::text::is_line;

impl Desk<'_> {
    /// Makes an account.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if something in it cannot be, or the login is taken.
    pub fn create_account(&mut self, details: &AccountDetails) -> Result<Account, Error> {
        let details = self.checked_account(None, details)?;
        let id = AccountId(self.next("account")?);
        let mut values = vec![id.0.into(), 1i64.into()];
        values.extend(values_of(&details));
        self.run(
            "INSERT INTO account (id, version, login, password, role, enabled, active, cap, rate, email)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &values,
        )?;
        self.announce(Change::Account(id))?;
        Ok(Account { id, version: 1, details })
    }

    /// Changes the account that was seen in this version.
    ///
    /// # Errors
    ///
    /// The same; [`Error::Changed`] if it is another version by now, [`Error::Missing`] if it is gone.
    pub fn update_account(&mut self, id: AccountId, version: i64, details: &AccountDetails) -> Result<Account, Error> {
        let details = self.checked_account(Some(id), details)?;
        let mut values = vec![id.0.into(), version.into()];
        values.extend(values_of(&details));
        let changed = self.run(
            "UPDATE account SET version = version + 1, login = $3, password = $4, role = $5, enabled = $6, active = $7,
             cap = $8, rate = $9, email = $10 WHERE id = $1 AND version = $2",
            &values,
        )?;
        if changed == 0 {
            self.account(id)?;
            return Err(Error::Changed("account"));
        }
        self.announce(Change::Account(id))?;
        Ok(Account { id, version: version + 1, details })
    }

    /// An account.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is none.
    pub fn account(&mut self, id: AccountId) -> Result<Account, Error> {
        let row = self.row(&format!("SELECT {COLUMNS} FROM account WHERE id = $1"), &[id.0.into()])?;
        Ok(account(&row.ok_or(Error::Missing("account"))?)?)
    }

    /// The account of this login, whatever its capitals.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn account_by_login(&mut self, login: &str) -> Result<Option<Account>, Error> {
        let login = login.trim().to_lowercase().replace('\0', "");
        let row = self.row(&format!("SELECT {COLUMNS} FROM account WHERE login = $1"), &[login.into()])?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    /// All accounts, by login.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn accounts(&mut self) -> Result<Vec<Account>, Error> {
        let rows = self.store.rows(&format!("SELECT {COLUMNS} FROM account"), &[])?;
        let mut accounts = rows.iter().map(account).collect::<Result<Vec<_>, _>>()?;
        accounts.sort_by(|one, other| one.details.login.cmp(&other.details.login));
        Ok(accounts)
    }

    /// Whether there is any.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn has_accounts(&mut self) -> Result<bool, Error> {
        Ok(self.row("SELECT id FROM account LIMIT 1", &[])?.is_some())
    }

    /// Deletes an account, its sessions and its tokens. Its history stays.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it has conferences, or is the last provider; [`Error::Missing`] if there is none.
    pub fn delete_account(&mut self, id: AccountId) -> Result<(), Error> {
        let account = self.account(id)?;
        let row = self.row("SELECT COUNT(*) FROM conference WHERE owner = $1", &[id.0.into()])?;
        let conferences = row.map(|row| row.integer(0)).transpose()?.flatten().unwrap_or(0);
        if conferences > 0 {
            let what = format!("it still has {conferences} conferences; delete them, or give them to another account");
            return Err(Error::invalid("login", what));
        }
        if account.details.role == AccountRole::Provider {
            self.keep_a_provider(id)?;
        }
        self.run("DELETE FROM account WHERE id = $1", &[id.0.into()])?;
        self.announce(Change::Account(id))
    }

    fn keep_a_provider(&mut self, besides: AccountId) -> Result<(), Error> {
        let sql = "SELECT COUNT(*) FROM account WHERE role = 'provider' AND enabled = 1 AND id <> $1";
        let others = self.row(sql, &[besides.0.into()])?.map(|row| row.integer(0)).transpose()?.flatten();
        if others.unwrap_or(0) == 0 {
            return Err(Error::invalid("role", "nobody else is provider, so nobody could make accounts any more"));
        }
        Ok(())
    }

    fn checked_account(&mut self, id: Option<AccountId>, details: &AccountDetails) -> Result<AccountDetails, Error> {
        let mut details = details.clone();
        details.login = details.login.trim().to_lowercase();
        let mut wrong = Vec::new();
        if !is_line(&details.login, LONGEST_LOGIN) || details.login.is_empty() {
            wrong.push(Wrong::new("login", format!("it needs 1 to {LONGEST_LOGIN} letters, digits or signs")));
        } else if let Some(other) = self.account_by_login(&details.login)?
            && Some(other.id) != id
        {
            wrong.push(Wrong::new("login", "another account has it; choose another one"));
        }
        if !details.email.is_empty() && !is_address(&details.email) {
            wrong.push(Wrong::new("email", "it is no e-mail address; write one such as ada@example.org"));
        }
        if details.cap == Some(0) {
            wrong.push(Wrong::new(
                "cap",
                "with 0 nobody could join; switch the account off, or leave it out for no limit",
            ));
        }
        if details.password.as_ref().is_some_and(|hash| !is_line(hash, LONGEST_HASH)) {
            wrong.push(Wrong::new("password", "this is no hash of a password"));
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        if let Some(id) = id
            && (details.role != AccountRole::Provider || !details.enabled)
            && self.account(id)?.details.role == AccountRole::Provider
        {
            self.keep_a_provider(id)?;
        }
        Ok(details)
    }
}

fn values_of(details: &AccountDetails) -> [Value; 8] {
    let AccountDetails { login, password, role, enabled, active, cap, rate, email } = details;
    [
        login.clone().into(),
        password.clone().into(),
        role.as_str().into(),
        (*enabled).into(),
        (*active).into(),
        (*cap).into(),
        (*rate).into(),
        email.clone().into(),
    ]
}

/// The columns that make an [`Account`].
const COLUMNS: &str = "id, version, login, password, role, enabled, active, cap, rate, email";

fn account(row: &Row) -> Result<Account, Fault> {
    let mut columns = Columns::of(row);
    Ok(Account {
        id: AccountId(columns.integer()?),
        version: columns.integer()?,
        details: AccountDetails {
            login: columns.text()?,
            password: columns.maybe_text()?,
            role: columns.word(&AccountRole::ALL)?,
            enabled: columns.yes()?,
            active: columns.yes()?,
            cap: columns.maybe_number()?,
            rate: columns.maybe_number()?.unwrap_or_default(),
            email: columns.text()?,
        },
    })
}

const LONGEST_LOGIN: usize = 100;
const LONGEST_HASH: usize = 500;
