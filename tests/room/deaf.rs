//! Who hears nothing of the room.

use crate::sim::{Hall, open};
use conclave::room::{Manner, MemberId, Order, Role};
use std::sync::Arc;

fn two() -> Hall {
    Hall::with(open(), &[Role::Leader, Role::Participant])
}

#[test]
fn a_leader_deafens_somebody_who_cannot_lift_it() {
    let mut hall = two();
    hall.asks(1, Order::Deafen(MemberId(2), true));
    assert_eq!(hall.take(), ["2 may-not-hear", "2 deaf-changed", "2 play conclave-deaf"]);
    hall.asks(2, Order::Deafen(MemberId(2), false));
    assert_eq!(hall.take(), ["2 play conclave-deaf"]);
    assert!(!hall.hears(2) && hall.is_heard(2), "he may talk");
    hall.asks(1, Order::Deafen(MemberId(2), false));
    assert_eq!(hall.take(), ["2 may-hear", "2 deaf-changed", "2 play conclave-undeaf"]);
}

#[test]
fn his_own_is_another_thing() {
    let mut hall = two();
    hall.asks(2, Order::Deafen(MemberId(2), true));
    assert_eq!(hall.take(), ["2 may-not-hear", "2 deaf-changed", "2 play conclave-deaf"]);
    hall.asks(1, Order::Deafen(MemberId(2), true));
    hall.asks(1, Order::Deafen(MemberId(2), false));
    assert_eq!(hall.take(), ["2 deaf-changed", "2 deaf-changed"], "nothing changes for him");
    hall.asks(2, Order::Deafen(MemberId(2), false));
    assert!(hall.hears(2));
}

#[test]
fn one_can_start_deaf() {
    let mut hall = two();
    let manner = Manner { start_deaf: true, quiet: true, ..Manner::default() };
    hall.join_as(3, Role::Participant, Arc::new(manner), None);
    assert_eq!(hall.take(), ["3 may-talk", "3 may-not-hear", "3 seat"]);
    hall.asks(3, Order::Deafen(MemberId(3), false));
    assert!(hall.hears(3));
}
