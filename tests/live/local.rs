//! An extension's own conference: `*8` and one's own number opens it, others come in by the same, and only its owner calls
//! others in, by `*8` and their number.

use std::time::{Duration, Instant};

use crate::common::host::{plug_in, wait_hears};
use crate::common::told::{wait_event, wait_words};
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, complaints, member_line, say_tones, wait_members, wait_no_tone,
    wait_nobody, wait_prompt, wait_result, wait_silent, wait_tone, with_conclave,
};
use conclave_rig::caller::Phone;
use conclave_rig::{Caller, Pbx, Sound};

const ROOM: &str = "local-201";
const TONES: [f64; 3] = [440.0, 620.0, 910.0];

#[test]
fn its_extension_opens_it_and_others_come_in_while_it_is_held() {
    let pbx = start("local-opens", "");
    let began = Instant::now();
    let stranger = call(&pbx, "202", "*8201");
    wait_prompt(&pbx, &stranger, began, "conf-invalid");
    wait_result(&pbx, "*8201", "NOROOM");
    drop(stranger);

    let owner = call(&pbx, "201", "*8201");
    wait_members(&pbx, ROOM, 1);
    let line = member_line(&pbx, ROOM, "201");
    assert!(line.contains("leader"), "{line}");
    let guests = ["202", "203"].map(|name| call(&pbx, name, "*8201"));
    wait_members(&pbx, ROOM, 3);
    let line = member_line(&pbx, ROOM, "202");
    assert!(line.contains("participant"), "{line}");
    let [second, third] = guests.each_ref();
    say_tones(&[&owner, second, third], &TONES);
    wait_hears(&owner, TONES[1]);
    wait_hears(second, TONES[0]);

    // It lasts while one is left, and its owner comes back as its leader.
    owner.hang_up().unwrap();
    wait_members(&pbx, ROOM, 2);
    wait_hears(second, TONES[2]);
    let owner = call(&pbx, "201", "*8201");
    wait_members(&pbx, ROOM, 3);
    let line = member_line(&pbx, ROOM, "201");
    assert!(line.contains("leader"), "{line}");
    drop((owner, guests));
    assert_nothing_is_left(&pbx);
}

#[test]
fn its_pin_is_for_the_others_and_it_ends_with_its_owner_if_so_set() {
    let pbx = start("local-pin", "pin = 77\nend_with_leader = yes\narrivals = words\n");
    let began = Instant::now();
    let owner = call(&pbx, "201", "*8201");
    wait_words(&pbx, &owner, began, "conf-onlyperson", &["conf-onlyperson", "conf-getpin"]);
    wait_members(&pbx, ROOM, 1);
    let began = Instant::now();
    let guest = call(&pbx, "202", "*8201");
    wait_prompt(&pbx, &guest, began, "conf-getpin");
    let keyed = Instant::now();
    guest.press("78#").unwrap();
    wait_prompt(&pbx, &guest, keyed, "conf-invalidpin");
    wait_members(&pbx, ROOM, 1);
    // So are its announcements.
    let keyed = Instant::now();
    guest.press("77#").unwrap();
    wait_members(&pbx, ROOM, 2);
    wait_prompt(&pbx, &owner, keyed, "conclave-joined");

    let ended = Instant::now();
    owner.hang_up().unwrap();
    wait_prompt(&pbx, &guest, ended, "confbridge-conf-end");
    wait_result(&pbx, "*8201", "ENDED");
    assert_nothing_is_left(&pbx);
}

#[test]
fn its_owner_calls_somebody_in_while_the_conference_goes_on() {
    let pbx = start("local-invites", "");
    let mut events = pbx.events().unwrap();
    let owner = call(&pbx, "201", "*8201");
    wait_members(&pbx, ROOM, 1);
    let guest = call(&pbx, "202", "*8201");
    wait_members(&pbx, ROOM, 2);
    let bob = Caller::new("301").early_media().rings_for(Duration::from_secs(12));
    let bob = plug_in(&pbx, "BOB", bob);

    // Only its owner may.
    let keyed = Instant::now();
    guest.press("*0").unwrap();
    wait_prompt(&pbx, &guest, keyed, "conclave-not-allowed");

    let keyed = Instant::now();
    owner.press("*8").unwrap();
    wait_prompt(&pbx, &owner, keyed, "conclave-invite-number");
    bob.say(Sound::tone(TONES[2], LEVEL));
    owner.press("301#").unwrap();
    wait_event(&mut events, "Invited", &[("Room", ROOM), ("Called", "301")]);
    say_tones(&[&owner, &guest], &TONES);
    // What the other end plays before the answer is heard by all, and everybody goes on talking.
    wait_tone(&guest, TONES[2], LEVEL);
    wait_tone(&owner, TONES[2], LEVEL);
    wait_hears(&guest, TONES[0]);
    wait_hears(&owner, TONES[1]);
    // Speech is not to be told under tones.
    guest.say(Sound::Silence);
    bob.say(Sound::Silence);
    wait_silent(&owner);
    let keyed = Instant::now();
    owner.press("*8").unwrap();
    let words = ["conclave-inviting", "conclave-invite-number"];
    wait_words(&pbx, &owner, keyed, "conclave-inviting", &words);
    assert!(!bob.is_up(), "he was to ring for longer");

    bob.wait_answer().unwrap();
    wait_members(&pbx, ROOM, 3);
    say_tones(&[&owner, &guest, &bob], &TONES);
    wait_tone(&guest, TONES[2], LEVEL);
    wait_hears(&bob, TONES[0]);
    wait_hears(&bob, TONES[1]);
    drop((owner, guest, bob));
    assert_nothing_is_left(&pbx);
}

type MakePhone = fn() -> Phone;

#[test]
fn whom_its_owner_called_last_he_drops_at_any_stage() {
    let pbx = start("local-drops", "");
    let owner = call(&pbx, "201", "*8201");
    wait_members(&pbx, ROOM, 1);
    let guest = call(&pbx, "202", "*8201");
    wait_members(&pbx, ROOM, 2);
    let stages: [(&str, MakePhone); 3] = [
        ("while it rings", || Caller::new("301").rings_for(Duration::from_secs(60))),
        ("while it is heard", || Caller::new("301").early_media().rings_for(Duration::from_secs(60))),
        ("as a member", || Caller::new("301")),
    ];
    for (stage, phone) in stages {
        println!("{stage}");
        let bob = plug_in(&pbx, "BOB", phone());
        bob.say(Sound::tone(TONES[2], LEVEL));
        owner.press("*8301#").unwrap();
        match stage {
            "while it rings" => bob.wait_ringing().unwrap(),
            "while it is heard" => wait_tone(&guest, TONES[2], LEVEL),
            _ => wait_members(&pbx, ROOM, 3),
        }
        // The `#` after the number would be the first of two if they came at once; and nothing may hide the words.
        std::thread::sleep(Duration::from_millis(1_200));
        bob.say(Sound::Silence);
        let keyed = Instant::now();
        owner.press("##").unwrap();
        bob.wait_hung_up(PATIENCE).unwrap();
        wait_prompt(&pbx, &owner, keyed, "conclave-invite-cancelled");
        wait_no_tone(&guest, TONES[2]);
        wait_members(&pbx, ROOM, 2);
    }
    // Who came by himself is not dropped by it.
    owner.press("##").unwrap();
    say_tones(&[&owner, &guest], &TONES);
    wait_hears(&owner, TONES[1]);
    wait_hears(&guest, TONES[0]);
    wait_members(&pbx, ROOM, 2);
    drop((owner, guest));
    wait_nobody(&pbx);
    let mut complaints = complaints(&pbx);
    // `Dial()` itself says so when its caller goes while early media flows.
    complaints.retain(|line| !line.contains("app_dial.c: Unable to write frametype"));
    assert_eq!(complaints, Vec::<String>::new());
}

fn start(name: &str, more: &str) -> Pbx {
    let conf = format!("[local]\ntype = local\ninvite_context = from-internal\ninvite_at_once = 1\n{more}");
    with_conclave(name, &conf).dialplan(DIALPLAN).start().unwrap()
}

const DIALPLAN: &str = "\
[from-callers]
exten => _*8X.,1,Conclave(local-${EXTEN:2})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
[from-internal]
exten => 301,1,Dial(${GLOBAL(BOB)})
";
