//! API tokens: ways in for programs, good for some things.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::World;

#[test]
fn a_token_is_good_for_its_scopes_until_it_is_deleted() {
    let world = World::new("api-tokens");
    let (_, mut root) = world.signed_in("root", AccountRole::Provider);
    let answer = root.post("/tokens", json!({"name": " billing ", "scopes": ["read", "read"]}));
    let made = answer.json(201);
    let token = made["token"].as_str().unwrap().to_owned();
    let mut program = Browser::new(&world).with("Authorization", &format!("bearer {token}"));
    let session = program.get("/session").json(200);
    assert_eq!((&session["scopes"], &session["csrf"]), (&json!(["read"]), &Value::Null));
    program.get("/accounts").json(200);
    assert_eq!(program.post("/accounts", json!({"login": "ada", "role": "owner"})).refused(403).0, "forbidden");

    let listed = root.get("/tokens").json(200);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["name"], &listed[0]["scopes"]),
        (&made["id"], &json!("billing"), &json!(["read"]))
    );
    assert!(!listed.to_string().contains(&token));
    let path = format!("/tokens/{}", made["id"].as_str().unwrap());
    assert!(answer.header("location").unwrap().ends_with(&path));
    // They are each one's own.
    let (_, mut other) = world.signed_in("second", AccountRole::Provider);
    assert_eq!(other.get("/tokens").json(200), json!([]));
    assert_eq!(other.api("DELETE", &path, None).refused(404).0, "missing");
    assert_eq!(root.api("DELETE", &path, None).status, 204);
    assert_eq!(program.get("/session").refused(401).0, "signed_out");
    assert_eq!(root.api("DELETE", &path, None).refused(404).0, "missing");
}

#[test]
fn a_token_gives_nobody_a_further_way_in() {
    let world = World::new("further");
    let (root, _) = world.signed_in("root", AccountRole::Provider);
    let program = world.client(root, "read write operate metrics");
    let refused = [
        program.get("/tokens"),
        program.post("/tokens", json!({"name": "more", "scopes": ["read"]})),
        program.delete("/tokens/0123456789abcdef"),
        program.put("/account/password", json!({"old": "a", "new": "another horse battery"})),
        program.post(&format!("/accounts/{}/link", root.0), Value::Null),
        program.delete("/session"),
    ];
    for answer in refused {
        assert_eq!(answer.refused(403).0, "forbidden");
    }
}

#[test]
fn what_cannot_be_is_told_at_its_field() {
    let world = World::new("token-fields");
    let (_, mut root) = world.signed_in("root", AccountRole::Provider);
    for (body, fields) in [
        (json!({"name": "", "scopes": []}), vec!["name", "scopes"]),
        (json!({"name": "x", "scopes": ["all"]}), vec!["scopes"]),
        (json!({"name": "x", "scopes": ["read"], "expires": "2020-01-01T00:00:00Z"}), vec!["expires"]),
        (json!({"name": "x", "scopes": ["read"], "expires": "tomorrow"}), vec!["expires"]),
        (json!({"name": "x\ny", "scopes": ["read"]}), vec!["name"]),
    ] {
        assert_eq!(root.post("/tokens", body.clone()).refused(422).1, fields, "{body}");
    }
    let made = root.post("/tokens", json!({"name": "x", "scopes": ["read"], "expires": "2099-01-01T00:00:00Z"}));
    assert_eq!(made.status, 201);
    assert_eq!(root.get("/tokens").json(200)[0]["expires"], "2099-01-01T00:00:00Z");
}
