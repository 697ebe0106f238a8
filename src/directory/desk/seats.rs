//! Who of an account is there, over all PBXs that share the database.

use super::{Desk, stored};
use crate::directory::error::Error;
use crate::directory::model::{Account, AccountId};
use crate::directory::store::Value;

impl Desk<'_> {
    /// Keeps a seat of an account for a call that is about to come in, and that says so by [`Directory::came`] or
    /// [`Directory::stays_out`] afterwards; none, if the account has as many participants as it may. `here`: how many it
    /// has on this PBX. Returns how many it has on others; nobody else counts them until this transaction ends, so of
    /// two who want the last seat at the same moment one sees the other.
    ///
    /// [`Directory::came`]: crate::directory::Directory::came
    /// [`Directory::stays_out`]: crate::directory::Directory::stays_out
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn take_seat(&mut self, account: &Account, call: u64, here: u32) -> Result<u32, Error> {
        // Whoever else wants one waits for the account's row. SQLite has one writer at a time anyway.
        self.run("UPDATE account SET cap = cap WHERE id = $1", &[account.id.0.into()])?;
        let elsewhere = self.present_elsewhere(account.id)?;
        if account.details.cap.is_none_or(|cap| here.saturating_add(elsewhere) < cap) {
            // What was not heard of for a while would not count.
            self.seen()?;
            let sql = "INSERT INTO seat (node, call, account) VALUES ($1, $2, $3)
                       ON CONFLICT (node, call) DO UPDATE SET account = excluded.account";
            self.run(sql, &[self.node.into(), number(call), account.id.0.into()])?;
        }
        Ok(elsewhere)
    }

    /// The seat that was kept for a call is none any more: its visit is written, or it did not come in.
    pub(in crate::directory) fn leave_seat(&mut self, call: u64) -> Result<(), Error> {
        self.run("DELETE FROM seat WHERE node = $1 AND call = $2", &[self.node.into(), number(call)]).map(drop)
    }

    /// The same for all that this PBX keeps.
    pub(in crate::directory) fn leave_seats(&mut self) -> Result<(), Error> {
        self.run("DELETE FROM seat WHERE node = $1", &[self.node.into()]).map(drop)
    }

    /// Who of an account is there on other PBXs, or just comes in, as far as those are alive.
    pub(super) fn present_elsewhere(&mut self, account: AccountId) -> Result<u32, Error> {
        let alive = stored(self.now - ALIVE);
        let row = self.row(
            "SELECT (SELECT COUNT(*) FROM visit JOIN node ON node.name = visit.node
                     WHERE visit.account = $1 AND visit.went IS NULL AND visit.node <> $2 AND node.seen >= $3)
                  + (SELECT COUNT(*) FROM seat JOIN node ON node.name = seat.node
                     WHERE seat.account = $1 AND seat.node <> $2 AND node.seen >= $3)",
            &[account.0.into(), self.node.into(), alive],
        )?;
        let count = row.map(|row| row.integer(0)).transpose()?.flatten().unwrap_or(0);
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

fn number(call: u64) -> Value {
    call.cast_signed().into()
}

/// A PBX says that it is alive every quarter of a minute while somebody is there; not heard of for so long, its
/// participants do not count against anybody's cap.
const ALIVE: jiff::SignedDuration = jiff::SignedDuration::from_secs(120);
