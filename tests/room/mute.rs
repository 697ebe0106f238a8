//! Who may talk, who is told so, and who can change it.

use crate::sim::{Hall, open, seconds};
use conclave::room::{MemberId, Mutes, Role};

/// Two quiet participants.
fn two() -> Hall {
    Hall::with(open(), &[Role::Participant; 2])
}

fn mutes(hall: &Hall, id: u64) -> Mutes {
    hall.room.member(MemberId(id)).unwrap().mutes()
}

#[test]
fn a_member_mutes_and_unmutes_himself() {
    let mut hall = two();
    hall.keys(1, "*1");
    let muted = ["1 play conclave-menu", "1 may-not-talk", "1 mute-changed", "1 play conf-muted"];
    assert_eq!(hall.take(), muted);
    assert!(mutes(&hall, 1).own);
    hall.keys(1, "*1");
    let unmuted = ["1 play conclave-menu", "1 may-talk", "1 mute-changed", "1 play conf-unmuted"];
    assert_eq!(hall.take(), unmuted);
    assert_eq!(mutes(&hall, 1), Mutes::default());
}

#[test]
fn the_console_mutes_and_unmutes_and_the_member_is_told() {
    let mut hall = two();
    hall.mute(1);
    assert_eq!(hall.take(), ["1 may-not-talk", "1 mute-changed", "1 play conf-muted"]);
    hall.mute(1);
    assert_eq!(hall.take(), [""; 0]);
    hall.unmute(1);
    assert_eq!(hall.take(), ["1 may-talk", "1 mute-changed", "1 play conf-unmuted"]);
    hall.unmute(1);
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn nobody_lifts_the_mute_of_the_console_himself() {
    let mut hall = two();
    hall.leader(3);
    for id in [1, 3] {
        hall.mute(id);
        hall.take();
        hall.keys(id, "*1");
        assert_eq!(hall.take().pop().unwrap(), format!("{id} play conf-muted"));
        assert!(!hall.room.member(MemberId(id)).unwrap().may_talk());
    }
}

#[test]
fn the_console_does_not_lift_a_mute_that_the_member_set() {
    let mut hall = two();
    hall.keys(1, "*1");
    hall.mute(1);
    hall.take();
    hall.unmute(1);
    assert_eq!(hall.take(), ["1 mute-changed"], "still muted by himself");
    hall.keys(1, "*1");
    assert_eq!(hall.take().pop().unwrap(), "1 play conf-unmuted");
}

#[test]
fn option_m_starts_muted_and_says_so() {
    let mut hall = Hall::new(open());
    hall.join(1, Role::Participant, "m");
    let joined = ["opened", "1 may-not-talk", "1 seat", "1 play conf-onlyperson conf-muted"];
    assert_eq!(hall.take(), joined);
    hall.keys(1, "*1");
    assert_eq!(hall.take().pop().unwrap(), "1 play conf-unmuted");
    hall.join(2, Role::Participant, "qm");
    assert_eq!(hall.take(), ["2 may-not-talk", "2 seat"]);
    hall.unmute(2);
    assert_eq!(hall.take(), ["2 may-talk", "2 mute-changed", "2 play conf-unmuted"]);
}

#[test]
fn a_listener_never_talks() {
    let mut hall = two();
    hall.join(3, Role::Listener, "m");
    assert_eq!(hall.take(), ["3 may-not-talk", "3 seat", "room play join-tone"]);
    hall.keys(3, "*1");
    assert_eq!(hall.take(), ["3 play conclave-menu", "3 play conclave-listen-only"]);
    hall.unmute(3);
    hall.mute(3);
    hall.unmute(3);
    assert!(hall.take().iter().all(|line| line == "3 mute-changed"));
    hall.talking(3, true);
    assert_eq!(hall.take(), [""; 0]);
    assert!(!hall.room.member(MemberId(3)).unwrap().talking());
}

#[test]
fn talking_is_told_only_while_it_is_heard() {
    let mut hall = two();
    let talks = |hall: &Hall| hall.room.member(MemberId(1)).unwrap().talking();
    hall.talking(1, true);
    hall.talking(1, true);
    assert_eq!(hall.take(), ["1 talks"]);
    assert!(talks(&hall));
    hall.mute(1);
    assert_eq!(hall.take()[0], "1 is-silent");
    hall.talking(1, false);
    hall.talking(1, true);
    assert_eq!(hall.take(), [""; 0], "muted");
    assert!(!talks(&hall));
    hall.unmute(1);
    assert_eq!(hall.take()[0], "1 talks", "he still does");
    hall.talking(1, false);
    assert_eq!(hall.take(), ["1 is-silent"]);
}

#[test]
fn who_leaves_while_talking_is_silent_first() {
    let mut hall = two();
    hall.talking(1, true);
    hall.talking(2, true);
    hall.take();
    hall.leave(1);
    assert_eq!(hall.take(), ["1 is-silent", "1 release HANGUP"]);
    hall.wait(seconds(1.0));
    hall.kick(2);
    assert_eq!(hall.take(), ["2 is-silent", "2 release KICKED conf-kicked", "ended"]);
}
