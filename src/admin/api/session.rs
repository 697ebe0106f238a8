//! Signing in and out, and links that are good once.

use std::time::{Duration, Instant};

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::accounts::AccountView;
use crate::admin::app::{App, Shared};
use crate::admin::door::Peer;
use crate::admin::extract::{Body, Parameters, Problems};
use crate::admin::secret::{Secret, same};
use crate::admin::who::shown;
use crate::admin::{Refusal, Scope, Who, links, passwords, session};
use crate::directory::{Account, AccountDetails, AccountId, AccountRole, Desk, Error, Token, TokenKind};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/session", get(who_am_i).post(sign_in).delete(sign_out))
        .route("/link", get(look_at_link).post(follow_link))
}

#[derive(OpenApi)]
#[openapi(paths(who_am_i, sign_in, sign_out, look_at_link, follow_link))]
pub(super) struct Docs;

/// Somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// His account.
    account: AccountView,
    /// What every request but GET and HEAD has to carry as `X-CSRF-Token`; absent with an API token, which needs none.
    csrf: Option<String>,
    /// What he came by may be used for.
    scopes: Vec<&'static str>,
    /// Until when he is signed in if he does nothing.
    expires: Option<Timestamp>,
    /// False: there are accounts.
    setup: bool,
}

impl Session {
    pub(super) fn new(account: Account, secret: &Secret, token: &Token) -> Session {
        Session {
            account: account.into(),
            csrf: (token.kind == TokenKind::Session).then(|| secret.csrf()),
            scopes: Scope::read(&token.scopes).into_iter().map(Scope::as_str).collect(),
            expires: token.expires,
            setup: false,
        }
    }

    /// The answer that also lets the browser keep the session.
    pub(super) fn kept(self, app: &App, secret: &Secret, peer: Peer) -> impl IntoResponse + use<> {
        (session::cookie(app, Some(secret), peer.secure), Json(self))
    }
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    login: String,
    #[schema(format = Password)]
    password: String,
}

/// Tells who is signed in. If nobody is, the error is `signed_out`, or `setup` while there is no account at all.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = Session), Problems))]
async fn who_am_i(
    State(app): State<Shared>,
    headers: HeaderMap,
    who: Result<Who, Refusal>,
) -> Result<Json<Session>, Refusal> {
    let who = match who {
        Ok(who) => who,
        Err(refusal) if refusal.status == StatusCode::UNAUTHORIZED && !app.is_set_up().await? => {
            let message = "There is no account yet. Follow the link that is in the PBX's log, and that the console shows: \
                           conclave show web.";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "setup", message));
        }
        Err(refusal) => return Err(refusal),
    };
    let hash = who.token.clone();
    let found = app.read(move |desk| Ok((desk.account(who.account)?, desk.token(&hash)?))).await?;
    let (Some((secret, _)), (account, Some(token))) = (shown(&headers), found) else {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first."));
    };
    Ok(Json(Session::new(account, &secret, &token)))
}

/// Signs in. The session is in a cookie.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = Credentials,
    responses((status = 200, body = Session), Problems))]
async fn sign_in(
    State(app): State<Shared>,
    Extension(peer): Extension<Peer>,
    Body(given): Body<Credentials>,
) -> Result<impl IntoResponse, Refusal> {
    let login: String = given.login.chars().take(LONGEST_LOGIN).collect();
    app.attempts().begin(&login, peer.address, Instant::now()).map_err(too_many)?;
    let asked = login.clone();
    let account = app.read(move |desk| desk.account_by_login(&asked)).await?;
    let hash = account.as_ref().and_then(|account| account.details.password.clone());
    let is_right = app.passwords.is(given.password, hash.clone()).await?;
    let Some(account) = account.filter(|account| is_right && account.details.enabled) else {
        log::warn!("somebody at {} failed to sign in as '{}'", peer.address, login.escape_debug());
        let message = "Login or password is wrong, or the account is switched off.";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "wrong", message));
    };
    app.attempts().succeeded(&login, peer.address);
    let secret = Secret::new();
    let (new, id) = (secret.clone(), account.id);
    let begun = app.write(move |desk| {
        // The password may have been changed while it was looked at.
        let account = desk.account(id)?;
        let is_same = account.details.password == hash && account.details.enabled;
        if is_same { Ok((session::begin(desk, id, &new)?, account)) } else { Err(Error::Changed("account")) }
    });
    let (token, account) = begun.await?;
    log::info!("{} signed in from {}", account.details.login, peer.address);
    Ok(Session::new(account, &secret, &token).kept(&app, &secret, peer))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204), Problems))]
async fn sign_out(
    State(app): State<Shared>,
    Extension(peer): Extension<Peer>,
    who: Who,
) -> Result<impl IntoResponse, Refusal> {
    who.must_be_signed_in()?;
    app.write(move |desk| desk.delete_token(&who.token)).await?;
    Ok((StatusCode::NO_CONTENT, session::cookie(&app, None, peer.secure)))
}

/// A link.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LinkQuery {
    /// What stands at the end of the link.
    token: String,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
struct LinkView {
    /// `setup`: the first account; `password`: a password for an account.
    kind: &'static str,
    /// The account's login.
    login: Option<String>,
}

/// Tells what a link is for.
#[utoipa::path(get, path = "/link", tag = "session", security(()), params(LinkQuery),
    responses((status = 200, body = LinkView), Problems))]
async fn look_at_link(
    State(app): State<Shared>,
    Parameters(query): Parameters<LinkQuery>,
) -> Result<Json<LinkView>, Refusal> {
    if is_first(&app, &query.token) {
        return Ok(Json(LinkView { kind: "setup", login: None }));
    }
    let hash = Secret::shown(&query.token).hash();
    let found = app.read(move |desk| linked(desk, &hash)).await?.ok_or_else(used_up)?;
    Ok(Json(LinkView { kind: "password", login: Some(found.details.login) }))
}

/// What a link is followed with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Following {
    /// What stands at the end of the link.
    token: String,
    /// The first account's login; with other links it can be left out.
    login: Option<String>,
    /// The new password.
    #[schema(format = Password)]
    password: String,
}

/// Follows a link: makes the first account, or sets a password. Then he is signed in.
#[utoipa::path(post, path = "/link", tag = "session", security(()), request_body = Following,
    responses((status = 200, body = Session), Problems))]
async fn follow_link(
    State(app): State<Shared>,
    Extension(peer): Extension<Peer>,
    Body(given): Body<Following>,
) -> Result<impl IntoResponse, Refusal> {
    let secret = Secret::new();
    let (new, shown) = (secret.clone(), Secret::shown(&given.token).hash());
    let (token, account) = if is_first(&app, &given.token) {
        let login = given.login.unwrap_or_default();
        check("password", &given.password, &login)?;
        let details = AccountDetails {
            password: Some(app.passwords.hash(given.password).await?),
            ..AccountDetails::new(login, AccountRole::Provider)
        };
        let made = app.write(move |desk| {
            if desk.has_accounts()? {
                return Err(Error::Refused("there is an account already; sign in with it".into()));
            }
            let account = desk.create_account(&details)?;
            Ok((session::begin(desk, account.id, &new)?, account))
        });
        let made = made.await?;
        app.first.end();
        made
    } else {
        let hash = shown.clone();
        let account = app.read(move |desk| linked(desk, &hash)).await?.ok_or_else(used_up)?;
        check("password", &given.password, &account.details.login)?;
        let password = app.passwords.hash(given.password).await?;
        let set = app.write(move |desk| {
            let Some(account) = linked(desk, &shown)? else { return Ok(None) };
            desk.delete_token(&shown)?;
            Ok(Some(set_password(desk, account.id, &password, &new)?))
        });
        set.await?.ok_or_else(used_up)?
    };
    log::info!("{} has a new password, set by a link from {}", account.details.login, peer.address);
    Ok(Session::new(account, &secret, &token).kept(&app, &secret, peer))
}

/// Gives an account this password: all its sessions and links end, and a new session begins.
pub(super) fn set_password(
    desk: &mut Desk<'_>,
    id: AccountId,
    hash: &str,
    secret: &Secret,
) -> Result<(Token, Account), Error> {
    let Account { version, details, .. } = desk.account(id)?;
    let account = desk.update_account(id, version, &AccountDetails { password: Some(hash.to_owned()), ..details })?;
    desk.delete_sessions(id)?;
    links::end(desk, id)?;
    Ok((session::begin(desk, id, secret)?, account))
}

/// Refuses a weak password, at its field.
pub(super) fn check(field: &str, password: &str, login: &str) -> Result<(), Refusal> {
    passwords::weakness(password, login).map_or(Ok(()), |what| Err(Refusal::invalid(field, what)))
}

/// Too many tries.
pub(super) fn too_many(wait: Duration) -> Refusal {
    let seconds = wait.as_secs() + 1;
    let message = format!("There were too many wrong passwords; try again in {seconds} seconds.");
    let mut refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message);
    refusal.retry_after = Some(seconds);
    refusal
}

fn is_first(app: &App, token: &str) -> bool {
    app.first.token().is_some_and(|first| same(first.reveal(), token))
}

/// The account that a link is for, if it is good.
fn linked(desk: &mut Desk<'_>, hash: &str) -> Result<Option<Account>, Error> {
    let token = desk.token(hash)?.filter(|token| token.kind == TokenKind::Link);
    let Some(id) = token.and_then(|token| token.account) else { return Ok(None) };
    Ok(Some(desk.account(id)?).filter(|account| account.details.enabled))
}

fn used_up() -> Refusal {
    let message = "This link is not good any more: it is good once, and for a day. Ask for a new one.";
    Refusal::new(StatusCode::NOT_FOUND, "missing", message)
}

/// As long as a login can be.
const LONGEST_LOGIN: usize = 100;
