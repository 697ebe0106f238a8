//! What goes on, as it goes on.

use std::time::{Duration, Instant};

use conclave::directory::{AccountRole, Details, Kind};
use conclave::service::Happening;
use serde_json::json;

use crate::common::{PATIENCE, World};
use crate::live_hall::{Listener, member, room};

#[test]
fn a_listener_sees_the_rooms_and_all_that_changes_in_them() {
    let world = World::new("events");
    let oper = world.account("oper", AccountRole::Operator);
    let mut board = room(2, None);
    world.rooms.show(&[("8001", &board)]);
    let mut events = Listener::new(&oper, "/events");
    assert_eq!(events.take("rooms"), json!([oper.get("/rooms/8001").json(200)]));

    // A room's own particulars.
    board.locked = true;
    world.rooms.show(&[("8001", &board)]);
    let told = events.take("room");
    assert_eq!((&told["locked"], told.get("members")), (&json!(true), None));

    // Members come, change and go.
    board.members.remove(0);
    board.members[0].hand = true;
    board.members.push(member(3));
    world.rooms.show(&[("8001", &board)]);
    let told = events.take("members");
    let changed: Vec<_> = told["changed"].as_array().unwrap().iter().map(|member| member["number"].clone()).collect();
    assert_eq!((changed, &told["gone"]), (vec![json!(2), json!(3)], &json!([1])));
    assert_eq!(told["changed"][0]["hand"], true);

    // Who talks, and no member is told of because of it.
    board.members[0].talking = true;
    board.members[0].level = Some(-20);
    board.speakers = vec![2];
    world.rooms.show(&[("8001", &board)]);
    assert_eq!(events.take("levels"), json!({"number": "8001", "talking": {"2": -20}, "speakers": [2]}));
    board.members[0].talking = false;
    board.members[0].level = None;
    world.rooms.show(&[("8001", &board)]);
    assert_eq!(events.take("levels"), json!({"number": "8001", "talking": {}, "speakers": [2]}));

    // Another room opens, and this one is over; then another under its number.
    let other = room(1, None);
    world.rooms.show(&[("8002", &other)]);
    assert_eq!(events.take("closed"), json!({"number": "8001"}));
    assert_eq!(events.take("room"), oper.get("/rooms/8002").json(200));
    let mut again = room(1, None);
    again.opened += Duration::from_secs(60);
    world.rooms.show(&[("8002", &again)]);
    assert_eq!(events.take("closed"), json!({"number": "8002"}));
    assert_eq!(events.take("room")["members"].as_array().unwrap().len(), 1);
}

#[test]
fn what_happens_is_told_at_once() {
    let world = World::new("events-happening");
    let oper = world.account("oper", AccountRole::Operator);
    world.rooms.show(&[("8001", &room(1, None))]);
    let mut events = Listener::new(&oper, "/events");
    events.take("rooms");
    let fields = vec![("Room", "8001".to_owned()), ("Member", "3".into()), ("CallerName", "42".into())];
    world.rooms.tell(&Happening { name: "TalkingStarted", fields: fields.clone() });
    world.rooms.tell(&Happening { name: "Joined", fields });
    assert_eq!(events.take("happening"), json!({"name": "Joined", "room": "8001", "member": 3, "caller_name": "42"}));
}

#[test]
fn everybody_hears_of_what_is_his() {
    let world = World::new("events-roles");
    let [ada, bob] = ["ada", "bob"].map(|login| world.account(login, AccountRole::Owner));
    let prov = world.account("prov", AccountRole::Provider);
    let [mut hers, mut his] = [&ada, &bob].map(|client| room(1, Some(client.account)));
    world.rooms.show(&[("8001", &hers), ("8002", &his), ("8003", &room(1, None))]);
    let mut listeners = [
        (Listener::new(&ada, "/events"), vec!["8001"]),
        (Listener::new(&bob, "/events"), vec!["8002"]),
        (Listener::new(&prov, "/events"), vec!["8001", "8002", "8003"]),
        (Listener::new(&prov, "/events?room=8002"), vec!["8002"]),
        (Listener::new(&ada, "/events?room=8002"), vec![]),
    ];
    for (listener, numbers) in &mut listeners {
        let rooms = listener.take("rooms");
        let seen: Vec<&str> = rooms.as_array().unwrap().iter().map(|room| room["number"].as_str().unwrap()).collect();
        assert_eq!(seen, *numbers);
    }
    hers.locked = true;
    his.locked = true;
    world.rooms.show(&[("8001", &hers), ("8002", &his)]);
    let left = |number: &str| Happening { name: "Left", fields: vec![("Room", number.to_owned())] };
    ["8001", "8002", "8003"].iter().for_each(|number| world.rooms.tell(&left(number)));
    world.rooms.tell(&Happening { name: "LockedOut", fields: vec![("What", "number 900".into())] });
    // The last that all are told.
    world.desk(|desk| desk.set_setting("x", Some("1")));
    for (mut listener, numbers) in listeners {
        let mut seen = Vec::new();
        loop {
            let (name, data) = listener.next().expect("the stream goes on");
            match &*name {
                "directory" => break assert_eq!(data, json!({"settings": true})),
                "happening" if data["name"] == "LockedOut" => seen.push("all".to_owned()),
                "room" | "closed" => seen.push(data["number"].as_str().unwrap().to_owned()),
                _ => seen.push(data["room"].as_str().unwrap().to_owned()),
            }
        }
        seen.sort();
        seen.dedup();
        let lockouts = numbers.len() == 3 || seen.contains(&"all".to_owned());
        let wanted: Vec<&str> = numbers.into_iter().chain(lockouts.then_some("all")).collect();
        assert_eq!(seen, wanted);
    }
}

#[test]
fn changes_of_the_directory_are_told_to_whom_they_concern() {
    let world = World::new("events-directory");
    let [ada, bob] = ["ada", "bob"].map(|login| world.account(login, AccountRole::Owner));
    let oper = world.account("oper", AccountRole::Operator);
    let mut listeners = [&ada, &bob, &oper].map(|client| Listener::new(client, "/events"));
    for listener in &mut listeners {
        listener.take("rooms");
    }
    let details = Details { name: "Board".into(), ..Details::new(ada.account, Kind::Meeting) };
    let made = world.desk(move |desk| desk.create_conference(&details, AccountRole::Owner)).id.0;
    world.desk(|desk| desk.set_setting("x", Some("1")));
    for (listener, hears) in listeners.iter_mut().zip([true, false, true]) {
        let mut first = listener.wait_for("directory");
        assert_eq!(first == json!({"conference": made}), hears, "{first}");
        if hears {
            first = listener.wait_for("directory");
        }
        assert_eq!(first, json!({"settings": true}));
    }
}

#[test]
fn a_stream_ends_with_what_it_was_opened_by() {
    let world = World::new("events-ended");
    let [ada, bob] = ["ada", "bob"].map(|login| world.account(login, AccountRole::Owner));
    let mut events = [Listener::new(&ada, "/events"), Listener::new(&bob, "/events")];
    for listener in &mut events {
        listener.take("rooms");
    }
    let account = ada.account;
    world.desk(move |desk| {
        let found = desk.account(account)?;
        let mut details = found.details;
        details.enabled = false;
        desk.update_account(account, found.version, &details)
    });
    let began = Instant::now();
    let [hers, his] = &mut events;
    while hers.next().is_some() {}
    assert!(began.elapsed() < PATIENCE);
    world.desk(|desk| desk.set_setting("x", Some("1")));
    assert_eq!(his.wait_for("directory"), json!({"settings": true}), "his goes on");
}

#[test]
fn nobody_listens_without_being_let_in() {
    let world = World::new("events-refused");
    let ada = world.account("ada", AccountRole::Owner);
    assert_eq!(world.stranger().get("/events").status, 401);
    assert_eq!(world.client(ada.account, "write metrics").get("/events").status, 403);
    assert_eq!(ada.get("/events?room=a%20b").refused(422), ("invalid".into(), vec!["room".into()]));
    assert_eq!(ada.get("/events?rom=1").status, 422);
}
