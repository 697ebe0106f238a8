//! What the console and leaders do with those who are inside: play to them, send them elsewhere, page, remove, end.

use std::time::{Duration, Instant};

use crate::common::host::{plug_in, wait_hears, wait_hears_not};
use crate::common::{
    LEVEL, PATIENCE, SILENT, assert_nothing_is_left, call, did, member_line, order, prompt_match, results, say_tones,
    wait_members, wait_no_tone, wait_prompt, wait_result, wait_silent, wait_tone, wait_until, with_conclave,
};
use conclave_rig::{Caller, Pbx, listen};

const TONES: [f64; 3] = [440.0, 620.0, 850.0];

#[test]
fn a_file_plays_to_all_or_to_one() {
    let pbx = start("play");
    let alice = call(&pbx, "alice", "8000");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    [&alice, &bob].into_iter().for_each(wait_silent);
    let played = Instant::now();
    did(&pbx, "play 8000 auth-thankyou&vm-goodbye");
    for caller in [&alice, &bob] {
        wait_prompt(&pbx, caller, played, "auth-thankyou");
        wait_prompt(&pbx, caller, played, "vm-goodbye");
    }
    [&alice, &bob].into_iter().for_each(wait_silent);
    let played = Instant::now();
    did(&pbx, "play 8000 tt-weasels 1");
    wait_prompt(&pbx, &alice, played, "tt-weasels");
    assert!(listen::level(&bob.heard_since(played)) < SILENT, "bob hears what plays to alice");
    // They talk over it as over everything.
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&bob, TONES[0], LEVEL);
    wait_tone(&alice, TONES[1], LEVEL);
    order(&pbx, "play 8000 tt-weasels 9").unwrap_err();
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_is_moved_is_in_the_other_room_as_what_he_was() {
    let pbx = start("move");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    let bob = call(&pbx, "bob", "leader8000");
    wait_members(&pbx, "8000", 2);
    let carol = call(&pbx, "carol", "8001");
    wait_members(&pbx, "8001", 1);
    say_tones(&[&alice, &bob, &carol], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears_not(&carol, TONES[1]);
    // There and back: a move leaves nothing behind.
    for (from, number, to, hears, hears_not) in [
        ("8000", 2, "8001", (&carol, TONES[2]), (&alice, TONES[0])),
        ("8001", 2, "8000", (&alice, TONES[0]), (&carol, TONES[2])),
    ] {
        did(&pbx, &format!("move {from} {number} {to}"));
        wait_members(&pbx, to, 2);
        wait_members(&pbx, from, 1);
        let line = member_line(&pbx, to, "bob");
        assert!(line.contains("leader"), "{line}");
        wait_hears(hears.0, TONES[1]);
        wait_hears(&bob, hears.1);
        wait_no_tone(hears_not.0, TONES[1]);
        wait_no_tone(&bob, hears_not.1);
    }
    // His keys are a leader's there, too, and the dial plan goes on when he leaves.
    let keyed = Instant::now();
    bob.press("*2").unwrap();
    alice.say(conclave_rig::Sound::Silence);
    wait_prompt(&pbx, &bob, keyed, "conf-lockednow");
    order(&pbx, "move 8000 2 7999").unwrap_err();
    bob.press("*8").unwrap();
    wait_result(&pbx, "leader8000", "DTMF");
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_pages_is_heard_by_all_whom_he_calls() {
    let pbx = start("page");
    let bob = plug_in(&pbx, "BOB", Caller::new("bob"));
    let carol = plug_in(&pbx, "CAROL", Caller::new("carol").rings_for(Duration::from_millis(500)));
    let alice = call(&pbx, "alice", "page");
    [&bob, &carol].into_iter().for_each(|caller| caller.wait_answer().unwrap());
    wait_members(&pbx, "8002", 3);
    say_tones(&[&alice, &bob, &carol], &TONES);
    wait_hears(&bob, TONES[0]);
    wait_hears(&carol, TONES[0]);
    for (caller, tones) in [(&alice, [TONES[1], TONES[2]]), (&bob, [TONES[2]; 2]), (&carol, [TONES[1]; 2])] {
        tones.into_iter().for_each(|hertz| wait_no_tone(caller, hertz));
    }
    // One of them may go; the others stay until he goes who called them.
    bob.hang_up().unwrap();
    wait_members(&pbx, "8002", 2);
    wait_hears(&carol, TONES[0]);
    alice.hang_up().unwrap();
    carol.wait_hung_up(PATIENCE).unwrap();
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_leader_counts_removes_and_ends() {
    let pbx = start("leader-keys");
    let alice = call(&pbx, "alice", "leader8000");
    wait_members(&pbx, "8000", 1);
    let others: Vec<_> = ["bob", "carol", "dave", "eve"]
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let caller = call(&pbx, name, "8000");
            wait_members(&pbx, "8000", at + 2);
            caller
        })
        .collect();
    let [bob, carol, dave, eve] = &*others else { panic!("four others") };
    let keyed = Instant::now();
    alice.press("*#").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conf-thereare");
    wait_prompt(&pbx, &alice, keyed, "digits/4");

    // The last one, one by his number, and one by the console.
    let keyed = Instant::now();
    alice.press("*3").unwrap();
    wait_prompt(&pbx, eve, keyed, "conf-kicked");
    eve.wait_hung_up(PATIENCE).unwrap();
    wait_members(&pbx, "8000", 4);
    wait_prompt(&pbx, &alice, keyed, "conclave-removed-last");
    let keyed = Instant::now();
    alice.press("*98").unwrap();
    wait_prompt(&pbx, &alice, keyed, "conclave-kick-number");
    alice.press("2#").unwrap();
    wait_prompt(&pbx, bob, keyed, "conf-kicked");
    bob.wait_hung_up(PATIENCE).unwrap();
    wait_members(&pbx, "8000", 3);
    did(&pbx, "kick 8000 3");
    carol.wait_hung_up(PATIENCE).unwrap();
    wait_members(&pbx, "8000", 2);
    assert!(dave.is_up());
    assert!(wait_until(|| results(&pbx, "8000", "KICKED") == 3), "{}", pbx.log());

    let keyed = Instant::now();
    alice.press("*94").unwrap();
    wait_prompt(&pbx, dave, keyed, "confbridge-conf-end");
    [&alice, dave].into_iter().for_each(|caller| drop(caller.wait_hung_up(PATIENCE).unwrap()));
    wait_result(&pbx, "8000", "ENDED");
    assert!(prompt_match(&pbx, &dave.heard_since(keyed), "conf-kicked") < 0.75, "the end sounds like a removal");
    drop((alice, others));
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, CONF).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
[from-callers]
exten => _8XXX,1,Conclave()
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => _leader8XXX,1,Conclave(${EXTEN:6},L)
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => page,1,Conclave(8002,P(201&202))
[invited]
exten => 201,1,Dial(${GLOBAL(BOB)})
exten => 202,1,Dial(${GLOBAL(CAROL)})
";

const CONF: &str = "\
[silent](!)
type = room
arrivals = nothing
only_person = no
invite_context = invited
[8000](silent)
[8001](silent)
[8002](silent)
";
