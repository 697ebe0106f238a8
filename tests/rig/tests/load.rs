//! A small load: every frame arrives, the keyed tone is heard by those who do not talk, and all calls end.

use std::time::Duration;

use conclave_rig::load::{Load, Plan};
use conclave_rig::{Codec, Pbx, Sound};

#[test]
fn ten_calls_in_two_rooms_are_counted_and_heard() {
    let dialplan = "exten => _2XXX,1,Answer()\n same => n,ConfBridge(${EXTEN})\n";
    let asterisk = Pbx::asterisk("load").dialplan(dialplan).start().unwrap();
    let speech = match asterisk.prompt("demo-congrats").unwrap() {
        Sound::Recording { samples, .. } => samples,
        other => panic!("{other:?} is no recording"),
    };
    let plan = Plan {
        rooms: vec!["2000".into(), "2001".into()],
        calls: 10,
        talkers: 2,
        calls_a_second: 20.0,
        ears: 2,
        echo: false,
        codec: Codec::Pcmu,
        speech,
    };
    let load = Load::start(&asterisk, plan).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let (usage, report) = load.measure(&asterisk, Duration::from_secs(4)).unwrap();
    assert_eq!((report.up, report.over), (10, 0), "{report}");
    assert!(report.own_losses < 20, "{report}");
    assert!(report.sent > 1_500, "{report}");
    // A busy machine may lose a frame, but not one in a hundred.
    assert!(report.received > 1_500 && report.lost < 20, "{report}");
    assert!(report.mouth_to_ear.len() > 4 && report.tones_missed <= 1, "{report}");
    assert!(report.median() < Duration::from_millis(200), "{report}");
    assert!(usage.each_frame > Duration::ZERO && usage.switches > 0.0, "{usage:?}");
    load.hang_up();
    asterisk.wait_calls(0, Duration::from_secs(10)).unwrap();
}
