//! A private Asterisk starts without root, answers on its console and stops cleanly.

use std::time::Duration;

use conclave_rig::Pbx;

#[test]
fn starts_answers_and_stops() {
    let builder = Pbx::asterisk("boots").dialplan("exten => 600,1,Echo()");
    let asterisk = builder.start().unwrap();
    let version = asterisk.cli("core show version").unwrap();
    assert!(version.contains("Asterisk 22"), "{version:?}");
    let shown = asterisk.cli("dialplan show 600@from-callers").unwrap();
    assert!(shown.contains("Echo()"), "{shown:?}");
    let help = asterisk.cli("core show application ConfBridge").unwrap();
    assert!(help.contains("default_bridge"), "{help}");
    assert_eq!(asterisk.calls().unwrap(), 0);
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
    assert!(asterisk.cpu_time() > Duration::from_millis(10));
    assert!(asterisk.context_switches() > 0);
    let stopped = asterisk.stop(Duration::from_secs(20));
    assert!(stopped.cleanly(), "{stopped:?}");
    assert!(!asterisk.is_alive());
}
