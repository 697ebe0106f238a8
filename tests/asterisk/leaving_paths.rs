//! The ways in which the PBX itself takes a caller out of a room, or brings one in.

use std::thread::sleep;
use std::time::Duration;

use crate::common::host::{channel_of, tone, wait_for, wait_hears, wait_hears_not};
use crate::common::{DIALPLAN, OPEN, PATIENCE, assert_nothing_is_left, call, say_tones, wait_members, with_conclave};
use conclave_rig::{Caller, Pbx, Sound, listen};

/// Who is redirected to 7000 hears a tone; 9000 calls Bob's phone.
const MORE: &str = "\
exten => 7000,1,Answer()
 same => n,Milliwatt()
exten => 9000,1,Dial(${GLOBAL(BOB)})
";

const TONES: [f64; 3] = [440.0, 620.0, 910.0];
const MILLIWATT: f64 = 1004.0;

#[test]
fn a_redirected_member_goes_on_elsewhere_and_the_room_goes_on() {
    let asterisk = start("redirect");
    let callers = ["alice", "bob", "carol"].map(|name| call(&asterisk, name, "8000"));
    let [alice, bob, carol] = callers.each_ref();
    wait_members(&asterisk, "8000", 3);
    say_tones(&[alice, bob, carol], &TONES);
    wait_hears(alice, TONES[1]);

    let channel = channel_of(&asterisk, "8000", 1);
    let there = [("Channel", &*channel), ("Context", "from-callers"), ("Exten", "7000"), ("Priority", "1")];
    asterisk.ami().unwrap().action("Redirect", &there).unwrap();
    wait_members(&asterisk, "8000", 2);
    wait_for("the tone of the new place", || {
        let level = tone(alice, MILLIWATT);
        if level > -30.0 { Ok(()) } else { Err(format!("{level:.1} dBFS")) }
    });
    wait_hears_not(alice, TONES[1]);
    wait_hears_not(bob, TONES[0]);
    wait_hears(bob, TONES[2]);
    wait_hears(carol, TONES[1]);
    assert!(alice.is_up());

    // And back in.
    let back = [("Channel", &*channel), ("Context", "from-callers"), ("Exten", "8000"), ("Priority", "1")];
    asterisk.ami().unwrap().action("Redirect", &back).unwrap();
    wait_members(&asterisk, "8000", 3);
    wait_hears(alice, TONES[1]);
    wait_hears(bob, TONES[0]);
    end(&asterisk, callers);
}

#[test]
fn a_member_whose_channel_is_asked_to_hang_up_is_gone() {
    let asterisk = start("request-hangup");
    let callers = ["alice", "bob", "carol"].map(|name| call(&asterisk, name, "8000"));
    let [alice, bob, carol] = callers.each_ref();
    wait_members(&asterisk, "8000", 3);
    say_tones(&[alice, bob, carol], &TONES);
    let channel = channel_of(&asterisk, "8000", 1);
    asterisk.cli(&format!("channel request hangup {channel}")).unwrap();
    alice.wait_hung_up(PATIENCE).unwrap();
    wait_members(&asterisk, "8000", 2);
    wait_hears(bob, TONES[2]);
    wait_hears_not(bob, TONES[0]);
    end(&asterisk, callers);
}

#[test]
fn a_blind_transfer_brings_the_other_party_in() {
    let asterisk = start("blind-transfer");
    // The one who called is transferred, and comes first.
    let bob = answering(&asterisk);
    let alice = call(&asterisk, "alice", "9000");
    between(&alice, &bob);
    transfer(&bob, "8000");
    wait_members(&asterisk, "8000", 1);

    // The one who was called is transferred, and comes second.
    let bob = answering(&asterisk);
    let carol = call(&asterisk, "carol", "9000");
    between(&carol, &bob);
    transfer(&carol, "8000");
    wait_members(&asterisk, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    end(&asterisk, [alice, bob]);
}

/// A conference is no bridge of Asterisk's, and so has nobody for it to transfer: it tells the phone so.
#[test]
fn a_member_whose_own_phone_transfers_stays_and_is_told() {
    let asterisk = start("own-refer");
    let callers = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    let [alice, bob] = callers.each_ref();
    wait_members(&asterisk, "8000", 2);
    say_tones(&[alice, bob], &TONES);
    wait_hears(alice, TONES[1]);
    alice.transfer("7000").unwrap();
    wait_transfer(alice, " 400 ");
    sleep(Duration::from_secs(1));
    assert!(alice.is_up());
    wait_members(&asterisk, "8000", 2);
    wait_hears(alice, TONES[1]);
    wait_hears(bob, TONES[0]);
    end(&asterisk, callers);
}

/// Music plays into a channel of Conclave's own, which 'channel request hangup all' reaches as well.
#[test]
fn who_waits_hears_music_again_after_its_channel_was_hung_up() {
    let conf = "[8002]\ntype = room\nmusic = default\n";
    let asterisk = with_conclave("music-hangup", conf).start().unwrap();
    let alice = call(&asterisk, "alice", "8002");
    wait_members(&asterisk, "8002", 1);
    let hears_music = || {
        wait_for("music", || {
            let level = listen::level(&alice.heard_last(Duration::from_secs(1)));
            if level > -45.0 { Ok(()) } else { Err(format!("{level:.1} dBFS")) }
        });
    };
    // Each has a name of its own.
    let playing = |before: &str| {
        wait_for("a channel with music", || {
            let shown = asterisk.cli("core show channels concise").unwrap();
            let names = shown.lines().filter_map(|line| line.split('!').next());
            let mut of_music = names.filter(|name| name.starts_with("Conclave/music-default-") && *name != before);
            of_music.next().map(str::to_owned).ok_or(shown.clone())
        })
    };
    let mut channel = playing("");
    for _ in 0..2 {
        let said = asterisk.cli(&format!("channel request hangup {channel}")).unwrap();
        assert!(said.contains("Requested Hangup"), "{said}");
        channel = playing(&channel);
        sleep(Duration::from_secs(2));
        hears_music();
    }
    let before = asterisk.cpu_time();
    sleep(Duration::from_secs(2));
    assert!(asterisk.cpu_time() - before < Duration::from_secs(1), "something spins");
    end(&asterisk, [alice]);
}

fn start(name: &str) -> Pbx {
    with_conclave(name, OPEN).dialplan(&format!("{DIALPLAN}{MORE}")).start().unwrap()
}

/// Bob's phone, which answers what comes in.
fn answering(asterisk: &Pbx) -> Caller {
    let bob = Caller::new("bob").plug_in(asterisk).unwrap();
    bob.say(Sound::Silence);
    asterisk.cli(&format!("dialplan set global BOB {}", bob.dial_string())).unwrap();
    bob
}

/// Waits until two who talk through Asterisk hear each other: before that it has no bridge to transfer from.
fn between(one: &Caller, other: &Caller) {
    say_tones(&[one, other], &TONES);
    wait_hears(one, TONES[1]);
    wait_hears(other, TONES[0]);
}

/// Transfers the other end, and hangs up when that has worked, as a phone does.
fn transfer(caller: &Caller, number: &str) {
    caller.transfer(number).unwrap();
    wait_transfer(caller, " 200 ");
    caller.hang_up().unwrap();
}

/// Waits until the phone is told this of the transfer that it asked for; "100 Trying" may come before.
fn wait_transfer(caller: &Caller, status: &str) {
    wait_for("the end of the transfer", || {
        let progress = caller.transfer_progress();
        if progress.iter().any(|line| line.contains(status)) { Ok(()) } else { Err(format!("{progress:?}")) }
    });
}

fn end<const N: usize>(asterisk: &Pbx, callers: [Caller; N]) {
    drop(callers);
    assert_nothing_is_left(asterisk);
}
