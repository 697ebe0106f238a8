//! What a room asks of the host for one member: the dial plan, keys, answering, another room.

use crate::sim::{Asked, Sim};
use conclave::room::{CallResult, MemberId, Order};
use conclave::service::{Arrival, CallEvent};

const CONF: &str = "[1]\ntype = room\narrivals = no\nonly_person = no\nmenu = plan\npass_digits = yes\n\
                    [2]\ntype = room\narrivals = no\nonly_person = no\nmax_members = 1\n\
                    [3]\ntype = room\narrivals = no\nonly_person = no\nanswer = when_it_begins\n\
                    [4]\ntype = room\nenabled = no\n\
                    [plan]\ntype = menu\n1 = dialplan(weather,s,1)\n2 = leave_to(operator,100,2)";

#[test]
fn a_call_is_lent_and_comes_back() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let bob = sim.join("1", "bob");
    sim.seconds(1);
    sim.asked();
    sim.key(ada, "1");
    assert_eq!(sim.asked(), [Asked::Lend(ada, "weather,s,1".into())]);
    assert!(sim.is_inside("1", ada), "he is still a member");
    assert_eq!(sim.heard(&[bob], &[ada], 10), [false]);
    sim.seconds(1);
    sim.returned(ada);
    assert_eq!(sim.asked(), [Asked::Serve(ada)]);
    assert_eq!(sim.heard(&[bob], &[ada], 10), [true]);
}

#[test]
fn without_a_dial_plan_he_is_back_at_once() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let bob = sim.join("1", "bob");
    sim.seconds(1);
    sim.refuse();
    sim.key(ada, "1");
    sim.seconds(1);
    assert_eq!(sim.heard(&[bob], &[ada], 10), [true]);
    assert_eq!(sim.asked().last(), Some(&Asked::Lend(ada, "weather,s,1".into())));
}

#[test]
fn who_hangs_up_or_is_kicked_in_the_dial_plan_is_gone() {
    let mut sim = Sim::new(CONF);
    let [ada, bob] = ["ada", "bob"].map(|name| sim.join("1", name));
    sim.key(ada, "1");
    sim.key(bob, "1");
    sim.hang_up(ada);
    assert_eq!(sim.inside("1"), ["bob"]);
    assert!(sim.command("kick 1 2").is_ok());
    assert_eq!(sim.result(bob), Some(CallResult::Kicked), "at once: he would not hear why");
    sim.asked();
    sim.returned(bob);
    assert_eq!(sim.asked(), [], "nothing of it is ours any more");
}

#[test]
fn who_leaves_to_the_dial_plan_is_handed_back_with_the_place() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    sim.key(ada, "2");
    sim.seconds(1);
    assert_eq!(sim.result(ada), Some(CallResult::Dtmf));
    assert_eq!(sim.gone_to(ada).as_deref(), Some("operator,100,2"));
}

#[test]
fn keys_without_a_meaning_go_to_the_others() {
    let mut sim = Sim::new(CONF);
    let [ada, bob] = ["ada", "bob"].map(|name| sim.join("1", name));
    sim.seconds(1);
    sim.asked();
    sim.key(ada, "5");
    assert_eq!(sim.asked(), [Asked::SendDigit(bob, '5')]);
}

#[test]
fn an_unanswered_call_is_answered_once_when_the_settings_say() {
    let mut sim = Sim::new(CONF);
    let early = |sim: &Sim, name: &str| Arrival { answered: false, ..sim.arrival("3", "p", name) };
    let arrival = early(&sim, "ada");
    let ada = sim.try_arrival(arrival).expect("it is taken");
    sim.seconds(1);
    assert!(!sim.asked().contains(&Asked::Answer(ada)), "he is alone");
    let arrival = early(&sim, "bob");
    let bob = sim.try_arrival(arrival).expect("it is taken");
    sim.seconds(1);
    let answers = sim.asked().into_iter().filter(|asked| matches!(asked, Asked::Answer(_)));
    let mut answers: Vec<Asked> = answers.collect();
    answers.sort_by_key(|asked| format!("{asked:?}"));
    assert_eq!(answers, [Asked::Answer(ada), Asked::Answer(bob)]);
}

#[test]
fn a_call_that_was_answered_meanwhile_is_not_answered_again() {
    let mut sim = Sim::new(CONF);
    let arrival = Arrival { answered: false, ..sim.arrival("3", "p", "ada") };
    let ada = sim.try_arrival(arrival).expect("it is taken");
    sim.report(ada, CallEvent::Answered);
    sim.tick(1);
    sim.join("3", "bob");
    sim.seconds(1);
    assert!(!sim.asked().iter().any(|asked| matches!(asked, Asked::Answer(_))));
}

#[test]
fn a_member_is_moved_to_another_room() {
    let mut sim = Sim::new(CONF);
    let [ada, bob] = ["ada", "bob"].map(|name| sim.join("1", name));
    sim.seconds(1);
    sim.happened();
    assert!(sim.command("move 1 2 2").is_ok());
    assert_eq!(sim.happened(), ["Moved", "Left", "Opened", "Joined"]);
    sim.seconds(2);
    assert_eq!((sim.inside("1"), sim.inside("2")), (vec!["ada".to_owned()], vec!["bob".to_owned()]));
    assert_eq!(sim.result(bob), None, "his call is the same");
    assert_eq!(sim.heard(&[bob], &[ada], 10), [false]);
    let eve = sim.join("1", "eve");
    assert!(sim.command("move 1 eve 2").is_ok());
    sim.seconds(2);
    assert_eq!(sim.result(eve), Some(CallResult::Full), "there he is refused as any other");
}

#[test]
fn who_was_deaf_and_muted_is_not_where_he_comes_to() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    let bob = sim.join("3", "bob");
    let member = MemberId(ada.0);
    for order in [Order::Deafen(member, true), Order::Mute(member, true)] {
        assert!(sim.order("1", order).is_ok());
    }
    assert!(sim.command("move 1 1 3").is_ok());
    sim.seconds(3);
    assert_eq!(sim.heard(&[bob], &[ada], 10), [true]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[ada], &[bob], 10), [true]);
}

#[test]
fn nobody_is_moved_to_where_nobody_may_go() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    assert!(sim.command("move 1 1 9").is_err());
    assert!(sim.command("move 1 1 4").is_err());
    assert!(sim.command("move 1 1 1").is_err());
    assert!(sim.is_inside("1", ada));
}
