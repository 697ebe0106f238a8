//! One meeting: who was in, who talked when.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{Viewer, Visit};
use super::{EVERYBODY, account};
use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::VisitFilter;

/// Which meeting.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The number of its room.
    number: String,
    /// Who was there at this moment or later.
    from: Timestamp,
    /// Who came at this moment or before.
    to: Timestamp,
}

/// A meeting.
#[derive(Serialize, ToSchema)]
pub(super) struct Timeline {
    /// Null: nobody was there.
    began: Option<Timestamp>,
    /// Null: somebody is there, or nobody was.
    ended: Option<Timestamp>,
    /// In the order in which they came, at most 2000.
    visits: Vec<Stay>,
}

/// Somebody who was there.
#[derive(Serialize, ToSchema)]
struct Stay {
    #[serde(flatten)]
    visit: Visit,
    /// When he talked: seconds since he came, from and until. Of who is there it is not known yet.
    talks: Vec<[f64; 2]>,
}

/// Who was in a room at some time, and who talked when.
#[utoipa::path(get, path = "/history/timeline", params(Wanted), responses((status = 200, body = Timeline), Problems))]
pub(super) async fn timeline(
    State(app): State<Shared>,
    who: Who,
    Parameters(Wanted { number, from, to }): Parameters<Wanted>,
) -> Result<Json<Timeline>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let filter = VisitFilter {
        account: account(&who, None),
        number: Some(number),
        until: to.checked_add(jiff::SignedDuration::from_millis(1)).ok(),
        there_after: Some(from),
        admitted: Some(true),
        ..VisitFilter::default()
    };
    let read = app.read(move |desk| {
        let viewer = Viewer::of(desk, &who)?;
        let mut visits = desk.visits(&filter, 0, MOST_STAYS)?;
        visits.reverse();
        let began = visits.first().map(|visit| visit.came);
        let ended = visits.iter().map(|visit| visit.went).collect::<Option<Vec<_>>>();
        let stay = |visit: crate::directory::PastVisit| {
            let talks = talks(&visit.talks);
            Stay { visit: viewer.visit(visit), talks }
        };
        let visits = visits.into_iter().map(stay).collect();
        Ok(Timeline { began, ended: ended.and_then(|all| all.into_iter().max()), visits })
    });
    Ok(Json(read.await?))
}

/// What the history has in tenths of seconds.
fn talks(text: &str) -> Vec<[f64; 2]> {
    let tenths = |text: &str| text.parse::<u32>().ok().map(|tenths| f64::from(tenths) / 10.0);
    let talk = |talk: &str| {
        let (begin, end) = talk.split_once('-')?;
        Some([tenths(begin)?, tenths(end)?])
    };
    text.split_whitespace().filter_map(talk).collect()
}

/// So many at a time are shown.
const MOST_STAYS: u32 = 2000;
