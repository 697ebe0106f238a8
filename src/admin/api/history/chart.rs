//! Minutes, visits and most callers at a time, over time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use axum::Json;
use axum::extract::State;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Unit, Zoned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::walk::Walk;
use super::{EVERYBODY, account};
use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{ConferenceId, VisitFilter};

/// Which visits, and how they are put together.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Charting {
    /// The chart begins with the step in which this is; left out: 30 days before its end.
    from: Option<Timestamp>,
    /// It ends with the step before this; left out: now.
    to: Option<Timestamp>,
    #[serde(default)]
    step: Step,
    /// The zone of days and months by its IANA name; left out: UTC.
    zone: Option<String>,
    /// Those to this conference.
    conference: Option<i64>,
    /// Those to the room of this number.
    room: Option<String>,
    /// Those under exactly this tag.
    tag: Option<String>,
    /// Those on this account.
    account: Option<i64>,
}

/// How long a point is.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChartStep)]
pub(super) enum Step {
    Hour,
    #[default]
    Day,
    Month,
}

/// A chart.
#[derive(Serialize, ToSchema)]
pub(super) struct Chart {
    /// In the order of time, without gaps.
    points: Vec<Point>,
}

/// What one step comes to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChartPoint)]
struct Point {
    /// It lasts until the next one.
    start: Timestamp,
    /// The minutes of all callers together.
    minutes: f64,
    /// The most callers at a time.
    peak: u32,
    /// Those who came in during it.
    visits: u32,
}

/// Minutes, visits and most callers at a time, over time. At most 1000 points.
#[utoipa::path(get, path = "/history/chart", params(Charting), responses((status = 200, body = Chart), Problems))]
pub(super) async fn chart(
    State(app): State<Shared>,
    who: Who,
    Parameters(charting): Parameters<Charting>,
) -> Result<Json<Chart>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let now = Timestamp::now();
    let to = charting.to.unwrap_or(now);
    let from = charting.from.or_else(|| to.checked_sub(SignedDuration::from_hours(30 * 24)).ok());
    let from = from.ok_or_else(|| Refusal::invalid("to", "this is before all calendars"))?;
    let zone = match &charting.zone {
        Some(name) => TimeZone::get(name)
            .map_err(|_| Refusal::invalid("zone", "there is no such time zone; write one such as Europe/Berlin"))?,
        None => TimeZone::UTC,
    };
    let starts = starts(from, to, charting.step, zone)?;
    let Some((first, last)) = starts.first().copied().zip(starts.last().copied()) else {
        return Ok(Json(Chart { points: Vec::new() }));
    };
    let filter = VisitFilter {
        account: account(&who, charting.account),
        conference: charting.conference.map(ConferenceId),
        number: charting.room,
        tag: charting.tag,
        from: first.checked_sub(LONGEST_STAY).ok(),
        until: Some(last),
        there_after: Some(first),
        admitted: Some(true),
    };
    let mut plot = Plot::new(starts);
    let mut walk = Walk::through(&app, filter);
    loop {
        let part = walk.next().await?;
        if part.is_empty() {
            return Ok(Json(Chart { points: plot.finish() }));
        }
        part.iter().for_each(|visit| plot.add(visit.came, visit.went.unwrap_or(now)));
    }
}

/// Where each point begins, and where the last one ends.
fn starts(from: Timestamp, to: Timestamp, step: Step, zone: TimeZone) -> Result<Vec<Timestamp>, Refusal> {
    let (unit, span) = match step {
        Step::Hour => (Unit::Hour, 1.hour()),
        Step::Day => (Unit::Day, 1.day()),
        Step::Month => (Unit::Day, 1.month()),
    };
    let outside = |_| Refusal::invalid("from", "this is outside of all calendars");
    let begins = |at: Zoned| {
        let rounded = at.round(jiff::ZonedRound::new().smallest(unit).mode(jiff::RoundMode::Trunc))?;
        if step == Step::Month { rounded.first_of_month() } else { Ok(rounded) }
    };
    let mut at = begins(from.to_zoned(zone)).map_err(outside)?;
    let mut starts = Vec::new();
    while at.timestamp() < to {
        if starts.len() >= MOST_POINTS {
            let what = format!("these are more than {MOST_POINTS} points; choose longer steps, or a shorter time");
            return Err(Refusal::invalid("from", what));
        }
        starts.push(at.timestamp());
        at = at.checked_add(span).map_err(outside)?;
    }
    if !starts.is_empty() {
        starts.push(at.timestamp());
    }
    Ok(starts)
}

/// Puts visits together, which are added in the order in which they came.
struct Plot {
    points: Vec<Point>,
    ends: Vec<Timestamp>,
    /// When those go who are there.
    there: BinaryHeap<Reverse<Timestamp>>,
    /// Until then everything is in the points.
    now: Timestamp,
}

impl Plot {
    /// Of at least one point: where they begin, and where the last one ends.
    fn new(starts: Vec<Timestamp>) -> Plot {
        let ends = starts[1..].to_vec();
        let point = |start: &Timestamp| Point { start: *start, minutes: 0.0, peak: 0, visits: 0 };
        let points = starts[..ends.len()].iter().map(point).collect();
        Plot { points, ends, there: BinaryHeap::new(), now: starts[0] }
    }

    fn add(&mut self, came: Timestamp, went: Timestamp) {
        self.pass(came);
        if came >= self.points[0].start {
            let at = self.at(came);
            if let Some(point) = self.points.get_mut(at) {
                point.visits += 1;
            }
        }
        let begins = self.at(came);
        for (point, end) in self.points.iter_mut().zip(&self.ends).skip(begins) {
            if point.start >= went {
                break;
            }
            let stay = went.min(*end).duration_since(came.max(point.start));
            point.minutes += stay.as_secs_f64().max(0.0) / 60.0;
        }
        self.there.push(Reverse(went));
    }

    fn finish(mut self) -> Vec<Point> {
        self.pass(self.ends[self.ends.len() - 1]);
        for point in &mut self.points {
            point.minutes = (point.minutes * 100.0).round() / 100.0;
        }
        self.points
    }

    /// Nobody comes until then, but some may go.
    fn pass(&mut self, until: Timestamp) {
        while let Some(Reverse(goes)) = self.there.peek().copied().filter(|Reverse(goes)| *goes <= until) {
            self.hold(goes);
            self.there.pop();
        }
        self.hold(until);
    }

    /// As many as are there stay until then.
    fn hold(&mut self, until: Timestamp) {
        if until <= self.now {
            return;
        }
        let level = u32::try_from(self.there.len()).unwrap_or(u32::MAX);
        let first = self.at(self.now);
        for point in self.points.iter_mut().skip(first).take_while(|point| point.start < until) {
            point.peak = point.peak.max(level);
        }
        self.now = until;
    }

    /// The point in which a moment is, the first one for what is before all; behind the last one there is none.
    fn at(&self, moment: Timestamp) -> usize {
        self.ends.partition_point(|end| *end <= moment)
    }
}

/// So many points are more than anybody sees.
const MOST_POINTS: usize = 1000;

/// Longer nobody stays, so visits from before that are not looked at.
const LONGEST_STAY: SignedDuration = SignedDuration::from_hours(31 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-21T{text}:00Z").parse().unwrap()
    }

    fn plotted(visits: &[(&str, &str)]) -> Vec<(f64, u32, u32)> {
        let starts = starts(at("09:30"), at("12:00"), Step::Hour, TimeZone::UTC).unwrap();
        let mut plot = Plot::new(starts);
        visits.iter().for_each(|(came, went)| plot.add(at(came), at(went)));
        plot.finish().into_iter().map(|point| (point.minutes, point.peak, point.visits)).collect()
    }

    #[test]
    fn hours_have_what_happened_in_them() {
        assert_eq!(plotted(&[]), [(0.0, 0, 0); 3]);
        // From before the chart into it, across an hour, and behind it.
        let told = plotted(&[("08:00", "09:10"), ("09:05", "10:30"), ("09:20", "09:40"), ("11:50", "13:00")]);
        assert_eq!(told, [(10.0 + 55.0 + 20.0, 2, 2), (30.0, 1, 0), (10.0, 1, 1)]);
    }

    #[test]
    fn who_goes_as_another_comes_is_not_there_with_him() {
        assert_eq!(
            plotted(&[("09:00", "09:30"), ("09:30", "10:00"), ("10:00", "11:00")]),
            [(60.0, 1, 2), (60.0, 1, 1), (0.0, 0, 0)]
        );
        assert_eq!(plotted(&[("09:00", "10:00"), ("09:00", "10:00"), ("09:59", "10:01")])[0].1, 3);
        assert_eq!(plotted(&[("09:00", "10:00"), ("09:00", "10:00"), ("09:59", "10:01")])[1].1, 1);
    }

    #[test]
    fn days_and_months_are_those_of_the_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let of = |step, from: &str, to: &str| {
            let starts = starts(from.parse().unwrap(), to.parse().unwrap(), step, berlin.clone()).unwrap();
            starts.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        // The day on which clocks are set back has 25 hours.
        assert_eq!(
            of(Step::Day, "2026-10-25T12:00:00Z", "2026-10-26T12:00:00Z"),
            ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z"]
        );
        assert_eq!(
            of(Step::Month, "2026-10-25T12:00:00Z", "2026-11-01T00:00:00Z"),
            ["2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"]
        );
        assert!(of(Step::Hour, "2026-10-25T12:00:00Z", "2026-10-25T12:00:00Z").is_empty());
    }
}
