//! A member whose telephone puts us on hold: what it sends then is its own music, which nobody in the room shall hear.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{
    LEVEL, OPEN, assert_nothing_is_left, call, member_line, wait_members, wait_no_tone, wait_tone, wait_until,
    with_conclave,
};
use conclave_rig::{Sound, listen};

#[test]
fn who_holds_is_not_heard_until_he_comes_back() {
    let pbx = with_conclave("hold", OPEN).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    let bob = call(&pbx, "bob", "8000");
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    sleep(Duration::from_secs(2));
    alice.say(Sound::tone(440.0, LEVEL));
    bob.say(Sound::tone(620.0, LEVEL));
    for other in [&bob, &carol] {
        wait_tone(other, 440.0, LEVEL);
    }
    for _ in 0..2 {
        alice.hold().unwrap();
        for other in [&bob, &carol] {
            wait_no_tone(other, 440.0);
        }
        let on_hold = || member_line(&pbx, "8000", "alice").contains("on hold");
        assert!(wait_until(on_hold), "{}", member_line(&pbx, "8000", "alice"));
        let held_from = Instant::now();
        // Her telephone goes on sending, and the others go on talking.
        let said = alice.said().len();
        sleep(Duration::from_secs(2));
        assert!(alice.said().len() > said);
        let level = listen::tone_level(&carol.heard_since(held_from), 8_000, 440.0);
        assert!(level < -50.0, "carol hears who is on hold at {level:.1} dBFS");
        wait_tone(&carol, 620.0, LEVEL);
        alice.resume().unwrap();
        for other in [&bob, &carol] {
            wait_tone(other, 440.0, LEVEL);
        }
        wait_tone(&alice, 620.0, LEVEL);
        let back = || !member_line(&pbx, "8000", "alice").contains("on hold");
        assert!(wait_until(back), "{}", member_line(&pbx, "8000", "alice"));
    }
    // Who hangs up while he holds is gone like anybody else.
    alice.hold().unwrap();
    alice.hang_up().unwrap();
    wait_members(&pbx, "8000", 2);
    drop((bob, carol));
    assert_nothing_is_left(&pbx);
}
