//! What the provider sets for all.

use crate::common::{number, on_each};

#[test]
fn settings_are_kept_by_name() {
    on_each("named", |db| {
        assert_eq!(db.desk(|desk| desk.setting("currency")).unwrap(), None);
        for value in ["EUR", "USD"] {
            db.desk(|desk| desk.set_setting("currency", Some(value))).unwrap();
            assert_eq!(db.desk(|desk| desk.setting("currency")).unwrap().as_deref(), Some(value));
        }
        db.desk(|desk| desk.set_setting("currency", None)).unwrap();
        assert_eq!(db.desk(|desk| desk.setting("currency")).unwrap(), None);
        assert_eq!(db.desk(|desk| desk.code_length()).unwrap(), 8);
    });
}

#[test]
fn access_numbers_are_there_once() {
    on_each("access", |db| {
        db.desk(|desk| desk.add_access_number(&number("+4930800"))).unwrap();
        assert!(db.desk(|desk| desk.add_access_number(&number("+4930800"))).is_err());
        assert_eq!(db.desk(|desk| desk.access_numbers()).unwrap(), [number("+4930800")]);
    });
}
