//! What goes on, as it goes on.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::rooms::EVERYBODY;
use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::room::RoomNumber;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/events", get(events))
}

#[derive(OpenApi)]
#[openapi(paths(events))]
pub(super) struct Docs;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only this room, which need not be in progress.
    #[param(pattern = "^[A-Za-z0-9_.+-]{1,64}$")]
    room: Option<String>,
}

/// Streams server-sent events of what the account may see.
///
/// First `rooms`: a list of all rooms in progress. Then, at most five times a second together: `room`, a room that is
/// new, or without `members` one whose own particulars are others now; `members` `{number, changed, gone}`: members of a
/// room that are new or otherwise than before, and the numbers of those who left; `levels` `{number, talking, speakers}`:
/// all who talk, with their level in dB against full scale or null, and who spoke last; `closed` `{number}`; `happening`
/// `{name, …}`: what happened, by the names of the events in the manual; `directory`: what was changed, one of
/// `{conference}`, `{account}`, `{settings}`, `{mail}`, `{everything}`. A comment comes when there was nothing for 15 s.
/// Who does not keep up, or is signed out, is let go, and begins anew when he comes again.
#[utoipa::path(get, path = "/events", params(Wanted),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
async fn events(
    State(app): State<Shared>,
    who: Who,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Response, Refusal> {
    who.may(Scope::Read, &EVERYBODY)?;
    let room = wanted.room.map(|room| RoomNumber::parse(&room)).transpose();
    let room = room.map_err(|error| Refusal::invalid("room", error.to_string()))?;
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-store"),
        // A proxy that collects answers would keep events back.
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, Body::new(app.live.listen(&who, room))).into_response())
}
