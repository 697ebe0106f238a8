//! Who is let in, and how he is answered.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, MemberId, Order, Role};

fn limited(max_members: u32) -> Hall {
    Hall::new(Conference { max_members: Some(max_members), ..open() })
}

#[test]
fn the_first_member_opens_the_room() {
    let mut hall = Hall::new(open());
    hall.join(1, Role::Participant, "q");
    assert_eq!(hall.take(), ["opened", "1 may-talk", "1 seat"]);
    hall.join(2, Role::Participant, "q");
    assert_eq!(hall.take(), ["2 may-talk", "2 seat"]);
}

#[test]
fn a_full_room_refuses() {
    let mut hall = limited(2);
    hall.participant(1);
    hall.participant(2);
    hall.take();
    hall.participant(3);
    assert_eq!(hall.take(), ["3 refuse FULL conclave-full"]);
    hall.join(4, Role::Listener, "q");
    assert_eq!(hall.take(), ["4 refuse FULL conclave-full"]);
    hall.leave(1);
    hall.participant(5);
    assert!(hall.take().contains(&"5 seat".into()));
}

#[test]
fn a_leader_is_let_into_a_full_room_and_counts() {
    let mut hall = limited(2);
    hall.participant(1);
    hall.participant(2);
    hall.leader(3);
    assert!(hall.take().contains(&"3 seat".into()));
    hall.leave(1);
    hall.take();
    hall.participant(4);
    assert_eq!(hall.take(), ["4 refuse FULL conclave-full"]);
}

#[test]
fn a_locked_room_refuses_all_but_leaders() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    hall.take();
    hall.order(Order::Lock(true));
    assert_eq!(hall.take(), ["locked"]);
    assert!(hall.room.is_locked());
    hall.participant(2);
    assert_eq!(hall.take(), ["2 refuse LOCKED conf-locked"]);
    hall.leader(3);
    assert!(hall.take().contains(&"3 seat".into()));
    hall.order(Order::Lock(false));
    assert_eq!(hall.take(), ["unlocked"]);
    hall.participant(4);
    assert!(hall.take().contains(&"4 seat".into()));
}

#[test]
fn locking_twice_is_said_once() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    hall.take();
    hall.order(Order::Lock(false));
    hall.order(Order::Lock(true));
    hall.order(Order::Lock(true));
    assert_eq!(hall.take(), ["locked"]);
}

#[test]
fn a_refused_caller_is_no_member() {
    let mut hall = limited(1);
    hall.participant(1);
    hall.participant(2);
    hall.take();
    hall.keys(2, "*18");
    hall.talking(2, true);
    hall.leave(2);
    assert_eq!(hall.take(), [""; 0]);
    hall.mute(2);
    hall.kick(2);
    assert_eq!(hall.take(), ["declined nomember"; 2]);
    hall.participant(2);
    assert_eq!(hall.take(), ["2 refuse FULL conclave-full"], "he may try again");
}

#[test]
fn a_member_joined_twice_is_refused_and_stays() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    hall.take();
    hall.participant(1);
    assert_eq!(hall.take(), ["1 refuse FAILED"]);
    assert_eq!(hall.room.members().len(), 1);
}

#[test]
fn the_picture_shows_who_is_in() {
    let mut hall = Hall::new(open());
    hall.join(7, Role::Listener, "q");
    hall.wait(seconds(5.0));
    hall.leader(3);
    let shown: Vec<_> =
        hall.room.members().map(|member| (member.id().0, member.role(), member.name(), member.number())).collect();
    let expected = [(7, Role::Listener, "Caller 7", "5550007"), (3, Role::Leader, "Caller 3", "5550003")];
    assert_eq!(shown, expected, "first come first");
    let leader = hall.room.member(MemberId(3)).unwrap();
    assert_eq!(leader.joined_at(), seconds(105.0));
    assert_eq!(hall.room.conference().number.as_str(), "8000");
}
