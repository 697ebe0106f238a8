//! The schema, one numbered step after the other.

use super::{Access, Fault, Store};

/// The steps. A database at schema N has had the first N of them. What was released is never changed again.
pub const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001.sql"),
    include_str!("migrations/002.sql"),
    include_str!("migrations/003.sql"),
    include_str!("migrations/004.sql"),
];

/// Brings the schema up to date, all of it or nothing, whoever else tries the same at this moment.
///
/// # Errors
///
/// [`Fault::Newer`] if the database has a schema that is not known here, else what the database says.
pub fn migrate(store: &mut dyn Store) -> Result<(), Fault> {
    let known = MIGRATIONS.len() as i64;
    // Mostly there is nothing to do, and then nobody who writes is in the way.
    store.begin(Access::Read)?;
    let found = store.rows("SELECT version FROM schema_version", &[]);
    store.roll_back();
    match found {
        Ok(rows) if matches!(&*rows, [row] if row.integer(0) == Ok(Some(known))) => return Ok(()),
        Err(fault @ Fault::Gone(_)) => return Err(fault),
        _ => {}
    }
    store.begin(Access::Write)?;
    let done = apply(store, known);
    match done {
        Ok(()) => store.commit(),
        Err(fault) => {
            store.roll_back();
            Err(fault)
        }
    }
}

/// The schema of a database, in a transaction; 0 if it has none.
///
/// # Errors
///
/// What the database says.
pub fn version(store: &mut dyn Store) -> Result<i64, Fault> {
    store.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let rows = store.rows("SELECT version FROM schema_version", &[])?;
    match &*rows {
        [] => Ok(0),
        [row] => Ok(row.integer(0)?.unwrap_or(0)),
        _ => Err(Fault::Wrong("the table schema_version has several rows; the database is damaged".into())),
    }
}

fn apply(store: &mut dyn Store, known: i64) -> Result<(), Fault> {
    store.lock_schema()?;
    let found = version(store)?;
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    let steps = MIGRATIONS.iter().skip(found.max(0) as usize);
    for step in steps {
        store.script(step)?;
    }
    if found == 0 {
        store.run("INSERT INTO schema_version (version) VALUES ($1)", &[known.into()])?;
    } else if found < known {
        store.run("UPDATE schema_version SET version = $1", &[known.into()])?;
    }
    Ok(())
}
