//! The queue of mail.

use std::time::Duration;

use crate::common::{at, on_each};

#[test]
fn each_is_taken_by_one_sender_until_it_is_sent() {
    on_each("mail", |db| {
        let ids = db
            .desk(|desk| {
                ["a", "b", "c"]
                    .map(|to| desk.queue_mail(None, &format!("{to}@example.org"), "text"))
                    .into_iter()
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        let minute = Duration::from_secs(60);
        let taken = db.node("pbx1", |desk| desk.take_mail(minute, 2)).unwrap();
        assert_eq!(taken.iter().map(|mail| mail.id).collect::<Vec<_>>(), ids[..2]);
        let others = db.node("pbx2", |desk| desk.take_mail(minute, 9)).unwrap();
        assert_eq!(others.iter().map(|mail| mail.id).collect::<Vec<_>>(), ids[2..]);
        db.desk(|desk| desk.mail_sent(ids[0])).unwrap();
        db.desk(|desk| desk.mail_failed(ids[1], "451 later", Some(at("2026-11-21T12:10:00Z")))).unwrap();
        db.desk(|desk| desk.mail_failed(ids[2], "550 nobody", None)).unwrap();
        assert!(db.desk(|desk| desk.take_mail(minute, 9)).unwrap().is_empty());
        db.now = at("2026-11-21T12:10:00Z");
        let again = db.desk(|desk| desk.take_mail(minute, 9)).unwrap();
        assert_eq!(
            (again.len(), again[0].id, again[0].attempts, again[0].error.as_deref()),
            (1, ids[1], 2, Some("451 later"))
        );
        // Its sender was killed: after the lease somebody else sends it.
        db.now = at("2026-11-21T12:11:00Z");
        assert_eq!(db.desk(|desk| desk.take_mail(minute, 9)).unwrap().len(), 1);
        let all = db.desk(|desk| desk.mail(None, 9)).unwrap();
        assert_eq!(
            all.iter().map(|mail| (mail.sent.is_some(), mail.failed.is_some())).collect::<Vec<_>>(),
            [(false, true), (false, false), (true, false)]
        );
        assert_eq!(db.desk(|desk| desk.forget_mail(at("2026-11-21T12:05:00Z"))).unwrap(), 2);
    });
}
