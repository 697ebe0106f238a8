//! Conferences and users of the PBX, in and out.

use conclave::directory::*;

use crate::common::{Db, at, code, meeting, minutes, number, on_each};

fn importer(account: AccountId, role: AccountRole) -> Importer {
    Importer { account, role }
}

fn bad_rows<T: std::fmt::Debug>(done: Result<T, Error>) -> Vec<(u64, String)> {
    match done {
        Err(Error::Rows(rows)) => rows.into_iter().map(|row| (row.line, row.column)).collect(),
        other => panic!("{other:?}"),
    }
}

fn all(db: &Db) -> Vec<Conference> {
    db.desk(|desk| desk.conferences(&Filter::default())).unwrap().into_iter().map(|listed| listed.conference).collect()
}

#[test]
fn what_goes_out_comes_in_again() {
    on_each("round", |db| {
        let ada = db.account("ada", Some(20));
        db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
        let full = Details {
            kind: Kind::Scheduled,
            tag: "=cmd|'/c calc'!A1".into(),
            name: "'=1+1, \"quoted\"; ünï".into(),
            description: "two\nlines".into(),
            enabled: false,
            email: "ada@example.org".into(),
            guests: vec!["bob@example.org".into(), "eve@example.org".into()],
            extension: Some(number("+8000")),
            access_number: Some(number("800")),
            schedule: Some(
                Schedule::new("2026-11-24T09:00", "Europe/Berlin", minutes(90), Some("FREQ=DAILY;COUNT=3")).unwrap(),
            ),
            expires: Some(at("2027-01-01T00:00:00Z")),
            session_time: Some(minutes(30)),
            max_participants: Some(5),
            pin: Some(code("0042")),
            pbx_user: Some("201".into()),
            settings: vec![("announcement".into(), "/srv/a.b".into()), ("quiet".into(), "yes".into())],
            ..Details::new(ada, Kind::Scheduled)
        };
        let made = [db.conference(&full).unwrap(), db.conference(&meeting(ada, "Plain")).unwrap()];
        for format in [Format::Csv, Format::Json] {
            let text = write(format, &db.desk(|desk| desk.export(&Filter::default())).unwrap());
            if format == Format::Csv {
                assert!(text.contains("'=cmd") && text.contains("''=1+1"), "{text}");
            }
            for conference in all(db) {
                db.desk(|desk| desk.delete_conference(conference.id)).unwrap();
            }
            let done = db.desk(|desk| desk.import(format, &text, importer(ada, AccountRole::Provider))).unwrap();
            assert_eq!(done.made.len(), 2, "{format:?}");
            for (one, again) in made.iter().zip(all(db)) {
                assert_eq!((&one.details, &one.codes), (&again.details, &again.codes), "{format:?}");
            }
        }
    });
}

#[test]
fn a_bad_row_names_its_line_and_nothing_is_imported() {
    on_each("bad", |db| {
        let ada = db.account("ada", Some(20));
        let by = importer(ada, AccountRole::Provider);
        let csv = "name,extension,max_participants,email\r\n\
                   Board,8000,5,\r\n\
                   \"Two\nlines\",,,\r\n\
                   Sales,8000,,\r\n\
                   \r\n\
                   Many,8001,500,nobody\r\n\
                   More,8002,many,\r\n";
        let bad = bad_rows(db.desk(|desk| desk.import(Format::Csv, csv, by)));
        let wanted = [(3, "name"), (5, "extension"), (7, "max_participants"), (7, "email"), (8, "max_participants")];
        assert_eq!(bad, wanted.map(|(line, column)| (line, column.to_owned())));
        let json = "[\n  {\"name\": \"Board\"},\n  {\"name\": \"Sales\",\n   \"start\": \"tomorrow\",\n   \"zone\": \"UTC\", \"duration\": 60},\n  7,\n  {\"colour\": \"red\"}\n]";
        let bad = bad_rows(db.desk(|desk| desk.import(Format::Json, json, by)));
        // What cannot even be read is told before what cannot be.
        assert_eq!(bad, [(6, String::new()), (7, "colour".into())]);
        let json = json.replace("7,\n", "\n").replace("{\"colour\": \"red\"}", "{}");
        let bad = bad_rows(db.desk(|desk| desk.import(Format::Json, &json, by)));
        assert_eq!(bad, [(3, "start".into())]);
        assert!(all(db).is_empty());
    });
}

#[test]
fn whatever_is_no_table_is_told() {
    let db = Db::sqlite("table");
    let ada = db.account("ada", None);
    let by = importer(ada, AccountRole::Owner);
    for (format, text, line) in [
        (Format::Json, "[\n{\"name\": }\n]", 2),
        (Format::Json, "{}", 1),
        (Format::Csv, "name\nBoard,too much\n", 2),
        (Format::Csv, "nmae\nBoard\n", 2),
    ] {
        assert_eq!(bad_rows(db.desk(|desk| desk.import(format, text, by)))[0].0, line, "{text}");
    }
    for (format, text) in [(Format::Csv, ""), (Format::Csv, "name\n"), (Format::Json, "[]")] {
        assert!(db.desk(|desk| desk.import(format, text, by)).unwrap().made.is_empty());
    }
    // As spreadsheets write it where the comma is in numbers.
    let text = "\u{feff}Name;Extension\nBoard;8000\n";
    assert_eq!(db.desk(|desk| desk.import(Format::Csv, text, by)).unwrap().made.len(), 1);
}

#[test]
fn an_owner_imports_for_himself_with_codes_that_are_no_guess() {
    on_each("owner", |db| {
        let (ada, bob) = (db.account("ada", None), db.account("bob", None));
        let text = "owner,leader_code,participant_code\nbob,12345678,87654321\n";
        let import = |text: &str, by| db.desk(|desk| desk.import(Format::Csv, text, by));
        assert_eq!(bad_rows(import(text, importer(ada, AccountRole::Owner))), [(2, "owner".into())]);
        let done = import(text, importer(bob, AccountRole::Owner)).unwrap();
        assert_eq!(done.made[0].codes, Some(Codes { leader: code("12345678"), participant: code("87654321") }));
        for (text, column) in [
            ("leader_code,participant_code\n1,2\n", "leader_code"),
            ("leader_code,participant_code\n12345678,11112222\n", "leader_code"),
            ("leader_code,participant_code\n11112222,11112222\n", "leader_code"),
            ("leader_code\n11112222\n", "participant_code"),
            ("owner\neve\n", "owner"),
        ] {
            let bad = bad_rows(import(text, importer(bob, AccountRole::Owner)));
            assert_eq!(bad, [(2, column.to_owned())], "{text}");
        }
    });
}

#[test]
fn users_of_the_pbx_get_a_leaders_code_each_and_once() {
    on_each("users", |db| {
        let ada = db.account("ada", None);
        let by = importer(ada, AccountRole::Owner);
        let csv = "user,name,email\n201,Ada,ada@example.org\n202,Bob,\n";
        let import = |format, text: &str| db.desk(|desk| desk.import_users_from(format, text, by));
        let done = import(Format::Csv, csv).unwrap();
        assert_eq!(done.made.len(), 2);
        let codes: std::collections::HashSet<_> =
            done.made.iter().map(|one| one.codes.clone().unwrap().leader).collect();
        assert_eq!(codes.len(), 2);
        let Details { tag, email, pbx_user, kind, .. } = &done.made[0].details;
        assert_eq!(
            (&**tag, &**email, pbx_user.as_deref(), *kind),
            ("Ada", "ada@example.org", Some("201"), Kind::Meeting)
        );
        // Selected ones, some of whom have theirs.
        let json = "[{\"user\": 202, \"name\": \"Bob\"}, {\"user\": \"203\"}]";
        let done = import(Format::Json, json).unwrap();
        assert_eq!((done.made.len(), &*done.skipped), (1, &["202".to_owned()][..]));
        assert_eq!(done.made[0].details.name, "203");
        assert_eq!(bad_rows(import(Format::Csv, "user,name\n204,Eve\n,Nobody\n204,Eve again\n")), [(3, "user".into())]);
        assert_eq!(bad_rows(import(Format::Csv, "user,name\n204,Eve\n204,Eve again\n")), [(3, "pbx_user".into())]);
        assert_eq!(all(db).len(), 3);
    });
}
