//! Metrics, by the rules of those who collect them.

use std::collections::{BTreeMap, BTreeSet};

use conclave::directory::AccountRole;
use conclave::service::Happening;

use crate::common::World;
use crate::live_hall::room;

/// The samples by their whole names with labels, after everything was checked that `promtool check metrics` and the text
/// of OpenMetrics ask for.
fn checked(text: &str) -> BTreeMap<String, f64> {
    let body = text.strip_suffix("# EOF\n").expect("its end is said");
    let mut samples = BTreeMap::new();
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut helped = BTreeSet::new();
    let mut family = "";
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(helped.insert(name), "{name} has two helps");
            assert!(help.len() > 10 && help.ends_with('.'), "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(kinds.insert(name, kind).is_none(), "{name} is told of twice");
            assert!(name.starts_with("conclave_"), "{name}");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{name}"
            );
            for ending in ["_total", "_count", "_sum", "_bucket", "_created"] {
                assert!(!name.ends_with(ending), "{name} ends as samples do");
            }
            for unit in ["_milliseconds", "_ms", "_minutes", "_hours", "_kilobytes", "_percent", "gauge", "counter"] {
                assert!(!name.contains(unit), "{name} has no base unit, or its type in its name");
            }
            family = name;
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let bare = name.split('{').next().unwrap();
            let wanted = if kinds[family] == "counter" { format!("{family}_total") } else { family.to_owned() };
            assert_eq!(bare, wanted, "samples stand behind their own type");
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert(name.to_owned(), value).is_none(), "{name} twice");
        }
    }
    assert_eq!(helped, kinds.keys().copied().collect());
    samples
}

#[test]
fn they_follow_the_conventions_and_tell_what_is() {
    let world = World::new("metrics");
    let prov = world.account("prov", AccountRole::Provider);
    let metrics = world.client(prov.account, "metrics");
    world.rooms.show(&[("8001", &room(3, None)), ("8002", &room(2, None))]);
    world.rooms.stats[1].ticks.add(50);
    let refused = |result: &str| Happening { name: "Refused", fields: vec![("Result", result.to_owned())] };
    ["BADPIN", "BADPIN", "FULL"].iter().for_each(|result| world.rooms.tell(&refused(result)));
    world.desk(|desk| desk.queue_mail(None, "ada@example.org", "{}"));
    let answer = loop {
        let answer = metrics.whole("/metrics");
        assert_eq!(answer.status, 200, "{}", answer.text());
        // It is counted by another thread.
        if answer.text().contains("result=\"FULL\"") {
            break answer;
        }
    };
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text; version=1.0.0"));
    let samples = checked(answer.text());
    for (name, value) in [
        ("conclave_rooms", 2.0),
        ("conclave_members{role=\"participant\"}", 5.0),
        ("conclave_members{role=\"leader\"}", 0.0),
        ("conclave_calls_refused_total{result=\"BADPIN\"}", 2.0),
        ("conclave_events_total{event=\"Refused\"}", 3.0),
        ("conclave_worker_ticks_total{worker=\"0\"}", 0.0),
        ("conclave_worker_ticks_total{worker=\"1\"}", 50.0),
        ("conclave_directory_up", 1.0),
        ("conclave_mail_waiting", 1.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name} in {}", answer.text());
    }
    prov.get("/rooms/1");
    let again = checked(metrics.whole("/metrics").text());
    assert_eq!(again["conclave_http_requests_total{method=\"GET\",code=\"404\"}"], 1.0);
}

#[test]
fn they_are_for_those_with_the_scope() {
    let world = World::new("metrics-roles");
    let prov = world.account("prov", AccountRole::Provider);
    let ada = world.account("ada", AccountRole::Owner);
    assert_eq!(world.stranger().whole("/metrics").status, 401);
    assert_eq!(world.client(prov.account, "read write operate").whole("/metrics").status, 403);
    assert_eq!(ada.whole("/metrics").status, 403);
}
