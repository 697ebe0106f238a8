//! How wrong codes are counted, and what comes of it.

use conclave::room::guard::{Attempt, Guard, GuardSettings, Guarded};
use std::{sync::Arc, time::Duration};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A caller from this address, at this room.
fn attempt(address: &str, room: &str) -> Attempt {
    let caller = Guarded::caller(&GuardSettings::default(), address, "201", "PJSIP/alice-0001");
    Attempt { caller, room: room.parse().ok(), number: None }
}

fn ada() -> Attempt {
    attempt("192.0.2.7", "8000")
}

#[test]
fn each_wrong_one_of_a_caller_is_told_later() {
    let mut guard = Guard::default();
    let told: Vec<_> = (0..9).map(|n| guard.wrong(seconds(n), &ada()).wait.as_millis()).collect();
    assert_eq!(told, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
    assert_eq!(guard.wrong(seconds(9), &attempt("192.0.2.8", "8000")).wait.as_millis(), 500, "others wait for nothing");
}

#[test]
fn what_is_no_guess_is_told_as_late_and_not_counted() {
    let mut guard = Guard::default();
    for expected in [500, 1000, 2000] {
        assert_eq!(guard.wait(seconds(1), &ada()).as_millis(), expected);
        assert_eq!(guard.wait(seconds(1), &ada()).as_millis(), expected);
        guard.wrong(seconds(1), &ada());
    }
}

#[test]
fn ten_of_a_caller_lock_him_out_everywhere_and_nobody_else() {
    let mut guard = Guard::default();
    for n in 0..9 {
        assert_eq!(guard.wrong(seconds(n), &ada()).locked_out, []);
        assert!(!guard.is_locked_out(seconds(n), &ada()));
    }
    let locked = guard.wrong(seconds(9), &ada()).locked_out;
    assert_eq!(locked, [ada().caller]);
    assert!(guard.is_locked_out(seconds(9), &ada()));
    assert!(guard.is_locked_out(seconds(9), &attempt("192.0.2.7", "8001")));
    assert!(!guard.is_locked_out(seconds(9), &attempt("192.0.2.8", "8000")));
    assert_eq!(guard.wait(seconds(9), &ada()), seconds(10));
}

#[test]
fn after_a_quarter_of_an_hour_he_may_try_ten_more() {
    let mut guard = Guard::default();
    (0..10).for_each(|_| drop(guard.wrong(seconds(5), &ada())));
    assert!(guard.is_locked_out(seconds(5 + 899), &ada()));
    assert!(!guard.is_locked_out(seconds(5 + 900), &ada()));
    (0..9).for_each(|_| assert_eq!(guard.wrong(seconds(905), &ada()).locked_out, []));
    assert_eq!(guard.wrong(seconds(905), &ada()).locked_out.len(), 1);
}

#[test]
fn what_was_wrong_an_hour_ago_counts_no_more() {
    let mut guard = Guard::default();
    (0..9).for_each(|n| drop(guard.wrong(seconds(n), &ada())));
    assert_eq!(guard.wrong(seconds(3604), &ada()).wait.as_millis(), 4000 << 1, "four are left, and this one");
    assert!(!guard.is_locked_out(seconds(3604), &ada()));
}

#[test]
fn a_right_one_ends_the_row_but_not_the_count() {
    let mut guard = Guard::default();
    (0..8).for_each(|_| drop(guard.wrong(seconds(1), &ada())));
    assert_eq!(guard.wrong(seconds(1), &ada()).in_a_row, 9);
    guard.right(&ada());
    let next = guard.wrong(seconds(1), &ada());
    assert_eq!(next.in_a_row, 1);
    assert_eq!(next.locked_out, [ada().caller]);
}

#[test]
fn a_hundred_from_many_callers_lock_a_room() {
    let mut guard = Guard::default();
    let from = |n: u32| attempt(&format!("198.51.{}.{}", n / 250, n % 250), "8000");
    let mut waits = Vec::new();
    for n in 0..99 {
        let consequence = guard.wrong(seconds(1), &from(n));
        assert_eq!(consequence.locked_out, []);
        waits.push(consequence.wait.as_millis());
    }
    assert_eq!(waits[..59], [500; 59], "who mistypes is not slowed down by others");
    assert_eq!([waits[59], waits[69], waits[79], waits[89], waits[98]], [1000, 2000, 4000, 8000, 8000]);
    assert_eq!(guard.wrong(seconds(1), &from(99)).locked_out, [Guarded::Room("8000".parse().unwrap())]);
    assert!(guard.is_locked_out(seconds(1), &ada()), "also for somebody new");
    assert!(!guard.is_locked_out(seconds(1), &attempt("192.0.2.7", "8001")));
}

#[test]
fn three_hundred_lock_an_access_number() {
    let mut guard = Guard::default();
    let from = |n: u32| Attempt {
        room: None,
        number: "700".parse().ok(),
        ..attempt(&format!("198.51.{}.{}", n / 250, n % 250), "8000")
    };
    (0..299).for_each(|n| assert_eq!(guard.wrong(seconds(1), &from(n)).locked_out, []));
    assert_eq!(guard.wrong(seconds(1), &from(299)).locked_out, [Guarded::Number("700".parse().unwrap())]);
    assert!(guard.is_locked_out(seconds(1), &from(1000)));
    assert!(!guard.is_locked_out(seconds(1), &ada()), "a room's own number is not concerned");
}

#[test]
fn an_administrator_sees_it_and_lifts_it() {
    let mut guard = Guard::default();
    assert!(!guard.lift(seconds(1), &ada().caller));
    (0..10).for_each(|_| drop(guard.wrong(seconds(5), &ada())));
    let seen = guard.locked_out(seconds(6));
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].what.to_string(), seen[0].until), ("caller 192.0.2.7".into(), seconds(905)));
    assert!(guard.lift(seconds(6), &ada().caller));
    assert!(!guard.is_locked_out(seconds(6), &ada()));
    assert_eq!(guard.locked_out(seconds(6)), []);
    assert_eq!(guard.wrong(seconds(6), &ada()).wait.as_millis(), 500, "he begins anew");
}

#[test]
fn limits_are_settings_and_zero_is_none() {
    let settings = GuardSettings { lockout_caller: 2, lockout_room: 0, ..GuardSettings::default() };
    let mut guard = Guard::new(settings.clone());
    guard.wrong(seconds(1), &ada());
    assert_eq!(guard.wrong(seconds(1), &ada()).locked_out, [ada().caller]);
    guard.set_settings(GuardSettings { lockout_caller: 0, ..settings });
    assert!(guard.is_locked_out(seconds(1), &ada()), "who is locked out stays so");
    for n in 0..2000 {
        let consequence = guard.wrong(seconds(1000 + n), &attempt("192.0.2.9", "8000"));
        assert_eq!(consequence.locked_out, []);
        assert!(consequence.wait <= seconds(10));
    }
}

#[test]
fn a_caller_is_known_by_his_address_else_his_number_else_how_he_came() {
    let settings = GuardSettings { trunks: Arc::new(["203.0.113.1".parse().unwrap()]), ..GuardSettings::default() };
    let known = |address, number, channel| Guarded::caller(&settings, address, number, channel).to_string();
    assert_eq!(known("192.0.2.7", "201", "PJSIP/a-1"), "caller 192.0.2.7");
    assert_eq!(known("::ffff:192.0.2.7", "201", "PJSIP/a-1"), "caller 192.0.2.7");
    assert_eq!(known("2001:db8:1:2:3:4:5:6", "201", "PJSIP/a-1"), "caller 2001:db8:1:2::/64");
    assert_eq!(known("", "201", "PJSIP/a-1"), "caller 201");
    assert_eq!(known("203.0.113.1", "201", "PJSIP/a-1"), "caller 201", "many callers come over a trunk");
    assert_eq!(known("", "", "PJSIP/a-1"), "caller PJSIP");
    assert_eq!(known("not an address", "2\n0 1", "PJSIP/a-1"), "caller 201");
}

#[test]
fn it_remembers_only_so_many() {
    let mut guard = Guard::default();
    (0..10).for_each(|_| drop(guard.wrong(seconds(1), &attempt("10.0.0.0", "8000"))));
    let count = u32::try_from(Guard::MOST).unwrap() * 3;
    for n in 1..count {
        let address = std::net::Ipv4Addr::from(0x0a00_0000 + n).to_string();
        guard.wrong(seconds(1) + Duration::from_millis(n.into()), &attempt(&address, &format!("r{n}")));
    }
    let shown = format!("{guard:?}");
    assert!(shown.matches("in_a_row").count() <= 2 * Guard::MOST);
    assert!(!shown.contains("10.0.0."), "nor does it show who calls");
    // The latest one is still known.
    let address = std::net::Ipv4Addr::from(0x0a00_0000 + count - 1).to_string();
    assert_eq!(guard.wrong(seconds(40), &attempt(&address, "8000")).in_a_row, 2);
}

#[test]
fn the_same_attempts_have_the_same_consequences() {
    let story = || {
        let mut guard = Guard::default();
        let all = (0..500).map(|n| guard.wrong(seconds(n), &attempt(&format!("192.0.2.{}", n % 40), "8000")));
        all.collect::<Vec<_>>()
    };
    assert_eq!(story(), story());
}
