//! What else an operator does, with people on the line who hear it: keep others out, call somebody in, give the floor,
//! play and say, deafen, clean a voice, limit who is heard, go on for longer.

use std::time::{Duration, Instant};

use conclave_rig::{Caller, Pbx, Sound, listen};

use crate::browser::{Browser, Page};
use crate::common::host::plug_in;
use crate::common::{
    DIALPLAN, LEVEL, PATIENCE, assert_nothing_is_left, call, say_tones, wait_no_tone, wait_prompt, wait_silent,
    wait_tone, wait_until, with_conclave,
};
use crate::people::{first_link, go, use_link};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn an_operator_decides_who_comes_in_and_who_has_the_floor() {
    let pbx = start("page-doors");
    let browser = Browser::start("doors");
    let operator = signed_in(&browser, &pbx);
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    go(&operator, "#/rooms/8000");
    operator.see("role=row[name=/bob/]");

    // Locked, nobody comes in; unlocked, everybody does.
    operator.click(r#"role=button[name="Lock"]"#);
    operator.see(r#"role=button[name="Unlock"]"#);
    let dialled = Instant::now();
    let carol = call(&pbx, "carol", "8000");
    wait_prompt(&pbx, &carol, dialled, "conf-locked");
    carol.wait_hung_up(PATIENCE).unwrap();
    operator.click(r#"role=button[name="Unlock"]"#);
    operator.see(r#"role=button[name="Lock"]"#);
    let carol = call(&pbx, "carol", "8000");
    operator.see("role=row[name=/carol/]");

    // One is called in, and another call is given up before it is answered.
    let dave = plug_in(&pbx, "DAVE", Caller::new("dave").rings_for(Duration::from_secs(4)));
    let erin = plug_in(&pbx, "ERIN", Caller::new("erin").rings_for(Duration::from_secs(60)));
    invite(&operator, "201");
    operator.see("text=201 is ringing.");
    dave.wait_answer().unwrap();
    operator.see("text=201 has answered.");
    operator.see("role=row[name=/201/]");
    say_tones(&[&alice, &dave], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&dave, TONES[0], LEVEL);
    invite(&operator, "202");
    operator.see("text=Calling 202 …");
    erin.wait_ringing().unwrap();
    operator.screenshot("calling");
    operator.click(r#"role=button[name="Cancel invitation"]"#);
    erin.wait_hung_up(PATIENCE).unwrap();
    operator.gone("text=Calling 202 …");

    // Everybody is muted; who raises his hand is heard once he has the floor.
    [&alice, &dave].into_iter().for_each(|caller| caller.say(Sound::Silence));
    operator.click(r#"role=button[name="Mute everybody"]"#);
    operator.see(r#"role=button[name="Unmute everybody"]"#);
    bob.press("*2").unwrap();
    operator.see("text=1 hand is up.");
    operator.see("role=row[name=/bob.*Hand up/]");
    operator.screenshot("hand");
    operator.check_accessibility();
    say_tones(&[&alice, &bob], &TONES);
    operator.click(r#"role=button[name="Give the first the floor"]"#);
    wait_tone(&carol, TONES[1], LEVEL);
    wait_no_tone(&carol, TONES[0]);
    operator.gone("text=1 hand is up.");
    drop((alice, bob, carol, dave));
    operator.see("text=This room is not in progress");
    assert_nothing_is_left(&pbx);
}

#[test]
fn an_operator_sees_to_what_people_hear() {
    let pbx = start("page-sound");
    let browser = Browser::start("sound");
    let operator = signed_in(&browser, &pbx);
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8001"));
    go(&operator, "#/rooms/8001");
    operator.see("role=row[name=/carol/]");

    // A sound for all, a number for one.
    let played = Instant::now();
    play(&operator, r#"role=menuitem[name="Play or say …"]"#, "A sound file of the PBX", "auth-thankyou");
    for caller in [&alice, &bob] {
        wait_prompt(&pbx, caller, played, "auth-thankyou");
    }
    [&alice, &bob].into_iter().for_each(wait_silent);
    operator.click(r#"role=grid >> role=button[name="alice"]"#);
    let said = Instant::now();
    play(&operator, r#"role=dialog[name="alice"] >> role=button[name="Play or say …"]"#, "Digits, one by one", "47");
    wait_prompt(&pbx, &alice, said, "digits/4");
    wait_prompt(&pbx, &alice, said, "digits/7");
    wait_silent(&alice);
    assert!(listen::level(&bob.heard_since(said)) < -60.0, "bob hears what is said to alice");

    // She hears nothing for a while.
    say_tones(&[&bob, &carol], &TONES);
    wait_tone(&alice, TONES[0], LEVEL);
    operator.check("label=Hears nothing", true);
    wait_silent(&alice);
    operator.see("role=dialog >> css=.states :text('Hears nothing')");
    operator.check("label=Hears nothing", false);
    wait_tone(&alice, TONES[0], LEVEL);
    operator.click(r#"role=dialog >> role=button[name="Close"]"#);

    // Only the loudest is heard, until everybody is again.
    bob.say(Sound::tone(TONES[0], LEVEL + 10.0));
    limit(&operator, "1");
    wait_tone(&alice, TONES[0], LEVEL + 10.0);
    wait_no_tone(&alice, TONES[1]);
    limit(&operator, "0");
    wait_tone(&alice, TONES[1], LEVEL);

    // The noise behind somebody goes.
    carol.say(Sound::Silence);
    bob.say(Sound::samples(8_000, noise()).looped());
    wait_level(&alice, "the noise", |level| level > -40.0);
    operator.click(r#"role=grid >> role=button[name="bob"]"#);
    operator.check("label=Remove background noise", true);
    wait_level(&alice, "less of the noise", |level| level < -50.0);
    operator.see("role=dialog >> css=.states :text('Noise removed')");
    operator.screenshot("member");
    operator.click(r#"role=dialog >> role=button[name="Close"]"#);
    bob.say(Sound::Silence);

    // It goes on for longer: all are told, and the page shows until when.
    let until = || operator.text("css=.facts-line").split(" – ").last().unwrap().to_owned();
    let before = until();
    let extended = Instant::now();
    operator.click(r#"role=button[name="More"]"#);
    operator.click(r#"role=menuitem[name="Extend"]"#);
    wait_prompt(&pbx, &alice, extended, "conclave-extended-by");
    assert!(wait_until(|| until() != before), "the page still shows {before}");
    operator.check_accessibility();

    operator.click(r#"role=button[name="End conference"]"#);
    operator.see("role=dialog >> text=3 people are hung up on.");
    operator.click(r#"role=dialog >> role=button[name="End conference"]"#);
    for caller in [&alice, &bob, &carol] {
        caller.wait_hung_up(PATIENCE).unwrap();
    }
    operator.see("text=This room is not in progress");
    assert_nothing_is_left(&pbx);
}

fn start(name: &str) -> Pbx {
    let conf = "\
[general]
web = 127.0.0.1:0
; database: as usual
[8000]
type = room
arrivals = nothing
only_person = no
invite_context = invited
[8001](8000)
max_duration = 1h
";
    let invited = "[invited]\nexten => 201,1,Dial(${GLOBAL(DAVE)})\nexten => 202,1,Dial(${GLOBAL(ERIN)})\n";
    with_conclave(name, conf).dialplan(&format!("[from-callers]\n{DIALPLAN}{invited}")).start().unwrap()
}

fn signed_in<'b>(browser: &'b Browser, pbx: &Pbx) -> Page<'b> {
    let page = browser.person("operator");
    use_link(&page, &first_link(pbx), Some("admin"));
    page
}

fn invite(page: &Page<'_>, number: &str) {
    page.click(r#"role=button[name="Invite …"]"#);
    page.type_text(number);
    page.press("Enter");
}

/// Has something played: from the menu of the room, or from a member's own.
fn play(page: &Page<'_>, way: &str, what: &str, value: &str) {
    if way.contains("menuitem") {
        page.click(r#"role=button[name="More"]"#);
    }
    page.click(way);
    page.choose("label=What", what);
    page.fill("label=Which", value);
    page.click(r#"role=dialog >> role=button[name="Play"]"#);
    page.gone("label=Which");
}

fn limit(page: &Page<'_>, most: &str) {
    page.click(r#"role=button[name="More"]"#);
    page.click(r#"role=menuitem[name="Sound of the room …"]"#);
    page.fill("label=Most who are heard at once", most);
    page.click(r#"role=dialog >> role=button[name="Set"]"#);
}

/// A second of noise at -30 dBFS.
fn noise() -> Vec<i16> {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((f64::from(seed >> 8) / f64::from(1 << 23) - 1.0) * 1_795.0) as i16
    };
    (0..8_000).map(|_| next()).collect()
}

fn wait_level(caller: &Caller, what: &str, fits: impl Fn(f64) -> bool) {
    let mut level = 0.0;
    let heard = wait_until(|| {
        level = listen::level(&caller.heard_last(Duration::from_millis(500)));
        fits(level)
    });
    assert!(heard, "{} does not hear {what}: {level:.1} dBFS", caller.name());
}
