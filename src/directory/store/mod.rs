//! Databases, as far as the directory needs one: statements in transactions, and news of changes.
//!
//! One text for all of them. Parameters are `$1`, `$2` and so on; numbers are `BIGINT`, everything else `TEXT`; times are
//! milliseconds since 1970-01-01 00:00 UTC, yes and no 1 and 0. What only one database understands is in its own file.

mod migrate;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use migrate::{MIGRATIONS, migrate, version};

/// A connection to a database. Used by one thread.
pub trait Store: Send {
    /// Begins a transaction, one that only reads or one that may write.
    fn begin(&mut self, access: Access) -> Result<(), Fault>;

    /// Ends it, and keeps what it wrote; then tells what it [announced](Self::announce).
    ///
    /// # Errors
    ///
    /// [`Fault::Unknown`] if it was asked for and not confirmed.
    fn commit(&mut self) -> Result<(), Fault>;

    /// Ends it, and drops what it wrote.
    fn roll_back(&mut self);

    /// Runs a statement; returns how many rows it changed.
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault>;

    /// Runs a statement that gives rows.
    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault>;

    /// Runs statements without parameters.
    fn script(&mut self, sql: &str) -> Result<(), Fault>;

    /// Keeps others from changing the schema until the transaction ends.
    fn lock_schema(&mut self) -> Result<(), Fault>;

    /// Tells of a change once the transaction is committed: here, and whoever else is connected to the database.
    fn announce(&mut self, change: &str) -> Result<(), Fault>;

    /// Whether the connection is known to be of no use any more.
    fn is_lost(&self) -> bool;
}

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads, and sees everything as of one moment.
    Read,
    /// It may write.
    Write,
}

/// Why a statement was not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is gone, or could not be made. Nothing was written.
    Gone(String),
    /// The connection broke in the middle of a commit: whether it was done is not known.
    Unknown(String),
    /// Another transaction was in the way; the same from its beginning may well work.
    Again(String),
    /// There is no room for it, or no right to write; the connection is good.
    Unwritable(String),
    /// The statement, or the database, is wrong.
    Wrong(String),
    /// The database was made by a newer version of Conclave.
    Newer {
        /// Its schema.
        found: i64,
        /// The newest schema that is known here.
        known: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Gone(why) | Fault::Unknown(why) | Fault::Again(why) | Fault::Unwritable(why) | Fault::Wrong(why) => {
                f.write_str(why)
            }
            Fault::Newer { found, known } => write!(
                f,
                "the directory was written by a newer Conclave (its schema is {found}, this one knows {known}); install \
                 that version again, or restore the directory from a backup of before"
            ),
        }
    }
}

impl std::error::Error for Fault {}

/// A value of a column or a parameter.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A number.
    Integer(i64),
    /// A text without NUL.
    Text(String),
}

/// Hides what it is: it may be a code.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Null => "Null",
            Value::Integer(_) => "Integer",
            Value::Text(_) => "Text",
        })
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Integer(number.into())
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Value {
        Value::Integer(yes.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row that a statement gave.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    /// The column at this place as a number; `None` if it is null.
    ///
    /// # Errors
    ///
    /// If it is something else, as only in a damaged database.
    pub fn integer(&self, at: usize) -> Result<Option<i64>, Fault> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            _ => Err(Fault::Wrong(format!("column {} is no number; the database is damaged", at + 1))),
        }
    }

    /// The column at this place as a text; `None` if it is null.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn text(&self, at: usize) -> Result<Option<&str>, Fault> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            _ => Err(Fault::Wrong(format!("column {} is no text; the database is damaged", at + 1))),
        }
    }
}

/// Is told what comes without being asked for. Called on threads of the directory; it must not wait.
pub type OnNews = Arc<dyn Fn(News<'_>) + Send + Sync>;

/// What comes without being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News<'a> {
    /// What was [announced](Store::announce), here or by another PBX on the same database.
    Changed(&'a str),
    /// The connection is gone: until there is a new one nothing is heard of changes.
    Lost,
}

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite's.
    File(PathBuf),
    /// A server of PostgreSQL's: its URL, which may hold a password.
    Server(String),
}

impl Place {
    /// Reads the one setting: a whole path, or a URL that begins with `postgresql://` or `postgres://`.
    ///
    /// # Errors
    ///
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Place, String> {
        if text.starts_with("postgresql://") || text.starts_with("postgres://") {
            return Ok(Place::Server(text.to_owned()));
        }
        if text.starts_with('/') {
            return Ok(Place::File(text.into()));
        }
        Err("the directory is a file, written as a whole path from / on, or a URL such as \
             postgresql://conclave:password@db.example.org/conclave"
            .into())
    }

    /// Connects, and brings the schema up to date.
    ///
    /// # Errors
    ///
    /// If that cannot be done within `patience`, which is also how long a later statement may take.
    pub fn open(&self, patience: Duration, on_news: &OnNews) -> Result<Box<dyn Store>, Fault> {
        let mut store: Box<dyn Store> = match self {
            Place::File(path) => Box::new(sqlite::Sqlite::open(path, patience, on_news.clone())?),
            #[cfg(feature = "postgres")]
            Place::Server(url) => Box::new(postgres::Postgres::connect(url, patience, on_news.clone())?),
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => return Err(Fault::Wrong("this Conclave was built without PostgreSQL".into())),
        };
        migrate(store.as_mut())?;
        Ok(store)
    }
}

/// Without the password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Server(url) => match (url.split_once("://"), url.split_once('@')) {
                (Some((scheme, _)), Some((_, place))) => {
                    write!(f, "{scheme}://{}", place.split('?').next().unwrap_or_default())
                }
                _ => f.write_str(url.split('?').next().unwrap_or_default()),
            },
        }
    }
}

/// The same.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
