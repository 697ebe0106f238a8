//! History: who came when, for how long, in which role, why not.

use std::time::Duration;

use jiff::Timestamp;

use super::{Columns, Desk, stored};
use crate::directory::error::Error;
use crate::directory::model::{AccountId, ConferenceId, cost};
use crate::directory::store::{Fault, Row, Value};
use crate::room::CallResult;

/// Somebody who came. What it says of conference and account is as of that moment, whatever becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// To which conference; `None`: one that is not of the directory, or none was found.
    pub conference: Option<ConferenceId>,
    /// On whose account.
    pub account: Option<AccountId>,
    /// The conference's number, or what he dialled.
    pub number: String,
    /// The conference's tag.
    pub tag: String,
    /// His number.
    pub caller_number: String,
    /// His name.
    pub caller_name: String,
    /// The host's name of his call.
    pub channel: String,
    /// `leader`, `participant` or `listener`; empty for who did not come in.
    pub role: &'static str,
    /// When.
    pub came: Timestamp,
    /// The price of a minute, in the smallest unit of the currency.
    pub rate: u32,
}

/// A visit as the history has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastVisit {
    /// Its identity; later ones have larger ones, on each PBX.
    pub id: i64,
    /// The PBX.
    pub node: String,
    /// To which conference.
    pub conference: Option<ConferenceId>,
    /// On whose account.
    pub account: Option<AccountId>,
    /// The conference's number, or what he dialled.
    pub number: String,
    /// The conference's tag.
    pub tag: String,
    /// His number.
    pub caller_number: String,
    /// His name.
    pub caller_name: String,
    /// The host's name of his call.
    pub channel: String,
    /// `leader`, `participant` or `listener`; empty for who did not come in.
    pub role: String,
    /// When he came.
    pub came: Timestamp,
    /// When he went; `None`: he is there.
    pub went: Option<Timestamp>,
    /// How his call ended: a word of [`CallResult`], or [`LOST`](Self::LOST).
    pub result: Option<String>,
    /// The price of a minute.
    pub rate: u32,
    /// What it cost; 0 for who did not come in, `None` as long as he is there.
    pub cost: Option<i64>,
    /// When he talked: `begin-end` in tenths of seconds since he came, with spaces between, such as `15-42 600-713`.
    /// Empty as long as he is there, and if he did not; see [`LONGEST_TALKS`](Self::LONGEST_TALKS).
    pub talks: String,
}

impl PastVisit {
    /// The result of a visit whose end nobody saw, because the PBX was killed or lost the database.
    pub const LOST: &'static str = "LOST";

    /// So long is what is kept of [`talks`](Self::talks); what comes after it is left out.
    pub const LONGEST_TALKS: usize = 16_384;
}

/// Which visits. What is `None` leaves all.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// To this conference.
    pub conference: Option<ConferenceId>,
    /// To the room of this number.
    pub number: Option<String>,
    /// Under this tag.
    pub tag: Option<String>,
    /// Who came at this moment or later.
    pub from: Option<Timestamp>,
    /// Who came before this moment.
    pub until: Option<Timestamp>,
    /// Who went at this moment or later, or is there.
    pub there_after: Option<Timestamp>,
    /// Who came in (`true`), or did not (`false`).
    pub admitted: Option<bool>,
}

/// What visits come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many there were.
    pub visits: u64,
    /// How long they were together; of those who are there nothing yet.
    pub time: Duration,
    /// What they cost.
    pub cost: i64,
}

impl Desk<'_> {
    /// Writes down that somebody came in; returns the visit's identity.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn visit_begins(&mut self, visit: &Visit) -> Result<i64, Error> {
        self.insert_visit(visit, None)
    }

    /// Writes down that somebody was not let in, and why; returns the visit's identity.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn visit_refused(&mut self, visit: &Visit, why: CallResult) -> Result<i64, Error> {
        self.insert_visit(visit, Some(why))
    }

    /// Whether the visit of this identity is one of this PBX that began then.
    pub(in crate::directory) fn is_own_visit(&mut self, id: i64, came: Timestamp) -> Result<bool, Error> {
        let sql = "SELECT id FROM visit WHERE id = $1 AND node = $2 AND came = $3";
        Ok(self.row(sql, &[id.into(), self.node.into(), stored(came)])?.is_some())
    }

    /// Writes down that he went, and what it cost. If he was taken for lost in the meantime, it is mended.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn visit_ends(
        &mut self,
        id: i64,
        visit: &Visit,
        went: Timestamp,
        how: CallResult,
        talks: &str,
    ) -> Result<(), Error> {
        let went = went.max(visit.came);
        let cost = cost(visit.rate, stay(visit.came, went));
        let values = [id.into(), stored(went), how.as_str().into(), cost.into(), whole(talks).into()];
        self.run("UPDATE visit SET went = $2, result = $3, cost = $4, talks = $5 WHERE id = $1", &values).map(drop)
    }

    fn insert_visit(&mut self, visit: &Visit, refused: Option<CallResult>) -> Result<i64, Error> {
        let id = self.next("visit")?;
        let clean = |text: &str| Value::from(text.replace('\0', ""));
        let node = self.node.into();
        self.run(
            "INSERT INTO visit (id, node, conference, account, number, tag, caller_number, caller_name, channel, role, came,
             went, result, rate, cost) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            &[
                id.into(),
                node,
                visit.conference.map(|id| id.0).into(),
                visit.account.map(|id| id.0).into(),
                clean(&visit.number),
                clean(&visit.tag),
                clean(&visit.caller_number),
                clean(&visit.caller_name),
                clean(&visit.channel),
                visit.role.into(),
                stored(visit.came),
                refused.map_or(Value::Null, |_| stored(visit.came)),
                refused.map(CallResult::as_str).into(),
                visit.rate.into(),
                refused.map(|_| 0i64).into(),
            ],
        )?;
        Ok(id)
    }

    /// Says that this PBX is alive.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn seen(&mut self) -> Result<(), Error> {
        let values = [self.node.into(), stored(self.now)];
        let sql = "INSERT INTO node (name, seen) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seen = excluded.seen";
        self.run(sql, &values).map(drop)
    }

    /// Ends the visits on this PBX that are still open, with when it was last seen alive: to be called when it starts.
    /// Also those on others that were not seen for [a day](Self::GIVEN_UP). Returns how many.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn end_lost_visits(&mut self) -> Result<u64, Error> {
        let long_ago = stored(self.now - Self::GIVEN_UP);
        self.leave_seats()?;
        let rows = self.store.rows(
            "SELECT visit.id, visit.came, visit.rate, node.seen FROM visit LEFT JOIN node ON node.name = visit.node
             WHERE visit.went IS NULL AND (visit.node = $1 OR node.seen < $2)",
            &[self.node.into(), long_ago],
        )?;
        for row in &rows {
            let mut columns = Columns::of(row);
            let (id, came) = (columns.integer()?, columns.moment()?);
            let rate = columns.maybe_number()?.unwrap_or_default();
            let went = columns.maybe_moment()?.unwrap_or(came).max(came);
            let values = [id.into(), stored(went), PastVisit::LOST.into(), cost(rate, stay(came, went)).into()];
            self.run("UPDATE visit SET went = $2, result = $3, cost = $4 WHERE id = $1", &values)?;
        }
        Ok(rows.len() as u64)
    }

    /// A PBX that was not seen for so long is taken to be gone.
    pub const GIVEN_UP: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

    /// Visits, the latest first: at most so many, after `skip` of them.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn visits(&mut self, filter: &VisitFilter, skip: u32, most: u32) -> Result<Vec<PastVisit>, Error> {
        let (condition, mut values) = condition(filter);
        let (most_at, skip_at) = (values.len() + 1, values.len() + 2);
        values.extend([most.into(), skip.into()]);
        let sql = format!(
            "SELECT id, node, conference, account, number, tag, caller_number, caller_name, channel, role, came, went,
             result, rate, cost, talks FROM visit {condition} ORDER BY came DESC, id DESC LIMIT ${most_at} OFFSET ${skip_at}"
        );
        let rows = self.store.rows(&sql, &values)?;
        Ok(rows.iter().map(past_visit).collect::<Result<_, _>>()?)
    }

    /// What visits come to.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn totals(&mut self, filter: &VisitFilter) -> Result<Totals, Error> {
        let (condition, values) = condition(filter);
        let sql = format!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(went - came), 0) AS BIGINT), CAST(COALESCE(SUM(cost), 0) AS BIGINT)
             FROM visit {condition}"
        );
        let row = self.row(&sql, &values)?.ok_or_else(|| Error::Refused("no totals came".into()))?;
        let mut columns = Columns::of(&row);
        Ok(Totals {
            visits: columns.integer()?.unsigned_abs(),
            time: Duration::from_millis(columns.integer()?.unsigned_abs()),
            cost: columns.integer()?,
        })
    }

    /// The name of the setting that says how many days the history is kept; without it, for ever.
    pub const HISTORY_DAYS: &'static str = "history_days";

    /// Forgets the history that is older than the provider [wants to keep](Self::HISTORY_DAYS), and tokens that are over.
    /// Done by the directory itself every hour. Mail is forgotten by whoever sends it.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn tidy(&mut self) -> Result<(), Error> {
        let days = self.setting(Self::HISTORY_DAYS)?.and_then(|days| days.parse::<i64>().ok());
        if let Some(days) = days.filter(|days| (1..=MOST_DAYS).contains(days)) {
            self.forget_visits(self.now - jiff::SignedDuration::from_hours(24 * days))?;
        }
        self.delete_old_tokens().map(drop)
    }

    /// Forgets who went before this moment; returns how many.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn forget_visits(&mut self, before: Timestamp) -> Result<u64, Error> {
        self.run("DELETE FROM visit WHERE went < $1", &[stored(before)])
    }
}

pub(super) fn condition(filter: &VisitFilter) -> (String, Vec<Value>) {
    let VisitFilter { account, conference, number, tag, from, until, there_after, admitted } = filter;
    let (mut conditions, mut values): (Vec<String>, Vec<Value>) = Default::default();
    let compared = [
        ("account =", account.map(|id| id.0.into())),
        ("conference =", conference.map(|id| id.0.into())),
        ("number =", number.as_deref().map(Value::from)),
        ("tag =", tag.as_deref().map(Value::from)),
        ("came >=", from.map(stored)),
        ("came <", until.map(stored)),
    ];
    for (what, value) in compared {
        if let Some(value) = value {
            values.push(value);
            conditions.push(format!("{what} ${}", values.len()));
        }
    }
    if let Some(moment) = there_after {
        values.push(stored(*moment));
        conditions.push(format!("(went IS NULL OR went >= ${})", values.len()));
    }
    conditions.extend(admitted.map(|admitted| if admitted { "role <> ''" } else { "role = ''" }.to_owned()));
    let condition = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    (condition, values)
}

pub(super) fn past_visit(row: &Row) -> Result<PastVisit, Fault> {
    let mut columns = Columns::of(row);
    Ok(PastVisit {
        id: columns.integer()?,
        node: columns.text()?,
        conference: columns.maybe_integer()?.map(ConferenceId),
        account: columns.maybe_integer()?.map(AccountId),
        number: columns.text()?,
        tag: columns.text()?,
        caller_number: columns.text()?,
        caller_name: columns.text()?,
        channel: columns.text()?,
        role: columns.text()?,
        came: columns.moment()?,
        went: columns.maybe_moment()?,
        result: columns.maybe_text()?,
        rate: columns.maybe_number()?.unwrap_or_default(),
        cost: columns.maybe_integer()?,
        talks: columns.text()?,
    })
}

/// As many whole times as are kept.
fn whole(talks: &str) -> &str {
    match talks.get(..PastVisit::LONGEST_TALKS) {
        Some(begin) => begin.rsplit_once(' ').map_or("", |(whole, _)| whole),
        None => talks,
    }
}

/// A century: what is longer is for ever.
const MOST_DAYS: i64 = 36_500;

fn stay(came: Timestamp, went: Timestamp) -> Duration {
    Duration::try_from(went.duration_since(came)).unwrap_or_default()
}
