//! What a session is good for, and until when.

use conclave::directory::{AccountRole, Token, TokenKind};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::{Browser, PASSWORD};
use crate::common::World;

fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn nothing_is_changed_without_the_page_s_own_token() {
    let world = World::new("csrf");
    let (_, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let csrf = ada.csrf.clone();
    let other = world.signed_in("bob", AccountRole::Owner).1.csrf;
    let short = csrf.as_ref().map(|csrf| csrf[..63].to_owned());
    for wrong in [None, Some(String::new()), other, short] {
        ada.csrf = wrong;
        assert_eq!(ada.api("PATCH", "/account", Some(json!({"active": false}))).refused(403).0, "csrf");
        assert_eq!(ada.api("DELETE", "/session", None).refused(403).0, "csrf");
        ada.csrf = None;
        assert_eq!(ada.get("/account").json(200)["active"], true);
    }
    ada.csrf = csrf;
    assert_eq!(ada.api("PATCH", "/account", Some(json!({"active": false}))).json(200)["active"], false);
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    let world = World::new("password");
    let (_, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let mut elsewhere = Browser::new(&world);
    elsewhere.sign_in("ada", PASSWORD).json(200);
    let mut change = |old: &str, new: &str| ada.api("PUT", "/account/password", Some(json!({"old": old, "new": new})));
    assert_eq!(change(PASSWORD, "short").refused(422).1, ["new"]);
    assert_eq!(change("wrong horse battery", "another horse battery").refused(422).1, ["old"]);
    let session = change(PASSWORD, "another horse battery").json(200);
    assert_eq!(elsewhere.get("/session").refused(401).0, "signed_out");
    assert_eq!(ada.get("/session").json(200)["csrf"], session["csrf"]);
    assert_eq!(ada.api("PATCH", "/account", Some(json!({"email": "ada@example.org"}))).status, 200);
    assert_eq!(elsewhere.sign_in("ada", PASSWORD).refused(401).0, "wrong");
    elsewhere.sign_in("ada", "another horse battery").json(200);
}

#[test]
fn switching_an_account_off_or_giving_it_another_role_counts_at_once() {
    let world = World::new("at-once");
    let (_, mut root) = world.signed_in("root", AccountRole::Provider);
    let (ada, mut browser) = world.signed_in("ada", AccountRole::Provider);
    let token = world.client(ada, "read write");
    let path = format!("/accounts/{}", ada.0);
    let mut change = |change: Value| {
        let seen = root.get(&path).json(200);
        let mut body = json!({"login": "ada", "role": "provider", "version": seen["version"]});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        root.api("PUT", &path, Some(body)).json(200)
    };
    assert_eq!((browser.get("/accounts").status, token.get("/accounts").status), (200, 200));
    change(json!({"role": "owner"}));
    assert_eq!((browser.get("/accounts").status, token.get("/accounts").status), (403, 403));
    change(json!({"enabled": false}));
    assert_eq!((browser.get("/session").status, token.get("/session").status), (401, 401));
    assert_eq!(browser.sign_in("ada", PASSWORD).refused(401).0, "wrong");
    // What was ended stays so.
    change(json!({"enabled": true}));
    assert_eq!((browser.get("/session").status, token.get("/session").status), (401, 200));
}

#[test]
fn a_session_ends_by_itself() {
    let world = World::new("expiry");
    let (_, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let hash = hash(ada.cookie.as_ref().unwrap());
    let (now, known) = (Timestamp::now(), hash.clone());
    let kept = world.desk(move |desk| desk.token(&known)).unwrap();
    let idle = kept.expires.unwrap().duration_since(now).as_secs();
    assert!((12 * 3600 - 60..=12 * 3600).contains(&idle), "{idle}");

    // Used again after a while it lasts for another night, but not past its month.
    for (days, left) in [(1, 12 * 3600), (30, 0)] {
        let ago = |seconds: i64| now - SignedDuration::from_secs(seconds);
        let old = Token {
            created: ago(days * 86_400 - 1800),
            used: ago(4000),
            expires: Some(now + SignedDuration::from_mins(20)),
            ..kept.clone()
        };
        let known = hash.clone();
        world.desk(move |desk| {
            desk.delete_token(&known)?;
            desk.add_token(&old)
        });
        ada.get("/session").json(200);
        // It is noted without anybody waiting for it, but before the next one who asks.
        let known = hash.clone();
        let expires = world.desk(move |desk| desk.token(&known)).unwrap().expires.unwrap();
        let seconds = expires.duration_since(now).as_secs();
        let right = if left == 0 { 1700..=1900 } else { left - 60..=left + 60 };
        assert!(right.contains(&seconds), "after {days} days {seconds}");
    }
    let known = hash.clone();
    world.desk(move |desk| desk.token_used(&known, Some(Timestamp::now() - SignedDuration::from_secs(1))));
    assert_eq!(ada.get("/session").refused(401).0, "signed_out");
}

#[test]
fn cookies_tokens_and_links_do_not_pass_for_one_another() {
    let world = World::new("kinds");
    let (account, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let cookie = ada.cookie.take().unwrap();
    let bearer = ada.with("Authorization", &format!("Bearer {cookie}")).get("/session");
    assert_eq!(bearer.refused(401).0, "signed_out");
    let (secret, now) = ("s".repeat(64), Timestamp::now());
    for kind in [TokenKind::Api, TokenKind::Link] {
        let token = Token {
            hash: hash(&secret),
            kind,
            account: Some(account),
            name: String::new(),
            scopes: "read write".into(),
            created: now,
            used: now,
            expires: None,
        };
        let known = token.hash.clone();
        world.desk(move |desk| {
            desk.delete_token(&known)?;
            desk.add_token(&token)
        });
        ada.cookie = Some(secret.clone());
        assert_eq!(ada.get("/session").refused(401).0, "signed_out");
    }
}
