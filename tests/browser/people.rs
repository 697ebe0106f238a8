//! What people of every kind do first: find the page, and sign in.

use conclave_rig::Pbx;
use serde_json::Value;

use crate::browser::Page;
use crate::common::wait_console;

/// The one-time link by which the first account is made, as the console shows it.
pub fn first_link(pbx: &Pbx) -> String {
    let shown = wait_console(pbx, "conclave show web", "make the first one at ");
    let (_, link) = shown.split_once("make the first one at ").unwrap();
    link.split_whitespace().next().unwrap().to_owned()
}

/// Makes the account that a one-time link is for, or takes a password for one that there is; he is signed in then.
pub fn use_link(page: &Page<'_>, link: &str, login: Option<&str>) {
    page.open(link);
    if let Some(login) = login {
        page.fill("label=User name", login);
    }
    page.fill("label=New password", PASSWORD);
    page.fill("label=The same again", PASSWORD);
    page.click("role=main >> role=button[name=/Create the account|Save and sign in/]");
    page.see(r#"role=navigation[name="Main"]"#);
}

/// The page's address, without what is behind `#`.
pub fn address(page: &Page<'_>) -> String {
    let here = page.evaluate("location.href");
    here.as_str().unwrap().split('#').next().unwrap().to_owned()
}

/// Goes to a view by its address, such as `#/rooms`.
pub fn go(page: &Page<'_>, hash: &str) {
    page.evaluate(&format!("location.hash = {hash:?}"));
}

/// What everybody here signs in with.
pub const PASSWORD: &str = "correct horse battery staple";

/// Asks the API as the page does: what it answers, or its refusal as `{status, error, message}`.
pub fn api(page: &Page<'_>, method: &str, path: &str, body: &Value) -> Value {
    let script = format!(
        "import(new URL('core/api.js', document.baseURI)).then((api) => api.{method}({path:?}{})\
         .catch(({{ status, error, message }}) => ({{ status, error, message }})))",
        if body.is_null() { String::new() } else { format!(", {body}") },
    );
    page.evaluate(&script)
}
