//! Mail servers, and whoever reads what they got.

pub mod server;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use conclave::directory::*;
use conclave::mail::{How, MailSettings, Security, Template};
use conclave_rig::Folder;
use serde_json::Value;

use crate::db::{Db, number};

/// Python with the packages of tests/requirements.txt, which are fetched if they are not there.
pub fn python() -> Command {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    let python = READY.get_or_init(|| {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let made =
            Command::new("make").args(["--silent", "target/python/.ready"]).current_dir(project).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        project.join("target/python/bin/python")
    });
    Command::new(python)
}

/// What tests/mail/judge.py says of these files; occurrences are those of the years 2026 to 2028.
pub fn judge(files: &[PathBuf]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/judge.py");
    let mut reader = python();
    reader.arg(script).args(["2026-01-01T00:00:00+00:00", "2029-01-01T00:00:00+00:00"]).args(files);
    let said = reader.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mails: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    for mail in &mails {
        for nothing in ["/defects", "/calendar/errors", "/calendar/long_lines"] {
            assert!(mail.pointer(nothing).is_none_or(|found| *found == serde_json::json!([])), "{nothing}: {mail:#}");
        }
        assert!(mail.pointer("/calendar/bare").is_none_or(|bare| *bare == 0), "{mail:#}");
    }
    mails
}

/// Sends to nowhere, by SMTP.
pub fn settings() -> MailSettings {
    MailSettings {
        how: How::Smtp,
        server: "127.0.0.1".into(),
        port: Some(1),
        security: Security::None,
        from: "Conferences <conference@example.org>".into(),
        ..MailSettings::default()
    }
}

/// Saves settings.
pub fn save(db: &Db, settings: &MailSettings) {
    db.desk(|desk| settings.save(desk, None)).unwrap();
}

/// A conference next Tuesday at nine, each week.
pub fn weekly(owner: AccountId) -> Details {
    let schedule =
        Schedule::new("2026-11-24T09:00", "Europe/Berlin", Duration::from_secs(90 * 60), Some("FREQ=WEEKLY"));
    Details {
        tag: "board".into(),
        name: "Board".into(),
        description: "Figures of the month".into(),
        email: "ada@example.org".into(),
        guests: vec!["bob@example.org".into(), "cleo@example.org".into()],
        schedule: Some(schedule.unwrap()),
        ..Details::new(owner, Kind::Scheduled)
    }
}

/// With an access number, mail on and an account.
pub fn ready(db: &Db) -> AccountId {
    db.desk(|desk| desk.add_access_number(&number("800"))).unwrap();
    save(db, &settings());
    db.account("ada", None)
}

/// Takes all mail that is in the queue since the last time, sorted by recipient, as judged.
pub fn letters(db: &Db) -> Vec<(String, Value)> {
    let mail = raw(db);
    let folder = Folder::new("letters");
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let write = |mail: &(String, String)| {
        let path = folder.join(format!("{}.eml", NEXT.fetch_add(1, Ordering::Relaxed)));
        std::fs::write(&path, &mail.1).unwrap();
        path
    };
    let files: Vec<PathBuf> = mail.iter().map(write).collect();
    if files.is_empty() {
        return Vec::new();
    }
    mail.into_iter().map(|(to, _)| to).zip(judge(&files)).collect()
}

/// The same, as it is sent.
pub fn raw(db: &Db) -> Vec<(String, String)> {
    let taken = db.desk(|desk| {
        let mail = desk.take_mail(Duration::from_secs(60), 1000)?;
        mail.iter().try_for_each(|mail| desk.mail_sent(mail.id))?;
        Ok(mail)
    });
    let mut mail: Vec<_> = taken.unwrap().into_iter().map(|mail| (mail.recipient, mail.content)).collect();
    mail.sort();
    mail
}

/// A text of a judged mail.
pub fn text<'a>(mail: &'a Value, pointer: &str) -> &'a str {
    mail.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {mail:#}"))
}

/// A template of which only the body matters.
pub fn body(text: &str) -> Template {
    Template { subject: "Subject".into(), body: text.into() }
}
