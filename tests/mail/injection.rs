//! Whatever people write, it stays where it belongs.

use conclave::directory::*;
use conclave::mail::{MailSettings, Template, Why, invite};

use crate::common::{letters, raw, ready, save, settings, text, weekly};
use crate::db::Db;

/// What the directory would refuse comes past it too, as from a database that somebody else wrote to.
#[test]
fn no_text_becomes_a_header_a_part_or_a_property() {
    let db = Db::sqlite("injection");
    let ada = ready(&db);
    let subject = "{name} {tag} {description}".to_owned();
    let guest = Template { subject, ..MailSettings::default().guest };
    save(&db, &MailSettings { guest, ..settings() });
    let evil =
        "Board\r\nBcc: eve@example.org\r\n\r\nHello\u{0}\u{85}\u{2028}x\nATTENDEE:mailto:eve@example.org\r.\r\n--";
    let made = db.conference(&weekly(ada)).unwrap();
    let details = Details { name: evil.into(), tag: evil.into(), description: evil.into(), ..made.details.clone() };
    let made = Conference { details, ..made };
    assert_eq!(db.desk(|desk| invite(desk, &made, Why::Made)), Ok(3));
    for (_, mail) in letters(&db) {
        let headers = mail["headers"].as_array().unwrap();
        assert!(headers.iter().all(|name| name != "Bcc"), "{mail:#}");
        assert_eq!(headers.len(), 9, "{headers:?}");
        assert!(text(&mail, "/subject").contains("Board Bcc: eve@example.org Hello"), "{mail:#}");
        assert_eq!(mail["kinds"].as_array().unwrap().len(), 5);
        assert_eq!(mail["calendar"]["attendees"].as_array().unwrap().len(), 1);
        assert!(text(&mail, "/calendar/summary").contains("ATTENDEE:mailto:eve@example.org"));
    }
}

#[test]
fn letters_of_the_world_arrive_as_they_are_and_the_mail_is_ascii() {
    let db = Db::sqlite("world");
    let ada = ready(&db);
    let name =
        "Größe, \u{4f1a}\u{8bae}; \\ \u{1f4de} and quite a long name that has to be folded somewhere in the subject";
    let details = Details { name: name.into(), description: "Zeile 1\nZeile 2: ü".into(), ..weekly(ada) };
    let made = db.conference(&details).unwrap();
    db.desk(|desk| invite(desk, &made, Why::Made)).unwrap();
    for (_, mail) in letters(&db) {
        assert_eq!(mail["ascii"], true);
        assert!(text(&mail, "/subject").contains(name), "{mail:#}");
        assert!(text(&mail, "/text").contains(&format!("{name}\nZeile 1\nZeile 2: ü\n")), "{mail:#}");
        assert_eq!(text(&mail, "/calendar/summary"), name);
    }
    db.desk(|desk| invite(desk, &made, Why::Made)).unwrap();
    for (_, raw) in raw(&db) {
        assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])), "{raw}");
    }
}

#[test]
fn an_address_that_mail_cannot_have_is_shown_as_failed_and_costs_the_others_nothing() {
    let db = Db::sqlite("address");
    let ada = ready(&db);
    let made = db.conference(&Details { guests: vec!["a..b@x..y".into(), "bob@example.org".into()], ..weekly(ada) });
    let made = made.unwrap();
    assert_eq!(db.desk(|desk| invite(desk, &made, Why::Made)), Ok(3));
    let queued = db.desk(|desk| desk.mail(Some(made.id), 9)).unwrap();
    let failed: Vec<&Mail> = queued.iter().filter(|mail| mail.failed.is_some()).collect();
    assert_eq!((queued.len(), failed.len(), &*failed[0].recipient), (3, 1, "a..b@x..y"));
    assert!(failed[0].error.as_ref().unwrap().contains("a..b@x..y"), "{failed:?}");
}
