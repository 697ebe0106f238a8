//! Who may do what: every route of the API, asked by everybody.
//!
//! A new route needs a line in [`RULES`]; without one the test fails.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use conclave::directory::AccountRole::{self, Operator, Owner, Provider};
use conclave::directory::{AccountId, Details, Kind, Token, TokenKind};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::common::{Answer, PATIENCE, World};

/// What lets one in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    /// Nothing: it is for everybody.
    Nothing,
    /// Any way in, of any account.
    Any,
    /// A password: no token will do.
    Password,
    /// A password, or a token with this scope.
    Scope(&'static str),
}

use By::{Any, Nothing, Password, Scope};

/// A route (one that begins with `//` is none of the API's), what lets one in, for which roles, and a body that would do: empty for none, or `text/csv` if it is not JSON.
struct Rule(&'static str, By, &'static [AccountRole], &'static str);

const ALL: &[AccountRole] = &[Provider, Owner, Operator];
const MANAGERS: &[AccountRole] = &[Provider, Owner];
const STAFF: &[AccountRole] = &[Provider, Operator];
const PROVIDER: &[AccountRole] = &[Provider];

/// In the places of a path's variables there is what does not exist: whoever may look is told that there is none.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule("GET /about", Any, ALL, ""),
    Rule("GET /openapi.json", Any, ALL, ""),

    Rule("GET /session", Any, ALL, ""),
    Rule("POST /session", Nothing, ALL, r#"{"login": "nobody", "password": "wrong horse battery"}"#),
    Rule("DELETE /session", Password, ALL, ""),
    Rule("GET /link?token=x", Nothing, ALL, ""),
    Rule("POST /link", Nothing, ALL, r#"{"token": "x", "password": "correct horse battery"}"#),
    Rule("GET /account", Scope("read"), ALL, ""),
    Rule("PATCH /account", Scope("write"), ALL, r#"{"active": true}"#),
    Rule("PUT /account/password", Password, ALL, r#"{"old": "", "new": "correct horse battery"}"#),
    Rule("GET /tokens", Password, ALL, ""),
    Rule("POST /tokens", Password, ALL, r#"{"name": "x", "scopes": ["read"]}"#),
    Rule("DELETE /tokens/{id}", Password, ALL, ""),

    Rule("GET /accounts", Scope("read"), PROVIDER, ""),
    Rule("GET /accounts?names=1", Scope("read"), &[Provider, Operator], ""),
    Rule("POST /accounts", Scope("write"), PROVIDER, r#"{"login": "root", "role": "owner"}"#),
    Rule("GET /accounts/{id}", Scope("read"), PROVIDER, ""),
    Rule("PUT /accounts/{id}", Scope("write"), PROVIDER, r#"{"version": 1, "login": "x", "role": "owner"}"#),
    Rule("DELETE /accounts/{id}", Scope("write"), PROVIDER, ""),
    Rule("POST /accounts/{id}/link", Password, PROVIDER, ""),

    Rule("GET /conferences", Scope("read"), ALL, ""),
    Rule("POST /conferences", Scope("write"), MANAGERS, r#"{"kind": "meeting"}"#),
    Rule("GET /conferences/{id}", Scope("read"), ALL, ""),
    Rule("PUT /conferences/{id}", Scope("write"), MANAGERS, r#"{"kind": "meeting", "version": 1}"#),
    Rule("DELETE /conferences/{id}", Scope("write"), MANAGERS, ""),
    Rule("POST /conferences/{id}/codes", Scope("write"), MANAGERS, r#"{"version": 1}"#),
    Rule("POST /conferences/{id}/copy", Scope("write"), MANAGERS, ""),
    Rule("POST /conferences/{id}/restore", Scope("write"), MANAGERS, ""),
    Rule("POST /conferences/{id}/invitations", Scope("write"), MANAGERS, ""),
    Rule("GET /conferences/{id}/mail", Scope("read"), MANAGERS, ""),
    Rule("GET /conferences/{id}/calendar.ics", Scope("read"), MANAGERS, ""),
    Rule("GET /conferences/{id}/sounds/{which}", Scope("read"), MANAGERS, ""),
    Rule("PUT /conferences/{id}/sounds/{which}", Scope("write"), MANAGERS, ""),
    Rule("DELETE /conferences/{id}/sounds/{which}", Scope("write"), MANAGERS, ""),
    Rule("GET /conferences/export?format=csv", Scope("read"), MANAGERS, ""),
    Rule("POST /conferences/import?format=csv&dry_run=true", Scope("write"), MANAGERS, "text/csv kind\n"),
    Rule("GET /settings", Scope("read"), MANAGERS, ""),
    Rule("PUT /settings", Scope("write"), PROVIDER, r#"{"code_length": 8, "access_numbers": [], "currency": {"code": "EUR", "decimals": 2}, "history_days": 30}"#),
    Rule("POST /settings/mail/test", Scope("write"), PROVIDER, r#"{"to": "ada@example.org"}"#),
    Rule("GET /mail", Scope("read"), PROVIDER, ""),
    Rule("GET /users", Scope("read"), PROVIDER, ""),
    Rule("POST /users/import", Scope("write"), PROVIDER, r#"{"extensions": []}"#),
    Rule("GET /history", Scope("read"), ALL, ""),

    Rule("GET /history/chart?step=day", Scope("read"), ALL, ""),
    Rule("GET /history/export?format=csv", Scope("read"), ALL, ""),
    Rule("GET /history/meetings", Scope("read"), ALL, ""),
    Rule("GET /history/timeline?number=1&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", Scope("read"), ALL, ""),

    Rule("GET /rooms", Scope("read"), ALL, ""),
    Rule("GET /rooms/{number}", Scope("read"), ALL, ""),
    Rule("POST /rooms/{number}/actions", Scope("operate"), ALL, r#"{"do": "lock", "on": true}"#),
    Rule("GET /events", Scope("read"), ALL, ""),
    Rule("GET /health", Scope("read"), STAFF, ""),
    Rule("GET /health/history", Scope("read"), STAFF, ""),
    Rule("GET /workers", Scope("read"), STAFF, ""),
    Rule("GET //metrics", Scope("metrics"), STAFF, ""),
];

#[test]
fn everybody_may_do_what_is_his_and_nothing_else() {
    let world = World::new("roles");
    let accounts: Vec<(AccountRole, AccountId)> =
        ALL.iter().map(|role| (*role, world.account(&format!("{role:?}"), *role).account)).collect();
    for Rule(route, by, roles, body) in RULES {
        let ask = |shows: &[(&str, String)]| ask(world.address, route, NOBODYS, shows, body);
        let nobody = ask(&[]);
        assert_eq!(nobody == Verdict::Passed, *by == Nothing, "{route} by nobody: {nobody:?}");
        assert!(nobody == Verdict::Passed || nobody == Verdict::SignedOut, "{route} by nobody: {nobody:?}");
        for (role, account) in &accounts {
            let mut right = if roles.contains(role) { Verdict::Passed } else { Verdict::Forbidden };
            let (cookie, csrf) = session(&world, *account);
            let asked = ask(&[("Cookie", cookie.clone()), ("X-CSRF-Token", csrf)]);
            assert_eq!(asked, right, "{route} by {role:?} with a password");
            if !route.starts_with("GET ") && *by != Nothing {
                let (cookie, _) = session(&world, *account);
                assert_eq!(ask(&[("Cookie", cookie)]), Verdict::Csrf, "{route} by {role:?} without the page's token");
            }
            for scope in ["read", "write", "operate", "metrics"] {
                let lets_in = match by {
                    Nothing | Any => true,
                    Password => false,
                    Scope(needed) => *needed == scope,
                };
                if !lets_in {
                    right = Verdict::Forbidden;
                } else if roles.contains(role) {
                    right = Verdict::Passed;
                }
                let token = token(&world, *account, TokenKind::Api, scope);
                let asked = ask(&[("Authorization", format!("Bearer {token}"))]);
                assert_eq!(asked, right, "{route} by {role:?} with a token for {scope}");
            }
        }
    }
}

#[test]
fn a_stranger_s_conference_is_not_there() {
    let world = World::new("strangers");
    let ada = world.account("ada", Owner).account;
    let bob = world.account("bob", Owner).account;
    let conference = world.desk(move |desk| desk.create_conference(&Details::new(ada, Kind::Meeting), Owner));
    let id = conference.id.0.to_string();
    let of_conferences = RULES.iter().filter(|Rule(route, ..)| route.contains("/conferences/{"));
    let mut count = 0;
    for Rule(route, _, _, body) in of_conferences {
        let token = token(&world, bob, TokenKind::Api, "read write operate metrics");
        let shows = [("Authorization", format!("Bearer {token}"))];
        assert_eq!(status(world.address, route, &id, &shows, body).0, 404, "{route}");
        count += 1;
    }
    assert!(count >= 7, "{count}");
    assert_eq!(world.desk(move |desk| desk.conference(conference.id)).version, 1);
}

#[test]
fn no_route_is_left_out() {
    let api = serde_json::to_value(conclave::admin::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|key| METHODS.contains(&&***key)) {
            routes.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let ruled: Vec<&str> = RULES.iter().map(|Rule(route, ..)| route.split('?').next().unwrap()).collect();
    let left_out: Vec<_> = routes.iter().filter(|route| !ruled.contains(&&***route)).collect();
    assert!(left_out.is_empty(), "without a line in RULES: {left_out:#?}");
    let gone = |route: &&&str| !route.contains("//") && !routes.iter().any(|there| there == **route);
    let gone: Vec<_> = ruled.iter().filter(gone).collect();
    assert!(gone.is_empty(), "not there any more: {gone:#?}");
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What stands for all of a path's variables.
const NOBODYS: &str = "999999";

/// How far one came.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// To the handler, whatever that said.
    Passed,
    SignedOut,
    Forbidden,
    Csrf,
}

fn ask(address: SocketAddr, route: &str, id: &str, shows: &[(&str, String)], body: &str) -> Verdict {
    let (status, error) = status(address, route, id, shows, body);
    match (status, &*error) {
        (401, "signed_out" | "setup") => Verdict::SignedOut,
        (403, "forbidden") => Verdict::Forbidden,
        (403, "csrf") => Verdict::Csrf,
        (400..=499, _) if ["malformed", "wrong_type", "method"].contains(&&*error) => {
            panic!("{route}: {status} {error}; its body in RULES has to be one that could be done")
        }
        (500, _) => panic!("{route}: {status} {error}"),
        _ => Verdict::Passed,
    }
}

/// The status of the answer, and the word of its refusal. An answer without end is not waited for.
fn status(address: SocketAddr, route: &str, id: &str, shows: &[(&str, String)], body: &str) -> (u16, String) {
    let (method, path) = route.split_once(' ').unwrap();
    let mut parts = path.split(['{', '}']).enumerate();
    let path: String = parts
        .by_ref()
        .map(|(at, part)| match part {
            "which" => "name",
            part if at % 2 == 0 => part,
            _ => id,
        })
        .collect();
    let (kind, body) = body.strip_prefix("text/csv ").map_or(("application/json", body), |body| ("text/csv", body));
    let path =
        path.strip_prefix('/').filter(|path| path.starts_with('/')).map_or(format!("/api/v1{path}"), str::to_owned);
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    if !body.is_empty() {
        text += &format!("Content-Type: {kind}\r\n");
    }
    for (name, value) in shows {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "{route}: the connection ended");
        answer.extend_from_slice(&piece[..count]);
    }
    if Answer::read(&answer).status >= 400 {
        stream.read_to_end(&mut answer).unwrap();
    }
    let answer = Answer::read(&answer);
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, problem["error"].as_str().unwrap_or_default().to_owned())
}

/// A session's cookie, and the token that the page shows beside it.
fn session(world: &World, account: AccountId) -> (String, String) {
    let secret = token(world, account, TokenKind::Session, "read write operate metrics");
    let cookie = format!("conclave_session={secret}");
    let headers = [("Cookie".to_owned(), cookie.clone())];
    let session = crate::common::raw(world.address, "GET", "/api/v1/session", &headers, b"").json(200);
    (cookie, session["csrf"].as_str().unwrap().to_owned())
}

fn token(world: &World, account: AccountId, kind: TokenKind, scopes: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let secret = format!("roles-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let now = Timestamp::now();
    let token = Token {
        hash: Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
        kind,
        account: Some(account),
        name: "test".into(),
        scopes: scopes.into(),
        created: now,
        used: now,
        expires: None,
    };
    world.desk(move |desk| desk.add_token(&token));
    secret
}
