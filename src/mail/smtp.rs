//! The conversation with a mail server.
//!
//! Words and answers are lettre's; the connection is our own, so that it can be cut in the middle when all has to stop, so
//! that no answer takes longer than it may, however slowly it drips, and so that TLS is the one of [`tls`](crate::tls).

use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter, ServerInfo};
use lettre::transport::smtp::response::{Response, Severity};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::post::{Brake, Failure};
use super::settings::{MailSettings, Password, Security};
use crate::tls;

/// A connection to the mail server of the settings, signed in.
pub(super) struct Server<'a> {
    place: String,
    stream: Option<Stream>,
    patience: Duration,
    brake: &'a Brake,
    /// What came and was not looked at yet.
    unread: Vec<u8>,
    can: ServerInfo,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl<'a> Server<'a> {
    /// Connects and signs in. Nothing that fails here is the fault of a mail: it may be right later.
    pub(super) fn connect(
        settings: &MailSettings,
        password: &Password,
        patience: Duration,
        brake: &'a Brake,
    ) -> Result<Server<'a>, Failure> {
        let place = format!("{}:{}", settings.server, settings.port());
        let stream = Some(Stream::Plain(dial(settings, &place, patience, brake)?));
        let mut server = Server { place, stream, patience, brake, unread: Vec::new(), can: ServerInfo::default() };
        server.sign_in(settings, password).map_err(|failure| Failure { is_for_good: false, ..failure })?;
        Ok(server)
    }

    fn sign_in(&mut self, settings: &MailSettings, password: &Password) -> Result<(), Failure> {
        let name = ClientId::default();
        if settings.security == Security::Tls {
            self.encrypt(settings)?;
        }
        self.answer("its greeting")?;
        self.hello(&name)?;
        if settings.security == Security::StartTls {
            if !self.can.supports_feature(Extension::StartTls) {
                let place = &self.place;
                return Err(Failure::later(format!("the server {place} does not offer encryption by STARTTLS")));
            }
            self.say(Starttls, "STARTTLS")?;
            if !self.unread.is_empty() {
                // What was not encrypted could have been said by anybody.
                let place = &self.place;
                return Err(Failure::later(format!("the server {place} said something before it was encrypted")));
            }
            self.encrypt(settings)?;
            self.hello(&name)?;
        }
        if settings.user.is_empty() {
            return Ok(());
        }
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let Some(mechanism) = self.can.get_auth_mechanism(&mechanisms) else {
            return Err(Failure::later(format!(
                "the server {} offers no way to sign in that is known here",
                self.place
            )));
        };
        let credentials = Credentials::new(settings.user.clone(), password.reveal().to_owned());
        let wrong = |error: lettre::transport::smtp::Error| Failure::later(format!("signing in failed: {error}"));
        let begin = Auth::new(mechanism, credentials.clone(), None).map_err(wrong)?;
        let mut response = self.say(begin, "the user and the password")?;
        // LOGIN asks twice.
        for _ in 0..2 {
            if !response.has_code(334) {
                break;
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &response).map_err(wrong)?;
            response = self.say(next, "the user and the password")?;
        }
        Ok(())
    }

    /// Sends a mail. Returns the server's answer.
    pub(super) fn send(&mut self, from: &Address, to: &Address, content: &str) -> Result<String, Failure> {
        let mut parameters = Vec::new();
        if !to.to_string().is_ascii() || !from.to_string().is_ascii() {
            if !self.can.supports_feature(Extension::SmtpUtfEight) {
                let place = &self.place;
                return Err(Failure::for_good(format!(
                    "the server {place} cannot send to an address with such letters"
                )));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let sent = self.transmit(from, to, parameters, content);
        if sent.is_err() && self.stream.is_some() && self.say(Rset, "RSET").is_err() {
            self.stream = None;
        }
        sent
    }

    fn transmit(
        &mut self,
        from: &Address,
        to: &Address,
        parameters: Vec<MailParameter>,
        content: &str,
    ) -> Result<String, Failure> {
        self.say(Mail::new(Some(from.clone()), parameters), "the sender")?;
        self.say(Rcpt::new(to.clone(), Vec::new()), "the recipient")?;
        self.say(Data, "DATA")?;
        let mut text = String::with_capacity(content.len() + 100);
        for line in content.split_inclusive("\r\n") {
            // A dot alone would be the end.
            text.extend([if line.starts_with('.') { "." } else { "" }, line]);
        }
        if !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        text.push_str(".\r\n");
        self.write(text.as_bytes())?;
        let response = self.answer(THE_MAIL)?;
        Ok(format!("the server {} answered: {}", self.place, said(&response)))
    }

    /// Whether it can be used for another mail.
    pub(super) fn is_good(&self) -> bool {
        self.stream.is_some()
    }

    /// Takes leave, without waiting for an answer.
    pub(super) fn quit(mut self) {
        let _ = self.write(Quit.to_string().as_bytes());
    }

    fn hello(&mut self, name: &ClientId) -> Result<(), Failure> {
        let response = self.say(Ehlo::new(name.clone()), "our name")?;
        let wrong = |error: lettre::transport::smtp::Error| Failure::later(format!("{}: {error}", self.place));
        self.can = ServerInfo::from_response(&response).map_err(wrong)?;
        Ok(())
    }

    fn encrypt(&mut self, settings: &MailSettings) -> Result<(), Failure> {
        let Some(Stream::Plain(stream)) = self.stream.take() else { return Ok(()) };
        let failed = |why: &dyn Display| Failure::later(format!("no encryption with the server {}: {why}", self.place));
        let mut roots = tls::native().or_else(|error| match &*settings.authorities {
            "" => Err(failed(&error)),
            _ => Ok(rustls::RootCertStore::empty()),
        })?;
        if !settings.authorities.is_empty() {
            let own = tls::parse_certificates(settings.authorities.as_bytes()).and_then(tls::trusted);
            roots.extend(own.map_err(|error| failed(&error))?.roots);
        }
        let config = Arc::new(tls::client(roots).map_err(|error| failed(&error))?);
        let name = ServerName::try_from(settings.server.clone()).map_err(|error| failed(&error))?;
        let connection = ClientConnection::new(config, name).map_err(|error| failed(&error))?;
        let mut stream = StreamOwned::new(connection, stream);
        let deadline = Instant::now() + self.patience;
        while stream.conn.is_handshaking() {
            match stream.conn.complete_io(&mut stream.sock) {
                Err(error) if !waits(&error) => return Err(failed(&error)),
                _ if Instant::now() >= deadline => return Err(failed(&"it takes too long")),
                _ if self.brake.is_pulled() => return Err(failed(&"mail is stopped here")),
                Ok(_) | Err(_) => {}
            }
        }
        self.stream = Some(Stream::Tls(Box::new(stream)));
        Ok(())
    }

    /// Says something; returns the answer, if it is a good one. `what` was answered, for words.
    fn say(&mut self, command: impl Display, what: &str) -> Result<Response, Failure> {
        self.write(command.to_string().as_bytes())?;
        self.answer(what)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let deadline = Instant::now() + self.patience;
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(stream) = &mut self.stream else { return Err(self.lost("the connection is closed")) };
            match stream.both().write(rest) {
                Ok(0) => return Err(self.lost("the connection was closed")),
                Ok(count) => rest = &rest[count..],
                Err(error) if waits(&error) => {}
                Err(error) => return Err(self.lost(&error.to_string())),
            }
            if !rest.is_empty() && (Instant::now() >= deadline || self.brake.is_pulled()) {
                return Err(self.lost("it does not take what it is sent"));
            }
        }
        let flushed = self.stream.as_mut().map_or(Ok(()), |stream| stream.both().flush());
        flushed.or_else(|error| if waits(&error) { Ok(()) } else { Err(self.lost(&error.to_string())) })
    }

    fn answer(&mut self, what: &str) -> Result<Response, Failure> {
        let deadline = Instant::now() + self.patience;
        let text = loop {
            if let Some(end) = end_of_answer(&self.unread) {
                let answer: Vec<u8> = self.unread.drain(..end).collect();
                break String::from_utf8_lossy(&answer).into_owned();
            }
            if self.unread.len() > MOST_ANSWER {
                return Err(self.lost("its answer has no end"));
            }
            // Also while something comes: it may be a letter at a time.
            let is_over = if what == THE_MAIL { self.brake.is_at_its_end() } else { self.brake.is_pulled() };
            if is_over {
                return Err(self.lost("mail is stopped here"));
            }
            if Instant::now() >= deadline {
                let seconds = self.patience.as_secs_f32();
                return Err(self.lost(&format!("it did not answer within {seconds} s")));
            }
            let mut bytes = [0; 4096];
            let Some(stream) = &mut self.stream else { return Err(self.lost("the connection is closed")) };
            match stream.both().read(&mut bytes) {
                Ok(0) => return Err(self.lost("the connection was closed")),
                Ok(count) => self.unread.extend_from_slice(&bytes[..count]),
                Err(error) if waits(&error) => {}
                Err(error) => return Err(self.lost(&error.to_string())),
            }
        };
        let response: Response = match text.parse() {
            Ok(response) => response,
            Err(_) => return Err(self.lost("it does not speak SMTP")),
        };
        if response.is_positive() {
            return Ok(response);
        }
        let code = response.code();
        if response.has_code(421) {
            self.stream = None;
        }
        let words = format!("the server {} refuses {what}: {}", self.place, said(&response));
        // Who is not signed in is at fault himself, and can be helped.
        let is_ours = [530, 534, 535, 538].iter().any(|code| response.has_code(*code));
        let is_for_good = code.severity == Severity::PermanentNegativeCompletion && !is_ours;
        Err(Failure { why: words, is_for_good })
    }

    /// The connection is of no use any more.
    fn lost(&mut self, why: &str) -> Failure {
        self.stream = None;
        Failure::later(format!("the server {}: {why}", self.place))
    }
}

impl Stream {
    fn both(&mut self) -> &mut dyn Both {
        match self {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => &mut **stream,
        }
    }
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

fn dial(settings: &MailSettings, place: &str, patience: Duration, brake: &Brake) -> Result<TcpStream, Failure> {
    let failed = |why: &dyn Display| Failure::later(format!("the server {place} cannot be reached: {why}"));
    let addresses = (settings.server.as_str(), settings.port()).to_socket_addrs().map_err(|error| failed(&error))?;
    let deadline = Instant::now() + patience;
    let mut last = failed(&"its name has no address");
    for address in addresses {
        // In short attempts, for the brake.
        while Instant::now() < deadline && !brake.is_pulled() {
            match TcpStream::connect_timeout(&address, A_CONNECTION.min(patience)) {
                Ok(stream) => {
                    let timed = stream.set_read_timeout(Some(A_MOMENT)).and(stream.set_write_timeout(Some(A_MOMENT)));
                    timed.map_err(|error| failed(&error))?;
                    return Ok(stream);
                }
                Err(error) => {
                    last = failed(&error);
                    if error.kind() != ErrorKind::TimedOut {
                        break;
                    }
                }
            }
        }
    }
    Err(last)
}

/// Where the first whole answer ends: after a line whose code no `-` follows, or that has no code.
fn end_of_answer(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        let has_code = line.len() > 3 && line[..3].iter().all(u8::is_ascii_digit);
        if line.ends_with(b"\n") && !(has_code && line[3] == b'-') {
            return Some(end);
        }
    }
    None
}

fn said(response: &Response) -> String {
    let words: Vec<&str> = response.message().map(str::trim).filter(|line| !line.is_empty()).collect();
    let words: String = words.join(" ").replace(char::is_control, " ").chars().take(MOST_WORDS).collect();
    format!("{} {words}", response.code()).trim_end().to_owned()
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// How often it is looked whether one should stop.
const A_MOMENT: Duration = Duration::from_millis(100);

/// One attempt to connect.
const A_CONNECTION: Duration = Duration::from_secs(3);

/// What is answered by whether it was sent.
const THE_MAIL: &str = "the mail";

const MOST_ANSWER: usize = 100_000;
const MOST_WORDS: usize = 400;
