//! What answers here.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::Problems;
use crate::admin::{Refusal, Who};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/about", get(about)).route("/openapi.json", get(description))
}

#[derive(OpenApi)]
#[openapi(paths(about, description))]
pub(super) struct Docs;

/// What answers here.
#[derive(Serialize, ToSchema)]
struct About {
    /// Conclave's version.
    version: &'static str,
    /// The PBX.
    pbx: String,
}

/// Tells what answers here.
#[utoipa::path(get, path = "/about", tag = "about",
    responses((status = 200, body = About), Problems))]
async fn about(State(app): State<Shared>, _: Who) -> Result<Json<About>, Refusal> {
    Ok(Json(About { version: env!("CARGO_PKG_VERSION"), pbx: app.parts.pbx.name() }))
}

/// Describes the API.
#[utoipa::path(get, path = "/openapi.json", tag = "about",
    responses((status = 200, body = serde_json::Value, content_type = "application/json"), Problems))]
async fn description(_: Who) -> Json<utoipa::openapi::OpenApi> {
    Json(super::openapi())
}
