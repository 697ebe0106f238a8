//! Raising a hand, and being given the floor.

use crate::sim::{Hall, open};
use conclave::room::{MemberId, Order, Role};

/// A leader, two participants and a listener, all quiet and everybody but the leader muted.
fn panel() -> Hall {
    let mut hall = Hall::new(open());
    hall.join(1, Role::Leader, "q");
    hall.join(2, Role::Participant, "q");
    hall.join(3, Role::Participant, "q");
    hall.join(4, Role::Listener, "q");
    hall.order(Order::MuteAll { on: true, leaders: false });
    hall.take();
    hall
}

fn raise(hall: &mut Hall, id: u64, up: bool) {
    hall.asks(id, Order::Hand(MemberId(id), up));
}

#[test]
fn the_leader_hears_of_it() {
    let mut hall = panel();
    raise(&mut hall, 2, true);
    assert_eq!(hall.take(), ["2 hand-up", "2 play conclave-hand-up", "1 play conclave-hand-raised"]);
    assert!(hall.room.member(MemberId(2)).unwrap().hand_is_up());
    raise(&mut hall, 2, true);
    assert_eq!(hall.take(), ["2 play beeperr"]);
    raise(&mut hall, 2, false);
    assert_eq!(hall.take(), ["2 hand-down", "2 play conclave-hand-down"]);
}

#[test]
fn the_first_who_raised_it_is_given_the_floor() {
    let mut hall = panel();
    raise(&mut hall, 3, true);
    raise(&mut hall, 2, true);
    hall.take();
    hall.asks(1, Order::GiveFloor(None));
    assert_eq!(hall.take(), ["3 hand-down", "3 may-talk", "3 mute-changed", "3 play conclave-floor"]);
    assert!(hall.is_heard(3) && !hall.is_heard(2));
    hall.asks(1, Order::GiveFloor(None));
    assert!(hall.is_heard(2));
    hall.order(Order::GiveFloor(None));
    assert_eq!(hall.take().last().unwrap(), "declined nobody");
}

#[test]
fn who_lowered_and_raised_it_again_is_the_last() {
    let mut hall = panel();
    for (id, up) in [(2, true), (3, true), (2, false), (2, true)] {
        raise(&mut hall, id, up);
    }
    hall.order(Order::GiveFloor(None));
    assert!(hall.is_heard(3) && !hall.is_heard(2));
}

#[test]
fn one_can_be_given_it_who_did_not_raise_it() {
    let mut hall = panel();
    hall.order(Order::Mute(MemberId(2), true));
    hall.order(Order::GiveFloor(Some(MemberId(2))));
    assert!(hall.is_heard(2));
}

#[test]
fn his_own_mute_stays() {
    let mut hall = panel();
    hall.order(Order::MuteAll { on: false, leaders: false });
    hall.asks(2, Order::Mute(MemberId(2), true));
    hall.order(Order::Mute(MemberId(2), true));
    hall.order(Order::GiveFloor(Some(MemberId(2))));
    let mutes = hall.room.member(MemberId(2)).unwrap().mutes();
    assert!(mutes.own && !mutes.imposed);
}

#[test]
fn a_listener_has_no_hand_to_raise() {
    let mut hall = panel();
    raise(&mut hall, 4, true);
    assert_eq!(hall.take(), ["4 play conclave-not-allowed"]);
    hall.order(Order::GiveFloor(Some(MemberId(4))));
    assert_eq!(hall.take(), ["declined notallowed"]);
}

#[test]
fn only_leaders_lower_somebody_elses() {
    let mut hall = panel();
    raise(&mut hall, 2, true);
    hall.take();
    hall.asks(3, Order::Hand(MemberId(2), false));
    assert_eq!(hall.take(), ["3 play conclave-not-allowed"]);
    hall.asks(1, Order::Hand(MemberId(2), false));
    assert_eq!(hall.take(), ["2 hand-down"]);
}
