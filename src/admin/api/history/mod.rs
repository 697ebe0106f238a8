//! History: who came when, for how long, why not, and what it cost.

mod chart;
mod export;
mod meetings;
mod timeline;
mod view;
mod walk;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountId, AccountRole, ConferenceId, VisitFilter};
use view::{Viewer, Visit};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/history", get(list))
        .route("/history/export", get(export::export))
        .route("/history/chart", get(chart::chart))
        .route("/history/meetings", get(meetings::meetings))
        .route("/history/timeline", get(timeline::timeline))
}

/// What OpenAPI says of it.
pub(super) fn docs() -> utoipa::openapi::OpenApi {
    Docs::openapi()
}

#[derive(OpenApi)]
#[openapi(
    paths(list, export::export, chart::chart, meetings::meetings, timeline::timeline),
    components(schemas(chart::Step, export::HistoryFormat))
)]
struct Docs;

/// Which visits.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Listing {
    /// Those to this conference.
    conference: Option<i64>,
    /// Those to the room of this number.
    room: Option<String>,
    /// Those under exactly this tag.
    tag: Option<String>,
    /// Those on this account.
    account: Option<i64>,
    /// Those who came at this moment or later.
    from: Option<Timestamp>,
    /// Those who came before this moment.
    to: Option<Timestamp>,
    /// So many are left out at the beginning.
    skip: u32,
    /// At most so many are shown, and never more than 1000; left out: 100.
    #[param(maximum = 1000)]
    limit: Option<u32>,
}

/// Some of the history.
#[derive(Serialize, ToSchema)]
struct History {
    /// The latest first.
    visits: Vec<Visit>,
    /// How many there are in all.
    total: u64,
    totals: Totals,
}

/// What all of them come to.
#[derive(Serialize, ToSchema)]
struct Totals {
    /// Those who came in, and those who were not let in.
    visits: u64,
    /// Those who were not let in.
    refused: u64,
    /// How long they were in together; of those who are there nothing yet.
    seconds: u64,
    /// What they cost, in the smallest unit of the currency. Null: the account may not see that.
    cost: Option<i64>,
}

/// Lists visits, the latest first, and what all of them come to.
#[utoipa::path(get, path = "/history", params(Listing), responses((status = 200, body = History), Problems))]
async fn list(
    State(app): State<Shared>,
    who: Who,
    Parameters(listing): Parameters<Listing>,
) -> Result<Json<History>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let read = app.read(move |desk| {
        let filter = listing.filter(&who);
        let viewer = Viewer::of(desk, &who)?;
        let all = desk.totals(&filter)?;
        let refused = desk.totals(&VisitFilter { admitted: Some(false), ..filter.clone() })?;
        let most = listing.limit.unwrap_or(100).min(1000);
        let visits = desk.visits(&filter, listing.skip, most)?;
        Ok(History {
            visits: visits.into_iter().map(|visit| viewer.visit(visit)).collect(),
            total: all.visits,
            totals: Totals {
                visits: all.visits,
                refused: refused.visits,
                seconds: all.time.as_secs(),
                cost: viewer.sees_cost.then_some(all.cost),
            },
        })
    });
    Ok(Json(read.await?))
}

impl Listing {
    fn filter(&self, who: &Who) -> VisitFilter {
        VisitFilter {
            account: account(who, self.account),
            conference: self.conference.map(ConferenceId),
            number: self.room.clone(),
            tag: self.tag.clone(),
            from: self.from,
            until: self.to,
            ..VisitFilter::default()
        }
    }
}

/// Whose visits he sees of those that he wants to see.
fn account(who: &Who, wanted: Option<i64>) -> Option<AccountId> {
    let wanted = wanted.map(AccountId);
    match who.role {
        // Of what is not his there is nothing: no account has this identity.
        AccountRole::Owner if wanted.is_some_and(|wanted| wanted != who.account) => Some(AccountId(0)),
        AccountRole::Owner => Some(who.account),
        AccountRole::Provider | AccountRole::Operator => wanted,
    }
}

const EVERYBODY: &[AccountRole] = &[AccountRole::Provider, AccountRole::Owner, AccountRole::Operator];
