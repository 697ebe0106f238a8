//! Invitations over the API: queued as a conference is saved, sent again, shown without what is in them.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::common::{Client, World};

/// Switches mail on. Nobody sends it here: it stays in the queue.
fn switch_on(provider: &Client) {
    let mut settings = provider.get("/settings").json(200);
    settings["mail"]["how"] = json!("sendmail");
    settings["mail"]["from"] = json!("conference@example.org");
    provider.put("/settings", settings).json(200);
}

fn scheduled() -> Value {
    json!({"kind": "scheduled", "name": "Board", "email": "ada@example.org", "guests": ["bob@example.org"],
        "schedule": {"start": "2099-11-24T10:00", "zone": "Europe/Berlin", "duration_minutes": 60}})
}

fn recipients(mail: &Value) -> Vec<&str> {
    mail.as_array().unwrap().iter().map(|mail| mail["recipient"].as_str().unwrap()).collect()
}

#[test]
fn saving_invites_and_the_queue_tells_no_code() {
    let world = World::new("invite");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let bob = world.account("bob", AccountRole::Owner);
    let quiet = ada.post("/conferences", scheduled()).json(201);
    assert_eq!(ada.get(&format!("/conferences/{}/mail", quiet["id"])).json(200), json!([]), "mail is off");
    switch_on(&provider);
    let board = ada.post("/conferences", scheduled()).json(201);
    let path = format!("/conferences/{}", board["id"]);
    let about = format!("{path}/mail");
    let count = || ada.get(&about).json(200).as_array().unwrap().len();
    let queue = ada.get(&about).json(200);
    let mut invited = recipients(&queue);
    invited.sort_unstable();
    assert_eq!(invited, ["ada@example.org", "bob@example.org"]);
    assert_eq!(
        (&queue[0]["sent"], &queue[0]["attempts"], &queue[0]["conference"]),
        (&Value::Null, &json!(0), &board["id"])
    );

    let mut changed = scheduled();
    changed["version"] = json!(1);
    changed["schedule"]["start"] = json!("2099-11-25T10:00");
    ada.put(&path, changed).json(200);
    assert_eq!(count(), 4);
    ada.post(&format!("{path}/codes"), json!({"version": 2})).json(200);
    assert_eq!(count(), 6);
    let again = format!("{path}/invitations");
    assert_eq!(ada.send("POST", &again, None, b"").json(200), json!({"queued": 2}));
    assert_eq!(bob.send("POST", &again, None, b"").refused(404).0, "missing");
    ada.delete(&path).json(200);
    let all = provider.get("/mail").json(200);
    assert_eq!(all.as_array().unwrap().len(), 10);
    assert_eq!(provider.get("/mail?limit=3").json(200).as_array().unwrap().len(), 3);
    ada.send("POST", &format!("{path}/restore"), None, b"").json(200);
    assert_eq!(count(), 12);

    let codes = ada.get(&path).json(200)["codes"].clone();
    for answer in [ada.get(&about), provider.get("/mail")] {
        for code in [&codes["leader"], &codes["participant"]] {
            assert!(!answer.text().contains(code.as_str().unwrap()) && !answer.text().contains("content"));
        }
    }
    assert_eq!(ada.get("/mail").refused(403).0, "forbidden");
    assert_eq!(bob.get(&about).refused(404).0, "missing");
}

#[test]
fn what_was_not_saved_invites_nobody() {
    let world = World::new("no-invite");
    let provider = world.account("root", AccountRole::Provider);
    switch_on(&provider);
    let mut wrong = scheduled();
    wrong["extension"] = json!("no number");
    provider.post("/conferences", wrong).refused(422);
    let import = |query: &str| {
        let path = format!("/conferences/import?format=csv{query}");
        provider.send("POST", &path, Some("text/csv"), b"name,email\nBoard,ada@example.org\n").json(200);
        provider.get("/mail").json(200).as_array().unwrap().len()
    };
    assert_eq!(import("&invite=true&dry_run=true"), 0);
    assert_eq!(import(""), 0);
    assert_eq!(import("&invite=true"), 1);
}

#[test]
fn a_calendar_has_no_leader_code() {
    let world = World::new("calendar");
    let (ada, eve) = (world.account("ada", AccountRole::Owner), world.account("eve", AccountRole::Operator));
    let board = ada.post("/conferences", scheduled()).json(201);
    let path = format!("/conferences/{}/calendar.ics", board["id"]);
    let calendar = ada.get(&path);
    assert_eq!((calendar.status, calendar.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    assert!(calendar.text().starts_with("BEGIN:VCALENDAR") && calendar.text().contains("Board"), "{}", calendar.text());
    assert!(!calendar.text().contains(board["codes"]["leader"].as_str().unwrap()));
    assert_eq!(eve.get(&path).refused(403).0, "forbidden");
    let meeting = ada.post("/conferences", json!({"kind": "meeting"})).json(201);
    assert_eq!(ada.get(&format!("/conferences/{}/calendar.ics", meeting["id"])).refused(404).0, "missing");
}

#[test]
fn the_password_goes_in_and_never_out() {
    let world = World::new("password");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let mut settings = provider.get("/settings").json(200);
    let holders = settings["placeholders"].as_array().unwrap();
    let of_leaders = holders.iter().filter(|one| one["leader_only"] == true).map(|one| &one["name"]);
    assert_eq!(of_leaders.collect::<Vec<_>>(), ["leader_code"]);
    settings["mail"] = json!({"how": "smtp", "server": "mail.example.org", "security": "starttls", "user": "ada",
        "password": "correct horse", "from": "conference@example.org"});
    settings["templates"]["guest"]["subject"] = json!("Come to {name}");
    let saved = provider.put("/settings", settings.clone());
    assert!(!saved.text().contains("correct horse"));
    let saved = saved.json(200);
    assert_eq!((&saved["mail"]["has_password"], &saved["mail"]["password"]), (&json!(true), &Value::Null));
    assert_eq!(saved["templates"]["guest"]["subject"], "Come to {name}");
    assert!(!provider.get("/settings").text().contains("correct horse"));
    // Saved again as it was shown, nothing changes; to another server it is not given without being written again.
    assert_eq!(provider.put("/settings", saved.clone()).json(200), saved);
    let mut elsewhere = saved.clone();
    elsewhere["mail"]["server"] = json!("evil.example.org");
    assert_eq!(provider.put("/settings", elsewhere).refused(422).1, ["mail.password"]);
    let mut wrong = saved.clone();
    wrong["mail"]["from"] = json!("nobody");
    wrong["templates"]["guest"]["body"] = json!("{leader_code}");
    wrong["code_length"] = json!(9);
    assert_eq!(provider.put("/settings", wrong).refused(422).1, ["mail.from", "templates.guest.body"]);
    assert_eq!(provider.get("/settings").json(200), saved, "nothing of it was saved");
    // What is left out stays.
    let mut short = saved.clone();
    short.as_object_mut().unwrap().retain(|name, _| name != "mail" && name != "templates");
    assert_eq!(provider.put("/settings", short).json(200), saved);
    let seen = ada.get("/settings").json(200);
    assert_eq!((&seen["mail"], &seen["templates"], &seen["code_length"]), (&Value::Null, &Value::Null, &json!(8)));
}

#[test]
fn a_test_mail_tells_why_it_was_not_sent() {
    let world = World::new("test-mail");
    let (provider, ada) = (world.account("root", AccountRole::Provider), world.account("ada", AccountRole::Owner));
    let answer = provider.post("/settings/mail/test", json!({"to": "ada@example.org"}));
    assert_eq!(answer.refused(409).0, "declined");
    assert_eq!(ada.post("/settings/mail/test", json!({"to": "ada@example.org"})).refused(403).0, "forbidden");
}
