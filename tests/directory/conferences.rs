//! Conferences: made, changed, refused, deleted and had back.

use std::sync::Arc;

use conclave::directory::*;
use conclave::room::RoomNumber;
use conclave::service::settings::{self, Line};

use crate::common::{Db, at, code, fields, meeting, minutes, number, on_each};

const BY: AccountRole = AccountRole::Owner;

/// One with everything.
fn full(owner: AccountId) -> Details {
    Details {
        kind: Kind::Scheduled,
        tag: "sales".into(),
        name: "Vertrieb, wöchentlich 📞".into(),
        description: "Numbers.\nAnd more: O'Brien; \"quoted\"".into(),
        email: "ada@example.org".into(),
        guests: vec!["bob@example.org".into(), "eve@example.org".into()],
        extension: Some(number("8000")),
        access_number: Some(number("800")),
        schedule: Some(
            Schedule::new("2026-11-24T09:00", "Europe/Berlin", minutes(90), Some("FREQ=WEEKLY;BYDAY=TU,TH")).unwrap(),
        ),
        expires: Some(at("2027-12-31T23:00:00Z")),
        session_time: Some(minutes(60)),
        max_participants: Some(12),
        pin: Some(code("0815")),
        pbx_user: Some("201".into()),
        name_file: Some("/var/lib/conclave/names/1".into()),
        music_file: Some("/var/lib/conclave/music/1".into()),
        settings: vec![("wait_for_leader".into(), "yes".into()), ("arrivals".into(), "names".into())],
        ..Details::new(owner, Kind::Scheduled)
    }
}

#[test]
fn one_is_kept_as_it_was_made_and_changed() {
    on_each("kept", |db| {
        let ada = db.account("ada", Some(20));
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let made = db.conference(&full(ada)).unwrap();
        assert_eq!((made.version, made.created, &made.details), (1, db.now, &full(ada)));
        assert_eq!(db.desk(|desk| desk.conference(made.id)).unwrap(), made);
        assert_eq!(db.desk(|desk| desk.reach(made.id)).unwrap().unwrap().conference, made);

        let other = Details { extension: None, settings: vec![], ..meeting(ada, "Plain") };
        let changed = db.desk(|desk| desk.update_conference(made.id, 1, &other, AccountRole::Provider)).unwrap();
        assert_eq!(
            (changed.version, &changed.details, &changed.codes, &changed.uid),
            (2, &other, &made.codes, &made.uid)
        );
        assert_eq!(db.desk(|desk| desk.conference(made.id)).unwrap(), changed);
        // The extension is free.
        assert_eq!(db.desk(|desk| desk.by_number(&number("8000"))).unwrap(), None);

        let late = db.desk(|desk| desk.update_conference(made.id, 1, &full(ada), AccountRole::Provider));
        assert_eq!(late, Err(Error::Changed("conference")));
        assert_eq!(db.desk(|desk| desk.conference(ConferenceId(99))), Err(Error::Missing("conference")));
    });
}

#[test]
fn everything_that_cannot_be_is_told_at_once() {
    on_each("told", |db| {
        let ada = db.account("ada", Some(20));
        let long = "x".repeat(201);
        let wrong = Details {
            tag: long,
            name: "two\nlines".into(),
            email: "ada".into(),
            guests: vec!["<eve@example.org>".into()],
            access_number: Some(number("999")),
            session_time: Some(std::time::Duration::from_secs(90)),
            max_participants: Some(21),
            schedule: None,
            settings: vec![("pin".into(), "1".into()), ("quiet".into(), "no".into()), ("quiet".into(), "yes".into())],
            ..Details::new(ada, Kind::Scheduled)
        };
        let mut told = fields(db.conference(&wrong));
        told.sort();
        let mut all = [
            "max_participants",
            "access_number",
            "start",
            "session_time",
            "tag",
            "name",
            "email",
            "guests",
            "pin",
            "quiet",
        ];
        all.sort_unstable();
        assert_eq!(told, all);
        assert_eq!(fields(db.conference(&Details::new(AccountId(77), Kind::Meeting))), ["owner"]);
        assert_eq!(fields(db.conference(&Details::new(ada, Kind::Local))), ["extension"]);
        assert!(db.desk(|desk| desk.conferences(&Filter::default())).unwrap().is_empty());
    });
}

#[test]
fn what_is_over_is_not_made() {
    on_each("over", |db| {
        let ada = db.account("ada", None);
        let of = |start, expires: Option<&str>| Details {
            schedule: Some(Schedule::new(start, "UTC", minutes(60), None).unwrap()),
            expires: expires.map(at),
            ..Details::new(ada, Kind::Scheduled)
        };
        assert_eq!(fields(db.conference(&of("2026-11-20T09:00", None))), ["start"]);
        assert_eq!(fields(db.conference(&of("2026-11-24T09:00", Some("2026-11-21T11:00:00Z")))), ["expires"]);
        assert_eq!(fields(db.conference(&of("2026-11-24T09:00", Some("2026-11-24T09:00:00Z")))), ["expires"]);
        let made = db.conference(&of("2026-11-24T09:00", None)).unwrap();
        // Later it can still be renamed.
        db.now = at("2027-01-01T00:00:00Z");
        let renamed = Details { name: "Past".into(), ..made.details.clone() };
        db.desk(|desk| desk.update_conference(made.id, 1, &renamed, BY)).unwrap();
    });
}

#[test]
fn an_extension_in_use_is_refused() {
    struct DialPlan;
    impl Checks for DialPlan {
        fn used_by_host(&self, number: &RoomNumber) -> Option<String> {
            (number.as_str() == "201").then(|| "it is the telephone of Ada".into())
        }

        fn read_settings(&self, _: Kind, _: &[(String, String)]) -> Result<(), Vec<Wrong>> {
            Ok(())
        }
    }
    on_each("extension", |db| {
        db.checks = Arc::new(DialPlan);
        let ada = db.account("ada", None);
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let at_extension = |extension: &str| Details { extension: Some(number(extension)), ..meeting(ada, "Board") };
        let board = db.conference(&at_extension("8000")).unwrap();
        for (extension, words) in [
            ("8000", "the conference 'Board'"),
            ("800", "an access number"),
            ("201", "the telephone of Ada"),
            ("c1", "without an extension"),
        ] {
            match db.conference(&at_extension(extension)) {
                Err(Error::Invalid(wrong)) => {
                    assert!(wrong[0].field == "extension" && wrong[0].what.contains(words), "{wrong:?}");
                }
                other => panic!("{other:?}"),
            }
        }
        // Its own is no trouble when it is saved again, and free when it is gone.
        let board = db.desk(|desk| desk.update_conference(board.id, 1, &at_extension("8000"), BY)).unwrap();
        for taken in ["8000", "201"] {
            assert!(db.desk(|desk| desk.add_access_number(&number(taken))).is_err());
        }
        db.desk(|desk| desk.delete_conference(board.id)).unwrap();
        db.conference(&at_extension("8000")).unwrap();
    });
}

#[test]
fn what_is_dialled_is_found() {
    on_each("dialled", |db| {
        let ada = db.account("ada", None);
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let with = db.conference(&Details { extension: Some(number("8000")), ..meeting(ada, "With") }).unwrap();
        let without = db.conference(&meeting(ada, "Without")).unwrap();
        let find = |dialled: &str| db.desk(|desk| desk.by_number(&number(dialled))).unwrap();
        let name = |found: Option<Reached>| match found {
            Some(Reached::Conference(reach)) => reach.conference.details.name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(find("8000")), "With");
        assert_eq!(find("800"), Some(Reached::AccessNumber));
        assert_eq!(without.number(), number(&format!("c{}", without.id.0)));
        assert_eq!(name(find(without.number().as_str())), "Without");
        for nothing in ["8001", "c99", &format!("c{}", with.id.0), "c99999999999999999999"] {
            assert_eq!(find(nothing), None, "{nothing}");
        }
    });
}

#[test]
fn an_access_number_may_be_the_only_one() {
    on_each("only", |db| {
        let ada = db.account("ada", None);
        for access in ["800", "900"] {
            db.desk(|desk| desk.add_access_number(&number(access))).unwrap();
        }
        let board = db.conference(&Details { access_number: Some(number("800")), ..meeting(ada, "Board") }).unwrap();
        let code = board.codes.unwrap().participant;
        assert!(db.desk(|desk| desk.by_code(&code, &number("800"))).unwrap().is_some());
        assert!(db.desk(|desk| desk.by_code(&code, &number("900"))).unwrap().is_none());
        assert_eq!(fields(db.desk(|desk| desk.remove_access_number(&number("800")))), ["number"]);
        db.desk(|desk| desk.remove_access_number(&number("900"))).unwrap();
        assert_eq!(db.desk(|desk| desk.remove_access_number(&number("900"))), Err(Error::Missing("access number")));
        assert_eq!(db.desk(|desk| desk.access_numbers()).unwrap(), [number("800")]);
    });
}

#[test]
fn one_that_was_deleted_can_be_had_back_for_a_day() {
    on_each("undo", |db| {
        let ada = db.account("ada", Some(20));
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let made = db.conference(&full(ada)).unwrap();
        let leader = made.codes.clone().unwrap().leader;
        db.desk(|desk| desk.delete_conference(made.id)).unwrap();
        assert_eq!(db.desk(|desk| desk.by_code(&leader, &number("800"))).unwrap(), None);
        assert_eq!(db.desk(|desk| desk.delete_conference(made.id)), Err(Error::Missing("conference")));

        assert_eq!(db.desk(|desk| desk.deleted_owner(made.id)).unwrap(), ada);
        let back = db.desk(|desk| desk.undelete_conference(made.id)).unwrap();
        let mut wanted = Conference { version: 3, ..made.clone() };
        wanted.details.settings.sort();
        assert_eq!(back, wanted);
        assert_eq!(db.desk(|desk| desk.conference(made.id)).unwrap(), wanted);
        assert_eq!(db.desk(|desk| desk.undelete_conference(made.id)), Err(Error::Missing("deleted conference")));

        // Not when its extension is taken, and not after a day.
        db.desk(|desk| desk.delete_conference(made.id)).unwrap();
        let other = db.conference(&Details { extension: Some(number("8000")), ..meeting(ada, "Other") }).unwrap();
        assert_eq!(fields(db.desk(|desk| desk.undelete_conference(made.id))), ["extension"]);
        db.desk(|desk| desk.delete_conference(other.id)).unwrap();
        db.now = at("2026-11-22T12:00:01Z");
        assert_eq!(db.desk(|desk| desk.undelete_conference(made.id)), Err(Error::Missing("deleted conference")));
    });
}

#[test]
fn an_owner_sets_nothing_that_reaches_beyond_his_conference() {
    on_each("provider", |db| {
        let ada = db.account("ada", None);
        let with =
            |name: &str, value: &str| Details { settings: vec![(name.into(), value.into())], ..meeting(ada, "Board") };
        for (name, value) in [
            ("invite_context", "outside"),
            ("record_file", "board"),
            ("announcement", "/etc/passwd"),
            ("begin_sound", "../../secret"),
        ] {
            let details = with(name, value);
            assert_eq!(fields(db.desk(|desk| desk.create_conference(&details, BY))), [name]);
            let made = db.conference(&details).unwrap();
            // What the provider set stays as it is.
            let renamed = Details { name: "New name".into(), ..details.clone() };
            let made = db.desk(|desk| desk.update_conference(made.id, made.version, &renamed, BY)).unwrap();
            for less in [with(name, "/elsewhere"), Details { settings: vec![], ..details }] {
                assert_eq!(fields(db.desk(|desk| desk.update_conference(made.id, made.version, &less, BY))), [name]);
            }
        }
    });
}

/// Reads settings as `conclave.conf` would have them.
struct Reader;

fn read(kind: Kind, lines: &[(String, String)]) -> (settings::Settings, Vec<settings::Problem>) {
    let kind = if kind == Kind::Dynamic { "dynamic" } else { "room" };
    let kind = ("type".to_owned(), kind.to_owned());
    let all: Vec<_> = std::iter::once(&kind).chain(lines).collect();
    let line = |(at, (name, value)): (usize, &'static (String, String))| Line {
        category: "8000",
        setting: Some((name, value)),
        file: "",
        line: at as u32,
    };
    let all: &'static [(String, String)] = Box::leak(all.into_iter().cloned().collect());
    settings::Settings::read(all.iter().enumerate().map(line))
}

impl Checks for Reader {
    fn used_by_host(&self, _: &RoomNumber) -> Option<String> {
        None
    }

    fn read_settings(&self, kind: Kind, lines: &[(String, String)]) -> Result<(), Vec<Wrong>> {
        let (_, problems) = read(kind, lines);
        let wrong = problems.into_iter().filter(|problem| problem.line > 0);
        let wrong: Vec<Wrong> =
            wrong.map(|problem| Wrong::new(lines[problem.line as usize - 1].0.clone(), problem.what)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

#[test]
fn settings_of_its_room_are_those_of_the_file() {
    on_each("settings", |db| {
        db.checks = Arc::new(Reader);
        let ada = db.account("ada", Some(10));
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let wrong = Details {
            settings: vec![("arrivals".into(), "trumpets".into()), ("quiet".into(), "no".into())],
            ..meeting(ada, "Board")
        };
        assert_eq!(fields(db.conference(&wrong)), ["arrivals"]);

        let details = Details { max_participants: Some(10), ..full(ada) };
        let made = db.conference(&details).unwrap();
        let codes = made.codes.clone().unwrap();
        // The account's cap was lowered since.
        let account = AccountDetails { cap: Some(8), ..AccountDetails::new("ada", AccountRole::Owner) };
        let (settings, problems) = read(made.details.kind, &made.room_settings(&account, db.now));
        assert_eq!(problems, []);
        let room = &settings.conferences[&number("8000")];
        let pin = |code: &Code| Some(code.reveal().parse::<conclave::room::Pin>().unwrap());
        assert_eq!((&room.leader_code, &room.code), (&pin(&codes.leader), &pin(&codes.participant)));
        assert_eq!((&room.leader_pin, &room.pin), (&pin(&codes.leader), &pin(&code("0815"))));
        assert_eq!((room.enabled, room.max_members), (true, Some(8)));
        let since = |text| Some(std::time::Duration::from_secs(at(text).as_second() as u64));
        assert_eq!(
            (room.schedule.opens, room.schedule.closes),
            (since("2026-11-24T08:00:00Z"), since("2026-11-24T09:30:00Z"))
        );
        assert_eq!(room.name_sound.as_deref(), Some("/var/lib/conclave/names/1"));
        assert_eq!(room.everybody.session_time, Some(minutes(60)));
        assert_eq!(room.everybody.music, Some(conclave::room::Music::File("/var/lib/conclave/music/1".into())));
        // Switched off by anybody who may.
        for account in
            [AccountDetails { enabled: false, ..account.clone() }, AccountDetails { active: false, ..account.clone() }]
        {
            let (settings, _) = read(made.details.kind, &made.room_settings(&account, db.now));
            assert!(!settings.conferences[&number("8000")].enabled);
        }
        // Without a PIN the participants' code is one.
        let plain = Conference { details: Details { pin: None, ..details }, ..made };
        let (settings, _) = read(Kind::Meeting, &plain.room_settings(&account, db.now));
        assert_eq!(settings.conferences[&number("8000")].pin, pin(&codes.participant));
    });
}

#[test]
fn a_pin_is_no_code_of_the_same_conference() {
    on_each("pin", |db: &mut Db| {
        let ada = db.account("ada", None);
        let made = db.conference(&meeting(ada, "Board")).unwrap();
        let codes = made.codes.unwrap();
        for taken in [codes.leader, codes.participant] {
            let details = Details { pin: Some(taken), ..made.details.clone() };
            assert_eq!(fields(db.desk(|desk| desk.update_conference(made.id, 1, &details, BY))), ["pin"]);
        }
    });
}
