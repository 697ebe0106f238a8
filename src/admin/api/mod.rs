//! The API under `/api/v1`: a file for each kind of thing, each with its routes and what OpenAPI says of them.

mod about;
mod account;
mod accounts;
mod actions;
mod conferences;
mod events;
mod exchange;
mod health;
mod history;
mod mail;
mod metrics;
mod rooms;
mod session;
mod settings;
mod sounds;
mod tokens;
mod users;

use axum::Router;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::app::Shared;
use super::refusal::{Field, Problem};
use super::session::COOKIE_NAME;

/// All routes, relative to `/api/v1`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .merge(about::routes())
        .merge(account::routes())
        .merge(accounts::routes())
        .merge(actions::routes())
        .merge(conferences::routes())
        .merge(events::routes())
        .merge(exchange::routes())
        .merge(health::routes())
        .merge(history::routes())
        .merge(mail::routes())
        .merge(rooms::routes())
        .merge(session::routes())
        .merge(settings::routes())
        .merge(sounds::routes())
        .merge(tokens::routes())
        .merge(users::routes())
}

/// What is not under `/api/v1`, but beside it.
pub(super) fn metrics() -> Router<Shared> {
    metrics::routes()
}

/// The description of the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = Docs::openapi();
    let parts = [
        about::Docs::openapi(),
        account::Docs::openapi(),
        accounts::Docs::openapi(),
        actions::Docs::openapi(),
        conferences::docs(),
        events::Docs::openapi(),
        exchange::Docs::openapi(),
        health::Docs::openapi(),
        history::docs(),
        mail::Docs::openapi(),
        rooms::Docs::openapi(),
        session::Docs::openapi(),
        settings::Docs::openapi(),
        sounds::Docs::openapi(),
        tokens::Docs::openapi(),
        users::Docs::openapi(),
    ];
    parts.into_iter().for_each(|part| all.merge(part));
    all
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Conclave", description = "Conferences, the people in them, and their history."),
    servers((url = "/api/v1")),
    components(schemas(Problem, Field)),
    security(("token" = []), ("session" = [], "csrf" = [])),
    modifiers(&WaysIn)
)]
struct Docs;

/// How one says who one is.
struct WaysIn;

impl Modify for WaysIn {
    fn modify(&self, all: &mut utoipa::openapi::OpenApi) {
        let components = all.components.get_or_insert_default();
        let mut add = |name: &str, scheme| components.add_security_scheme(name, scheme);
        add("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        add("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME))));
        add("csrf", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-CSRF-Token"))));
    }
}
