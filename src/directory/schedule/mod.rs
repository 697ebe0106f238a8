//! When a conference takes place: a start in a time zone, how long it lasts, how it repeats. Without a clock.
//!
//! Times are civil times of the zone, as people mean them: a conference at nine is at nine in summer and winter. A start
//! that a change of clocks leaves out is as much later as the clocks are moved; one that there is twice is the first of
//! them (RFC 5545 has it so). It lasts as long as it says, whatever clocks do meanwhile.

mod rule;

use std::fmt;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use rule::{Days, End, Rule, Weekdays};

/// When a conference takes place. Made by [`Schedule::new`], so it always has its first occurrence.
#[derive(Clone, PartialEq, Eq)]
pub struct Schedule {
    start: DateTime,
    zone: TimeZone,
    duration: Duration,
    repeats: Option<Rule>,
}

/// Once that a conference takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// From then on.
    pub opens: Timestamp,
    /// Until then; it is over at this moment.
    pub closes: Timestamp,
}

/// What a [`Schedule`] says of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It takes place.
    Open(Occurrence),
    /// It will take place next then.
    Waits(Occurrence),
    /// It took place for the last time then.
    Over(Occurrence),
}

/// What is wrong with a schedule, and with which of its parts. Ends with what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// `start`, `zone`, `duration` or `repeats`.
    pub part: &'static str,
    /// In words.
    pub what: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.what)
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// The shortest and the longest time that a conference lasts.
    pub const DURATION: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(31 * 86_400));

    /// Reads one: `start` such as `2026-11-24T09:00` without any offset, `zone` by its IANA name, `repeats` the value of
    /// an RRULE or nothing.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read, the start is no day of the rule, or one occurrence would reach into the next.
    pub fn new(start: &str, zone: &str, duration: Duration, repeats: Option<&str>) -> Result<Schedule, ScheduleError> {
        let schedule = Schedule::read(start, zone, duration, repeats)?;
        schedule.check()?;
        Ok(schedule)
    }

    /// The same, of one that was looked at before: that takes most of the time.
    pub(super) fn read(
        start: &str,
        zone: &str,
        duration: Duration,
        repeats: Option<&str>,
    ) -> Result<Schedule, ScheduleError> {
        let wrong = |part, what: String| ScheduleError { part, what };
        let start: DateTime = start
            .parse()
            .map_err(|_| wrong("start", format!("'{start}' is no date with a time; write it like 2026-11-24T09:00")))?;
        if !YEARS.contains(&start.year()) {
            return Err(wrong("start", format!("it is in the year {}; is that meant?", start.year())));
        }
        let start = start.with().second(0).subsec_nanosecond(0).build().unwrap_or(start);
        let known = TimeZone::get(zone).ok().filter(|zone| zone.iana_name().is_some());
        let zone = known.ok_or_else(|| {
            wrong("zone", format!("there is no time zone '{zone}'; write one such as Europe/Berlin or UTC"))
        })?;
        let (least, most) = Schedule::DURATION;
        if !(least..=most).contains(&duration) || !duration.as_secs().is_multiple_of(60) {
            return Err(wrong("duration", format!("write whole minutes, from 1 to {}", most.as_secs() / 60)));
        }
        let repeats = repeats.filter(|text| !text.is_empty()).map(|text| Rule::parse(text, start.date())).transpose();
        let repeats = repeats.map_err(|what| wrong("repeats", what))?;
        Ok(Schedule { start, zone, duration: Duration::from_secs(duration.as_secs()), repeats })
    }

    fn check(&self) -> Result<(), ScheduleError> {
        if self.on(self.start.date()).is_ok_and(|one| one.is_none()) {
            let what = "there is no such day in this zone; write another one";
            return Err(ScheduleError { part: "start", what: what.into() });
        }
        let Some(rule) = &self.repeats else { return Ok(()) };
        if rule.dates(self.start.date(), None).next() != Some(self.start.date()) {
            let what = "the first day is none of the days on which it repeats; begin on one of them";
            return Err(ScheduleError { part: "start", what: what.into() });
        }
        let some: Vec<Occurrence> = self.occurrences(Timestamp::MIN).take(LOOKED_AT).collect();
        if some.is_empty() {
            let what = "it ends before it begins, so it would never take place; write a later UNTIL";
            return Err(ScheduleError { part: "repeats", what: what.into() });
        }
        if some.windows(2).any(|two| two[0].closes > two[1].opens) {
            let what = "it would still go on when it begins the next time; make it shorter, or repeat it less often";
            return Err(ScheduleError { part: "duration", what: what.into() });
        }
        Ok(())
    }

    /// When it begins for the first time, on the clocks of [its zone](Self::zone).
    pub fn start(&self) -> DateTime {
        self.start
    }

    /// Its zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The IANA name of its zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// How long it lasts; whole minutes.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How it repeats.
    pub fn repeats(&self) -> Option<&Rule> {
        self.repeats.as_ref()
    }

    /// When it takes place, in order, without what is over at a moment.
    pub fn occurrences(&self, moment: Timestamp) -> impl Iterator<Item = Occurrence> {
        self.from(moment).filter(move |one| one.closes > moment)
    }

    /// What it says of a moment.
    pub fn at(&self, moment: Timestamp) -> Moment {
        let mut before = None;
        for one in self.from(moment) {
            if one.opens > moment {
                return Moment::Waits(one);
            }
            if one.closes > moment {
                return Moment::Open(one);
            }
            before = Some(one);
        }
        Moment::Over(before.or_else(|| self.from(Timestamp::MIN).last()).unwrap_or_else(|| self.first()))
    }

    /// When it opens or closes next; nothing if it is over.
    pub fn next_change(&self, moment: Timestamp) -> Option<Timestamp> {
        match self.at(moment) {
            Moment::Open(one) => Some(one.closes),
            Moment::Waits(one) => Some(one.opens),
            Moment::Over(_) => None,
        }
    }

    /// The occurrences from one on that is over at this moment, if there is such a one.
    fn from(&self, moment: Timestamp) -> impl Iterator<Item = Occurrence> {
        let seconds = i64::try_from(self.duration.as_secs()).unwrap_or_default();
        let long_before = moment.checked_sub(SignedDuration::from_secs(seconds + 2 * DAY));
        let near = long_before.ok().map(|moment| moment.to_zoned(self.zone.clone()).date());
        let once = self.repeats.is_none().then_some(self.start.date());
        let often = self.repeats.as_ref().map(|rule| rule.dates(self.start.date(), near));
        let days = once.into_iter().chain(often.into_iter().flatten());
        days.map_while(|day| self.on(day).ok()).flatten().take_while(|one| {
            let begins = one.opens.to_zoned(self.zone.clone()).datetime();
            self.repeats.as_ref().is_none_or(|rule| rule.goes_on(begins, one.opens))
        })
    }

    fn first(&self) -> Occurrence {
        self.on(self.start.date())
            .ok()
            .flatten()
            .unwrap_or(Occurrence { opens: Timestamp::MAX, closes: Timestamp::MAX })
    }

    /// The occurrence of a day; none if the zone left that day out, as when an island changed sides of the date line. An
    /// error is the end of all calendars.
    fn on(&self, day: Date) -> Result<Option<Occurrence>, jiff::Error> {
        let begins = day.to_datetime(self.start.time()).to_zoned(self.zone.clone())?;
        let opens = begins.timestamp();
        let duration = SignedDuration::try_from(self.duration)?;
        let closes = opens.checked_add(duration)?;
        Ok((begins.date() == day).then_some(Occurrence { opens, closes }))
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} for {} s", self.start, self.zone_name(), self.duration.as_secs())?;
        self.repeats.iter().try_for_each(|rule| write!(f, " {rule}"))
    }
}

/// The years in which a conference can begin.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// So many occurrences are looked at to see whether one reaches into the next: years of the rarest ones.
const LOOKED_AT: usize = 60;

const DAY: i64 = 86_400;
