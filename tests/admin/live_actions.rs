//! What is done in a room in progress.

use conclave::directory::{AccountRole, Details, Kind};
use conclave::room::{Phrase, RecordOrder, RoomNumber, Volume};
use conclave::service::{Command, Deed, Members, VERBS, Word};
use serde_json::{Value, json};

use crate::common::World;
use crate::live_hall::room;

fn one(name: &str) -> Members {
    Members::One(name.into())
}

/// Each action with all that it takes, and what the room is asked for.
fn actions() -> Vec<(Value, Deed)> {
    let louder = Volume::from_decibels(3).unwrap();
    vec![
        (json!({"do": "mute", "member": 3}), Deed::Mute { members: one("3"), leaders: false, on: true }),
        (
            json!({"do": "mute", "member": "all", "leaders": true}),
            Deed::Mute { members: Members::All, leaders: true, on: true },
        ),
        (json!({"do": "unmute", "member": "all"}), Deed::Mute { members: Members::All, leaders: true, on: false }),
        (json!({"do": "kick", "member": "PJSIP/ada-1"}), Deed::Kick(one("PJSIP/ada-1"))),
        (json!({"do": "deafen", "member": 3}), Deed::Deafen(one("3"), true)),
        (json!({"do": "undeafen", "member": 3}), Deed::Deafen(one("3"), false)),
        (json!({"do": "talk_volume", "member": 3, "value": 3}), Deed::TalkVolume(one("3"), louder)),
        (json!({"do": "listen_volume", "member": "all", "value": 3}), Deed::ListenVolume(Members::All, louder)),
        (json!({"do": "level", "member": 3, "on": true}), Deed::Level(one("3"), true)),
        (json!({"do": "denoise", "member": 3, "on": false}), Deed::Denoise(one("3"), false)),
        (json!({"do": "lock"}), Deed::Lock(true)),
        (json!({"do": "unlock"}), Deed::Lock(false)),
        (json!({"do": "admit", "member": "all"}), Deed::Admit(Members::All)),
        (json!({"do": "reject", "member": 3}), Deed::Reject(one("3"))),
        (json!({"do": "floor"}), Deed::Floor(None)),
        (json!({"do": "floor", "member": 3}), Deed::Floor(Some("3".into()))),
        (json!({"do": "hand", "member": 3, "on": true}), Deed::Hand(one("3"), true)),
        (json!({"do": "extend"}), Deed::Extend),
        (json!({"do": "record", "value": "pause"}), Deed::Record(RecordOrder::Pause)),
        (json!({"do": "invite", "value": "+49301"}), Deed::Invite("+49301".into())),
        (json!({"do": "cancel_invite"}), Deed::CancelInvite),
        (
            json!({"do": "play", "value": "beep&custom/hello", "member": null}),
            Deed::Play(vec!["beep".into(), "custom/hello".into()], None),
        ),
        (json!({"do": "say", "value": "12#", "member": 3}), Deed::Say(Phrase::Digits("12#".into()), Some("3".into()))),
        (json!({"do": "say", "value": 12}), Deed::Say(Phrase::Number(12), None)),
        (json!({"do": "whisper", "member": 3, "to": 4}), Deed::Whisper("3".into(), Some("4".into()))),
        (json!({"do": "whisper", "member": 3}), Deed::Whisper("3".into(), None)),
        (json!({"do": "pair", "member": 3, "to": 4}), Deed::Pair("3".into(), "4".into())),
        (json!({"do": "unpair", "member": 3}), Deed::Unpair("3".into())),
        (json!({"do": "move", "member": 3, "to": "8002"}), Deed::Move(one("3"), RoomNumber::parse("8002").unwrap())),
        (json!({"do": "most_talkers", "value": 4}), Deed::MostTalkers(4)),
        (json!({"do": "comfort_noise", "value": -60}), Deed::ComfortNoise(Some(-60))),
        (json!({"do": "comfort_noise", "value": null}), Deed::ComfortNoise(None)),
        (json!({"do": "end"}), Deed::End),
    ]
}

#[test]
fn everything_that_a_console_can_do_can_be_done() {
    let world = World::new("actions");
    let ada = world.account("ada", AccountRole::Owner);
    let (board, other) = (room(4, Some(ada.account)), room(1, Some(ada.account)));
    world.rooms.show(&[("8001", &board), ("8002", &other)]);
    let number = RoomNumber::parse("8001").unwrap();
    for (action, deed) in actions() {
        let done = ada.post("/rooms/8001/actions", action.clone()).json(200);
        assert_eq!(done, json!({"done": "done"}), "{action}");
        assert_eq!(world.rooms.asked.lock().unwrap().pop(), Some(Command::In(number.clone(), deed)), "{action}");
    }
    let named = |name: &str| match name {
        "volume" => vec!["talk_volume", "listen_volume"],
        "talkers" => vec!["most_talkers"],
        "noise" => vec!["comfort_noise"],
        "cancel" => vec!["cancel_invite"],
        _ => vec![],
    };
    for verb in VERBS.iter().filter(|verb| verb.words.first() == Some(&Word::Room) && !verb.name.starts_with("show")) {
        let names = Some(named(verb.name)).filter(|names| !names.is_empty()).unwrap_or(vec![verb.name]);
        for name in names {
            assert!(actions().iter().any(|(action, _)| action["do"] == name), "no action for '{}'", verb.name);
        }
    }
}

#[test]
fn what_cannot_be_is_told_by_its_field() {
    let world = World::new("actions-wrong");
    let oper = world.account("oper", AccountRole::Operator);
    world.rooms.show(&[("8001", &room(1, None))]);
    for (action, field) in [
        (json!({}), "do"),
        (json!({"do": "dance"}), "do"),
        (json!({"do": 3}), "do"),
        (json!({"do": "mute"}), "member"),
        (json!({"do": "mute", "member": 0}), "member"),
        (json!({"do": "mute", "member": true}), "member"),
        (json!({"do": "mute", "member": ""}), "member"),
        (json!({"do": "mute", "member": 3, "to": 4}), "to"),
        (json!({"do": "mute", "member": 3, "leaders": "yes"}), "leaders"),
        (json!({"do": "lock", "member": 3}), "member"),
        (json!({"do": "talk_volume", "member": 3}), "value"),
        (json!({"do": "talk_volume", "member": 3, "value": 4}), "value"),
        (json!({"do": "talk_volume", "member": 3, "value": 300}), "value"),
        (json!({"do": "level", "member": 3}), "on"),
        (json!({"do": "level", "member": 3, "on": 1}), "on"),
        (json!({"do": "floor", "member": "all"}), "member"),
        (json!({"do": "record", "value": "begin"}), "value"),
        (json!({"do": "invite", "value": "Local/1@x"}), "value"),
        (json!({"do": "invite", "value": ""}), "value"),
        (json!({"do": "play", "value": "/etc/passwd"}), "value"),
        (json!({"do": "play", "value": "../../etc/passwd"}), "value"),
        (json!({"do": "play", "value": "a/../b"}), "value"),
        (json!({"do": "play", "value": "http://x/y"}), "value"),
        (json!({"do": "play", "value": "a&&b"}), "value"),
        (json!({"do": "say", "value": "twelve"}), "value"),
        (json!({"do": "say", "value": 1_000_000_000}), "value"),
        (json!({"do": "say", "value": -1}), "value"),
        (json!({"do": "pair", "member": 1}), "to"),
        (json!({"do": "move", "member": 1, "to": "8 0"}), "to"),
        (json!({"do": "most_talkers", "value": 17}), "value"),
        (json!({"do": "comfort_noise", "value": -20}), "value"),
    ] {
        let refused = oper.post("/rooms/8001/actions", action.clone()).refused(422);
        assert_eq!(refused, ("invalid".into(), vec![field.to_owned()]), "{action}");
    }
    assert!(world.rooms.asked.lock().unwrap().is_empty());
    assert_eq!(oper.post("/rooms/8002/actions", json!({"do": "lock"})).refused(404).0, "missing");
}

#[test]
fn an_owner_acts_only_in_his_rooms_and_brings_nobody_elsewhere() {
    let world = World::new("actions-owner");
    let [ada, bob] = ["ada", "bob"].map(|login| world.account(login, AccountRole::Owner));
    let oper = world.account("oper", AccountRole::Operator);
    for (client, extension) in [(&ada, "8005"), (&bob, "8006")] {
        let extension = Some(RoomNumber::parse(extension).unwrap());
        let details = Details { extension, name: "x".into(), ..Details::new(client.account, Kind::Meeting) };
        world.desk(move |desk| desk.create_conference(&details, AccountRole::Owner));
    }
    let (hers, his) = (room(1, Some(ada.account)), room(1, Some(bob.account)));
    world.rooms.show(&[("8001", &hers), ("8002", &his), ("8003", &room(1, None))]);
    let lock = json!({"do": "lock"});
    assert_eq!(ada.post("/rooms/8001/actions", lock.clone()).status, 200);
    assert_eq!(ada.post("/rooms/8002/actions", lock.clone()).status, 404);
    assert_eq!(ada.post("/rooms/8003/actions", lock.clone()).status, 404);
    assert_eq!(oper.post("/rooms/8002/actions", lock.clone()).status, 200);
    let to = |number: &str| json!({"do": "move", "member": 1, "to": number});
    for (number, status) in [("8001", 200), ("8002", 422), ("8003", 422), ("8005", 200), ("8006", 422), ("8007", 422)] {
        assert_eq!(ada.post("/rooms/8001/actions", to(number)).status, status, "{number}");
        assert_eq!(oper.post("/rooms/8001/actions", to(number)).status, 200, "{number}");
    }
    assert_eq!(world.client(ada.account, "read write").post("/rooms/8001/actions", lock).status, 403);
}
