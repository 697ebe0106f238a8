//! The queue of mail: rows only, sent by whoever can.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::{Columns, Desk, stored};
use crate::directory::Change;
use crate::directory::error::Error;
use crate::directory::model::ConferenceId;
use crate::directory::store::{Fault, Row};

/// Mail in the queue.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its identity.
    pub id: i64,
    /// About which conference.
    pub conference: Option<ConferenceId>,
    /// To whom: an e-mail address.
    pub recipient: String,
    /// What is to be sent, in whatever form the sender of mail wants it. It may hold codes.
    pub content: String,
    /// When it was put there.
    pub created: Timestamp,
    /// When it is tried next.
    pub due: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was sent.
    pub sent: Option<Timestamp>,
    /// When it was given up.
    pub failed: Option<Timestamp>,
    /// Why it was not sent the last time.
    pub error: Option<String>,
}

/// Without what it says.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mail { id, recipient, due, attempts, sent, failed, error, .. } = self;
        write!(f, "{id} to {recipient} due={due} attempts={attempts} sent={sent:?} failed={failed:?} {error:?}")
    }
}

impl Desk<'_> {
    /// Puts mail into the queue, to be sent at once.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn queue_mail(&mut self, about: Option<ConferenceId>, recipient: &str, content: &str) -> Result<i64, Error> {
        self.queue_mails(about, &[(recipient, content)])
    }

    /// The same with several, each a recipient and its content: in few statements, however far the database is. Returns the
    /// identity of the first; the others follow it one by one.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn queue_mails(&mut self, about: Option<ConferenceId>, mails: &[(&str, &str)]) -> Result<i64, Error> {
        let sql = "UPDATE sequence SET last = last + $1 WHERE name = 'mail' RETURNING last";
        let count = i64::try_from(mails.len()).unwrap_or(i64::MAX);
        let last = self.row(sql, &[count.into()])?.map(|row| row.integer(0)).transpose()?.flatten();
        let last =
            last.ok_or_else(|| Error::Refused("the directory has lost count of its mail; it is damaged".into()))?;
        let mut ids = last - count + 1..;
        for some in mails.chunks(AT_ONCE) {
            let (mut rows, mut values) = (Vec::new(), vec![about.map(|id| id.0).into(), stored(self.now)]);
            for ((recipient, content), id) in some.iter().zip(&mut ids) {
                let at = values.len();
                rows.push(format!("(${}, $1, ${}, ${}, $2, $2, 0, 0)", at + 1, at + 2, at + 3));
                values.extend([id.into(), (*recipient).into(), (*content).into()]);
            }
            let columns = "id, conference, recipient, content, created, due, lease, attempts";
            self.run(&format!("INSERT INTO mail ({columns}) VALUES {}", rows.join(", ")), &values)?;
        }
        self.announce(Change::Mail)?;
        Ok(last - count + 1)
    }

    /// Takes mail that is due, the oldest first, at most so many. For `lease` nobody else gets it; whoever takes it has
    /// to tell by then what came of it. So mail is sent again if its sender is killed in the middle, and not lost.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn take_mail(&mut self, lease: Duration, most: u32) -> Result<Vec<Mail>, Error> {
        let until = self.now.checked_add(lease).map_err(|error| Error::Refused(error.to_string()))?;
        let sql = format!(
            "UPDATE mail SET lease = $1, attempts = attempts + 1 WHERE id IN (
                 SELECT id FROM mail WHERE sent IS NULL AND failed IS NULL AND due <= $2 AND lease <= $2 ORDER BY due, id LIMIT $3
             ) AND lease <= $2 RETURNING {COLUMNS}"
        );
        let rows = self.store.rows(&sql, &[stored(until), stored(self.now), most.into()])?;
        let mut mail = rows.iter().map(mail).collect::<Result<Vec<_>, _>>()?;
        mail.sort_by_key(|mail| (mail.due, mail.id));
        Ok(mail)
    }

    /// When there is something to take next; `None`: as far as is known, never.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn next_mail(&mut self) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT MIN(CASE WHEN lease > due THEN lease ELSE due END) FROM mail
                   WHERE sent IS NULL AND failed IS NULL";
        let row = self.row(sql, &[])?;
        Ok(row.map(|row| Columns::of(&row).maybe_moment()).transpose()?.flatten())
    }

    /// Gives back mail that was taken and not tried: somebody else may take it at once.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn give_back_mail(&mut self, id: i64) -> Result<(), Error> {
        let sql =
            "UPDATE mail SET lease = 0, attempts = attempts - 1 WHERE id = $1 AND sent IS NULL AND failed IS NULL";
        self.run(sql, &[id.into()])?;
        self.announce(Change::Mail)
    }

    /// It was sent.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn mail_sent(&mut self, id: i64) -> Result<(), Error> {
        let sql = "UPDATE mail SET sent = $2, error = NULL WHERE id = $1";
        self.run(sql, &[id.into(), stored(self.now)])?;
        self.announce(Change::Mail)
    }

    /// It was not sent, and why; `retry`: when to try again, or never.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn mail_failed(&mut self, id: i64, why: &str, retry: Option<Timestamp>) -> Result<(), Error> {
        match retry {
            Some(due) => {
                let values = [id.into(), stored(due), why.into()];
                self.run("UPDATE mail SET due = $2, lease = 0, error = $3 WHERE id = $1", &values)?;
            }
            None => {
                let values = [id.into(), stored(self.now), why.into()];
                self.run("UPDATE mail SET failed = $2, error = $3 WHERE id = $1", &values)?;
            }
        }
        self.announce(Change::Mail)
    }

    /// Mail, sent or not, about a conference or all, the latest first, at most so many.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn mail(&mut self, about: Option<ConferenceId>, most: u32) -> Result<Vec<Mail>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mail WHERE conference = CAST($1 AS BIGINT) OR CAST($1 AS BIGINT) IS NULL \
             ORDER BY id DESC LIMIT $2"
        );
        let rows = self.store.rows(&sql, &[about.map(|id| id.0).into(), most.into()])?;
        Ok(rows.iter().map(mail).collect::<Result<_, _>>()?)
    }

    /// How much mail waits to be sent, and how much was given up and is not forgotten yet.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn mail_counts(&mut self) -> Result<(u64, u64), Error> {
        let sql = "SELECT COUNT(*), COUNT(failed) FROM mail WHERE sent IS NULL";
        let Some(row) = self.row(sql, &[])? else { return Ok((0, 0)) };
        let mut columns = Columns::of(&row);
        let (unsent, failed): (i64, i64) = (columns.integer()?, columns.integer()?);
        Ok(((unsent - failed).unsigned_abs(), failed.unsigned_abs()))
    }

    /// Forgets mail that was sent or given up before this moment.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn forget_mail(&mut self, before: Timestamp) -> Result<u64, Error> {
        self.run("DELETE FROM mail WHERE sent < $1 OR failed < $1", &[stored(before)])
    }
}

/// Mails in one statement.
const AT_ONCE: usize = 50;

const COLUMNS: &str = "id, conference, recipient, content, created, due, attempts, sent, failed, error";

fn mail(row: &Row) -> Result<Mail, Fault> {
    let mut columns = Columns::of(row);
    Ok(Mail {
        id: columns.integer()?,
        conference: columns.maybe_integer()?.map(ConferenceId),
        recipient: columns.text()?,
        content: columns.text()?,
        created: columns.moment()?,
        due: columns.moment()?,
        attempts: columns.maybe_number()?.unwrap_or_default(),
        sent: columns.maybe_moment()?,
        failed: columns.maybe_moment()?,
        error: columns.maybe_text()?,
    })
}
