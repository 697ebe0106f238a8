//! A small client of the Asterisk Manager Interface.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::error::Trouble;
use crate::events::Packet;
use crate::pbx::Console;

/// A connection to the manager interface, logged in, that hears every event.
pub struct Ami {
    stream: TcpStream,
    received: Vec<u8>,
    events: VecDeque<Packet>,
    actions: u64,
}

impl Ami {
    pub(crate) fn connect(port: u16, with_events: bool) -> Result<Self, Trouble> {
        let doing = || Trouble::system(format!("connecting to the manager interface on port {port}"));
        let address = ([127, 0, 0, 1], port).into();
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(doing())?;
        stream.set_read_timeout(Some(Duration::from_millis(20))).map_err(doing())?;
        stream.set_nodelay(true).map_err(doing())?;
        let mut ami = Self { stream, received: Vec::new(), events: VecDeque::new(), actions: 0 };
        let events = if with_events { "on" } else { "off" };
        ami.action("Login", &[("Username", USER), ("Secret", SECRET), ("Events", events)])?;
        Ok(ami)
    }

    /// Sends an action and waits for its answer; an answer of `Error` is [`Trouble::Refused`].
    pub fn action(&mut self, name: &str, fields: &[(&str, &str)]) -> Result<Packet, Trouble> {
        self.actions += 1;
        let id = format!("rig-{}", self.actions);
        let mut text = format!("Action: {name}\r\nActionID: {id}\r\n");
        for (key, value) in fields {
            text.push_str(&format!("{key}: {value}\r\n"));
        }
        text.push_str("\r\n");
        self.stream.write_all(text.as_bytes()).map_err(Trouble::system(format!("sending {name} to Asterisk")))?;
        let until = Instant::now() + PATIENCE;
        loop {
            let Some(packet) = self.read(until)? else {
                return Err(timed_out(format!("the answer to {name}"), PATIENCE));
            };
            if packet.get("Response").is_some() && packet.get("ActionID") == Some(&id) {
                return match packet.get("Response") {
                    Some("Error") if name != "Command" => Err(Trouble::Refused {
                        asked: name.into(),
                        status: 0,
                        answer: packet.get("Message").unwrap_or_default().into(),
                    }),
                    _ => Ok(packet),
                };
            }
            self.events.push_back(packet);
        }
    }

    /// Runs a console command and gives back what it printed.
    pub fn command(&mut self, command: &str) -> Result<String, Trouble> {
        let answer = self.action("Command", &[("Command", command)])?;
        Ok(answer.all("Output").collect::<Vec<_>>().join("\n"))
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
                Some(packet) => self.events.push_back(packet),
                None => {
                    return Err(timed_out("an event of the manager interface".into(), timeout));
                }
            }
        }
    }

    /// Forgets the events that have come so far.
    pub fn forget_events(&mut self) {
        while let Ok(Some(_)) = self.read(Instant::now() + Duration::from_millis(30)) {}
        self.events.clear();
    }

    fn read(&mut self, until: Instant) -> Result<Option<Packet>, Trouble> {
        loop {
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let text = String::from_utf8_lossy(&self.received[..end]).into_owned();
                self.received.drain(..end + 4);
                return Ok(Some(Packet::parse(&text)));
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            receive(&mut self.stream, &mut self.received, "the manager interface")?;
        }
    }
}

impl Console for Ami {
    fn run(&mut self, command: &str) -> Result<String, Trouble> {
        self.command(command)
    }
}

/// Takes what has come through a connection with a time-out, if anything has. `from`: for the error.
pub(crate) fn receive(stream: &mut TcpStream, received: &mut Vec<u8>, from: &str) -> Result<(), Trouble> {
    let mut chunk = [0; 16_384];
    let failed = |error| Trouble::System { doing: format!("reading from {from}"), error };
    match stream.read(&mut chunk) {
        Ok(0) => return Err(failed(ErrorKind::ConnectionAborted.into())),
        Ok(length) => received.extend_from_slice(&chunk[..length]),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
        Err(error) => return Err(failed(error)),
    }
    Ok(())
}

fn timed_out(waiting_for: String, after: Duration) -> Trouble {
    Trouble::TimedOut { waiting_for, after, seen: String::new() }
}

pub(crate) const USER: &str = "rig";
pub(crate) const SECRET: &str = "rig";
const PATIENCE: Duration = Duration::from_secs(10);
