//! Events as FreeSWITCH's users take them: by subclass, and by the call.

use crate::common::host::channel_of;
use crate::common::{OPEN, PATIENCE, call, did, wait_members, with_conclave_on};
use conclave_rig::Host;

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_filter_by_the_calls_uuid_finds_them() {
    let pbx = with_conclave_on(Host::FreeSwitch, "events-filter", OPEN).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    let [alices, bobs] = [1, 2].map(|member| channel_of(&pbx, "8000", member));
    let mut esl = pbx.esl().unwrap();
    esl.command("event plain CUSTOM conclave::hand_raised conclave::muted conclave::left").unwrap();
    esl.command(&format!("filter Unique-ID {}", bobs)).unwrap();
    for member in ["1", "2"] {
        did(&pbx, &format!("hand 8000 {member} up"));
        did(&pbx, &format!("mute 8000 {member}"));
    }
    for name in ["conclave::hand_raised", "conclave::muted"] {
        let event = esl.wait_event(PATIENCE, |event| event.is_event(name)).unwrap();
        assert_eq!(event.get("Event-Name"), Some("CUSTOM"));
        assert_eq!(event.get("Channel"), Some(&*bobs));
        assert_eq!(
            (event.get("Room"), event.get("Member"), event.get("Role")),
            (Some("8000"), Some("2"), Some("participant"))
        );
    }
    bob.hang_up().unwrap();
    let left = esl.wait_event(PATIENCE, |event| event.is_event("conclave::left")).unwrap();
    assert_eq!(left.get("Result"), Some("HANGUP"));
    assert!(
        esl.wait_event(std::time::Duration::from_millis(300), |event| event.get("Channel") == Some(&*alices)).is_err()
    );
    drop(alice);
}
