//! Keys that run the dial plan, or leave to it.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, Input, Manner, MemberId, Menu, Order, Role};
use std::sync::Arc;

fn hall() -> Hall {
    let lines = [
        ("1", "play(first), dialplan(ivr,s,1), play(never)"),
        ("2", "leave_to(operator,0,3)"),
        ("3", "play_and_continue(more)"),
        ("33", "play(three)"),
        ("6", "invite"),
    ];
    let menu = Some(Arc::new(Menu::parse(lines).unwrap()));
    let manner = Arc::new(Manner { menu, ..Manner::default() });
    let mut hall = Hall::new(Conference { everybody: manner, ..open() });
    for id in 1..=3 {
        hall.join(id, Role::Participant, "q");
    }
    hall.take();
    hall
}

#[test]
fn he_is_out_of_the_mix_while_the_dial_plan_has_his_call() {
    let mut hall = hall();
    hall.talking(1, true);
    hall.take();
    hall.keys(1, "1");
    assert_eq!(hall.take(), ["1 is-silent", "1 unseat", "1 run ivr,s,1"]);
    assert!(!hall.seated().contains(&MemberId(1)));
    assert_eq!(hall.room.members().len(), 3, "he is a member still");
    hall.keys(1, "2");
    assert_eq!(hall.take(), [""; 0], "keys are the dial plan's");
    hall.back(1);
    assert_eq!(hall.take(), ["1 seat", "1 talks"]);
}

#[test]
fn what_plays_to_him_is_cut_off_first() {
    let mut hall = hall();
    hall.keys(1, "31");
    let lines = hall.take();
    assert_eq!(lines, ["1 play more", "1 unseat", "1 stop", "1 run ivr,s,1"]);
    hall.back(1);
    hall.take();
    hall.keys(1, "3");
    assert_eq!(hall.take(), ["1 play more"], "the menu is closed");
}

#[test]
fn nothing_is_played_to_him_meanwhile() {
    let mut hall = hall();
    hall.keys(1, "1");
    hall.take();
    hall.mute(1);
    assert_eq!(hall.take(), ["1 may-not-talk", "1 mute-changed"]);
}

#[test]
fn he_may_hang_up_or_be_removed_meanwhile() {
    for kick in [false, true] {
        let mut hall = hall();
        hall.keys(1, "1");
        hall.take();
        if kick {
            hall.kick(1)
        } else {
            hall.leave(1)
        }
        assert!(hall.take()[0].starts_with("1 release"));
        hall.back(1);
        assert_eq!(hall.take(), [""; 0]);
    }
}

#[test]
fn the_conference_may_end_meanwhile() {
    let mut hall = hall();
    hall.keys(1, "1");
    hall.order(Order::End);
    assert!(hall.ended);
    hall.back(1);
}

#[test]
fn he_comes_back_into_a_locked_room() {
    let mut hall = hall();
    hall.keys(1, "1");
    hall.order(Order::Lock(true));
    hall.back(1);
    assert!(hall.seated().contains(&MemberId(1)));
}

#[test]
fn one_who_is_not_away_does_not_come_back() {
    let mut hall = hall();
    hall.back(2);
    hall.input(Input::Back { member: MemberId(9) });
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn leaving_to_a_place_of_the_dial_plan_names_it() {
    let mut hall = hall();
    hall.keys(1, "2");
    assert_eq!(hall.take(), ["1 release DTMF to operator,0,3"]);
    hall.wait(seconds(10.0));
}
