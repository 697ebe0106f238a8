//! Two PBXs on one PostgreSQL.

use super::*;
use crate::common::{assert_nothing_is_left, did, wait_members, wait_result};

#[test]
fn two_see_each_others_changes_and_share_the_cap() {
    let Some(url) = cluster::database("live-shared") else { return };
    let (one, two) = (start("directory-one", &url, ""), start("directory-two", &url, ""));
    let directory = enter(&url);
    let account = AccountDetails { cap: Some(2), ..AccountDetails::new("ada", AccountRole::Owner) };
    let ada = directory.wait(Access::Write, move |desk| desk.create_account(&account)).unwrap().id;
    let board = Details { name: "Board".into(), ..meeting(ada, "8100") };
    let board = directory.wait(Access::Write, move |desk| desk.create_conference(&board, AccountRole::Owner)).unwrap();
    let codes = board.codes.clone().unwrap();
    let key = |pbx: &Pbx, name: &str, code: &Code| call_and_key(pbx, name, "8100", "conf-getpin", &keys(code));
    let alice = key(&one, "alice", &codes.leader);
    wait_members(&one, "8100", 1);
    let bob = key(&two, "bob", &codes.participant);
    wait_members(&two, "8100", 1);
    // Each has one of the two that the account may have.
    let counted = crate::common::wait_until(|| {
        directory.wait(Access::Read, move |desk| Ok(desk.reach(board.id)?.unwrap().elsewhere)).unwrap() == 2
    });
    assert!(counted);
    let keyed = Instant::now();
    let carol = key(&one, "carol", &codes.participant);
    wait_prompt(&one, &carol, keyed, "conclave-full");
    wait_result(&one, "8100", "FULL");
    let (id, version) = (board.id, board.version);
    let new = directory.wait(Access::Write, move |desk| desk.renew_codes(id, version)).unwrap().codes.unwrap();
    alice.hang_up().unwrap();
    one.wait_calls(0, crate::common::PATIENCE).unwrap();
    for (pbx, name) in [(&one, "dave"), (&two, "erin")] {
        let keyed = Instant::now();
        let caller = key(pbx, name, &codes.participant);
        wait_prompt(pbx, &caller, keyed, "conf-invalidpin");
    }
    let frank = key(&one, "frank", &new.participant);
    wait_members(&one, "8100", 1);
    assert!(did(&two, "show conference 8100").contains("name = Board"));
    drop((bob, carol, frank));
    assert_nothing_is_left(&one);
    assert_nothing_is_left(&two);
    directory.stop();
}
