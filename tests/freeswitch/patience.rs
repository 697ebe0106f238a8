//! Telephones that send nothing any more, in rooms: they are hung up as FreeSWITCH was told to.

use std::time::{Duration, Instant};

use crate::common::{PATIENCE, call, wait_members, with_conclave_on};
use conclave_rig::{Host, Pbx};

/// In milliseconds, in seconds, and for whom nothing is set.
const DIALPLAN: &str = "\
exten => 8000,1,Set(media_timeout=2000)
 same => n,Conclave(8000)
exten => 8001,1,Set(rtp_timeout_sec=2)
 same => n,Conclave(8001)
exten => 8002,1,Conclave(8002)
";

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_telephone_without_power_is_hung_up_after_its_time() {
    let pbx = start("patience");
    let there = call(&pbx, "there", "8002");
    for (room, name) in [("8000", "alice"), ("8001", "bob")] {
        let caller = call(&pbx, name, room);
        wait_members(&pbx, room, 1);
        // As long as something comes nothing happens.
        std::thread::sleep(Duration::from_secs(3));
        wait_members(&pbx, room, 1);
        let vanished = Instant::now();
        caller.vanish();
        pbx.wait_calls(1, PATIENCE).unwrap();
        let took = vanished.elapsed().as_secs_f64();
        assert!((1.8..4.0).contains(&took), "{name} was hung up after {took} s");
    }
    assert_eq!(pbx.log().matches("[MEDIA_TIMEOUT]").count(), 2);
    there.hang_up().unwrap();
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn who_holds_us_may_be_silent_longer_and_who_has_no_limit_for_ever() {
    let pbx = start("patience-hold");
    let holds = call(&pbx, "holds", "8000");
    let gone = call(&pbx, "gone", "8002");
    wait_members(&pbx, "8000", 1);
    holds.hold().unwrap();
    for caller in [&holds, &gone] {
        caller.vanish();
    }
    std::thread::sleep(Duration::from_secs(5));
    wait_members(&pbx, "8000", 1);
    wait_members(&pbx, "8002", 1);
}

fn start(name: &str) -> Pbx {
    with_conclave_on(Host::FreeSwitch, name, "[general]\non_demand = yes\n").dialplan(DIALPLAN).start().unwrap()
}
