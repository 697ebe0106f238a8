//! How a conference repeats: the part of RFC 5545's RRULE that people use.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How a conference repeats. Its text is the value of an RRULE: `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// On which days.
    pub days: Days,
    /// Every so many days, weeks or months; at least 1.
    pub interval: u16,
    /// For how long.
    pub end: End,
}

/// The days of a [`Rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    Daily,
    /// On these days of the week; weeks begin on Monday.
    Weekly(Weekdays),
    /// On this day of the month; a month that does not have it is skipped. -1 is the last day.
    Monthly(i8),
    /// On such a weekday of the month: the first is 1, the last -1.
    MonthlyOn(i8, Weekday),
}

/// When a [`Rule`] ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Never.
    Never,
    /// After so many times, the first one included; at most [`Rule::MOST_TIMES`].
    Count(u16),
    /// What begins after this day, in the conference's zone, is no more.
    OnDate(Date),
    /// What begins after this moment is no more.
    At(Timestamp),
}

/// Some days of the week.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// With this one too.
    pub fn with(self, day: Weekday) -> Weekdays {
        Weekdays(self.0 | 1 << day.to_monday_zero_offset())
    }

    /// Whether this is one of them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & 1 << day.to_monday_zero_offset() != 0
    }

    /// From Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::Monday.cycle_forward().take(7).filter(move |day| self.has(*day))
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Weekdays {
        days.into_iter().fold(Weekdays::default(), Weekdays::with)
    }
}

impl fmt::Debug for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Rule {
    /// More than these times, `COUNT` is no help to anybody.
    pub const MOST_TIMES: u16 = 1000;

    /// The days on which it takes place, from `start` on, which is the first of them. With `near`, it may begin at any
    /// day of the series that is before `near`, so that an old series costs no more than a new one.
    pub(super) fn dates(&self, start: Date, near: Option<Date>) -> impl Iterator<Item = Date> {
        let rule = self.clone();
        // Who counts has to begin at the beginning.
        let near = near.filter(|_| !matches!(rule.end, End::Count(_)));
        let first = near.map_or(0, |near| rule.period_before(start, near));
        let most = if let End::Count(times) = rule.end { usize::from(times) } else { usize::MAX };
        (first..)
            .map_while(move |period| rule.period(start, period))
            .flatten()
            .filter(move |day| *day >= start)
            .take(most)
    }

    /// A period that is over before this day; the first one if none is.
    fn period_before(&self, start: Date, near: Date) -> i32 {
        let days = start.until(near).map_or(0, |span| span.get_days());
        let length = match self.days {
            Days::Daily => 1,
            Days::Weekly(_) => 7,
            Days::Monthly(_) | Days::MonthlyOn(..) => 31,
        };
        (days / (length * i32::from(self.interval)) - 1).max(0)
    }

    /// The days of a period: a day, a week or a month. `None` after the end of all calendars.
    fn period(&self, start: Date, period: i32) -> Option<Vec<Date>> {
        let steps = period.checked_mul(i32::from(self.interval))?;
        Some(match self.days {
            Days::Daily => vec![start.checked_add(steps.days()).ok()?],
            Days::Weekly(days) => {
                let monday = start.checked_sub(i32::from(start.weekday().to_monday_zero_offset()).days()).ok()?;
                let monday = monday.checked_add(steps.weeks()).ok()?;
                let offsets = days.iter().map(|day| i32::from(day.to_monday_zero_offset()).days());
                offsets.filter_map(|offset| monday.checked_add(offset).ok()).collect()
            }
            Days::Monthly(day) => {
                let month = start.first_of_month().checked_add(steps.months()).ok()?;
                let day = if day < 0 { month.days_in_month() + 1 + day } else { day };
                let found = (1..=month.days_in_month()).contains(&day).then(|| month.with().day(day).build().ok());
                found.flatten().into_iter().collect()
            }
            Days::MonthlyOn(nth, day) => {
                let month = start.first_of_month().checked_add(steps.months()).ok()?;
                month.nth_weekday_of_month(nth, day).into_iter().collect()
            }
        })
    }

    /// Whether what begins then is still part of it; `Count` is counted elsewhere.
    pub(super) fn goes_on(&self, begins: DateTime, moment: Timestamp) -> bool {
        match self.end {
            End::Never | End::Count(_) => true,
            End::OnDate(last) => begins.date() <= last,
            End::At(last) => moment <= last,
        }
    }

    /// Completes what a text may leave to the start: the weekday, or the day of the month.
    ///
    /// # Errors
    ///
    /// If the text is no rule, or one that is not supported; ends with what would be right.
    pub fn parse(text: &str, start: Date) -> Result<Rule, String> {
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        let mut parts = Parts::default();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            parts.take(part)?;
        }
        let nth: Vec<_> = parts.by_day.iter().filter_map(|(nth, day)| nth.map(|nth| (nth, *day))).collect();
        let only = |wrong: bool, what: &str| if wrong { Err(format!("{what}; {EXAMPLE}")) } else { Ok(()) };
        let days = match parts.frequency {
            Some("DAILY") => {
                only(!parts.by_day.is_empty() || parts.by_month_day.is_some(), "FREQ=DAILY has no BYDAY here")?;
                Days::Daily
            }
            Some("WEEKLY") => {
                only(!nth.is_empty() || parts.by_month_day.is_some(), "FREQ=WEEKLY has days such as BYDAY=MO,WE")?;
                let days = Weekdays::from_iter(parts.by_day.iter().map(|(_, day)| *day));
                Days::Weekly(if days == Weekdays::default() { days.with(start.weekday()) } else { days })
            }
            Some("MONTHLY") => match (parts.by_month_day, &*parts.by_day, &*nth) {
                (None, [], _) => Days::Monthly(start.day()),
                (Some(day), [], _) => Days::Monthly(day),
                (None, [_], [(nth, day)]) => Days::MonthlyOn(*nth, *day),
                _ => return Err(format!("FREQ=MONTHLY has one day here, BYMONTHDAY=15 or BYDAY=2MO; {EXAMPLE}")),
            },
            _ => return Err(format!("FREQ is DAILY, WEEKLY or MONTHLY; {EXAMPLE}")),
        };
        Ok(Rule { days, interval: parts.interval.unwrap_or(1), end: parts.end.unwrap_or(End::Never) })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.days {
            Days::Daily => "FREQ=DAILY",
            Days::Weekly(_) => "FREQ=WEEKLY",
            Days::Monthly(_) | Days::MonthlyOn(..) => "FREQ=MONTHLY",
        })?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.days {
            Days::Daily => {}
            Days::Weekly(days) => {
                let days: Vec<&str> = days.iter().map(letters).collect();
                write!(f, ";BYDAY={}", days.join(","))?;
            }
            Days::Monthly(day) => write!(f, ";BYMONTHDAY={day}")?,
            Days::MonthlyOn(nth, day) => write!(f, ";BYDAY={nth}{}", letters(day))?,
        }
        match self.end {
            End::Never => Ok(()),
            End::Count(times) => write!(f, ";COUNT={times}"),
            End::OnDate(last) => write!(f, ";UNTIL={}", last.strftime("%Y%m%d")),
            End::At(last) => write!(f, ";UNTIL={}", last.strftime("%Y%m%dT%H%M%SZ")),
        }
    }
}

/// What a text says, before it is known what it means.
#[derive(Default)]
struct Parts<'a> {
    frequency: Option<&'a str>,
    interval: Option<u16>,
    by_day: Vec<(Option<i8>, Weekday)>,
    by_month_day: Option<i8>,
    end: Option<End>,
}

impl<'a> Parts<'a> {
    fn take(&mut self, part: &'a str) -> Result<(), String> {
        let wrong = || format!("'{part}' is not understood; {EXAMPLE}");
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        let twice = match name {
            "FREQ" => self.frequency.replace(value).is_some(),
            "INTERVAL" => {
                let interval = value.parse().ok().filter(|interval| (1..=MOST_INTERVAL).contains(interval));
                self.interval.replace(interval.ok_or_else(wrong)?).is_some()
            }
            "BYDAY" => {
                let days: Option<Vec<_>> = value.split(',').map(numbered_day).collect();
                let had = !self.by_day.is_empty();
                self.by_day = days.ok_or_else(wrong)?;
                had
            }
            "BYMONTHDAY" => {
                let day = value.parse().ok().filter(|day| *day == -1 || (1..=31).contains(day));
                self.by_month_day.replace(day.ok_or_else(wrong)?).is_some()
            }
            "COUNT" => {
                let times = value.parse().ok().filter(|times| (1..=Rule::MOST_TIMES).contains(times));
                self.end.replace(End::Count(times.ok_or_else(wrong)?)).is_some()
            }
            "UNTIL" => self.end.replace(until(value).ok_or_else(wrong)?).is_some(),
            // What calendars write on their own; it is so here anyway.
            "WKST" if value == "MO" => false,
            _ => return Err(wrong()),
        };
        if twice { Err(format!("'{part}' is one too many; {EXAMPLE}")) } else { Ok(()) }
    }
}

fn numbered_day(text: &str) -> Option<(Option<i8>, Weekday)> {
    let (number, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (_, day) = LETTERS.into_iter().find(|(letters, _)| *letters == day)?;
    let number = match number {
        "" => None,
        number => Some(i8::from_str(number).ok().filter(|nth| *nth != 0 && (-5..=5).contains(nth))?),
    };
    Some((number, day))
}

fn until(text: &str) -> Option<End> {
    match text.strip_suffix('Z') {
        Some(moment) => {
            let moment = DateTime::strptime("%Y%m%dT%H%M%S", moment).ok()?.to_zoned(TimeZone::UTC).ok()?;
            Some(End::At(moment.timestamp()))
        }
        None => Date::strptime("%Y%m%d", text).ok().map(End::OnDate),
    }
}

fn letters(day: Weekday) -> &'static str {
    LETTERS[usize::from(day.to_monday_zero_offset() as u8)].0
}

const LETTERS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

const MOST_INTERVAL: u16 = 366;

const EXAMPLE: &str =
    "for example FREQ=WEEKLY;BYDAY=MO,WE, FREQ=DAILY;COUNT=5 or FREQ=MONTHLY;BYDAY=2TU;UNTIL=20271231";
