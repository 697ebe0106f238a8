//! History on its way into the database: what happens to callers is written down later, together, and in order.

use std::collections::{HashMap, HashSet};

use crossbeam_channel::Receiver;
use jiff::Timestamp;

use super::desk::{Desk, Visit};
use super::error::Error;
use super::store::Fault;
use crate::room::CallResult;

/// Something that happened to a caller.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// He came in, on this call.
    Came(u64, Visit),
    /// The call's visit ended.
    Went(u64, Timestamp, CallResult, String),
    /// All visits ended.
    AllWent(Timestamp, CallResult),
    /// He was not let in.
    Refused(Visit, CallResult),
    /// The seat that was kept for this call is none any more.
    StaysOut(u64),
}

/// Something to be done in a transaction.
pub(super) type Work<'w> = &'w mut dyn FnMut(&mut Desk<'_>) -> Result<(), Error>;

/// Makes a transaction of it.
pub(super) type Transact<'t> = &'t mut dyn FnMut(Work<'_>) -> Result<(), Fault>;

/// What is not in the database yet, and who is there.
#[derive(Debug)]
pub(super) struct Journal {
    entries: Receiver<Entry>,
    /// Taken out of the queue, and not written for certain.
    batch: Vec<Entry>,
    /// The visits of calls that are there.
    open: HashMap<u64, (i64, Visit)>,
    /// What became of the first entries of the batch, if they were written, which nobody knows.
    doubt: Option<Written>,
}

/// What became of some entries.
#[derive(Debug, Default)]
struct Written {
    /// How many they were.
    count: usize,
    /// The first new visit among them.
    first: Option<(i64, Timestamp)>,
    opened: HashMap<u64, (i64, Visit)>,
    closed: HashSet<u64>,
}

impl Journal {
    pub(super) fn new(entries: Receiver<Entry>) -> Journal {
        Journal { entries, batch: Vec::new(), open: HashMap::new(), doubt: None }
    }

    /// What comes in.
    pub(super) fn entries(&self) -> &Receiver<Entry> {
        &self.entries
    }

    /// How much was taken out of the queue, and is not written for certain.
    pub(super) fn in_hand(&self) -> usize {
        self.batch.len()
    }

    /// Whether there is something to write.
    pub(super) fn is_waiting(&self) -> bool {
        !self.batch.is_empty() || !self.entries.is_empty()
    }

    /// Whether somebody is there.
    pub(super) fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Takes this in, and what else came meanwhile.
    pub(super) fn take(&mut self, first: Option<Entry>) {
        self.batch.extend(first);
        let room = MOST_AT_ONCE.saturating_sub(self.batch.len());
        self.batch.extend(self.entries.try_iter().take(room));
    }

    /// Writes what was taken in. Returns how many entries can never be written.
    ///
    /// # Errors
    ///
    /// If it has to be tried again later; nothing is lost.
    pub(super) fn write(&mut self, transact: Transact<'_>) -> Result<u64, Fault> {
        self.settle_doubt(transact)?;
        if self.batch.is_empty() {
            return Ok(0);
        }
        let batch = std::mem::take(&mut self.batch);
        match self.attempt(&batch, transact) {
            Ok(()) => Ok(0),
            Err(Fault::Wrong(_)) => self.write_each(batch, transact),
            Err(fault) => {
                self.batch = batch;
                Err(fault)
            }
        }
    }

    /// Looks whether what may have been written was.
    fn settle_doubt(&mut self, transact: Transact<'_>) -> Result<(), Fault> {
        let Some(doubt) = self.doubt.take() else { return Ok(()) };
        let mut written = false;
        let looked = transact(&mut |desk| {
            // What has no new visit can be written twice.
            written = match doubt.first {
                Some((id, came)) => desk.is_own_visit(id, came)?,
                None => false,
            };
            Ok(())
        });
        if let Err(fault) = looked {
            self.doubt = Some(doubt);
            return Err(fault);
        }
        if written {
            self.batch.drain(..doubt.count);
            self.became(doubt);
        }
        Ok(())
    }

    /// One by one, so that an entry that cannot be written takes no other with it.
    fn write_each(&mut self, batch: Vec<Entry>, transact: Transact<'_>) -> Result<u64, Fault> {
        let mut lost = 0;
        let mut left = batch.into_iter();
        while let Some(entry) = left.next() {
            match self.attempt(std::slice::from_ref(&entry), transact) {
                Ok(()) => {}
                Err(Fault::Wrong(why)) => {
                    log::error!("something that happened is not in the history: {why}");
                    lost += 1;
                }
                Err(fault) => {
                    self.batch = std::iter::once(entry).chain(left).collect();
                    return Err(fault);
                }
            }
        }
        Ok(lost)
    }

    fn attempt(&mut self, batch: &[Entry], transact: Transact<'_>) -> Result<(), Fault> {
        let mut written = Written::default();
        let done = transact(&mut |desk| {
            written = Written { count: batch.len(), ..Written::default() };
            batch.iter().try_for_each(|entry| written.write(desk, entry, &self.open))
        });
        match done {
            Ok(()) => self.became(written),
            Err(Fault::Unknown(_)) => self.doubt = Some(written),
            Err(_) => {}
        }
        done
    }

    fn became(&mut self, written: Written) {
        self.open.retain(|call, _| !written.closed.contains(call));
        self.open.extend(written.opened);
    }
}

impl Written {
    fn write(&mut self, desk: &mut Desk<'_>, entry: &Entry, open: &HashMap<u64, (i64, Visit)>) -> Result<(), Error> {
        match entry {
            Entry::Came(call, visit) => {
                let id = desk.visit_begins(visit)?;
                if visit.account.is_some() {
                    desk.leave_seat(*call)?;
                }
                self.first = self.first.or(Some((id, visit.came)));
                self.opened.insert(*call, (id, visit.clone()));
            }
            Entry::Went(call, went, how, talks) => {
                let just_came = self.opened.remove(call);
                let was_there = || open.get(call).filter(|_| self.closed.insert(*call)).cloned();
                if let Some((id, visit)) = just_came.or_else(was_there) {
                    desk.visit_ends(id, &visit, *went, *how, talks)?;
                } else {
                    // That he came could not be written.
                    desk.leave_seat(*call)?;
                }
            }
            Entry::AllWent(went, how) => {
                let there = open.iter().filter(|(call, _)| self.closed.insert(**call));
                let there: Vec<(i64, Visit)> = there.map(|(_, visit)| visit.clone()).collect();
                for (id, visit) in there.into_iter().chain(self.opened.drain().map(|(_, visit)| visit)) {
                    desk.visit_ends(id, &visit, *went, *how, "")?;
                }
                desk.leave_seats()?;
            }
            Entry::Refused(visit, why) => {
                let id = desk.visit_refused(visit, *why)?;
                self.first = self.first.or(Some((id, visit.came)));
            }
            Entry::StaysOut(call) => desk.leave_seat(*call)?,
        }
        Ok(())
    }
}

/// Entries that are written together.
const MOST_AT_ONCE: usize = 256;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::directory::store::{Access, OnNews, Place, Store};
    use crate::directory::{NoChecks, Totals, VisitFilter};

    fn visit(minute: i64) -> Visit {
        Visit {
            conference: None,
            account: None,
            number: "8000".into(),
            tag: String::new(),
            caller_number: String::new(),
            caller_name: String::new(),
            channel: String::new(),
            role: "participant",
            came: Timestamp::from_second(minute * 60).unwrap(),
            rate: 6,
        }
    }

    /// Runs it, and ends it with this fault, committed or not.
    fn transact(store: &mut dyn Store, work: Work<'_>, commits: bool, fault: Option<Fault>) -> Result<(), Fault> {
        store.begin(Access::Write)?;
        work(&mut Desk::new(store, &NoChecks, Timestamp::UNIX_EPOCH, "pbx1")).unwrap();
        if commits {
            store.commit()?
        } else {
            store.roll_back()
        }
        fault.map_or(Ok(()), Err)
    }

    #[test]
    fn what_may_have_been_written_is_written_once() {
        for commits in [true, false] {
            let folder = conclave_rig::Folder::new("journal");
            let place = Place::File(folder.join("directory.db"));
            let quiet: OnNews = Arc::new(|_| {});
            let mut store = place.open(Duration::from_secs(5), &quiet).unwrap();
            let (sender, entries) = crossbeam_channel::unbounded();
            let mut journal = Journal::new(entries);
            sender.send(Entry::Came(1, visit(0))).unwrap();
            sender.send(Entry::Came(2, visit(0))).unwrap();
            sender.send(Entry::Went(1, visit(1).came, CallResult::Hangup, String::new())).unwrap();
            journal.take(None);
            let unknown = Fault::Unknown("cut".into());
            let done = journal.write(&mut |work| transact(store.as_mut(), work, commits, Some(unknown.clone())));
            assert_eq!(done, Err(unknown));
            // More happens before it is looked at again, which fails once too.
            sender.send(Entry::Went(2, visit(2).came, CallResult::Hangup, String::new())).unwrap();
            sender.send(Entry::Refused(visit(2), CallResult::BadPin)).unwrap();
            journal.take(None);
            let gone = Fault::Gone("away".into());
            assert_eq!(journal.write(&mut |_| Err(gone.clone())), Err(gone));
            assert_eq!(journal.write(&mut |work| transact(store.as_mut(), work, true, None)), Ok(0));
            assert!(!journal.is_waiting() && !journal.has_open());
            let mut totals = Totals::default();
            let look = &mut |desk: &mut Desk<'_>| desk.totals(&VisitFilter::default()).map(|all| totals = all);
            transact(store.as_mut(), look, false, None).unwrap();
            assert_eq!(totals, Totals { visits: 3, time: Duration::from_secs(180), cost: 18 }, "{commits}");
        }
    }
}
