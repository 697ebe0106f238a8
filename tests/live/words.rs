//! Callers of three languages in one room: each hears the same words in his own.

use std::time::Instant;

use crate::common::{OPEN, assert_nothing_is_left, call, wait_members, wait_prompt_in, with_conclave};

#[test]
fn each_hears_his_own_language() {
    let dialplan = "\
exten => _81XX,1,Set(CHANNEL(language)=es_MX)
 same => n,Conclave(8000)
exten => _82XX,1,Set(CHANNEL(language)=ru)
 same => n,Conclave(8000)
exten => 8000,1,Conclave(8000)
";
    let pbx = with_conclave("words", OPEN).dialplan(dialplan).start().unwrap();
    let callers = [("alice", "8000", "en"), ("benito", "8100", "es"), ("vera", "8200", "ru")];
    let callers = callers.map(|(name, number, language)| (call(&pbx, name, number), language));
    wait_members(&pbx, "8000", 3);
    // "There are two other participants": in Russian both parts have the form that two wants.
    let keyed = Instant::now();
    let (vera, _) = &callers[2];
    vera.press("*#").unwrap();
    for name in ["conclave-beside-you", "conclave-participants-few"] {
        wait_prompt_in(&pbx, vera, keyed, "ru", name);
    }
    let keyed = Instant::now();
    for (caller, _) in &callers {
        caller.press("*").unwrap();
    }
    for (caller, language) in &callers {
        wait_prompt_in(&pbx, caller, keyed, language, "conclave-menu");
    }
    drop(callers);
    assert_nothing_is_left(&pbx);
}
