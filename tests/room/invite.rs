//! Calling somebody into the conference.

use crate::sim::{Hall, open, seconds};
use conclave::room::{Conference, InviteProgress, Inviting, MemberId, Order, Role, WhoInvites};

const TRYING: &str = "1 play conclave-inviting";

fn inviting(who: WhoInvites, at_once: u32) -> Conference {
    Conference { inviting: Inviting { who, at_once, context: Some("out".into()), ..Inviting::default() }, ..open() }
}

fn hall(conference: Conference) -> Hall {
    let mut hall = Hall::new(conference);
    hall.join(1, Role::Leader, "q");
    hall.join(2, Role::Participant, "q");
    hall.join(3, Role::Listener, "q");
    hall.take();
    hall
}

fn led() -> Hall {
    hall(inviting(WhoInvites::Leaders, 5))
}

/// The owner of a local conference and one more.
fn local() -> Hall {
    let conference = inviting(WhoInvites::Leaders, 1);
    hall(Conference { owner: Some("5550001".into()), ..conference })
}

fn invite(number: &str) -> Order {
    Order::Invite(number.into())
}

#[test]
fn the_number_is_keyed_up_to_the_hash_key() {
    let mut hall = led();
    hall.keys(1, "*0201#");
    assert_eq!(hall.take(), ["1 play conclave-menu-leader", "1 stop", "dial 1 201 by 1", "1 play beep"]);
    assert_eq!(hall.room.invitations(), 1);
}

#[test]
fn or_up_to_a_pause_of_three_seconds() {
    let mut hall = led();
    hall.keys(1, "*02");
    hall.wait(seconds(2.8));
    hall.keys(1, "0");
    hall.wait(seconds(2.9));
    assert!(!hall.take().concat().contains("dial"));
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["dial 1 20 by 1", "1 play beep"]);
}

#[test]
fn who_keys_nothing_is_asked_for_the_number_and_may_give_up() {
    let mut hall = led();
    hall.keys(1, "*0");
    hall.wait(seconds(0.99));
    assert_eq!(hall.take()[1..], ["1 stop"]);
    hall.wait(seconds(0.01));
    assert_eq!(hall.take(), ["1 play conclave-invite-number"]);
    hall.keys(1, "20#");
    assert_eq!(hall.take(), ["1 stop", "dial 1 20 by 1", "1 play beep"]);
    hall.wait(seconds(3.0));
    hall.keys(1, "*0");
    hall.wait(seconds(7.9));
    hall.take();
    hall.wait(seconds(0.1));
    assert_eq!(hall.take(), ["1 play beeperr"], "five seconds after the question");
    for keys in ["*0#", "*02*", "*0*"] {
        hall.wait(seconds(10.0));
        hall.take();
        hall.keys(1, keys);
        assert_eq!(hall.take().last().unwrap(), "1 play beeperr", "{keys}");
        hall.wait(seconds(10.0));
        assert_eq!(hall.room.invitations(), 1, "{keys}");
    }
    assert_eq!(hall.wake(), None);
}

#[test]
fn keys_of_a_number_are_no_commands() {
    let mut hall = led();
    hall.keys(1, "*0");
    hall.keys(1, "8949122D#");
    assert_eq!(hall.take()[2..], ["dial 1 8949122D by 1", "1 play beep"]);
    assert_eq!(hall.room.members().len(), 3);
}

#[test]
fn a_number_without_end_is_given_up() {
    let mut hall = led();
    hall.keys(1, "*0");
    hall.keys(1, &"1".repeat(41));
    assert_eq!(hall.take().last().unwrap(), "1 play beeperr");
    hall.wait(seconds(10.0));
    assert_eq!(hall.room.invitations(), 0);
}

#[test]
fn who_hangs_up_while_he_keys_calls_nobody() {
    let mut hall = led();
    hall.keys(1, "*020");
    hall.leave(1);
    hall.take();
    hall.wait(seconds(10.0));
    assert_eq!(hall.take(), [""; 0]);
}

#[test]
fn the_inviter_is_told_what_became_of_it() {
    let told = [
        (InviteProgress::Busy, "1 play conclave-invite-busy"),
        (InviteProgress::NoAnswer, "1 play conclave-invite-no-answer"),
        (InviteProgress::Refused, "1 play conclave-invite-declined"),
        (InviteProgress::Failed, "1 play conclave-invite-failed"),
    ];
    for (progress, words) in told {
        let mut hall = led();
        hall.keys(1, "*020#");
        hall.take();
        hall.invited(1, InviteProgress::Ringing);
        hall.invited(1, InviteProgress::Heard);
        assert_eq!(hall.take(), [""; 0]);
        hall.invited(1, progress);
        assert_eq!(hall.take(), [words]);
        assert_eq!(hall.room.invitations(), 0);
        hall.invited(1, progress);
        assert_eq!(hall.take(), [""; 0], "once");
    }
}

#[test]
fn nobody_is_told_if_the_inviter_has_gone_or_was_the_console() {
    let mut hall = led();
    hall.order(invite("20"));
    hall.keys(1, "*021#");
    hall.leave(1);
    hall.take();
    hall.invited(1, InviteProgress::Busy);
    hall.invited(2, InviteProgress::NoAnswer);
    assert_eq!(hall.take(), [""; 0]);
    assert_eq!(hall.room.invitations(), 0);
}

#[test]
fn several_are_called_at_once_up_to_the_limit() {
    let mut hall = hall(inviting(WhoInvites::Leaders, 2));
    hall.asks(1, invite("21"));
    hall.asks(1, invite("22"));
    hall.take();
    hall.keys(1, "*0");
    assert_eq!(hall.take()[1..], [TRYING]);
    hall.asks(1, invite("23"));
    assert_eq!(hall.take(), [TRYING]);
    hall.order(invite("23"));
    assert_eq!(hall.take(), ["declined busy"]);
    hall.invited(1, InviteProgress::Busy);
    hall.take();
    hall.asks(1, invite("23"));
    assert_eq!(hall.take(), ["dial 3 23 by 1", "1 play beep"]);
}

#[test]
fn who_joins_by_it_is_no_longer_under_way() {
    let mut hall = hall(inviting(WhoInvites::Leaders, 1));
    hall.asks(1, invite("21"));
    hall.invited(1, InviteProgress::Answered);
    hall.asks(1, invite("22"));
    assert_eq!(hall.take().last().unwrap(), TRYING, "he may still have to confirm");
    hall.join_invited(4, 1);
    hall.take();
    assert_eq!(hall.room.member(MemberId(4)).unwrap().invite().unwrap().0, 1);
    hall.asks(1, invite("22"));
    assert_eq!(hall.take(), ["dial 2 22 by 1", "1 play beep"]);
    hall.invited(1, InviteProgress::Failed);
    assert_eq!(hall.take(), [""; 0], "he is a member");
}

#[test]
fn only_whom_the_conference_lets_may_invite() {
    for (who, allowed) in [
        (WhoInvites::Nobody, [false, false, false]),
        (WhoInvites::Leaders, [true, false, false]),
        (WhoInvites::Everybody, [true, true, false]),
    ] {
        for id in 1..=3 {
            let mut hall = hall(inviting(who, 5));
            hall.keys(id, "*0");
            let refused = hall.take().contains(&format!("{id} play conclave-not-allowed"));
            assert_eq!(!refused, allowed[id as usize - 1], "{who:?} {id}");
            hall.asks(id, invite("20"));
            assert_eq!(hall.room.invitations() == 1, allowed[id as usize - 1], "{who:?} {id}");
            hall.order(invite("21"));
            assert!(hall.take().contains(&format!("dial {} 21", hall.room.invitations())), "the console always may");
        }
    }
}

#[test]
fn without_a_dial_context_nobody_may() {
    let inviting = Inviting { who: WhoInvites::Everybody, context: None, ..Inviting::default() };
    let mut hall = hall(Conference { inviting, ..open() });
    hall.keys(1, "*0");
    assert_eq!(hall.take()[1..], ["1 play conclave-not-allowed"]);
    hall.order(invite("20"));
    assert_eq!(hall.take(), ["declined notallowed"]);
}

#[test]
fn what_could_leave_the_dial_context_is_not_dialled() {
    let mut hall = led();
    for bad in ["", "20@other", "20/n", "a,b", "20 ", "_X.", "ä", "20\n", &"1".repeat(41)] {
        hall.order(invite(bad));
        assert_eq!(hall.take(), ["declined notallowed"], "{bad:?}");
    }
    for (number, good) in [(1, "+49.30-1"), (2, "*97#"), (3, "john_doe"), (4, &*"1".repeat(40))] {
        hall.order(invite(good));
        assert_eq!(hall.take(), [format!("dial {number} {good}")]);
    }
}

#[test]
fn the_owner_of_a_local_conference_invites_with_eight() {
    let mut hall = local();
    hall.keys(1, "*8201");
    hall.wait(seconds(3.0));
    assert_eq!(hall.take(), ["1 play conclave-menu-owner", "1 stop", "dial 1 201 by 1", "1 play beep"]);
    hall.keys(1, "*8");
    assert_eq!(hall.take()[1..], [TRYING]);
}

#[test]
fn two_hashes_give_up_the_last_call_at_any_stage() {
    let stages: [&[InviteProgress]; 4] = [
        &[],
        &[InviteProgress::Ringing],
        &[InviteProgress::Ringing, InviteProgress::Heard],
        &[InviteProgress::Heard, InviteProgress::Answered],
    ];
    for stage in stages {
        let mut hall = local();
        hall.keys(1, "*8201#");
        stage.iter().for_each(|progress| hall.invited(1, *progress));
        hall.wait(seconds(2.0));
        hall.take();
        hall.keys(1, "##");
        assert_eq!(hall.take(), ["hang-up 1", "1 play conclave-invite-cancelled"], "{stage:?}");
        hall.invited(1, InviteProgress::Failed);
        hall.wait(seconds(2.0));
        assert_eq!(hall.take(), [""; 0], "nothing more comes of it");
        hall.keys(1, "##");
        assert_eq!(hall.take(), ["1 play beeperr"], "nothing is left");
    }
}

#[test]
fn also_when_he_is_a_member_by_then() {
    let mut hall = local();
    hall.keys(1, "*8201#");
    hall.join_invited(4, 1);
    hall.wait(seconds(2.0));
    hall.take();
    hall.keys(1, "##");
    assert_eq!(hall.take(), ["4 release KICKED conf-kicked", "1 play conclave-invite-cancelled"]);
}

#[test]
fn also_at_once_after_the_number_and_with_the_menu_open() {
    let mut hall = local();
    hall.keys(1, "*8201##");
    assert_eq!(hall.take()[2..], ["dial 1 201 by 1", "1 play beep", "hang-up 1", "1 play conclave-invite-cancelled"]);
    hall.keys(1, "*8202#");
    hall.wait(seconds(1.5));
    hall.keys(1, "*6");
    hall.take();
    hall.keys(1, "##");
    assert_eq!(hall.take(), ["hang-up 2", "1 play conclave-invite-cancelled"]);
}

#[test]
fn the_newest_goes_first_and_participants_have_only_their_own() {
    let mut hall = hall(inviting(WhoInvites::Everybody, 5));
    hall.asks(2, invite("21"));
    hall.asks(1, invite("22"));
    hall.asks(1, invite("23"));
    hall.join_invited(4, 3);
    hall.take();
    hall.asks(2, Order::CancelInvite);
    assert_eq!(hall.take(), ["hang-up 1", "2 play conclave-invite-cancelled"]);
    hall.asks(2, Order::CancelInvite);
    assert_eq!(hall.take(), ["2 play beeperr"]);
    hall.order(Order::CancelInvite);
    assert_eq!(hall.take(), ["4 release KICKED conf-kicked"]);
    hall.asks(1, Order::CancelInvite);
    assert_eq!(hall.take(), ["hang-up 2", "1 play conclave-invite-cancelled"]);
    hall.order(Order::CancelInvite);
    assert_eq!(hall.take(), ["declined nothing"]);
}

#[test]
fn who_was_invited_and_left_is_not_removed_twice() {
    let mut hall = led();
    hall.asks(1, invite("21"));
    hall.join_invited(4, 1);
    hall.leave(4);
    hall.take();
    hall.asks(1, Order::CancelInvite);
    assert_eq!(hall.take(), ["1 play beeperr"]);
}

#[test]
fn an_invited_party_comes_into_a_locked_room_but_not_into_a_full_one() {
    let mut hall = led();
    hall.asks(1, invite("21"));
    hall.order(Order::Lock(true));
    hall.join_invited(4, 1);
    assert!(hall.seated().contains(&MemberId(4)));
    let mut hall = Hall::new(Conference { max_members: Some(2), ..inviting(WhoInvites::Leaders, 5) });
    hall.join(1, Role::Leader, "q");
    hall.asks(1, invite("21"));
    hall.join(2, Role::Participant, "q");
    hall.take();
    hall.join_invited(4, 1);
    assert_eq!(hall.take(), ["4 refuse FULL conclave-full", "1 play conclave-invite-failed"]);
    assert_eq!(hall.room.invitations(), 0);
}

#[test]
fn an_end_gives_up_all_calls_and_lets_nobody_in_after_it() {
    let mut hall = led();
    for number in ["21", "22", "23"] {
        hall.asks(1, invite(number));
    }
    hall.join_invited(4, 2);
    hall.take();
    hall.order(Order::End);
    let lines = hall.take();
    assert_eq!(lines[lines.len() - 3..], ["hang-up 1", "hang-up 3", "ended"]);
    hall.join_invited(5, 3);
    assert_eq!(hall.take(), ["5 refuse ENDED confbridge-conf-end"]);
    hall.invited(1, InviteProgress::Busy);
    hall.order(invite("24"));
    assert!(!hall.take().concat().contains("dial"));
}

#[test]
fn so_does_the_last_ones_leaving() {
    let mut hall = Hall::new(inviting(WhoInvites::Leaders, 5));
    hall.join(1, Role::Leader, "q");
    hall.keys(1, "*020#");
    hall.take();
    hall.leave(1);
    assert_eq!(hall.take(), ["1 release HANGUP", "hang-up 1", "ended"]);
}

#[test]
fn who_answers_a_call_that_was_given_up_is_refused() {
    let mut hall = led();
    hall.asks(1, invite("21"));
    hall.order(Order::CancelInvite);
    hall.take();
    hall.join_invited(4, 1);
    assert_eq!(hall.take(), ["4 refuse ENDED"]);
}

#[test]
fn those_of_the_list_are_called_when_the_room_opens() {
    let at_opening = ["21", "22", "bad@number", "23"].map(str::to_owned).into();
    let mut conference = inviting(WhoInvites::Nobody, 2);
    conference.inviting.at_opening = at_opening;
    let mut hall = Hall::new(conference);
    hall.join(1, Role::Participant, "q");
    let dialled = |hall: &mut Hall| hall.take().into_iter().filter(|line| line.starts_with("dial")).collect::<Vec<_>>();
    assert_eq!(dialled(&mut hall), ["dial 1 21", "dial 2 22"]);
    hall.invited(1, InviteProgress::Busy);
    assert_eq!(hall.take(), ["dial 3 23"], "nobody is told");
    hall.join_invited(2, 2);
    hall.join(3, Role::Participant, "q");
    assert_eq!(dialled(&mut hall), [""; 0]);
}
