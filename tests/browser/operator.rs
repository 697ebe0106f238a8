//! The operator's day: he watches a conference, and does in it what has to be done, while people talk.

use conclave_rig::Pbx;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call, say_tones, wait_console, wait_members, wait_no_tone, wait_tone,
    with_conclave,
};
use crate::people::{first_link, go, use_link};

const TONES: [f64; 3] = [440.0, 620.0, 950.0];

#[test]
fn an_operator_keeps_order_in_a_conference() {
    let pbx = start("page-operator");
    let browser = Browser::start("operator");
    let operator = signed_in(&browser, &pbx);
    operator.see("text=Nobody is in a conference now");

    // They come, and the page shows it by itself.
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    say_tones(&[&alice, &bob], &TONES);
    operator.click(r#"role=link[name="8000"]"#);
    let row = |name: &str| format!("role=row[name=/{name}/]");
    let button = |name: &str| format!("role=grid >> role=button[name={name:?}]");
    operator.see(&row("alice"));
    operator.see(&row("bob"));
    operator.see(&format!("{} >> css=.meter :text('talks')", row("bob")));
    operator.see(r#"role=region[name="Talking now"] >> role=button[name="bob"]"#);
    wait_tone(&alice, TONES[1], LEVEL);
    operator.screenshot("room");
    operator.check_accessibility();

    // He mutes one: nobody hears him until he is unmuted.
    operator.click(&button("Mute bob"));
    operator.see(&button("Unmute bob"));
    wait_no_tone(&alice, TONES[1]);
    operator.see(&format!("{} >> text=Muted", row("bob")));
    operator.screenshot("muted");
    operator.click(&button("Unmute bob"));
    wait_tone(&alice, TONES[1], LEVEL);

    // He makes one softer for the others.
    operator.click(&button("bob"));
    operator.see(r#"role=dialog[name="bob"]"#);
    operator.check_accessibility();
    operator.screenshot("member");
    operator.evaluate(&set_slider("How loud for the others", -12));
    wait_tone(&alice, TONES[1], LEVEL - 12.0);
    operator.see("role=dialog >> text=Heard at −12 dB");
    operator.click(r#"role=dialog >> role=button[name="Close"]"#);

    // He takes one out, after he was asked.
    operator.click(&button("Remove bob"));
    operator.click(r#"role=dialog >> role=button[name="Cancel"]"#);
    operator.see(&row("bob"));
    operator.click(&button("Remove bob"));
    operator.screenshot("remove");
    operator.click(r#"role=dialog >> role=button[name="Remove"]"#);
    bob.wait_hung_up(PATIENCE).unwrap();
    operator.gone(&row("bob"));

    // He locks the room, and ends the conference.
    operator.click(r#"role=button[name="Lock"]"#);
    operator.see(r#"role=button[name="Unlock"]"#);
    wait_console(&pbx, "conclave show rooms", "locked");
    operator.click(r#"role=button[name="End conference"]"#);
    operator.click(r#"role=dialog >> role=button[name="End conference"]"#);
    alice.wait_hung_up(PATIENCE).unwrap();
    operator.see("text=This room is not in progress");
    assert_nothing_is_left(&pbx);
}

#[test]
fn an_operator_lets_in_who_waits() {
    let pbx = start("page-lobby");
    let browser = Browser::start("lobby");
    let operator = signed_in(&browser, &pbx);
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8001"));
    wait_members(&pbx, "8001", 3);
    say_tones(&[&alice, &bob, &carol], &TONES);
    go(&operator, "#/rooms/8001");
    operator.see("text=3 people wait to be admitted.");
    operator.screenshot("waiting");
    let button = |name: &str| format!("role=grid >> role=button[name={name:?}]");
    for name in ["alice", "bob"] {
        operator.click(&button(&format!("Admit {name}")));
        operator.see(&button(&format!("Mute {name}")));
    }
    wait_tone(&alice, TONES[1], LEVEL);
    wait_no_tone(&alice, TONES[2]);
    operator.click(&button("Turn carol away"));
    carol.wait_hung_up(PATIENCE).unwrap();
    operator.gone("role=row[name=/carol/]");
    operator.gone(r#"role=button[name="Admit all"]"#);

    // Several at once, by the keyboard alone: he looks for them, selects all, mutes, and lifts it again.
    operator.press("/");
    operator.type_text("a");
    operator.see("text=1 of 2");
    operator.press("Escape");
    operator.press("Tab");
    operator.evaluate("document.querySelector('[aria-label=\"Select all that are shown\"]').focus()");
    operator.press("Space");
    operator.see("text=2 selected");
    operator.screenshot("selected");
    operator.click(r#"role=toolbar[name="Those selected"] >> role=button[name="Mute"]"#);
    operator.see(&button("Unmute alice"));
    operator.see(&button("Unmute bob"));
    wait_no_tone(&alice, TONES[1]);
    operator.click(r#"role=toolbar[name="Those selected"] >> role=button[name="Select none"]"#);
    operator.click(&button("Unmute bob"));
    wait_tone(&alice, TONES[1], LEVEL);
    // From one to the next, and a single key for who has the focus.
    operator.press("ArrowUp");
    operator.press("m");
    operator.see(&button("Mute alice"));
    wait_tone(&bob, TONES[0], LEVEL);
    drop((alice, bob, carol));
    operator.see("text=This room is not in progress");
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_recording_is_begun_only_with_the_notice() {
    let pbx = start("page-record");
    let browser = Browser::start("record");
    let operator = signed_in(&browser, &pbx);
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    go(&operator, "#/rooms/8000");
    operator.click(r#"role=button[name="Record"]"#);
    operator.see("text=it is against the law to record a call");
    operator.check_accessibility();
    operator.click(r#"role=dialog >> role=button[name="Start recording"]"#);
    operator.see("text=Tick this if it is so");
    operator.screenshot("notice");
    operator.check("label=Everybody in the conference may be recorded", true);
    operator.click(r#"role=dialog >> role=button[name="Start recording"]"#);
    operator.see(r#"role=button[name="Pause recording"]"#);
    wait_console(&pbx, "conclave show room 8000", "recorded");
    operator.click(r#"role=button[name="Pause recording"]"#);
    operator.see("text=Recording paused");
    operator.click(r#"role=button[name="Stop recording"]"#);
    operator.see(r#"role=button[name="Record"]"#);
    // What the server does not do it says in words.
    operator.click(r#"role=button[name="More"]"#);
    operator.click(r#"role=menuitem[name="Extend"]"#);
    operator.see("role=region[name=\"Messages\"] >> text=/there is nothing of that kind/i");
    alice.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}

#[test]
fn a_lost_connection_is_told_and_comes_back() {
    let pbx = start("page-lost");
    let browser = Browser::start("lost");
    let operator = signed_in(&browser, &pbx);
    let alice = call(&pbx, "alice", "8000");
    go(&operator, "#/rooms/8000");
    operator.see("role=row[name=/alice/]");
    operator.offline(true);
    operator.see("text=The connection to the server was lost.");
    operator.screenshot("lost");
    let bob = call(&pbx, "bob", "8000");
    wait_members(&pbx, "8000", 2);
    operator.offline(false);
    operator.gone("text=The connection to the server was lost.");
    operator.see("role=row[name=/bob/]");
    drop((alice, bob));
    operator.see("text=This room is not in progress");
    assert_nothing_is_left(&pbx);
}

#[test]
fn the_live_room_fits_a_telephone() {
    let pbx = start("page-phone");
    let browser = Browser::start("phone");
    let operator = signed_in(&browser, &pbx);
    let [alice, bob] = ["alice", "bob"].map(|name| call(&pbx, name, "8000"));
    say_tones(&[&alice, &bob], &TONES);
    operator.size(360, 740);
    operator.prefer(json!({ "colorScheme": "dark", "reducedMotion": "reduce" }));
    operator.see(r#"role=link[name="8000"]"#);
    operator.check_accessibility();
    operator.screenshot("rooms");
    operator.click(r#"role=link[name="8000"]"#);
    operator.see("role=row[name=/bob/]");
    operator.check_accessibility();
    operator.full_screenshot("room");
    operator.click(r#"role=grid >> role=button[name="Mute bob"]"#);
    wait_no_tone(&alice, TONES[1]);
    drop((alice, bob));
}

fn start(name: &str) -> Pbx {
    let conf = "[general]\nweb = 127.0.0.1:0\n; database: as usual\n[8000]\ntype = room\narrivals = nothing\nonly_person = no\n[8001](8000)\nlobby = yes\n";
    with_conclave(name, conf).start().unwrap()
}

/// Somebody who may everything, at the live rooms.
fn signed_in<'b>(browser: &'b Browser, pbx: &Pbx) -> Page<'b> {
    let page = browser.person("operator");
    use_link(&page, &first_link(pbx), Some("admin"));
    go(&page, "#/rooms");
    page
}

/// Moves a slider, as a pointer does.
fn set_slider(label: &str, value: i32) -> String {
    format!(
        "(() => {{ const slider = [...document.querySelectorAll('dialog label')].find((one) => one.textContent.includes({label:?})).querySelector('input'); \
         slider.value = {value}; slider.dispatchEvent(new Event('input')); slider.dispatchEvent(new Event('change')); }})()"
    )
}
