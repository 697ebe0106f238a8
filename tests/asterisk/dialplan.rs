//! Away in Asterisk's dial plan: it may ask for keys, and who is redirected from there does not come back.

use std::time::Duration;

use crate::common::host::{TONES, channel_of, two, wait_hears};
use crate::common::{PATIENCE, assert_nothing_is_left, wait_members, wait_no_tone, with_conclave};
use conclave_rig::Pbx;

/// What the dial plan plays to who is there.
const AWAY: f64 = 850.0;

const MILLIWATT: f64 = 1004.0;

#[test]
fn the_dial_plan_may_ask_for_keys() {
    let asterisk = start("dialplan-keys");
    let (alice, bob) = two(&asterisk);
    for (keys, extension) in [("12", "12"), ("3", "3"), ("9", "i")] {
        alice.press("*62").unwrap();
        alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
        alice.press(keys).unwrap();
        asterisk.wait_log(&format!("keyed {keys} at {extension}"), PATIENCE).unwrap();
        wait_hears(&alice, TONES[1]);
        wait_hears(&bob, TONES[0]);
    }
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

#[test]
fn who_is_redirected_while_he_is_away_does_not_come_back() {
    let asterisk = start("dialplan-redirect");
    let (alice, bob) = two(&asterisk);
    let channel = channel_of(&asterisk, "8000", 1);
    alice.press("*61").unwrap();
    alice.wait_tone(AWAY, -30.0, PATIENCE).unwrap();
    let there = [("Channel", &*channel), ("Context", "from-callers"), ("Exten", "7000"), ("Priority", "1")];
    asterisk.ami().unwrap().action("Redirect", &there).unwrap();
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    wait_members(&asterisk, "8000", 1);
    wait_no_tone(&bob, TONES[0]);
    std::thread::sleep(Duration::from_secs(3));
    alice.wait_tone(MILLIWATT, -30.0, PATIENCE).unwrap();
    drop((alice, bob));
    assert_nothing_is_left(&asterisk);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
[from-callers]
exten => 8000,1,Conclave()
exten => 7000,1,Milliwatt()
[away]
exten => s,1,PlayTones(850)
 same => n,Wait(2)
exten => keys,1,PlayTones(850)
 same => n,WaitExten(10)
exten => _1X,1,Verbose(0,keyed ${EXTEN} at ${EXTEN})
exten => 3,1,Verbose(0,keyed 3 at ${EXTEN})
exten => i,1,Verbose(0,keyed ${INVALID_EXTEN} at i)
";

const CONF: &str = "\
[8000]
type = room
menu = ways
[ways]
type = menu
*61 = dialplan(away,s,1)
*62 = dialplan(away,keys,1)
";
