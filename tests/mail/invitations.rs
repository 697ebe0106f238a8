//! Who is written to, when, and in which words.

use conclave::directory::*;
use conclave::mail::{How, MailSettings, Why, invite};
use conclave::room::RoomNumber;
use serde_json::Value;

use crate::common::{letters, ready, save, settings, text, weekly};
use crate::db::{Db, at, meeting, number, on_each};

const BY: AccountRole = AccountRole::Owner;

fn make(db: &Db, details: &Details) -> Conference {
    db.desk(|desk| {
        let made = desk.create_conference(details, BY)?;
        invite(desk, &made, Why::Made)?;
        Ok(made)
    })
    .unwrap()
}

fn change(db: &Db, before: &Conference, details: &Details) -> Conference {
    db.desk(|desk| {
        let after = desk.update_conference(before.id, before.version, details, BY)?;
        invite(desk, &after, Why::Changed(before))?;
        Ok(after)
    })
    .unwrap()
}

fn delete(db: &Db, conference: &Conference) -> u32 {
    db.desk(|desk| {
        desk.delete_conference(conference.id)?;
        invite(desk, conference, Why::Deleted)
    })
    .unwrap()
}

/// To whom, the subject, and the method and sequence of the calendar.
fn summary(letters: &[(String, Value)]) -> Vec<String> {
    let line = |(to, mail): &(String, Value)| {
        let calendar = match &mail["calendar"] {
            Value::Null => "no calendar".to_owned(),
            calendar => format!("{} {}", text(calendar, "/method"), calendar["sequence"]),
        };
        format!("{to}: {} | {calendar}", text(mail, "/subject"))
    };
    letters.iter().map(line).collect()
}

const TUESDAY: &str = "Board, Tuesday, 24 November 2026, 09:00 (Europe/Berlin)";

#[test]
fn whoever_administers_it_and_its_guests_are_told_all_that_they_need() {
    on_each("told", |db| {
        let ada = ready(db);
        db.desk(|desk| desk.set_dial_in(&number("800"), "+49 30 1234800")).unwrap();
        save(db, &MailSettings { base_url: "https://pbx.example.org/conclave/".into(), ..settings() });
        let made = make(db, &Details { extension: Some(number("8000")), ..weekly(ada) });
        let letters = letters(db);
        assert_eq!(
            summary(&letters),
            [
                format!("ada@example.org: Conference {TUESDAY} | REQUEST 1"),
                format!("bob@example.org: Invitation: {TUESDAY} | REQUEST 1"),
                format!("cleo@example.org: Invitation: {TUESDAY} | REQUEST 1"),
            ]
        );
        let codes = made.codes.unwrap();
        let (leader, participant) = (codes.leader.reveal(), codes.participant.reveal());
        let administrator = text(&letters[0].1, "/text");
        let link = format!("https://pbx.example.org/conclave/#/conferences/{}", made.id.0);
        for wanted in [
            "Figures of the month",
            "When: Tuesday, 24 November 2026, 09:00 (Europe/Berlin)",
            "Repeats: every week on Tuesday",
            "Lasts: 1 hour 30 minutes",
            "    8000\n    +49 30 1234800 (inside: 800)",
            &format!("Leader code: {leader}"),
            &format!("Participant code: {participant}"),
            "    *94  end the conference for all",
            &link,
        ] {
            assert!(administrator.contains(wanted), "{wanted}: {administrator}");
        }
        let guest = text(&letters[1].1, "/text");
        for wanted in ["+49 30 1234800", &format!("Access code: {participant}"), "    *1  mute", "ada@example.org"] {
            assert!(guest.contains(wanted), "{wanted}: {guest}");
        }
        // What has no value is not there, and nobody reads of keys that he cannot use.
        assert!(!guest.contains("PIN") && !guest.contains("Expires") && !guest.contains("*94"), "{guest}");
        let mail = &letters[1].1;
        assert_eq!(
            (text(mail, "/from"), text(mail, "/to"), text(mail, "/reply_to")),
            ("Conferences <conference@example.org>", "bob@example.org", "ada@example.org")
        );
        assert_eq!(
            mail["kinds"],
            serde_json::json!([
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/calendar",
                "application/ics"
            ])
        );
        assert_eq!((&mail["methods"], &mail["same"]), (&serde_json::json!(["REQUEST"]), &true.into()));
        let calendar = &mail["calendar"];
        assert_eq!(text(calendar, "/uid"), made.uid);
        assert_eq!(text(calendar, "/summary"), "Board");
        assert_eq!(text(calendar, "/organizer"), "mailto:conference@example.org");
        assert_eq!(calendar["attendees"], serde_json::json!(["mailto:bob@example.org"]));
        assert_eq!(text(calendar, "/location"), "8000, +49 30 1234800 (inside: 800)");
        assert_eq!((text(calendar, "/categories"), &calendar["minutes"]), ("board", &90.0.into()));
    });
}

#[test]
fn saving_again_sends_again_and_guests_hear_of_what_they_see_only() {
    on_each("again", |db| {
        let ada = ready(db);
        let made = make(db, &weekly(ada));
        assert_eq!(letters(db).len(), 3);
        // Nothing is different, but it was saved.
        let saved = change(db, &made, &weekly(ada));
        assert_eq!(summary(&letters(db)), [format!("ada@example.org: Conference {TUESDAY} | REQUEST 2")]);
        // Something that guests do not see.
        let recorded = Details { settings: vec![("record".into(), "yes".into())], ..weekly(ada) };
        let saved = change(db, &saved, &recorded);
        assert_eq!(summary(&letters(db)), [format!("ada@example.org: Conference {TUESDAY} | REQUEST 3")]);
        // Another day; one guest is gone, one is new.
        let guests = vec!["Bob@Example.org".into(), "dora@example.org".into()];
        let schedule =
            Schedule::new("2026-11-26T09:00", "Europe/Berlin", std::time::Duration::from_secs(3600), None).unwrap();
        let moved = change(db, &saved, &Details { schedule: Some(schedule), guests, ..recorded });
        let thursday = TUESDAY.replace("Tuesday, 24", "Thursday, 26");
        assert_eq!(
            summary(&letters(db)),
            [
                format!("Bob@Example.org: Changed: Invitation: {thursday} | REQUEST 4"),
                format!("ada@example.org: Changed: Conference {thursday} | REQUEST 4"),
                format!("cleo@example.org: Cancelled: {TUESDAY} | CANCEL 4"),
                format!("dora@example.org: Invitation: {thursday} | REQUEST 4"),
            ]
        );
        // New codes are a change for all.
        let renewed = db
            .desk(|desk| {
                let renewed = desk.renew_codes(moved.id, moved.version)?;
                invite(desk, &renewed, Why::Changed(&moved))?;
                Ok(renewed)
            })
            .unwrap();
        let sent = letters(db);
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|(_, mail)| text(mail, "/subject").starts_with("Changed:")));
        let code = renewed.codes.clone().unwrap().participant;
        assert!(sent.iter().all(|(_, mail)| text(mail, "/text").contains(code.reveal())));
        // Sent once more because somebody wants it.
        assert_eq!(db.desk(|desk| invite(desk, &renewed, Why::Again)), Ok(3));
        assert!(letters(db).iter().all(|(_, mail)| !text(mail, "/subject").starts_with("Changed:")));
        // Deleted, and had back.
        assert_eq!(delete(db, &renewed), 3);
        assert_eq!(
            summary(&letters(db)),
            ["Bob@Example.org", "ada@example.org", "dora@example.org"]
                .map(|to| format!("{to}: Cancelled: {thursday} | CANCEL 6"))
        );
        db.desk(|desk| {
            let back = desk.undelete_conference(renewed.id)?;
            invite(desk, &back, Why::Made)
        })
        .unwrap();
        let back = summary(&letters(db));
        assert!(back.len() == 3 && back.iter().all(|line| line.ends_with("| REQUEST 7")), "{back:?}");
    });
}

#[test]
fn as_many_guests_as_there_may_be_are_invited_in_one_go() {
    on_each("many", |db| {
        let ada = ready(db);
        let guests: Vec<String> = (0..500).map(|guest| format!("guest{guest:03}@example.org")).collect();
        let begun = std::time::Instant::now();
        let made = make(db, &Details { guests: guests.clone(), ..weekly(ada) });
        let took = begun.elapsed();
        let queued = db.desk(|desk| desk.mail(Some(made.id), 1000)).unwrap();
        let mut recipients: Vec<&str> = queued.iter().map(|mail| &*mail.recipient).collect();
        recipients.sort_unstable();
        assert_eq!(
            (recipients[0], &recipients[1..]),
            ("ada@example.org", &*guests.iter().map(|to| &**to).collect::<Vec<_>>())
        );
        assert!(queued.iter().all(|mail| mail.content.contains(&format!("To: {}\r\n", mail.recipient))));
        // Whoever saves waits for it; and this is a build without optimization.
        assert!(took < std::time::Duration::from_secs(10), "{took:?}");
        eprintln!("500 guests in {took:?}");
    });
}

#[test]
fn switched_off_it_is_cancelled_and_switched_on_again_guests_are_invited() {
    let db = Db::sqlite("off");
    let ada = ready(&db);
    let made = make(&db, &weekly(ada));
    letters(&db);
    let off = change(&db, &made, &Details { enabled: false, ..weekly(ada) });
    let sent = summary(&letters(&db));
    assert_eq!(sent[0], format!("ada@example.org: Conference {TUESDAY} | REQUEST 2"));
    assert_eq!(sent[1], format!("bob@example.org: Cancelled: {TUESDAY} | CANCEL 2"));
    change(&db, &off, &weekly(ada));
    assert_eq!(summary(&letters(&db))[1], format!("bob@example.org: Invitation: {TUESDAY} | REQUEST 3"));
}

#[test]
fn what_is_not_scheduled_any_more_goes_from_calendars() {
    let db = Db::sqlite("kind");
    let ada = ready(&db);
    let made = make(&db, &weekly(ada));
    letters(&db);
    let open = Details { kind: Kind::Meeting, schedule: None, ..weekly(ada) };
    let open = change(&db, &made, &open);
    let sent = letters(&db);
    assert_eq!(summary(&sent)[1], "bob@example.org: Changed: Invitation: Board, always open | CANCEL 2");
    assert!(text(&sent[1].1, "/text").contains("When: always open"));
    // And nothing of a calendar where there never was one.
    let pin = Details { pin: Some(Code::parse("2468").unwrap()), ..open.details.clone() };
    change(&db, &open, &pin);
    let sent = letters(&db);
    assert_eq!(summary(&sent)[1], "bob@example.org: Changed: Invitation: Board, always open | no calendar");
    assert!(text(&sent[1].1, "/text").contains("PIN at its extension: 2468"));
}

#[test]
fn another_administrator_is_told_and_the_old_one_too() {
    let db = Db::sqlite("another");
    let ada = ready(&db);
    let made = make(&db, &weekly(ada));
    letters(&db);
    // A guest takes it over.
    change(&db, &made, &Details { email: "bob@example.org".into(), ..weekly(ada) });
    let sent = letters(&db);
    assert_eq!(
        summary(&sent),
        [
            format!("ada@example.org: Cancelled: {TUESDAY} | CANCEL 2"),
            format!("bob@example.org: Changed: Conference {TUESDAY} | REQUEST 2"),
            format!("cleo@example.org: Changed: Invitation: {TUESDAY} | REQUEST 2"),
        ]
    );
    let leader = made.codes.unwrap().leader;
    let has_code = |mail: &Value| text(mail, "/everything").contains(leader.reveal());
    assert_eq!(sent.iter().map(|(_, mail)| has_code(mail)).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn nobody_hears_of_what_is_over_or_while_mail_is_off() {
    let mut db = Db::sqlite("over");
    let ada = ready(&db);
    let once = Details {
        schedule: Schedule::new("2026-11-24T09:00", "UTC", std::time::Duration::from_secs(3600), None).ok(),
        ..weekly(ada)
    };
    let made = make(&db, &once);
    letters(&db);
    db.now = at("2026-12-24T12:00:00Z");
    let later = change(&db, &made, &Details { description: "Minutes".into(), ..once });
    assert_eq!(letters(&db).len(), 1, "whoever saves it is told that it was saved");
    assert_eq!(delete(&db, &later), 0);
    db.now = at("2026-11-21T12:00:00Z");
    save(&db, &MailSettings { how: How::Off, ..settings() });
    make(&db, &weekly(ada));
    assert!(db.desk(|desk| desk.mail(None, 99)).unwrap().iter().all(|mail| mail.sent.is_some()));
}

#[test]
fn the_numbers_are_those_at_which_it_is_reached() {
    let db = Db::sqlite("numbers");
    let ada = ready(&db);
    db.desk(|desk| desk.add_access_number(&number("801"))).unwrap();
    let at = |details: Details| {
        let made = db.conference(&details).unwrap();
        db.desk(|desk| conclave::mail::dial_in(desk, &made)).unwrap()
    };
    assert_eq!(at(meeting(ada, "Any")), ["800", "801"]);
    assert_eq!(at(Details { access_number: Some(number("801")), ..meeting(ada, "One") }), ["801"]);
    let extension: RoomNumber = number("8000");
    assert_eq!(at(Details { extension: Some(extension), ..Details::new(ada, Kind::Dynamic) }), ["8000"]);
}
