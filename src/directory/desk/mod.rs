//! What can be done with the directory, one transaction at a time. The same on every database.

mod accounts;
mod check;
mod conferences;
mod copying;
mod finding;
mod mail;
mod numbers;
mod seats;
mod sounds;
mod tokens;
mod visits;
mod walking;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::checks::Checks;
use super::error::Error;
use super::model::Details;
use super::store::{Fault, Row, Store, Value};
use crate::room::{Menu, Role};
use crate::text::meaning;

pub use conferences::{Filter, Listed};
pub use finding::{Reach, Reached};
pub use mail::Mail;
pub(crate) use sounds::uploaded;
pub use tokens::{Token, TokenKind};
pub use visits::{PastVisit, Totals, Visit, VisitFilter};

/// The directory within one transaction: given to each [job](super::Directory::read), and to nobody else. When the job
/// fails, nothing of it was done.
pub struct Desk<'a> {
    store: &'a mut dyn Store,
    checks: &'a dyn Checks,
    now: Timestamp,
    node: &'a str,
    /// Where this PBX has uploaded sounds.
    sounds: Option<&'a Path>,
}

impl<'a> Desk<'a> {
    /// In a transaction that was begun; `node` is the name of this PBX among those that share the database.
    pub fn new(store: &'a mut dyn Store, checks: &'a dyn Checks, now: Timestamp, node: &'a str) -> Desk<'a> {
        // As exact as the database is, so that what is told of something new is what is read of it later.
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        Desk { store, checks, now, node, sounds: None }
    }

    /// This PBX has uploaded sounds in this folder.
    pub(super) fn with_sounds(self, sounds: Option<&'a Path>) -> Desk<'a> {
        Desk { sounds, ..self }
    }

    /// The moment at which it runs.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The name of this PBX.
    pub fn node(&self) -> &str {
        self.node
    }

    /// What the keys of this role do in a conference of these details.
    pub fn menu(&self, details: &Details, role: Role) -> Arc<Menu> {
        self.checks.menu(&details.settings, role)
    }

    /// A number that was not given out before.
    fn next(&mut self, kind: &str) -> Result<i64, Error> {
        let rows =
            self.store.rows("UPDATE sequence SET last = last + 1 WHERE name = $1 RETURNING last", &[kind.into()])?;
        let last = rows.first().map(|row| row.integer(0)).transpose()?.flatten();
        last.ok_or_else(|| Error::Refused(format!("the directory has lost count of its {kind}s; it is damaged")))
    }

    fn row(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, Error> {
        Ok(self.store.rows(sql, values)?.into_iter().next())
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        Ok(self.store.run(sql, values)?)
    }

    fn announce(&mut self, change: super::Change) -> Result<(), Error> {
        Ok(self.store.announce(&change.to_string())?)
    }
}

/// Reads the columns of a row in their order.
struct Columns<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Columns<'a> {
    fn of(row: &'a Row) -> Columns<'a> {
        Columns { row, next: 0 }
    }

    fn at(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn maybe_integer(&mut self) -> Result<Option<i64>, Fault> {
        let at = self.at();
        self.row.integer(at)
    }

    fn integer(&mut self) -> Result<i64, Fault> {
        let at = self.at();
        self.row.integer(at)?.ok_or_else(|| damaged(at))
    }

    fn maybe_number<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, Fault> {
        let at = self.at();
        self.row.integer(at)?.map(|number| T::try_from(number).map_err(|_| damaged(at))).transpose()
    }

    fn yes(&mut self) -> Result<bool, Fault> {
        Ok(self.integer()? != 0)
    }

    fn maybe_text(&mut self) -> Result<Option<String>, Fault> {
        let at = self.at();
        Ok(self.row.text(at)?.map(str::to_owned))
    }

    fn text(&mut self) -> Result<String, Fault> {
        let at = self.at();
        Ok(self.row.text(at)?.ok_or_else(|| damaged(at))?.to_owned())
    }

    fn maybe_moment(&mut self) -> Result<Option<Timestamp>, Fault> {
        let at = self.at();
        let moment = |milliseconds| Timestamp::from_millisecond(milliseconds).map_err(|_| damaged(at));
        self.row.integer(at)?.map(moment).transpose()
    }

    fn moment(&mut self) -> Result<Timestamp, Fault> {
        let at = self.next;
        self.maybe_moment()?.ok_or_else(|| damaged(at))
    }

    /// A word of a table.
    fn word<T: Copy>(&mut self, table: &[(&'static str, T)]) -> Result<T, Fault> {
        let at = self.next;
        meaning(table, &self.text()?).ok_or_else(|| damaged(at))
    }
}

fn damaged(at: usize) -> Fault {
    Fault::Wrong(format!("column {} has a value that it never gets; the database is damaged", at + 1))
}

/// As the database has it.
fn stored(moment: Timestamp) -> Value {
    Value::Integer(moment.as_millisecond())
}
