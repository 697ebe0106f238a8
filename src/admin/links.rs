//! Links that are good once: for the first account, and for a password that is new or forgotten.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::app::Shared;
use super::secret::Secret;
use crate::directory::{AccountId, Desk, Error, Token, TokenKind};

/// The link for the first account: only in memory, and new with each start.
#[derive(Default)]
pub(super) struct First(Mutex<State>);

#[derive(Default)]
struct State {
    /// There is an account: there will always be one, because the last provider cannot be deleted.
    is_over: bool,
    link: Option<(Secret, Timestamp)>,
}

impl First {
    /// The token, while it is good.
    pub(super) fn token(&self) -> Option<Secret> {
        let state = self.lock();
        state.link.as_ref().filter(|(_, expires)| Timestamp::now() < *expires).map(|(secret, _)| secret.clone())
    }

    /// Whether an account is known to be there.
    pub(super) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// There is an account.
    pub(super) fn end(&self) {
        *self.lock() = State { is_over: true, link: None };
    }

    /// The token, or a new one if it is not good any more.
    pub(super) fn token_or_new(&self) -> Secret {
        self.token().unwrap_or_else(|| self.make())
    }

    fn make(&self) -> Secret {
        let secret = Secret::new();
        self.lock().link = Some((secret.clone(), from_now()));
        secret
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs the link for the first account, if there is none.
pub(super) async fn first(app: Shared) {
    loop {
        match app.is_set_up().await {
            Ok(true) => return,
            Ok(false) => {
                let url = app.link(&app.first.token_or_new());
                log::warn!("there is no account yet: make the first one at {url} within 24 hours");
                return;
            }
            // The directory is away; it comes back.
            Err(_) => tokio::time::sleep(Duration::from_secs(2)).await,
        }
    }
}

/// Makes the link by which this account gets a password; older ones are not good any more.
pub(super) fn make(desk: &mut Desk<'_>, account: AccountId, secret: &Secret) -> Result<Token, Error> {
    end(desk, account)?;
    let now = desk.now();
    let token = Token {
        hash: secret.hash(),
        kind: TokenKind::Link,
        account: Some(account),
        name: String::new(),
        scopes: String::new(),
        created: now,
        used: now,
        expires: Some(now.checked_add(GOOD).unwrap_or(Timestamp::MAX)),
    };
    desk.add_token(&token)?;
    Ok(token)
}

/// No link to this account is good any more.
pub(super) fn end(desk: &mut Desk<'_>, account: AccountId) -> Result<(), Error> {
    for old in desk.tokens(account)?.iter().filter(|token| token.kind == TokenKind::Link) {
        desk.delete_token(&old.hash)?;
    }
    Ok(())
}

fn from_now() -> Timestamp {
    Timestamp::now().checked_add(GOOD).unwrap_or(Timestamp::MAX)
}

/// So long a link is good.
const GOOD: SignedDuration = SignedDuration::from_hours(24);
