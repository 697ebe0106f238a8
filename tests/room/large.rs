//! A thousand members are no more trouble than ten.

use crate::sim::{seconds, treated, with_music};
use conclave::room::{By, Caller, Input, MemberId, Order, Output, Role, Room};
use std::{sync::Arc, time::Duration};

const MANY: u64 = 1000;

fn drain(room: &mut Room) -> usize {
    let mut outputs = 0;
    while !matches!(room.poll(), Output::WakeAt(_) | Output::Idle) {
        outputs += 1;
    }
    outputs
}

fn filled(conference: conclave::room::Conference) -> Room {
    let mut room = Room::new(Duration::ZERO, Arc::new(conference), Some(seconds(100.0)), None);
    for id in 0..MANY {
        let manner = room.conference().everybody.clone();
        let (member, role, caller) = (MemberId(id), Role::Participant, Caller::default());
        room.handle(seconds(1.0), Input::Join { member, caller, role, manner, invite: None });
        drain(&mut room);
    }
    room
}

#[test]
fn what_concerns_all_is_a_few_outputs_for_each() {
    let mut room = filled(with_music());
    room.handle(seconds(100.0), Input::Wake);
    assert!(room.members().all(|member| member.seated()));
    assert!(drain(&mut room) as u64 <= 3 * MANY + 10);
    let order = Order::MuteAll { on: true, leaders: true };
    room.handle(seconds(101.0), Input::Order { by: By::Console, order });
    assert!(drain(&mut room) as u64 <= 2 * MANY + 10);
    room.handle(seconds(102.0), Input::Order { by: By::Console, order: Order::End });
    assert!(drain(&mut room) as u64 <= MANY + 10);
    assert!(room.is_over());
}

#[test]
fn all_can_go_in_the_same_moment() {
    let mut room = filled(treated(|manner| manner.session_time = Some(seconds(200.0))));
    room.handle(seconds(201.0), Input::Wake);
    drain(&mut room);
    assert!(room.is_over());
}
