//! Accounts, as a provider keeps them and as their owners see them.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::World;

fn put(by: &mut Browser, account: &Value, change: Value) -> crate::common::Answer {
    let mut body = account.clone();
    let fields = body.as_object_mut().unwrap();
    fields.remove("id");
    fields.remove("has_password");
    fields.extend(change.as_object().unwrap().clone());
    by.api("PUT", &format!("/accounts/{}", account["id"]), Some(body))
}

#[test]
fn an_account_is_made_changed_and_deleted() {
    let world = World::new("accounts");
    let (_, mut root) = world.signed_in("root", AccountRole::Provider);
    let meant = json!({"login": "Ada", "role": "owner", "cap": 20, "rate": 6, "email": "ada@example.org"});
    let answer = root.post("/accounts", meant);
    let made = answer.json(201);
    let location = answer.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(root.get(&location).json(200), made);
    let rest = json!({"id": made["id"], "version": 1, "login": "ada", "role": "owner", "enabled": true, "active": true,
        "cap": 20, "rate": 6, "email": "ada@example.org", "has_password": false});
    assert_eq!(made, rest);
    assert_eq!(root.post("/accounts", json!({"login": "ada", "role": "owner"})).refused(422).1, ["login"]);
    let wrong = json!({"login": "", "role": "owner", "cap": 0, "email": "nowhere"});
    assert_eq!(root.post("/accounts", wrong).refused(422).1, ["login", "email", "cap"]);
    assert_eq!(root.post("/accounts", json!({"login": "bob", "role": "king"})).refused(422).1, ["role"]);
    assert_eq!(root.post("/accounts", json!({"login": "bob", "role": "owner", "id": 7})).refused(422).0, "invalid");

    let changed = put(&mut root, &made, json!({"cap": null, "role": "operator"})).json(200);
    assert_eq!((&changed["version"], &changed["cap"], &changed["role"]), (&json!(2), &Value::Null, &json!("operator")));
    assert_eq!(put(&mut root, &made, json!({"cap": 5})).refused(409).0, "changed");
    assert_eq!(put(&mut root, &made, json!({"version": null})).refused(422).1, ["version"]);

    let logins = |list: Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|account| account["login"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(logins(root.get("/accounts").json(200)), ["ada", "root"]);
    let names = root.get("/accounts?names=1").json(200);
    assert_eq!(names[0], json!({"id": made["id"], "login": "ada"}));
    assert_eq!(root.api("DELETE", &location, None).status, 204);
    assert_eq!(root.api("DELETE", &location, None).refused(404).0, "missing");
    assert_eq!(root.get(&location).refused(404).0, "missing");
    assert_eq!(logins(root.get("/accounts").json(200)), ["root"]);
}

#[test]
fn a_provider_does_not_lock_himself_out() {
    let world = World::new("last");
    let (root, mut browser) = world.signed_in("root", AccountRole::Provider);
    let path = format!("/accounts/{}", root.0);
    let own = browser.get(&path).json(200);
    assert_eq!(put(&mut browser, &own, json!({"role": "owner"})).refused(422).1, ["role"]);
    assert_eq!(put(&mut browser, &own, json!({"enabled": false})).refused(422).1, ["enabled"]);
    assert_eq!(browser.api("DELETE", &path, None).refused(409).0, "refused");
    let (second, mut other) = world.signed_in("second", AccountRole::Provider);
    assert_eq!(browser.api("DELETE", &path, None).refused(409).0, "refused");
    assert_eq!(other.api("DELETE", &path, None).status, 204);
    assert_eq!(browser.get("/session").refused(401).0, "signed_out");
    let own = other.get(&format!("/accounts/{}", second.0)).json(200);
    assert_eq!(put(&mut other, &own, json!({"role": "owner"})).refused(422).1, ["role"]);
}

#[test]
fn an_owner_changes_of_his_account_what_is_his() {
    let world = World::new("own");
    let (_, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let changed = ada.api("PATCH", "/account", Some(json!({"active": false, "email": "ada@example.org"}))).json(200);
    assert_eq!((&changed["active"], &changed["email"]), (&json!(false), &json!("ada@example.org")));
    assert_eq!(ada.api("PATCH", "/account", Some(json!({}))).json(200)["email"], "ada@example.org");
    assert_eq!(ada.api("PATCH", "/account", Some(json!({"email": "nowhere"}))).refused(422).1, ["email"]);
    for more in [json!({"role": "provider"}), json!({"cap": 1000}), json!({"rate": 0}), json!({"login": "root"})] {
        assert_eq!(ada.api("PATCH", "/account", Some(more)).refused(422).0, "invalid");
    }
    assert_eq!(ada.get("/account").json(200)["role"], "owner");
}
