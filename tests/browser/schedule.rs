//! A conference with dates: what is wrong is told at its field, codes are renewed, somebody else's change is not lost.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::people::{api, go};
use crate::served::signed_in;
use crate::world::World;

#[test]
fn mistakes_are_told_at_their_fields() {
    let world = World::new("page-mistakes");
    let browser = Browser::start("mistakes");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    ada.see("text=No conferences yet");
    ada.check_accessibility();
    ada.screenshot("empty");
    begin(&ada);
    ada.fill("label=Name", "Board");
    ada.fill("label=Day", "2026-01-05");
    ada.click("css=summary:has-text('Limits')");
    ada.fill("role=textbox[name=/Most participants/]", "many");
    ada.click("css=summary:has-text('Limits')");
    ada.click(r#"role=button[name="Create"]"#);
    ada.see("css=[data-field=max_participants] .error >> text=/./");
    ada.check_accessibility();
    ada.screenshot("errors");
    // The section that hid the mistake is open, and the mistake has the focus.
    assert_eq!(ada.evaluate("document.activeElement.name"), "max_participants");
    let described = ada.attribute("role=textbox[name=/Most participants/]", "aria-describedby").unwrap();
    assert!(described.split(' ').any(|id| ada.count(&format!("css=#{id}.error")) == 1), "{described}");

    ada.fill("role=textbox[name=/Most participants/]", "12");
    ada.click(r#"role=button[name="Create"]"#);
    ada.see("css=[data-field=start] .error >> text=/./");
    assert_eq!(ada.evaluate("document.activeElement.name"), "start");

    ada.fill("label=Day", "2099-01-05");
    ada.choose("label=Repeats", "Weekly");
    ada.see("text=/Every week on Monday, 10:00 – 11:00, Berlin time/");
    ada.click("css=.days label:has-text('Wed')");
    ada.see("text=/Every week on Monday and Wednesday/");
    ada.full_screenshot("dates");
    ada.click(r#"role=button[name="Create"]"#);
    ada.see(r#"role=heading[name="Board"]"#);
    let made = only(&ada);
    assert_eq!(made["schedule"]["repeats"], "FREQ=WEEKLY;BYDAY=MO,WE");
    assert_eq!((&made["schedule"]["start"], &made["max_participants"]), (&json!("2099-01-05T10:00"), &json!(12)));
}

#[test]
fn recording_is_switched_on_by_whoever_knows_the_law() {
    let world = World::new("page-recording");
    let browser = Browser::start("recording");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    go(&ada, "#/conferences/new");
    ada.fill("label=Name", "Recorded");
    ada.click("css=summary:has-text('Recording')");
    ada.click("role=checkbox[name=/^Record this conference/]");
    ada.see(r#"role=dialog[name="Recording is restricted by law"]"#);
    ada.check_accessibility();
    ada.screenshot("notice");
    assert!(ada.attribute(r#"role=button[name="Switch recording on"]"#, "disabled").is_some());
    ada.press("Escape");
    assert_eq!(ada.evaluate("document.querySelector('[name=record]').checked"), false);
    ada.click("role=checkbox[name=/^Record this conference/]");
    ada.check("role=dialog >> role=checkbox", true);
    ada.click(r#"role=button[name="Switch recording on"]"#);
    ada.click(r#"role=button[name="Create"]"#);
    ada.see(r#"role=heading[name="Recorded"]"#);
    assert_eq!(only(&ada)["record"], true);
}

#[test]
fn codes_are_renewed_and_hidden() {
    let world = World::new("page-codes");
    let browser = Browser::start("codes");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    let before = api(&ada, "post", "conferences", &json!({ "kind": "meeting", "name": "Team" }));
    go(&ada, &format!("#/conferences/{}", before["id"]));
    ada.click("role=button[name=/New codes/]");
    ada.screenshot("question");
    ada.click(r#"role=dialog >> role=button[name="Make new codes"]"#);
    ada.see("text=There are new codes");
    let after = only(&ada);
    assert_ne!(before["codes"], after["codes"]);
    // Nobody who looks over her shoulder reads one before she wants it.
    let leader = after["codes"]["leader"].as_str().unwrap();
    assert!(!ada.text("css=main").contains(leader));
    ada.click(r#"role=button[name="Show Leader"]"#);
    ada.see(&format!("text={leader}"));
    // What she hands on to guests never has it.
    ada.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }");
    ada.click(r#"role=button[name="Copy invitation for guests"]"#);
    let copied = ada.evaluate("window.copied").as_str().unwrap().to_owned();
    assert!(copied.contains(after["codes"]["participant"].as_str().unwrap()) && !copied.contains(leader), "{copied}");
}

#[test]
fn two_who_change_the_same_lose_nothing() {
    let world = World::new("page-conflict");
    let browser = Browser::start("conflict");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Provider);
    let bob = signed_in(&world, &browser, "bob", AccountRole::Provider);
    let made = api(&ada, "post", "conferences", &json!({ "kind": "meeting", "name": "Team" }));
    let edit = format!("#/conferences/{}/edit", made["id"]);
    for page in [&ada, &bob] {
        go(page, &edit);
        page.see(r#"role=button[name="Save"]"#);
    }
    ada.fill("label=Name", "Team of Ada");
    bob.fill("role=textbox[name=/^Tag/]", "BOB");
    bob.click(r#"role=button[name="Save"]"#);
    bob.see("text=/is saved/");
    // She hears of it while she types, and what she typed stays.
    ada.see("text=Somebody else has changed this conference meanwhile.");
    assert_eq!(ada.value("label=Name"), "Team of Ada");
    ada.click(r#"role=button[name="Save"]"#);
    ada.see(r#"role=dialog[name="Somebody else has changed it meanwhile"]"#);
    ada.check_accessibility();
    ada.screenshot("both");
    ada.click(r#"role=button[name="Save both together"]"#);
    ada.see(r#"role=heading[name="Team of Ada"]"#);
    let saved = only(&ada);
    assert_eq!((&saved["name"], &saved["tag"]), (&json!("Team of Ada"), &json!("BOB")));
}

/// Opens the form for one with dates, at ten o'clock in Berlin.
fn begin(page: &Page<'_>) {
    page.click("role=link[name=/New conference/]");
    page.click("css=label.tile:has-text('Scheduled')");
    page.fill("label=Begins at", "10:00");
}

fn only(page: &Page<'_>) -> Value {
    let listed = api(page, "get", "conferences", &Value::Null);
    assert_eq!(listed["total"], 1, "{listed}");
    listed["conferences"][0].clone()
}
