//! Calendars, as an independent reader understands them.

use std::time::Duration;

use conclave::directory::*;
use conclave::mail::calendar;
use conclave_rig::Folder;

use crate::common::{judge, ready, weekly};
use crate::db::{Db, at};

/// Start, zone, minutes, rule.
const SCHEDULES: [(&str, &str, u64, Option<&str>); 15] = [
    // Through both changes of the clocks, at a time that they leave out or repeat too.
    ("2026-03-01T09:00", "Europe/Berlin", 90, Some("FREQ=WEEKLY;BYDAY=SU,WE")),
    ("2026-03-01T02:30", "Europe/Berlin", 30, Some("FREQ=WEEKLY;BYDAY=SU")),
    ("2026-02-02T09:00", "America/New_York", 60, Some("FREQ=DAILY;INTERVAL=3;COUNT=200")),
    ("2026-02-02T23:30", "Australia/Lord_Howe", 60, Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20280630")),
    ("2026-01-31T09:00", "America/Sao_Paulo", 60, Some("FREQ=MONTHLY;BYMONTHDAY=31")),
    ("2026-01-31T09:00", "Asia/Kolkata", 45, Some("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=20")),
    ("2026-01-13T09:00", "Pacific/Auckland", 60, Some("FREQ=MONTHLY;BYDAY=2TU")),
    ("2026-01-30T09:00", "Africa/Casablanca", 60, Some("FREQ=MONTHLY;BYDAY=-1FR")),
    ("2026-01-05T22:00", "Africa/Casablanca", 60, Some("FREQ=DAILY")),
    ("2026-05-04T09:00", "Asia/Gaza", 60, Some("FREQ=WEEKLY")),
    ("2026-05-04T09:00", "America/Santiago", 60, Some("FREQ=WEEKLY;UNTIL=20270504T130000Z")),
    ("2026-05-04T09:00", "Europe/Dublin", 60, Some("FREQ=WEEKLY")),
    ("2026-05-04T09:00", "UTC", 44_640, Some("FREQ=MONTHLY;INTERVAL=2")),
    ("2026-05-04T09:00", "Asia/Tokyo", 1, None),
    ("2026-11-24T00:00", "Europe/Berlin", 24 * 60, None),
];

#[test]
fn every_reader_comes_to_the_same_times() {
    let mut db = Db::sqlite("times");
    let ada = ready(&db);
    db.now = at("2026-01-01T00:00:00Z");
    let folder = Folder::new("calendars");
    let (mut files, mut wanted) = (Vec::new(), Vec::new());
    for (start, zone, minutes, rule) in SCHEDULES {
        let schedule = Schedule::new(start, zone, Duration::from_secs(minutes * 60), rule).unwrap();
        let times: Vec<i64> = schedule
            .occurrences(at("2026-01-01T00:00:00Z"))
            .map(|one| one.opens)
            .take_while(|opens| *opens < at("2029-01-01T00:00:00Z"))
            .map(|opens| opens.as_second())
            .collect();
        let made = db.conference(&Details { schedule: Some(schedule), ..weekly(ada) }).unwrap();
        let written = db.desk(|desk| calendar(desk, &made)).unwrap().unwrap();
        let file = folder.join(format!("{}.ics", files.len()));
        std::fs::write(&file, written).unwrap();
        files.push(file);
        wanted.push((times, minutes));
    }
    let judged = judge(&files);
    for ((told, file), ((times, minutes), schedule)) in judged.iter().zip(&files).zip(wanted.iter().zip(SCHEDULES)) {
        let calendar = &told["calendar"];
        // That reader takes a time that the clocks leave out for one before it; RFC 5545 and everybody else for one after.
        let left_out = |opens: &&serde_json::Value| {
            let zone = jiff::tz::TimeZone::get(schedule.1).unwrap();
            let opens = jiff::Timestamp::from_second(opens.as_i64().unwrap()).unwrap().to_zoned(zone);
            !schedule.0.ends_with(&opens.strftime("%H:%M").to_string())
        };
        let own = calendar["by_its_own_zone"].as_array().unwrap().iter();
        let all = calendar["occurrences"].as_array().unwrap().iter();
        let (all, own): (Vec<_>, Vec<_>) = all.zip(own).filter(|(opens, _)| !left_out(opens)).unzip();
        let context = || format!("{schedule:?}\n{}", std::fs::read_to_string(file).unwrap());
        assert!(!times.is_empty());
        assert_eq!(calendar["occurrences"], serde_json::json!(times), "{}", context());
        assert_eq!(own, all, "by its own zone: {}", context());
        assert_eq!(calendar["by_its_own_zone"].as_array().unwrap().len(), times.len());
        assert!(all.len() + 3 >= times.len());
        assert_eq!(calendar["minutes"], *minutes as f64);
        assert_eq!((&calendar["method"], &calendar["attendees"]), (&"PUBLISH".into(), &serde_json::json!([])));
    }
}
