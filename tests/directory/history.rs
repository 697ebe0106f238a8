//! History and charges.

use conclave::directory::{AccountId, Desk, PastVisit, Totals, VisitFilter};
use conclave::room::CallResult;
use std::time::Duration;

use crate::common::{at, meeting, on_each, until, visit};

#[test]
fn who_came_and_went_is_written_down_with_what_it_cost() {
    on_each("visits", |db| {
        let ada = db.account("ada", None);
        let board = db.conference(&meeting(ada, "Board")).unwrap();
        let directory = db.directory("pbx1");
        directory.came(1, visit(Some(ada), Some(board.id), "201", "2026-11-21T09:00:00Z"));
        directory.came(2, visit(Some(ada), Some(board.id), "202", "2026-11-21T09:01:00Z"));
        let refused = conclave::directory::Visit { role: "", ..visit(None, None, "203", "2026-11-21T09:02:00Z") };
        directory.refused(refused, CallResult::BadPin);
        directory.went(1, at("2026-11-21T09:10:01Z"), CallResult::Dtmf, String::new());
        // Who was never there changes nothing.
        directory.went(7, at("2026-11-21T09:10:01Z"), CallResult::Dtmf, String::new());
        let all = || db.desk(|desk| desk.visits(&VisitFilter::default(), 0, 100)).unwrap();
        until("the history is written", || all().iter().any(|visit| visit.result.as_deref() == Some("DTMF")));

        let told: Vec<_> =
            all().into_iter().map(|visit| (visit.caller_number, visit.went, visit.result, visit.cost)).collect();
        assert_eq!(
            told,
            [
                ("203".into(), Some(at("2026-11-21T09:02:00Z")), Some("BADPIN".into()), Some(0)),
                ("202".into(), None, None, None),
                // 601 s at 6 a minute, the begun unit counts.
                ("201".into(), Some(at("2026-11-21T09:10:01Z")), Some("DTMF".into()), Some(61)),
            ]
        );
        directory.went(2, at("2026-11-21T09:02:00Z"), CallResult::Hangup, String::new());
        directory.stop();
        let of = |filter: VisitFilter| db.desk(|desk| desk.totals(&filter)).unwrap();
        let wanted = Totals { visits: 2, time: Duration::from_secs(661), cost: 67 };
        assert_eq!(of(VisitFilter { account: Some(ada), ..VisitFilter::default() }), wanted);
        assert_eq!(of(VisitFilter { admitted: Some(true), ..VisitFilter::default() }), wanted);
        assert_eq!(of(VisitFilter { account: Some(AccountId(99)), ..VisitFilter::default() }), Totals::default());
    });
}

#[test]
fn it_is_found_by_tag_conference_account_and_date() {
    on_each("filter", |db| {
        let ada = db.account("ada", None);
        let board = db.conference(&meeting(ada, "Board")).unwrap().id;
        db.desk(|desk| {
            for day in 1..=9 {
                let mut one = visit(Some(ada), Some(board), "201", &format!("2026-11-0{day}T09:00:00Z"));
                one.tag = if day % 2 == 0 { "even" } else { "odd" }.into();
                let id = desk.visit_begins(&one)?;
                desk.visit_ends(id, &one, one.came, CallResult::Hangup, "")?;
            }
            desk.visit_refused(&visit(None, None, "202", "2026-11-05T10:00:00Z"), CallResult::NoRoom)
        })
        .unwrap();
        let count = |filter: VisitFilter| db.desk(|desk| desk.visits(&filter, 0, 100)).unwrap().len();
        let all = VisitFilter::default;
        assert_eq!(count(all()), 10);
        assert_eq!(count(VisitFilter { tag: Some("odd".into()), ..all() }), 5);
        assert_eq!(count(VisitFilter { conference: Some(board), ..all() }), 9);
        assert_eq!(
            count(VisitFilter {
                from: Some(at("2026-11-03T09:00:00Z")),
                until: Some(at("2026-11-05T09:00:00Z")),
                ..all()
            }),
            2
        );
        assert_eq!(
            count(VisitFilter {
                account: Some(ada),
                tag: Some("even".into()),
                from: Some(at("2026-11-05T00:00:00Z")),
                ..all()
            }),
            2
        );
        let page = db.desk(|desk| desk.visits(&all(), 2, 3)).unwrap();
        let days: Vec<i8> = page.iter().map(|visit| visit.came.to_zoned(jiff::tz::TimeZone::UTC).day()).collect();
        assert_eq!(days, [7, 6, 5]);
        assert_eq!(db.desk(|desk| desk.forget_visits(at("2026-11-05T00:00:00Z"))).unwrap(), 4);
        assert_eq!(count(all()), 6);
    });
}

#[test]
fn it_outlives_conference_and_account() {
    on_each("outlives", |db| {
        let ada = db.account("ada", None);
        let board = db.conference(&meeting(ada, "Board")).unwrap().id;
        db.desk(|desk| {
            let id = desk.visit_begins(&visit(Some(ada), Some(board), "201", "2026-11-21T09:00:00Z"))?;
            desk.delete_conference(board)?;
            desk.delete_account(ada)?;
            desk.visit_ends(
                id,
                &visit(Some(ada), Some(board), "201", "2026-11-21T09:00:00Z"),
                at("2026-11-21T10:00:00Z"),
                CallResult::Ended,
                "",
            )
        })
        .unwrap();
        let all = db
            .desk(|desk| desk.visits(&VisitFilter { conference: Some(board), ..VisitFilter::default() }, 0, 9))
            .unwrap();
        assert_eq!((&*all[0].tag, all[0].account, all[0].cost), ("board", Some(ada), Some(360)));
    });
}

#[test]
fn what_is_older_than_the_provider_keeps_it_is_forgotten() {
    on_each("tidy", |db| {
        db.now = at("2026-11-21T12:00:00Z");
        db.desk(|desk| {
            for came in ["2026-11-10T09:00:00Z", "2026-11-20T09:00:00Z"] {
                let one = visit(None, None, "201", came);
                let id = desk.visit_begins(&one)?;
                desk.visit_ends(id, &one, one.came, CallResult::Hangup, "")?;
            }
            desk.visit_begins(&visit(None, None, "202", "2026-11-10T09:00:00Z"))
        })
        .unwrap();
        let mut left = |days: Option<&str>| {
            db.desk(|desk| {
                desk.set_setting(Desk::HISTORY_DAYS, days)?;
                desk.tidy()?;
                Ok(desk.visits(&VisitFilter::default(), 0, 9)?.len())
            })
            .unwrap()
        };
        // For ever, if it is not said, or not in words that are understood.
        assert_eq!([None, Some("0"), Some("soon"), Some("30")].map(&mut left), [3; 4]);
        // Who is there stays, however long he is.
        assert_eq!(left(Some("7")), 2);
    });
}

#[test]
fn when_somebody_talked_is_kept_up_to_a_length() {
    on_each("talks", |db| {
        let one = visit(None, None, "201", "2026-11-21T09:00:00Z");
        let many: String = (0..4000).map(|n| format!("{}-{} ", n * 10, n * 10 + 5)).collect();
        db.desk(|desk| {
            let id = desk.visit_begins(&one)?;
            desk.visit_ends(id, &one, one.came, CallResult::Hangup, many.trim_end())
        })
        .unwrap();
        let talks = db.desk(|desk| desk.visits(&VisitFilter::default(), 0, 9)).unwrap().remove(0).talks;
        assert!(talks.len() <= PastVisit::LONGEST_TALKS && many.starts_with(&format!("{talks} ")), "{}", talks.len());
    });
}
