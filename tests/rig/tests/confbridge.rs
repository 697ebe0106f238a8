//! Three callers in ConfBridge: each hears the others and not himself.

use std::time::Duration;

use conclave_rig::{Caller, Pbx, Sound, listen};

#[test]
fn each_hears_the_others_and_not_himself() {
    let dialplan = "exten => 8000,1,Answer()\n same => n,ConfBridge(${EXTEN})\n";
    let asterisk = Pbx::asterisk("confbridge").dialplan(dialplan).start().unwrap();
    let tones = [440.0, 620.0, 910.0];
    let callers: Vec<_> = ["alice", "bob", "carol"]
        .into_iter()
        .zip(tones)
        .map(|(name, hertz)| {
            let caller = Caller::new(name).call(&asterisk, "8000").unwrap();
            caller.wait_answer().unwrap();
            caller.say(Sound::tone(hertz, -20.0));
            caller
        })
        .collect();
    callers[0].wait_tone(tones[1], -23.0, Duration::from_secs(10)).unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    for (at, caller) in callers.iter().enumerate() {
        let heard = caller.heard_last(Duration::from_secs(1));
        for (other, level) in listen::tones_heard(&heard, caller.rate(), &tones).into_iter().enumerate() {
            let expected = if at == other { level < -40.0 } else { (level + 20.0).abs() < 3.0 };
            assert!(expected, "{} hears {} at {level:.1} dBFS", caller.name(), callers[other].name());
        }
    }
    assert!(asterisk.cli("confbridge list").unwrap().contains("8000"));
}
