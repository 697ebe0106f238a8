//! Numbers behind which there are several conferences.

use super::*;
use crate::common::{assert_nothing_is_left, member_line, wait_members};

#[test]
fn a_dynamic_number_opens_what_is_asked_for() {
    let office = Office::open("directory-dynamic", "");
    let ada = office.account("ada", None);
    let doorway = office.conference(Details { kind: Kind::Dynamic, ..meeting(ada, "8700") });
    let pbx = &office.pbx;
    let alice = call_and_key(pbx, "alice", "8700", "conf-getconfno", "12#");
    wait_prompt(pbx, &alice, Instant::now() - std::time::Duration::from_secs(2), "conclave-set-pin");
    alice.press("55#").unwrap();
    wait_members(pbx, "8700-12", 1);
    let bob = call_and_key(pbx, "bob", "8700", "conf-getconfno", "12#");
    wait_prompt(pbx, &bob, Instant::now() - std::time::Duration::from_secs(2), "conf-getpin");
    bob.press("55#").unwrap();
    wait_members(pbx, "8700-12", 2);
    assert!(member_line(pbx, "8700-12", "alice").contains("leader"));
    drop((alice, bob));
    assert_nothing_is_left(pbx);
    let visits = office.visits();
    assert_eq!(visits.len(), 2, "{visits:?}");
    assert!(visits.iter().all(|visit| visit.conference == Some(doorway.id) && visit.number == "8700-12"));
}
