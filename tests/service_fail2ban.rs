//! The log line of a wrong code: fail2ban finds the caller's address in it, and nobody finds the code.

#[path = "common/fail2ban.rs"]
mod fail2ban;

use conclave::room::guard::GuardSettings;
use conclave::room::{Caller, Conference, Digits, Options, Query};
use conclave::service::Settings;
use conclave::service::lookup::{Asker, Known, Listed, Lookup};
use fail2ban::Filter;
use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

const CODE: &str = "86420975";

#[test]
fn each_wrong_code_is_one_warning_that_the_filter_finds() {
    log::set_logger(&Collect).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let filter = Filter::read();

    for (address, expected) in [
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 1 in a row"),
        ("192.0.2.7", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.7, 2 in a row"),
        ("2001:db8::5", "wrong code for 8000 from PJSIP/alice-0001, address 2001:db8::5, 1 in a row"),
        ("::ffff:192.0.2.9", "wrong code for 8000 from PJSIP/alice-0001, address 192.0.2.9, 1 in a row"),
    ] {
        let warning = warned("PJSIP/alice-0001", address);
        assert_eq!(warning.line, expected);
        let written = as_asterisk_writes(&warning);
        let found = filter.address(&written).expect("the filter matches");
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(found.parse(), Ok(address.to_canonical()));
    }

    // Without an address there is nobody to ban.
    let warning = warned("PJSIP/alice-0001", "");
    assert_eq!(warning.line, "wrong code for 8000 from PJSIP/alice-0001, no address, 1 in a row");
    assert_eq!(filter.address(&as_asterisk_writes(&warning)), None);

    // Who can choose a part of his channel's name cannot have others banned.
    let warning = warned("Local/1, address 198.51.100.1, 9 in a row\n@x", "192.0.2.10");
    assert!(!warning.line.contains('\n'));
    assert_eq!(filter.address(&as_asterisk_writes(&warning)), Some("192.0.2.10"));
    let talked = "[] NOTICE[7] chan_pjsip.c: x: wrong code for 1 from x, address 198.51.100.1, 9 in a row";
    assert_eq!(filter.address(talked), None, "another module may repeat what a stranger wrote");
}

/// What is left of a line in Asterisk's file when fail2ban has taken the date out.
fn as_asterisk_writes(Warning { file, line }: &Warning) -> String {
    format!("[] WARNING[4711] {file}: {line}")
}

/// A line of the log, and the file of the source that wrote it.
struct Warning {
    file: String,
    line: String,
}

/// Somebody keys a wrong code; what is logged of it.
fn warned(channel: &str, address: &str) -> Warning {
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
    let logged = std::mem::take(&mut *LOGGED.lock().unwrap());
    assert_eq!(logged.len(), 1, "{logged:?}");
    let (level, file, line) = logged.into_iter().next().unwrap();
    assert_eq!(level, log::Level::Warn);
    assert!(!line.contains(CODE) && !line.contains(&caller.number), "{line}");
    Warning { file, line }
}

static LOGGED: Mutex<Vec<(log::Level, String, String)>> = Mutex::new(Vec::new());

struct Collect;

impl log::Log for Collect {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let file = record.file().unwrap_or_default().to_owned();
        LOGGED.lock().unwrap().push((record.level(), file, record.args().to_string()));
    }

    fn flush(&self) {}
}
