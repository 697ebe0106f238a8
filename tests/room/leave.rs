//! Going out of a room, and the end of it.

use crate::sim::{Hall, open, seconds, with_music};
use conclave::room::{Conference, Input, MemberId, Order, Role};

fn three(conference: Conference) -> Hall {
    let mut hall = Hall::new(conference);
    for id in [1, 2, 3] {
        hall.participant(id);
    }
    hall.wait(seconds(5.0));
    hall.take();
    hall
}

#[test]
fn the_kicked_hears_why_and_the_others_a_tone() {
    let mut hall = three(open());
    hall.kick(2);
    assert_eq!(hall.take(), ["2 release KICKED conf-kicked", "room play leave-tone"]);
}

#[test]
fn nothing_comes_for_a_member_who_is_out() {
    let mut hall = three(open());
    hall.keys(2, "*");
    hall.kick(2);
    hall.take();
    hall.input(Input::Played { member: MemberId(2) });
    hall.keys(2, "*8");
    hall.talking(2, true);
    hall.leave(2);
    hall.asks(2, Order::Mute(MemberId(2), true));
    hall.asks(2, Order::Lock(true));
    hall.wait(seconds(100.0));
    assert_eq!(hall.take(), [""; 0]);
    hall.mute(2);
    hall.unmute(2);
    hall.kick(2);
    assert_eq!(hall.take(), ["declined nomember"; 3]);
}

#[test]
fn the_kicked_counts_no_longer() {
    let conference = Conference { max_members: Some(3), ..with_music() };
    let mut hall = three(conference);
    hall.kick(3);
    hall.participant(4);
    assert!(hall.take().contains(&"4 seat".into()));
    hall.kick(4);
    hall.take();
    hall.kick(1);
    hall.wait(seconds(10.0));
    assert_eq!(hall.take().last().unwrap(), "2 music");
}

#[test]
fn a_kicked_caller_may_come_back() {
    let mut hall = three(open());
    hall.kick(2);
    hall.take();
    hall.participant(2);
    assert!(hall.take().contains(&"2 seat".into()));
}

#[test]
fn the_end_releases_everybody_with_words_and_no_tones() {
    let mut hall = three(open());
    hall.talking(2, true);
    hall.take();
    hall.order(Order::End);
    let lines = [
        "2 is-silent",
        "1 release ENDED confbridge-conf-end",
        "2 release ENDED confbridge-conf-end",
        "3 release ENDED confbridge-conf-end",
        "ended",
    ];
    assert_eq!(hall.take(), lines);
}

#[test]
fn the_room_ends_when_the_last_one_left_and_only_once() {
    let mut hall = three(open());
    for id in [1, 2] {
        hall.leave(id);
        assert!(!hall.ended);
    }
    hall.leave(3);
    assert!(hall.ended);
    hall.take();
    hall.leave(3);
    hall.order(Order::End);
    hall.order(Order::Lock(true));
    hall.input(Input::Wake);
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn an_ended_room_refuses() {
    let mut hall = three(open());
    hall.order(Order::End);
    hall.take();
    hall.join(4, Role::Leader, "");
    assert_eq!(hall.take(), ["4 refuse ENDED confbridge-conf-end"]);
}

#[test]
fn a_room_that_nobody_was_let_into_ends_too() {
    let mut hall = Hall::new(open());
    hall.order(Order::Lock(true));
    hall.participant(1);
    assert_eq!(hall.take(), ["locked", "1 refuse LOCKED conf-locked", "ended"]);
}

#[test]
fn a_room_that_nobody_came_to_waits() {
    let mut hall = Hall::new(open());
    hall.input(Input::Wake);
    hall.leave(1);
    assert!(!hall.ended);
    hall.order(Order::End);
    assert_eq!(hall.take(), ["ended"]);
}

/// Everything one member can be in the middle of.
const STEPS: [&str; 16] =
    ["", "*", "*1", "*1*", "*4", "*44444", "*6", "*7", "*9", "*5", "*50", "**", "*#", "*2", "*3", "1"];

#[test]
fn a_hang_up_at_every_step_leaves_nothing_behind() {
    for role in [Role::Leader, Role::Participant, Role::Listener] {
        for alone in [true, false] {
            for (keys, options) in STEPS.iter().flat_map(|keys| [(keys, ""), (keys, "qm")]) {
                for wait in [0.0, 1.0, 2.0, 4.5, 30.0] {
                    let mut hall = Hall::new(with_music());
                    hall.join(1, role, options);
                    if !alone {
                        hall.leader(2);
                    }
                    hall.keys(1, keys);
                    hall.wait(seconds(wait));
                    hall.take();
                    hall.leave(1);
                    let lines = hall.take();
                    assert_eq!(lines[0], "1 release HANGUP", "{keys} then {wait} s");
                    assert_eq!(hall.ended, alone);
                    hall.wait(seconds(100.0));
                    assert!(hall.take().iter().all(|line| !line.starts_with('1')));
                    if !alone {
                        hall.leave(2);
                        assert!(hall.ended);
                    }
                }
            }
        }
    }
}
