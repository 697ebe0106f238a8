//! What a PBX tells of Conclave, told alike by both.

use std::time::Duration;

use crate::ami::Ami;
use crate::error::Trouble;
use crate::esl::Esl;

/// One message of a PBX: an event or an answer.
#[derive(Clone, Debug, Default)]
pub struct Packet(Vec<(String, String)>);

impl Packet {
    /// The first value under this key, in any case.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }

    /// All values under this key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }

    /// Whether this is the event of that name, as its PBX names it: in FreeSWITCH, a custom event by its subclass.
    pub fn is_event(&self, name: &str) -> bool {
        self.get("Event").or(self.get("Event-Subclass")).or(self.get("Event-Name")) == Some(name)
    }

    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        Self(lines.map(|(key, value)| (key.trim().into(), value.trim_start_matches(' ').into())).collect())
    }

    /// The same with each value as `change` makes it.
    pub(crate) fn map(self, change: impl Fn(&str) -> String) -> Self {
        Self(self.0.into_iter().map(|(key, value)| (key, change(&value))).collect())
    }
}

/// A connection on which a PBX tells of Conclave.
pub struct Events(Source);

enum Source {
    Ami(Ami),
    Esl(Esl),
}

impl Events {
    /// Waits for an event that fits, whether it comes now or came before, by its name without `Conclave`. Events that do
    /// not fit stay in the queue.
    pub fn wait(&mut self, name: &str, timeout: Duration, fits: impl Fn(&Packet) -> bool) -> Result<Packet, Trouble> {
        match &mut self.0 {
            Source::Ami(ami) => {
                let name = format!("Conclave{name}");
                ami.wait_event(timeout, |packet| packet.is_event(&name) && fits(packet))
            }
            Source::Esl(esl) => {
                let name = format!("conclave::{name}");
                esl.wait_event(timeout, |packet| packet.is_event(&name) && fits(packet))
            }
        }
    }

    /// Forgets the events that have come so far.
    pub fn forget(&mut self) {
        match &mut self.0 {
            Source::Ami(ami) => ami.forget_events(),
            Source::Esl(esl) => esl.forget_events(),
        }
    }
}

impl From<Ami> for Events {
    fn from(ami: Ami) -> Self {
        Self(Source::Ami(ami))
    }
}

impl From<Esl> for Events {
    fn from(esl: Esl) -> Self {
        Self(Source::Esl(esl))
    }
}
