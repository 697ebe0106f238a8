//! What is said to a member as he joins.

use crate::sim::{Hall, open, seconds, treated};
use conclave::room::{Conference, Manner, Role};

/// What 2 hears as he joins 1.
fn heard_by_second(conference: Conference, options: &str) -> Vec<String> {
    let mut hall = Hall::new(conference);
    hall.participant(1);
    hall.take();
    hall.join(2, Role::Participant, options);
    hall.take().into_iter().filter_map(|line| Some(line.strip_prefix("2 play ")?.to_owned())).collect()
}

fn full() -> Conference {
    let conference = treated(|manner: &mut Manner| {
        manner.count_at_join = true;
        manner.announcement = Some("rules".into());
    });
    Conference { name_sound: Some("name".into()), ..conference }
}

#[test]
fn the_conferences_name_his_announcement_how_many_and_that_he_is_muted() {
    assert_eq!(heard_by_second(full(), "m"), ["name rules OthersPresent(1) conf-muted"]);
}

#[test]
fn a_quiet_one_hears_nothing_of_it() {
    assert_eq!(heard_by_second(full(), "qm"), [""; 0]);
}

#[test]
fn by_default_only_that_he_is_muted() {
    assert_eq!(heard_by_second(open(), ""), [""; 0]);
    assert_eq!(heard_by_second(open(), "m"), ["conf-muted"]);
}

#[test]
fn the_only_person_is_told_so_unless_his_manner_says_not() {
    let mut hall = Hall::new(full());
    hall.participant(1);
    assert_eq!(hall.take().last().unwrap(), "1 play name rules conf-onlyperson");
    let mut hall = Hall::new(treated(|manner| manner.only_person = false));
    hall.participant(1);
    hall.wait(seconds(5.0));
    assert!(!hall.take().join(" ").contains("play"));
}

#[test]
fn the_count_leaves_out_who_waits() {
    let mut hall = Hall::new(Conference { lobby: true, ..full() });
    for id in [1, 2, 3] {
        hall.participant(id);
    }
    hall.take();
    hall.leader(4);
    assert_eq!(hall.take().last().unwrap(), "4 play name rules conf-onlyperson Waiting(3)");
}

#[test]
fn the_names_of_all_who_are_seated_can_be_told() {
    let mut hall = Hall::new(open());
    hall.join(3, Role::Participant, "q");
    hall.join(1, Role::Listener, "");
    let names = hall.room.roll_call();
    let expected = [3, 1].map(|id| conclave::room::Sound::Name(conclave::room::MemberId(id)));
    assert_eq!(names[1..], expected);
}
