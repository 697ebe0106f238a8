//! How the values of lines are read. Every error ends with what would be right.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Menus;
use crate::room::{Menu, Pin};

/// A line's name and value, and what one must know to read it.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) around: &'a Around<'a>,
}

/// What one must know to read a value.
pub(super) struct Around<'a> {
    pub(super) zone: &'a TimeZone,
    pub(super) menus: &'a Menus,
}

impl Value<'_> {
    fn wrong<T>(&self, is: &str, right: &str) -> Result<T, String> {
        Err(format!("{}={} {is}; for example {}={right}", self.name, self.text, self.name))
    }

    pub(super) fn number(&self, least: u32, most: u32) -> Result<u32, String> {
        match self.text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => self.wrong(&format!("is no number from {least} to {most}"), &least.to_string()),
        }
    }

    /// A level in dB against full scale, so below 0.
    pub(super) fn level(&self, (least, most): (i8, i8)) -> Result<i8, String> {
        match self.text.parse() {
            Ok(level) if (least..=most).contains(&level) => Ok(level),
            _ => self.wrong(&format!("is no level from {least} to {most}"), &(least / 2 + most / 2).to_string()),
        }
    }

    pub(super) fn yes_or_no(&self) -> Result<bool, String> {
        let name = self.name;
        yes_or_no(self.text)
            .ok_or_else(|| format!("{name}={} is neither yes nor no; write {name}=yes or {name}=no", self.text))
    }

    /// Whether it is `no`, or another word for it.
    pub(super) fn is_no(&self) -> bool {
        yes_or_no(self.text) == Some(false) && self.text != "0"
    }

    /// One of these words; yes and no may stand among them, and then their synonyms do too.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, String> {
        let plain = match yes_or_no(self.text) {
            Some(true) => "yes",
            Some(false) => "no",
            None => self.text,
        };
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(plain)).map(|(_, meaning)| *meaning);
        found.ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("{}={} is not one of the words for it; write {}", self.name, self.text, alternatives(&words))
        })
    }

    /// A time such as `90s`, `15m`, `2h`, `1d`, `1h30m`, or bare seconds.
    pub(super) fn span(&self, least: Duration, most: Duration) -> Result<Duration, String> {
        match span(self.text) {
            Some(span) if (least..=most).contains(&span) => Ok(span),
            Some(_) => {
                let range = format!("is not between {} and {}", written(least), written(most));
                self.wrong(&range, &written(most))
            }
            None => self.wrong("is no time; write seconds, or a number with s, m, h or d", "15m"),
        }
    }

    /// The same; `no` for none.
    pub(super) fn span_or_no(&self, least: Duration, most: Duration) -> Result<Option<Duration>, String> {
        if self.is_no() { Ok(None) } else { self.span(least, most).map(Some) }
    }

    /// Several of them; `no` for none.
    pub(super) fn spans(&self, most: Duration) -> Result<Vec<Duration>, String> {
        if self.is_no() {
            return Ok(Vec::new());
        }
        self.list()?
            .into_iter()
            .map(|text| {
                let wrong = || self.wrong("is no list of times", "5m,1m");
                span(text).filter(|span| !span.is_zero() && *span <= most).map_or_else(wrong, Ok)
            })
            .collect()
    }

    /// A moment such as `2026-11-24 09:00`, where the PBX is, or with `Z`, an offset, or a zone. Since 1970.
    pub(super) fn moment(&self) -> Result<Duration, String> {
        let text =
            self.text.replacen(" +", "+", 1).replacen(" -", "-", 1).replacen(" Z", "Z", 1).replacen(" [", "[", 1);
        let parsed = if !text.contains(':') {
            None
        } else if text.contains('[') {
            text.parse::<Zoned>().ok().map(|zoned| zoned.timestamp())
        } else if let Ok(moment) = text.parse::<Timestamp>() {
            Some(moment)
        } else {
            let local = text.parse::<DateTime>().ok();
            local.and_then(|local| local.to_zoned(self.around.zone.clone()).ok()).map(|zoned| zoned.timestamp())
        };
        match parsed.and_then(|moment| Duration::try_from(moment.as_duration()).ok()) {
            Some(moment) => Ok(moment),
            None => self.wrong(
                "is no date with a time, such as 2026-11-24 09:00 (where this PBX is), 2026-11-24 09:00+01:00 or \
                 2026-11-24 08:00Z",
                "2026-11-24 09:00",
            ),
        }
    }

    /// The parts of a list, separated by `&` or `,`.
    pub(super) fn list(&self) -> Result<Vec<&str>, String> {
        let parts: Vec<&str> = self.text.split(['&', ',']).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { self.empty("a value, or several separated by commas") } else { Ok(parts) }
    }

    /// Numbers that can be dialled.
    pub(super) fn numbers(&self) -> Result<Arc<[String]>, String> {
        let numbers = self.list()?.into_iter().map(|number| {
            let dialled = number.chars().all(|c| c.is_ascii_alphanumeric() || "+*#_-.".contains(c));
            let wrong = || format!("'{number}' cannot be dialled; write numbers, for example {}=201&202", self.name);
            dialled.then(|| number.to_owned()).ok_or_else(wrong)
        });
        numbers.collect()
    }

    /// Network addresses.
    pub(super) fn addresses(&self) -> Result<Arc<[IpAddr]>, String> {
        let addresses = self.list()?.into_iter().map(|text| {
            let right = "write addresses with commas between them, for example";
            text.parse().map_err(|_| format!("'{text}' is no address; {right} {}=192.0.2.1,2001:db8::1", self.name))
        });
        addresses.collect()
    }

    /// A word that the host understands.
    pub(super) fn word(&self) -> Result<Arc<str>, String> {
        match self.text {
            "" => self.empty("a value"),
            text if text.contains(char::is_whitespace) => {
                Err(format!("{}={text} has a space in it; write one word", self.name))
            }
            text => Ok(text.into()),
        }
    }

    /// The same; `no` for none.
    pub(super) fn word_or_no(&self) -> Result<Option<Arc<str>>, String> {
        if self.is_no() { Ok(None) } else { self.word().map(Some) }
    }

    /// The name of a section; `no` for none.
    pub(super) fn name_or_no(&self) -> Result<Option<String>, String> {
        match self.text {
            "" => self.empty("a section's name"),
            _ if self.is_no() => Ok(None),
            name => Ok(Some(name.to_owned())),
        }
    }

    /// The name of a sound file, or a path to it, without ending.
    pub(super) fn sound(&self) -> Result<Arc<str>, String> {
        if self.text.is_empty() {
            return self.empty("a sound file's name without its ending");
        }
        let ending = self.text.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
        // An address has the ending that it has.
        match ending.filter(|_| !self.text.contains("://")) {
            Some((_, ending)) if SOUND_ENDINGS.contains(&ending) => Err(format!(
                "{}={} names a format; write the name without '.{ending}', the PBX finds the best format itself",
                self.name, self.text
            )),
            _ => Ok(self.text.into()),
        }
    }

    /// The same; `no` for none.
    pub(super) fn sound_or_no(&self) -> Result<Option<Arc<str>>, String> {
        if self.is_no() { Ok(None) } else { self.sound().map(Some) }
    }

    /// A whole path.
    pub(super) fn path(&self) -> Result<Arc<str>, String> {
        if self.text.starts_with('/') {
            Ok(self.text.into())
        } else {
            self.wrong("is no whole path, from / on", "/var/spool/conclave")
        }
    }

    /// Where to listen; `None`: nowhere.
    pub(super) fn listen_or_no(&self) -> Result<Option<SocketAddr>, String> {
        if self.is_no() {
            return Ok(None);
        }
        let listen = self.text.parse().map(Some);
        listen.or_else(|_| self.wrong("is no address with a port, nor off", "127.0.0.1:7380"))
    }

    /// A path of web pages, from / on and without one at its end; empty for the root.
    pub(super) fn web_path(&self) -> Result<String, String> {
        let path = self.text.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        let is_path = path.is_empty() || path.starts_with('/') && path.chars().all(plain) && !path.contains("//");
        if is_path && !path.split('/').any(|part| [".", ".."].contains(&part)) {
            Ok(path.to_owned())
        } else {
            self.wrong("is no path of web pages", "/conclave")
        }
    }

    /// The address of a web page, without a slash at its end.
    pub(super) fn url(&self) -> Result<String, String> {
        let rest = self.text.strip_prefix("https://").or_else(|| self.text.strip_prefix("http://"));
        let host = rest.unwrap_or_default().split('/').next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_graphic() && !"?#@\"<>".contains(c);
        if !host.is_empty() && self.text.chars().all(plain) {
            Ok(self.text.trim_end_matches('/').to_owned())
        } else {
            self.wrong("is no address of a web page", "https://pbx.example.org")
        }
    }

    /// Words with commas between.
    pub(super) fn words(&self) -> Result<Arc<[String]>, String> {
        let words: Vec<String> = self.text.split(',').map(|word| word.trim().to_owned()).collect();
        if words.iter().any(|word| word.is_empty() || word.contains(char::is_whitespace)) {
            return self.wrong("is no list of words with commas between", "one,other");
        }
        Ok(words.into())
    }

    /// A file or a URL; not repeated, for it may hold a password.
    pub(super) fn database(&self) -> Result<Arc<str>, String> {
        if ["/", "postgresql://", "postgres://"].iter().any(|begin| self.text.starts_with(begin)) {
            Ok(self.text.into())
        } else {
            Err(format!(
                "{0} is neither a whole path, from / on, nor a URL; for example {0}=/var/lib/conclave/conclave.db, \
                 {0}=postgresql://conclave:secret@db.example.org/conclave or {0}=off",
                self.name
            ))
        }
    }

    /// The value is not repeated: it may be a PIN but for one slip.
    pub(super) fn pin(&self) -> Result<Pin, String> {
        Pin::parse(self.text).map_err(|error| format!("{0}: {error}; for example {0}=4711", self.name))
    }

    /// A menu of the file, by its name.
    pub(super) fn menu(&self) -> Result<Option<Arc<Menu>>, String> {
        if self.is_no() {
            return Ok(None);
        }
        let menus = self.around.menus;
        menus.get(self.text).cloned().map(Some).ok_or_else(|| super::no_menu(menus, self.text))
    }

    fn empty<T>(&self, wanted: &str) -> Result<T, String> {
        Err(format!("{0}= has no value; write {wanted} behind it, or leave the line out", self.name))
    }
}

/// `'a', 'b' or 'c'`.
pub(super) fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [first @ .., last] => format!("'{}' or '{last}'", first.join("', '")),
    }
}

/// What a setting that is on or off says, in any of its words.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    // What Asterisk's ast_true() and ast_false() take.
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "y" | "t" | "1" | "on" => Some(true),
        "no" | "false" | "n" | "f" | "0" | "off" => Some(false),
        _ => None,
    }
}

fn span(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut seconds = 0u64;
    while !rest.is_empty() {
        let (number, more) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let unit = more.chars().next()?;
        let (_, length) = UNITS.into_iter().find(|(letter, _)| *letter == unit.to_ascii_lowercase())?;
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(length)?)?;
        rest = more[unit.len_utf8()..].trim_start();
    }
    (!text.is_empty()).then(|| Duration::from_secs(seconds))
}

/// As one would write it: `15m`.
pub(super) fn written(span: Duration) -> String {
    let seconds = span.as_secs();
    let largest = UNITS.into_iter().find(|(_, length)| seconds >= *length && seconds.is_multiple_of(*length));
    largest.map_or_else(|| format!("{seconds}s"), |(letter, length)| format!("{}{letter}", seconds / length))
}

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

const SOUND_ENDINGS: [&str; 12] =
    ["wav", "WAV", "wav16", "gsm", "sln", "sln16", "sln48", "ulaw", "alaw", "g722", "mp3", "ogg"];

#[cfg(test)]
mod tests {
    use super::{alternatives, span, written};
    use std::time::Duration;

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = [("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86_400), ("1h30m", 5400)];
        for (text, seconds) in read {
            assert_eq!(span(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "m", "-1", "1.5h", "15 minutes", "99999999999999999999", "9999999999999999999d", "1h30"] {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn and_written_as_short_as_possible() {
        for text in ["0s", "90s", "15m", "2h", "1d"] {
            assert_eq!(written(span(text).unwrap()), text);
        }
    }

    #[test]
    fn alternatives_read_like_a_sentence() {
        assert_eq!(alternatives(&["a"]), "'a'");
        assert_eq!(alternatives(&["a", "b", "c"]), "'a', 'b' or 'c'");
    }
}
