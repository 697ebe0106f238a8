//! Meetings: visits to one room that follow each other without a gap.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::walk::Walk;
use super::{EVERYBODY, account};
use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{ConferenceId, Error, PastVisit, VisitFilter};

/// Which meetings.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Meetings {
    /// Those of this conference.
    conference: Option<i64>,
    /// Those in the room of this number.
    room: Option<String>,
    /// Those under exactly this tag.
    tag: Option<String>,
    /// Those on this account.
    account: Option<i64>,
    /// Those to which somebody came at this moment or later.
    from: Option<Timestamp>,
    /// Those to which somebody came before this moment.
    to: Option<Timestamp>,
    /// At most so many are shown, the latest, and never more than 1000; left out: 200.
    #[param(maximum = 1000)]
    limit: Option<u32>,
}

/// A conference that was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Meeting {
    /// The number of its room.
    number: String,
    /// The conference, if it was one of the directory.
    conference: Option<i64>,
    /// What people call it; empty if it has no name, or is not there any more.
    name: String,
    began: Timestamp,
    /// Null: somebody is there.
    ended: Option<Timestamp>,
    visits: u32,
    /// The most callers at a time.
    peak: u32,
}

/// Conferences that were held, the latest first.
#[utoipa::path(get, path = "/history/meetings", params(Meetings), responses((status = 200, body = [Meeting]), Problems))]
pub(super) async fn meetings(
    State(app): State<Shared>,
    who: Who,
    Parameters(wanted): Parameters<Meetings>,
) -> Result<Json<Vec<Meeting>>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let filter = VisitFilter {
        account: account(&who, wanted.account),
        conference: wanted.conference.map(ConferenceId),
        number: wanted.room,
        tag: wanted.tag,
        from: wanted.from,
        until: wanted.to,
        there_after: None,
        admitted: Some(true),
    };
    let mut joiner = Joiner::new(wanted.limit.unwrap_or(200).min(1000) as usize);
    let mut walk = Walk::through(&app, filter);
    loop {
        let part = walk.next().await?;
        if part.is_empty() {
            break;
        }
        part.iter().for_each(|visit| joiner.add(visit));
    }
    let mut meetings = joiner.finish();
    let named = app.read(move |desk| {
        for meeting in &mut meetings {
            let Some(id) = meeting.conference else { continue };
            match desk.conference(ConferenceId(id)) {
                Ok(conference) => meeting.name = conference.details.name,
                Err(Error::Missing(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(meetings.clone())
    });
    Ok(Json(named.await?))
}

/// Joins visits, which are added in the order in which they came.
struct Joiner {
    /// Those to which somebody may come yet, by room and conference.
    open: HashMap<(String, Option<i64>), Open>,
    /// Those that are over, at most so many.
    over: VecDeque<Meeting>,
    most: usize,
}

struct Open {
    meeting: Meeting,
    /// When those go who are there.
    there: BinaryHeap<Reverse<Timestamp>>,
}

impl Joiner {
    fn new(most: usize) -> Joiner {
        Joiner { open: HashMap::new(), over: VecDeque::new(), most }
    }

    fn add(&mut self, visit: &PastVisit) {
        let key = (visit.number.clone(), visit.conference.map(|id| id.0));
        let is_over = |open: &mut Open| open.meeting.ended.is_some_and(|ended| ended < visit.came);
        if let Some(open) = self.open.get_mut(&key)
            && is_over(open)
            && let Some(open) = self.open.remove(&key)
        {
            self.keep(open.meeting);
        }
        let open = self.open.entry(key).or_insert_with_key(|(number, conference)| Open {
            meeting: Meeting {
                number: number.clone(),
                conference: *conference,
                name: String::new(),
                began: visit.came,
                ended: Some(visit.came),
                visits: 0,
                peak: 0,
            },
            there: BinaryHeap::new(),
        });
        while open.there.peek().is_some_and(|Reverse(goes)| *goes <= visit.came) {
            open.there.pop();
        }
        open.there.push(Reverse(visit.went.unwrap_or(Timestamp::MAX)));
        let meeting = &mut open.meeting;
        meeting.visits += 1;
        meeting.peak = meeting.peak.max(u32::try_from(open.there.len()).unwrap_or(u32::MAX));
        meeting.ended = meeting.ended.zip(visit.went).map(|(ended, went)| ended.max(went));
    }

    fn keep(&mut self, meeting: Meeting) {
        if self.over.len() >= self.most.max(1) {
            self.over.pop_front();
        }
        self.over.push_back(meeting);
    }

    /// All, the latest first.
    fn finish(self) -> Vec<Meeting> {
        let open = self.open.into_values().map(|open| open.meeting);
        let mut all: Vec<Meeting> = self.over.into_iter().chain(open).collect();
        all.sort_by(|one, other| (other.began, &other.number).cmp(&(one.began, &one.number)));
        all.truncate(self.most);
        all
    }
}
