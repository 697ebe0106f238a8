//! Codes that were renewed open nothing any more, from that moment on.

use super::*;
use crate::common::{assert_nothing_is_left, say_tones, wait_members};
use conclave_rig::Sound;

#[test]
fn a_renewed_code_stops_at_once() {
    let office = Office::open("directory-renewed", "");
    let ada = office.account("ada", None);
    let board =
        office.conference(Details { settings: vec![("arrivals".into(), "names".into())], ..meeting(ada, "8100") });
    let old = board.codes.clone().unwrap();
    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8100", "conf-getpin", &keys(&old.leader));
    wait_prompt(pbx, &alice, Instant::now() - std::time::Duration::from_secs(1), "vm-rec-name");
    // She is being asked for her name when the codes are renewed: what she keyed is worth nothing now.
    // A key while she is asked: she knows it all, and hears the tone at once.
    let keyed = Instant::now();
    alice.press("#").unwrap();
    wait_prompt(pbx, &alice, keyed, "beep");
    say_tones(&[&alice], &[440.0]);
    std::thread::sleep(std::time::Duration::from_secs(3));
    let (id, version) = (board.id, board.version);
    let new = office.write(move |desk| desk.renew_codes(id, version)).codes.unwrap();
    let named = Instant::now();
    alice.press("#").unwrap();
    alice.say(Sound::Silence);
    wait_prompt(pbx, &alice, named, "conf-getpin");
    alice.press(&keys(&old.leader)).unwrap();
    wait_prompt(pbx, &alice, named, "conf-invalidpin");
    let keyed = Instant::now();
    alice.press(&keys(&new.leader)).unwrap();
    wait_prompt(pbx, &alice, keyed, "vm-rec-name");
    alice.hang_up().unwrap();
    assert_nothing_is_left(pbx);
}

#[test]
fn who_is_inside_stays_when_codes_are_renewed() {
    let office = Office::open("directory-inside", "");
    let ada = office.account("ada", None);
    let board = office.conference(meeting(ada, "8100"));
    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8100", "conf-getpin", &keys(&board.codes.as_ref().unwrap().leader));
    wait_members(pbx, "8100", 1);
    let (id, version, old) = (board.id, board.version, board.codes.unwrap());
    let new = office.write(move |desk| desk.renew_codes(id, version)).codes.unwrap();
    let keyed = Instant::now();
    let bob = call_and_key(pbx, "bob", "8100", "conf-getpin", &keys(&old.participant));
    wait_prompt(pbx, &bob, keyed, "conf-invalidpin");
    bob.press(&keys(&new.participant)).unwrap();
    wait_members(pbx, "8100", 2);
    drop((alice, bob));
    assert_nothing_is_left(pbx);
}
