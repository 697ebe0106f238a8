//! Calls that are answered only when there is somebody to talk to.

use crate::sim::{Hall, treated};
use conclave::room::{Answering, Conference};

fn late() -> Conference {
    treated(|manner| manner.answer = Answering::WhenItBegins)
}

fn answers(hall: &mut Hall) -> Vec<String> {
    hall.take().into_iter().filter(|line| line.ends_with("answer")).collect()
}

#[test]
fn both_when_the_second_comes_and_then_each() {
    let mut hall = Hall::new(late());
    hall.participant(1);
    assert_eq!(answers(&mut hall), [""; 0]);
    hall.participant(2);
    assert_eq!(answers(&mut hall), ["1 answer", "2 answer"]);
    hall.participant(3);
    assert_eq!(answers(&mut hall), ["3 answer"]);
    hall.leave(2);
    hall.leave(3);
    hall.participant(4);
    assert_eq!(answers(&mut hall), ["4 answer"], "nobody twice");
}

#[test]
fn not_while_he_waits() {
    let mut hall = Hall::new(Conference { lobby: true, ..late() });
    hall.leader(1);
    hall.participant(2);
    assert_eq!(answers(&mut hall), [""; 0]);
    hall.order(conclave::room::Order::Admit(None));
    assert_eq!(answers(&mut hall), ["1 answer", "2 answer"]);
}

#[test]
fn others_are_none_of_the_rooms_business() {
    for answer in [Answering::AtOnce, Answering::Never] {
        let mut hall = Hall::new(treated(|manner| manner.answer = answer));
        hall.participant(1);
        hall.participant(2);
        assert_eq!(answers(&mut hall), [""; 0]);
    }
}
