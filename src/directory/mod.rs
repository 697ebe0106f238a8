//! What is known of conferences before anybody calls, and what remains of them: conferences, codes, accounts, schedules,
//! history; in SQLite, or in PostgreSQL when several PBXs share it.
//!
//! # How it is used
//!
//! A [`Directory`] has the database on a thread of its own. Whoever wants something of it hands in a job, which runs
//! there in one transaction on a [`Desk`], and a continuation, which is called with what came of it. Nobody waits:
//!
//! ```
//! # use conclave::directory::*;
//! # use std::sync::Arc;
//! # let folder = std::env::temp_dir().join(format!("conclave-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let place = Place::parse(folder.join("directory.db").to_str().unwrap())?;
//! let directory = Directory::start(Settings::new(place, "pbx1"), Arc::new(NoChecks), |_change| {})?;
//!
//! // Who makes conferences.
//! let ada = AccountDetails::new("ada", AccountRole::Owner);
//! let ada = directory.wait(Access::Write, move |desk| desk.create_account(&ada))?;
//! let board = Details { name: "Board".into(), ..Details::new(ada.id, Kind::Meeting) };
//! let board = directory.wait(Access::Write, move |desk| desk.create_conference(&board, AccountRole::Owner))?;
//! let code = board.codes.unwrap().leader;
//!
//! // A caller keyed a code at an access number. The answer goes to whoever waits for it as a message.
//! let (inbox, answers) = std::sync::mpsc::channel();
//! let number = "800".parse()?;
//! directory.read(move |desk| desk.by_code(&code, &number), move |found| inbox.send(found).unwrap());
//! let (reach, opens) = answers.recv()??.unwrap();
//! assert_eq!((&*reach.conference.details.name, opens), ("Board", conclave::room::Opens::AsLeader));
//! # directory.stop();
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When the database is slow or dead
//!
//! Every job is answered within [`Settings::patience`], by [`Error::Unavailable`] if nothing was done, and by
//! [`Error::Unknown`] in the one case that it broke while a change was being confirmed. Meanwhile the thread tries to
//! connect again and again, and goes on by itself. History that cannot be written waits in memory, up to a limit, and
//! what did not fit is counted.
//!
//! # What is where
//!
//! What a caller may do is asked of the database each time: there is no copy that could be out of date, so codes that
//! were replaced on one PBX open nothing on any other from the same moment on. [`Change`]s tell of what others changed,
//! for rooms that are open and for pages that show lists.

mod caps;
mod checks;
mod code;
mod desk;
mod error;
mod exchange;
mod handle;
mod journal;
mod model;
mod request;
mod schedule;
mod sounds;
mod store;
mod thread;

use std::fmt;

pub use caps::{CapReached, Caps};
pub use checks::{Checks, NoChecks};
pub use code::Code;
#[cfg(feature = "admin")]
pub(crate) use desk::uploaded;
pub use desk::{Desk, Filter, Listed, Mail, PastVisit, Reach, Reached, Token, TokenKind, Totals, Visit, VisitFilter};
pub use error::{BadRow, Error, Wrong};
pub use exchange::{COLUMNS, Entry, Format, Imported, Importer, PbxUser, Rows, guarded, read, read_users, write};
pub use handle::{Directory, Health, Settings};
pub use model::{
    Account, AccountDetails, AccountId, AccountRole, Codes, Conference, ConferenceId, Details, Kind, List, Times, cost,
};
pub use schedule::{Days, End, Moment, Occurrence, Rule, Schedule, ScheduleError, Weekdays};
pub use sounds::{Uploaded, wav};
pub use store::{Access, Fault, MIGRATIONS, News, OnNews, Place, Row, Store, Value, migrate, version};

/// Something that changed, here or on another PBX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// This conference was made, changed or deleted.
    Conference(ConferenceId),
    /// This account was.
    Account(AccountId),
    /// Access numbers or settings for all.
    Settings,
    /// Mail was queued or sent.
    Mail,
    /// Maybe everything: the directory was not heard of for a while.
    Everything,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Conference(id) => write!(f, "conference {}", id.0),
            Change::Account(id) => write!(f, "account {}", id.0),
            Change::Settings => f.write_str("settings"),
            Change::Mail => f.write_str("mail"),
            Change::Everything => f.write_str("everything"),
        }
    }
}

impl Change {
    /// Reads what another PBX wrote. What is not understood, as from a newer Conclave, may be everything.
    fn parse(text: &str) -> Change {
        let (what, id) = text.split_once(' ').unwrap_or((text, ""));
        match (what, id.parse()) {
            ("conference", Ok(id)) => Change::Conference(ConferenceId(id)),
            ("account", Ok(id)) => Change::Account(AccountId(id)),
            ("settings", _) => Change::Settings,
            ("mail", _) => Change::Mail,
            _ => Change::Everything,
        }
    }
}
