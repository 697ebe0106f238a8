//! Paging: everybody is called, all but the pager only listen, and all go when he goes.

use crate::sim::{Asked, Sim};
use conclave::room::{CallResult, InviteId, Role};
use conclave::service::{Arrival, CallId};

const CONF: &str = "[1]\ntype = room\ninvite_context = phones\ninvite_at_once = 2";

fn page(sim: &mut Sim, numbers: &[&str]) -> (CallId, Vec<InviteId>) {
    let page = numbers.iter().map(|number| number.to_string()).collect();
    let arrival = Arrival { page, ..sim.arrival("1", "", "boss") };
    let pager = sim.try_arrival(arrival).expect("it is taken");
    sim.tick(1);
    let dialled = sim.asked().into_iter().filter_map(|asked| match asked {
        Asked::Dial(invite, _, context) if context == "phones" => Some(invite),
        _ => None,
    });
    (pager, dialled.collect())
}

#[test]
fn all_are_called_and_only_listen() {
    let mut sim = Sim::new(CONF);
    let (pager, invites) = page(&mut sim, &["11", "12", "13", "14"]);
    assert_eq!(invites.len(), 4, "however many the room could invite");
    let phones: Vec<CallId> =
        invites.iter().map(|invite| sim.arrive_invited(*invite, true).expect("it is taken")).collect();
    sim.seconds(2);
    let roles: Vec<Role> = sim.picture().rooms["1"].members.iter().map(|member| member.role).collect();
    assert_eq!(roles, [Role::Leader, Role::Listener, Role::Listener, Role::Listener, Role::Listener]);
    assert_eq!(sim.heard(&[pager], &phones, 10), [true; 4]);
    sim.seconds(1);
    assert_eq!(sim.heard(&[phones[0]], &[pager, phones[1]], 10), [false; 2]);
}

#[test]
fn nobody_hears_the_others_ring() {
    let mut sim = Sim::new(CONF);
    let (pager, invites) = page(&mut sim, &["11"]);
    let phone = sim.arrive_invited(invites[0], false).expect("it is taken");
    sim.seconds(2);
    assert_eq!(sim.heard(&[phone], &[pager], 10), [false]);
}

#[test]
fn when_the_pager_goes_all_go() {
    let mut sim = Sim::new(CONF);
    let (pager, invites) = page(&mut sim, &["11", "12"]);
    let phone = sim.arrive_invited(invites[0], true).expect("it is taken");
    sim.tick(1);
    assert!(sim.is_inside("1", phone));
    sim.hang_up(pager);
    sim.seconds(2);
    assert_eq!(sim.result(phone), Some(CallResult::Ended));
    assert!(sim.asked().contains(&Asked::HangUp(invites[1])));
    assert!(sim.picture().rooms.is_empty());
}
