//! Sessions, API tokens and one-time links, by their hashes: the directory never sees one itself.

use jiff::Timestamp;

use super::{Columns, Desk, stored};
use crate::directory::error::Error;
use crate::directory::model::AccountId;
use crate::directory::store::{Fault, Row, Value};
use crate::text::word;

/// What lets somebody in who shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its hash, by which it is found.
    pub hash: String,
    /// What it is.
    pub kind: TokenKind,
    /// Whose it is; `None` for a link by which the first account is made.
    pub account: Option<AccountId>,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for, in the words of whoever checks it.
    pub scopes: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was used last.
    pub used: Timestamp,
    /// Until when it is good; `None`: until it is deleted.
    pub expires: Option<Timestamp>,
}

/// Hides the hash.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {:?} '{}' for {}", self.kind, self.account, self.name, self.scopes)
    }
}

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Somebody signed in with a browser.
    Session,
    /// A program.
    Api,
    /// Good once.
    Link,
}

impl TokenKind {
    /// All of them, by their words.
    pub const ALL: [(&'static str, TokenKind); 3] =
        [("session", TokenKind::Session), ("api", TokenKind::Api), ("link", TokenKind::Link)];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&TokenKind::ALL, self)
    }
}

impl Desk<'_> {
    /// Keeps a token.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn add_token(&mut self, token: &Token) -> Result<(), Error> {
        let Token { hash, kind, account, name, scopes, created, used, expires } = token;
        self.run(
            "INSERT INTO token (hash, kind, account, name, scopes, created, used, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                hash.as_str().into(),
                kind.as_str().into(),
                account.map(|id| id.0).into(),
                name.as_str().into(),
                scopes.as_str().into(),
                stored(*created),
                stored(*used),
                expires.map_or(Value::Null, stored),
            ],
        )
        .map(drop)
    }

    /// The token of this hash, if it is still good.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn token(&mut self, hash: &str) -> Result<Option<Token>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM token WHERE hash = $1 AND (expires IS NULL OR expires > $2)");
        let row = self.row(&sql, &[hash.into(), stored(self.now)])?;
        Ok(row.as_ref().map(token).transpose()?)
    }

    /// The tokens of an account that are still good.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn tokens(&mut self, account: AccountId) -> Result<Vec<Token>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM token WHERE account = $1 AND (expires IS NULL OR expires > $2) ORDER BY created, hash"
        );
        let rows = self.store.rows(&sql, &[account.0.into(), stored(self.now)])?;
        Ok(rows.iter().map(token).collect::<Result<_, _>>()?)
    }

    /// It was used now, and is good until then.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn token_used(&mut self, hash: &str, expires: Option<Timestamp>) -> Result<(), Error> {
        let values = [hash.into(), stored(self.now), expires.map_or(Value::Null, stored)];
        self.run("UPDATE token SET used = $2, expires = $3 WHERE hash = $1", &values).map(drop)
    }

    /// Deletes it; false if it was not there any more, as when a link is used a second time.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn delete_token(&mut self, hash: &str) -> Result<bool, Error> {
        Ok(self.run("DELETE FROM token WHERE hash = $1", &[hash.into()])? > 0)
    }

    /// Deletes all sessions of an account, as when its password was changed.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn delete_sessions(&mut self, account: AccountId) -> Result<u64, Error> {
        self.run("DELETE FROM token WHERE account = $1 AND kind = 'session'", &[account.0.into()])
    }

    /// Deletes what is not good any more.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn delete_old_tokens(&mut self) -> Result<u64, Error> {
        self.run("DELETE FROM token WHERE expires <= $1", &[stored(self.now)])
    }
}

const COLUMNS: &str = "hash, kind, account, name, scopes, created, used, expires";

fn token(row: &Row) -> Result<Token, Fault> {
    let mut columns = Columns::of(row);
    Ok(Token {
        hash: columns.text()?,
        kind: columns.word(&TokenKind::ALL)?,
        account: columns.maybe_integer()?.map(AccountId),
        name: columns.text()?,
        scopes: columns.text()?,
        created: columns.moment()?,
        used: columns.moment()?,
        expires: columns.maybe_moment()?,
    })
}
