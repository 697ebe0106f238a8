//! The local `sendmail`, beside a PBX that takes away everybody's children.

use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use conclave::directory::*;
use conclave::mail::{How, MailSettings, Post, PostOptions, Wake, test};
use conclave_rig::Folder;

use crate::common::settings;
use crate::db::{Db, until};

/// A program that keeps what it gets in its folder, and then does this.
fn program(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("sendmail");
    let script = format!(
        "#!/bin/sh\nmine={}/$$\nprintf '%s\\n' \"$@\" >$mine.arguments\ncat >$mine.mail\n{then}\n",
        folder.display()
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn kept(folder: &Path, what: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ext| ext == what));
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn local() -> MailSettings {
    MailSettings { how: How::Sendmail, ..settings() }
}

fn options(sendmail: PathBuf) -> PostOptions {
    PostOptions { sendmail, patience: Duration::from_secs(2) }
}

#[test]
fn it_is_given_the_mail_as_programs_of_the_machine_want_it() {
    let (db, folder) = (Db::sqlite("local"), Folder::new("sendmail"));
    db.desk(|desk| local().save(desk, None)).unwrap();
    let directory = db.directory("pbx1");
    let said = test(&directory, &options(program(&folder, "echo queued as 4711")), "-o'x@example.org");
    assert!(said.as_ref().is_ok_and(|said| said.ends_with("took it: queued as 4711")), "{said:?}");
    assert_eq!(kept(&folder, "arguments"), ["-i\n-f\nconference@example.org\n--\n-o'x@example.org\n"]);
    let mail = &kept(&folder, "mail")[0];
    assert!(mail.contains("\nSubject: Test of the conference") && !mail.contains('\r'), "{mail}");
    directory.stop();
}

#[test]
fn what_it_ends_with_is_understood() {
    let db = Db::sqlite("ends");
    db.desk(|desk| local().save(desk, None)).unwrap();
    let directory = db.directory("pbx1");
    for (then, words) in [
        ("echo no such user >&2; exit 67", "refuses it (67): no such user"),
        ("exit 75", "failed (75)"),
        ("kill -9 $$", "failed (137)"),
        ("sleep 60", "did not end within 2 s"),
        // A part of it goes on in the background, with everything that it was given.
        ("sleep 5 & exit 64", "failed (64)"),
        ("printf '\\0000\\n'; exit 1", "failed (1)"),
    ] {
        let folder = Folder::new("sendmail");
        let begun = Instant::now();
        let said = test(&directory, &options(program(&folder, then)), "ada@example.org").unwrap_err();
        assert!(said.contains(words), "{then}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(4), "{then}: {:?}", begun.elapsed());
    }
    let missing = test(&directory, &options("/nonexistent/sendmail".into()), "ada@example.org").unwrap_err();
    assert!(missing.contains("/nonexistent/sendmail is no program that can be run"), "{missing}");
    // One that does not read what it is given.
    let folder = Folder::new("sendmail");
    let path = program(&folder, "");
    std::fs::write(&path, "#!/bin/sh\nexit 0\n").unwrap();
    assert!(test(&directory, &options(path), "ada@example.org").is_ok_and(|said| said.contains("took it")));
    directory.stop();
}

const ROLE: &str = "CONCLAVE_REAPS";

/// In a process of its own, which does what Asterisk does: its handler reaps every child that ends.
#[test]
fn a_pbx_that_reaps_every_child_neither_loses_nor_doubles_mail() {
    if env::var_os(ROLE).is_none() {
        for how in ["handler", "ignore"] {
            let child = Command::new(env::current_exe().unwrap())
                .args(["--exact", "sendmail::a_pbx_that_reaps_every_child_neither_loses_nor_doubles_mail"])
                .env(ROLE, how)
                .output()
                .unwrap();
            assert!(child.status.success(), "{how}: {}", String::from_utf8_lossy(&child.stdout));
        }
        return;
    }
    reaper::install(env::var(ROLE).unwrap() == "ignore");
    // It does take away what others wait for.
    let mut child = Command::new("true").spawn().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(child.wait().unwrap_err().raw_os_error(), Some(libc::ECHILD));

    let (db, folder) = (Db::sqlite("reaped"), Folder::new("sendmail"));
    db.desk(|desk| local().save(desk, None)).unwrap();
    let wake = Wake::default();
    let heard = wake.clone();
    let directory = db.heard("pbx1", move |change| heard.heard(change));
    let refuses = "case \"$5\" in nobody*) exit 67;; esac";
    let options = PostOptions { patience: Duration::from_secs(20), ..options(program(&folder, refuses)) };
    let post = Post::start(directory.clone(), wake, options).unwrap();
    let count = 100;
    directory
        .wait(Access::Write, move |desk| {
            (0..count).try_for_each(|guest| {
                let to = if guest % 10 == 0 { "nobody" } else { "guest" };
                desk.queue_mail(None, &format!("{to}{guest}@example.org"), "Subject: x\r\n\r\nHello\r\n").map(drop)
            })
        })
        .unwrap();
    let all = || directory.wait(Access::Read, |desk| desk.mail(None, 1000)).unwrap();
    until("all are sent or given up", || all().iter().all(|mail| mail.sent.is_some() || mail.failed.is_some()));
    assert_eq!(all().iter().filter(|mail| mail.failed.is_some()).count(), count / 10);
    assert!(all().iter().all(|mail| mail.attempts == 1));
    assert_eq!(kept(&folder, "mail").len(), count);
    post.stop();
    directory.stop();
}

#[allow(unsafe_code, reason = "a signal handler cannot be set without")]
mod reaper {
    extern "C" fn reap(_: libc::c_int) {
        // SAFETY: both are allowed in a signal handler, and the error of whoever was interrupted is put back.
        unsafe {
            let error = *libc::__errno_location();
            while libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) > 0 {}
            *libc::__errno_location() = error;
        }
    }

    /// Reaps all children from now on; or lets the system do so.
    pub fn install(ignore: bool) {
        let handler: extern "C" fn(libc::c_int) = reap;
        let handler = if ignore { libc::SIG_IGN } else { handler as libc::sighandler_t };
        // SAFETY: the handler does only what one may do.
        assert_ne!(unsafe { libc::signal(libc::SIGCHLD, handler) }, libc::SIG_ERR);
    }
}
