//! A guest never gets the leader code, and a password never comes out again.

use conclave::directory::*;
use conclave::mail::{MailSettings, Why, calendar, invite};

use crate::common::{letters, raw, ready, save, settings, text, weekly};
use crate::db::{Db, number};

#[test]
fn no_guest_and_no_calendar_ever_has_the_leader_code() {
    let db = Db::sqlite("secrets");
    let ada = ready(&db);
    save(&db, &MailSettings { base_url: "https://pbx.example.org".into(), ..settings() });
    let mut kinds = vec![weekly(ada), Details { kind: Kind::Meeting, schedule: None, ..weekly(ada) }];
    kinds.push(Details { extension: Some(number("8000")), pin: Some(Code::parse("1357").unwrap()), ..weekly(ada) });
    for details in kinds {
        let made = db.conference(&details).unwrap();
        let changed = Details { description: "Something else".into(), ..details.clone() };
        let changed = Conference { version: 2, details: changed, ..made.clone() };
        let leader = made.codes.clone().unwrap().leader;
        for why in [Why::Made, Why::Changed(&changed), Why::Again, Why::Deleted] {
            assert_eq!(db.desk(|desk| invite(desk, &made, why)), Ok(3));
            for (to, mail) in letters(&db) {
                let is_told = text(&mail, "/everything").contains(leader.reveal());
                assert_eq!(
                    is_told,
                    to == "ada@example.org" && !matches!(why, Why::Deleted),
                    "{why:?} to {to}: {mail:#}"
                );
                let calendar = mail.get("calendar").map(ToString::to_string).unwrap_or_default();
                assert!(!calendar.contains(leader.reveal()), "{why:?} to {to}");
            }
        }
        // Nor anything of it in what goes over the wire: not coded in any way that hides digits from the search above.
        db.desk(|desk| invite(desk, &made, Why::Made)).unwrap();
        for (to, raw) in raw(&db) {
            assert_eq!(raw.contains(leader.reveal()), to == "ada@example.org");
        }
        let shown = db.desk(|desk| calendar(desk, &made)).unwrap();
        assert_eq!(shown.is_some(), details.kind == Kind::Scheduled);
        assert!(!shown.unwrap_or_default().contains(leader.reveal()));
    }
}

#[test]
fn mail_that_waits_shows_nothing_when_it_is_printed() {
    let db = Db::sqlite("printed");
    let ada = ready(&db);
    let made = db.conference(&weekly(ada)).unwrap();
    db.desk(|desk| invite(desk, &made, Why::Made)).unwrap();
    let queued = db.desk(|desk| desk.mail(None, 9)).unwrap();
    let codes = made.codes.unwrap();
    assert!(queued.iter().any(|mail| mail.content.contains(codes.leader.reveal())));
    assert!(!format!("{queued:?}").contains(codes.leader.reveal()));
}
