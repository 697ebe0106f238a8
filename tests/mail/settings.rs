//! What can be set, and what is refused with words.

use conclave::directory::*;
use conclave::mail::{How, MailSettings, PLACEHOLDERS, Security, Template};

use crate::common::{body, settings};
use crate::db::{Db, fields, on_each};

#[test]
fn what_is_saved_is_read_back_and_what_is_usual_is_not_kept() {
    on_each("saved", |db| {
        let usual = db.desk(MailSettings::load).unwrap();
        assert_eq!((&usual, usual.how), (&MailSettings::default(), How::Off));
        let set = MailSettings {
            server: "mail.example.org".into(),
            port: None,
            security: Security::Tls,
            user: "conclave".into(),
            base_url: "https://pbx.example.org/".into(),
            guest: body("Code {participant_code}"),
            changed: "Geändert:".into(),
            ..settings()
        };
        db.desk(|desk| set.save(desk, Some("s3cret ä"))).unwrap();
        let read = db.desk(MailSettings::load).unwrap();
        assert_eq!(read, MailSettings { has_password: true, ..set.clone() });
        assert_eq!((set.port(), settings().port()), (465, 1));
        let kept = |db: &Db| db.desk(|desk| desk.settings("mail.")).unwrap();
        assert!(kept(db).iter().all(|(name, _)| !name.starts_with("mail.administrator") && name != "mail.port"));
        // The password stays, and goes.
        let renamed = MailSettings { base_url: "https://pbx2.example.org/".into(), ..read };
        db.desk(|desk| renamed.save(desk, None)).unwrap();
        assert_eq!(db.desk(MailSettings::load).unwrap(), renamed);
        db.desk(|desk| MailSettings::default().save(desk, Some(""))).unwrap();
        assert_eq!(db.desk(MailSettings::load).unwrap(), MailSettings::default());
        assert_eq!(kept(db).len(), 2, "{:?}", kept(db));
    });
}

#[test]
fn the_password_cannot_be_had_by_sending_it_elsewhere() {
    let db = Db::sqlite("elsewhere");
    let set = MailSettings { server: "mail.example.org".into(), user: "conclave".into(), ..settings() };
    db.desk(|desk| set.save(desk, Some("s3cret"))).unwrap();
    let save = |settings: MailSettings, password: Option<&str>| db.desk(|desk| settings.save(desk, password));
    for other in [
        MailSettings { server: "eve.example.org".into(), ..set.clone() },
        MailSettings { port: Some(2525), ..set.clone() },
        MailSettings { security: Security::StartTls, ..set.clone() },
        MailSettings { user: "eve".into(), ..set.clone() },
    ] {
        assert_eq!(fields(save(other, None)), ["password"]);
    }
    assert!(!format!("{:?}", db.desk(MailSettings::load)).contains("s3cret"));
    save(MailSettings { server: "new.example.org".into(), ..set }, Some("s3cret")).unwrap();
}

#[test]
fn what_cannot_be_is_named_with_its_field() {
    let db = Db::sqlite("wrong");
    let wrong = |settings: MailSettings| fields(db.desk(|desk| settings.save(desk, None)));
    assert_eq!(wrong(MailSettings { how: How::Smtp, ..MailSettings::default() }), ["server", "from"]);
    for (settings, field) in [
        (MailSettings { server: "mail example".into(), ..settings() }, "server"),
        (MailSettings { port: Some(0), ..settings() }, "port"),
        (MailSettings { authorities: "hello".into(), ..settings() }, "authorities"),
        (MailSettings { from: "Ada <ada>".into(), ..settings() }, "from"),
        (MailSettings { from: "a@x.org\r\nBcc: eve@x.org".into(), ..settings() }, "from"),
        (MailSettings { base_url: "javascript:alert(1)".into(), ..settings() }, "base_url"),
        (MailSettings { guest: body("{leader_code}"), ..settings() }, "guest.body"),
        (MailSettings { cancelled: body("{leader_code}"), ..settings() }, "cancelled.body"),
        (MailSettings { guest: body("{nmae}"), ..settings() }, "guest.body"),
        (MailSettings { administrator: body("{name"), ..settings() }, "administrator.body"),
    ] {
        assert!(wrong(settings).contains(&field.to_owned()), "{field}");
    }
    for subject in ["{leader_code}", "{participant_code}", "{pin}", "a\nb"] {
        let administrator = Template { subject: subject.into(), ..body("") };
        assert_eq!(wrong(MailSettings { administrator, ..settings() }), ["administrator.subject"], "{subject}");
    }
    // All placeholders are good where they may be.
    let all = PLACEHOLDERS.map(|(name, _)| format!("{{{name}}}")).concat();
    db.desk(|desk| MailSettings { administrator: body(&all), ..settings() }.save(desk, None)).unwrap();
    let refused = db.desk(|desk| MailSettings { guest: body("{nmae}"), ..settings() }.save(desk, None)).unwrap_err();
    assert!(matches!(&refused, Error::Invalid(wrong) if wrong[0].what.contains("{nmae}")), "{refused:?}");
}
