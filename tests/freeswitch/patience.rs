//! Telephones that send nothing any more, in rooms: they are hung up as FreeSWITCH was told to.

use std::time::{Duration, Instant};

use crate::common::{PATIENCE, call, wait_members, with_conclave_on};
use conclave_rig::{Host, Pbx};

/// In milliseconds, in seconds, and for whom nothing is set; then with something to be run first, which FreeSWITCH would also
/// run when sound begins to flow if it were set before (`execute_on_media` names all that begin so).
const DIALPLAN: &str = "\
exten => 8000,1,Set(media_timeout=2000)
 same => n,Conclave(8000)
exten => 8001,1,Set(rtp_timeout_sec=2)
 same => n,Conclave(8001)
exten => 8002,1,Conclave(8002)
exten => 8003,1,Answer()
 same => n,Set(media_timeout=2000)
 same => n,Set(execute_on_media_timeout=log NOTICE no power)
 same => n,Conclave(8003)
exten => 8004,1,Answer()
 same => n,Set(media_timeout=2000)
 same => n,Set(execute_on_media_timeout=transfer 8005)
 same => n,Conclave(8004)
exten => 8005,1,Verbose(0,is elsewhere)
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

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn what_a_sip_profile_says_holds_for_its_calls() {
    let pbx = start("patience-profile");
    let file = pbx.directory().join("etc/autoload_configs/sofia.conf.xml");
    let profile = std::fs::read_to_string(file).unwrap();
    let profile = profile.replacen("<param ", "<param name=\"rtp-timeout-sec\" value=\"2\"/>\n<param ", 1);
    pbx.write_file("sofia.conf.xml", &profile).unwrap();
    for command in ["reloadxml", "sofia profile callers rescan"] {
        pbx.cli(command).unwrap();
    }
    let [there, gone] = ["there", "gone"].map(|name| call(&pbx, name, "8002"));
    wait_members(&pbx, "8002", 2);
    let vanished = Instant::now();
    gone.vanish();
    pbx.wait_calls(1, PATIENCE).unwrap();
    let took = vanished.elapsed().as_secs_f64();
    assert!((1.8..4.0).contains(&took), "hung up after {took} s");
    assert_eq!(pbx.log().matches("[MEDIA_TIMEOUT]").count(), 1);
    there.hang_up().unwrap();
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn what_is_to_be_run_first_is_run_and_may_send_the_call_elsewhere() {
    let pbx = start("patience-runs");
    let logged = |words: &str| pbx.log().lines().filter(|line| line.ends_with(words)).count();
    for (room, does, hung_up) in [("8003", "no power", 1), ("8004", "is elsewhere", 0)] {
        let caller = call(&pbx, "alice", room);
        wait_members(&pbx, room, 1);
        assert_eq!(logged(does), 0);
        let before = logged("[MEDIA_TIMEOUT]");
        caller.vanish();
        pbx.wait_calls(0, PATIENCE).unwrap();
        assert_eq!((logged(does), logged("[MEDIA_TIMEOUT]") - before), (1, hung_up), "{does}");
    }
}

fn start(name: &str) -> Pbx {
    with_conclave_on(Host::FreeSwitch, name, "[general]\non_demand = yes\n").dialplan(DIALPLAN).start().unwrap()
}
