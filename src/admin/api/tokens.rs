//! One's own API tokens.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Body, Problems, Segments};
use crate::admin::secret::Secret;
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountId, Desk, Error, Token, TokenKind, Wrong};
use crate::text::{is_line, meaning};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/tokens", get(list).post(create)).route("/tokens/{id}", axum::routing::delete(delete))
}

#[derive(OpenApi)]
#[openapi(paths(list, create, delete))]
pub(super) struct Docs;

/// An API token, but not itself.
#[derive(Serialize, ToSchema)]
struct TokenView {
    id: String,
    /// What its owner calls it.
    name: String,
    /// What it may be used for: `read`, `write`, `operate`, `metrics`.
    scopes: Vec<&'static str>,
    created: Timestamp,
    /// When it was used last, to within five minutes; absent: never.
    used: Option<Timestamp>,
    /// Until when it is good; absent: until it is deleted.
    expires: Option<Timestamp>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> TokenView {
        let id = id(&token).to_owned();
        let Token { name, scopes, created, used, expires, .. } = token;
        let scopes = Scope::read(&scopes).into_iter().map(Scope::as_str).collect();
        TokenView { id, name, scopes, created, used: (used > created).then_some(used), expires }
    }
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    /// What its owner calls it.
    name: String,
    /// What it may be used for: `read`, `write`, `operate`, `metrics`; never for more than the account's role may.
    scopes: Vec<String>,
    /// Until when it is good; left out: until it is deleted.
    expires: Option<Timestamp>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
struct TokenMade {
    id: String,
    /// The token itself, to be sent as `Authorization: Bearer …`. It is not shown again.
    token: String,
}

/// Lists one's own tokens, the oldest first.
#[utoipa::path(get, path = "/tokens", tag = "tokens", responses((status = 200, body = [TokenView]), Problems))]
async fn list(State(app): State<Shared>, who: Who) -> Result<Json<Vec<TokenView>>, Refusal> {
    who.must_be_signed_in()?;
    let tokens = app.read(move |desk| own(desk, who.account)).await?;
    Ok(Json(tokens.into_iter().map(Into::into).collect()))
}

/// Makes a token.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = TokenBody,
    responses((status = 201, body = TokenMade, headers(("Location" = String))), Problems))]
async fn create(
    State(app): State<Shared>,
    who: Who,
    Body(body): Body<TokenBody>,
) -> Result<impl IntoResponse, Refusal> {
    who.must_be_signed_in()?;
    let TokenBody { name, scopes, expires } = body;
    let name = name.trim().to_owned();
    let mut wrong = Vec::new();
    if name.is_empty() || !is_line(&name, LONGEST_NAME) {
        wrong.push(Wrong::new("name", format!("it needs 1 to {LONGEST_NAME} letters, digits or signs")));
    }
    if scopes.is_empty() || scopes.iter().any(|scope| meaning(&Scope::ALL, scope).is_none()) {
        wrong.push(Wrong::new("scopes", "choose one or more of read, write, operate and metrics"));
    }
    if expires.is_some_and(|expires| expires <= Timestamp::now()) {
        wrong.push(Wrong::new("expires", "this is over already; choose a later time, or leave it out"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong).into());
    }
    let secret = Secret::new();
    let hash = secret.hash();
    let words: Vec<&str> = Scope::read(&scopes.join(" ")).into_iter().map(Scope::as_str).collect();
    let scopes = words.join(" ");
    let made = app.write(move |desk| {
        if own(desk, who.account)?.len() >= MOST {
            return Err(Error::Refused(format!("there are {MOST} tokens already; delete some")));
        }
        let now = desk.now();
        let token = Token {
            hash: hash.clone(),
            kind: TokenKind::Api,
            account: Some(who.account),
            name: name.clone(),
            scopes: scopes.clone(),
            created: now,
            used: now,
            expires,
        };
        desk.add_token(&token)?;
        Ok(token)
    });
    let made = made.await?;
    log::info!("{} made an API token for {}", who.login, made.scopes);
    let id = id(&made).to_owned();
    let location = [(LOCATION, app.location(&format!("/tokens/{id}")))];
    Ok((StatusCode::CREATED, location, Json(TokenMade { id, token: secret.reveal().to_owned() })))
}

/// Deletes a token; it opens nothing any more from this moment on.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204), Problems))]
async fn delete(
    State(app): State<Shared>,
    who: Who,
    Segments(wanted): Segments<String>,
) -> Result<StatusCode, Refusal> {
    who.must_be_signed_in()?;
    let deleted = app.write(move |desk| {
        let found = own(desk, who.account)?.into_iter().find(|token| id(token) == wanted);
        found.map_or(Err(Error::Missing("token")), |token| desk.delete_token(&token.hash))
    });
    deleted.await.map(|_| StatusCode::NO_CONTENT)
}

fn own(desk: &mut Desk<'_>, account: AccountId) -> Result<Vec<Token>, Error> {
    Ok(desk.tokens(account)?.into_iter().filter(|token| token.kind == TokenKind::Api).collect())
}

/// By what people tell tokens apart: enough of the hash for that.
fn id(token: &Token) -> &str {
    token.hash.get(..16).unwrap_or(&token.hash)
}

const LONGEST_NAME: usize = 100;
const MOST: usize = 100;
