//! A small client of FreeSWITCH's event socket.

use std::collections::VecDeque;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::ami::receive;
use crate::error::Trouble;
use crate::events::Packet;
use crate::pbx::Console;

/// A connection to the event socket, logged in.
pub struct Esl {
    stream: TcpStream,
    received: Vec<u8>,
    events: VecDeque<Packet>,
}

/// What came in: headers, and a body where they say that there is one.
struct Message {
    headers: Packet,
    body: String,
}

impl Esl {
    pub(crate) fn connect(port: u16, with_events: bool) -> Result<Self, Trouble> {
        let doing = || Trouble::system(format!("connecting to the event socket on port {port}"));
        let address = ([127, 0, 0, 1], port).into();
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(doing())?;
        stream.set_read_timeout(Some(Duration::from_millis(20))).map_err(doing())?;
        stream.set_nodelay(true).map_err(doing())?;
        let mut esl = Self { stream, received: Vec::new(), events: VecDeque::new() };
        esl.answer("auth/request", "the event socket's greeting")?;
        esl.command(&format!("auth {PASSWORD}"))?;
        if with_events {
            esl.command("event plain ALL")?;
        }
        Ok(esl)
    }

    /// Runs an API command, as the console does, and gives back what it printed.
    pub fn api(&mut self, command: &str) -> Result<String, Trouble> {
        self.send(&format!("api {command}"))?;
        self.answer("api/response", command).map(|answer| answer.body.trim_end_matches('\n').into())
    }

    /// Sends a command of the event socket itself and waits for its answer; one that does not begin with `+OK` is
    /// [`Trouble::Refused`].
    pub fn command(&mut self, command: &str) -> Result<Packet, Trouble> {
        self.send(command)?;
        let answer = self.answer("command/reply", command)?.headers;
        match answer.get("Reply-Text").unwrap_or_default() {
            said if said.starts_with("+OK") => Ok(answer),
            said => Err(Trouble::Refused { asked: command.into(), status: 0, answer: said.into() }),
        }
    }

    /// Waits for an event that fits, whether it comes now or came before. Events that do not fit stay in the queue.
    pub fn wait_event(&mut self, timeout: Duration, fits: impl Fn(&Packet) -> bool) -> Result<Packet, Trouble> {
        let until = Instant::now() + timeout;
        let mut looked_at = 0;
        loop {
            if let Some(at) = (looked_at..self.events.len()).find(|&at| fits(&self.events[at])) {
                return Ok(self.events.remove(at).expect("it was just found"));
            }
            looked_at = self.events.len();
            match self.read(until)? {
                Some(message) => self.keep(message),
                None => return Err(timed_out("an event of the event socket", timeout)),
            }
        }
    }

    /// Forgets the events that have come so far.
    pub fn forget_events(&mut self) {
        while let Ok(Some(_)) = self.read(Instant::now() + Duration::from_millis(30)) {}
        self.events.clear();
    }

    fn send(&mut self, command: &str) -> Result<(), Trouble> {
        let doing = || Trouble::system(format!("sending {command:?} to FreeSWITCH"));
        self.stream.write_all(format!("{command}\n\n").as_bytes()).map_err(doing())
    }

    /// Waits for a message of this kind; events that come before it go into the queue.
    fn answer(&mut self, kind: &str, asked: &str) -> Result<Message, Trouble> {
        let until = Instant::now() + PATIENCE;
        loop {
            let Some(message) = self.read(until)? else {
                return Err(timed_out(&format!("the answer to {asked:?}"), PATIENCE));
            };
            if message.headers.get("Content-Type") == Some(kind) {
                return Ok(message);
            }
            self.keep(message);
        }
    }

    fn keep(&mut self, message: Message) {
        if message.headers.get("Content-Type") == Some("text/event-plain") {
            // What follows the headers is a body of the event's own.
            let headers = message.body.split("\n\n").next().unwrap_or_default();
            self.events.push_back(Packet::parse(headers).map(unescaped));
        }
    }

    fn read(&mut self, until: Instant) -> Result<Option<Message>, Trouble> {
        loop {
            if let Some(end) = self.received.windows(2).position(|bytes| bytes == b"\n\n") {
                let headers = Packet::parse(&String::from_utf8_lossy(&self.received[..end]));
                let length = headers.get("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
                let (from, to) = (end + 2, end + 2 + length);
                if self.received.len() >= to {
                    let body = String::from_utf8_lossy(&self.received[from..to]).into_owned();
                    self.received.drain(..to);
                    return Ok(Some(Message { headers, body }));
                }
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            receive(&mut self.stream, &mut self.received, "the event socket")?;
        }
    }
}

impl Console for Esl {
    fn run(&mut self, command: &str) -> Result<String, Trouble> {
        self.api(command)
    }
}

/// A value of an event, whose odd bytes are written as `%41`.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn timed_out(waiting_for: &str, after: Duration) -> Trouble {
    Trouble::TimedOut { waiting_for: waiting_for.into(), after, seen: String::new() }
}

pub(crate) const PASSWORD: &str = "rig";
const PATIENCE: Duration = Duration::from_secs(10);
