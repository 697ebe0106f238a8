//! The room hears who comes and goes.

use crate::sim::{Hall, open, seconds};
use conclave::room::Role;

#[test]
fn a_tone_when_somebody_joins_those_who_are_there() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    assert!(!hall.take().join(",").contains("tone"), "nobody is there to be told");
    hall.participant(2);
    let joined = ["2 may-talk", "1 stop", "2 seat", "room play join-tone"];
    assert_eq!(hall.take(), joined);
}

#[test]
fn a_tone_when_somebody_leaves_those_who_stay() {
    let mut hall = Hall::new(open());
    hall.participant(1);
    hall.participant(2);
    hall.wait(seconds(2.0));
    hall.take();
    hall.leave(1);
    assert_eq!(hall.take(), ["1 release HANGUP", "room play leave-tone"]);
    hall.leave(2);
    assert_eq!(hall.take(), ["2 release HANGUP", "ended"]);
}

#[test]
fn quiet_ones_come_and_go_without_tones() {
    let mut hall = Hall::new(open());
    hall.join(1, Role::Participant, "q");
    hall.take();
    hall.join(2, Role::Participant, "q");
    assert_eq!(hall.take(), ["2 may-talk", "2 seat"]);
    hall.leave(2);
    assert_eq!(hall.take(), ["2 release HANGUP"]);
}
