//! One's own account.

use std::time::Instant;

use axum::extract::{Extension, State};
use axum::response::IntoResponse;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use super::accounts::AccountView;
use super::session::{self, Session};
use crate::admin::app::Shared;
use crate::admin::door::Peer;
use crate::admin::extract::{Body, Problems};
use crate::admin::secret::Secret;
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{Account, AccountDetails, AccountRole, Error};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/account", get(show).patch(change)).route("/account/password", put(change_password))
}

#[derive(OpenApi)]
#[openapi(paths(show, change, change_password))]
pub(super) struct Docs;

/// What somebody may change of his own account; what is left out stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnChange {
    /// Whether he wants his conferences at present.
    active: Option<bool>,
    /// Where mail goes that concerns him.
    email: Option<String>,
}

/// An old password and its successor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(format = Password)]
    old: String,
    #[schema(format = Password)]
    new: String,
}

/// Shows one's own account.
#[utoipa::path(get, path = "/account", tag = "account", responses((status = 200, body = AccountView), Problems))]
async fn show(State(app): State<Shared>, who: Who) -> Result<Json<AccountView>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    Ok(Json(app.read(move |desk| desk.account(who.account)).await?.into()))
}

/// Changes one's own account.
#[utoipa::path(patch, path = "/account", tag = "account", request_body = OwnChange,
    responses((status = 200, body = AccountView), Problems))]
async fn change(
    State(app): State<Shared>,
    who: Who,
    Body(body): Body<OwnChange>,
) -> Result<Json<AccountView>, Refusal> {
    who.may(Scope::Write, EVERYBODY)?;
    let changed = app.write(move |desk| {
        let Account { version, details, .. } = desk.account(who.account)?;
        let OwnChange { active, email } = body.clone();
        let active = active.unwrap_or(details.active);
        let email = email.unwrap_or_else(|| details.email.clone());
        desk.update_account(who.account, version, &AccountDetails { active, email, ..details })
    });
    Ok(Json(changed.await?.into()))
}

/// Changes one's own password. Everybody who is signed in to the account is signed out; this browser gets a new session.
#[utoipa::path(put, path = "/account/password", tag = "account", request_body = PasswordChange,
    responses((status = 200, body = Session), Problems))]
async fn change_password(
    State(app): State<Shared>,
    Extension(peer): Extension<Peer>,
    who: Who,
    Body(body): Body<PasswordChange>,
) -> Result<impl IntoResponse, Refusal> {
    who.must_be_signed_in()?;
    session::check("new", &body.new, &who.login)?;
    app.attempts().begin(&who.login, peer.address, Instant::now()).map_err(session::too_many)?;
    let known = app.read(move |desk| desk.account(who.account)).await?.details.password;
    if !app.passwords.is(body.old, known.clone()).await? {
        log::warn!("somebody at {} failed to change the password of '{}'", peer.address, who.login);
        return Err(Refusal::invalid("old", "this is not your password"));
    }
    app.attempts().succeeded(&who.login, peer.address);
    let hash = app.passwords.hash(body.new).await?;
    let secret = Secret::new();
    let new = secret.clone();
    let set = app.write(move |desk| {
        if desk.account(who.account)?.details.password != known {
            return Err(Error::Changed("password"));
        }
        session::set_password(desk, who.account, &hash, &new)
    });
    let (token, account) = set.await?;
    log::info!("{} changed the password, from {}", account.details.login, peer.address);
    Ok(Session::new(account, &secret, &token).kept(&app, &secret, peer))
}

const EVERYBODY: &[AccountRole] = &[AccountRole::Provider, AccountRole::Owner, AccountRole::Operator];
