//! Links that are good once: for the first account, and for a password.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::{Browser, PASSWORD};
use crate::common::World;

fn token(url: &str) -> String {
    url.trim().rsplit("/#/link/").next().unwrap().to_owned()
}

#[test]
fn the_first_account_is_made_by_the_link_that_the_console_shows() {
    let world = World::new("first");
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/session").refused(401).0, "setup");
    let shown = world.console_show();
    assert!(shown.contains(&format!("http://{}/#/link/", world.address)), "{shown}");
    assert!(shown.contains("TLS: none"), "{shown}");
    let token = token(&shown);
    assert_eq!(world.console_show(), shown);
    let seen = browser.get(&format!("/link?token={token}")).json(200);
    assert_eq!(seen, json!({"kind": "setup", "login": null}));
    let mut follow = |login: &str, password: &str| {
        browser.post("/link", json!({"token": token, "login": login, "password": password}))
    };
    assert_eq!(follow("root", "short").refused(422).1, ["password"]);
    assert_eq!(follow("", PASSWORD).refused(422).1, ["login"]);
    let session = follow("root", PASSWORD).json(200);
    assert_eq!((&session["account"]["role"], &session["account"]["has_password"]), (&json!("provider"), &json!(true)));
    assert_eq!(follow("second", PASSWORD).refused(404).0, "missing");
    assert_eq!(browser.get("/accounts").json(200).as_array().unwrap().len(), 1);
    assert!(!world.console_show().contains("/#/link/"));
    assert_eq!(Browser::new(&world).get("/session").refused(401).0, "signed_out");
}

#[test]
fn of_those_who_follow_the_first_link_at_once_one_is_first() {
    let world = World::new("race");
    let token = token(&world.console_show());
    let followers: Vec<_> = (0..4)
        .map(|number| {
            let (mut browser, token) = (Browser::new(&world), token.clone());
            let body = json!({"token": token, "login": format!("root{number}"), "password": PASSWORD});
            std::thread::spawn(move || browser.post("/link", body).status)
        })
        .collect();
    let statuses: Vec<u16> = followers.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(world.desk(|desk| desk.accounts()).len(), 1);
}

#[test]
fn a_provider_gives_an_account_its_password_by_a_link() {
    let world = World::new("link");
    let (_, mut root) = world.signed_in("root", AccountRole::Provider);
    let made = root.post("/accounts", json!({"login": "ada", "role": "owner"})).json(201);
    assert_eq!(made["has_password"], false);
    let path = format!("/accounts/{}/link", made["id"]);
    let old = token(root.post(&path, Value::Null).json(200)["url"].as_str().unwrap());
    let link = root.post(&path, Value::Null).json(200);
    let expires: jiff::Timestamp = link["expires"].as_str().unwrap().parse().unwrap();
    let hours = expires.duration_since(jiff::Timestamp::now()).as_secs_f64() / 3600.0;
    assert!((23.9..24.0).contains(&hours), "{hours}");
    let token = token(link["url"].as_str().unwrap());

    let mut ada = Browser::new(&world);
    assert_eq!(ada.get(&format!("/link?token={old}")).refused(404).0, "missing");
    let seen = ada.get(&format!("/link?token={token}")).json(200);
    assert_eq!(seen, json!({"kind": "password", "login": "ada"}));
    assert_eq!(ada.post("/link", json!({"token": token, "password": "password1234"})).refused(422).1, ["password"]);
    // It opens nothing by itself.
    assert_eq!(ada.with("Authorization", &format!("Bearer {token}")).get("/session").refused(401).0, "signed_out");
    ada.cookie = Some(token.clone());
    assert_eq!(ada.get("/session").refused(401).0, "signed_out");
    ada.cookie = None;
    ada.post("/link", json!({"token": token, "password": PASSWORD})).json(200);
    assert_eq!(ada.get("/session").json(200)["account"]["login"], "ada");
    assert_eq!(ada.post("/link", json!({"token": token, "password": PASSWORD})).refused(404).0, "missing");
}

#[test]
fn the_console_helps_who_forgot_his_password_and_ends_what_others_opened_with_it() {
    let world = World::new("forgotten");
    let (account, mut thief) = world.signed_in("ada", AccountRole::Owner);
    let unknown = world.console_link("nobody").unwrap_err();
    assert!(unknown.contains("no such account"), "{unknown}");
    let token = token(&world.console_link("Ada").unwrap());
    let mut ada = Browser::new(&world);
    ada.post("/link", json!({"token": token, "password": "another horse battery"})).json(200);
    assert_eq!(thief.get("/session").refused(401).0, "signed_out");
    assert_eq!(thief.sign_in("ada", PASSWORD).refused(401).0, "wrong");
    ada.get("/session").json(200);
    world.change(account, |details| details.enabled = false);
    assert!(world.console_link("ada").unwrap_err().contains("switched off"));
}
