//! What invitations say is so: mail arrives at a real server, and the code in each lets its reader in as what he is.

use conclave_rig::Pbx;
use serde_json::{Value, json};

use super::api::Api;
use super::*;
use crate::common::{assert_nothing_is_left, member_line, wait_members};
use crate::mail::server::Server;
use crate::mail::{judge, text};

#[test]
fn the_code_in_a_mail_lets_its_reader_in_as_what_he_is() {
    let server = Server::start("plain");
    let office = Office::open("directory-invited", "web = 127.0.0.1:0\n");
    let pbx = &office.pbx;
    let api = Api::of_provider(pbx, &office.directory);
    let mail = json!({"how": "smtp", "server": "127.0.0.1", "port": server.port, "security": "none",
        "from": "Conferences <conference@example.org>", "changed": "Changed:"});
    let numbers = json!([{"number": "800", "dial_in": "Berlin: +49 30 5550800"}]);
    let settings = json!({"code_length": 7, "access_numbers": numbers, "currency": {"code": "EUR", "decimals": 2},
        "history_days": null, "mail": mail});
    api.json("PUT", "/settings", &settings);

    // Saved: one mail for who leads it, one for each guest.
    let begins = jiff::Zoned::now().in_tz("Europe/Berlin").unwrap() - jiff::Span::new().minutes(5);
    let schedule = json!({"start": begins.strftime("%Y-%m-%dT%H:%M").to_string(), "zone": "Europe/Berlin",
        "duration_minutes": 60, "repeats": null});
    let mut conference = json!({"kind": "scheduled", "name": "Board", "email": "ada@example.org",
        "guests": ["bob@example.org", "cleo@example.org"], "schedule": schedule});
    let made = api.json("POST", "/conferences", &conference);
    let mails = arrived(&server, 3);
    let (of_ada, of_bob) = (to(&mails, "ada"), to(&mails, "bob"));
    assert!(text(of_bob, "/text").contains("Berlin: +49 30 5550800"), "{of_bob:#}");
    let leader = after(of_ada, "Leader code: ");
    let participant = after(of_bob, "Access code: ");
    assert!(leader != participant && !text(of_bob, "/everything").contains(&leader));

    // Their readers call, and key what they read.
    let bob = enters(pbx, "bob", &participant);
    let room = made["number"].as_str().unwrap();
    wait_members(pbx, room, 1);
    let ada = enters(pbx, "ada", &leader);
    wait_members(pbx, room, 2);
    for (name, role) in [("ada", "leader"), ("bob", "participant")] {
        let line = member_line(pbx, room, name);
        assert!(line.contains(role), "{line}");
    }
    drop((ada, bob));

    // Saved with another length: their calendars change it. Deleted: they take it out.
    let path = format!("/conferences/{}", made["id"]);
    conference["schedule"]["duration_minutes"] = 90.into();
    conference["version"] = api.json("GET", &path, &Value::Null)["version"].take();
    api.json("PUT", &path, &conference);
    let changed = arrived(&server, 6);
    api.json("DELETE", &path, &Value::Null);
    let cancelled = arrived(&server, 9);
    let mut sequence = of_bob["calendar"]["sequence"].as_i64().unwrap();
    let uid = text(of_bob, "/calendar/uid");
    for (mails, subject, method, minutes) in [
        (&changed[3..], "Changed: Invitation: Board", "REQUEST", 90.0),
        (&cancelled[6..], "Cancelled: Board", "CANCEL", 90.0),
    ] {
        let mail = to(mails, "bob");
        assert!(text(mail, "/subject").starts_with(subject), "{mail:#}");
        let calendar = &mail["calendar"];
        assert_eq!((&calendar["method"], &calendar["uid"]), (&json!(method), &json!(uid)));
        assert_eq!(calendar["minutes"], minutes);
        let next = calendar["sequence"].as_i64().unwrap();
        assert!(next > sequence, "{next} after {sequence}");
        sequence = next;
        assert!(!text(mail, "/everything").contains(&leader));
    }
    assert_nothing_is_left(pbx);
}

/// The first so many mails, once they are there, as they came.
fn arrived(server: &Server, count: usize) -> Vec<Value> {
    server.got(count);
    let mut files = server.files();
    files.sort_by_key(|path| path.file_stem().unwrap().to_str().unwrap().parse::<usize>().unwrap());
    judge(&files)
}

/// The mail to somebody of example.org.
fn to<'a>(mails: &'a [Value], name: &str) -> &'a Value {
    let address = format!("{name}@example.org");
    mails
        .iter()
        .find(|mail| text(mail, "/to").contains(&address))
        .unwrap_or_else(|| panic!("none to {name}: {mails:#?}"))
}

/// What a line of a mail's text says after these words.
fn after(mail: &Value, words: &str) -> String {
    let found = text(mail, "/text").lines().find_map(|line| line.strip_prefix(words));
    found.unwrap_or_else(|| panic!("no {words:?} in {mail:#}")).to_owned()
}

/// Calls the access number and keys a code once asked for it.
fn enters(pbx: &Pbx, name: &str, code: &str) -> Caller {
    call_and_key(pbx, name, "800", "conclave-get-code", &format!("{code}#"))
}
