//! A file that cannot be written: refused in time, and healed by itself.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave::directory::*;
use conclave_rig::Folder;

use crate::common::{Db, PATIENCE, at, meeting, until, visit};

const LOCKS: &str = "CONCLAVE_LOCKS_DIRECTORY";
const FILLS: &str = "CONCLAVE_FILLS_DIRECTORY";

#[test]
fn another_program_that_writes_is_waited_for_but_not_long() {
    if let Some(path) = env::var_os(LOCKS) {
        let quiet: OnNews = Arc::new(|_| {});
        let mut store = Place::File(path.into()).open(PATIENCE, &quiet).unwrap();
        store.begin(Access::Write).unwrap();
        store.run("INSERT INTO setting (name, value) VALUES ('busy', 'yes')", &[]).unwrap();
        println!("\nlocked");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).unwrap();
        return store.commit().unwrap();
    }
    let db = Db::sqlite("busy");
    let settings = Settings { patience: Duration::from_secs(1), ..Settings::new(db.place.clone(), "pbx1") };
    let directory = Directory::start(settings, Arc::new(NoChecks), |_| {}).unwrap();
    until("it is connected", || directory.health().connected);
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "trouble::another_program_that_writes_is_waited_for_but_not_long", "--nocapture"])
        .env(LOCKS, db.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("locked")));

    let set = || directory.wait(Access::Write, |desk| desk.set_setting("currency", Some("EUR")));
    let begun = Instant::now();
    assert!(matches!(set(), Err(Error::Unavailable(_))));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    // Who reads is not in its way.
    assert_eq!(directory.wait(Access::Read, |desk| desk.setting("busy")), Ok(None));
    directory.came(1, visit(None, None, "201", "2026-11-21T09:00:00Z"));
    drop(child.stdin.take());
    until("it can be written", || set().is_ok());
    assert_eq!(directory.wait(Access::Read, |desk| desk.setting("busy")), Ok(Some("yes".into())));
    until("the history is written", || db.desk(|desk| desk.totals(&VisitFilter::default())).unwrap().visits == 1);
    directory.stop();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_database_that_is_not_there_yet_is_waited_for() {
    let folder = Folder::new("later");
    let place = Place::File(folder.join("disk/conclave/directory.db"));
    let directory = Directory::start(Settings::new(place, "pbx1"), Arc::new(NoChecks), |_| {}).unwrap();
    match directory.wait(Access::Read, |desk| desk.accounts()) {
        Err(Error::Unavailable(why)) => assert!(why.contains("disk/conclave/directory.db"), "{why}"),
        other => panic!("{other:?}"),
    }
    directory.came(1, visit(None, None, "201", "2026-11-21T09:00:00Z"));
    // The disk is mounted.
    fs::create_dir(folder.join("disk")).unwrap();
    until("it is there", || directory.wait(Access::Read, |desk| desk.accounts()).is_ok());
    until("the history is written", || {
        directory.wait(Access::Read, |desk| desk.totals(&VisitFilter::default())).is_ok_and(|all| all.visits == 1)
    });
    assert_eq!(directory.health().trouble, None);
    directory.stop();
}

/// On a file system of 512 KiB, where that can be mounted.
#[test]
fn a_full_disk_refuses_what_writes_and_nothing_else() {
    if let Some(full) = env::var_os(FILLS) {
        return fill(full.into());
    }
    let folder = Folder::new("full");
    let this = env::current_exe().unwrap();
    let child = format!(
        "{FILLS}={} exec {} --exact trouble::a_full_disk_refuses_what_writes_and_nothing_else --nocapture",
        folder.display(),
        this.display()
    );
    let mounted = format!("mount -t tmpfs -o size=512k none {} || exit 99; {child}", folder.display());
    let output = Command::new("unshare").args(["--map-root-user", "--mount", "sh", "-c", &mounted]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// In a process whose folder is small.
fn fill(full: PathBuf) {
    let db = Db { place: Place::File(full.join("directory.db")), ..Db::sqlite("unused") };
    let ada = db.account("ada", None);
    let directory = db.directory("pbx1");
    let text = "x".repeat(4000);
    let make = || {
        let details = Details { description: text.clone(), ..meeting(ada, "Board") };
        directory.wait(Access::Write, move |desk| desk.create_conference(&details, AccountRole::Owner))
    };
    let count = || directory.wait(Access::Read, |desk| desk.conferences(&Filter::default())).map(|all| all.len());
    make().unwrap();
    let mut bytes = vec![0; 300 * 1024];
    while fs::write(full.join("filler"), &bytes).is_err() {
        bytes.truncate(bytes.len() - 4096);
    }
    let mut made = 1;
    let refused = loop {
        match make() {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
        assert!(made < 500);
    };
    assert!(
        matches!(&refused, Error::Unwritable(why) if why.contains("disk") || why.contains("full") || why.contains("I/O")),
        "{refused:?}"
    );
    assert_eq!(count(), Ok(made));
    directory.came(1, visit(Some(ada), None, "201", "2026-11-21T09:00:00Z"));
    directory.went(1, at("2026-11-21T09:01:00Z"), conclave::room::CallResult::Hangup, String::new());
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(count(), Ok(made));
    fs::remove_file(full.join("filler")).unwrap();
    until("there is room again", || make().is_ok());
    until("the history is written", || {
        directory.wait(Access::Read, |desk| desk.totals(&VisitFilter::default())).is_ok_and(|all| all.cost == 6)
    });
    assert_eq!((count(), directory.health().missing), (Ok(made + 1), 0));
    directory.stop();
}
