//! Everybody is answered in time and once, whatever the database does.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave::directory::*;

use crate::common::{Db, PATIENCE, at, meeting, on_each, until, visit};

const SHORT: Duration = Duration::from_millis(500);

fn directory(db: &Db) -> Directory {
    let settings = Settings { patience: SHORT, ..Settings::new(db.place.clone(), "pbx1") };
    let directory = Directory::start(settings, Arc::new(NoChecks), |_| {}).unwrap();
    until("it is connected", || directory.health().connected);
    directory
}

#[test]
fn a_job_that_takes_too_long_is_answered_in_time_and_not_done() {
    on_each("long", |db| {
        let ada = db.account("ada", None);
        let directory = directory(db);
        let begun = Instant::now();
        let (sender, answers) = channel();
        for (at, pause) in [4 * SHORT, Duration::ZERO, Duration::ZERO].into_iter().enumerate() {
            let sender = sender.clone();
            let job = move |desk: &mut Desk<'_>| {
                let made = desk.create_conference(&meeting(ada, "Board"), AccountRole::Owner)?;
                sleep(pause);
                Ok(made.id)
            };
            directory.write(job, move |done| sender.send((at, begun.elapsed(), done)).unwrap());
        }
        assert!(begun.elapsed() < SHORT, "asking waited");
        for _ in 0..3 {
            let (at, after, done) = answers.recv_timeout(PATIENCE).unwrap();
            assert!(matches!(done, Err(Error::Unavailable(_))), "{at}: {done:?}");
            // Generous to a busy machine, and less than the job takes.
            assert!(after >= SHORT && after < 3 * SHORT, "{at} after {after:?}");
        }
        until("it works again", || directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).is_ok());
        assert_eq!(directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).unwrap(), []);
        directory.stop();
    });
}

#[test]
fn history_waits_for_its_turn() {
    on_each("turn", |db| {
        let directory = directory(db);
        directory.read(
            |_| {
                sleep(2 * SHORT);
                Ok(())
            },
            |_| {},
        );
        let begun = Instant::now();
        for call in 0..100 {
            directory.came(call, visit(None, None, "201", "2026-11-21T09:00:00Z"));
            directory.went(call, at("2026-11-21T09:01:00Z"), conclave::room::CallResult::Hangup, String::new());
        }
        assert!(begun.elapsed() < SHORT, "writing down waited");
        let count = || db.desk(|desk| desk.totals(&VisitFilter::default())).unwrap();
        until("the history is written", || count().cost == 600);
        assert_eq!((count().visits, directory.health().missing), (100, 0));
        directory.stop();
    });
}

#[test]
fn every_job_is_answered_exactly_once() {
    on_each("once", |db| {
        let directory = directory(db);
        let answers: Arc<Vec<AtomicU32>> = Arc::new((0..3000).map(|_| AtomicU32::new(0)).collect());
        let told = Arc::new(Mutex::new(std::collections::BTreeMap::<&str, u32>::new()));
        // More than may wait, some that fail, some that panic, and a stop in the middle.
        for at in 0..3000 {
            let (answers, told) = (answers.clone(), told.clone());
            let job = move |desk: &mut Desk<'_>| match at % 50 {
                7 => Err(Error::Missing("thing")),
                11 => panic!("as some job may"),
                13 => {
                    sleep(Duration::from_millis(3));
                    Ok(())
                }
                _ => desk.accounts().map(drop),
            };
            directory.read(job, move |done| {
                answers[at].fetch_add(1, Ordering::SeqCst);
                let word = match done {
                    Ok(()) => "ok",
                    Err(Error::Missing(_)) => "missing",
                    Err(Error::Refused(_)) => "refused",
                    Err(Error::Unavailable(_)) => "unavailable",
                    other => panic!("{other:?}"),
                };
                *told.lock().unwrap().entry(word).or_default() += 1;
            });
        }
        until("some failed", || told.lock().unwrap().contains_key("refused"));
        directory.stop();
        until("all are answered", || answers.iter().all(|answers| answers.load(Ordering::SeqCst) > 0));
        assert!(answers.iter().all(|answers| answers.load(Ordering::SeqCst) == 1));
        let told = told.lock().unwrap().clone();
        assert_eq!(told.keys().copied().collect::<Vec<_>>(), ["missing", "ok", "refused", "unavailable"], "{told:?}");
        assert!(matches!(directory.wait(Access::Read, |desk| desk.accounts()), Err(Error::Unavailable(_))));
    });
}

#[test]
fn what_does_not_fit_is_counted() {
    let db = Db::sqlite("missing");
    let directory = directory(&db);
    let (open, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    directory.read(move |_| Ok(gate.lock().unwrap().recv().is_ok()), |_| {});
    for call in 0..17_000 {
        directory.came(call, visit(None, None, "201", "2026-11-21T09:00:00Z"));
    }
    let Health { missing, unwritten, .. } = directory.health();
    assert!(missing >= 600 && missing + unwritten as u64 == 17_000, "{missing} {unwritten}");
    drop(open);
    let count = || db.desk(|desk| desk.totals(&VisitFilter::default())).unwrap().visits;
    until("the rest is written", || count() + missing == 17_000);
    directory.stop();
}

#[test]
fn history_is_written_although_jobs_never_end() {
    on_each("flood", |db| {
        let directory = directory(db);
        let flood = Arc::new(std::sync::atomic::AtomicBool::new(true));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let (directory, flood) = (directory.clone(), flood.clone());
                scope.spawn(move || {
                    while flood.load(Ordering::Relaxed) {
                        let _ = directory.wait(Access::Read, |desk| desk.accounts());
                    }
                });
            }
            for call in 0..20 {
                directory.came(call, visit(None, None, "201", "2026-11-21T09:00:00Z"));
            }
            until("the history is written", || {
                let totals = directory.wait(Access::Read, |desk| desk.totals(&VisitFilter::default()));
                totals.is_ok_and(|totals| totals.visits == 20)
            });
            flood.store(false, Ordering::Relaxed);
        });
        directory.stop();
    });
}

/// In a process of its own, where no other test has such a thread.
#[test]
fn who_has_nothing_to_do_sleeps() {
    const ROLE: &str = "CONCLAVE_SLEEPS";
    if std::env::var_os(ROLE).is_none() {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "slow::who_has_nothing_to_do_sleeps"])
            .env(ROLE, "yes")
            .output()
            .unwrap();
        return assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    }
    on_each("idle", |db| {
        let directory = directory(db);
        // Somebody is there, so now and then it says that it is alive.
        directory.came(1, visit(None, None, "201", "2026-11-21T09:00:00Z"));
        until("it is written", || directory.health().unwritten == 0);
        sleep(Duration::from_millis(300));
        let wakes = || -> u64 {
            let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
            let ours = tasks.filter(|task| {
                std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim().starts_with("conclave-"))
            });
            let switches = ours.filter_map(|task| {
                let status = std::fs::read_to_string(task.join("status")).ok()?;
                let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
                line.split_whitespace().last()?.parse::<u64>().ok()
            });
            switches.sum()
        };
        let before = wakes();
        sleep(Duration::from_secs(1));
        let woken = wakes() - before;
        assert!(before > 0 && woken < 10, "{woken} times in a second");
        directory.stop();
    });
}
