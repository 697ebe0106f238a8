//! What is said when somebody comes and goes, to him and to the others, and how it folds when many come at once.

use std::time::{Duration, Instant};

use crate::common::judge::{assert_not_told, wait_told};
use crate::common::{
    DIALPLAN, JOINED, LEFT, PATIENCE, assert_nothing_is_left, call, notes, wait_members, wait_notes, wait_prompt,
    wait_prompt_in, wait_silent, wait_until, with_conclave,
};
use conclave_rig::asterisk::debian_root;
use conclave_rig::{Caller, Pbx, Sound, listen};

#[test]
fn words_tell_of_coming_and_going_and_how_many_there_are() {
    let pbx = start("announce-words");
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8000");
    // The conference's own name, and that she is alone.
    wait_told(&pbx, &alice, began, &[NAME, "conf-onlyperson"]);
    wait_silent(&alice);

    let came = Instant::now();
    let bob = call(&pbx, "bob", "7000");
    // The name, what is announced to those of his profile, and how many others there are.
    wait_told(&pbx, &bob, came, &[NAME, WELCOME, "conf-onlyone"]);
    wait_prompt(&pbx, &alice, came, "conclave-joined");
    wait_silent(&bob);
    assert_not_told(&pbx, &bob, came, "conclave-joined");
    assert_not_told(&pbx, &alice, came, WELCOME);
    // Two are too few to tell all of them.
    assert_not_told(&pbx, &alice, came, "confbridge-there-are");

    let came = Instant::now();
    let carol = call(&pbx, "carol", "8000");
    for caller in [&alice, &bob] {
        let words = ["conclave-joined", "confbridge-there-are", "digits/3", "confbridge-participants"];
        wait_told(&pbx, caller, came, &words);
    }
    wait_prompt(&pbx, &carol, came, NAME);
    wait_silent(&carol);
    let keyed = Instant::now();
    carol.press("*#").unwrap();
    wait_told(&pbx, &carol, keyed, &["conf-thereare", "digits/2", "conf-otherinparty"]);

    let left = Instant::now();
    bob.hang_up().unwrap();
    for caller in [&alice, &carol] {
        wait_prompt(&pbx, caller, left, "conclave-left");
    }
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn who_shall_not_hear_his_own_coming_does_not() {
    let pbx = start("announce-own");
    let alice = call(&pbx, "alice", "8001");
    wait_members(&pbx, "8001", 1);
    wait_silent(&alice);
    let came = Instant::now();
    let bob = call(&pbx, "bob", "8001");
    wait_notes(&alice, came, &JOINED);
    wait_silent(&alice);
    assert_eq!(notes(&bob.heard_since(came)), [0; 0]);
    let left = Instant::now();
    alice.hang_up().unwrap();
    wait_notes(&bob, left, &LEFT);
    drop(bob);
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_name_is_recorded_reviewed_and_told() {
    let pbx = start("announce-names");
    // She listens to what she said, says something else, and takes that.
    let began = Instant::now();
    let alice = call(&pbx, "alice", "8002");
    say_name(&pbx, &alice, began, "hello-world");
    wait_prompt(&pbx, &alice, began, "vm-review");
    let listens = Instant::now();
    alice.press("2").unwrap();
    wait_told(&pbx, &alice, listens, &["hello-world", "vm-review"]);
    let again = Instant::now();
    alice.press("3").unwrap();
    wait_prompt(&pbx, &alice, again, "beep");
    say_after_tone(&pbx, &alice, "tt-weasels");
    wait_prompt(&pbx, &alice, again, "vm-review");
    alice.press("1").unwrap();
    wait_members(&pbx, "8002", 1);
    wait_silent(&alice);

    // He says too little first.
    let began = Instant::now();
    let bob = call(&pbx, "bob", "8002");
    wait_tone_to_speak(&pbx, &bob, began);
    let short = Instant::now();
    bob.press("#").unwrap();
    wait_prompt(&pbx, &bob, short, "vm-tooshort");
    say_name(&pbx, &bob, short, "tt-somethingwrong");
    wait_prompt(&pbx, &bob, short, "vm-review");
    let came = Instant::now();
    bob.press("1").unwrap();
    wait_told(&pbx, &alice, came, &["tt-somethingwrong", "conf-hasjoin"]);

    // She knows what to do, so a key takes her to the tone at once; and she would talk for ever.
    let asked = Instant::now();
    let carol = call(&pbx, "carol", "9002");
    wait_until(|| listen::level(&carol.heard_last(Duration::from_millis(200))) > -40.0);
    carol.press("#").unwrap();
    wait_prompt(&pbx, &carol, asked, "beep");
    carol.say(pbx.prompt("demo-thanks").unwrap().looped());
    wait_prompt(&pbx, &carol, asked, "vm-review");
    carol.say(Sound::Silence);
    let came = Instant::now();
    carol.press("1").unwrap();
    for caller in [&alice, &bob] {
        wait_prompt(&pbx, caller, came, "conf-hasjoin");
    }

    let called = Instant::now();
    carol.press("*95").unwrap();
    wait_told(&pbx, &carol, called, &["conclave-roll-call", "tt-weasels", "tt-somethingwrong"]);
    wait_silent(&carol);
    assert_not_told(&pbx, &carol, called, "hello-world");
    let left = Instant::now();
    bob.hang_up().unwrap();
    for caller in [&alice, &carol] {
        wait_told(&pbx, caller, left, &["tt-somethingwrong", "conf-hasleft"]);
    }
    drop((alice, bob, carol));
    assert_nothing_is_left(&pbx);
}

#[test]
fn each_hears_who_comes_and_goes_in_his_own_language() {
    let pbx = start("announce-languages");
    let callers = [("alice", "en8003", "en"), ("fanny", "fr8003", "fr"), ("vera", "ru8003", "ru")];
    let callers = callers.map(|(name, number, language)| (call(&pbx, name, number), language));
    wait_members(&pbx, "8003", 3);
    let came = Instant::now();
    let bob = call(&pbx, "bob", "8003");
    for (caller, language) in &callers {
        wait_prompt_in(&pbx, caller, came, language, "conclave-joined");
        wait_silent(caller);
    }
    let left = Instant::now();
    bob.hang_up().unwrap();
    for (caller, language) in &callers {
        wait_prompt_in(&pbx, caller, left, language, "conclave-left");
    }
    // Whoever does not speak English heard none.
    for (caller, _) in &callers[1..] {
        assert_not_told(&pbx, caller, came, "conclave-joined");
        assert_not_told(&pbx, caller, left, "conclave-left");
    }
    drop(callers);
    assert_nothing_is_left(&pbx);
}

#[test]
fn five_who_come_at_once_do_not_wait_and_are_told_in_one_sentence() {
    let pbx = start("announce-fold");
    let alice = call(&pbx, "alice", "8003");
    wait_members(&pbx, "8003", 1);
    wait_silent(&alice);
    // Something plays to all for five and a half seconds.
    let played = Instant::now();
    pbx.cli("conclave play 8003 demo-thanks").unwrap();
    let five = ["bob", "carol", "dave", "erin", "frank"].map(|name| Caller::new(name).call(&pbx, "8003").unwrap());
    for caller in &five {
        caller.wait_answer().unwrap();
    }
    wait_members(&pbx, "8003", 6);
    let came = played.elapsed();
    assert!(came < Duration::from_secs(5), "the machine is too slow for this story: {came:?}");
    // They are in the room while it plays: she hears them.
    five[0].say(Sound::tone(3_300.0, crate::common::LEVEL));
    let heard = || listen::tone_level(&alice.heard_last(Duration::from_millis(300)), 8_000, 3_300.0) > -24.0;
    assert!(wait_until(heard), "who came waits");
    five[0].say(Sound::Silence);
    wait_told(&pbx, &alice, played, &["conclave-n-5", "conclave-have-joined"]);
    wait_silent(&alice);
    let said = played.elapsed();
    assert!(said < Duration::from_secs(14), "it took {said:?} to say it all");
    assert_not_told(&pbx, &alice, played, "conclave-joined");
    drop((alice, five));
    assert_nothing_is_left(&pbx);
}

/// Waits for the question and the tone after it, and says something then.
fn say_name(pbx: &Pbx, caller: &Caller, since: Instant, name: &str) {
    wait_tone_to_speak(pbx, caller, since);
    say_after_tone(pbx, caller, name);
}

fn wait_tone_to_speak(pbx: &Pbx, caller: &Caller, since: Instant) {
    let [question, tone] = ["vm-rec-name", "beep"].map(|name| pbx.prompt(name).unwrap());
    let asked = wait_until(|| {
        let heard = caller.heard_since(since);
        let found = listen::speech_match(&heard, &question.recorded()[4_000..8_000]);
        let after = usize::try_from(found.delay).unwrap_or_default() + question.recorded().len() - 8_000;
        let after = heard.get(after..).unwrap_or_default();
        found.correlation > 0.9 && listen::speech_match(after, tone.recorded()).correlation > 0.9
    });
    assert!(asked, "{} was not asked for a name, with a tone", caller.name());
}

fn say_after_tone(pbx: &Pbx, caller: &Caller, name: &str) {
    caller.say(pbx.prompt(name).unwrap());
    caller.wait_said(PATIENCE).unwrap();
    caller.press("#").unwrap();
}

fn start(name: &str) -> Pbx {
    let mut builder = with_conclave(name, CONF).dialplan(&[DIALPLAN, OTHER_WAYS].concat());
    for (name, sound) in [(NAME, "vm-goodbye"), (WELCOME, "tt-weasels")] {
        let english = debian_root().unwrap().join("usr/share/asterisk/sounds/en_US_f_Allison");
        builder = builder.link(&format!("data/sounds/en/{name}.wav"), english.join(sound).with_extension("wav"));
    }
    builder.start().unwrap()
}

/// The conference's own name.
const NAME: &str = "custom/board";

/// What a profile announces to those who come by it.
const WELCOME: &str = "custom/welcome";

/// By `9` one is leader, by `7` one is welcomed, by `fr` one has that language and comes quietly.
const OTHER_WAYS: &str = "\
exten => _9XXX,1,Conclave(8${EXTEN:1},L)
exten => _7XXX,1,Conclave(8${EXTEN:1},,welcomed)
exten => _[a-z].,1,Set(CHANNEL(language)=${EXTEN:0:2})
 same => n,Conclave(${EXTEN:2},q)
";

const CONF: &str = "\
[general]
name_time = 4s
[welcomed]
type = profile
announcement = custom/welcome
[8000]
type = room
arrivals = words
name_sound = custom/board
count_at_join = yes
count_to_all = 2
[8001]
type = room
hear_own_arrival = no
only_person = no
[8002]
type = room
arrivals = reviewed_names
[8003]
type = room
arrivals = words
only_person = no
";
