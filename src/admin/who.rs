//! Who asks, and what he may do.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use super::Refusal;
use super::app::Shared;
use crate::directory::{AccountId, AccountRole};

/// Who asks; every handler that is not open to everybody takes one.
#[derive(Clone, Debug)]
pub struct Who {
    /// His account.
    pub account: AccountId,
    /// Its name.
    pub login: String,
    /// What the account may do.
    pub role: AccountRole,
    /// The hash of the session or token by which he came.
    pub token: String,
    /// What this way in may be used for: all of it after signing in, less with some tokens.
    pub scopes: Vec<Scope>,
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

    /// Whether he sees what belongs to this account: his own, and a provider all.
    pub fn sees(&self, account: AccountId) -> bool {
        self.role == AccountRole::Provider || self.account == account
    }
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Who, Refusal> {
        let nobody = || Refusal::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.");
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let hash = hash(bearer.ok_or_else(nobody)?);
        let asked = hash.clone();
        let found = app.read(move |desk| {
            let Some(token) = desk.token(&asked)? else { return Ok(None) };
            let Some(account) = token.account else { return Ok(None) };
            Ok(Some((token, desk.account(account)?)))
        });
        let (token, account) = found.await?.filter(|(_, account)| account.details.enabled).ok_or_else(nobody)?;
        let has = |word: &str| token.scopes.split_whitespace().any(|scope| scope == word);
        let scopes = Scope::ALL.iter().filter(|(word, _)| has(word)).map(|(_, scope)| *scope).collect();
        Ok(Who { account: account.id, login: account.details.login, role: account.details.role, token: hash, scopes })
    }
}

/// What the directory keeps of a token.
pub(super) fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
