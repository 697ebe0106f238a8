//! Others are told what happens: to whom, and how it ended.

use crate::sim::Sim;
use conclave::room::{MemberId, Order};
use conclave::service::{CallId, Happening};

const CONF: &str = "[1]\ntype = room\npin = 12\nonly_person = no\n[2]\ntype = room\nmax_members = 1";

fn field<'a>(happening: &'a Happening, name: &str) -> Option<&'a str> {
    happening.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_stay_from_its_beginning_to_its_end() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    assert_eq!(sim.happened(), ["Opened", "Joined"]);
    sim.seconds(3);
    sim.talk(&[ada], 20);
    sim.seconds(1);
    assert_eq!(sim.happened(), ["TalkingStarted", "Speaker", "TalkingStopped"]);
    sim.hang_up(ada);
    let told = sim.told();
    let [left, ended] = &told[..] else { panic!("{told:?}") };
    assert_eq!((left.name, ended.name), ("Left", "Ended"));
    let fields = ["Room", "Member", "Channel", "CallerName", "CallerNumber", "Role", "Result", "Seconds"];
    let values = fields.map(|name| field(left, name).unwrap_or("missing"));
    assert_eq!(values, ["1", "1", "ada", "ada's name", "201", "participant", "HANGUP", "4"]);
}

#[test]
fn a_refusal_has_its_own_word() {
    let mut sim = Sim::new(CONF);
    sim.join("2", "ada");
    sim.told();
    sim.arrive("2", "", "bob");
    let told = sim.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].name, field(&told[0], "Result")), ("Refused", Some("FULL")));
    sim.arrive("9", "", "eve");
    sim.seconds(2);
    let told = sim.told();
    assert_eq!((told[0].name, field(&told[0], "Result")), ("Refused", Some("NOROOM")));
    assert_eq!(field(&told[0], "Channel"), Some("eve"));
}

#[test]
fn who_hangs_up_before_he_is_in_gave_up() {
    let mut sim = Sim::new(CONF);
    let ada = sim.arrive("1", "", "ada");
    sim.hang_up(ada);
    assert_eq!(sim.happened(), ["GaveUp"]);
}

#[test]
fn what_is_done_to_members_and_rooms() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    sim.join("1", "bob");
    sim.told();
    let member = |call: CallId| MemberId(call.0);
    for (order, name) in [
        (Order::Mute(member(ada), true), "Muted"),
        (Order::Mute(member(ada), false), "Unmuted"),
        (Order::Deafen(member(ada), true), "Deafened"),
        (Order::Deafen(member(ada), false), "Undeafened"),
        (Order::Lock(true), "Locked"),
        (Order::Lock(false), "Unlocked"),
        (Order::Hand(member(ada), true), "HandRaised"),
        (Order::Hand(member(ada), false), "HandLowered"),
    ] {
        assert!(sim.order("1", order).is_ok(), "{name}");
        assert_eq!(sim.happened(), [name]);
    }
}

#[test]
fn a_kick_is_told_with_its_result() {
    let mut sim = Sim::new(CONF);
    let ada = sim.join("1", "ada");
    sim.told();
    assert!(sim.order("1", Order::Kick(MemberId(ada.0))).is_ok());
    let told = sim.told();
    assert_eq!((told[0].name, field(&told[0], "Result")), ("Left", Some("KICKED")));
}
