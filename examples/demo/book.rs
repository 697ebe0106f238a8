//! What the demo's directory holds before the first call: who may sign in, conferences of every kind, a month of history.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use argon2::{Argon2, PasswordHasher};
use conclave::directory::{
    Access, AccountDetails, AccountRole, Code, Desk, Details, Directory, Error, Kind, NoChecks, Place, Schedule,
    Settings, Visit,
};
use conclave::room::{CallResult, RoomNumber};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the demo's callers have to know.
pub struct Book {
    /// The codes of the meeting room for leaders and for participants.
    pub codes: [String; 2],
}

/// Writes a new directory.
pub fn write(file: &Path) -> Result<Book, Error> {
    let place = Place::parse(&file.display().to_string()).map_err(Error::Unavailable)?;
    let directory = Directory::start(Settings::new(place, NODE), Arc::new(NoChecks), |_change| {});
    let directory = directory.map_err(|error| Error::Unavailable(error.to_string()))?;
    let book = directory.wait(Access::Write, fill);
    directory.stop();
    book
}

fn fill(desk: &mut Desk<'_>) -> Result<Book, Error> {
    let password =
        Argon2::default().hash_password(PASSWORD.as_bytes()).map_err(|error| Error::Unavailable(error.to_string()))?;
    let mut account = |login: &str, role, cap, rate| {
        let password = Some(password.to_string());
        let email = format!("{login}@example.org");
        desk.create_account(&AccountDetails { password, cap, rate, email, ..AccountDetails::new(login, role) })
    };
    account("admin", AccountRole::Provider, None, 0)?;
    account("desk", AccountRole::Operator, None, 0)?;
    let ada = account("ada", AccountRole::Owner, Some(40), 5)?.id;
    let parish = account("parish", AccountRole::Owner, Some(200), 0)?.id;

    desk.add_access_number(&number(ACCESS_NUMBER))?;
    desk.set_dial_in(&number(ACCESS_NUMBER), "+49 30 1234 5678 (Berlin)")?;
    let conference = |owner, kind, name: &str, tag: &str, extension: Option<&str>| Details {
        name: name.into(),
        tag: tag.into(),
        extension: extension.map(number),
        access_number: [Kind::Scheduled, Kind::Meeting].contains(&kind).then(|| number(ACCESS_NUMBER)),
        ..Details::new(owner, kind)
    };
    let mut make = |details: Details| desk.create_conference(&details, AccountRole::Provider);
    let support = make(Details {
        description: "Always open. Who waits hears music until somebody of us is there.".into(),
        settings: vec![("only_person".into(), "no".into()), ("arrivals".into(), "tone".into())],
        ..conference(ada, Kind::Meeting, "Support", "SUPPORT", Some("8200"))
    })?;
    let weekly = make(Details {
        description: "What was done, what comes next.".into(),
        schedule: Some(schedule("09:30", 30, Some("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"))?),
        email: "ada@example.org".into(),
        ..conference(ada, Kind::Scheduled, "Morning round", "TEAM", Some("8201"))
    })?;
    make(Details {
        schedule: Some(schedule("15:00", 90, None)?),
        max_participants: Some(25),
        ..conference(ada, Kind::Scheduled, "Quarterly results", "IR", None)
    })?;
    let service = make(Details {
        max_participants: Some(150),
        pin: Some(Code::parse("1225").map_err(Error::Unavailable)?),
        ..conference(parish, Kind::Meeting, "Sunday service by telephone", "PARISH", Some("8210"))
    })?;
    make(conference(ada, Kind::Dynamic, "Ad-hoc conferences", "AD-HOC", Some("8300")))?;
    make(conference(parish, Kind::Local, "Three-way calls", "LOCAL", Some("8301")))?;

    let held = [(&support, 5, 9..17_u32, 1..5, 25), (&weekly, 5, 9..10, 4..9, 28), (&service, 0, 10..11, 20..45, 55)];
    let mut chance = Chance(7);
    for day in 1..=DAYS {
        for (conference, weekdays, hours, callers, minutes) in &held {
            let date = desk.now() - Duration::from_secs(86_400 * day);
            let weekday = date.to_zoned(TimeZone::UTC).weekday().to_monday_zero_offset();
            if if *weekdays == 5 { weekday >= 5 } else { weekday != 6 } {
                continue;
            }
            for _ in 0..(hours.end - hours.start).div_ceil(4) {
                let day_began = date.as_second() - date.as_second().rem_euclid(86_400);
                let began = day_began
                    + i64::from(chance.between(hours.start, hours.end)) * 3600
                    + i64::from(chance.between(0, 20)) * 60;
                for caller in 0..chance.between(callers.start, callers.end) {
                    let visit = Visit {
                        conference: Some(conference.id),
                        account: Some(conference.details.owner),
                        number: conference.number().to_string(),
                        tag: conference.details.tag.clone(),
                        caller_number: format!("+4930555{:04}", caller * 37 + 100),
                        caller_name: NAMES[caller as usize % NAMES.len()].into(),
                        channel: String::new(),
                        role: if caller == 0 { "leader" } else { "participant" },
                        came: moment(began + i64::from(chance.between(0, 240))),
                        rate: if conference.details.owner == ada { 5 } else { 0 },
                    };
                    let stay = chance.between(minutes * 30, minutes * 60);
                    let id = desk.visit_begins(&visit)?;
                    let went = moment(visit.came.as_second() + i64::from(stay));
                    desk.visit_ends(id, &visit, went, CallResult::Hangup, &talks(&mut chance, stay))?;
                }
            }
        }
    }
    let codes = support.codes.expect("a meeting room has codes");
    Ok(Book { codes: [codes.leader, codes.participant].map(|code| code.reveal().to_owned()) })
}

/// Some time tomorrow.
fn schedule(time: &str, minutes: u64, repeats: Option<&str>) -> Result<Schedule, Error> {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    // The first day of a rule has to be one of it.
    let next = (1..=3).map(|days| now.date().saturating_add(jiff::Span::new().days(days)));
    let day = next.into_iter().find(|day| day.weekday().to_monday_zero_offset() < 5).unwrap_or_else(|| now.date());
    Schedule::new(&format!("{day}T{time}"), "Europe/Berlin", Duration::from_secs(minutes * 60), repeats)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// When somebody talked who was there for so many seconds.
fn talks(chance: &mut Chance, stay: u32) -> String {
    let mut at = chance.between(0, 90) * 10;
    let mut all = Vec::new();
    while at < stay * 10 {
        let until = (at + chance.between(20, 400)).min(stay * 10);
        all.push(format!("{at}-{until}"));
        at = until + chance.between(100, 2400);
    }
    all.join(" ")
}

fn number(digits: &str) -> RoomNumber {
    RoomNumber::parse(digits).expect("digits are a number")
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a moment of last month")
}

/// The same numbers each time.
struct Chance(u32);

impl Chance {
    fn between(&mut self, from: u32, to: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        from + (self.0 >> 8) % (to - from).max(1)
    }
}

/// What everybody of the demo signs in with.
pub const PASSWORD: &str = "conclave demo";

/// The PBX's name in the directory.
pub const NODE: &str = "demo";

/// Where callers key the code of any conference.
pub const ACCESS_NUMBER: &str = "8500";

const DAYS: u64 = 30;

const NAMES: [&str; 12] = [
    "Ada Lovelace",
    "Grace Hopper",
    "Edsger Dijkstra",
    "Barbara Liskov",
    "Alan Turing",
    "Hedy Lamarr",
    "Donald Knuth",
    "Radia Perlman",
    "Ken Thompson",
    "Frances Allen",
    "Niklaus Wirth",
    "Margaret Hamilton",
];
