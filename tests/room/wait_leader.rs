//! Members who wait for a leader.

use crate::sim::{Hall, seconds, treated};
use conclave::room::{Conference, Music, Role, WaitForLeader, Waits};

fn waiting(wait_for_leader: WaitForLeader) -> Conference {
    treated(|manner| {
        manner.wait_for_leader = wait_for_leader;
        manner.music = Some(Music::Class("default".into()));
    })
}

#[test]
fn who_waits_is_told_so_and_hears_music_and_nobody() {
    let mut hall = Hall::new(waiting(WaitForLeader::Once));
    hall.participant(1);
    hall.participant(2);
    let waits = |id: u64| [format!("{id} may-talk"), format!("{id} play conf-waitforleader")];
    assert_eq!(hall.take(), [vec!["opened".into()], waits(1).into(), waits(2).into()].concat());
    hall.wait(seconds(3.0));
    assert_eq!(hall.take(), ["1 music", "2 music"], "both at once");
    assert!(!hall.is_heard(1) && !hall.hears(2));
    assert_eq!(hall.room.members().next().unwrap().waits(), Some(Waits::Leader));
}

#[test]
fn all_are_seated_in_the_order_they_came_and_hear_that_it_begins() {
    let mut hall = Hall::new(waiting(WaitForLeader::Once));
    for id in [3, 1, 2] {
        hall.participant(id);
    }
    hall.wait(seconds(5.0));
    hall.take();
    hall.leader(9);
    let seats =
        ["9 may-talk", "began", "3 no-music", "3 seat", "1 no-music", "1 seat", "2 no-music", "2 seat", "9 seat"];
    assert_eq!(hall.take(), [&seats[..], &["room play confbridge-conf-begin"]].concat());
    hall.wait(seconds(10.0));
    assert!(hall.is_quiet(), "it is not told of each that he came");
}

#[test]
fn what_tells_him_that_he_waits_stops_when_he_no_longer_does() {
    let mut hall = Hall::new(waiting(WaitForLeader::Once));
    hall.participant(1);
    hall.take();
    hall.leader(2);
    assert_eq!(hall.take()[2..4], ["1 stop", "1 seat"]);
}

#[test]
fn the_conferences_own_sound_tells_that_it_begins() {
    let conference = Conference { begin_sound: Some("gong".into()), ..waiting(WaitForLeader::Once) };
    let mut hall = Hall::new(conference);
    hall.participant(1);
    hall.leader(2);
    assert_eq!(hall.take().last().unwrap(), "room play gong");
}

#[test]
fn with_a_sound_of_its_own_it_begins_when_two_are_there_and_nobody_waited() {
    let mut hall = Hall::new(Conference { begin_sound: Some("gong".into()), ..crate::sim::open() });
    hall.join(1, Role::Participant, "q");
    hall.join(2, Role::Participant, "q");
    hall.join(3, Role::Participant, "q");
    hall.wait(seconds(5.0));
    let gongs = hall.take().iter().filter(|line| line.contains("gong")).count();
    assert_eq!(gongs, 1);
}

#[test]
fn once_the_leader_came_nobody_waits_again() {
    let mut hall = Hall::new(waiting(WaitForLeader::Once));
    hall.participant(1);
    hall.leader(2);
    hall.leave(2);
    hall.take();
    hall.participant(3);
    assert!(hall.take().contains(&"3 seat".into()));
    assert!(hall.is_heard(1));
}

#[test]
fn when_the_last_leader_leaves_who_always_waits_waits_again() {
    let mut hall = Hall::new(waiting(WaitForLeader::Always));
    hall.participant(1);
    hall.leader(2);
    hall.leader(3);
    hall.wait(seconds(5.0));
    hall.leave(2);
    hall.wait(seconds(5.0));
    hall.talking(1, true);
    hall.take();
    hall.leave(3);
    let words = "1 play conf-leaderhasleft conf-waitforleader";
    assert_eq!(hall.take(), ["3 release HANGUP", "1 is-silent", "1 unseat", words, "halted"]);
    hall.wait(seconds(4.0));
    assert_eq!(hall.take(), ["1 music"]);
    hall.leader(4);
    let lines = hall.take();
    assert_eq!(lines[1..], ["began", "1 no-music", "1 seat", "1 talks", "4 seat", "room play confbridge-conf-begin"]);
}

#[test]
fn only_whose_manner_says_so_waits() {
    let mut hall = Hall::new(waiting(WaitForLeader::Always));
    hall.participant(1);
    hall.join_as(2, Role::Participant, Default::default(), None);
    assert!(!hall.is_heard(1));
    assert!(hall.is_heard(2));
}

#[test]
fn a_leader_waits_for_no_leader() {
    let mut hall = Hall::new(waiting(WaitForLeader::Always));
    hall.leader(1);
    assert!(hall.take().contains(&"1 play conf-onlyperson".into()));
    assert!(hall.is_heard(1));
}

#[test]
fn who_leaves_while_he_waits_leaves_nothing_behind() {
    let mut hall = Hall::new(waiting(WaitForLeader::Always));
    hall.participant(1);
    hall.participant(2);
    hall.take();
    hall.leave(1);
    assert_eq!(hall.take(), ["1 release HANGUP"]);
    hall.leave(2);
    assert_eq!(hall.take(), ["2 release HANGUP", "ended"]);
}

#[test]
fn a_quiet_one_is_told_that_he_waits() {
    let mut hall = Hall::new(waiting(WaitForLeader::Once));
    hall.join(1, Role::Participant, "qm");
    assert_eq!(hall.take().last().unwrap(), "1 play conf-waitforleader");
}
