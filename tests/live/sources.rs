//! Music, announcements and paging reach each caller at the best rate that he and the files have.

use std::time::Duration;

use crate::common::host::plug_in;
use crate::common::judge::{tone_folder, wait_hears_just};
use crate::common::wide::{HIGH, LATER, LOW, wide_folder};
use crate::common::{
    DIALPLAN, LEVEL, assert_nothing_is_left, call, did, wait_console, wait_members, wait_silent, wait_tone,
    with_conclave,
};
use conclave_rig::{Caller, Codec, Pbx, Sound};

const TONES: [f64; 3] = [LOW, LATER, HIGH];

#[test]
fn a_class_with_narrow_files_alone_is_heard_by_all() {
    let pbx = start("sources-narrow");
    let bob = wide(&pbx, "bob", "8002");
    wait_hears_just(&bob, &TONES, &[LOW]);
    let alice = call(&pbx, "alice", "8003");
    wait_hears_just(&alice, &TONES, &[LOW]);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

#[test]
fn an_announcement_has_the_full_band_of_its_room() {
    let pbx = start("sources-play");
    let file = wide_folder("announcement", Duration::ZERO).join("tone");
    let (alice, bob) = (wide(&pbx, "alice", "8004"), wide(&pbx, "bob", "8004"));
    let carol = call(&pbx, "carol", "8004");
    wait_members(&pbx, "8004", 3);
    wait_console(&pbx, "conclave show room 8004", "mixed at 16 kHz");
    [&alice, &bob, &carol].into_iter().for_each(wait_silent);
    for member in ["", " 1", " 3"] {
        did(&pbx, &format!("play 8004 {}{member}", file.display()));
        let narrow = [(&carol, &[LATER][..])];
        let wide = [(&alice, &[LATER, HIGH][..]), (&bob, &[LATER, HIGH][..])];
        let hears: Vec<_> = match member {
            "" => wide.into_iter().chain(narrow).collect(),
            " 1" => wide.into_iter().take(1).collect(),
            _ => narrow.into_iter().collect(),
        };
        for (caller, tones) in hears {
            wait_hears_just(caller, &TONES, tones);
        }
        did(&pbx, "play 8004 silence/1");
        [&alice, &bob, &carol].into_iter().for_each(wait_silent);
    }
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_is_paged_hears_the_full_band() {
    let pbx = start("sources-page");
    let bob = plug_in(&pbx, "BOB", Caller::new("bob").codec(Codec::L16));
    let alice = wide(&pbx, "alice", "page");
    bob.wait_answer().unwrap();
    wait_members(&pbx, "8004", 2);
    alice.say(Sound::tone(HIGH, LEVEL));
    wait_tone(&bob, HIGH, LEVEL);
    drop((alice, bob));
    assert_nothing_is_left(&pbx);
}

/// Calls a number with a telephone of 16 kHz.
fn wide(pbx: &Pbx, name: &str, number: &str) -> Caller {
    let caller = Caller::new(name).codec(Codec::L16).call(pbx, number).unwrap();
    caller.wait_answer().unwrap();
    assert_eq!(caller.rate(), 16_000);
    caller
}

fn start(name: &str) -> Pbx {
    let classes = format!("[narrow]\nmode=files\ndirectory={}\n", tone_folder(LOW as u32).display());
    let dialplan = format!("{DIALPLAN}exten => page,1,Conclave(8004,P(201))\n{INVITED}");
    with_conclave(name, CONF).dialplan(&dialplan).file("musiconhold.conf", &classes).start().unwrap()
}

const INVITED: &str = "\
[invited]
exten => 201,1,Dial(${GLOBAL(BOB)})
";

const CONF: &str = "\
[base](!)
type = room
arrivals = nothing
only_person = no
invite_context = invited
[8002](base)
music = narrow
[8003](base)
music = narrow
[8004](base)
";
