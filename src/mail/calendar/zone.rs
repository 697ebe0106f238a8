//! A time zone as a calendar wants it: how its clocks are moved from the first time of a conference on.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Dst, Offset};
use jiff::{Timestamp, ToSpan};

use super::Lines;
use crate::directory::Schedule;

/// Clocks are moved.
#[derive(Clone, Debug, PartialEq)]
struct Onset {
    /// At this time, on the clocks as they were before.
    at: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    is_summer: bool,
}

/// Writes the zone of a schedule, as far as it matters to it.
///
/// A move that comes in the same way every year up to the horizon is written as a rule without an end, others one by one. So
/// a zone with summer time is right for good, and one whose clocks follow the moon for as long as its rules are known, up
/// to the horizon.
pub(super) fn write(schedule: &Schedule, out: &mut Lines) {
    let zone = schedule.zone();
    let first = schedule.occurrences(Timestamp::MIN).next().map_or(Timestamp::UNIX_EPOCH, |one| one.opens);
    let last = match schedule.repeats() {
        None => first,
        Some(_) => {
            first.to_zoned(zone.clone()).checked_add(HORIZON.years()).map_or(Timestamp::MAX, |end| end.timestamp())
        }
    };
    let before = zone.preceding(first + 1.second()).next();
    let begin = before.as_ref().map_or(Timestamp::UNIX_EPOCH, |before| before.timestamp());
    let following = zone.following(begin).take_while(|onset| onset.timestamp() <= last);
    let onsets: Vec<Onset> = before
        .into_iter()
        .chain(following)
        .map(|onset| {
            let from = zone.to_offset(onset.timestamp() - 1.second());
            Onset {
                at: from.to_datetime(onset.timestamp()),
                from,
                to: onset.offset(),
                name: onset.abbreviation().to_owned(),
                is_summer: onset.dst() == Dst::Yes,
            }
        })
        .collect();
    out.plain("BEGIN:VTIMEZONE");
    out.plain(&format!("TZID:{}", schedule.zone_name()));
    if onsets.is_empty() {
        let info = zone.to_offset_info(first);
        let at = Date::constant(1970, 1, 1).at(0, 0, 0, 0);
        let (offset, name) = (info.offset(), info.abbreviation().to_owned());
        observance(&Onset { at, from: offset, to: offset, name, is_summer: info.dst() == Dst::Yes }, None, &[], out);
    }
    let mut kinds: Vec<Vec<Onset>> = Vec::new();
    for onset in onsets {
        let kind = |known: &&mut Vec<Onset>| Onset { at: onset.at, ..known[0].clone() } == onset;
        match kinds.iter_mut().find(kind) {
            Some(kind) => kind.push(onset),
            None => kinds.push(vec![onset]),
        }
    }
    let years = last.to_zoned(zone.clone()).year();
    for onsets in &kinds {
        // The longest end of the list that one rule gives.
        let goes_on = onsets.last().is_some_and(|onset| onset.at.year() >= years - 1);
        let ruled = (0..onsets.len()).find_map(|at| Some((at, Yearly::of(&onsets[at..])?)));
        match ruled.filter(|(at, _)| goes_on && onsets.len() - at >= FEWEST) {
            Some((0, yearly)) => observance(&onsets[0], Some(yearly), &[], out),
            Some((at, yearly)) => {
                observance(&onsets[0], None, &onsets[1..at], out);
                observance(&onsets[at], Some(yearly), &[], out);
            }
            None => observance(&onsets[0], None, &onsets[1..], out),
        }
    }
    out.plain("END:VTIMEZONE");
}

fn observance(first: &Onset, yearly: Option<Yearly>, others: &[Onset], out: &mut Lines) {
    let kind = if first.is_summer { "DAYLIGHT" } else { "STANDARD" };
    out.plain(&format!("BEGIN:{kind}"));
    out.plain(&format!("DTSTART:{}", local(first.at)));
    out.plain(&format!("TZOFFSETFROM:{}", offset(first.from)));
    out.plain(&format!("TZOFFSETTO:{}", offset(first.to)));
    if let Some(Yearly { month, nth, day }) = yearly {
        let letters =
            ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][usize::from(day.to_monday_zero_offset().unsigned_abs())];
        out.plain(&format!("RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={nth}{letters}"));
    }
    for onset in others {
        out.plain(&format!("RDATE:{}", local(onset.at)));
    }
    out.text("TZNAME", &first.name);
    out.plain(&format!("END:{kind}"));
}

/// On such a weekday of a month, each year.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Yearly {
    month: i8,
    /// From 1; -1 is the last.
    nth: i8,
    day: Weekday,
}

impl Yearly {
    /// What gives just these, one each year at the same time.
    fn of(onsets: &[Onset]) -> Option<Yearly> {
        let first = onsets.first()?.at;
        let nths = [(first.day() - 1) / 7 + 1, -1];
        nths.into_iter().map(|nth| Yearly { month: first.month(), nth, day: first.weekday() }).find(|yearly| {
            (first.year()..).zip(onsets).all(|(year, onset)| yearly.in_year(year) == Some(onset.at.date()))
                && onsets.iter().all(|onset| onset.at.time() == first.time())
        })
    }

    fn in_year(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, 1).ok()?.nth_weekday_of_month(self.nth, self.day).ok()
    }
}

fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    let rest = if rest == 0 { String::new() } else { format!("{rest:02}") };
    format!("{sign}{hours:02}{minutes:02}{rest}")
}

/// Moves of the clocks are looked at for so many years. In them, every rule of the calendar shows what it is.
const HORIZON: i32 = 30;

/// A rule is believed if it gave so many.
const FEWEST: usize = 3;
