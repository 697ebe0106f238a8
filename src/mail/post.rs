//! The thread that sends what is in the queue.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::{SignedDuration, Timestamp};
use lettre::message::Mailbox;

use super::message::{self, Letter};
use super::sendmail;
use super::settings::{How, MailSettings, Password};
use super::smtp::Server;
use crate::directory::{Access, Change, Directory, Error, Mail};

/// What the provider cannot set on the page.
#[derive(Clone, Debug)]
pub struct PostOptions {
    /// The program that [`How::Sendmail`] means. Not a setting of the directory: whoever may set it can run anything.
    pub sendmail: PathBuf,
    /// How long a mail server may take for each answer, and `sendmail` for a mail; whole seconds.
    pub patience: Duration,
}

impl Default for PostOptions {
    /// `/usr/sbin/sendmail`, where every mail system puts it, and half a minute.
    fn default() -> PostOptions {
        PostOptions { sendmail: "/usr/sbin/sendmail".into(), patience: Duration::from_secs(30) }
    }
}

/// Wakes a [`Post`]: made before the [`Directory`], which has to tell it of changes, while the post needs the directory.
#[derive(Clone, Debug)]
pub struct Wake {
    wake: Sender<()>,
    woken: Receiver<()>,
}

impl Default for Wake {
    fn default() -> Wake {
        let (wake, woken) = bounded(1);
        Wake { wake, woken }
    }
}

impl Wake {
    /// Something changed in the directory. Does not wait.
    pub fn heard(&self, change: Change) {
        if matches!(change, Change::Mail | Change::Settings | Change::Everything) {
            let _ = self.wake.try_send(());
        }
    }
}

/// Sends the mail of a directory, on a thread of its own. Any number of PBXs may do so with one directory: each mail is
/// sent by one of them.
#[derive(Debug)]
pub struct Post {
    brake: Arc<Brake>,
    wake: Wake,
    thread: Option<JoinHandle<()>>,
}

impl Post {
    /// Starts it. `wake` has to [hear](Wake::heard) every change that the directory tells of. While mail is off in the
    /// settings, or the directory cannot be reached, nothing is lost and nothing is done.
    ///
    /// # Errors
    ///
    /// If no thread can be made.
    pub fn start(directory: Directory, wake: Wake, options: PostOptions) -> io::Result<Post> {
        let brake = Arc::new(Brake::default());
        let clerk = Clerk { directory, options, brake: brake.clone(), done: Vec::new(), tidied: None };
        let woken = wake.woken.clone();
        let thread = Builder::new().name("conclave-mail".into()).spawn(move || clerk.serve(&woken))?;
        Ok(Post { brake, wake, thread: Some(thread) })
    }

    /// Stops it, before the directory is stopped: what is being sent is broken off, and sent later by whoever is there then.
    /// Takes at most a second, but as long as the directory if that does not answer, and as long as a name if one is
    /// just being looked up.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.brake.pull();
        let _ = self.wake.wake.try_send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends one mail at once, past the queue, with the settings as they are saved. Takes as long as the server: not for a thread
/// that others wait for.
///
/// # Errors
///
/// In both cases the answer is in words for people: what the server said, or why there is none.
pub fn test(directory: &Directory, options: &PostOptions, to: &str) -> Result<String, String> {
    let loaded =
        directory.wait(Access::Read, |desk| Ok((MailSettings::load(desk)?, Password::load(desk)?, desk.now())));
    let (settings, password, now) = loaded.map_err(|error| error.to_string())?;
    message::address(to)?;
    let letter = Letter {
        from: &settings.from,
        to,
        reply_to: "",
        subject: "Test of the conference system's mail",
        body: message::encoded("This mail was sent to see whether mail works. It does."),
        calendar: None,
        id: format!("test.{}", now.as_nanosecond()),
        date: now,
    };
    if settings.how == How::Off {
        return Err("mail is off; choose a mail server, or the local sendmail, and save it first".into());
    }
    let content = letter.write()?;
    let brake = Brake::default();
    let mut way = Way { settings: &settings, password: &password, options, brake: &brake, server: None };
    way.send(to, &content).map_err(|failure| failure.why)
}

/// Breaks off what is being sent.
#[derive(Debug, Default)]
pub(super) struct Brake(OnceLock<Instant>);

impl Brake {
    pub(super) fn is_pulled(&self) -> bool {
        self.0.get().is_some()
    }

    /// Whether it was pulled so long ago that even an answer which decides whether a mail was sent is waited for no more.
    pub(super) fn is_at_its_end(&self) -> bool {
        self.0.get().is_some_and(|pulled| pulled.elapsed() >= LAST_WORDS)
    }

    fn pull(&self) {
        let _ = self.0.set(Instant::now());
    }
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// In words.
    pub(super) why: String,
    /// It will not be better later.
    pub(super) is_for_good: bool,
}

impl Failure {
    pub(super) fn later(why: String) -> Failure {
        Failure { why, is_for_good: false }
    }

    pub(super) fn for_good(why: String) -> Failure {
        Failure { why, is_for_good: true }
    }
}

/// The way that mail goes, for a few mails.
struct Way<'a> {
    settings: &'a MailSettings,
    password: &'a Password,
    options: &'a PostOptions,
    brake: &'a Brake,
    server: Option<Server<'a>>,
}

impl Way<'_> {
    fn send(&mut self, to: &str, content: &str) -> Result<String, Failure> {
        let from: Mailbox =
            self.settings.from.parse().map_err(|_| Failure::later("the sender has no address".into()))?;
        let recipient = message::address(to).map_err(Failure::for_good)?;
        let PostOptions { sendmail: program, patience } = self.options;
        if self.settings.how == How::Sendmail {
            let (from, to) = (from.email.to_string(), recipient.to_string());
            return sendmail::send(program, &from, &to, content, *patience, self.brake);
        }
        let server = match self.server.take().filter(Server::is_good) {
            Some(server) => self.server.insert(server),
            None => self.server.insert(Server::connect(self.settings, self.password, *patience, self.brake)?),
        };
        server.send(&from.email, &recipient, content)
    }
}

impl Drop for Way<'_> {
    fn drop(&mut self) {
        if let Some(server) = self.server.take().filter(Server::is_good) {
            server.quit();
        }
    }
}

/// What became of a mail.
#[derive(Clone, Debug)]
enum Outcome {
    Sent,
    Failed {
        why: String,
        retry: Option<Timestamp>,
    },
    /// It was not tried.
    Untouched,
}

/// Works on the thread.
struct Clerk {
    directory: Directory,
    options: PostOptions,
    brake: Arc<Brake>,
    /// What has to be noted in the directory, before anything else: else it would be sent twice.
    done: Vec<(i64, Outcome)>,
    tidied: Option<Instant>,
}

impl Clerk {
    fn serve(mut self, woken: &Receiver<()>) {
        while !self.brake.is_pulled() {
            let pause = match catch_unwind(AssertUnwindSafe(|| self.round())) {
                Ok(Ok(pause)) => pause,
                // It tells when it is there again; but what is to be noted shall be so before others may take it.
                Ok(Err(Error::Unavailable(_) | Error::Unwritable(_) | Error::Unknown(_))) => AGAIN,
                Ok(Err(error)) => {
                    log::error!("mail cannot be sent: {error}");
                    LONG_AGAIN
                }
                Err(_) => {
                    log::error!("sending mail failed in a step; it goes on in a minute");
                    LONG_AGAIN
                }
            };
            if !pause.is_zero() && !self.brake.is_pulled() {
                let _ = woken.recv_timeout(pause);
            }
        }
        let _ = self.note();
    }

    /// Sends what is due. Returns how long nothing is.
    fn round(&mut self) -> Result<Duration, Error> {
        self.note()?;
        if self.tidied.is_none_or(|tidied| tidied.elapsed() >= TIDY_EVERY) {
            self.directory.wait(Access::Write, |desk| desk.forget_mail(desk.now() - KEPT))?;
            self.tidied = Some(Instant::now());
        }
        let job = |desk: &mut crate::directory::Desk<'_>| {
            let settings = MailSettings::load(desk)?;
            let next = if settings.how == How::Off { None } else { desk.next_mail()? };
            Ok((settings, Password::load(desk)?, next, desk.now()))
        };
        let (settings, password, next, now) = self.directory.wait(Access::Read, job)?;
        match next.map(|next| next.duration_since(now)) {
            None => return Ok(TIDY_EVERY),
            Some(left) if left.is_positive() => return Ok(left.unsigned_abs().clamp(A_MOMENT, TIDY_EVERY)),
            Some(_) => {}
        }
        let mail = self.directory.wait(Access::Write, |desk| desk.take_mail(LEASE, AT_ONCE))?;
        self.send(&settings, &password, mail);
        self.note()?;
        Ok(Duration::ZERO)
    }

    fn send(&mut self, settings: &MailSettings, password: &Password, mail: Vec<Mail>) {
        let Clerk { options, brake, done, .. } = self;
        let begun = Instant::now();
        let mut way = Way { settings, password, options, brake, server: None };
        for mail in mail {
            let outcome = if brake.is_pulled() || begun.elapsed() > ENOUGH {
                Outcome::Untouched
            } else {
                match way.send(&mail.recipient, &mail.content) {
                    Ok(_) => Outcome::Sent,
                    Err(_) if brake.is_pulled() => Outcome::Untouched,
                    Err(Failure { why, is_for_good }) => {
                        // A server's words: no database and no log shall stumble over them.
                        let why = why.replace(char::is_control, " ");
                        let retry = retry(&mail, Timestamp::now()).filter(|_| !is_for_good);
                        let then = if retry.is_some() { "it is tried again" } else { "it is given up" };
                        log::warn!("mail {} was not sent: {why}; {then}", mail.id);
                        Outcome::Failed { why, retry }
                    }
                }
            };
            done.push((mail.id, outcome));
        }
    }

    /// Writes down what became of what was sent.
    fn note(&mut self) -> Result<(), Error> {
        if self.done.is_empty() {
            return Ok(());
        }
        let done = self.done.clone();
        self.directory.wait(Access::Write, move |desk| {
            done.iter().try_for_each(|(id, outcome)| match outcome {
                Outcome::Sent => desk.mail_sent(*id),
                Outcome::Failed { why, retry } => desk.mail_failed(*id, why, *retry),
                Outcome::Untouched => desk.give_back_mail(*id),
            })
        })?;
        self.done.clear();
        Ok(())
    }
}

/// When to try again what failed now; nothing if that would be too late.
fn retry(mail: &Mail, now: Timestamp) -> Option<Timestamp> {
    let tried = usize::try_from(mail.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let minutes = PAUSES.get(tried).copied().unwrap_or(LAST_PAUSE);
    let at = now + SignedDuration::from_mins(minutes);
    (at.duration_since(mail.created) <= GIVES_UP).then_some(at)
}

/// Minutes to wait after the first, the second and the third time, and after all others.
const PAUSES: [i64; 3] = [1, 5, 15];
const LAST_PAUSE: i64 = 60;
const GIVES_UP: SignedDuration = SignedDuration::from_hours(48);

/// So many are taken at a time; nobody else gets them for that long. Sending one takes at most eight answers.
const AT_ONCE: u32 = 10;
const LEASE: Duration = Duration::from_secs(600);

/// After that none is begun of those that were taken.
const ENOUGH: Duration = Duration::from_secs(240);

/// How long what was sent or given up is kept, to be shown.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const TIDY_EVERY: Duration = Duration::from_secs(6 * 3600);

/// When to try again while the directory is not there, and when something of ours is wrong.
const AGAIN: Duration = Duration::from_secs(2);
const LONG_AGAIN: Duration = Duration::from_secs(60);

const A_MOMENT: Duration = Duration::from_millis(10);

/// So long an answer about a whole mail may still come when all has to stop: without it the mail is sent again.
const LAST_WORDS: Duration = Duration::from_millis(700);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_less_and_less_often_for_two_days() {
        let created: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let mut mail = Mail {
            id: 1,
            conference: None,
            recipient: String::new(),
            content: String::new(),
            created,
            due: created,
            attempts: 0,
            sent: None,
            failed: None,
            error: None,
        };
        let (mut now, mut pauses) = (created, Vec::new());
        loop {
            mail.attempts += 1;
            let Some(next) = retry(&mail, now) else { break };
            pauses.push(next.duration_since(now).as_mins());
            now = next;
        }
        assert_eq!(pauses[..5], [1, 5, 15, 60, 60]);
        assert_eq!((pauses.len(), pauses.iter().sum::<i64>()), (50, 21 + 47 * 60));
    }
}
