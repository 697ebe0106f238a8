//! An account has no more participants at a time than its cap, over all its conferences.

use super::*;
use crate::common::{assert_nothing_is_left, wait_members, wait_result};

#[test]
fn the_cap_holds_over_all_conferences_of_an_account() {
    let office = Office::open("directory-cap", "");
    let ada = office.account("ada", Some(2));
    let eve = office.account("eve", None);
    let open = |owner, number| Details { ..meeting(owner, number) };
    let codes = [(ada, "8100"), (ada, "8200"), (eve, "8300")]
        .map(|(owner, number)| office.conference(open(owner, number)).codes.unwrap().leader);
    let pbx = &office.pbx;
    let key = |name: &str, number: &str, code: &Code| call_and_key(pbx, name, number, "conf-getpin", &keys(code));
    let alice = key("alice", "8100", &codes[0]);
    wait_members(pbx, "8100", 1);
    let bob = key("bob", "8200", &codes[1]);
    wait_members(pbx, "8200", 1);
    let keyed = Instant::now();
    let carol = key("carol", "8100", &codes[0]);
    wait_prompt(pbx, &carol, keyed, "conclave-full");
    wait_result(pbx, "8100", "FULL");
    // Another account's is no matter of theirs.
    let dave = key("dave", "8300", &codes[2]);
    wait_members(pbx, "8300", 1);
    // A place that becomes free is one.
    bob.hang_up().unwrap();
    pbx.wait_calls(2, crate::common::PATIENCE).unwrap();
    let erin = key("erin", "8100", &codes[0]);
    wait_members(pbx, "8100", 2);
    drop((alice, carol, dave, erin));
    assert_nothing_is_left(pbx);
    let visits = office.visits();
    assert_eq!(visits.iter().filter(|visit| visit.result.as_deref() == Some("FULL")).count(), 1);
    assert_eq!(visits.iter().filter(|visit| visit.role == "leader").count(), 4);
}
