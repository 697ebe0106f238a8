//! What is deleted can be had back for a while, wherever one goes meanwhile; what is typed is not lost by leaving.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::people::{PASSWORD, api, go};
use crate::served::signed_in;
use crate::world::World;

#[test]
fn a_deleted_conference_comes_back_with_its_codes() {
    let world = World::new("page-undo");
    let browser = Browser::start("undo");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    let made = api(&ada, "post", "conferences", &json!({ "kind": "meeting", "name": "Team" }));
    let path = format!("conferences/{}", made["id"]);
    ada.click(r#"role=button[name="What to do with Team"]"#);
    ada.screenshot("menu");
    ada.click(r#"role=menuitem[name="Delete"]"#);
    ada.see("text=“Team” is deleted.");
    ada.gone("role=link[name=\"Team\"]");
    assert_eq!(api(&ada, "get", &path, &Value::Null)["status"], 404);
    go(&ada, "#/history");
    ada.see(r#"role=heading[name="History"]"#);
    ada.screenshot("elsewhere");
    ada.click(r#"role=button[name="Undo"]"#);
    ada.see("text=“Team” is back");
    assert_eq!(api(&ada, "get", &path, &Value::Null)["codes"], made["codes"]);
}

#[test]
fn who_leaves_a_form_is_asked_first() {
    let world = World::new("page-leave");
    let browser = Browser::start("leave");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    go(&ada, "#/conferences/new");
    ada.fill("label=Name", "Half typed");
    ada.click(r#"role=link[name="History"]"#);
    ada.see(r#"role=dialog[name="Leave without saving?"]"#);
    ada.check_accessibility();
    ada.click(r#"role=button[name="Stay here"]"#);
    assert_eq!(ada.value("label=Name"), "Half typed");
    assert_eq!(ada.evaluate("location.hash"), "#/conferences/new");
    ada.click(r#"role=link[name="History"]"#);
    ada.click(r#"role=button[name="Leave and lose it"]"#);
    ada.see(r#"role=heading[name="History"]"#);

    // The browser's own button is no other way out, and leads to where she came from, not past it.
    go(&ada, "#/account");
    ada.see(r#"role=heading[name="ada"]"#);
    go(&ada, "#/conferences/new");
    ada.fill("label=Name", "Half typed");
    ada.evaluate("history.back()");
    ada.click(r#"role=button[name="Stay here"]"#);
    assert_eq!(ada.value("label=Name"), "Half typed");
    ada.evaluate("history.back()");
    ada.click(r#"role=button[name="Leave and lose it"]"#);
    ada.see(r#"role=heading[name="ada"]"#);
    ada.evaluate("history.back()");
    ada.see(r#"role=heading[name="History"]"#);
}

#[test]
fn who_is_signed_out_meanwhile_goes_on_where_she_was() {
    let world = World::new("page-signed-out");
    let browser = Browser::start("signed-out");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    go(&ada, "#/conferences/new");
    ada.fill("label=Name", "Half typed");
    ada.forget();
    ada.click(r#"role=button[name="Create"]"#);
    ada.see(r#"role=dialog[name="You were signed out"]"#);
    ada.check_accessibility();
    ada.screenshot("signed-out");
    ada.press("Escape");
    ada.see(r#"role=dialog[name="You were signed out"]"#);
    ada.fill("label=Password", PASSWORD);
    ada.press("Enter");
    ada.gone("role=dialog");
    assert_eq!(ada.value("label=Name"), "Half typed");
    ada.click(r#"role=button[name="Create"]"#);
    ada.see(r#"role=heading[name="Half typed"]"#);
}

#[test]
fn a_list_changes_under_the_hand_without_losing_ones_place() {
    let world = World::new("page-list");
    let browser = Browser::start("list");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    let mut made = Vec::new();
    for number in 1..=40 {
        let name = format!("Room {number:02}");
        made.push(api(&ada, "post", "conferences", &json!({ "kind": "meeting", "name": name })));
    }
    ada.see(r#"role=link[name="Room 40"]"#);
    ada.evaluate("document.querySelector('[aria-label=\"What to do with Room 20\"]').focus({ preventScroll: true })");
    ada.evaluate("window.scrollTo(0, 900)");
    let scrolled = ada.evaluate("Math.round(window.scrollY)");
    // The very one that has the focus is changed by somebody else.
    let mut changed = made[19].clone();
    changed["tag"] = "CHANGED".into();
    let settable = ["version", "owner", "kind", "enabled", "tag", "name", "settings"];
    let body: Value = settable.iter().map(|name| ((*name).to_owned(), changed[*name].clone())).collect();
    let saved = api(&ada, "put", &format!("conferences/{}", changed["id"]), &body);
    assert_eq!(saved["tag"], "CHANGED", "{saved}");
    ada.see("text=CHANGED");
    let focused = "document.activeElement.getAttribute('aria-label')";
    assert_eq!(ada.evaluate(focused), "What to do with Room 20");
    assert_eq!(ada.evaluate("Math.round(window.scrollY)"), scrolled);

    // What is searched for is in the address, so it can be passed on.
    ada.fill("role=searchbox[name=/Search name/]", "Room 07");
    ada.gone(r#"role=link[name="Room 40"]"#);
    ada.see(r#"role=link[name="Room 07"]"#);
    assert_eq!(ada.evaluate("location.hash"), "#/conferences?q=Room+07");
    assert_eq!(ada.evaluate("document.activeElement.type"), "search");
}
