//! A profile and a menu that the dial plan line names are how the caller is treated.

use crate::sim::Sim;
use conclave::room::{CallResult, Role};
use conclave::service::Arrival;

const CONF: &str = "[1]\ntype = room\npin = 1234\nonly_person = no\n\
                    [hush]\ntype = profile\nstart_muted = yes\n[chair]\ntype = profile\nrole = leader\n\
                    [audience]\ntype = profile\nrole = listener\n[out]\ntype = menu\n7 = leave";

fn named(sim: &Sim, options: &str, profile: Option<&str>, menu: Option<&str>) -> Arrival {
    let (profile, menu) = (profile.map(str::to_owned), menu.map(str::to_owned));
    Arrival { profile, menu, ..sim.arrival("1", options, "ada") }
}

#[test]
fn the_profile_is_over_the_rooms_own_settings() {
    let mut sim = Sim::new(CONF);
    let arrival = named(&sim, "p", Some("hush"), None);
    sim.try_arrival(arrival).expect("it is taken");
    sim.tick(1);
    assert!(sim.picture().rooms["1"].members[0].mutes.at_start);
}

#[test]
fn its_role_is_as_good_as_an_option() {
    let mut sim = Sim::new(CONF);
    let arrival = named(&sim, "", Some("chair"), None);
    sim.try_arrival(arrival).expect("it is taken");
    let arrival = named(&sim, "p", Some("audience"), None);
    sim.try_arrival(arrival).expect("it is taken");
    sim.tick(1);
    let roles: Vec<Role> = sim.picture().rooms["1"].members.iter().map(|member| member.role).collect();
    assert_eq!(roles, [Role::Leader, Role::Listener], "a leader is asked for no PIN");
}

#[test]
fn the_menu_is_what_his_keys_do() {
    let mut sim = Sim::new(CONF);
    let arrival = named(&sim, "p", None, Some("out"));
    let call = sim.try_arrival(arrival).expect("it is taken");
    sim.tick(1);
    sim.key(call, "7");
    assert_eq!(sim.result(call), Some(CallResult::Dtmf));
}

#[test]
fn a_name_that_is_none_lets_nobody_in() {
    for (profile, menu) in [(Some("hushh"), None), (None, Some("hush"))] {
        let mut sim = Sim::new(CONF);
        let arrival = named(&sim, "p", profile, menu);
        let call = sim.try_arrival(arrival).expect("it is taken");
        sim.seconds(5);
        assert_eq!(sim.result(call), Some(CallResult::Failed));
        assert!(sim.picture().rooms.is_empty());
    }
}
