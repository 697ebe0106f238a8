//! What calendars understand: iCalendar (RFC 5545) as invitations have it (RFC 5546).

mod zone;

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::directory::{Conference, End, Schedule};

/// A conference as it stands in a calendar.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) created: Timestamp,
    pub(super) schedule: Schedule,
    /// [`time_zone`] of it, which takes most of the time.
    pub(super) zone: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) location: String,
    pub(super) category: String,
    pub(super) url: String,
}

/// Who sends an event to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parties<'a> {
    /// The address that the mail is from. Not who administers the conference: that may be somebody else tomorrow, and a
    /// calendar takes changes only from whoever made the entry.
    pub(super) organizer: &'a str,
    /// The address of whoever is invited. Nobody counts answers, so none is asked for.
    pub(super) attendee: &'a str,
}

/// What a calendar is to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Put it there, or change it.
    Request,
    /// Take it away.
    Cancel,
    /// Show it to anybody who asks: nobody is invited.
    Publish,
}

impl Method {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
            Method::Publish => "PUBLISH",
        }
    }
}

impl Event {
    /// As a calendar, in the version of this number, written at this moment.
    pub(super) fn write(&self, method: Method, sequence: i64, parties: Option<Parties<'_>>, now: Timestamp) -> String {
        let Event { uid, created, schedule, zone, summary, description, location, category, url } = self;
        let mut out = Lines::default();
        out.plain("BEGIN:VCALENDAR");
        out.plain("VERSION:2.0");
        out.plain(concat!("PRODID:-//Conclave//Conclave ", env!("CARGO_PKG_VERSION"), "//EN"));
        out.plain("CALSCALE:GREGORIAN");
        out.plain(&format!("METHOD:{}", method.as_str()));
        out.0.push_str(zone);
        out.plain("BEGIN:VEVENT");
        out.text("UID", uid);
        out.plain(&format!("SEQUENCE:{sequence}"));
        out.plain(&format!("DTSTAMP:{}", utc(now)));
        out.plain(&format!("CREATED:{}", utc(*created)));
        out.plain(&format!("LAST-MODIFIED:{}", utc(now)));
        let start = schedule.start().strftime("%Y%m%dT%H%M%S");
        out.plain(&format!("DTSTART;TZID={}:{start}", schedule.zone_name()));
        let minutes = schedule.duration().as_secs() / 60;
        out.plain(&match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("DURATION:PT{minutes}M"),
            (hours, 0) => format!("DURATION:PT{hours}H"),
            (hours, minutes) => format!("DURATION:PT{hours}H{minutes}M"),
        });
        if let Some(rule) = rule(schedule) {
            out.plain(&format!("RRULE:{rule}"));
        }
        out.text("SUMMARY", summary);
        for (name, text) in [("DESCRIPTION", description), ("LOCATION", location), ("CATEGORIES", category)] {
            if !text.is_empty() {
                out.text(name, text);
            }
        }
        if !url.is_empty() {
            out.plain(&format!("URL:{url}"));
        }
        if let Some(Parties { organizer, attendee }) = parties {
            out.plain(&format!("ORGANIZER:{}", mailto(organizer)));
            let asked = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE";
            out.plain(&format!("ATTENDEE;{asked}:{}", mailto(attendee)));
        }
        out.plain(if method == Method::Cancel { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        out.plain("TRANSP:OPAQUE");
        out.plain("END:VEVENT");
        out.plain("END:VCALENDAR");
        out.0
    }
}

/// What a calendar says of the zone of a schedule.
pub(super) fn time_zone(schedule: &Schedule) -> String {
    let mut out = Lines::default();
    zone::write(schedule, &mut out);
    out.0
}

/// The version by which calendars know that a conference was deleted. Had back, it is one more.
pub(super) fn after(conference: &Conference) -> i64 {
    conference.version + 1
}

/// An RRULE. Where the start has a time zone, `UNTIL` has to be in UTC: the last day becomes its last second.
fn rule(schedule: &Schedule) -> Option<String> {
    let mut rule = schedule.repeats()?.clone();
    if let End::OnDate(last) = rule.end {
        let ends = last.at(23, 59, 59, 0).to_zoned(schedule.zone().clone());
        rule.end = ends.map_or(rule.end, |ends| End::At(ends.timestamp()));
    }
    Some(rule.to_string())
}

fn utc(moment: Timestamp) -> impl std::fmt::Display {
    moment.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// An address as a URI. What has a meaning of its own in one is escaped.
fn mailto(address: &str) -> String {
    let mut uri = String::from("mailto:");
    for byte in address.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'@' | b'.' | b'-' | b'_' | b'~' | b'+' | b'!' | b'$' | b'*' => {
                uri.push(char::from(byte));
            }
            byte => _ = write!(uri, "%{byte:02X}"),
        }
    }
    uri
}

/// Lines of a calendar: folded at 75 octets, and ended by CR and LF.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line of nothing that would have to be escaped.
    fn plain(&mut self, line: &str) {
        let (mut rest, mut most) = (line, LONGEST);
        while rest.len() > most {
            let at = (0..=most).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            let (now, later) = rest.split_at(at);
            self.0.extend([now, "\r\n "]);
            // The space counts.
            (rest, most) = (later, LONGEST - 1);
        }
        self.0.extend([rest, "\r\n"]);
    }

    /// A property whose value is a text of people's.
    fn text(&mut self, name: &str, text: &str) {
        let mut line = format!("{name}:");
        for c in text.chars() {
            match c {
                '\\' | ';' | ',' => line.extend(['\\', c]),
                '\n' => line.push_str("\\n"),
                '\t' => line.push(' '),
                c if c.is_control() => {}
                c => line.push(c),
            }
        }
        self.plain(&line);
    }
}

const LONGEST: usize = 75;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_letters_and_at_75_octets() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"ä;".repeat(100));
        let folded: Vec<&str> = lines.0.split_terminator("\r\n").collect();
        assert!(folded.len() > 4);
        assert!(folded.iter().all(|line| line.len() <= 75 && line.len() >= 70 || line == folded.last().unwrap()));
        assert!(folded[1..].iter().all(|line| line.starts_with(' ')));
        assert_eq!(lines.0.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ä\\;".repeat(100)));
    }

    #[test]
    fn nothing_in_a_text_begins_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a\r\nATTENDEE:mailto:eve@example.org\nb\u{7}\u{85}c\\n");
        assert_eq!(lines.0, "SUMMARY:a\\nATTENDEE:mailto:eve@example.org\\nbc\\\\n\r\n");
        assert_eq!(mailto("a%b?c&d'e\u{e9}@x.org"), "mailto:a%25b%3Fc%26d%27e%C3%A9@x.org");
    }
}
