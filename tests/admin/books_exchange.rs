//! Conferences and users of the PBX, in and out over the API.

use conclave::directory::{AccountRole, PbxUser};
use serde_json::json;

use crate::common::{Client, World};

fn count(who: &Client) -> u64 {
    who.get("/conferences").json(200)["total"].as_u64().unwrap()
}

fn csv(who: &Client, query: &str, text: &str) -> crate::common::Answer {
    who.send(
        "POST",
        &format!("/conferences/import?format=csv{query}"),
        Some("text/csv; charset=utf-8"),
        text.as_bytes(),
    )
}

#[test]
fn what_goes_out_comes_in_again() {
    let world = World::new("round");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    ada.post("/conferences", json!({"kind": "meeting", "name": "=1+1", "tag": "a", "extension": "8000"})).json(201);
    ada.post("/conferences", json!({"kind": "meeting", "name": "Board", "tag": "b", "pin": "4711"})).json(201);
    bob.post("/conferences", json!({"kind": "meeting", "name": "Sales"})).json(201);
    for (format, kind) in [("csv", "text/csv"), ("json", "application/json")] {
        let out = ada.get(&format!("/conferences/export?format={format}"));
        assert_eq!((out.status, out.header("content-type")), (200, Some(kind)));
        let name = format!("attachment; filename=\"conferences.{format}\"");
        assert_eq!(out.header("content-disposition"), Some(&*name));
        assert!(out.text().contains("Board") && !out.text().contains("Sales"), "{}", out.text());
        if format == "csv" {
            assert!(out.text().contains(",'=1+1,"), "no spreadsheet takes it for a formula: {}", out.text());
        }
        let path = format!("/conferences/import?format={format}");
        // While they are there, neither their codes nor their extension can be had.
        assert_eq!(ada.send("POST", &path, Some(kind), &out.body).refused(422).0, "invalid");
        let before = ada.get("/conferences").json(200);
        for one in before["conferences"].as_array().unwrap() {
            ada.delete(&format!("/conferences/{}", one["id"])).json(200);
        }
        let report = ada.send("POST", &path, Some(kind), &out.body).json(200);
        assert_eq!(report, json!({"created": 2, "skipped": [], "dry_run": false}));
        let after = ada.get("/conferences").json(200);
        for field in ["name", "codes", "extension", "pin"] {
            let of = |list: &serde_json::Value, at: usize| list["conferences"][at][field].clone();
            assert_eq!([of(&after, 0), of(&after, 1)], [of(&before, 0), of(&before, 1)], "{field}");
        }
    }
    let filtered = ada.get("/conferences/export?format=json&tag=a").json(200);
    assert_eq!((filtered.as_array().unwrap().len(), &filtered[0]["name"]), (1, &json!("=1+1")));
}

#[test]
fn a_bad_row_names_its_line_and_nothing_is_imported() {
    let world = World::new("bad-rows");
    let ada = world.account("ada", AccountRole::Owner);
    let answer = csv(&ada, "", "name,extension,max_participants\r\nBoard,8000,5\r\nSales,8000,\r\nMany,8001,0\r\n");
    assert_eq!(answer.refused(422).1, ["line 3, extension", "line 4, max_participants"]);
    assert_eq!(answer.json(422)["message"], "Nothing was imported.");
    assert_eq!(count(&ada), 0);
    let answer = csv(&ada, "", "name,colour\nBoard,red\n");
    assert_eq!(answer.refused(422).1, ["line 2, colour"]);
}

#[test]
fn it_can_be_tried_without_doing_it() {
    let world = World::new("dry");
    let ada = world.account("ada", AccountRole::Owner);
    let text = "name,extension\nBoard,8000\nSales,8001\n";
    let report = json!({"created": 2, "skipped": [], "dry_run": true});
    assert_eq!(csv(&ada, "&dry_run=true", text).json(200), report);
    assert_eq!(
        csv(&ada, "&dry_run=true", "name,extension\nBoard,8000\nSales,8000\n").refused(422).1,
        ["line 3, extension"]
    );
    assert_eq!(count(&ada), 0);
    assert_eq!(csv(&ada, "", text).json(200)["created"], 2);
    assert_eq!(count(&ada), 2);
}

#[test]
fn what_is_no_such_file_is_refused() {
    let world = World::new("no-file");
    let (ada, eve) = (world.account("ada", AccountRole::Owner), world.account("eve", AccountRole::Operator));
    let import = |kind, body: &[u8]| ada.send("POST", "/conferences/import?format=csv", kind, body);
    assert_eq!(import(Some("application/json"), b"[]").refused(415).0, "wrong_type");
    assert_eq!(import(None, b"name\nBoard").refused(415).0, "wrong_type");
    assert_eq!(import(Some("text/csv"), b"name\n\xff\xfe").refused(422).1, ["body"]);
    assert_eq!(import(Some("text/csv"), b"name\nBo\0ard").refused(422).1, ["body"]);
    let mut large = b"name\n".repeat(1 << 20);
    assert_eq!(import(Some("text/csv"), &large).refused(422).1, ["line 2002"], "so many would keep callers waiting");
    large.push(b'\n');
    assert_eq!(import(Some("text/csv"), &large).refused(413).0, "too_large");
    assert_eq!(ada.send("POST", "/conferences/import", Some("text/csv"), b"name\n").refused(422).0, "invalid");
    assert_eq!(ada.send("POST", "/conferences/import?format=xml", Some("text/csv"), b"").refused(422).1, ["format"]);
    assert_eq!(csv(&eve, "", "name\nBoard\n").refused(403).0, "forbidden");
    assert_eq!(eve.get("/conferences/export?format=csv").refused(403).0, "forbidden");
    assert_eq!(count(&ada), 0);
}

#[test]
fn recorded_ones_are_imported_by_who_has_read_what_it_means() {
    let world = World::new("import-notice");
    let ada = world.account("ada", AccountRole::Owner);
    let text = "name,setting.record\nBoard,yes\n";
    assert_eq!(csv(&ada, "", text).refused(422).1, ["recording_notice"]);
    assert_eq!(csv(&ada, "&dry_run=true", text).refused(422).1, ["recording_notice"]);
    assert_eq!(csv(&ada, "&recording_notice=true", text).json(200)["created"], 1);
}

#[test]
fn users_of_the_pbx_get_one_each_and_once() {
    let world = World::new("users");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let user = |user: &str, name: &str| PbxUser { user: user.into(), name: name.into(), email: String::new() };
    *world.pbx.users.lock().unwrap() = vec![user("201", "Ada"), user("202", "Bob"), user("203", "Eve")];
    let import = |body| provider.post("/users/import", body);
    assert_eq!(import(json!({"extensions": ["201", "299"]})).refused(422).1, ["extensions"]);
    assert_eq!(import(json!({"extensions": ["201"], "dry_run": true})).json(200)["created"], 1);
    assert_eq!(import(json!({"extensions": ["201"]})).json(200)["created"], 1);
    let listed = provider.get("/users").json(200);
    let have =
        |at: usize| (listed[at]["extension"].clone(), listed[at]["name"].clone(), listed[at]["has_conference"].clone());
    assert_eq!(have(0), (json!("201"), json!("Ada"), json!(true)));
    assert_eq!(have(1), (json!("202"), json!("Bob"), json!(false)));
    let rest = import(json!({"extensions": null})).json(200);
    assert_eq!(rest, json!({"created": 2, "skipped": ["201"], "dry_run": false}));
    let file = |text: &[u8]| provider.send("POST", "/users/import?format=csv", Some("text/csv"), text);
    assert_eq!(
        file(b"user,name\n203,Eve\n204,Dan\n").json(200),
        json!({"created": 1, "skipped": ["203"], "dry_run": false})
    );
    assert_eq!(file(b"user,name\n,Nobody\n").refused(422).1, ["line 2, user"]);
    let codes: std::collections::BTreeSet<String> = provider.get("/conferences").json(200)["conferences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["codes"]["leader"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 4, "each has a leader code of his own");
    assert_eq!(ada.get("/users").refused(403).0, "forbidden");
    assert_eq!(ada.post("/users/import", json!({"extensions": null})).refused(403).0, "forbidden");
}
