//! What the provider sets for all.

use conclave::directory::AccountRole;
use serde_json::json;

use crate::common::World;

#[test]
fn the_provider_sets_them_and_nobody_else() {
    let world = World::new("settings");
    let provider = world.account("root", AccountRole::Provider);
    let first = provider.get("/settings").json(200);
    assert_eq!((&first["code_length"], &first["access_numbers"]), (&json!(8), &json!([])));
    assert_eq!((&first["currency"], &first["history_days"]), (&json!({"code": "EUR", "decimals": 2}), &json!(null)));
    let meant = json!({
        "code_length": 10, "currency": {"code": "JPY", "decimals": 0}, "history_days": 90,
        "access_numbers": [{"number": "800", "dial_in": "+49 30 1234 (Berlin)"}, {"number": "801", "dial_in": ""}],
    });
    let set = provider.put("/settings", meant.clone()).json(200);
    for (field, value) in meant.as_object().unwrap() {
        assert_eq!(set[field], *value, "{field}");
    }
    assert_eq!(provider.get("/settings").json(200), set);
    for role in [AccountRole::Owner, AccountRole::Operator] {
        let other = world.account(role.as_str(), role);
        assert_eq!(other.get("/settings").status, if role == AccountRole::Owner { 200 } else { 403 });
        assert_eq!(other.put("/settings", meant.clone()).refused(403).0, "forbidden");
    }
}

#[test]
fn what_cannot_be_is_told_and_nothing_is_set() {
    let world = World::new("bad-settings");
    let provider = world.account("root", AccountRole::Provider);
    let number = |number: &str| json!({"number": number});
    let all = |length, numbers: serde_json::Value| json!({"code_length": length, "currency": {"code": "EUR", "decimals": 2}, "access_numbers": numbers});
    provider.put("/settings", all(8, json!([number("800")]))).json(200);
    let only = json!({"kind": "meeting", "name": "Board", "access_number": "800", "extension": "8000"});
    provider.post("/conferences", only).json(201);
    for (body, fields) in [
        (all(3, json!([number("800")])), vec!["code_length"]),
        (all(8, json!([])), vec!["access_numbers"]),
        (all(8, json!([number("800"), number("8000")])), vec!["access_numbers[1].number"]),
        (all(8, json!([number("800"), number("800")])), vec!["access_numbers[1].number"]),
        (all(8, json!([number("800"), number("a b")])), vec!["access_numbers[1].number"]),
        (all(8, json!([{"number": "800", "dial_in": "two\nlines"}])), vec!["access_numbers[0].dial_in"]),
        (
            json!({"code_length": 8, "currency": {"code": "euro", "decimals": 9}, "access_numbers": [number("800")], "history_days": 0}),
            vec!["currency.code", "currency.decimals", "history_days"],
        ),
    ] {
        assert_eq!(provider.put("/settings", body.clone()).refused(422).1, fields, "{body}");
    }
    let kept = provider.get("/settings").json(200);
    assert_eq!(
        (&kept["code_length"], &kept["access_numbers"]),
        (&json!(8), &json!([{"number": "800", "dial_in": ""}]))
    );
}
