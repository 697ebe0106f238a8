//! When conferences take place: rules, and what changes of clocks do to them.

use std::time::Duration;

use conclave::directory::{Moment, Occurrence, Schedule};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use crate::common::{at, minutes};

fn schedule(start: &str, zone: &str, length: u64, repeats: &str) -> Schedule {
    Schedule::new(start, zone, minutes(length), Some(repeats)).unwrap()
}

/// When it opens, the first so many times from a moment on.
fn opens(schedule: &Schedule, from: &str, count: usize) -> Vec<String> {
    schedule.occurrences(at(from)).take(count).map(|one| one.opens.to_string()).collect()
}

#[test]
fn one_takes_place_at_the_time_of_its_zone() {
    let once = schedule("2026-11-24T09:00", "Europe/Berlin", 90, "");
    let one = Occurrence { opens: at("2026-11-24T08:00:00Z"), closes: at("2026-11-24T09:30:00Z") };
    assert_eq!(once.at(at("2026-11-24T07:59:59.999Z")), Moment::Waits(one));
    assert_eq!(once.at(one.opens), Moment::Open(one));
    assert_eq!(once.at(at("2026-11-24T09:29:59.999Z")), Moment::Open(one));
    assert_eq!(once.at(one.closes), Moment::Over(one));
    assert_eq!(once.next_change(at("2026-01-01T00:00:00Z")), Some(one.opens));
    assert_eq!(once.next_change(one.opens), Some(one.closes));
    assert_eq!(once.next_change(one.closes), None);
    assert_eq!(opens(&once, "1970-01-01T00:00:00Z", 5), ["2026-11-24T08:00:00Z"]);
}

#[test]
fn nine_stays_nine_when_clocks_change() {
    // Clocks go back on 2026-10-25 in Berlin, and forward on 2026-03-29.
    let autumn = schedule("2026-10-24T09:00", "Europe/Berlin", 60, "FREQ=DAILY");
    let wanted = ["2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z", "2026-10-26T08:00:00Z"];
    assert_eq!(opens(&autumn, "2026-10-24T00:00:00Z", 3), wanted);
    let spring = schedule("2026-03-28T09:00", "Europe/Berlin", 60, "FREQ=DAILY");
    let wanted = ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"];
    assert_eq!(opens(&spring, "2026-03-28T00:00:00Z", 3), wanted);
    // Sydney has its summer when Berlin has winter: forward on 2026-10-04.
    let south = schedule("2026-10-03T09:00", "Australia/Sydney", 60, "FREQ=DAILY");
    assert_eq!(opens(&south, "2026-10-01T00:00:00Z", 2), ["2026-10-02T23:00:00Z", "2026-10-03T22:00:00Z"]);
}

#[test]
fn a_time_that_clocks_leave_out_is_as_much_later() {
    // 02:30 is not there on 2026-03-29 in Berlin, nor on 2026-03-08 in New York.
    let berlin = schedule("2026-03-28T02:30", "Europe/Berlin", 60, "FREQ=DAILY");
    let wanted = ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"];
    assert_eq!(opens(&berlin, "2026-03-28T00:00:00Z", 3), wanted);
    let new_york = schedule("2026-03-08T02:30", "America/New_York", 60, "");
    assert_eq!(opens(&new_york, "2026-03-01T00:00:00Z", 1), ["2026-03-08T07:30:00Z"]);
    // Half an hour on Lord Howe Island, at 2026-10-04 02:00.
    let island = schedule("2026-10-04T02:15", "Australia/Lord_Howe", 60, "");
    assert_eq!(opens(&island, "2026-10-01T00:00:00Z", 1), ["2026-10-03T15:45:00Z"]);
}

#[test]
fn a_time_that_is_there_twice_is_the_first_one_and_lasts_as_long_as_it_says() {
    let one = schedule("2026-10-25T02:30", "Europe/Berlin", 90, "");
    let one = one.occurrences(Timestamp::MIN).next().unwrap();
    assert_eq!((one.opens, one.closes), (at("2026-10-25T00:30:00Z"), at("2026-10-25T02:00:00Z")));
}

#[test]
fn a_day_that_a_zone_leaves_out_is_no_trouble() {
    // Samoa had no 2011-12-30.
    let samoa = schedule("2011-12-29T09:00", "Pacific/Apia", 60, "FREQ=DAILY;COUNT=3");
    assert_eq!(opens(&samoa, "2011-12-01T00:00:00Z", 9), ["2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z"]);
    assert_eq!(Schedule::new("2011-12-30T09:00", "Pacific/Apia", minutes(60), None).unwrap_err().part, "start");
}

#[test]
fn rules_are_those_of_calendars() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO,WE", &["2026-11-23", "2026-11-25", "2026-11-30", "2026-12-02"]),
        ("2026-11-24T09:00", "FREQ=WEEKLY", &["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]),
        // Every second week, counted from Monday: Sunday belongs to the week before.
        (
            "2026-11-25T09:00",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU",
            &["2026-11-25", "2026-11-29", "2026-12-07", "2026-12-09"],
        ),
        ("2026-11-24T09:00", "FREQ=DAILY;INTERVAL=10", &["2026-11-24", "2026-12-04", "2026-12-14", "2026-12-24"]),
        ("2027-01-31T09:00", "FREQ=MONTHLY", &["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]),
        ("2027-01-31T09:00", "FREQ=MONTHLY;BYMONTHDAY=-1", &["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2026-11-10T09:00", "FREQ=MONTHLY;BYDAY=2TU", &["2026-11-10", "2026-12-08", "2027-01-12", "2027-02-09"]),
        ("2026-11-27T09:00", "FREQ=MONTHLY;BYDAY=-1FR", &["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"]),
        ("2026-11-30T09:00", "FREQ=MONTHLY;BYDAY=5MO", &["2026-11-30", "2027-03-29", "2027-05-31", "2027-08-30"]),
    ];
    for (start, rule, days) in cases {
        let found: Vec<String> = opens(&schedule(start, "UTC", 60, rule), "2026-01-01T00:00:00Z", 4)
            .iter()
            .map(|one| one[..10].to_owned())
            .collect();
        assert_eq!(found, days, "{rule}");
    }
}

#[test]
fn rules_end() {
    let count = schedule("2026-11-24T09:00", "UTC", 60, "FREQ=DAILY;COUNT=3");
    assert_eq!(count.occurrences(Timestamp::MIN).count(), 3);
    let last = Occurrence { opens: at("2026-11-26T09:00:00Z"), closes: at("2026-11-26T10:00:00Z") };
    assert_eq!(count.at(at("2026-11-26T10:00:00Z")), Moment::Over(last));
    assert_eq!(count.at(at("2040-01-01T00:00:00Z")), Moment::Over(last));
    // The day of the zone counts: 23:00 in New York is the next day in UTC.
    let until = schedule("2026-11-24T23:00", "America/New_York", 60, "FREQ=DAILY;UNTIL=20261126");
    assert_eq!(until.occurrences(Timestamp::MIN).last().unwrap().opens, at("2026-11-27T04:00:00Z"));
    let until = schedule("2026-11-24T09:00", "Europe/Berlin", 60, "FREQ=DAILY;UNTIL=20261126T080000Z");
    assert_eq!(until.occurrences(Timestamp::MIN).last().unwrap().opens, at("2026-11-26T08:00:00Z"));
}

#[test]
fn what_cannot_be_is_told_with_its_part() {
    let cases = [
        ("24.11.2026 9:00", "UTC", 60, "", "start"),
        ("2026-11-24T09:00Z", "UTC", 60, "", "start"),
        ("0026-11-24T09:00", "UTC", 60, "", "start"),
        ("2026-11-24T09:00", "Mars/Olympus", 60, "", "zone"),
        ("2026-11-24T09:00", "", 60, "", "zone"),
        ("2026-11-24T09:00", "UTC", 0, "", "duration"),
        ("2026-11-24T09:00", "UTC", 45_000, "", "duration"),
        ("2026-11-24T09:00", "UTC", 60, "FREQ=YEARLY", "repeats"),
        ("2026-11-24T09:00", "UTC", 60, "FREQ=DAILY;COUNT=0", "repeats"),
        ("2026-11-24T09:00", "UTC", 60, "FREQ=DAILY;COUNT=2;UNTIL=20261201", "repeats"),
        ("2026-11-24T09:00", "UTC", 60, "FREQ=MONTHLY;BYDAY=MO", "repeats"),
        ("2026-11-24T09:00", "UTC", 60, "FREQ=DAILY;UNTIL=20261101", "repeats"),
        ("2026-11-24T09:00", "UTC", 60, "every day", "repeats"),
        // A Tuesday.
        ("2026-11-24T09:00", "UTC", 60, "FREQ=WEEKLY;BYDAY=MO", "start"),
        ("2026-11-24T09:00", "UTC", 25 * 60, "FREQ=DAILY", "duration"),
    ];
    for (start, zone, length, rule, part) in cases {
        let error = Schedule::new(start, zone, minutes(length), Some(rule)).unwrap_err();
        assert_eq!(error.part, part, "{start} {zone} {length} {rule}: {error}");
    }
    assert!(Schedule::new("2026-11-24T09:00", "UTC", Duration::from_secs(90), None).is_err());
}

#[test]
fn a_rule_is_written_as_it_is_read() {
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=10",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,SU;UNTIL=20271231",
        "FREQ=MONTHLY;BYMONTHDAY=24",
        "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20271231T225959Z",
        "FREQ=MONTHLY;INTERVAL=6;BYDAY=4TU",
    ] {
        let start = if rule.contains("-1") { "2026-11-30T09:00" } else { "2026-11-24T09:00" };
        let read = schedule(start, "UTC", 60, rule);
        assert_eq!(read.repeats().unwrap().to_string(), rule);
    }
    assert_eq!(
        schedule("2026-11-24T09:00", "UTC", 60, "RRULE:FREQ=WEEKLY;WKST=MO").repeats().unwrap().to_string(),
        "FREQ=WEEKLY;BYDAY=TU"
    );
}

#[test]
fn one_that_began_long_ago_is_found_at_once() {
    let old = schedule("2000-01-03T09:00", "Europe/Berlin", 60, "FREQ=DAILY");
    let begun = std::time::Instant::now();
    for _ in 0..1000 {
        assert!(matches!(old.at(at("2199-06-01T12:00:00Z")), Moment::Waits(_)));
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?} for 1000", begun.elapsed());
}

/// Rules and starts that are on one of their days.
fn rules() -> impl Strategy<Value = (DateTime, String)> {
    let interval = 1..5u16;
    let end = prop_oneof![
        Just(String::new()),
        (1..20u16).prop_map(|times| format!(";COUNT={times}")),
        (1..=28u8).prop_map(|day| format!(";UNTIL=203005{day:02}")),
    ];
    let start = (0..2000i32, 0..24i8, prop_oneof![Just(0i8), Just(30)]);
    (start, 0..4u8, interval, end).prop_map(|((day, hour, minute), kind, interval, end)| {
        let start = jiff::civil::date(2026, 1, 1).checked_add(day.days()).unwrap().at(hour, minute, 0, 0);
        let letters = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let own = letters[start.weekday().to_monday_zero_offset() as usize];
        let rule = match kind {
            0 => format!("FREQ=DAILY;INTERVAL={interval}"),
            1 => format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY=MO,{}", if own == "MO" { "SU" } else { own }),
            2 => format!("FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={}", start.day()),
            _ => format!("FREQ=MONTHLY;INTERVAL={interval};BYDAY={}{own}", (start.day() - 1) / 7 + 1),
        };
        (start, rule + &end)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn looking_from_the_middle_finds_what_looking_from_the_beginning_does(
        (start, rule) in rules(),
        zone in prop_oneof![Just("Europe/Berlin"), Just("America/New_York"), Just("Australia/Lord_Howe"), Just("UTC"), Just("Asia/Kolkata")],
        days in 0..3000i32,
        length in 1..600u64,
    ) {
        let made = Schedule::new(&start.to_string(), zone, minutes(length), Some(&rule));
        // An end before the beginning, or one that reaches into the next.
        let Ok(schedule) = made else { return Ok(()) };
        let all: Vec<Occurrence> = schedule.occurrences(Timestamp::MIN).take_while(|one| one.opens < at("2036-01-01T00:00:00Z")).collect();
        prop_assert!(!all.is_empty());
        prop_assert!(all.windows(2).all(|two| two[0].closes <= two[1].opens));
        let zone = TimeZone::get(zone).unwrap();
        prop_assert_eq!(all[0].opens, start.to_zoned(zone.clone()).unwrap().timestamp());
        for one in &all {
            let local = one.opens.to_zoned(zone.clone()).datetime();
            // On the clock as it was said, but for an hour that is left out.
            let moved = local.time() != start.time();
            prop_assert!(!moved || local.date().to_datetime(start.time()).to_zoned(zone.clone()).unwrap().datetime() == local);
            prop_assert_eq!(one.closes.duration_since(one.opens).as_secs() as u64, length * 60);
        }
        let moment = at("2026-01-01T00:00:00Z").checked_add((i64::from(days) * 24).hours()).unwrap();
        let wanted: Vec<_> = all.iter().copied().filter(|one| one.closes > moment).take(5).collect();
        let found: Vec<_> = schedule.occurrences(moment).take_while(|one| one.opens < at("2036-01-01T00:00:00Z")).take(5).collect();
        prop_assert_eq!(&found, &wanted);
        match schedule.at(moment) {
            Moment::Open(one) => prop_assert!(one.opens <= moment && moment < one.closes && found.first() == Some(&one)),
            Moment::Waits(one) => prop_assert!(one.opens > moment && found.first().is_none_or(|first| *first == one)),
            Moment::Over(one) => prop_assert!(found.is_empty() && all.last() == Some(&one)),
        }
        let again = Schedule::new(&schedule.start().to_string(), schedule.zone_name(), schedule.duration(), schedule.repeats().map(ToString::to_string).as_deref());
        prop_assert_eq!(again.unwrap(), schedule);
    }
}
