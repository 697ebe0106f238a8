//! The keys that only leaders have.

use crate::sim::{Hall, open};
use conclave::room::Role;

/// A leader and two participants, all quiet.
fn led() -> Hall {
    Hall::with(open(), &[Role::Leader, Role::Participant, Role::Listener])
}

#[test]
fn a_leader_hears_his_own_menu() {
    let mut hall = led();
    hall.keys(1, "*6");
    assert_eq!(hall.take(), ["1 play conclave-menu-leader", "1 stop", "1 listens 3"]);
}

#[test]
fn two_locks_and_unlocks() {
    let mut hall = led();
    hall.keys(1, "*2");
    assert_eq!(hall.take()[1..], ["locked", "1 play conf-lockednow"]);
    hall.participant(4);
    assert_eq!(hall.take(), ["4 refuse LOCKED conf-locked"]);
    hall.keys(1, "*2");
    assert_eq!(hall.take()[1..], ["unlocked", "1 play conf-unlockednow"]);
}

#[test]
fn three_removes_the_last_who_came_and_is_no_leader() {
    let mut hall = led();
    hall.join(4, Role::Leader, "q");
    hall.take();
    hall.keys(1, "*3");
    assert_eq!(hall.take()[1..], ["3 release KICKED conf-kicked", "1 play conclave-removed-last"]);
    hall.keys(4, "*3");
    assert_eq!(hall.take()[1..], ["2 release KICKED conf-kicked", "4 play conclave-removed-last"]);
    hall.keys(1, "*3");
    assert_eq!(hall.take()[1..], ["1 play conclave-nobody-to-remove"], "nobody else is left");
}

#[test]
fn three_pressed_again_and_again_removes_each_once() {
    let mut hall = led();
    hall.keys(1, "*3*3*3");
    let released = hall.take().into_iter().filter(|line| line.contains("release"));
    let expected = ["3 release KICKED conf-kicked", "2 release KICKED conf-kicked"];
    assert_eq!(released.collect::<Vec<_>>(), expected);
}

#[test]
fn others_do_not_have_these_keys() {
    let mut hall = led();
    hall.keys(2, "*5");
    hall.keys(3, "*3");
    let errors = hall.take().into_iter().filter(|line| line.contains("conf-errormenu"));
    assert_eq!(errors.count(), 2);
    assert!(!hall.room.is_locked());
    assert_eq!(hall.room.members().len(), 3);
}
