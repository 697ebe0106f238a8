//! Codes: made, unique, replaced.

use std::collections::HashSet;

use conclave::directory::{Access, Code, Details, Error, Kind};
use conclave::room::Opens;

use crate::common::{fields, meeting, number, on_each};

#[test]
fn no_two_conferences_share_one() {
    on_each("unique", |db| {
        let ada = db.account("ada", None);
        // 9000 codes of four digits: among 2 × 300 of them two are the same nearly certainly, if nothing prevents it.
        let all = db
            .desk(|desk| {
                desk.set_code_length(4)?;
                (0..300)
                    .map(|at| {
                        desk.create_conference(&meeting(ada, &format!("{at}")), conclave::directory::AccountRole::Owner)
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        let codes: Vec<Code> =
            all.into_iter().filter_map(|one| one.codes).flat_map(|codes| [codes.leader, codes.participant]).collect();
        assert!(codes.iter().all(|code| code.reveal().len() == 4));
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 600);
    });
}

#[test]
fn the_right_one_finds_conference_and_role() {
    on_each("finds", |db| {
        let ada = db.account("ada", Some(20));
        let board = db.conference(&meeting(ada, "Board")).unwrap();
        let codes = board.codes.clone().unwrap();
        assert_eq!(codes.leader.reveal().len(), 8);
        let find = |code: &Code| db.desk(|desk| desk.by_code(code, &number("800"))).unwrap();
        let (reach, opens) = find(&codes.leader).unwrap();
        assert_eq!((&reach.conference, opens, reach.account.details.cap), (&board, Opens::AsLeader, Some(20)));
        let (reach, opens) = find(&codes.participant).unwrap();
        assert_eq!((reach.conference.id, opens), (board.id, Opens::AsAnybody));
        assert_eq!(find(&crate::common::code("1")), None);
    });
}

#[test]
fn new_ones_replace_both_and_old_ones_stop_at_once() {
    on_each("renew", |db| {
        let ada = db.account("ada", None);
        let before = db.conference(&meeting(ada, "Board")).unwrap();
        let directory = db.directory("pbx1");
        let (id, version) = (before.id, before.version);
        let after = directory.wait(Access::Write, move |desk| desk.renew_codes(id, version)).unwrap();
        let (old, new) = (before.codes.unwrap(), after.codes.unwrap());
        assert_eq!(after.version, 2);
        for (code, opens) in [
            (&old.leader, None),
            (&old.participant, None),
            (&new.leader, Some(Opens::AsLeader)),
            (&new.participant, Some(Opens::AsAnybody)),
        ] {
            assert!(old.leader != new.leader && old.participant != new.participant);
            let code = code.clone();
            let found = directory.wait(Access::Read, move |desk| desk.by_code(&code, &number("800"))).unwrap();
            assert_eq!(found.map(|(_, opens)| opens), opens);
        }
        let late = directory.wait(Access::Write, move |desk| desk.renew_codes(id, version));
        assert_eq!(late, Err(Error::Changed("conference")));
        directory.stop();
    });
}

#[test]
fn one_that_cannot_be_unique_is_told() {
    on_each("exhausted", |db| {
        let ada = db.account("ada", None);
        db.desk(|desk| desk.set_code_length(4)).unwrap();
        // Everything that can be made, but for a few.
        let mut store = db.store();
        let board = db.conference(&meeting(ada, "Board")).unwrap();
        store.begin(Access::Write).unwrap();
        store.run("DELETE FROM code", &[]).unwrap();
        for code in 1000..9999i64 {
            let values = [code.to_string().into(), board.id.0.into(), format!("role {code}").into()];
            store.run("INSERT INTO code (code, conference, role) VALUES ($1, $2, $3)", &values).unwrap();
        }
        store.commit().unwrap();
        assert_eq!(fields(db.conference(&meeting(ada, "Sales"))), ["code_length"]);
        db.desk(|desk| desk.set_code_length(6)).unwrap();
        db.conference(&meeting(ada, "Sales")).unwrap();
        assert_eq!(fields(db.desk(|desk| desk.set_code_length(3))), ["code_length"]);
    });
}

#[test]
fn what_is_reached_by_its_extension_has_none() {
    on_each("none", |db| {
        let ada = db.account("ada", None);
        let dynamic = Details { extension: Some(number("700")), ..Details::new(ada, Kind::Dynamic) };
        let dynamic = db.conference(&dynamic).unwrap();
        assert_eq!(dynamic.codes, None);
        assert_eq!(fields(db.desk(|desk| desk.renew_codes(dynamic.id, 1))), ["kind"]);
        // It gets some when it becomes a meeting room, and loses them again.
        let as_meeting = Details { kind: Kind::Meeting, ..dynamic.details.clone() };
        let by = conclave::directory::AccountRole::Provider;
        let meeting = db.desk(|desk| desk.update_conference(dynamic.id, 1, &as_meeting, by)).unwrap();
        let leader = meeting.codes.unwrap().leader;
        assert!(db.desk(|desk| desk.by_code(&leader, &number("800"))).unwrap().is_some());
        let again = db.desk(|desk| desk.update_conference(dynamic.id, 2, &dynamic.details, by)).unwrap();
        assert_eq!(again.codes, None);
        assert_eq!(db.desk(|desk| desk.by_code(&leader, &number("800"))).unwrap(), None);
    });
}
