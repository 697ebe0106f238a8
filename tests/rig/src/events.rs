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
    /// Waits for an event that fits, whether it comes now or came before, by its name without `Conclave`, such as
    /// `InviteRinging`. Events that do not fit stay in the queue.
    pub fn wait(&mut self, name: &str, timeout: Duration, fits: impl Fn(&Packet) -> bool) -> Result<Packet, Trouble> {
        self.wait_any(&[name], timeout, fits)
    }

    /// The same for an event of any of these names.
    pub fn wait_any(
        &mut self,
        names: &[&str],
        timeout: Duration,
        fits: impl Fn(&Packet) -> bool,
    ) -> Result<Packet, Trouble> {
        let named = |packet: &Packet, name: fn(&str) -> String| names.iter().any(|one| packet.is_event(&name(one)));
        match &mut self.0 {
            Source::Ami(ami) => ami.wait_event(timeout, |packet| named(packet, in_asterisk) && fits(packet)),
            Source::Esl(esl) => esl.wait_event(timeout, |packet| named(packet, in_freeswitch) && fits(packet)),
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

fn in_asterisk(name: &str) -> String {
    format!("Conclave{name}")
}

/// `conclave::invite_ringing` for `InviteRinging`.
fn in_freeswitch(name: &str) -> String {
    let letters = name.char_indices().map(|(at, letter)| match letter.is_ascii_uppercase() && at > 0 {
        true => format!("_{}", letter.to_ascii_lowercase()),
        false => letter.to_ascii_lowercase().to_string(),
    });
    format!("conclave::{}", letters.collect::<String>())
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
