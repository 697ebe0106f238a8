//! Sessions, tokens and links.

use conclave::directory::{Token, TokenKind};

use crate::common::{at, on_each};

#[test]
fn one_is_good_until_it_expires_or_is_deleted() {
    on_each("tokens", |db| {
        let ada = db.account("ada", None);
        let token = |hash: &str, kind, expires: Option<&str>| Token {
            hash: hash.into(),
            kind,
            account: (kind != TokenKind::Link).then_some(ada),
            name: "laptop".into(),
            scopes: "read".into(),
            created: db.now,
            used: db.now,
            expires: expires.map(at),
        };
        let all = [
            token("aa", TokenKind::Session, Some("2026-11-21T13:00:00Z")),
            token("bb", TokenKind::Api, None),
            token("cc", TokenKind::Link, Some("2026-11-21T13:00:00Z")),
        ];
        db.desk(|desk| all.iter().try_for_each(|token| desk.add_token(token))).unwrap();
        assert_eq!(db.desk(|desk| desk.token("aa")).unwrap().as_ref(), Some(&all[0]));
        assert_eq!(db.desk(|desk| desk.token("zz")).unwrap(), None);
        assert!(!format!("{:?}", all[0]).contains("aa"));
        assert_eq!(db.desk(|desk| desk.tokens(ada)).unwrap(), all[..2]);
        // A link is good once.
        assert!(db.desk(|desk| desk.delete_token("cc")).unwrap());
        assert!(!db.desk(|desk| desk.delete_token("cc")).unwrap());
        db.desk(|desk| desk.token_used("aa", Some(at("2026-11-21T13:30:00Z")))).unwrap();
        db.now = at("2026-11-21T13:15:00Z");
        assert!(db.desk(|desk| desk.token("aa")).unwrap().is_some());
        db.now = at("2026-11-21T13:30:00Z");
        assert_eq!(db.desk(|desk| desk.token("aa")).unwrap(), None);
        assert_eq!(db.desk(|desk| desk.delete_old_tokens()).unwrap(), 1);
        assert_eq!(db.desk(|desk| desk.delete_sessions(ada)).unwrap(), 0);
        // They go with the account.
        db.desk(|desk| desk.delete_account(ada)).unwrap();
        assert_eq!(db.desk(|desk| desk.token("bb")).unwrap(), None);
    });
}
