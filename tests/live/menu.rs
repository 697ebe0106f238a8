//! The keys inside a room, by what is heard after each.

use std::time::Instant;

use crate::common::{
    LEVEL, assert_nothing_is_left, call, member_line, wait_members, wait_no_tone, wait_prompt, wait_result,
    wait_silent, wait_tone, with_conclave,
};
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn star_speaks_the_menu_and_a_key_cuts_it_off() {
    let pbx = start("menu-spoken");
    let [alice, bob] = two(&pbx);
    let keyed = Instant::now();
    alice.press("*").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conclave-menu");
    alice.press("#").unwrap();
    wait_silent(&alice);
    // The others hear nothing of it.
    let heard = bob.heard_since(keyed);
    assert!(conclave_rig::listen::level(&heard) < crate::common::SILENT);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn star_1_mutes_and_unmutes() {
    let pbx = start("menu-mute");
    let [alice, bob] = two(&pbx);
    alice.say(Sound::tone(440.0, LEVEL));
    wait_tone(&bob, 440.0, LEVEL);
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-muted");
    wait_no_tone(&bob, 440.0);
    assert!(member_line(&pbx, "8000", "alice").contains("muted"));
    let keyed = Instant::now();
    alice.press("*1").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-unmuted");
    wait_tone(&bob, 440.0, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn star_4_and_6_turn_what_one_hears() {
    let pbx = start("menu-listen");
    let [alice, bob] = two(&pbx);
    alice.say(Sound::tone(440.0, LEVEL));
    wait_tone(&bob, 440.0, LEVEL);
    bob.press("*4").unwrap();
    wait_tone(&bob, 440.0, LEVEL - 3.0);
    // The menu is still open: further keys turn on.
    bob.press("4").unwrap();
    wait_tone(&bob, 440.0, LEVEL - 6.0);
    bob.press("#").unwrap();
    bob.press("*666").unwrap();
    wait_tone(&bob, 440.0, LEVEL + 3.0);
    // Only for himself.
    bob.say(Sound::tone(620.0, LEVEL));
    wait_tone(&alice, 620.0, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn star_7_and_9_turn_oneself_for_the_others() {
    let pbx = start("menu-talk");
    let [alice, bob] = two(&pbx);
    alice.say(Sound::tone(440.0, LEVEL));
    bob.say(Sound::tone(620.0, LEVEL));
    wait_tone(&bob, 440.0, LEVEL);
    alice.press("*9").unwrap();
    wait_tone(&bob, 440.0, LEVEL + 3.0);
    alice.press("#").unwrap();
    alice.press("*77").unwrap();
    wait_tone(&bob, 440.0, LEVEL - 3.0);
    // What she hears is as loud as before.
    wait_tone(&alice, 620.0, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn star_8_leaves() {
    let pbx = start("menu-leave");
    let [alice, bob] = two(&pbx);
    let came = Instant::now();
    let carol = call(&pbx, "carol", "leave");
    crate::common::wait_notes(&bob, came, &crate::common::JOINED);
    wait_silent(&bob);
    let keyed = Instant::now();
    carol.press("*8").unwrap();
    wait_result(&pbx, "leave", "DTMF");
    wait_members(&pbx, "8000", 2);
    // The dial plan goes on with an echo, and nobody in the room hears her any more.
    carol.say(Sound::tone(440.0, LEVEL));
    wait_tone(&carol, 440.0, LEVEL);
    crate::common::wait_notes(&bob, keyed, &crate::common::LEFT);
    wait_silent(&bob);
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_locks_and_unlocks() {
    let pbx = start("menu-lock");
    let alice = call(&pbx, "alice", "leader");
    wait_members(&pbx, "8000", 1);
    let keyed = Instant::now();
    alice.press("*2").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-lockednow");
    let bob = call(&pbx, "bob", "8000");
    wait_result(&pbx, "8000", "LOCKED");
    bob.wait_hung_up(crate::common::PATIENCE).unwrap();
    // Another leader comes in all the same.
    let carol = call(&pbx, "carol", "leader");
    wait_members(&pbx, "8000", 2);
    let keyed = Instant::now();
    alice.press("*2").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-unlockednow");
    let dave = call(&pbx, "dave", "8000");
    wait_members(&pbx, "8000", 3);
    drop((alice, carol, dave));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_removes_the_last_who_came() {
    let pbx = start("menu-kick");
    let alice = call(&pbx, "alice", "leader");
    wait_members(&pbx, "8000", 1);
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    let carol = call(&pbx, "carol", "8000");
    wait_members(&pbx, "8000", 3);
    let keyed = Instant::now();
    alice.press("*3").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conf-kicked");
    wait_result(&pbx, "8000", "KICKED");
    carol.wait_hung_up(crate::common::PATIENCE).unwrap();
    wait_members(&pbx, "8000", 2);
    assert!(bob.is_up());
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_is_no_leader_cannot_lock_or_remove() {
    let pbx = start("menu-no-leader");
    let [alice, bob] = two(&pbx);
    // What locks for leaders raises his hand.
    for (keys, words) in [("*2", "conclave-hand-up"), ("*3", "conf-errormenu")] {
        let keyed = Instant::now();
        alice.press(keys).unwrap();
        wait_prompt(&pbx, &alice, keyed, words);
    }
    let text = pbx.cli("conclave show rooms").unwrap();
    assert!(text.contains("open") && !text.contains("locked"), "{text}");
    wait_members(&pbx, "8000", 2);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

/// Two participants who hear nothing any more of their coming.
fn two(pbx: &Pbx) -> [Caller; 2] {
    let both = ["alice", "bob"].map(|name| call(pbx, name, "8000"));
    wait_members(pbx, "8000", 2);
    std::thread::sleep(std::time::Duration::from_secs(1));
    both.iter().for_each(wait_silent);
    both
}

fn start(name: &str) -> Pbx {
    let more = "\
exten => leader,1,Conclave(8000,L)
exten => leave,1,Conclave(8000)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Echo()
";
    let dialplan = format!("{}{more}", crate::common::DIALPLAN);
    with_conclave(name, crate::common::OPEN).dialplan(&dialplan).start().unwrap()
}
