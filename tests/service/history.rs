//! The history: a line for each event, whatever names callers have and whatever happens to the file.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::sim::Sim;
use conclave::service::Happening;
use conclave::service::history::{COLUMNS, History};
use conclave_rig::Folder;
use proptest::prelude::*;

fn file(folder: &Folder, name: &str) -> String {
    folder.join(name).to_str().expect("a path in UTF-8").to_owned()
}

/// As a program would read it: rows of fields.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut letters = text.chars().peekable();
    let mut inside = false;
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().expect("there is one");
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().expect("there is one").push('"');
            }
            '"' => inside = !inside,
            ',' if !inside => row.push(String::new()),
            '\n' if !inside => rows.push(vec![String::new()]),
            letter => row.last_mut().expect("there is one").push(letter),
        }
    }
    assert!(!inside, "a quote is never closed");
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last line has its end");
    rows
}

fn rows(path: &str) -> Vec<Vec<String>> {
    read_csv(&fs::read_to_string(path).expect("the file can be read"))
}

fn event(name: &'static str, fields: &[(&'static str, &str)]) -> Happening {
    Happening { name, fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect() }
}

fn keep(history: &History, happening: Happening) {
    history.keep(Duration::from_secs(1_795_510_800), happening);
}

#[test]
fn a_stay_is_a_line_for_each_event_and_the_first_line_names_the_columns() {
    let folder = Folder::new("stay");
    let path = file(&folder, "history.csv");
    let mut sim = Sim::new(&format!("[general]\nhistory = {path}\n[8000]\ntype = room"));
    let ada = sim.join("8000", "ada");
    sim.command("lock 8000").expect("it can be locked");
    sim.seconds(3);
    sim.hang_up(ada);
    drop(sim);
    let rows = rows(&path);
    assert_eq!(rows[0], COLUMNS);
    let events: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(events, ["Opened", "Joined", "Locked", "Left", "Ended"]);
    let left = &rows[4];
    assert_eq!(left[2..], ["8000", "1", "201", "ada's name", "ada", "participant", "HANGUP", "3", ""]);
    let time: jiff::Timestamp = left[0].parse().expect("a time with its offset");
    assert!(time >= jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o640);
}

#[test]
fn who_talks_is_not_written_down() {
    let folder = Folder::new("talk");
    let path = file(&folder, "history.csv");
    let mut sim = Sim::new(&format!("[general]\nhistory = {path}\n[8000]\ntype = room"));
    let ada = sim.join("8000", "ada");
    sim.seconds(2);
    sim.talk(&[ada], 25);
    drop(sim);
    assert!(rows(&path).iter().all(|row| !row[1].starts_with("Talking")));
}

#[test]
fn no_history_is_none_and_a_reload_begins_and_ends_one() {
    let folder = Folder::new("none");
    let path = file(&folder, "history.csv");
    let mut sim = Sim::new("[general]\nhistory = no\n[8000]\ntype = room");
    sim.join("8000", "ada");
    assert!(!Path::new(&path).exists());
    sim.reload(&format!("[general]\nhistory = {path}\n[8000]\ntype = room"));
    sim.join("8000", "bob");
    sim.reload("[general]\nhistory = no\n[8000]\ntype = room");
    sim.join("8000", "eve");
    drop(sim);
    let names: Vec<String> = rows(&path).iter().map(|row| row[6].clone()).collect();
    assert_eq!(names, ["channel", "bob"]);
}

#[test]
fn a_file_that_was_moved_away_is_begun_anew() {
    let folder = Folder::new("moved");
    let (path, old) = (file(&folder, "history.csv"), file(&folder, "history.csv.1"));
    let history = History::new(path.as_str().into());
    keep(&history, event("Opened", &[("Room", "1")]));
    wait_for(|| rows_now(&path) == 2);
    fs::rename(&path, &old).expect("it can be moved");
    keep(&history, event("Opened", &[("Room", "2")]));
    drop(history);
    let room = |path: &str| rows(path).iter().map(|row| row[2].clone()).collect::<Vec<_>>();
    assert_eq!(room(&old), ["room", "1"]);
    assert_eq!(room(&path), ["room", "2"]);
}

#[test]
fn an_old_file_is_gone_on_with_also_if_its_last_line_was_cut() {
    let folder = Folder::new("cut");
    let path = file(&folder, "history.csv");
    fs::write(&path, "time,event\n2026-11-24T09:00:00+00:00,Ope").expect("it can be written");
    let history = History::new(path.as_str().into());
    keep(&history, event("Opened", &[("Room", "2")]));
    drop(history);
    let rows = rows(&path);
    assert_eq!((rows.len(), rows[1][1].as_str(), rows[2][1].as_str()), (3, "Ope", "Opened"));
}

#[test]
fn the_folder_is_made_but_not_all_above_it() {
    let folder = Folder::new("folder");
    let path = file(&folder, "conclave/history.csv");
    let history = History::new(path.as_str().into());
    keep(&history, event("Opened", &[]));
    drop(history);
    assert_eq!(rows(&path).len(), 2);
    let far = file(&folder, "not/mounted/history.csv");
    let history = History::new(far.as_str().into());
    keep(&history, event("Opened", &[]));
    wait_for(|| history.missing() == 1);
    assert!(!Path::new(&far).exists());
}

#[test]
fn what_cannot_be_written_is_counted_and_the_rest_is_written_when_it_can_be() {
    let folder = Folder::new("full");
    let path = file(&folder, "history.csv");
    // A folder in the file's place stands for a disk that takes nothing; root can write to any file.
    fs::create_dir(&path).expect("a folder can be made");
    let history = History::new(path.as_str().into());
    for _ in 0..3 {
        keep(&history, event("Opened", &[]));
    }
    wait_for(|| history.missing() == 3);
    fs::remove_dir(&path).expect("it can be removed");
    keep(&history, event("Ended", &[]));
    drop(history);
    assert_eq!(rows(&path)[1][1], "Ended");
}

#[test]
fn a_disk_that_is_full_is_no_trouble_for_calls() {
    let mut sim = Sim::new("[general]\nhistory = /dev/full\n[8000]\ntype = room");
    let ada = sim.join("8000", "ada");
    sim.seconds(1);
    assert!(sim.is_inside("8000", ada));
}

#[test]
fn a_reload_does_not_wait_for_a_disk() {
    let folder = Folder::new("waits");
    let path = file(&folder, "history.csv");
    // Whoever writes to a pipe that is full waits, as he does for a disk that does not answer.
    assert!(std::process::Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()));
    let mut pipe = fs::OpenOptions::new().read(true).write(true).open(&path).expect("it can be opened");
    let mut sim = Sim::new(&format!("[general]\nhistory = {path}\n[8000]\ntype = room"));
    pipe.write_all(&[b'.'; 65_536]).expect("a pipe holds that much");
    sim.join("8000", "ada");
    let answers = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        let mut read = vec![0; 65_536];
        pipe.read_exact(&mut read).expect("what was written");
        pipe
    });
    let began = Instant::now();
    sim.reload("[general]\nhistory = no\n[8000]\ntype = room");
    assert!(began.elapsed() < Duration::from_secs(1), "the reload took {:?}", began.elapsed());
    drop(sim);
    assert!(began.elapsed() > Duration::from_secs(1), "what was handed in is written before the end");
    drop(answers.join());
}

#[test]
fn names_that_a_spreadsheet_would_run_are_kept_from_it() {
    let folder = Folder::new("formula");
    let path = file(&folder, "history.csv");
    let history = History::new(path.as_str().into());
    let name = "=HYPERLINK(\"http://example.com\",\"x\")";
    keep(&history, event("Joined", &[("CallerName", name), ("CallerNumber", "+4930123"), ("Called", "-1")]));
    drop(history);
    let row = &rows(&path)[1];
    assert_eq!((row[5].as_str(), row[4].as_str()), (format!("'{name}").as_str(), "+4930123"));
    assert_eq!(row[10], "Called=-1", "a detail begins with its name");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_callers_are_called_can_be_read_back(names in prop::collection::vec(any::<String>(), 1..20)) {
        let folder = Folder::new("any");
        let path = file(&folder, "history.csv");
        let history = History::new(path.as_str().into());
        for name in &names {
            keep(&history, event("Joined", &[("CallerName", name)]));
        }
        drop(history);
        let rows = rows(&path);
        prop_assert_eq!(rows.len(), names.len() + 1);
        for (row, name) in rows[1..].iter().zip(&names) {
            prop_assert_eq!(row.len(), COLUMNS.len());
            let plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let read = if row[5].starts_with('\'') && !plain.starts_with('\'') { &row[5][1..] } else { &row[5] };
            prop_assert_eq!(read, plain.as_str());
            prop_assert!(!row[5].starts_with(['=', '-', '@']));
        }
    }
}

fn rows_now(path: &str) -> usize {
    fs::read_to_string(path).map(|text| text.lines().count()).unwrap_or_default()
}

/// The writer has a thread of its own.
fn wait_for(there: impl Fn() -> bool) {
    for _ in 0..500 {
        if there() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not come in five seconds");
}
