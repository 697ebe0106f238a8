//! SQLite, built into this library: a file of one PBX.
//!
//! **WAL**, so that who reads is never in the way of who writes. **`synchronous=FULL`**: what was committed is still there
//! after a power failure. With `NORMAL` it might not be, and a code that was already mailed, or the replacement of one
//! that became known, would be undone; what is written here is so rare that the disk does not mind, and nobody waits.
//!
//! **The file** is for its owner only (0600) from its first moment on, and so are `-wal` and `-shm`, which SQLite makes
//! with the rights of the file. A file that was replaced, as by a backup that is restored, is opened anew.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, ToSql};

use super::{Access, Fault, News, OnNews, Row, Store, Value};

pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// Device and inode of the file that was opened.
    identity: (u64, u64),
    on_news: OnNews,
    announced: Vec<String>,
    lost: bool,
}

impl Sqlite {
    /// Opens the file, or makes it in its folder, which is made too below one that is there.
    pub(super) fn open(path: &Path, patience: Duration, on_news: OnNews) -> Result<Sqlite, Fault> {
        let trouble = |error: io::Error| Fault::Gone(format!("{} cannot be opened: {error}", path.display()));
        make_private(path).map_err(trouble)?;
        let identity = identity(path).map_err(trouble)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
            connection.busy_timeout(patience)?;
            let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            if mode != "wal" {
                log::warn!("{} is on a file system without shared memory, where SQLite is slower", path.display());
            }
            connection
                .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF")?;
            Ok(connection)
        });
        let connection = opened.map_err(|error| match fault(error) {
            Fault::Gone(why) | Fault::Again(why) | Fault::Unwritable(why) | Fault::Wrong(why) => {
                Fault::Gone(format!("{} cannot be opened: {why}", path.display()))
            }
            other => other,
        })?;
        Ok(Sqlite { connection, path: path.into(), identity, on_news, announced: Vec::new(), lost: false })
    }

    /// Parameters are bound by their names: what `$3` is for PostgreSQL, the third of them, is for SQLite a name that says
    /// nothing.
    fn bound(&self, sql: &str, values: &[Value]) -> rusqlite::Result<Statement<'_>> {
        let mut statement = self.connection.prepare(sql)?;
        for (number, value) in (1..).zip(values) {
            if let Some(index) = statement.parameter_index(&format!("${number}"))? {
                statement.raw_bind_parameter(index, value)?;
            }
        }
        Ok(statement)
    }

    fn told(&mut self, error: rusqlite::Error) -> Fault {
        let fault = fault(error);
        self.lost |= matches!(fault, Fault::Gone(_));
        fault
    }
}

impl Store for Sqlite {
    fn begin(&mut self, access: Access) -> Result<(), Fault> {
        if identity(&self.path).ok() != Some(self.identity) {
            self.lost = true;
            return Err(Fault::Gone(format!("{} was moved or replaced", self.path.display())));
        }
        // Who may write takes the right to it at once: later it could be refused in the middle.
        let begin = if access == Access::Write { "BEGIN IMMEDIATE" } else { "BEGIN" };
        self.script(begin)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        if let Err(error) = self.connection.execute_batch("COMMIT") {
            let fault = self.told(error);
            self.roll_back();
            return Err(fault);
        }
        for change in std::mem::take(&mut self.announced) {
            (self.on_news)(News::Changed(&change));
        }
        Ok(())
    }

    fn roll_back(&mut self) {
        self.announced.clear();
        if !self.connection.is_autocommit() && self.connection.execute_batch("ROLLBACK").is_err() {
            self.lost = true;
        }
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault> {
        let changed = self.bound(sql, values).and_then(|mut statement| statement.raw_execute());
        changed.map(|rows| rows as u64).map_err(|error| self.told(error))
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let read = self.bound(sql, values).and_then(|mut statement| {
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            let mut read = Vec::new();
            while let Some(row) = rows.next()? {
                let values = (0..columns).map(|column| value(row.get_ref(column)?, column));
                read.push(Row(values.collect::<Result<_, _>>()?));
            }
            Ok(read)
        });
        read.map_err(|error| self.told(error))
    }

    fn script(&mut self, sql: &str) -> Result<(), Fault> {
        self.connection.execute_batch(sql).map_err(|error| self.told(error))
    }

    fn lock_schema(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    fn announce(&mut self, change: &str) -> Result<(), Fault> {
        self.announced.push(change.to_owned());
        Ok(())
    }

    fn is_lost(&self) -> bool {
        self.lost
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn value(value: ValueRef<'_>, column: usize) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        other => return Err(rusqlite::Error::InvalidColumnType(column, "a column".into(), other.data_type())),
    })
}

fn fault(error: rusqlite::Error) -> Fault {
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Fault::Again("another program is writing to it".into())
        }
        Some(ErrorCode::DiskFull) => Fault::Unwritable("the disk is full".into()),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Fault::Unwritable(why),
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::SystemIoFailure
            | ErrorCode::FileLockingProtocolFailed,
        ) => Fault::Gone(why),
        _ => Fault::Wrong(why),
    }
}

/// Makes the file if there is none, and takes it from everybody but its owner.
fn make_private(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    if !folder.exists() {
        // Below one that is there: more would hide a disk that is not mounted.
        DirBuilder::new().mode(0o750).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            for ending in ["", "-wal", "-shm"] {
                let mut name = path.as_os_str().to_owned();
                name.push(ending);
                let mode = fs::metadata(&name).map(|file| file.mode());
                if mode.is_ok_and(|mode| mode & 0o077 != 0) {
                    fs::set_permissions(&name, Permissions::from_mode(0o600))?;
                }
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
