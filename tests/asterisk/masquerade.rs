//! A member's channel gets another telephone's inside, or loses its own: the audio follows.

use crate::common::host::{channel_of, wait_hears, wait_hears_not};
use crate::common::{DIALPLAN, OPEN, PATIENCE, assert_nothing_is_left, call, say_tones, wait_members, with_conclave};
use conclave_rig::{Caller, Codec, Pbx};

/// 7001 waits; 9000 calls Bob's phone; 9002 goes into the room through a Local channel.
const MORE: &str = "\
exten => 7001,1,Answer()
 same => n,Wait(600)
exten => 9000,1,Dial(${GLOBAL(BOB)})
exten => 9002,1,Dial(Local/8000@from-callers)
";

const TONES: [f64; 3] = [440.0, 620.0, 910.0];

/// An INVITE with `Replaces`, as a phone sends it that takes over a call of another.
#[test]
fn another_telephone_takes_a_members_place() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::L16] {
        let asterisk = start("replaces");
        let (alice, bob) = (call(&asterisk, "alice", "8000"), call(&asterisk, "bob", "8000"));
        wait_members(&asterisk, "8000", 2);
        say_tones(&[&alice, &bob], &TONES);
        wait_hears(&alice, TONES[1]);
        wait_hears(&bob, TONES[0]);

        let taking = Caller::new("carol").codec(codec).header("Replaces", &alice.replaces());
        let carol = taking.call(&asterisk, "8000").unwrap();
        carol.wait_answer().unwrap();
        say_tones(&[&carol], &TONES[2..]);
        alice.wait_hung_up(PATIENCE).unwrap();
        wait_hears(&carol, TONES[1]);
        wait_hears(&bob, TONES[2]);
        wait_hears_not(&bob, TONES[0]);
        wait_members(&asterisk, "8000", 2);
        carol.hang_up().unwrap();
        wait_members(&asterisk, "8000", 1);
        end(&asterisk, [alice, bob]);
    }
}

/// Bob talks to Alice, asks in the room with his second line, and puts Alice in that line's place.
#[test]
fn an_attended_transfer_puts_the_other_party_in_a_members_place() {
    let asterisk = start("attended");
    let bob = Caller::new("bob").plug_in(&asterisk).unwrap();
    asterisk.cli(&format!("dialplan set global BOB {}", bob.dial_string())).unwrap();
    let alice = call(&asterisk, "alice", "9000");
    say_tones(&[&alice], &TONES);
    // Before the two hear each other there is no bridge to transfer from.
    wait_hears(&bob, TONES[0]);
    let (second, carol) = (call(&asterisk, "bobs-second-line", "8000"), call(&asterisk, "carol", "8000"));
    wait_members(&asterisk, "8000", 2);
    say_tones(&[&alice, &second, &carol], &TONES);
    wait_hears(&carol, TONES[1]);

    bob.transfer_to(&second).unwrap();
    second.wait_hung_up(PATIENCE).unwrap();
    wait_hears(&carol, TONES[0]);
    wait_hears(&alice, TONES[2]);
    wait_hears_not(&carol, TONES[1]);
    wait_members(&asterisk, "8000", 2);
    end(&asterisk, [alice, bob, second, carol]);
}

#[test]
fn a_member_whom_the_pbx_bridges_with_somebody_else_leaves_the_room() {
    let asterisk = start("yanked");
    let (alice, bob) = (call(&asterisk, "alice", "8000"), call(&asterisk, "bob", "8000"));
    wait_members(&asterisk, "8000", 2);
    let carol = call(&asterisk, "carol", "7001");
    say_tones(&[&alice, &bob, &carol], &TONES);
    wait_hears(&bob, TONES[0]);

    let member = channel_of(&asterisk, "8000", 1);
    let channels = asterisk.cli("core show channels concise").unwrap();
    let waiting = channels.lines().find(|line| line.contains("!Wait!")).and_then(|line| line.split('!').next());
    let both = [("Channel1", &*member), ("Channel2", waiting.expect(&channels)), ("Tone", "no")];
    asterisk.ami().unwrap().action("Bridge", &both).unwrap();
    wait_members(&asterisk, "8000", 1);
    wait_hears(&alice, TONES[2]);
    wait_hears(&carol, TONES[0]);
    wait_hears_not(&bob, TONES[0]);
    assert!(alice.is_up() && bob.is_up() && carol.is_up());
    end(&asterisk, [alice, bob, carol]);
}

/// Asterisk optimises a Local channel away between two bridges; a conference is none, so it stays, and works.
#[test]
fn a_member_behind_a_local_channel_is_a_member() {
    let asterisk = start("local");
    let (alice, bob) = (call(&asterisk, "alice", "9002"), call(&asterisk, "bob", "8000"));
    wait_members(&asterisk, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    end(&asterisk, [alice, bob]);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, OPEN).dialplan(&format!("{DIALPLAN}{MORE}")).start().unwrap()
}

fn end<const N: usize>(asterisk: &Pbx, callers: [Caller; N]) {
    drop(callers);
    assert_nothing_is_left(asterisk);
}
