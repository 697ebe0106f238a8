//! The provider's first day: the link of the first start, an account for an owner, a number to dial.

use serde_json::Value;

use crate::browser::Browser;
use crate::common::{assert_nothing_is_left, call, wait_members, with_conclave};
use crate::people::{address, api, first_link, go, use_link};

#[test]
fn a_provider_lets_an_owner_begin() {
    let pbx = with_conclave("page-provider", "[general]\nweb = 127.0.0.1:0\n; database: as usual\n").start().unwrap();
    let browser = Browser::start("provider");
    let provider = browser.person("provider");
    let link = first_link(&pbx);

    // Without the link there is nothing to be had, least of all a default password.
    provider.open(link.split('#').next().unwrap());
    provider.see("text=There is no account yet.");
    provider.check_accessibility();
    provider.screenshot("first-start");
    provider.open("about:blank");
    use_link(&provider, &link, Some("admin"));
    provider.screenshot("conferences");
    let page = address(&provider);

    // The link works once.
    let thief = browser.person("thief");
    thief.open(&link);
    thief.see("text=This link no longer works");

    // A number to dial, and what invitations say of it.
    go(&provider, "#/settings");
    provider.click(r#"role=button[name="Add a number"]"#);
    provider.fill("role=textbox[name=/Number in the dial plan/]", "8500");
    provider.fill("role=textbox[name=/What invitations say/]", "+49 30 1234 5678 (Berlin)");
    provider.see("text=exten => 8500,1,Conclave");
    provider.check_accessibility();
    provider.screenshot("access-number");
    provider.click(r#"role=button[name="Save"]"#);
    provider.see("text=The settings are saved.");

    // An account; its owner gets a link, not a password.
    go(&provider, "#/accounts");
    provider.click(r#"role=link[name="New account"]"#);
    provider.fill("role=textbox[name=/User name/]", "ada");
    provider.fill("role=textbox[name=/Most participants/]", "40");
    provider.check_accessibility();
    provider.screenshot("account");
    provider.click(r#"role=button[name="Create"]"#);
    provider.see(r#"role=dialog[name="A link for ada"]"#);
    provider.check_accessibility();
    provider.screenshot("link");
    let link = provider.text("role=dialog >> css=.dialplan");
    provider.click(r#"role=dialog >> role=button[name="Close"]"#);
    provider.see("text=No password yet");

    let ada = browser.person("ada");
    use_link(&ada, &link, None);
    ada.see("text=No conferences yet");
    // What is not hers she does not see, nor does the server show it.
    assert_eq!(ada.count(r#"role=link[name="Accounts"]"#), 0);
    ada.evaluate("location.hash = '#/accounts'");
    ada.see("text=No conferences yet");
    assert_eq!(api(&ada, "get", "accounts", &Value::Null)["status"], 403);

    // The number lets callers in: what ada makes, they reach by it.
    let made = api(&ada, "post", "conferences", &serde_json::json!({ "kind": "meeting", "name": "Team" }));
    let code = made["codes"]["participant"].as_str().unwrap();
    let bob = call(&pbx, "bob", "8500");
    bob.press(&format!("{code}#")).unwrap();
    wait_members(&pbx, made["number"].as_str().unwrap(), 1);
    go(&provider, "#/health");
    provider.see("role=heading[name=/Directory/] >> text=Connected");
    provider.see("role=img[name=/^Calls over time/]");
    provider.check_accessibility();
    provider.screenshot("health");
    assert!(page.starts_with("http://127.0.0.1:"));
    bob.hang_up().unwrap();
    assert_nothing_is_left(&pbx);
}
