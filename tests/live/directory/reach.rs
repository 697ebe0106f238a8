//! A conference is called by its extension or at an access number, and the code tells the role.

use super::*;
use crate::common::host::wait_hears;
use crate::common::{assert_nothing_is_left, did, member_line, say_tones, wait_members, wait_result};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn its_extension_asks_for_a_code_and_the_code_tells_the_role() {
    let office = Office::open("directory-extension", "");
    let ada = office.account("ada", None);
    let board = office.conference(Details { name: "Board".into(), tag: "b1".into(), ..meeting(ada, "8100") });
    let codes = board.codes.unwrap();
    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8100", "conf-getpin", &keys(&codes.leader));
    wait_members(pbx, "8100", 1);
    let bob = call_and_key(pbx, "bob", "8100", "conf-getpin", &keys(&codes.participant));
    wait_members(pbx, "8100", 2);
    for (name, role) in [("alice", "leader"), ("bob", "participant")] {
        assert!(member_line(pbx, "8100", name).contains(role), "{name}");
    }
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    let shown = did(pbx, "show conference 8100");
    assert!(shown.contains("a meeting room of the directory") && shown.contains("name = Board"), "{shown}");
    assert!(!shown.contains(codes.leader.reveal()) && !shown.contains(codes.participant.reveal()), "{shown}");
    assert!(did(pbx, "show directory").contains("is connected"));
    drop((alice, bob));
    assert_nothing_is_left(pbx);
}

#[test]
fn an_access_number_leads_to_it_by_its_codes() {
    let office = Office::open("directory-access", "");
    let ada = office.account("ada", None);
    office.write(|desk| desk.add_access_number(&"800".parse().unwrap()));
    let codes = office.conference(meeting(ada, "8100")).codes.unwrap();
    // No extension: reached by its codes only.
    let hidden = office.conference(Details::new(ada, Kind::Meeting));
    let other = hidden.codes.clone().unwrap();
    let pbx = &office.pbx;
    let get_code = "conclave-get-code";
    let alice = call_and_key(pbx, "alice", "800", get_code, &keys(&codes.leader));
    let bob = call_and_key(pbx, "bob", "800", get_code, &keys(&codes.participant));
    let carol = call_and_key(pbx, "carol", "800", get_code, &keys(&other.leader));
    wait_members(pbx, "8100", 2);
    wait_members(pbx, hidden.number().as_str(), 1);
    assert!(member_line(pbx, "8100", "alice").contains("leader"));
    assert!(member_line(pbx, "8100", "bob").contains("participant"));
    drop((alice, bob, carol));
    assert_nothing_is_left(pbx);
}

#[test]
fn what_is_not_there_not_open_or_switched_off_is_told() {
    let office = Office::open("directory-refused", "");
    let ada = office.account("ada", None);
    let off = office.conference(Details { enabled: false, ..meeting(ada, "8101") });
    let schedule = Schedule::new("2030-01-01T09:00:00", "UTC", std::time::Duration::from_secs(3600), None).unwrap();
    office.conference(Details { kind: Kind::Scheduled, schedule: Some(schedule), ..meeting(ada, "8102") });
    for (number, words, result) in [
        ("8100", "conf-invalid", "NOROOM"),
        ("8101", "conclave-switched-off", "DISABLED"),
        ("8102", "conclave-not-yet-open", "NOTOPEN"),
    ] {
        let began = Instant::now();
        let caller = call(&office.pbx, "alice", number);
        wait_prompt(&office.pbx, &caller, began, words);
        wait_result(&office.pbx, number, result);
    }
    let visits = office.visits();
    let seen: Vec<_> = visits.iter().map(|visit| (&*visit.number, visit.result.as_deref())).collect();
    assert_eq!(seen, [("8102", Some("NOTOPEN")), ("8101", Some("DISABLED")), ("8100", Some("NOROOM"))]);
    assert_eq!(visits[1].conference, Some(off.id));
    assert_nothing_is_left(&office.pbx);
}
