//! Databases of former versions, and of later ones.

use std::sync::Arc;

use conclave::directory::*;

use crate::common::{Db, PATIENCE, at, fields, number, on_each};

fn open(db: &Db) -> Result<Box<dyn Store>, Fault> {
    let quiet: OnNews = Arc::new(|_| {});
    db.place.open(PATIENCE, &quiet)
}

/// As it was when a former version wrote it.
fn old(db: &Db, dump: &str) {
    // Without the migrations, which opening would run.
    let mut store = db.store();
    store.begin(Access::Write).unwrap();
    for table in [
        "seat",
        "sound_part",
        "sound",
        "token",
        "mail",
        "node",
        "visit",
        "deleted_conference",
        "code",
        "number",
        "conference_setting",
        "conference",
        "account",
        "setting",
        "sequence",
        "schema_version",
    ] {
        store.script(&format!("DROP TABLE {table}")).unwrap();
    }
    store.script(dump).unwrap();
    store.commit().unwrap();
}

#[test]
fn one_of_schema_1_is_read_as_it_was_written() {
    on_each("schema-1", |db| {
        old(db, include_str!("old/1.sql"));
        drop(open(db).unwrap());
        db.now = at("2026-11-24T08:30:00Z");
        let ada = db.desk(|desk| desk.account_by_login("ada")).unwrap().unwrap();
        assert_eq!((ada.details.cap, ada.details.rate, ada.details.role), (Some(20), 6, AccountRole::Owner));
        let listed = db.desk(|desk| desk.conferences(&Filter::default())).unwrap();
        assert_eq!(listed.iter().map(|one| one.times.list).collect::<Vec<_>>(), [List::Current, List::Permanent]);
        let Conference { details, codes, version, .. } = &listed[0].conference;
        assert_eq!((&*details.name, *version, details.extension.as_ref()), ("Board", 3, Some(&number("8000"))));
        assert_eq!(details.settings, [("arrivals".to_owned(), "names".to_owned())]);
        assert_eq!(details.schedule.as_ref().unwrap().repeats().unwrap().to_string(), "FREQ=WEEKLY;BYDAY=TU");
        assert_eq!(codes.as_ref().unwrap().leader.reveal(), "73016428");
        let found = db.desk(|desk| desk.by_code(&codes.as_ref().unwrap().participant, &number("800"))).unwrap();
        assert_eq!(found.unwrap().0.conference.id, listed[0].conference.id);
        let visits = db.desk(|desk| desk.visits(&VisitFilter::default(), 0, 9)).unwrap();
        assert_eq!(visits.iter().map(|visit| visit.cost).collect::<Vec<_>>(), [None, Some(0), Some(360)]);
        assert!(visits.iter().all(|visit| visit.talks.is_empty()));
        // Identities are not given out again.
        assert_eq!(db.account("bob", None).0, ada.id.0 + 1);
        assert_eq!(db.desk(|desk| desk.token("aa")).unwrap().unwrap().name, "laptop");
        assert_eq!(db.desk(|desk| desk.setting("currency")).unwrap().as_deref(), Some("EUR"));
        assert_eq!(db.desk(|desk| desk.mail(None, 9)).unwrap().len(), 1);
        assert_eq!(
            fields(db.conference(&Details { extension: Some(number("8000")), ..Details::new(ada.id, Kind::Meeting) })),
            ["extension"]
        );
    });
}

#[test]
fn a_later_one_is_refused_with_words_and_left_alone() {
    on_each("later", |db| {
        db.account("ada", None);
        let later = MIGRATIONS.len() as i64 + 6;
        let mut store = db.store();
        store.begin(Access::Write).unwrap();
        store.run("UPDATE schema_version SET version = $1", &[later.into()]).unwrap();
        store.commit().unwrap();
        let fault = open(db).err().unwrap();
        assert_eq!(fault, Fault::Newer { found: later, known: MIGRATIONS.len() as i64 });
        assert!(fault.to_string().contains("newer Conclave") && fault.to_string().contains("install"), "{fault}");

        let directory = db.directory("pbx1");
        match directory.wait(Access::Read, |desk| desk.accounts()) {
            Err(Error::Unavailable(why)) => assert!(why.contains("newer Conclave"), "{why}"),
            other => panic!("{other:?}"),
        }
        // Once the right version is there, it goes on.
        store.begin(Access::Write).unwrap();
        store.run("UPDATE schema_version SET version = $1", &[(MIGRATIONS.len() as i64).into()]).unwrap();
        store.commit().unwrap();
        crate::common::until("it heals", || {
            directory.wait(Access::Read, |desk| desk.accounts()).is_ok_and(|all| all.len() == 1)
        });
        directory.stop();
    });
}

#[test]
fn several_may_make_a_new_one_at_once() {
    on_each("at-once", |db| {
        // As many PBXs that start after a power failure.
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let mut store = open(db).unwrap();
                    store.begin(Access::Read).unwrap();
                    assert_eq!(version_of(store.as_mut()), MIGRATIONS.len() as i64);
                    store.commit().unwrap();
                });
            }
        });
    });
}

fn version_of(store: &mut dyn Store) -> i64 {
    store.rows("SELECT version FROM schema_version", &[]).unwrap()[0].integer(0).unwrap().unwrap()
}

#[test]
fn what_is_no_database_is_told() {
    let db = Db::sqlite("no-database");
    std::fs::write(db.path(), "This is a text of an administrator, and longer than the head of a database.".repeat(20))
        .unwrap();
    let fault = open(&db).err().unwrap();
    assert!(fault.to_string().contains("not a database") && fault.to_string().contains("directory.db"), "{fault}");
    assert!(std::fs::read_to_string(db.path()).unwrap().starts_with("This is a text"));
}
