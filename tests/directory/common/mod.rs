//! Databases to test on, and short ways to say what is tested.

#![allow(dead_code, reason = "each test file uses its own part of this")]

#[cfg(feature = "postgres")]
pub mod cluster;
pub mod proxy;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave::directory::*;
use conclave::room::RoomNumber;
use conclave_rig::Folder;
use jiff::Timestamp;

/// So long anything takes on a busy machine at most.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An empty database.
pub struct Db {
    pub place: Place,
    /// What [`Desk::now`] says.
    pub now: Timestamp,
    pub checks: Arc<dyn Checks>,
    pub folder: Option<Folder>,
}

impl Db {
    pub fn sqlite(name: &str) -> Db {
        let folder = Folder::new(name);
        let path = folder.join("directory.db");
        Db {
            place: Place::File(path),
            now: at("2026-11-21T12:00:00Z"),
            checks: Arc::new(NoChecks),
            folder: Some(folder),
        }
    }

    /// On the tests' PostgreSQL; `None` if the package is not installed.
    pub fn postgres(name: &str) -> Option<Db> {
        #[cfg(feature = "postgres")]
        return cluster::database(name).map(|url| Db {
            place: Place::Server(url),
            now: at("2026-11-21T12:00:00Z"),
            checks: Arc::new(NoChecks),
            folder: None,
        });
        #[cfg(not(feature = "postgres"))]
        return None.filter(|_: &Db| name.is_empty());
    }

    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::File(path) => path.clone(),
            Place::Server(_) => panic!("no file"),
        }
    }

    /// A connection of its own.
    pub fn store(&self) -> Box<dyn Store> {
        let quiet: OnNews = Arc::new(|_| {});
        self.place.open(PATIENCE, &quiet).unwrap()
    }

    /// Does something in a transaction, as the PBX of this name.
    pub fn node<T>(&self, node: &str, job: impl FnOnce(&mut Desk<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut store = self.store();
        store.begin(Access::Write).unwrap();
        let done = job(&mut Desk::new(store.as_mut(), &*self.checks, self.now, node));
        match &done {
            Ok(_) => store.commit().unwrap(),
            Err(_) => store.roll_back(),
        }
        done
    }

    /// Does something in a transaction.
    pub fn desk<T>(&self, job: impl FnOnce(&mut Desk<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.node("pbx1", job)
    }

    /// An account with this cap.
    pub fn account(&self, login: &str, cap: Option<u32>) -> AccountId {
        let details = AccountDetails { cap, rate: 6, ..AccountDetails::new(login, AccountRole::Owner) };
        self.desk(|desk| desk.create_account(&details)).unwrap().id
    }

    /// A conference, made by the provider.
    pub fn conference(&self, details: &Details) -> Result<Conference, Error> {
        self.desk(|desk| desk.create_conference(details, AccountRole::Provider))
    }

    /// The whole thing, with threads.
    pub fn directory(&self, node: &str) -> Directory {
        self.heard(node, |_| {})
    }

    pub fn heard(&self, node: &str, on_change: impl Fn(Change) + Send + Sync + 'static) -> Directory {
        let settings = Settings { patience: Duration::from_secs(10), ..Settings::new(self.place.clone(), node) };
        Directory::start(settings, self.checks.clone(), on_change).unwrap()
    }
}

/// Runs a story on each database.
pub fn on_each(name: &str, story: impl Fn(&mut Db)) {
    story(&mut Db::sqlite(name));
    if let Some(mut db) = Db::postgres(name) {
        story(&mut db);
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn number(text: &str) -> RoomNumber {
    text.parse().unwrap()
}

pub fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// The fields that an error names.
pub fn fields<T: std::fmt::Debug>(done: Result<T, Error>) -> Vec<String> {
    match done {
        Err(Error::Invalid(wrong)) => wrong.into_iter().map(|wrong| wrong.field).collect(),
        other => panic!("{other:?}"),
    }
}

/// Waits until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < patience, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A meeting room.
pub fn meeting(owner: AccountId, name: &str) -> Details {
    Details { name: name.into(), tag: name.into(), ..Details::new(owner, Kind::Meeting) }
}

pub fn visit(account: Option<AccountId>, conference: Option<ConferenceId>, caller: &str, came: &str) -> Visit {
    Visit {
        conference,
        account,
        number: "8000".into(),
        tag: "board".into(),
        caller_number: caller.into(),
        caller_name: format!("Caller {caller}"),
        channel: format!("PJSIP/{caller}-1"),
        role: "participant",
        came: at(came),
        rate: 6,
    }
}
