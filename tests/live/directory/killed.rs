//! A PBX that is killed in the middle of a conference.

use super::*;
use crate::common::{wait_members, wait_until};

#[test]
fn who_was_inside_is_in_the_history_as_lost() {
    let folder = Folder::new("directory-killed");
    let database = folder.join("conclave.db").to_str().unwrap().to_owned();
    let pbx = start("directory-killed", &database, "[8500]\ntype = room\n");
    let alice = call(&pbx, "alice", "8500");
    wait_members(&pbx, "8500", 1);
    let directory = enter(&database);
    let visits = || directory.wait(Access::Read, |desk| desk.visits(&VisitFilter::default(), 0, 9)).unwrap();
    assert!(wait_until(|| visits().len() == 1), "{:?}", visits());
    assert_eq!(visits()[0].went, None);
    let killed = std::process::Command::new("kill").args(["-9", &pbx.pid().to_string()]).status().unwrap();
    assert!(killed.success());
    pbx.wait_stopped(std::time::Duration::from_secs(5));
    drop((alice, pbx));

    let pbx = start("directory-killed", &database, "[8500]\ntype = room\n");
    assert!(wait_until(|| visits()[0].went.is_some()), "{:?}", visits());
    assert_eq!(visits()[0].result.as_deref(), Some(PastVisit::LOST));
    // It goes on with the history.
    let bob = call(&pbx, "bob", "8500");
    wait_members(&pbx, "8500", 1);
    bob.hang_up().unwrap();
    assert!(wait_until(|| visits().len() == 2 && visits()[0].result.as_deref() == Some("HANGUP")), "{:?}", visits());
    directory.stop();
}

#[test]
fn who_is_inside_when_the_pbx_ends_is_not_lost() {
    let office = Office::open("directory-ended", "[8500]\ntype = room\n");
    let alice = call(&office.pbx, "alice", "8500");
    wait_members(&office.pbx, "8500", 1);
    office.pbx.stop(std::time::Duration::from_secs(20));
    let visits = office.visits();
    assert_eq!(visits.len(), 1, "{visits:?}");
    assert_ne!(visits[0].result.as_deref(), None);
    assert_ne!(visits[0].result.as_deref(), Some(PastVisit::LOST));
    drop(alice);
}
