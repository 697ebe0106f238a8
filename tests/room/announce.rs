//! What the room is told of comings and goings, one thing at a time and folded when there are many.

use crate::sim::{Hall, open, seconds, treated};
use conclave::room::{Arrivals, Conference, Manner, Role};
use std::sync::Arc;

fn told(arrivals: Arrivals) -> Conference {
    treated(|manner| manner.arrivals = arrivals)
}

fn named() -> Conference {
    told(Arrivals::Names { review: false })
}

/// One member who is there already.
fn hall(conference: Conference) -> Hall {
    let mut hall = Hall::new(conference);
    hall.participant(1);
    hall.wait(seconds(5.0));
    hall.take();
    hall
}

/// What was announced since the last look.
fn announced(hall: &mut Hall) -> Vec<String> {
    hall.take().into_iter().filter_map(|line| Some(line.strip_prefix("room play ")?.to_owned())).collect()
}

#[test]
fn a_name_and_that_he_joined_or_left() {
    let mut hall = hall(named());
    hall.participant(2);
    assert_eq!(announced(&mut hall), ["name-2 conf-hasjoin"]);
    hall.wait(seconds(5.0));
    hall.leave(2);
    assert_eq!(announced(&mut hall), ["name-2 conf-hasleft"]);
}

#[test]
fn or_words_without_a_name() {
    let mut hall = hall(told(Arrivals::Words));
    hall.participant(2);
    hall.wait(seconds(5.0));
    hall.leave(2);
    assert_eq!(announced(&mut hall), ["conclave-joined", "conclave-left"]);
}

#[test]
fn or_nothing() {
    let mut hall = hall(told(Arrivals::Nothing));
    hall.participant(2);
    hall.leave(2);
    hall.wait(seconds(5.0));
    assert_eq!(announced(&mut hall), [""; 0]);
}

#[test]
fn nobody_waits_until_it_is_said() {
    let mut hall = hall(named());
    for id in 2..12 {
        hall.participant(id);
        assert!(hall.is_heard(id) && hall.hears(id));
    }
}

#[test]
fn two_names_are_said_one_after_the_other() {
    let mut hall = hall(named());
    for id in [2, 3, 4] {
        hall.participant(id);
    }
    assert_eq!(announced(&mut hall), ["name-2 conf-hasjoin"]);
    hall.wait(seconds(4.0));
    assert_eq!(announced(&mut hall), ["name-3 conf-hasjoin"]);
    hall.wait(seconds(4.0));
    assert_eq!(announced(&mut hall), ["name-4 conf-hasjoin"]);
}

#[test]
fn more_are_counted() {
    let mut hall = hall(named());
    for id in 2..22 {
        hall.participant(id);
    }
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["name-2 conf-hasjoin", "HaveJoined(19)"]);
    for id in 2..22 {
        hall.leave(id);
    }
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["name-2 conf-hasleft", "HaveLeft(19)"]);
}

#[test]
fn two_without_names_are_counted() {
    let mut hall = hall(told(Arrivals::Words));
    for id in [2, 3, 4] {
        hall.participant(id);
    }
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["conclave-joined", "HaveJoined(2)"]);
}

#[test]
fn several_tones_become_one() {
    let mut hall = hall(open());
    for id in 2..22 {
        hall.participant(id);
    }
    hall.leave(2);
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["join-tone", "join-tone", "leave-tone"]);
}

#[test]
fn who_came_and_left_meanwhile_is_not_mentioned() {
    let mut hall = hall(named());
    for id in [2, 3, 4] {
        hall.participant(id);
    }
    hall.leave(3);
    hall.leave(4);
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["name-2 conf-hasjoin"]);
}

#[test]
fn who_left_while_it_was_said_that_he_came_has_left() {
    let mut hall = hall(named());
    hall.participant(2);
    hall.leave(2);
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), ["name-2 conf-hasjoin", "name-2 conf-hasleft"]);
}

#[test]
fn quiet_ones_are_never_mentioned() {
    let mut hall = hall(named());
    for id in 2..9 {
        hall.join(id, Role::Participant, "q");
    }
    for id in 2..9 {
        hall.leave(id);
    }
    hall.wait(seconds(30.0));
    assert_eq!(announced(&mut hall), [""; 0]);
}

#[test]
fn his_own_coming_can_be_left_out_for_him() {
    for arrivals in [Arrivals::Tones, Arrivals::Words, Arrivals::Names { review: false }] {
        let mut hall = hall(treated(|manner| {
            manner.arrivals = arrivals;
            manner.hear_own_arrival = false;
        }));
        hall.participant(2);
        assert!(announced(&mut hall)[0].ends_with("(not 2)"));
        hall.wait(seconds(5.0));
        hall.leave(2);
        hall.wait(seconds(5.0));
        assert!(!announced(&mut hall)[0].contains("not"));
    }
}

#[test]
fn while_he_hears_other_words_he_does_not_hear_his_name() {
    let mut hall = hall(named());
    let manner = hall.room.conference().everybody.clone();
    let manner = Arc::new(Manner { count_at_join: true, ..Manner::clone(&manner) });
    hall.join_as(2, Role::Participant, manner, None);
    let lines = hall.take();
    assert_eq!(lines[2..], ["room play name-2 conf-hasjoin (not 2)", "2 play OthersPresent(1)"]);
}

#[test]
fn all_are_told_how_many_there_are_above_a_number() {
    let mut hall = hall(treated(|manner| manner.count_to_all = Some(2)));
    hall.participant(2);
    hall.wait(seconds(10.0));
    assert_eq!(announced(&mut hall), ["join-tone"]);
    hall.participant(3);
    hall.participant(4);
    hall.wait(seconds(10.0));
    assert_eq!(announced(&mut hall), ["join-tone", "join-tone", "Present(4)"]);
}

#[test]
fn it_goes_on_when_the_end_of_an_announcement_is_never_told() {
    let mut hall = hall(open());
    hall.reports_played = false;
    hall.participant(2);
    hall.participant(3);
    hall.wait(seconds(59.0));
    assert_eq!(announced(&mut hall), ["join-tone"]);
    hall.wait(seconds(1.0));
    assert_eq!(announced(&mut hall), ["join-tone"]);
}

#[test]
fn the_end_of_one_that_was_replaced_at_that_moment_is_not_the_end_of_the_next() {
    let mut hall = hall(open());
    hall.reports_played = false;
    hall.participant(2);
    hall.participant(3);
    hall.leave(3);
    hall.participant(3);
    hall.leave(2);
    hall.take();
    hall.now += seconds(60.0);
    hall.room_played();
    assert_eq!(announced(&mut hall), ["join-tone"], "and not the next one at once");
}
