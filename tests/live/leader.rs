//! Leaders: who waits for them, who has to go when they leave, and whom they let in.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::judge::{
    Voices, assert_not_told, fall_silent, speak, tone_folder, wait_all_hear_each_other, wait_hears_just, wait_told,
};
use crate::common::{
    DIALPLAN, PATIENCE, assert_nothing_is_left, call, member_line, wait_members, wait_prompt, wait_result, wait_silent,
    wait_tone_sound, with_conclave,
};
use conclave_rig::Pbx;

#[test]
fn members_wait_with_music_for_a_leader_and_again_when_the_last_has_left() {
    let pbx = start("leader-always");
    let began = Instant::now();
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    let waiting = [(&alice, ALICE), (&bob, BOB)];
    for (caller, _) in &waiting {
        wait_prompt(&pbx, caller, began, "conf-waitforleader");
        let line = member_line(&pbx, "8000", caller.name());
        assert!(line.contains("waits for leader"), "{line}");
    }
    hear_only_music(&waiting);

    let led = Instant::now();
    let carol = call(&pbx, "carol", "9000");
    let everybody = [(&alice, ALICE), (&bob, BOB), (&carol, CAROL)];
    for (caller, _) in &everybody {
        wait_prompt(&pbx, caller, led, "confbridge-conf-begin");
    }
    hear_each_other(&everybody);

    let left = Instant::now();
    carol.hang_up().unwrap();
    for (caller, _) in &waiting {
        wait_told(&pbx, caller, left, &["conf-leaderhasleft", "conf-waitforleader"]);
    }
    hear_only_music(&waiting);

    let led = Instant::now();
    let dave = call(&pbx, "dave", "9000");
    let everybody = [(&alice, ALICE), (&bob, BOB), (&dave, CAROL)];
    for (caller, _) in &everybody {
        wait_prompt(&pbx, caller, led, "confbridge-conf-begin");
    }
    hear_each_other(&everybody);
    drop((alice, bob, dave));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_waits_once_stays_in_the_room_when_the_leader_has_left() {
    let pbx = start("leader-once");
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8001"));
    let waiting = [(&alice, ALICE), (&bob, BOB)];
    wait_members(&pbx, "8001", 2);
    hear_only_music(&waiting);
    let led = Instant::now();
    let carol = call(&pbx, "carol", "9001");
    for caller in [&alice, &bob, &carol] {
        wait_prompt(&pbx, caller, led, "confbridge-conf-begin");
    }
    let left = Instant::now();
    carol.hang_up().unwrap();
    wait_members(&pbx, "8001", 2);
    hear_each_other(&waiting);
    for caller in [&alice, &bob] {
        assert_not_told(&pbx, caller, left, "conf-waitforleader");
    }
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn when_the_last_leader_leaves_at_once_who_has_to_goes() {
    let pbx = start("leader-end");
    let alice = call(&pbx, "alice", "8002");
    let bob = call(&pbx, "bob", "7002");
    let [carol, dave] = ["carol", "dave"].map(|name| call(&pbx, name, "9002"));
    wait_members(&pbx, "8002", 4);
    // Another leader is still there.
    dave.hang_up().unwrap();
    wait_members(&pbx, "8002", 3);
    sleep(Duration::from_secs(1));
    wait_members(&pbx, "8002", 3);

    let left = Instant::now();
    carol.hang_up().unwrap();
    wait_told(&pbx, &alice, left, &["conf-leaderhasleft", "confbridge-conf-end"]);
    wait_result(&pbx, "8002", "ENDED");
    alice.wait_hung_up(PATIENCE).unwrap();
    // Whose profile lets him stay is still there, and heard nothing of it.
    wait_members(&pbx, "8002", 1);
    assert_not_told(&pbx, &bob, left, "confbridge-conf-end");
    bob.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn after_the_leader_there_is_a_grace_with_a_warning_for_who_has_to_go() {
    let pbx = start("leader-grace");
    let alice = call(&pbx, "alice", "8003");
    let bob = call(&pbx, "bob", "7003");
    let carol = call(&pbx, "carol", "9003");
    wait_members(&pbx, "8003", 3);
    let left = Instant::now();
    carol.hang_up().unwrap();
    let warning = ["conf-leaderhasleft", "conclave-ends-in", "conclave-n-5", "conclave-seconds"];
    wait_told(&pbx, &alice, left, &warning);
    wait_told(&pbx, &alice, left, &["confbridge-conf-end"]);
    wait_result(&pbx, "8003", "ENDED");
    assert!(left.elapsed() > Duration::from_secs(5), "the grace was not given");
    wait_members(&pbx, "8003", 1);
    for words in ["conf-leaderhasleft", "confbridge-conf-end"] {
        assert_not_told(&pbx, &bob, left, words);
    }
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_who_is_back_in_time_saves_the_conference() {
    let pbx = start("leader-back");
    let alice = call(&pbx, "alice", "8004");
    let carol = call(&pbx, "carol", "9004");
    wait_members(&pbx, "8004", 2);
    let left = Instant::now();
    carol.hang_up().unwrap();
    wait_prompt(&pbx, &alice, left, "conf-leaderhasleft");
    let carol = call(&pbx, "carol", "9004");
    wait_members(&pbx, "8004", 2);
    assert!(left.elapsed() < Duration::from_secs(8), "the machine is too slow for this story");
    sleep(Duration::from_secs(9).saturating_sub(left.elapsed()));
    wait_members(&pbx, "8004", 2);
    hear_each_other(&[(&alice, ALICE), (&carol, CAROL)]);
    assert_not_told(&pbx, &alice, left, "confbridge-conf-end");
    drop((alice, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn in_the_lobby_members_wait_until_they_are_admitted() {
    let pbx = start("leader-lobby");
    let carol = call(&pbx, "carol", "9005");
    wait_members(&pbx, "8005", 1);
    let came = Instant::now();
    let alice = call(&pbx, "alice", "8005");
    wait_prompt(&pbx, &alice, came, "conclave-lobby");
    wait_tone_sound(&pbx, &carol, came, "conclave-knock");
    let came = Instant::now();
    let bob = call(&pbx, "bob", "8005");
    wait_prompt(&pbx, &bob, came, "conclave-lobby");
    // "Two people are waiting to be admitted."
    wait_told(&pbx, &carol, came, &["conclave-n-2", "conclave-waiting"]);
    let all = [(&alice, ALICE), (&bob, BOB), (&carol, CAROL)];
    speak(&all);
    for (caller, _) in all {
        wait_hears_just(caller, &TONES, &[]);
    }
    fall_silent(&all);

    // One by the console; the other still waits.
    let admitted = Instant::now();
    let answer = pbx.cli("conclave admit 8005 2").unwrap();
    wait_prompt(&pbx, &alice, admitted, "conclave-admitted");
    assert!(!member_line(&pbx, "8005", "alice").contains("lobby"), "{answer}");
    assert!(member_line(&pbx, "8005", "bob").contains("lobby"), "{answer}");
    wait_silent(&alice);
    speak(&all);
    wait_all_hear_each_other(&[(&alice, ALICE), (&carol, CAROL)], &TONES);
    wait_hears_just(&bob, &TONES, &[]);
    fall_silent(&all);

    let rejected = Instant::now();
    pbx.cli("conclave reject 8005 3").unwrap();
    wait_prompt(&pbx, &bob, rejected, "conclave-rejected");
    wait_result(&pbx, "8005", "REJECTED");
    bob.wait_hung_up(PATIENCE).unwrap();

    // All by the leader's key.
    let [dave, erin] = ["dave", "erin"].map(|name| call(&pbx, name, "8005"));
    wait_members(&pbx, "8005", 4);
    let admitted = Instant::now();
    carol.press("*91").unwrap();
    wait_prompt(&pbx, &carol, admitted, "conclave-all-admitted");
    for caller in [&dave, &erin] {
        wait_prompt(&pbx, caller, admitted, "conclave-admitted");
    }
    hear_each_other(&[(&alice, ALICE), (&carol, CAROL), (&dave, BOB), (&erin, ERIN)]);
    fall_silent(&[(&alice, ALICE), (&carol, CAROL), (&dave, BOB), (&erin, ERIN)]);
    let keyed = Instant::now();
    carol.press("*91").unwrap();
    wait_prompt(&pbx, &carol, keyed, "conclave-nobody-waits");
    drop((alice, carol, dave, erin));
    assert_nothing_is_left(&pbx);
}

/// They talk, and hear music and not each other. They are silent again at the end.
fn hear_only_music(callers: &Voices<'_>) {
    speak(callers);
    for (caller, _) in callers {
        wait_hears_just(caller, &TONES, &[MUSIC]);
    }
    fall_silent(callers);
}

/// They talk, and hear each other and no music. They are silent again at the end.
fn hear_each_other(callers: &Voices<'_>) {
    speak(callers);
    wait_all_hear_each_other(callers, &TONES);
    fall_silent(callers);
}

fn start(name: &str) -> Pbx {
    let music = format!("[default]\nmode=files\ndirectory={}\n", tone_folder(MUSIC as u32).display());
    with_conclave(name, CONF)
        .dialplan(&[DIALPLAN, OTHER_WAYS].concat())
        .file("musiconhold.conf", &music)
        .start()
        .unwrap()
}

const ALICE: f64 = 440.0;
const BOB: f64 = 620.0;
const CAROL: f64 = 910.0;
const ERIN: f64 = 1170.0;
/// What the PBX's class of music plays.
const MUSIC: f64 = 1490.0;
const TONES: [f64; 5] = [ALICE, BOB, CAROL, ERIN, MUSIC];

/// By `9` one is leader, by `7` one may stay when the leaders have gone.
const OTHER_WAYS: &str = "\
exten => _9XXX,1,Conclave(8${EXTEN:1},L)
exten => _7XXX,1,Conclave(8${EXTEN:1},,stays)
";

const CONF: &str = "\
[stays]
type = profile
end_with_leader = no
[base](!)
type = room
arrivals = nothing
only_person = no
[8000](base)
wait_for_leader = always
music = default
[8001](base)
wait_for_leader = once
music = default
[8002](base)
end_with_leader = last
[8003](base)
end_with_leader = last
leader_grace = 5s
[8004](base)
end_with_leader = last
leader_grace = 8s
[8005](base)
lobby = yes
";
