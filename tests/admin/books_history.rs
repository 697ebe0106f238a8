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
