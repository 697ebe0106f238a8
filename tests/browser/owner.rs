//! The owner's main story: she makes a conference with a date, invites, and sees her callers come in.

use jiff::{Span, Zoned};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::{LEVEL, PATIENCE, call, say_tones, wait_tone, wait_until, with_conclave};
use crate::people::{api, first_link, go, use_link};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn an_owner_holds_a_conference() {
    let pbx = with_conclave("page-owner", "[general]\nweb = 127.0.0.1:0\n; database: as usual\n").start().unwrap();
    let browser = Browser::start("owner");
    let provider = browser.person("provider");
    use_link(&provider, &first_link(&pbx), Some("admin"));
    // Mail goes to where nobody answers: it waits, and the page says so.
    let mut settings = api(&provider, "get", "settings", &Value::Null);
    let mut mail = settings["mail"].take();
    mail.as_object_mut().unwrap().remove("has_password");
    for (name, value) in
        [("how", "smtp"), ("server", "127.0.0.1"), ("security", "none"), ("from", "conclave@example.org")]
    {
        mail[name] = value.into();
    }
    mail["port"] = 9.into();
    let mut wanted = json!({ "mail": mail });
    for name in ["code_length", "access_numbers", "currency", "history_days"] {
        wanted[name] = settings[name].take();
    }
    let saved = api(&provider, "put", "settings", &wanted);
    assert_eq!(saved["mail"]["how"], "smtp", "{saved}");
    let account = api(&provider, "post", "accounts", &json!({ "login": "ada", "role": "owner", "cap": 40 }));
    let link = api(&provider, "post", &format!("accounts/{}/link", account["id"]), &Value::Null);
    let ada = browser.person("ada");
    use_link(&ada, link["url"].as_str().unwrap(), None);

    // One that has begun five minutes ago, in the zone of her browser.
    let start = Zoned::now().in_tz("Europe/Berlin").unwrap().checked_sub(Span::new().minutes(5)).unwrap();
    ada.click(r#"role=link[name="New conference"]"#);
    ada.click("css=label.tile:has-text('Scheduled')");
    ada.fill("role=textbox[name=/^Name/]", "Morning round");
    ada.fill("role=textbox[name=/^Tag/]", "TEAM");
    ada.fill("label=Day", &start.strftime("%Y-%m-%d").to_string());
    ada.fill("label=Begins at", &start.strftime("%H:%M").to_string());
    ada.click("css=summary:has-text('Calling in')");
    ada.fill("role=textbox[name=/^Extension/]", "8201");
    ada.click("css=summary:has-text('Invitations')");
    ada.fill("role=textbox[name=/E-mail of whoever leads it/]", "ada@example.org");
    ada.fill("role=textbox[name=/^Guests/]", "grace@example.org");
    ada.check_accessibility();
    ada.full_screenshot("form");
    ada.click(r#"role=button[name="Create"]"#);
    ada.see("role=heading[name=/Morning round/]");
    ada.see("text=grace@example.org");
    ada.check_accessibility();
    ada.full_screenshot("conference");
    let listed = api(&ada, "get", "conferences", &Value::Null);
    let made = &listed["conferences"][0];
    assert_eq!((&made["name"], &made["list"]), (&json!("Morning round"), &json!("current")));
    let mails = api(&ada, "get", &format!("conferences/{}/mail", made["id"]), &Value::Null);
    let to: Vec<_> = mails.as_array().unwrap().iter().filter_map(|mail| mail["recipient"].as_str()).collect();
    assert!(to.contains(&"ada@example.org") && to.contains(&"grace@example.org"), "{mails}");

    // Her callers come in, and she sees it: one by the leader code, one by the other.
    go(&ada, "#/rooms");
    ada.see("text=Nobody is in a conference now");
    let code = |role: &str| format!("{}#", made["codes"][role].as_str().unwrap());
    let leader = call(&pbx, "ada", "8201");
    leader.press(&code("leader")).unwrap();
    ada.click(r#"role=link[name="Morning round"]"#);
    ada.see("role=row[name=/ada Leader/]");
    let bob = call(&pbx, "bob", "8201");
    bob.press(&code("participant")).unwrap();
    ada.see("role=row[name=/bob/]");
    say_tones(&[&leader, &bob], &TONES);
    wait_tone(&leader, TONES[1], LEVEL);
    ada.see(r#"role=region[name="Talking now"] >> role=button[name="bob"]"#);
    ada.screenshot("live");
    ada.click(r#"role=button[name="End conference"]"#);
    ada.click(r#"role=dialog >> role=button[name="End conference"]"#);
    bob.wait_hung_up(PATIENCE).unwrap();

    // Afterwards: who came, and who talked when.
    assert!(wait_until(|| api(&ada, "get", "history", &Value::Null)["total"] == 2), "the history is not written");
    go(&ada, "#/history/meetings");
    ada.see(r#"role=img[name="Minutes and callers over time"]"#);
    ada.check_accessibility();
    ada.full_screenshot("held");
    ada.click("role=table >> role=link[name=/Morning round|8201/]");
    ada.see(r#"role=img[name="Timeline"]"#);
    ada.check_accessibility();
    ada.screenshot("timeline");
    ada.click("css=summary:has-text('The same as a table')");
    ada.see("role=row[name=/bob participant/]");
    let (name, picture) = ada.download(r#"role=button[name="Download picture"]"#);
    assert!(name == "timeline.svg" && picture.contains("bob"), "{name}");
    pbx.wait_calls(0, PATIENCE).unwrap();

    // The provider sees that the mails do not go out.
    go(&provider, "#/health");
    provider.see("text=grace@example.org");
    provider.full_screenshot("health");
}
