//! Conferences over the API: made, listed, changed, deleted; who sees what.

use conclave::directory::{AccountRole, Schedule};
use serde_json::{Value, json};

use crate::common::{Client, World};

fn made(by: &Client, body: Value) -> Value {
    let answer = by.post("/conferences", body);
    let made = answer.json(201);
    assert_eq!(answer.header("location").unwrap().rsplit('/').next().unwrap(), made["id"].to_string());
    made
}

fn names(answer: &Value) -> Vec<&str> {
    answer["conferences"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[test]
fn a_conference_is_made_and_shown_as_it_was_meant() {
    let world = World::new("make");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    world.desk(|desk| {
        desk.add_access_number(&"800".parse().unwrap())?;
        desk.set_dial_in(&"800".parse().unwrap(), "+49 30 1234 (Berlin)")
    });
    let meant = json!({
        "kind": "scheduled", "enabled": false, "tag": "sales", "name": "Vertrieb", "description": "Numbers.\nMore.",
        "email": "ada@example.org", "guests": ["bob@example.org"], "extension": "8000", "access_number": "800",
        "schedule": {"start": "2099-11-24T10:00", "zone": "Europe/Berlin", "duration_minutes": 90, "repeats": "FREQ=WEEKLY;BYDAY=TU"},
        "expires": "2100-01-01T00:00:00Z", "session_minutes": 45, "max_participants": 12, "pin": "4711",
        "settings": {"arrivals": "names", "quiet": "no"},
    });
    let shown = made(&ada, meant.clone());
    for (field, value) in meant.as_object().unwrap() {
        assert_eq!(shown[field], *value, "{field}");
    }
    let rest = json!({
        "version": 1, "owner": ada.account.0, "owner_login": "ada", "record": false, "number": "8000", "list": "future",
        "opens": "2099-11-24T09:00:00Z", "closes": "2099-11-24T10:30:00Z", "dial_in": ["+49 30 1234 (Berlin)"],
        "in_progress": false, "read_only": false, "name_sound": false, "music_sound": false,
    });
    for (field, value) in rest.as_object().unwrap() {
        assert_eq!(shown[field], *value, "{field}");
    }
    let codes = shown["codes"].as_object().unwrap();
    assert!(codes["leader"].as_str().unwrap().len() == 8 && codes["leader"] != codes["participant"]);
    let path = format!("/conferences/{}", shown["id"]);
    assert_eq!(ada.get(&path).json(200), shown);
    assert_eq!(provider.get(&path).json(200), shown);
}

#[test]
fn what_cannot_be_is_told_at_its_field() {
    let world = World::new("fields");
    let ada = world.account("ada", AccountRole::Owner);
    made(&ada, json!({"kind": "meeting", "extension": "8000"}));
    let schedule = |start, zone, minutes, repeats| {
        json!({"kind": "scheduled",
            "schedule": {"start": start, "zone": zone, "duration_minutes": minutes, "repeats": repeats}})
    };
    for (body, fields) in [
        (json!({"kind": "meeting", "extension": "8000"}), vec!["extension"]),
        (json!({"kind": "meeting", "extension": "no number", "pin": "12a"}), vec!["extension", "pin"]),
        (json!({"kind": "meeting", "access_number": "800"}), vec!["access_number"]),
        (json!({"kind": "meeting", "session_minutes": 0, "email": "nobody"}), vec!["session_minutes", "email"]),
        (json!({"kind": "meeting", "owner": 4711}), vec!["owner"]),
        (json!({"kind": "dynamic"}), vec!["extension"]),
        (json!({"kind": "scheduled"}), vec!["schedule.start"]),
        (schedule("tomorrow", "UTC", 60, Value::Null), vec!["schedule.start"]),
        (schedule("2099-01-01T10:00", "Nowhere", 60, Value::Null), vec!["schedule.zone"]),
        (schedule("2099-01-01T10:00", "UTC", 0, Value::Null), vec!["schedule.duration_minutes"]),
        (schedule("2099-01-01T10:00", "UTC", 60, json!("DAILY")), vec!["schedule.repeats"]),
        (schedule("2009-01-01T10:00", "UTC", 60, Value::Null), vec!["schedule.start"]),
        (json!({"kind": "meeting", "settings": {"pin": "1"}}), vec!["pin"]),
        (json!({"kind": "meeting", "settings": {"invite_context": "world"}}), vec!["settings.invite_context"]),
        (json!({"kind": "meeting", "settings": {"quiet": true}}), vec!["settings.quiet"]),
        (json!({"kind": "party"}), vec!["kind"]),
        (json!({"kind": "meeting", "colour": "red"}), vec!["colour"]),
        (json!({}), vec!["body"]),
        (json!([]), vec!["body"]),
    ] {
        let (error, told) = ada.post("/conferences", body.clone()).refused(422);
        assert_eq!((&*error, told), ("invalid", fields.iter().map(|field| field.to_string()).collect()), "{body}");
    }
    assert_eq!(ada.get("/conferences").json(200)["total"], 1);
}

#[test]
fn what_is_no_request_is_refused_in_the_same_form() {
    let world = World::new("malformed");
    let ada = world.account("ada", AccountRole::Owner);
    let send = |kind, body: &[u8]| ada.send("POST", "/conferences", kind, body);
    assert_eq!(send(Some("application/json"), b"{").refused(400).0, "malformed");
    assert_eq!(send(Some("application/json"), b"").refused(400).0, "malformed");
    assert_eq!(send(Some("application/json"), b"{\"kind\": \"meeting\"} {}").refused(400).0, "malformed");
    assert_eq!(send(Some("application/json; charset=utf-8"), b"\xff").refused(400).0, "malformed");
    assert_eq!(send(Some("text/plain"), b"{\"kind\": \"meeting\"}").refused(415).0, "wrong_type");
    assert_eq!(send(None, b"{\"kind\": \"meeting\"}").refused(415).0, "wrong_type");
    let deep = "[".repeat(100_000);
    assert_eq!(send(Some("application/json"), deep.as_bytes()).refused(400).0, "malformed");
    let deep = format!("{{\"description\": {deep}");
    assert_eq!(send(Some("application/json"), deep.as_bytes()).refused(422).1, ["description"]);
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(send(Some("application/json"), large.as_bytes()).refused(413).0, "too_large");
    assert_eq!(ada.get("/conferences?limit=many").refused(422).1, ["limit"]);
    assert_eq!(ada.get("/conferences?list=soon").refused(422).1, ["list"]);
    assert_eq!(ada.get("/conferences?colour=red").refused(422).0, "invalid");
    assert_eq!(ada.get("/conferences/one").refused(404).0, "missing");
    assert_eq!(ada.get("/conferences/99999999999999999999").refused(404).0, "missing");
}

#[test]
fn whoever_changes_says_which_version_he_saw() {
    let world = World::new("version");
    let ada = world.account("ada", AccountRole::Owner);
    let first = made(&ada, json!({"kind": "meeting", "name": "Board", "pin": "1234"}));
    let path = format!("/conferences/{}", first["id"]);
    assert_eq!(ada.put(&path, json!({"kind": "meeting"})).refused(422).1, ["version"]);
    let second = ada.put(&path, json!({"kind": "meeting", "name": "Boards", "version": 1})).json(200);
    assert_eq!((&second["version"], &second["name"], &second["pin"]), (&json!(2), &json!("Boards"), &Value::Null));
    assert_eq!(second["codes"], first["codes"]);
    assert_eq!(ada.put(&path, json!({"kind": "meeting", "version": 1})).refused(409).0, "changed");
    let codes = format!("{path}/codes");
    assert_eq!(ada.post(&codes, json!({"version": 1})).refused(409).0, "changed");
    let third = ada.post(&codes, json!({"version": 2})).json(200);
    assert!(third["version"] == 3 && third["codes"] != first["codes"], "{third}");
}

#[test]
fn what_is_deleted_can_be_had_back() {
    let world = World::new("undo");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    let board = made(&ada, json!({"kind": "meeting", "name": "Board", "extension": "8000"}));
    let path = format!("/conferences/{}", board["id"]);
    let restore = format!("{path}/restore");
    assert_eq!(ada.send("POST", &restore, None, b"").refused(404).0, "missing");
    let until: jiff::Timestamp = ada.delete(&path).json(200)["undo_until"].as_str().unwrap().parse().unwrap();
    assert!(until.duration_since(jiff::Timestamp::now()).as_hours() >= 23);
    assert_eq!(ada.get(&path).refused(404).0, "missing");
    assert_eq!(ada.delete(&path).refused(404).0, "missing");
    assert_eq!(bob.send("POST", &restore, None, b"").refused(404).0, "missing");
    let back = ada.send("POST", &restore, None, b"").json(200);
    assert_eq!((&back["codes"], &back["extension"], &back["version"]), (&board["codes"], &json!("8000"), &json!(3)));
    assert_eq!(ada.send("POST", &restore, None, b"").refused(404).0, "missing");
}

#[test]
fn a_copy_has_codes_of_its_own() {
    let world = World::new("copy");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let body = json!({"kind": "meeting", "name": "Board", "extension": "8000", "owner": ada.account.0,
        "settings": {"invite_context": "phones", "quiet": "yes"}});
    let board = made(&provider, body);
    let path = format!("/conferences/{}/copy", board["id"]);
    let copied = ada.send("POST", &path, None, b"").json(201);
    assert_eq!((&copied["name"], &copied["extension"]), (&json!("Board"), &Value::Null));
    assert_eq!(copied["settings"], json!({"quiet": "yes"}), "what the provider allowed one is not allowed to others");
    assert!(copied["id"] != board["id"] && copied["codes"]["leader"] != board["codes"]["leader"]);
    let copied = provider.send("POST", &path, None, b"").json(201);
    assert_eq!((&copied["settings"], &copied["owner"]), (&board["settings"], &json!(ada.account.0)));
}

#[test]
fn recording_is_switched_on_by_who_has_read_what_it_means() {
    let world = World::new("notice");
    let ada = world.account("ada", AccountRole::Owner);
    let with = |more: Value| {
        let mut body = json!({"kind": "meeting"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for body in [json!({"record": true}), json!({"settings": {"record": "on"}})] {
        let answer = ada.post("/conferences", with(body));
        assert_eq!(answer.refused(422).1, ["recording_notice"]);
        assert!(answer.text().contains("everybody"));
    }
    let one = made(&ada, with(json!({"record": true, "recording_notice": true})));
    assert_eq!((&one["record"], &one["settings"]), (&json!(true), &json!({"record": "yes"})));
    // It stays on without another word, and is switched off by either.
    let path = format!("/conferences/{}", one["id"]);
    let kept = ada.put(&path, with(json!({"version": 1, "settings": {"record": "yes"}}))).json(200);
    assert_eq!(kept["record"], true);
    let off = ada.put(&path, with(json!({"version": 2, "settings": {"record": "yes"}, "record": false}))).json(200);
    assert_eq!((&off["record"], &off["settings"]), (&json!(false), &json!({})));
    let again = ada.put(&path, with(json!({"version": 3, "record": true})));
    assert_eq!(again.refused(422).1, ["recording_notice"]);
}

#[test]
fn everybody_sees_what_is_his() {
    let world = World::new("roles");
    let (provider, ada, bob, eve) = (
        world.account("root", AccountRole::Provider),
        world.account("ada", AccountRole::Owner),
        world.account("bob", AccountRole::Owner),
        world.account("eve", AccountRole::Operator),
    );
    let board = made(&ada, json!({"kind": "meeting", "name": "Board", "pin": "60351947"}));
    made(&bob, json!({"kind": "meeting", "name": "Sales"}));
    let secrets: Vec<String> =
        [&board["codes"]["leader"], &board["codes"]["participant"], &board["pin"]].map(|code| code.to_string()).into();
    let path = format!("/conferences/{}", board["id"]);
    assert_eq!(names(&provider.get("/conferences").json(200)), ["Board", "Sales"]);
    assert_eq!(names(&ada.get("/conferences").json(200)), ["Board"]);
    assert_eq!(names(&eve.get("/conferences").json(200)), ["Board", "Sales"]);
    let of_ada = format!("/conferences?owner={}", ada.account.0);
    assert_eq!(names(&provider.get(&of_ada).json(200)), ["Board"]);
    assert!(names(&bob.get(&of_ada).json(200)).is_empty());

    // Who may not see it is told that there is none; no answer that he gets has its codes.
    let body = json!({"kind": "meeting", "name": "Mine", "version": 1});
    for who in [&bob, &eve] {
        let answers = [
            who.get("/conferences?limit=1000"),
            who.get("/conferences?q=Board"),
            who.get(&path),
            who.put(&path, body.clone()),
            who.delete(&path),
            who.post(&format!("{path}/codes"), json!({"version": 1})),
            who.send("POST", &format!("{path}/copy"), None, b""),
            who.send("POST", &format!("{path}/restore"), None, b""),
            who.get(&format!("{path}/mail")),
            who.get("/mail"),
            who.get("/settings"),
            who.get("/history"),
        ];
        for (at, answer) in answers.iter().enumerate() {
            for secret in &secrets {
                assert!(!answer.text().contains(secret.trim_matches('"')), "request {at} by {}", who.account.0);
            }
        }
    }
    for answer in [bob.get(&path), bob.put(&path, body.clone()), bob.delete(&path)] {
        assert_eq!(answer.refused(404).0, "missing");
    }
    let seen = eve.get(&path).json(200);
    assert_eq!((&seen["name"], &seen["codes"], &seen["pin"]), (&json!("Board"), &Value::Null, &Value::Null));
    for answer in [eve.put(&path, body.clone()), eve.delete(&path), eve.post("/conferences", body.clone())] {
        assert_eq!(answer.refused(403).0, "forbidden");
    }
    let stranger = world.stranger();
    for answer in [stranger.get("/conferences"), stranger.get(&path), stranger.delete(&path)] {
        assert_eq!(answer.status, 401);
    }
    // A token for less is less, whoever has it.
    let reader = world.client(ada.account, "read");
    assert_eq!(reader.get(&path).json(200)["name"], "Board");
    assert_eq!(reader.delete(&path).refused(403).0, "forbidden");
    assert_eq!(world.client(ada.account, "write").get(&path).refused(403).0, "forbidden");
    // An owner gives nothing away.
    let away = json!({"kind": "meeting", "owner": bob.account.0});
    assert_eq!(ada.post("/conferences", away).refused(422).1, ["owner"]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let world = World::new("lists");
    let ada = world.account("ada", AccountRole::Owner);
    let at = |start| json!({"start": start, "zone": "UTC", "duration_minutes": 60});
    made(&ada, json!({"kind": "scheduled", "name": "Later", "tag": "b", "schedule": at("2099-01-02T10:00")}));
    made(&ada, json!({"kind": "scheduled", "name": "Sooner", "tag": "a", "schedule": at("2099-01-01T10:00")}));
    made(&ada, json!({"kind": "meeting", "name": "Always here", "tag": "a"}));
    let list = |query: &str| {
        let answer = ada.get(&format!("/conferences?{query}")).json(200);
        (names(&answer).join(","), answer["total"].as_u64().unwrap())
    };
    let told = |names: &str, total| (names.to_owned(), total);
    assert_eq!(list(""), told("Sooner,Later,Always here", 3));
    assert_eq!(list("skip=1&limit=1"), told("Later", 3));
    assert_eq!(list("skip=9"), told("", 3));
    assert_eq!(list("list=permanent"), told("Always here", 1));
    assert_eq!(list("kind=scheduled"), told("Sooner,Later", 2));
    assert_eq!(list("tag=a"), told("Sooner,Always here", 2));
    assert_eq!(list("q=HERE%20always"), told("Always here", 1));
    assert_eq!(list("list=past"), told("", 0));
    let counts = ada.get("/conferences?list=past&tag=a").json(200)["counts"].clone();
    assert_eq!(counts, json!({"current": 0, "future": 1, "past": 0, "permanent": 1}));
}

#[test]
fn rooms_of_the_file_stand_at_the_end_and_tell_no_secret() {
    let world = World::new("static");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let eve = world.account("eve", AccountRole::Operator);
    made(&ada, json!({"kind": "meeting", "name": "Board"}));
    world.rooms.configure(
        "[700]\ntype = room\npin = 314159\nleader_pin = 271828\ncode = 161803\nleader_code = 141421\nquiet = yes\n\
         max_members = 9\n[600]\ntype = dynamic\n[500]\ntype = access",
    );
    for who in [&provider, &eve] {
        let answer = who.get("/conferences");
        for secret in ["314159", "271828", "161803", "141421"] {
            assert!(!answer.text().contains(secret), "{}", answer.text());
        }
        let listed = answer.json(200);
        assert_eq!((names(&listed), &listed["total"]), (vec!["Board", "600", "700"], &json!(3)));
        let room = &listed["conferences"][2];
        assert_eq!((&room["id"], &room["read_only"], &room["list"]), (&Value::Null, &json!(true), &json!("permanent")));
        assert_eq!((&room["settings"]["quiet"], &room["max_participants"]), (&json!("yes"), &json!(9)));
        assert_eq!(names(&who.get("/conferences?skip=2&limit=5").json(200)), ["700"]);
        assert_eq!(names(&who.get("/conferences?kind=dynamic&q=60").json(200)), ["600"]);
    }
    assert_eq!(names(&ada.get("/conferences").json(200)), ["Board"]);
}

#[test]
fn a_scheduled_one_knows_its_list() {
    // Made in the directory, where it may have begun already.
    let world = World::new("current");
    let ada = world.account("ada", AccountRole::Owner);
    let id = ada.account;
    let now = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(5);
    let start = now.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string();
    world.desk(move |desk| {
        let schedule = Schedule::new(&start, "UTC", std::time::Duration::from_secs(3600), None).unwrap();
        let details = conclave::directory::Details {
            schedule: Some(schedule),
            ..conclave::directory::Details::new(id, conclave::directory::Kind::Scheduled)
        };
        desk.create_conference(&details, AccountRole::Owner)
    });
    let listed = ada.get("/conferences?list=current").json(200);
    assert_eq!((&listed["total"], &listed["conferences"][0]["list"]), (&json!(1), &json!("current")));
}
