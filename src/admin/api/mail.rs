//! The queue of mail, without what is in it.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{self, AccountRole};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/mail", get(list))
}

#[derive(OpenApi)]
#[openapi(paths(list))]
pub(super) struct Docs;

/// Mail that is to be sent, or was. Never its content, which may hold codes.
#[derive(Serialize, ToSchema)]
pub(super) struct Mail {
    id: i64,
    /// The conference that it is about.
    conference: Option<i64>,
    /// The address it goes to.
    recipient: String,
    created: Timestamp,
    /// When it is tried next.
    due: Timestamp,
    /// How often it was tried.
    attempts: u32,
    sent: Option<Timestamp>,
    /// When it was given up.
    failed: Option<Timestamp>,
    /// Why it was not sent the last time.
    error: Option<String>,
}

impl From<directory::Mail> for Mail {
    fn from(mail: directory::Mail) -> Mail {
        let directory::Mail { id, conference, recipient, created, due, attempts, sent, failed, error, .. } = mail;
        Mail { id, conference: conference.map(|id| id.0), recipient, created, due, attempts, sent, failed, error }
    }
}

/// How much mail.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Listing {
    /// At most so much, and never more than 1000.
    #[serde(default = "usual_limit")]
    #[param(maximum = 1000)]
    limit: u32,
}

/// All mail, the latest first.
#[utoipa::path(get, path = "/mail", params(Listing), responses((status = 200, body = [Mail]), Problems))]
async fn list(
    State(app): State<Shared>,
    who: Who,
    Parameters(Listing { limit }): Parameters<Listing>,
) -> Result<Json<Vec<Mail>>, Refusal> {
    who.may(Scope::Read, &[AccountRole::Provider])?;
    let mail = app.read(move |desk| desk.mail(None, limit.min(1000)));
    Ok(Json(mail.await?.into_iter().map(Mail::from).collect()))
}

fn usual_limit() -> u32 {
    100
}
