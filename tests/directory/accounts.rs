//! Accounts.

use conclave::directory::{AccountDetails, AccountRole, Error};

use crate::common::{fields, meeting, on_each};

#[test]
fn one_is_found_by_its_login_whatever_its_capitals() {
    on_each("login", |db| {
        let ada = AccountDetails {
            cap: Some(20),
            rate: 7,
            email: "ada@example.org".into(),
            ..AccountDetails::new(" Ada ", AccountRole::Owner)
        };
        let ada = db.desk(|desk| desk.create_account(&ada)).unwrap();
        assert_eq!((&*ada.details.login, ada.version), ("ada", 1));
        assert_eq!(db.desk(|desk| desk.account_by_login("ADA")).unwrap(), Some(ada.clone()));
        assert_eq!(db.desk(|desk| desk.account_by_login("ad\0a' OR 1=1 --")).unwrap(), None);
        assert_eq!(db.desk(|desk| desk.account(ada.id)).unwrap(), ada);
        let taken = db.desk(|desk| desk.create_account(&AccountDetails::new("aDa", AccountRole::Operator)));
        assert_eq!(fields(taken), ["login"]);
    });
}

#[test]
fn one_is_changed_by_whoever_saw_it_last() {
    on_each("changed", |db| {
        let before = db.desk(|desk| desk.create_account(&AccountDetails::new("ada", AccountRole::Owner))).unwrap();
        let off = AccountDetails {
            active: false,
            cap: Some(3),
            password: Some("$argon2id$x".into()),
            ..before.details.clone()
        };
        let after = db.desk(|desk| desk.update_account(before.id, 1, &off)).unwrap();
        assert_eq!(after.version, 2);
        assert_eq!(db.desk(|desk| desk.account(before.id)).unwrap(), after);
        assert!(!format!("{after:?}").contains("argon"), "{after:?}");
        let late = db.desk(|desk| desk.update_account(before.id, 1, &before.details));
        assert_eq!(late, Err(Error::Changed("account")));
        let gone = db.desk(|desk| {
            desk.update_account(conclave::directory::AccountId(99), 1, &AccountDetails::new("x", AccountRole::Owner))
        });
        assert_eq!(gone, Err(Error::Missing("account")));
    });
}

#[test]
fn what_cannot_be_is_told_with_its_field() {
    on_each("wrong", |db| {
        let wrong =
            AccountDetails { cap: Some(0), email: "nobody".into(), ..AccountDetails::new("a\nb", AccountRole::Owner) };
        assert_eq!(fields(db.desk(|desk| desk.create_account(&wrong))), ["login", "email", "cap"]);
        assert_eq!(db.desk(|desk| desk.accounts()).unwrap(), []);
    });
}

#[test]
fn one_with_conferences_stays_and_so_does_the_last_provider() {
    on_each("stays", |db| {
        let provider =
            db.desk(|desk| desk.create_account(&AccountDetails::new("root", AccountRole::Provider))).unwrap();
        let ada = db.account("ada", None);
        let board = db.conference(&meeting(ada, "Board")).unwrap();
        let kept = db.desk(|desk| desk.delete_account(ada));
        assert!(matches!(&kept, Err(Error::Invalid(wrong)) if wrong[0].what.contains("1 conferences")), "{kept:?}");
        db.desk(|desk| desk.delete_conference(board.id)).unwrap();
        db.desk(|desk| desk.delete_account(ada)).unwrap();
        assert_eq!(db.desk(|desk| desk.delete_account(ada)), Err(Error::Missing("account")));

        assert_eq!(fields(db.desk(|desk| desk.delete_account(provider.id))), ["role"]);
        let less = AccountDetails { role: AccountRole::Owner, ..provider.details.clone() };
        assert_eq!(fields(db.desk(|desk| desk.update_account(provider.id, 1, &less))), ["role"]);
        db.desk(|desk| desk.create_account(&AccountDetails::new("second", AccountRole::Provider))).unwrap();
        db.desk(|desk| desk.delete_account(provider.id)).unwrap();
        let logins: Vec<String> =
            db.desk(|desk| desk.accounts()).unwrap().into_iter().map(|account| account.details.login).collect();
        assert_eq!(logins, ["second"]);
    });
}
