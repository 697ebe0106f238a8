//! What each key of the usual leader's menu does, and that others may not.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, Manner, MemberId, Menu, Order, RecordingState, Role};
use std::{sync::Arc, time::Duration};

/// A leader and two participants, all quiet.
fn led(conference: Conference) -> Hall {
    Hall::with(conference, &[Role::Leader, Role::Participant, Role::Participant])
}

/// Everybody has the keys of leaders.
fn all_with_leaders_keys() -> Conference {
    let manner = Arc::new(Manner { menu: Some(Menu::leader()), ..Manner::default() });
    Conference { everybody: manner.clone(), leaders: manner, ..open() }
}

fn after_menu(hall: &mut Hall, id: u64, keys: &str) -> Vec<String> {
    hall.keys(id, keys);
    hall.take().into_iter().skip(1).filter(|line| !line.ends_with("stop")).collect()
}

#[test]
fn nine_alone_is_louder_after_a_pause_and_ninety_something_is_for_leaders() {
    let mut hall = led(open());
    hall.keys(1, "*9");
    assert_eq!(hall.take(), ["1 play conclave-menu-leader", "1 stop"]);
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["1 talks 3"]);
    hall.keys(1, "99");
    assert_eq!(hall.take(), ["1 talks 6"], "the second cannot go on from the first");
    hall.wait(seconds(1.0));
    assert_eq!(hall.take(), ["1 talks 9"]);
    hall.keys(2, "*99");
    assert_eq!(hall.take()[1..], ["2 stop", "2 talks 3", "2 talks 6"], "others need not wait");
}

#[test]
fn ninety_two_mutes_all_and_lifts_it() {
    let mut hall = led(open());
    assert!(after_menu(&mut hall, 1, "*92").contains(&"mutedall(true)".to_owned()));
    assert!(hall.room.is_muted());
    assert!(!hall.room.member(MemberId(2)).unwrap().may_talk());
    assert!(hall.room.member(MemberId(1)).unwrap().may_talk());
    hall.wait(seconds(10.0));
    hall.take();
    after_menu(&mut hall, 1, "*92");
    assert!(!hall.room.is_muted());
}

#[test]
fn ninety_three_records_and_a_menu_can_pause_it() {
    let lines = [("1", "toggle_recording"), ("2", "pause_recording")];
    let manner = Arc::new(Manner { menu: Some(Arc::new(Menu::parse(lines).unwrap())), ..Manner::default() });
    let mut hall = led(Conference { leaders: manner, ..open() });
    for (keys, state) in [
        ("2", RecordingState::Off),
        ("1", RecordingState::On),
        ("2", RecordingState::Paused),
        ("2", RecordingState::On),
        ("2", RecordingState::Paused),
        ("1", RecordingState::Off),
    ] {
        hall.keys(1, keys);
        hall.wait(seconds(10.0));
        assert_eq!(hall.room.recording(), state, "{keys}");
    }
    let mut hall = led(open());
    hall.keys(1, "*93");
    hall.wait(seconds(10.0));
    assert_eq!(hall.room.recording(), RecordingState::On);
}

#[test]
fn ninety_four_ends_for_all() {
    let mut hall = led(open());
    hall.keys(1, "*94");
    assert!(hall.ended);
}

#[test]
fn ninety_five_calls_the_roll() {
    let mut hall = led(open());
    let lines = after_menu(&mut hall, 1, "*95");
    assert!(lines.iter().any(|line| line.contains("name-1 name-2 name-3")), "{lines:?}");
}

#[test]
fn ninety_one_admits_all_who_wait() {
    let mut hall = Hall::new(Conference { lobby: true, ..open() });
    hall.join(1, Role::Leader, "q");
    hall.join(2, Role::Participant, "q");
    hall.join(3, Role::Participant, "q");
    assert_eq!(hall.seated().len(), 1);
    hall.wait(seconds(10.0));
    hall.keys(1, "*91");
    assert_eq!(hall.seated().len(), 3);
}

#[test]
fn ninety_gives_the_floor_to_the_first_hand() {
    let mut hall = led(open());
    hall.keys(1, "*92");
    hall.keys(3, "*2");
    hall.keys(2, "*2");
    assert!(hall.room.member(MemberId(3)).unwrap().hand_is_up());
    hall.keys(1, "*90");
    let third = hall.room.member(MemberId(3)).unwrap();
    assert!(third.may_talk() && !third.hand_is_up());
    assert!(!hall.room.member(MemberId(2)).unwrap().may_talk());
    hall.keys(2, "*2");
    assert!(!hall.room.member(MemberId(2)).unwrap().hand_is_up(), "the same key lowers it");
}

#[test]
fn five_extends() {
    let mut hall = led(Conference { max_duration: Some(Duration::from_secs(600)), ..open() });
    hall.keys(1, "*5");
    assert!(hall.take().contains(&"extended".to_owned()));
}

#[test]
fn ninety_eight_removes_one_by_his_number() {
    let mut hall = led(open());
    assert_eq!(hall.room.member(MemberId(2)).unwrap().place(), 2);
    hall.leave(3);
    hall.participant(7);
    assert_eq!(hall.room.member(MemberId(7)).unwrap().place(), 4, "numbers are not used twice");
    hall.wait(seconds(10.0));
    hall.take();
    hall.keys(1, "*98");
    hall.wait(seconds(1.0));
    assert_eq!(hall.take().last().unwrap(), "1 play conclave-kick-number");
    hall.keys(1, "2#");
    assert!(hall.take().contains(&"2 release KICKED conf-kicked".to_owned()));
    hall.wait(seconds(5.0));
    for keys in ["*983#", "*982#", "*980#", "*9899999999999#"] {
        hall.take();
        hall.keys(1, keys);
        assert_eq!(hall.take().last().unwrap(), "1 play conf-errormenu", "{keys}");
        hall.wait(seconds(10.0));
    }
    hall.keys(1, "*984");
    hall.wait(seconds(3.0));
    assert!(hall.take().contains(&"7 release KICKED conf-kicked".to_owned()));
}

#[test]
fn keys_of_leaders_are_refused_in_words_to_others_who_have_them() {
    for keys in ["*2", "*3", "*5", "*90", "*91", "*92", "*93", "*94", "*98"] {
        let mut hall = led(all_with_leaders_keys());
        hall.keys(2, keys);
        hall.wait(seconds(10.0));
        let lines = hall.take();
        assert_eq!(lines.last().unwrap(), "2 play conclave-not-allowed", "{keys} {lines:?}");
        assert!(!hall.room.is_locked() && !hall.room.is_muted());
        assert_eq!((hall.room.members().len(), hall.room.recording()), (3, RecordingState::Off));
    }
}

#[test]
fn a_leaders_keys_work_while_the_conference_ends_at_the_same_moment() {
    let mut hall = Hall::scheduled(all_with_leaders_keys(), None, Some(60.0));
    hall.join(1, Role::Leader, "q");
    hall.join(2, Role::Participant, "q");
    hall.wait(seconds(59.9));
    hall.keys(1, "*");
    assert!(hall.ended, "the time-out counts first");
    hall.order(Order::Lock(true));
    hall.keys(1, "94");
}
