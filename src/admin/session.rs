//! Being signed in with a browser.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::AppendHeaders;
use jiff::{SignedDuration, Timestamp};

use super::app::App;
use super::secret::Secret;
use super::who::Scope;
use crate::directory::{AccountId, Desk, Error, Token, TokenKind};

/// The cookie's name.
pub(super) const COOKIE_NAME: &str = "conclave_session";

/// Signs an account in.
pub(super) fn begin(desk: &mut Desk<'_>, account: AccountId, secret: &Secret) -> Result<Token, Error> {
    // The directory need not be tidied by the clock: whoever comes does it.
    desk.delete_old_tokens()?;
    let now = desk.now();
    let scopes: Vec<&str> = Scope::ALL.iter().map(|(word, _)| *word).collect();
    let token = Token {
        hash: secret.hash(),
        kind: TokenKind::Session,
        account: Some(account),
        name: String::new(),
        scopes: scopes.join(" "),
        created: now,
        used: now,
        expires: Some(expiry(now, now)),
    };
    desk.add_token(&token)?;
    Ok(token)
}

/// Until when a session is good that began then and is used now.
pub(super) fn expiry(created: Timestamp, now: Timestamp) -> Timestamp {
    let after = |moment: Timestamp, span| moment.checked_add(span).unwrap_or(Timestamp::MAX);
    after(now, IDLE).min(after(created, LONGEST))
}

/// The headers by which a browser keeps the session's secret; without one it forgets it.
pub(super) fn cookie(
    app: &App,
    secret: Option<&Secret>,
    secure: bool,
) -> AppendHeaders<Option<(axum::http::HeaderName, HeaderValue)>> {
    let path = if app.settings.path.is_empty() { "/" } else { &app.settings.path };
    let (secret, age) = secret.map_or(("", 0), |secret| (secret.reveal(), LONGEST.as_secs()));
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={secret}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Strict{secure}");
    AppendHeaders(cookie.parse().ok().map(|cookie| (SET_COOKIE, cookie)))
}

/// So long a session may be unused.
const IDLE: SignedDuration = SignedDuration::from_hours(12);

/// So long it may last.
const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_a_night_unused_and_after_a_month_in_any_case() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let began = at("2026-11-01T08:00:00Z");
        assert_eq!(expiry(began, began), at("2026-11-01T20:00:00Z"));
        assert_eq!(expiry(began, at("2026-11-20T08:00:00Z")), at("2026-11-20T20:00:00Z"));
        assert_eq!(expiry(began, at("2026-12-01T07:00:00Z")), at("2026-12-01T08:00:00Z"));
    }
}
