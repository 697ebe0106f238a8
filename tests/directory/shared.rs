//! Several PBXs on one PostgreSQL.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use conclave::directory::*;
use conclave::room::Opens;
use jiff::Timestamp;

use crate::common::cluster::Cluster;
use crate::common::proxy::{Proxy, Way};
use crate::common::{Db, PATIENCE, meeting, number, until, visit};

fn heard(db: &Db, node: &str) -> (Directory, Receiver<Change>) {
    let (sender, changes) = channel();
    let directory = db.heard(node, move |change| _ = sender.send(change));
    assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Everything));
    (directory, changes)
}

#[test]
fn what_one_changes_the_others_see_at_once() {
    let Some(db) = Db::postgres("see") else { return };
    let ada = db.account("ada", None);
    let (one, at_one) = heard(&db, "pbx1");
    let (two, at_two) = heard(&db, "pbx2");
    let made = one
        .wait(Access::Write, move |desk| desk.create_conference(&meeting(ada, "Board"), AccountRole::Owner))
        .unwrap();
    for changes in [&at_one, &at_two] {
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Conference(made.id)));
    }
    let codes = made.codes.clone().unwrap();
    let opens = |directory: &Directory, code: &Code| {
        let code = code.clone();
        directory.wait(Access::Read, move |desk| desk.by_code(&code, &number("800"))).unwrap().map(|(_, opens)| opens)
    };
    assert_eq!(opens(&two, &codes.leader), Some(Opens::AsLeader));
    // The old code opens nothing anywhere from the moment on that the new one is there.
    let (id, version) = (made.id, made.version);
    let renewed = two.wait(Access::Write, move |desk| desk.renew_codes(id, version)).unwrap().codes.unwrap();
    for directory in [&one, &two] {
        assert_eq!(opens(directory, &codes.leader), None);
        assert_eq!(opens(directory, &renewed.participant), Some(Opens::AsAnybody));
    }
    assert_eq!(at_one.recv_timeout(PATIENCE), Ok(Change::Conference(made.id)));
    // What fails is not told.
    let failed = one.wait(Access::Write, move |desk| {
        desk.delete_conference(id)?;
        Err::<(), _>(Error::Missing("anything"))
    });
    assert_eq!(failed, Err(Error::Missing("anything")));
    one.wait(Access::Write, |desk| desk.set_setting("currency", Some("EUR"))).unwrap();
    assert_eq!(at_one.recv_timeout(PATIENCE), Ok(Change::Settings));
    one.stop();
    two.stop();
}

#[test]
fn an_extension_is_given_once_however_many_ask() {
    let Some(db) = Db::postgres("race") else { return };
    let ada = db.account("ada", None);
    let all: Vec<Directory> = (0..4).map(|node| db.directory(&format!("pbx{node}"))).collect();
    for round in 0..10 {
        let start = Barrier::new(4);
        let done: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = all
                .iter()
                .map(|directory| {
                    scope.spawn(|| {
                        start.wait();
                        let details =
                            Details { extension: Some(number(&format!("80{round}"))), ..meeting(ada, "Board") };
                        directory.wait(Access::Write, move |desk| desk.create_conference(&details, AccountRole::Owner))
                    })
                })
                .collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        // The others are told at the field, not that something went wrong.
        for error in done.into_iter().filter_map(Result::err) {
            assert!(matches!(&error, Error::Invalid(wrong) if wrong[0].field == "extension"), "{error:?}");
        }
    }
    all.iter().for_each(Directory::stop);
}

#[test]
fn who_is_there_on_another_counts() {
    let Some(db) = Db::postgres("elsewhere") else { return };
    let ada = db.account("ada", Some(3));
    let board = db.conference(&meeting(ada, "Board")).unwrap().id;
    let (one, two) = (db.directory("pbx1"), db.directory("pbx2"));
    for call in 0..2 {
        one.came(
            call,
            Visit { came: Timestamp::now(), ..visit(Some(ada), Some(board), "201", "2026-11-21T12:00:00Z") },
        );
    }
    let elsewhere =
        |directory: &Directory| directory.wait(Access::Read, move |desk| desk.reach(board)).unwrap().unwrap().elsewhere;
    until("the other counts them", || elsewhere(&two) == 2);
    assert_eq!(elsewhere(&one), 0);
    let mut caps = Caps::default();
    assert_eq!(caps.enter(ada, Some(3), elsewhere(&two)), Ok(()));
    assert_eq!(caps.enter(ada, Some(3), elsewhere(&two)), Err(CapReached { cap: 3 }));
    one.went(0, Timestamp::now(), conclave::room::CallResult::Hangup, String::new());
    until("one less", || elsewhere(&two) == 1);
    // One that was killed is not heard of any more, and does not count for long.
    let mut store = db.store();
    store.begin(Access::Write).unwrap();
    store.run("UPDATE node SET seen = seen - 200000", &[]).unwrap();
    store.commit().unwrap();
    assert_eq!(elsewhere(&two), 0);
    one.stop();
    two.stop();
}

#[test]
fn the_last_seats_are_taken_once_however_many_come_at_the_same_moment() {
    const CAP: u32 = 3;
    let Some(db) = Db::postgres("seats") else { return };
    let ada = db.account("ada", Some(CAP));
    let board = db.conference(&meeting(ada, "Board")).unwrap().id;
    let all: Vec<Directory> = (0..4).map(|node| db.directory(&format!("pbx{node}"))).collect();
    let come = |directory: &Directory, call: u64, here: u32| {
        let asked = directory.wait(Access::Write, move |desk| {
            let account = desk.account(ada)?;
            desk.take_seat(&account, call, here)
        });
        asked.unwrap() + here < CAP
    };
    let elsewhere =
        |directory: &Directory| directory.wait(Access::Read, move |desk| desk.reach(board)).unwrap().unwrap().elsewhere;
    for round in 0..20 {
        let start = Barrier::new(4);
        let inside: Vec<(&Directory, u64, bool)> = std::thread::scope(|scope| {
            let come = |(call, directory)| {
                let (start, come) = (&start, &come);
                scope.spawn(move || {
                    start.wait();
                    (directory, call, come(directory, call, 0))
                })
            };
            let come: Vec<_> = (10 * round..).zip(&all).map(come).collect();
            come.into_iter().map(|come| come.join().unwrap()).collect()
        });
        assert_eq!(inside.iter().filter(|(.., is_in)| *is_in).count() as u32, CAP, "round {round}");
        for (directory, _, is_in) in &inside {
            assert_eq!(elsewhere(directory) + u32::from(*is_in), CAP, "each counts the others, round {round}");
        }
        // A seat becomes a visit, or somebody stays out after all; at no moment is it counted twice, or not at all.
        for (directory, call, is_in) in &inside {
            if *is_in && call % 2 == 0 {
                let came = Timestamp::now();
                directory.came(*call, Visit { came, ..visit(Some(ada), Some(board), "201", "2026-11-21T12:00:00Z") });
            } else {
                directory.stays_out(*call);
            }
        }
        let out = |(.., call, is_in): &(&Directory, u64, bool)| u32::from(*is_in && call % 2 == 0);
        let stay: u32 = inside.iter().map(out).sum();
        for (directory, call, is_in) in &inside {
            let others = stay - u32::from(*is_in && call % 2 == 0);
            until("those who came in count, and nobody else", || elsewhere(directory) == others);
        }
        for (directory, call, _) in &inside {
            directory.went(*call, Timestamp::now(), conclave::room::CallResult::Hangup, String::new());
        }
        until("all are gone", || all.iter().all(|directory| elsewhere(directory) == 0));
    }
    // A call that asks twice has one seat, and a PBX that was killed has none when it starts again.
    assert!(come(&all[0], 1, 0) && come(&all[0], 1, 0));
    assert_eq!((elsewhere(&all[0]), elsewhere(&all[1])), (0, 1));
    all[0].stop();
    let again = db.directory("pbx0");
    until("its seats are free", || elsewhere(&all[1]) == 0);
    again.stop();
    all.iter().for_each(Directory::stop);
}

/// A directory behind a way that can be cut.
fn behind(db: &Db, patience: Duration) -> (Proxy, Directory, Receiver<Change>) {
    let Place::Server(url) = &db.place else { unreachable!() };
    let port = url.split(':').nth(2).unwrap().split('/').next().unwrap();
    let proxy = Proxy::to(port.parse().unwrap());
    let url = url.replace(port, &proxy.port.to_string());
    let (sender, changes) = channel();
    let settings = Settings { patience, ..Settings::new(Place::Server(url), "pbx1") };
    let directory = Directory::start(settings, Arc::new(NoChecks), move |change| _ = sender.send(change)).unwrap();
    assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Everything));
    (proxy, directory, changes)
}

#[test]
fn a_database_that_is_away_refuses_quickly_and_heals_by_itself() {
    let Some(db) = Db::postgres("away") else { return };
    let ada = db.account("ada", None);
    let (proxy, directory, changes) = behind(&db, Duration::from_secs(2));
    for way in [Way::Cut, Way::Clogged] {
        proxy.set(way);
        for _ in 0..5 {
            let begun = Instant::now();
            let done = directory
                .wait(Access::Write, move |desk| desk.create_conference(&meeting(ada, "Board"), AccountRole::Owner));
            assert!(matches!(&done, Err(error) if error.is_temporary()), "{way:?}: {done:?}");
            assert!(begun.elapsed() < Duration::from_secs(4), "{way:?}: {:?}", begun.elapsed());
        }
        until("it knows", || !directory.health().connected && directory.health().trouble.is_some());
        directory.came(1, visit(Some(ada), None, "201", "2026-11-21T09:00:00Z"));
        directory.went(1, crate::common::at("2026-11-21T09:01:00Z"), conclave::room::CallResult::Hangup, String::new());
        proxy.set(Way::Open);
        // Without being asked for anything, and whatever was changed meanwhile is looked at again.
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Everything), "{way:?}");
        until("it is there again", || {
            directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).is_ok()
        });
        assert_eq!(directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).unwrap(), []);
    }
    let visits = || db.desk(|desk| desk.totals(&VisitFilter::default())).unwrap();
    until("the history is written", || visits().visits == 2 && visits().cost == 12);
    assert_eq!(directory.health().missing, 0);
    directory.stop();
}

#[test]
fn a_connection_that_died_unnoticed_is_made_anew_without_anybody_hearing_of_it() {
    let Some(db) = Db::postgres("unnoticed") else { return };
    let (proxy, directory, _changes) = behind(&db, Duration::from_secs(5));
    for _ in 0..5 {
        proxy.set(Way::Cut);
        proxy.set(Way::Open);
        assert_eq!(directory.wait(Access::Read, |desk| desk.accounts()), Ok(vec![]));
    }
    directory.stop();
}

#[test]
fn a_server_that_is_killed_and_started_again_loses_nothing_that_was_confirmed() {
    let Some(mut cluster) = Cluster::start("restarted") else { return };
    let db = Db { place: Place::Server(cluster.database("restarted")), ..Db::sqlite("unused") };
    let ada = db.account("ada", None);
    let directory = db.directory("pbx1");
    let make = || {
        directory.wait(Access::Write, move |desk| desk.create_conference(&meeting(ada, "Board"), AccountRole::Owner))
    };
    for _ in 0..5 {
        make().unwrap();
    }
    cluster.kill();
    assert!(make().is_err());
    cluster.run();
    until("it is there again", || make().is_ok());
    let count = directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).unwrap().len();
    assert_eq!(count, 6);
    directory.stop();
}

#[test]
fn a_url_that_is_wrong_is_refused_with_words() {
    let Some(db) = Db::postgres("url") else { return };
    let Place::Server(url) = &db.place else { unreachable!() };
    let quiet: OnNews = Arc::new(|_| {});
    for (wrong, words) in [
        ("postgresql://[".to_owned(), "URL"),
        (format!("{url}?sslmode=always"), "verify-full"),
        (format!("{url}?sslmode=verify-full&sslrootcert=/nonexistent.pem"), "/nonexistent.pem"),
    ] {
        let fault = Place::Server(wrong).open(PATIENCE, &quiet).err().unwrap();
        assert!(fault.to_string().contains(words), "{fault}");
    }
}

#[test]
fn no_fault_repeats_a_code() {
    let Some(db) = Db::postgres("secret") else { return };
    let ada = db.account("ada", None);
    let board = db.conference(&meeting(ada, "Board")).unwrap();
    let code = board.codes.unwrap().leader;
    let mut store = db.store();
    store.begin(Access::Write).unwrap();
    let values = [code.reveal().into(), board.id.0.into(), "other".into()];
    let fault = store.run("INSERT INTO code (code, conference, role) VALUES ($1, $2, $3)", &values).unwrap_err();
    assert!(matches!(fault, Fault::Again(_)), "{fault:?}");
    assert!(!format!("{fault} {fault:?} {values:?}").contains(code.reveal()), "{fault:?}");
}
