//! Lists: current, future, past and permanent, with filter and search.

use conclave::directory::{AccountRole, Details, Filter, Kind, List, Schedule};

use crate::common::{at, meeting, minutes, number, on_each};

#[test]
fn each_conference_is_in_the_list_of_its_time() {
    on_each("lists", |db| {
        let ada = db.account("ada", None);
        let of = |name: &str, start, rule| Details {
            name: name.into(),
            schedule: Some(Schedule::new(start, "Europe/Berlin", minutes(60), Some(rule)).unwrap()),
            ..Details::new(ada, Kind::Scheduled)
        };
        let all = [
            of("once", "2026-11-24T09:00", ""),
            of("weekly", "2026-11-23T09:00", "FREQ=WEEKLY"),
            of("daily", "2026-11-21T14:00", "FREQ=DAILY;COUNT=4"),
            Details { expires: Some(at("2026-11-23T00:00:00Z")), ..meeting(ada, "expiring") },
            meeting(ada, "always"),
        ];
        for details in &all {
            db.conference(details).unwrap();
        }
        let mut lists = |now, list| {
            db.now = at(now);
            let filter = Filter { list: Some(list), ..Filter::default() };
            let listed = db.desk(|desk| desk.conferences(&filter)).unwrap();
            listed.into_iter().map(|listed| listed.conference.details.name).collect::<Vec<_>>()
        };
        let noon = "2026-11-21T12:00:00Z";
        assert_eq!(lists(noon, List::Future), ["daily", "weekly", "once"]);
        assert_eq!(lists(noon, List::Permanent), ["expiring", "always"]);
        assert!(lists(noon, List::Current).is_empty() && lists(noon, List::Past).is_empty());
        let monday = "2026-11-23T08:30:00Z";
        assert_eq!(lists(monday, List::Current), ["weekly"]);
        assert_eq!(lists(monday, List::Future), ["daily", "once"]);
        assert_eq!(lists(monday, List::Past), ["expiring"]);
        let later = "2026-12-01T12:00:00Z";
        assert_eq!(lists(later, List::Past), ["daily", "once", "expiring"]);
        assert_eq!(lists(later, List::Future), ["weekly"]);
    });
}

#[test]
fn words_find_what_has_all_of_them() {
    on_each("words", |db| {
        let (ada, bob) = (db.account("ada", None), db.account("bob", None));
        let board = Details {
            name: "Ärzte-Konferenz".into(),
            tag: "North".into(),
            extension: Some(number("8017")),
            ..meeting(ada, "")
        };
        let sales = Details {
            description: "Sales of 50%, under_scores".into(),
            email: "sue@example.org".into(),
            ..meeting(bob, "Sales")
        };
        for details in [&board, &sales] {
            db.desk(|desk| desk.create_conference(details, AccountRole::Owner)).unwrap();
        }
        let found = |filter: Filter| db.desk(|desk| desk.conferences(&filter)).unwrap().len();
        let words = |words: &str| found(Filter { words: words.into(), ..Filter::default() });
        for (text, count) in [
            ("", 2),
            ("ärzte", 1),
            ("ÄRZTE north", 1),
            ("ärzte south", 0),
            ("8017", 1),
            ("SUE@", 1),
            ("%", 1),
            ("_", 1),
            ("'", 0),
        ] {
            assert_eq!(words(text), count, "{text}");
        }
        assert_eq!(found(Filter { owner: Some(bob), ..Filter::default() }), 1);
        assert_eq!(found(Filter { owner: Some(bob), words: "north".into(), ..Filter::default() }), 0);
        assert_eq!(found(Filter { kind: Some(Kind::Local), ..Filter::default() }), 0);
    });
}
