//! Rooms in progress: who sees which, and what of them.

use std::time::Duration;

use conclave::directory::AccountRole;
use conclave::room::{RecordingState, Waits};
use serde_json::json;

use crate::common::World;
use crate::live_hall::{member, room};

#[test]
fn everybody_sees_what_is_his() {
    let world = World::new("rooms");
    let provider = world.account("prov", AccountRole::Provider);
    let operator = world.account("oper", AccountRole::Operator);
    let [ada, bob] = ["ada", "bob"].map(|login| world.account(login, AccountRole::Owner));
    let (hers, fixed) = (room(2, Some(ada.account)), room(1, None));
    world.rooms.show(&[("8001", &hers), ("8002", &fixed)]);
    for (client, numbers, mine) in [
        (&provider, &["8001", "8002"][..], &[false, false][..]),
        (&operator, &["8001", "8002"], &[false, false]),
        (&ada, &["8001"], &[true]),
        (&bob, &[], &[]),
    ] {
        let rooms = client.get("/rooms").json(200);
        let rooms = rooms.as_array().unwrap();
        assert_eq!(rooms.iter().map(|room| room["number"].as_str().unwrap()).collect::<Vec<_>>(), numbers);
        assert_eq!(rooms.iter().map(|room| room["mine"].as_bool().unwrap()).collect::<Vec<_>>(), mine);
        for number in ["8001", "8002"] {
            let found = client.get(&format!("/rooms/{number}"));
            assert_eq!(found.status, if numbers.contains(&number) { 200 } else { 404 }, "{number}");
        }
    }
    assert_eq!(world.client(provider.account, "write operate metrics").get("/rooms").status, 403);
    assert_eq!(world.stranger().get("/rooms").status, 401);
}

#[test]
fn all_of_a_room_is_told() {
    let world = World::new("room");
    let ada = world.account("ada", AccountRole::Owner);
    let mut board = room(2, Some(ada.account));
    board.recording = RecordingState::Announced;
    board.calling = vec!["201".into()];
    board.speakers = vec![2];
    board.ends_at = Some(Duration::from_secs(600));
    board.members[0].waits = Some(Waits::Lobby);
    board.members[0].mutes.all = true;
    board.members[1].talking = true;
    board.members[1].level = Some(-20);
    world.rooms.show(&[("8001", &board)]);
    assert_eq!(
        ada.get("/rooms").json(200),
        json!([{
            "number": "8001", "name": "Board", "conference": 7, "members": 2, "waiting": 1, "locked": false,
            "muted": false, "recording": "announced", "mine": true,
        }])
    );
    let mut told = ada.get("/rooms/8001").json(200);
    let left = told["ends_in"].take();
    assert!(left.as_u64().is_some_and(|left| (540..=600).contains(&left)), "{left}");
    let one = |number: u32| {
        json!({
            "number": number, "name": format!("Caller {number}"), "caller": format!("+49305550{number:03}"),
            "channel": &*member(number).channel, "role": "participant", "muted": false, "muted_by": [], "waits": null,
            "deaf": false, "hand": false, "talking": false, "level": null, "levelled": false, "denoised": false,
            "held": false, "seconds": 0, "talk_volume": 0, "listen_volume": 0,
        })
    };
    let (mut first, mut second) = (one(1), one(2));
    first["waits"] = json!("lobby");
    first["muted"] = json!(true);
    first["muted_by"] = json!(["all"]);
    second["talking"] = json!(true);
    second["level"] = json!(-20);
    assert_eq!(
        told,
        json!({
            "number": "8001", "name": "Board", "conference": 7, "locked": false, "muted": false,
            "recording": "announced", "calling": ["201"], "mix": {"most_talkers": 0, "comfort_noise": null},
            "rate": 16000, "max_members": null, "began": "2027-01-15T08:00:00Z", "ends_in": null, "members": [first, second],
            "speakers": [2],
        })
    );
}
