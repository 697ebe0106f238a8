//! The log line of a wrong code: fail2ban finds the caller's address in it, and nobody finds the code.

#[path = "common/fail2ban.rs"]
mod fail2ban;

use conclave::room::guard::GuardSettings;
use conclave::room::{Caller, Conference, Digits, Options, Query};
use conclave::service::Settings;
use conclave::service::lookup::{Asker, Known, Listed, Lookup};
use fail2ban::{Logged, found, listen, logged};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const CODE: &str = "86420975";

#[test]
fn each_wrong_code_is_one_warning_that_the_filter_finds() {
    listen();
    let alice = "PJSIP/alice-0001";
    let mut log = Vec::new();
    for (address, expected) in [
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 1 in a row"),
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 2 in a row"),
        ("2001:db8::5", "wrong code for 8000 from PJSIP/alice-0001, address 2001:db8::5, 1 in a row"),
        ("::ffff:192.0.2.9", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.9, 1 in a row"),
        // Without an address there is nobody to ban.
        ("", "wrong code for 8000 from PJSIP/alice-0001, no address, 1 in a row"),
    ] {
        let warning = warned(alice, address);
        assert_eq!(warning.text, expected);
        log.push(warning);
    }
    // Who can choose a part of his channel's name cannot have others banned.
    log.push(warned("Local/1, address 198.51.100.1, 9 in a row\n@x", "192.0.2.10"));

    // Nor if another module repeats what a stranger wrote.
    let talks = "x: wrong code for 1 from x, address 198.51.100.1, 9 in a row";
    let asterisk = format!("[2026-11-21 08:54:28] NOTICE[7] chan_pjsip.c: {talks}\n");
    let freeswitch = format!("2026-11-21 08:54:28.123456 97.50% [WARNING] sofia.c:7 {talks}\n");
    let asterisk = log.iter().map(Logged::as_asterisk_writes).collect::<String>() + &asterisk;
    let freeswitch = log.iter().map(Logged::as_freeswitch_writes).collect::<String>() + &freeswitch;
    for (filter, log) in [("conclave", asterisk), ("conclave-freeswitch", freeswitch)] {
        assert_eq!(found(filter, &log), ["192.0.2.7", "192.0.2.7", "2001:db8::5", "192.0.2.9", "192.0.2.10"]);
    }
}

/// Somebody keys a wrong code; what is logged of it.
fn warned(channel: &str, address: &str) -> Logged {
    // The same guard all the time.
    static LOOKUP: Mutex<Option<Lookup>> = Mutex::new(None);
    let mut lookup = LOOKUP.lock().unwrap();
    let lookup = lookup.get_or_insert_with(|| Lookup::new(GuardSettings::default()));
    let settings = Settings::default();
    let conference =
        Arc::new(Conference { pin: "1".parse().ok(), ..Conference::new("8000".parse().expect("a number")) });
    let held = |_: &str| Some(conference.clone());
    let (now, unix) = (Duration::ZERO, Duration::ZERO);
    let dialled = conference.number.clone();
    let caller = Caller { name: String::new(), number: "4930123456".into() };
    let asker = Asker {
        dialled: &dialled,
        conference: Some(&conference),
        options: Options::default(),
        caller: &caller,
        address,
        channel,
    };
    let mut keyed = Digits::default();
    CODE.chars().for_each(|key| keyed.push(key));
    lookup.answer(
        Known { now, unix, settings: &settings, held: &held, listed: &Listed::Nothing },
        asker,
        Query::Pin(keyed),
    );
    let mut logged = logged("");
    assert_eq!(logged.len(), 1, "{logged:?}");
    let warning = logged.remove(0);
    assert_eq!(warning.level, log::Level::Warn);
    assert!(!warning.text.contains(CODE) && !warning.text.contains(&caller.number), "{warning:?}");
    warning
}
