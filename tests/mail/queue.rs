//! The thread that sends: what is tried again, by whom, and how it stops.

use std::time::{Duration, Instant};

use conclave::directory::*;
use conclave::mail::{How, MailSettings, Post, PostOptions, Wake, Why, invite};

use crate::common::server::Server;
use crate::common::{ready, save, settings, weekly};
use crate::db::{Db, at, on_each, until};

/// A PBX that sends mail.
struct Sender {
    post: Option<Post>,
    directory: Directory,
}

impl Sender {
    fn start(db: &Db, node: &str) -> Sender {
        let wake = Wake::default();
        let heard = wake.clone();
        let directory = db.heard(node, move |change| heard.heard(change));
        let options = PostOptions { patience: Duration::from_secs(5), ..PostOptions::default() };
        Sender { post: Some(Post::start(directory.clone(), wake, options).unwrap()), directory }
    }

    fn queue(&self, to: &str) {
        let to = to.to_owned();
        let content = format!("From: a@example.org\r\nTo: {to}\r\nSubject: x\r\n\r\n.\r\n..Hello\r\n.");
        self.directory.wait(Access::Write, move |desk| desk.queue_mail(None, &to, &content)).unwrap();
    }

    fn all(&self) -> Vec<Mail> {
        self.directory.wait(Access::Read, |desk| desk.mail(None, 1000)).unwrap()
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        if let Some(post) = self.post.take() {
            post.stop();
        }
        self.directory.stop();
    }
}

fn on(server: &Server) -> MailSettings {
    MailSettings { port: Some(server.port), ..settings() }
}

#[test]
fn what_is_queued_is_sent_at_once_and_as_it_is() {
    on_each("at-once", |db| {
        let server = Server::start("plain");
        save(db, &on(&server));
        let sender = Sender::start(db, "pbx1");
        for to in ["bob@example.org", "cleo@example.org"] {
            let begun = Instant::now();
            sender.queue(to);
            until("it is sent", || sender.all()[0].sent.is_some());
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        }
        assert_eq!(server.recipients(), ["bob@example.org", "cleo@example.org"]);
        let kept = std::fs::read_to_string(&server.files()[0]).unwrap();
        // The one thing that SMTP adds is an end of the last line.
        assert_eq!(kept, "From: a@example.org\r\nTo: bob@example.org\r\nSubject: x\r\n\r\n.\r\n..Hello\r\n.\r\n");
    });
}

#[test]
fn an_invitation_reaches_everybody_from_a_save_to_the_server() {
    let mut db = Db::sqlite("whole");
    let server = Server::start("plain");
    let ada = ready(&db);
    save(&db, &on(&server));
    db.now = at("2026-11-21T12:00:00Z");
    let sender = Sender::start(&db, "pbx1");
    let details = weekly(ada);
    let job = move |desk: &mut Desk<'_>| {
        let details = Details {
            schedule: Schedule::new("2031-11-24T09:00", "UTC", Duration::from_secs(3600), None).ok(),
            ..details.clone()
        };
        let made = desk.create_conference(&details, AccountRole::Owner)?;
        invite(desk, &made, Why::Made)
    };
    assert_eq!(sender.directory.wait(Access::Write, job), Ok(3));
    until("all are sent", || sender.all().iter().all(|mail| mail.sent.is_some()));
    assert_eq!(server.recipients(), ["ada@example.org", "bob@example.org", "cleo@example.org"]);
}

#[test]
fn what_is_refused_for_now_is_tried_later_and_what_is_refused_for_good_never() {
    on_each("refused", |db| {
        let server = Server::start("plain");
        save(db, &on(&server));
        let sender = Sender::start(db, "pbx1");
        for to in ["later@example.org", "nobody@example.org", "unsigned@example.org", "bob@example.org"] {
            sender.queue(to);
        }
        let of = |to: &str| sender.all().into_iter().find(|mail| mail.recipient.starts_with(to)).unwrap();
        until("the last one is sent", || of("bob").sent.is_some());
        until("all were tried", || {
            sender.all().iter().all(|mail| mail.attempts == 1 && (mail.error.is_some() || mail.sent.is_some()))
        });
        let later = of("later");
        let pause = later.due.duration_since(later.created);
        assert!(later.failed.is_none() && (60..70).contains(&pause.as_secs()), "{later:?}");
        assert!(later.error.as_ref().unwrap().contains("451"), "{later:?}");
        let nobody = of("nobody");
        assert!(
            nobody.failed.is_some() && nobody.error.as_ref().unwrap().contains("550 5.1.1 No such user"),
            "{nobody:?}"
        );
        // Not the recipient's fault: it can be helped.
        assert!(of("unsigned").failed.is_none());
        assert_eq!(server.recipients(), ["bob@example.org"]);
    });
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    let db = Db::sqlite("away");
    let mut server = Server::start("plain");
    save(&db, &on(&server));
    server.stop();
    let sender = Sender::start(&db, "pbx1");
    sender.queue("bob@example.org");
    until("it was tried", || sender.all()[0].error.as_ref().is_some_and(|error| error.contains("cannot be reached")));
    assert!(sender.all()[0].failed.is_none());
    server.run();
    // As if the minute were over.
    let id = sender.all()[0].id;
    let now = jiff::Timestamp::now();
    sender.directory.wait(Access::Write, move |desk| desk.mail_failed(id, "away", Some(now))).unwrap();
    until("it is sent", || sender.all()[0].sent.is_some());
    assert_eq!(sender.all()[0].error, None);
}

#[test]
fn nothing_is_sent_while_mail_is_off_and_all_once_it_is_on() {
    let db = Db::sqlite("on");
    let server = Server::start("plain");
    let sender = Sender::start(&db, "pbx1");
    sender.queue("bob@example.org");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((sender.all()[0].attempts, server.files().len()), (0, 0));
    let on = on(&server);
    sender.directory.wait(Access::Write, move |desk| on.save(desk, None)).unwrap();
    until("it is sent", || sender.all()[0].sent.is_some());
    let off = MailSettings { how: How::Off, ..settings() };
    sender.directory.wait(Access::Write, move |desk| off.save(desk, None)).unwrap();
    sender.queue("cleo@example.org");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.recipients(), ["bob@example.org"]);
}

#[test]
fn of_several_pbxs_one_sends_each_mail() {
    on_each("several", |db| {
        let server = Server::start("plain");
        save(db, &on(&server));
        let senders: Vec<Sender> = (0..3).map(|node| Sender::start(db, &format!("pbx{node}"))).collect();
        let wanted: Vec<String> = (0..60).map(|guest| format!("guest{guest:02}@example.org")).collect();
        std::thread::scope(|scope| {
            for (sender, some) in senders.iter().zip(wanted.chunks(20)) {
                scope.spawn(move || some.iter().for_each(|to| sender.queue(to)));
            }
        });
        until("all are sent", || senders[0].all().iter().all(|mail| mail.sent.is_some()));
        assert_eq!(server.recipients(), wanted);
        assert!(senders[0].all().iter().all(|mail| mail.attempts == 1));
    });
}

#[test]
fn it_stops_at_once_and_gives_back_what_it_did_not_send() {
    on_each("stop", |db| {
        let server = Server::start("plain");
        save(db, &on(&server));
        let mut sender = Sender::start(db, "pbx1");
        // The first one hangs at the server; the others wait behind it.
        for to in ["hang@example.org", "bob@example.org"] {
            sender.queue(to);
        }
        until("it is tried", || sender.all().iter().any(|mail| mail.attempts == 1));
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        sender.post.take().unwrap().stop();
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert!(sender.all().iter().all(|mail| mail.attempts == 0 && mail.sent.is_none() && mail.error.is_none()));
        // Whoever is there next takes them, and need not wait until the lease is over.
        let now = sender.directory.wait(Access::Read, |desk| desk.next_mail()).unwrap().unwrap();
        assert!(now <= jiff::Timestamp::now());
    });
}

#[test]
fn an_answer_that_is_on_its_way_is_waited_for_when_it_stops() {
    let db = Db::sqlite("answer");
    let server = Server::start("plain");
    save(&db, &on(&server));
    let mut sender = Sender::start(&db, "pbx1");
    sender.queue("slow@example.org");
    until("it is tried", || sender.all()[0].attempts == 1);
    std::thread::sleep(Duration::from_millis(150));
    sender.post.take().unwrap().stop();
    until("the server has it or not", || server.files().len() == usize::from(sender.all()[0].sent.is_some()));
}

#[test]
fn whoever_has_nothing_to_send_sleeps() {
    let db = Db::sqlite("idle");
    save(&db, &settings());
    let sender = Sender::start(&db, "pbx1");
    std::thread::sleep(Duration::from_millis(500));
    let task = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    // Other tests have such threads too; whichever is asleep for long is enough to see that one can be.
    let tasks: Vec<_> = task
        .filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "conclave-mail"))
        .collect();
    let switches = |task: &std::path::Path| {
        let status = std::fs::read_to_string(task.join("status")).unwrap_or_default();
        status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse::<u64>().ok())
    };
    let before: Vec<_> = tasks.iter().map(|task| switches(task)).collect();
    std::thread::sleep(Duration::from_secs(1));
    let asleep = tasks.iter().zip(before).any(|(task, before)| before.is_some() && switches(task) == before);
    assert!(asleep);
    drop(sender);
}
