//! Members wait in the lobby until a leader admits them.

use crate::sim::{Hall, open, seconds, with_music};
use conclave::room::{CallResult, Conference, Inviting, MemberId, Order, Role, Waits};

/// A leader, and these who wait.
fn lobby(waiting: &[u64]) -> Hall {
    let mut hall = Hall::new(Conference { lobby: true, ..open() });
    hall.join(9, Role::Leader, "q");
    for id in waiting {
        hall.participant(*id);
    }
    hall.take();
    hall
}

#[test]
fn who_comes_waits_and_leaders_hear_a_knock_and_how_many() {
    let mut hall = lobby(&[]);
    hall.participant(1);
    let lines = hall.take();
    let knock = "9 play conclave-knock";
    assert_eq!(lines, ["1 may-talk", "1 in-lobby", knock, "1 play conclave-lobby"]);
    hall.join(2, Role::Listener, "");
    assert!(hall.take().contains(&"9 play Waiting(2)".into()));
    let waits: Vec<_> = hall.room.members().map(|member| member.waits()).collect();
    assert_eq!(waits, [None, Some(Waits::Lobby), Some(Waits::Lobby)]);
}

#[test]
fn one_is_admitted() {
    let mut hall = lobby(&[1, 2]);
    hall.asks(9, Order::Admit(Some(MemberId(2))));
    assert_eq!(hall.take(), ["2 stop", "2 seat", "2 play conclave-admitted", "room play join-tone"]);
    assert!(hall.is_heard(2) && !hall.is_heard(1));
}

#[test]
fn all_are_admitted_in_the_order_they_came() {
    let mut hall = lobby(&[2, 1]);
    hall.asks(9, Order::Admit(None));
    let lines = hall.take();
    assert_eq!(lines[0], "9 play conclave-all-admitted");
    let seats: Vec<_> = lines.into_iter().filter(|line| line.ends_with("seat")).collect();
    assert_eq!(seats, ["2 seat", "1 seat"]);
    hall.order(Order::Admit(None));
    hall.asks(9, Order::Admit(None));
    assert_eq!(hall.take(), ["declined nobody", "9 play conclave-nobody-waits"]);
}

#[test]
fn one_is_turned_away() {
    let mut hall = lobby(&[1]);
    hall.asks(9, Order::Reject(MemberId(1)));
    assert_eq!(
        hall.take(),
        [format!("1 release {} conclave-rejected", CallResult::Rejected)],
        "and nobody hears a tone"
    );
    hall.order(Order::Reject(MemberId(9)));
    assert_eq!(hall.take(), ["declined already"]);
}

#[test]
fn nobody_admits_himself() {
    let mut hall = lobby(&[1]);
    hall.asks(1, Order::Admit(None));
    assert_eq!(hall.take(), ["1 play conclave-not-allowed"]);
    assert!(!hall.is_heard(1));
}

#[test]
fn a_leader_who_comes_hears_how_many_wait() {
    let mut hall = lobby(&[1, 2]);
    hall.leader(8);
    let lines = hall.take();
    assert!(lines.contains(&"8 play Waiting(2)".into()), "{lines:?}");
}

#[test]
fn an_invited_party_does_not_wait_in_the_lobby() {
    let inviting = Inviting { context: Some("out".into()), ..Inviting::default() };
    let mut hall = Hall::new(Conference { lobby: true, inviting, ..open() });
    hall.leader(8);
    hall.order(Order::Invite("20".into()));
    hall.join_invited(1, 1);
    assert!(hall.is_heard(1));
}

#[test]
fn music_plays_in_the_lobby() {
    let mut hall = Hall::new(Conference { lobby: true, ..with_music() });
    hall.participant(1);
    hall.wait(seconds(2.0));
    assert!(hall.hears_music(1));
    hall.leader(2);
    hall.order(Order::Admit(None));
    assert!(!hall.hears_music(1));
}
