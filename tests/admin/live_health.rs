//! How Conclave itself is, for those who run it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave::directory::AccountRole;
use serde_json::json;

use crate::common::{PATIENCE, World};
use crate::live_hall::room;

#[test]
fn staff_sees_how_it_is_and_owners_do_not() {
    let world = World::new("health");
    let prov = world.account("prov", AccountRole::Provider);
    let ada = world.account("ada", AccountRole::Owner);
    world.rooms.show(&[("8001", &room(3, None))]);
    world.rooms.stats[0].calls.set(3);
    world.rooms.stats[0].late_ticks.add(7);
    let health = prov.get("/health").json(200);
    assert_eq!(
        health,
        json!({
            "directory": {"connected": true, "trouble": null, "waiting": 0, "unwritten": 0, "missing": 0},
            "calls": 3, "rooms": 1, "members": 3, "listeners": 0,
        })
    );
    let workers = prov.get("/workers").json(200);
    assert_eq!(
        (&workers[0]["worker"], &workers[0]["late_ticks"], &workers[1]["calls"]),
        (&json!(0), &json!(7), &json!(0))
    );
    let patience = Instant::now() + PATIENCE;
    while prov.get("/health/history").json(200) == json!([]) {
        assert!(Instant::now() < patience);
        sleep(Duration::from_millis(20));
    }
    let history = prov.get("/health/history?minutes=1").json(200);
    assert!(history[0]["at"].as_str().unwrap().ends_with('Z') && history[0]["calls"].is_u64(), "{history}");
    assert_eq!(prov.get("/health/history?minutes=0").refused(422).1, ["minutes"]);
    for path in ["/health", "/health/history", "/workers"] {
        assert_eq!(ada.get(path).status, 403, "{path}");
    }
}
