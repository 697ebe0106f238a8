//! What administrators do to a room, and what they see of it.

use crate::sim::Sim;
use conclave::room::{CallResult, Role};
use conclave::service::CallEvent;

const CONF: &str = "[8000]\ntype = room\nmax_members = 9";

#[test]
fn kicks_one_by_number() {
    let mut sim = Sim::new(CONF);
    let _first = sim.join("8000", "ada");
    let second = sim.join("8000", "bob");
    assert_eq!(sim.command("kick 8000 2"), Ok("Member 2 of room 8000 was kicked.".into()));
    assert_eq!(sim.inside("8000"), ["ada"], "at once, while he hears why");
    assert_eq!(sim.result(second), None);
    sim.seconds(1);
    assert_eq!(sim.result(second), Some(CallResult::Kicked));
}

#[test]
fn kicks_one_by_the_name_of_his_call() {
    let mut sim = Sim::new(CONF);
    let first = sim.join("8000", "PJSIP/ada-00000001");
    let _second = sim.join("8000", "PJSIP/bob-00000002");
    assert!(sim.command("kick 8000 PJSIP/ada-00000001").is_ok());
    assert_eq!(sim.inside("8000"), ["PJSIP/bob-00000002"]);
    sim.seconds(1);
    assert_eq!(sim.result(first), Some(CallResult::Kicked));
}

#[test]
fn kicking_all_ends_the_conference() {
    let mut sim = Sim::new(CONF);
    let calls = [sim.join("8000", "ada"), sim.join("8000", "bob")];
    assert_eq!(sim.command("kick 8000 all"), Ok("Room 8000 was ended.".into()));
    assert!(sim.picture().rooms.is_empty());
    sim.seconds(1);
    for call in calls {
        assert_eq!(sim.result(call), Some(CallResult::Ended));
    }
}

#[test]
fn a_room_that_ended_opens_anew_while_the_last_words_are_heard() {
    let mut sim = Sim::new(CONF);
    let before = sim.join("8000", "ada");
    assert!(sim.command("kick 8000 all").is_ok());
    let after = sim.join("8000", "bob");
    assert_eq!(sim.picture().rooms["8000"].members[0].number, 1);
    sim.seconds(1);
    assert_eq!(sim.result(before), Some(CallResult::Ended));
    assert!(sim.is_inside("8000", after));
}

#[test]
fn numbers_are_not_used_twice() {
    let mut sim = Sim::new(CONF);
    let first = sim.join("8000", "ada");
    sim.join("8000", "bob");
    sim.hang_up(first);
    sim.join("8000", "eve");
    let numbers: Vec<u32> = sim.picture().rooms["8000"].members.iter().map(|member| member.number).collect();
    assert_eq!(numbers, [2, 3]);
    assert!(sim.command("kick 8000 1").is_err());
}

#[test]
fn what_is_not_there_is_told() {
    let mut sim = Sim::new(CONF);
    sim.join("8000", "ada");
    let told = |result: Result<String, String>| result.expect_err("it cannot be done");
    assert!(told(sim.command("lock 8001")).contains("no room 8001 is in progress"));
    assert!(told(sim.command("mute 8000 7")).contains("no member '7'"));
    assert!(told(sim.command("mute 8000 bob")).contains("no member 'bob'"));
    assert!(told(sim.command("mute 8000")).contains("write 'mute ROOM MEMBER|all [leaders]'"));
    assert!(told(sim.command("lock 8000 all")).contains("write 'lock ROOM'"));
    assert!(told(sim.command("lock 80/00")).contains("cannot be in a room number"));
    assert!(told(sim.command("dance 8000")).contains("no such command"));
}

#[test]
fn the_picture_shows_who_is_muted_by_whom() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8000", "ada");
    sim.arrive("8000", "lm", "bob");
    sim.tick(1);
    assert_eq!(sim.command("mute 8000 1"), Ok("Member 1 of room 8000 muted.".into()));
    assert_eq!(sim.command("mute 8000 2"), Ok("Member 2 of room 8000 muted.".into()));
    let picture = sim.picture();
    let [ada, bob] = &picture.rooms["8000"].members[..] else { panic!("two are in") };
    assert!(ada.mutes.imposed && !ada.mutes.own && !ada.mutes.at_start);
    assert!(bob.mutes.imposed && bob.mutes.at_start);
    assert_eq!((ada.role, bob.role), (Role::Participant, Role::Listener));
    assert_eq!((ada.caller.name.as_str(), ada.call), ("ada's name", call));
    assert_eq!(picture.rooms["8000"].max_members, Some(9));
    sim.key(call, "*1");
    assert!(sim.picture().rooms["8000"].members[0].mutes.imposed, "he cannot lift it himself");
}

#[test]
fn the_picture_shows_who_talks() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("8000", "ada");
    let bob = sim.join("8000", "bob");
    sim.seconds(2);
    sim.talk(&[ada], 25);
    let talking = |sim: &Sim| sim.picture().rooms["8000"].members.iter().map(|m| m.talking).collect::<Vec<_>>();
    assert_eq!(talking(&sim), [true, false]);
    assert!(sim.command("mute 8000 1").is_ok());
    assert_eq!(talking(&sim), [false, false]);
    sim.talk(&[bob], 100);
    assert_eq!(talking(&sim), [false, true]);
    sim.seconds(3);
    assert_eq!(talking(&sim), [false, false]);
}

#[test]
fn the_picture_shows_a_hold_from_the_next_step_on() {
    let mut sim = Sim::new(CONF);
    let call = sim.join("8000", "ada");
    sim.seconds(2);
    sim.report(call, CallEvent::Hold(true));
    sim.tick(1);
    assert!(sim.picture().rooms["8000"].members[0].held);
    sim.report(call, CallEvent::Hold(false));
    sim.tick(1);
    assert!(!sim.picture().rooms["8000"].members[0].held);
}

#[test]
fn the_picture_of_a_quiet_room_is_no_older_than_a_second() {
    let mut sim = Sim::new(CONF);
    sim.join("8000", "ada");
    sim.seconds(60);
    let picture = sim.picture();
    let here = picture.taken_at - picture.rooms["8000"].members[0].joined_at;
    assert!((58..=60).contains(&here.as_secs()), "{here:?}");
}
