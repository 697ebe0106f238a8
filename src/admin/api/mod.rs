//! The API under `/api/v1`: a file for each kind of thing, each with its routes and what OpenAPI says of them.

mod about;
mod conferences;
mod exchange;
mod history;
mod mail;
mod settings;
mod users;

use axum::Router;
use utoipa::OpenApi;

use super::app::Shared;

/// All routes, relative to `/api/v1`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .merge(about::routes())
        .merge(conferences::routes())
        .merge(exchange::routes())
        .merge(history::routes())
        .merge(mail::routes())
        .merge(settings::routes())
        .merge(users::routes())
}

/// The description of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = Docs::openapi();
    all.merge(about::Docs::openapi());
    all.merge(conferences::docs());
    all.merge(exchange::Docs::openapi());
    all.merge(history::docs());
    all.merge(mail::Docs::openapi());
    all.merge(settings::Docs::openapi());
    all.merge(users::Docs::openapi());
    all
}

#[derive(OpenApi)]
#[openapi(info(title = "Conclave", description = "Conferences, the people in them, and their history."), servers((url = "/api/v1")))]
struct Docs;
