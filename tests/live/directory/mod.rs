//! Conferences from the directory, as callers meet them.

#[cfg(feature = "admin")]
mod api;
mod caps;
mod codes;
mod doorways;
mod history;
#[cfg(feature = "admin")]
mod invited;
mod killed;
mod place;
mod reach;
#[cfg(feature = "postgres")]
mod shared;
#[cfg(feature = "admin")]
mod taken;
#[cfg(feature = "postgres")]
mod trouble;
#[cfg(feature = "admin")]
mod uploads;

use std::sync::Arc;
use std::time::Instant;

use conclave::directory::*;
use conclave_rig::{Caller, Folder, Pbx};

use crate::common::{call, wait_prompt, with_conclave};
#[cfg(feature = "postgres")]
use crate::db::cluster;

/// A PBX with a directory, and another way into the same database, as if from another PBX.
struct Office {
    pbx: Pbx,
    directory: Directory,
    _folder: Folder,
}

impl Office {
    /// On SQLite, with these lines of `conclave.conf` besides.
    fn open(name: &str, more: &str) -> Office {
        let folder = Folder::new(name);
        let database = folder.join("conclave.db");
        let pbx = start(name, database.to_str().unwrap(), more);
        let directory = enter(database.to_str().unwrap());
        Office { pbx, directory, _folder: folder }
    }

    fn write<T: Send + 'static>(&self, job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.directory.wait(Access::Write, job).unwrap()
    }

    fn read<T: Send + 'static>(&self, job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.directory.wait(Access::Read, job).unwrap()
    }

    /// An account with this cap.
    fn account(&self, login: &str, cap: Option<u32>) -> AccountId {
        let details = AccountDetails { cap, rate: 6, ..AccountDetails::new(login, AccountRole::Owner) };
        self.write(move |desk| desk.create_account(&details)).id
    }

    /// A conference, as the provider would make it.
    fn conference(&self, details: Details) -> Conference {
        self.write(move |desk| desk.create_conference(&details, AccountRole::Provider))
    }

    /// All visits, the latest first.
    fn visits(&self) -> Vec<PastVisit> {
        self.read(|desk| desk.visits(&VisitFilter::default(), 0, 100))
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.directory.stop();
    }
}

/// A PBX whose callers reach every number of three and more digits, on this database.
fn start(name: &str, database: &str, more: &str) -> Pbx {
    let conf = format!("[general]\ndatabase = {database}\nnode = {name}\ntrunks = 127.0.0.1\n{more}");
    with_conclave(name, &conf).dialplan(DIALPLAN).start().unwrap()
}

/// The way into a database.
fn enter(database: &str) -> Directory {
    let settings = Settings::new(Place::parse(database).unwrap(), "story");
    Directory::start(settings, Arc::new(NoChecks), |_| {}).unwrap()
}

/// A meeting room at this extension.
fn meeting(owner: AccountId, extension: &str) -> Details {
    Details { extension: Some(extension.parse().unwrap()), ..Details::new(owner, Kind::Meeting) }
}

/// A code, and the key that ends it.
fn keys(code: &Code) -> String {
    format!("{}#", code.reveal())
}

/// Calls a number, and keys this once asked for it by this prompt.
fn call_and_key(pbx: &Pbx, name: &str, number: &str, prompt: &str, keys: &str) -> Caller {
    let began = Instant::now();
    let caller = call(pbx, name, number);
    wait_prompt(pbx, &caller, began, prompt);
    caller.press(keys).unwrap();
    caller
}

const DIALPLAN: &str = "\
exten => _XXX.,1,Conclave(${EXTEN})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => 800,1,Conclave(800)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";
