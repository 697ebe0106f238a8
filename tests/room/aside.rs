//! Whispering to one, and pairs who hear only each other.

use crate::sim::{Hall, open};
use conclave::room::{MemberId, Order, Role};

fn four() -> Hall {
    let mut hall = Hall::new(open());
    hall.join(1, Role::Leader, "q");
    for id in 2..=4 {
        hall.join(id, Role::Participant, "q");
    }
    hall.take();
    hall
}

fn whisper(from: u64, to: u64) -> Order {
    Order::Whisper(MemberId(from), (to > 0).then_some(MemberId(to)))
}

fn pair(one: u64, other: u64) -> Order {
    Order::Pair(MemberId(one), MemberId(other))
}

fn unpair(id: u64) -> Order {
    Order::Unpair(MemberId(id))
}

fn says(hall: &mut Hall, order: Order, lines: &[&str]) {
    hall.order(order);
    assert_eq!(hall.take(), lines);
}

#[test]
fn one_is_heard_by_one_only_until_that_ends() {
    let mut hall = four();
    says(&mut hall, whisper(1, 2), &["1 whisper 2"]);
    assert_eq!(hall.room.whispers_to(MemberId(1)), Some(MemberId(2)));
    says(&mut hall, whisper(1, 2), &["declined already"]);
    says(&mut hall, whisper(1, 3), &["1 whisper 3"]);
    says(&mut hall, whisper(1, 0), &["1 whisper none"]);
    says(&mut hall, whisper(1, 0), &["declined nothing"]);
    assert_eq!(hall.room.whispers_to(MemberId(1)), None);
}

#[test]
fn two_hear_only_each_other_until_that_ends() {
    let mut hall = four();
    says(&mut hall, pair(2, 3), &["pair 2 3"]);
    assert_eq!(hall.room.paired_with(MemberId(3)), Some(MemberId(2)));
    says(&mut hall, pair(3, 2), &["declined already"]);
    says(&mut hall, unpair(3), &["unpair 2 3"]);
    says(&mut hall, unpair(3), &["declined nothing"]);
}

#[test]
fn who_is_paired_neither_whispers_nor_is_whispered_to() {
    let mut hall = four();
    says(&mut hall, pair(2, 3), &["pair 2 3"]);
    says(&mut hall, whisper(2, 1), &["declined notallowed"]);
    says(&mut hall, whisper(1, 3), &["declined notallowed"]);
    says(&mut hall, whisper(1, 4), &["1 whisper 4"]);
}

#[test]
fn a_new_pair_ends_what_both_had_before() {
    let mut hall = four();
    says(&mut hall, pair(1, 2), &["pair 1 2"]);
    says(&mut hall, whisper(4, 3), &["4 whisper 3"]);
    says(
        &mut hall,
        pair(2, 3),
        &["unpair 1 2", "4 may-not-talk", "4 mute-changed", "4 play conf-muted", "4 whisper none", "pair 2 3"],
    );
}

#[test]
fn it_ends_when_one_of_them_leaves() {
    let mut hall = four();
    hall.order(whisper(1, 2));
    hall.order(whisper(2, 3));
    hall.take();
    hall.leave(2);
    assert_eq!(
        hall.take(),
        [
            "2 whisper none",
            "1 may-not-talk",
            "1 mute-changed",
            "1 play conf-muted",
            "1 whisper none",
            "2 release HANGUP"
        ]
    );
    hall.order(pair(3, 4));
    hall.take();
    hall.kick(4);
    assert_eq!(hall.take(), ["unpair 3 4", "4 release KICKED conf-kicked"]);
    assert_eq!(hall.room.paired_with(MemberId(3)), None);
}

#[test]
fn nobody_can_do_it_with_himself_or_with_one_who_is_not_there() {
    let mut hall = four();
    for order in [whisper(1, 1), pair(2, 2)] {
        says(&mut hall, order, &["declined notallowed"]);
    }
    for order in [whisper(1, 9), whisper(9, 1), whisper(9, 0), pair(1, 9), unpair(9)] {
        says(&mut hall, order, &["declined nomember"]);
    }
}

#[test]
fn leaders_may_and_others_may_not() {
    let mut hall = four();
    for (id, expected) in [(1, "2 whisper 3"), (2, "2 play conclave-not-allowed")] {
        hall.asks(id, whisper(2, 3));
        assert_eq!(hall.take(), [expected]);
        hall.order(whisper(2, 0));
        hall.take();
    }
}

#[test]
fn talking_is_shown_as_before() {
    let mut hall = four();
    hall.order(pair(2, 3));
    hall.talking(2, true);
    assert!(hall.room.member(MemberId(2)).unwrap().talking());
}
