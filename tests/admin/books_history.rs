//! History over the API.

use conclave::directory::{AccountId, AccountRole, ConferenceId, Visit};
use conclave::room::CallResult;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{Client, World};

/// Somebody came then and stayed so many seconds, or is there; 0: he was not let in.
pub fn visit(world: &World, account: &Client, number: &str, caller: &str, came: &str, seconds: Option<i64>) {
    let came: Timestamp = came.parse().unwrap();
    let visit = Visit {
        conference: Some(ConferenceId(7)),
        account: Some(account.account).filter(|account| *account != AccountId(0)),
        number: number.into(),
        tag: format!("tag-{number}"),
        caller_number: caller.into(),
        caller_name: format!("Caller {caller}"),
        channel: format!("PJSIP/{caller}-1"),
        role: if seconds == Some(0) { "" } else { "participant" },
        came,
        rate: 6,
    };
    world.desk(move |desk| {
        match seconds {
            Some(0) => drop(desk.visit_refused(&visit, CallResult::BadPin)?),
            Some(seconds) => {
                let id = desk.visit_begins(&visit)?;
                let went = came + jiff::SignedDuration::from_secs(seconds);
                desk.visit_ends(id, &visit, went, CallResult::Hangup, "")?;
            }
            None => drop(desk.visit_begins(&visit)?),
        }
        Ok(())
    });
}

fn callers(answer: &Value) -> Vec<&str> {
    answer["visits"].as_array().unwrap().iter().map(|visit| visit["caller_number"].as_str().unwrap()).collect()
}

#[test]
fn visits_are_listed_with_what_they_come_to() {
    let world = World::new("history");
    let (provider, ada, bob) = (
        world.account("root", AccountRole::Provider),
        world.account("ada", AccountRole::Owner),
        world.account("bob", AccountRole::Owner),
    );
    visit(&world, &ada, "8000", "201", "2026-11-20T09:00:00Z", Some(601));
    visit(&world, &ada, "8000", "202", "2026-11-20T09:01:00Z", Some(0));
    visit(&world, &bob, "9000", "203", "2026-11-21T09:00:00Z", Some(60));
    visit(&world, &ada, "8000", "204", "2026-11-22T09:00:00Z", None);
    let all = provider.get("/history").json(200);
    assert_eq!(callers(&all), ["204", "203", "202", "201"]);
    assert_eq!(all["total"], 4);
    assert_eq!(all["totals"], json!({"visits": 4, "refused": 1, "seconds": 661, "cost": 67}));
    let first = &all["visits"][3];
    let wanted = json!({
        "node": "pbx1", "conference": 7, "number": "8000", "tag": "tag-8000", "account": ada.account.0,
        "account_login": "ada", "caller_name": "Caller 201", "role": "participant", "came": "2026-11-20T09:00:00Z",
        "went": "2026-11-20T09:10:01Z", "seconds": 601, "result": "HANGUP", "cost": 61,
    });
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(first[field], *value, "{field}");
    }
    assert_eq!((&all["visits"][2]["role"], &all["visits"][2]["result"]), (&Value::Null, &json!("BADPIN")));
    assert_eq!((&all["visits"][0]["went"], &all["visits"][0]["cost"]), (&Value::Null, &Value::Null));
    for (query, wanted) in [
        ("room=9000", vec!["203"]),
        ("tag=tag-8000", vec!["204", "202", "201"]),
        ("conference=8", vec![]),
        ("from=2026-11-20T09:01:00Z&to=2026-11-22T09:00:00Z", vec!["203", "202"]),
        ("skip=1&limit=2", vec!["203", "202"]),
    ] {
        assert_eq!(callers(&provider.get(&format!("/history?{query}")).json(200)), wanted, "{query}");
    }
    let of_bob = provider.get(&format!("/history?account={}", bob.account.0)).json(200);
    assert_eq!((callers(&of_bob), &of_bob["totals"]["cost"]), (vec!["203"], &json!(6)));
    assert_eq!(provider.get("/history?from=yesterday").refused(422).1, ["from"]);
}

#[test]
fn an_owner_sees_his_own_and_an_operator_no_cost() {
    let world = World::new("history-roles");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    let eve = world.account("eve", AccountRole::Operator);
    visit(&world, &ada, "8000", "201", "2026-11-20T09:00:00Z", Some(60));
    visit(&world, &bob, "9000", "203", "2026-11-21T09:00:00Z", Some(60));
    assert_eq!(callers(&ada.get("/history").json(200)), ["201"]);
    let others = format!("/history?account={}", bob.account.0);
    assert_eq!(ada.get(&others).json(200)["totals"], json!({"visits": 0, "refused": 0, "seconds": 0, "cost": 0}));
    let seen = eve.get("/history").json(200);
    assert_eq!((callers(&seen), &seen["totals"]["cost"]), (vec!["203", "201"], &Value::Null));
    assert!(seen["visits"].as_array().unwrap().iter().all(|visit| visit["cost"].is_null()));
}

#[test]
fn a_download_has_all_of_it_and_no_formula() {
    let world = World::new("history-export");
    let (ada, eve) = (world.account("ada", AccountRole::Owner), world.account("eve", AccountRole::Operator));
    let bob = world.account("bob", AccountRole::Owner);
    visit(&world, &bob, "9000", "299", "2026-11-20T09:00:00Z", Some(60));
    let id = ada.account;
    // More than one part.
    world.desk(move |desk| {
        for at in 0..4100 {
            let came = "2026-11-20T09:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(at / 3);
            let caller_name = if at == 0 { "=cmd|' /c calc'!A1" } else { "Caller, the \"first\"" };
            let visit = Visit {
                conference: None,
                account: Some(id),
                number: "8000".into(),
                tag: "tag".into(),
                caller_number: format!("+49{at}"),
                caller_name: caller_name.into(),
                channel: "PJSIP/1".into(),
                role: "leader",
                came,
                rate: 6,
            };
            desk.visit_begins(&visit)?;
        }
        Ok(())
    });
    let answer = ada.get("/history/export?format=csv");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/csv")));
    let lines: Vec<&str> = answer.text().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 4101, "each once, and nobody else's");
    assert!(lines[0].starts_with("came,went,seconds,number") && lines[0].ends_with(",cost"));
    assert!(lines[1].contains(",'+490,'=cmd|' /c calc'!A1,leader,"), "{}", lines[1]);
    assert!(lines[2].contains(",'+491,\"Caller, the \"\"first\"\"\",leader,"), "{}", lines[2]);
    assert!(lines[4100].contains(",'+494099,"), "{}", lines[4100]);
    let seen = eve.get("/history/export");
    assert!(!seen.text().lines().next().unwrap().contains("cost") && seen.text().contains(",299,"));
    assert_eq!(ada.get("/history/export?format=xml").refused(422).1, ["format"]);
}

#[test]
fn a_chart_has_a_point_for_each_step() {
    let world = World::new("chart");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    visit(&world, &ada, "8000", "201", "2026-11-20T09:30:00Z", Some(3600));
    visit(&world, &ada, "8000", "202", "2026-11-20T10:00:00Z", Some(600));
    visit(&world, &ada, "8000", "203", "2026-11-20T10:05:00Z", Some(0));
    visit(&world, &bob, "9000", "204", "2026-11-20T10:05:00Z", Some(600));
    let chart = |who: &Client, query: &str| who.get(&format!("/history/chart?{query}")).json(200)["points"].clone();
    let hours = "step=hour&from=2026-11-20T09:00:00Z&to=2026-11-20T12:00:00Z";
    let point = |start: &str, minutes: f64, peak: u32, visits: u32| json!({"start": format!("2026-11-20T{start}:00:00Z"), "minutes": minutes, "peak": peak, "visits": visits});
    let wanted = [point("09", 30.0, 1, 1), point("10", 40.0, 2, 1), point("11", 0.0, 0, 0)];
    assert_eq!(chart(&ada, hours), json!(wanted));
    assert_eq!(chart(&bob, hours)[1], point("10", 10.0, 1, 1));
    assert_eq!(chart(&ada, "step=day&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z").as_array().unwrap().len(), 30);
    let berlin = chart(&ada, "step=month&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&zone=Europe/Berlin");
    assert_eq!((&berlin[0]["start"], &berlin[0]["minutes"]), (&json!("2026-10-31T23:00:00Z"), &json!(70.0)));
    assert_eq!(chart(&ada, "").as_array().unwrap().len(), 31, "the last 30 days, and today");
    for (query, field) in [
        ("step=hour&from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z", "from"),
        ("from=-009999-01-02T00:00:00Z&to=9999-12-30T00:00:00Z", "from"),
        ("zone=Nowhere", "zone"),
        ("step=year", "step"),
    ] {
        assert_eq!(ada.get(&format!("/history/chart?{query}")).refused(422).1, [field], "{query}");
    }
    assert_eq!(chart(&ada, "from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z"), json!([]));
}

#[test]
fn visits_without_a_gap_are_one_meeting() {
    let world = World::new("meetings");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    visit(&world, &ada, "8000", "201", "2026-11-20T09:00:00Z", Some(600));
    visit(&world, &ada, "8000", "202", "2026-11-20T09:05:00Z", Some(60));
    visit(&world, &ada, "8000", "203", "2026-11-20T09:10:00Z", Some(300));
    visit(&world, &ada, "8000", "204", "2026-11-20T09:12:00Z", Some(0));
    visit(&world, &ada, "8001", "205", "2026-11-20T09:05:00Z", Some(60));
    visit(&world, &ada, "8000", "201", "2026-11-20T10:00:00Z", None);
    visit(&world, &bob, "9000", "301", "2026-11-20T11:00:00Z", Some(60));
    let of = |who: &Client, query: &str| {
        let held = who.get(&format!("/history/meetings{query}")).json(200);
        let held = held.as_array().unwrap().clone();
        held.into_iter()
            .map(|one| json!([one["number"], one["began"], one["ended"], one["visits"], one["peak"]]))
            .collect::<Vec<_>>()
    };
    let long = json!(["8000", "2026-11-20T09:00:00Z", "2026-11-20T09:15:00Z", 3, 2]);
    let other = json!(["8001", "2026-11-20T09:05:00Z", "2026-11-20T09:06:00Z", 1, 1]);
    let now = json!(["8000", "2026-11-20T10:00:00Z", null, 1, 1]);
    assert_eq!(of(&ada, ""), [now.clone(), other.clone(), long.clone()]);
    assert_eq!(of(&ada, "?room=8000&to=2026-11-20T10:00:00Z"), [long]);
    assert_eq!(of(&ada, "?limit=1"), [now]);
    assert_eq!(of(&bob, "").len(), 1);
}

#[test]
fn a_timeline_tells_who_talked_when() {
    let world = World::new("timeline");
    let (ada, bob) = (world.account("ada", AccountRole::Owner), world.account("bob", AccountRole::Owner));
    let id = ada.account;
    world.desk(move |desk| {
        let at = |text: &str| format!("2026-11-20T{text}Z").parse::<Timestamp>().unwrap();
        let visit = |caller: &str, came| Visit {
            conference: None,
            account: Some(id),
            number: "8000".into(),
            tag: String::new(),
            caller_number: caller.into(),
            caller_name: String::new(),
            channel: String::new(),
            role: "leader",
            came,
            rate: 0,
        };
        for (caller, came, went, talks) in [
            ("201", "09:00:00", "09:10:00", "15-42 600-713"),
            ("202", "09:05:00", "09:15:00", ""),
            ("203", "10:00:00", "10:01:00", "1-2"),
        ] {
            let visit = visit(caller, at(came));
            let id = desk.visit_begins(&visit)?;
            desk.visit_ends(id, &visit, at(went), CallResult::Hangup, talks)?;
        }
        Ok(())
    });
    let path = "/history/timeline?number=8000&from=2026-11-20T09:00:00Z&to=2026-11-20T09:15:00Z";
    let shown = ada.get(path).json(200);
    assert_eq!((&shown["began"], &shown["ended"]), (&json!("2026-11-20T09:00:00Z"), &json!("2026-11-20T09:15:00Z")));
    assert_eq!(callers(&shown), ["201", "202"]);
    assert_eq!(shown["visits"][0]["talks"], json!([[1.5, 4.2], [60.0, 71.3]]));
    assert_eq!(shown["visits"][1]["talks"], json!([]));
    assert_eq!(bob.get(path).json(200), json!({"began": null, "ended": null, "visits": []}));
    assert_eq!(ada.get("/history/timeline?number=8000").refused(422).0, "invalid");
}
