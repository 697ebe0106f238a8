//! Digits arrive, as RFC 4733 events and as SIP INFO, and come back as events.

use std::time::Duration;

use conclave_rig::{Caller, Pbx};

const DIALPLAN: &str = "\
exten => 700,1,Answer()
 same => n,Read(typed,,6,,1,5)
 same => n,Verbose(0,typed=${typed}=)
 same => n,Hangup()
exten => 701,1,Answer()
 same => n,Wait(0.5)
 same => n,SendDTMF(42#)
 same => n,Wait(1)
";

#[test]
fn both_kinds_of_digits_arrive() {
    let asterisk = Pbx::asterisk("digits").dialplan(DIALPLAN).start().unwrap();
    let alice = Caller::new("alice").call(&asterisk, "700").unwrap();
    alice.wait_answer().unwrap();
    alice.press("113*9#").unwrap();
    asterisk.wait_log("typed=113*9=", Duration::from_secs(5)).unwrap();
    alice.wait_hung_up(Duration::from_secs(5)).unwrap();

    let bob = Caller::new("bob").endpoint("callers-info").call(&asterisk, "700").unwrap();
    bob.wait_answer().unwrap();
    bob.press_by_info("55081#").unwrap();
    asterisk.wait_log("typed=55081=", Duration::from_secs(5)).unwrap();
    bob.wait_hung_up(Duration::from_secs(5)).unwrap();
}

#[test]
fn digits_sent_to_a_caller_are_read() {
    let asterisk = Pbx::asterisk("digits-back").dialplan(DIALPLAN).start().unwrap();
    let alice = Caller::new("alice").call(&asterisk, "701").unwrap();
    alice.wait_answer().unwrap();
    alice.wait_hung_up(Duration::from_secs(10)).unwrap();
    assert_eq!(alice.digits_heard(), "42#");
}
