//! Uploaded sounds, and history in parts: what was added to the statements, on each database.

use conclave::directory::*;

use crate::common::{at, fields, meeting, on_each, visit};

const HASH: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_sound_is_kept_as_long_as_some_conference_has_it() {
    on_each("sounds", |db| {
        let ada = db.account("ada", None);
        let board = db.conference(&meeting(ada, "Board")).unwrap().id;
        let named = Details { name_file: Some(format!("upload:{HASH}")), ..meeting(ada, "Copy") };
        assert!(db.desk(|desk| desk.begin_sound(HASH)).unwrap());
        db.desk(|desk| desk.add_sound_part(HASH, 0, "AAAA")).unwrap();
        db.desk(|desk| desk.add_sound_part(HASH, 1, "BBBB")).unwrap();
        assert_eq!(fields(db.conference(&named)), ["name_file"], "it is not whole yet");
        let changed = db.desk(|desk| desk.set_sound(board, Uploaded::Music, Some(HASH))).unwrap();
        assert_eq!((changed.version, changed.details.music_file), (2, named.name_file.clone()));
        assert!(!db.desk(|desk| desk.begin_sound(HASH)).unwrap(), "it is here");
        db.conference(&named).unwrap();
        assert_eq!(db.desk(|desk| desk.sounds_in_use()).unwrap(), [HASH]);
        let part = |place| db.desk(|desk| desk.sound_part(HASH, place)).unwrap();
        assert_eq!((part(0).as_deref(), part(1).as_deref(), part(2)), (Some("AAAA"), Some("BBBB"), None));

        // Both go without it, one of them by being deleted: for a day that can be undone.
        db.desk(|desk| desk.set_sound(board, Uploaded::Music, None)).unwrap();
        let copy = db.desk(|desk| desk.conferences(&Filter::default())).unwrap().pop().unwrap().conference.id;
        db.now = at("2026-11-23T12:00:00Z");
        db.desk(|desk| desk.delete_conference(copy)).unwrap();
        db.desk(|desk| desk.forget_sounds()).unwrap();
        assert!(db.desk(|desk| desk.has_sound(HASH)).unwrap());
        db.now = at("2026-11-25T12:00:00Z");
        db.desk(|desk| desk.delete_conference(board)).unwrap();
        db.desk(|desk| desk.forget_sounds()).unwrap();
        assert!(!db.desk(|desk| desk.has_sound(HASH)).unwrap());
        assert_eq!(db.desk(|desk| desk.sound_part(HASH, 0)).unwrap(), None);
    });
}

#[test]
fn history_in_parts_has_each_visit_once() {
    on_each("parts", |db| {
        db.desk(|desk| {
            for second in [0, 0, 0, 1, 2, 2, 3] {
                desk.visit_begins(&visit(None, None, "201", &format!("2026-11-21T09:00:0{second}Z")))?;
            }
            Ok(())
        })
        .unwrap();
        for most in 1..=8 {
            let (mut behind, mut seen) = (None, Vec::new());
            loop {
                let part = db.desk(|desk| desk.visits_behind(&VisitFilter::default(), behind, most)).unwrap();
                let Some(last) = part.last() else { break };
                behind = Some((last.came, last.id));
                seen.extend(part.iter().map(|visit| visit.id));
            }
            assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7], "{most} at a time");
        }
        let later = VisitFilter {
            there_after: Some(at("2026-11-22T00:00:00Z")),
            number: Some("8000".into()),
            ..VisitFilter::default()
        };
        assert_eq!(db.desk(|desk| desk.visits_behind(&later, None, 9)).unwrap().len(), 7, "all are there yet");
    });
}
