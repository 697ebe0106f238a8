//! A database that dies while calls are inside.

use super::*;
use crate::common::host::wait_hears;
use crate::common::{did, say_tones, wait_members, wait_result, wait_until};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn who_is_inside_stays_newcomers_hear_so_and_it_heals() {
    let Some(mut cluster) = cluster::Cluster::start("live-trouble") else { return };
    let url = cluster.database("trouble");
    let pbx = start("directory-trouble", &url, "[8500]\ntype = room\n");
    let directory = enter(&url);
    let ada = AccountDetails::new("ada", AccountRole::Owner);
    let ada = directory.wait(Access::Write, move |desk| desk.create_account(&ada)).unwrap().id;
    let board = meeting(ada, "8100");
    let board = directory.wait(Access::Write, move |desk| desk.create_conference(&board, AccountRole::Owner)).unwrap();
    let codes = board.codes.unwrap();
    let key = |name: &str, code: &Code| call_and_key(&pbx, name, "8100", "conf-getpin", &keys(code));
    let (alice, bob) = (key("alice", &codes.leader), key("bob", &codes.participant));
    wait_members(&pbx, "8100", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_hears(&alice, TONES[1]);

    cluster.kill();
    let began = Instant::now();
    let carol = call(&pbx, "carol", "8100");
    wait_prompt(&pbx, &carol, began, "conclave-no-capacity");
    wait_result(&pbx, "8100", "FAILED");
    assert!(did(&pbx, "show directory").contains("not connected"));
    // What conclave.conf has goes on, and so do those who are inside.
    let dave = call(&pbx, "dave", "8500");
    wait_members(&pbx, "8500", 1);
    wait_hears(&alice, TONES[1]);
    wait_hears(&bob, TONES[0]);
    dave.hang_up().unwrap();

    cluster.run();
    assert!(wait_until(|| did(&pbx, "show directory").contains("is connected")));
    let erin = key("erin", &codes.participant);
    wait_members(&pbx, "8100", 3);
    // Nothing of the history is missing.
    let visits = || directory.wait(Access::Read, |desk| desk.visits(&VisitFilter::default(), 0, 9));
    let all = || visits().map(|all| (all.len(), all.iter().filter(|one| one.went.is_some()).count()));
    assert!(wait_until(|| all() == Ok((5, 2))), "{:?}", visits());
    assert!(did(&pbx, "show directory").contains("lost: 0"));
    drop((alice, bob, carol, erin));
    directory.stop();
}
