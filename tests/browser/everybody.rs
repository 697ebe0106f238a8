//! For everybody: with the keyboard alone, on a telephone's screen, in the dark, and with a checker of accessibility.

use conclave::directory::AccountRole;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::people::{PASSWORD, api, go};
use crate::served::{at, signed_in};
use crate::world::World;

#[test]
fn the_keyboard_alone_makes_a_conference_and_deletes_it() {
    let world = World::new("page-keyboard");
    let browser = Browser::start("keyboard");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    go(&ada, "#/account");
    ada.see(r#"role=heading[name="ada"]"#);
    let out = browser.person("again");
    out.open(&at(&world, ""));
    out.see(r#"role=heading[name="Sign in"]"#);
    out.check_accessibility();
    out.screenshot("sign-in");
    // The first field has the focus already.
    out.type_text("ada");
    out.press("Tab");
    out.type_text(PASSWORD);
    out.press("Enter");
    out.see(r#"role=heading[name="Conferences"]"#);
    tab_to(&out, "New conference");
    out.press("Enter");
    out.see(r#"role=heading[name="New conference"]"#);
    // Where one is is told: the heading of the new view has the focus.
    assert_eq!(out.evaluate("document.activeElement.textContent"), "New conference");
    tab_to(&out, "Name");
    out.type_text("By keys");
    out.press("Enter");
    out.see(r#"role=heading[name="By keys"]"#);
    tab_to(&out, "What to do with By keys");
    out.press("Enter");
    out.see("role=menu");
    for _ in 0..8 {
        out.press("ArrowDown");
        if out.evaluate("document.activeElement.textContent") == "Delete" {
            break;
        }
    }
    out.press("Enter");
    out.see("text=“By keys” is deleted.");
    assert_eq!(api(&out, "get", "conferences", &Value::Null)["total"], 0);
}

#[test]
fn a_telephones_screen_is_wide_enough_and_nothing_is_hidden_from_anybody() {
    let world = World::new("page-narrow");
    let browser = Browser::start("narrow");
    let admin = signed_in(&world, &browser, "admin", AccountRole::Provider);
    let schedule = json!({"start": "2099-11-24T10:00", "zone": "America/New_York", "duration_minutes": 90, "repeats": "FREQ=WEEKLY;BYDAY=TU"});
    let board = json!({ "kind": "scheduled", "name": "A board meeting with quite a long name", "schedule": schedule, "tag": "BOARD" });
    let made = api(&admin, "post", "conferences", &board);
    assert!(made["id"].is_i64(), "{made}");
    let views = [
        "conferences".to_owned(),
        "conferences/new".into(),
        format!("conferences/{}", made["id"]),
        format!("conferences/{}/edit", made["id"]),
        "conferences/import".into(),
        "history".into(),
        "accounts".into(),
        "accounts/new".into(),
        "settings".into(),
        "settings/mail".into(),
        "settings/templates".into(),
        "settings/queue".into(),
        "account".into(),
    ];
    for (width, look) in [(360, "light"), (360, "dark"), (1280, "dark"), (1280, "light")] {
        admin.size(width, 800);
        admin.prefer(json!({ "colorScheme": look }));
        for view in &views {
            go(&admin, &format!("#/{view}"));
            admin.gone("css=.waiting");
            admin.see("role=heading[level=1]");
            admin.evaluate("for (const box of document.querySelectorAll('main details')) box.open = true");
            admin.check_accessibility();
            // What scrolls in itself is hidden as well.
            let hidden = "[...document.querySelectorAll('.table')].filter((one) => one.scrollWidth > one.clientWidth + 1).length";
            assert!(width > 360 || admin.evaluate(hidden) == 0, "a table of {view} is wider than the screen");
            assert_eq!(admin.count("text=/^[a-z]+\\.[a-z.]+$/"), 0, "{view} shows the key of a text");
            admin.full_screenshot(&format!("{}-{width}-{look}", view.replace('/', "-")));
        }
    }
    admin.size(360, 800);
    admin.click(r#"role=button[name="Menu"]"#);
    admin.screenshot("menu");
    admin.click(r#"role=link[name="Accounts"]"#);
    admin.see(r#"role=heading[name="Accounts"]"#);
}

/// Presses Tab until something of this name has the focus.
fn tab_to(page: &Page<'_>, name: &str) {
    let focused = "(() => { const { activeElement: it } = document; return it.getAttribute('aria-label') ?? \
                   it.labels?.[0]?.textContent ?? it.textContent; })()";
    for _ in 0..80 {
        if page.evaluate(focused).as_str().is_some_and(|seen| seen.trim() == name) {
            return;
        }
        page.press("Tab");
    }
    panic!("the keyboard does not come to {name}");
}
