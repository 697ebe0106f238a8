//! Muting everybody.

use crate::sim::{Hall, open, seconds};
use conclave::room::{MemberId, Order, Role};

const ON: Order = Order::MuteAll { on: true, leaders: false };
const OFF: Order = Order::MuteAll { on: false, leaders: false };

/// A leader and two participants, all quiet.
fn led() -> Hall {
    Hall::with(open(), &[Role::Leader, Role::Participant, Role::Participant])
}

fn heard(hall: &Hall) -> Vec<u64> {
    (1..9).filter(|id| hall.inside().contains(&MemberId(*id)) && hall.is_heard(*id)).collect()
}

#[test]
fn everybody_but_leaders_is_muted_and_all_are_told() {
    let mut hall = led();
    hall.asks(1, ON);
    let lines = ["mutedall(true)", "2 may-not-talk", "2 mute-changed", "3 may-not-talk", "3 mute-changed"];
    assert_eq!(hall.take(), [&lines[..], &["room play conf-now-muted"]].concat());
    assert!(hall.room.is_muted());
    assert_eq!(heard(&hall), [1]);
    hall.wait(seconds(2.0));
    hall.asks(1, OFF);
    assert_eq!(hall.take().last().unwrap(), "room play conf-now-unmuted");
    assert_eq!(heard(&hall), [1, 2, 3]);
}

#[test]
fn leaders_too_if_so_ordered() {
    let mut hall = led();
    hall.order(Order::MuteAll { on: true, leaders: true });
    assert_eq!(heard(&hall), [0; 0]);
    hall.order(ON);
    assert_eq!(heard(&hall), [1], "and only the others");
}

#[test]
fn who_comes_later_is_muted_and_told_so() {
    let mut hall = led();
    hall.order(ON);
    hall.wait(seconds(5.0));
    hall.take();
    hall.participant(4);
    let lines = hall.take();
    assert_eq!(lines[0], "4 may-not-talk");
    assert!(lines.contains(&"4 play conf-muted".into()));
    hall.leader(5);
    assert_eq!(heard(&hall), [1, 5]);
}

#[test]
fn a_member_cannot_lift_it_and_a_leader_can() {
    let mut hall = led();
    hall.order(Order::MuteAll { on: true, leaders: true });
    hall.asks(2, Order::Mute(MemberId(2), false));
    assert_eq!(hall.take().last().unwrap(), "2 play conf-muted");
    hall.asks(1, Order::Mute(MemberId(1), false));
    assert_eq!(heard(&hall), [1], "for himself");
    hall.asks(1, Order::Mute(MemberId(2), false));
    assert_eq!(heard(&hall), [1, 2], "for one");
    hall.asks(1, OFF);
    assert_eq!(heard(&hall), [1, 2, 3], "for all");
}

#[test]
fn other_mutes_stay_when_it_is_lifted() {
    let mut hall = led();
    hall.asks(2, Order::Mute(MemberId(2), true));
    hall.order(Order::Mute(MemberId(3), true));
    hall.order(ON);
    hall.order(OFF);
    assert_eq!(heard(&hall), [1]);
}

#[test]
fn twice_is_declined_unless_somebody_was_let_off() {
    let mut hall = led();
    hall.order(ON);
    hall.take();
    hall.order(ON);
    assert_eq!(hall.take(), ["declined already"]);
    hall.order(Order::Mute(MemberId(2), false));
    hall.order(ON);
    assert_eq!(heard(&hall), [1]);
    hall.order(OFF);
    hall.take();
    hall.order(OFF);
    assert_eq!(hall.take(), ["declined already"]);
}
