//! What remains of a call: who, when, in which role, when he talked.

use super::*;
use crate::common::{assert_nothing_is_left, say_tones, wait_members, wait_silent, wait_until};
use conclave_rig::Sound;

#[test]
fn visits_of_rooms_of_both_kinds_are_written() {
    let office = Office::open("directory-history", "[8500]\ntype = room\n");
    let ada = office.account("ada", None);
    let board = office.conference(Details { tag: "b1".into(), ..meeting(ada, "8100") });
    let codes = board.codes.unwrap();
    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8100", "conf-getpin", &keys(&codes.leader));
    wait_members(pbx, "8100", 1);
    let bob = call_and_key(pbx, "bob", "8100", "conf-getpin", &keys(&codes.participant));
    wait_members(pbx, "8100", 2);
    say_tones(&[&alice], &[440.0]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    alice.say(Sound::Silence);
    wait_silent(&bob);
    bob.hang_up().unwrap();
    wait_members(pbx, "8100", 1);
    alice.hang_up().unwrap();
    let carol = call(pbx, "carol", "8500");
    wait_members(pbx, "8500", 1);
    carol.hang_up().unwrap();
    assert_nothing_is_left(pbx);
    let all_gone = wait_until(|| office.visits().iter().filter(|visit| visit.went.is_some()).count() == 3);
    let visits = office.visits();
    assert!(all_gone, "{visits:?}");
    let of =
        |role: &str, number: &str| visits.iter().find(|visit| visit.role == role && visit.number == number).unwrap();
    let (leader, participant, fixed) = (of("leader", "8100"), of("participant", "8100"), of("participant", "8500"));
    for visit in [leader, participant] {
        assert_eq!((visit.conference, visit.account, &*visit.tag), (Some(board.id), Some(ada), "b1"));
        assert_eq!((visit.result.as_deref(), visit.rate), (Some("HANGUP"), 6));
        assert!(visit.cost.unwrap() >= 1, "{visit:?}");
    }
    assert_eq!((fixed.conference, fixed.cost), (None, Some(0)));
    assert_eq!((&*participant.talks, &*fixed.talks), ("", ""));
    let (begun, ended) = leader.talks.split(' ').next().unwrap().split_once('-').unwrap();
    let talked = ended.parse::<u32>().unwrap() - begun.parse::<u32>().unwrap();
    assert!((10..60).contains(&talked), "{}", leader.talks);
}
