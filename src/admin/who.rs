//! Who asks, and what he may do.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use super::Refusal;
use super::app::{App, Shared};
use super::secret::{Secret, same};
use super::session::{self, COOKIE_NAME};
use crate::directory::{Account, AccountId, AccountRole, Desk, Error, Token, TokenKind};
use crate::text::word;

/// Who asks; every handler that is not open to everybody takes one.
#[derive(Clone, Debug)]
pub struct Who {
    /// His account.
    pub account: AccountId,
    /// Its name.
    pub login: String,
    /// What the account may do.
    pub role: AccountRole,
    /// What this way in may be used for: all of it after signing in, less with some tokens.
    pub scopes: Vec<Scope>,
    /// The hash of the session or API token that he came by: while it is good, and the account enabled, so is this.
    pub token: String,
    /// Whether he signed in with a browser.
    pub signed_in: bool,
}

/// What an API token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// To see conferences, history, rooms.
    Read,
    /// To change conferences, accounts, settings.
    Write,
    /// To act in rooms in progress.
    Operate,
    /// To fetch metrics.
    Metrics,
}

impl Scope {
    /// All of them, by their words.
    pub const ALL: [(&'static str, Scope); 4] =
        [("read", Scope::Read), ("write", Scope::Write), ("operate", Scope::Operate), ("metrics", Scope::Metrics)];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&Scope::ALL, self)
    }

    /// Those that a token is kept with.
    pub(super) fn read(words: &str) -> Vec<Scope> {
        let has = |word: &str| words.split_whitespace().any(|scope| scope == word);
        Scope::ALL.iter().filter(|(word, _)| has(word)).map(|(_, scope)| *scope).collect()
    }
}

impl Who {
    /// Lets him go on if his role is one of these and his way in has this scope.
    ///
    /// # Errors
    ///
    /// 403 if not.
    pub fn may(&self, scope: Scope, roles: &[AccountRole]) -> Result<(), Refusal> {
        if self.scopes.contains(&scope) && roles.contains(&self.role) { Ok(()) } else { Err(Refusal::forbidden()) }
    }

    /// Lets him go on if he came in by a password: what gives others or himself a further way in is not for tokens.
    ///
    /// # Errors
    ///
    /// 403 if not.
    pub fn must_be_signed_in(&self) -> Result<(), Refusal> {
        if self.signed_in {
            return Ok(());
        }
        let message = "A token may not do this; sign in with a password.";
        Err(Refusal::new(StatusCode::FORBIDDEN, "forbidden", message))
    }

    /// Whether he sees what belongs to this account: his own, and a provider all.
    pub fn sees(&self, account: AccountId) -> bool {
        self.role == AccountRole::Provider || self.account == account
    }

    fn new(token: Token, account: Account) -> Who {
        Who {
            account: account.id,
            login: account.details.login,
            role: account.details.role,
            scopes: Scope::read(&token.scopes),
            token: token.hash,
            signed_in: token.kind == TokenKind::Session,
        }
    }
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Who, Refusal> {
        let (secret, kind) = shown(&parts.headers).ok_or_else(signed_out)?;
        let hash = secret.hash();
        let (token, account) = app.read(move |desk| find(desk, &hash, kind)).await?.ok_or_else(signed_out)?;
        let only_reads = [Method::GET, Method::HEAD].contains(&parts.method);
        if kind == TokenKind::Session && !only_reads {
            let csrf = parts.headers.get("x-csrf-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
            if !same(csrf, &secret.csrf()) {
                let message = "The page's X-CSRF-Token is missing or old; load the page again.";
                return Err(Refusal::new(StatusCode::FORBIDDEN, "csrf", message));
            }
        }
        used(app, &token);
        Ok(Who::new(token, account))
    }
}

/// Notes that a session or token is in use, and lets a session live on.
pub(super) fn used(app: &App, token: &Token) {
    let now = Timestamp::now();
    if now.duration_since(token.used) > NOTED {
        let is_session = token.kind == TokenKind::Session;
        let expires = if is_session { Some(session::expiry(token.created, now)) } else { token.expires };
        let hash = token.hash.clone();
        // Nobody waits for it, and it does not matter if it fails.
        app.parts.directory.write(move |desk| desk.token_used(&hash, expires), |_| ());
    }
}

/// What a request shows to be let in.
pub(super) fn shown(headers: &HeaderMap) -> Option<(Secret, TokenKind)> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| (Secret::shown(token.trim()), TokenKind::Api));
    }
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let ours = pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE_NAME);
    ours.map(|(_, secret)| (Secret::shown(secret), TokenKind::Session))
}

/// The token of this hash and the account behind it, if both are good.
fn find(desk: &mut Desk<'_>, hash: &str, kind: TokenKind) -> Result<Option<(Token, Account)>, Error> {
    let Some(token) = desk.token(hash)?.filter(|token| token.kind == kind) else { return Ok(None) };
    let Some(account) = token.account else { return Ok(None) };
    let account = desk.account(account)?;
    Ok(account.details.enabled.then_some((token, account)))
}

fn signed_out() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.")
}

/// So old what is known of a token's last use may be.
const NOTED: SignedDuration = SignedDuration::from_mins(5);
