//! Metrics for Prometheus, in its OpenMetrics text.
//!
//! What is counted is counted elsewhere, in counters that cost the counting side nothing; it is read when it is asked for.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType::{self, Counter, Gauge};
use prometheus_client::registry::Registry;

use super::health::STAFF;
use crate::admin::app::Shared;
use crate::admin::{Refusal, Scope, Who};
use crate::directory::Health;
use crate::engine::WorkerStats;
use crate::service::MemberPicture;

/// Relative to the page, not to the API.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(app): State<Shared>, who: Who) -> Result<Response, Refusal> {
    who.may(Scope::Metrics, &STAFF)?;
    // While the directory is away, the rest is told.
    let mail = app.read(|desk| desk.mail_counts()).await.ok();
    let mut registry = Registry::with_prefix("conclave");
    registry.register_collector(Box::new(Metrics { app, mail }));
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| Refusal::broken())?;
    Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}

struct Metrics {
    app: Shared,
    /// Mail that waits, and that was given up.
    mail: Option<(u64, u64)>,
}

impl Debug for Metrics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let to = &mut encoder;
        let info = [("version", env!("CARGO_PKG_VERSION").to_owned()), ("pbx", self.app.parts.pbx.name())];
        family(to, Gauge, "build_info", "What answers here.", [(info, 1)])?;
        self.rooms(to)?;
        self.workers(to)?;
        self.directory(to)?;
        self.page(to)
    }
}

impl Metrics {
    fn rooms(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        let picture = self.app.parts.operations.picture();
        let members = || picture.rooms.values().flat_map(|room| &room.members);
        one(to, Gauge, "rooms", "Rooms in progress.", picture.rooms.len() as u64)?;
        let mut roles = BTreeMap::from([("leader", 0), ("participant", 0), ("listener", 0)]);
        members().for_each(|member| *roles.entry(member.role.as_str()).or_default() += 1);
        let roles = roles.into_iter().map(|(role, count)| ([("role", role)], count));
        family(to, Gauge, "members", "Members of rooms in progress, those who wait too.", roles)?;
        let count = |is: fn(&MemberPicture) -> bool| members().filter(|member| is(member)).count() as u64;
        let waiting = count(|member| member.waits.is_some());
        one(to, Gauge, "members_waiting", "Members who wait to be let into the mix.", waiting)?;
        let talking = count(|member| member.talking);
        one(to, Gauge, "members_talking", "Members who talk and are heard.", talking)?;
        let counts = self.app.live.counts();
        let refused = counts.refused.iter().map(|(result, count)| ([("result", &**result)], *count));
        family(to, Counter, "calls_refused", "Callers who were not let in.", refused)?;
        let happened = counts.happened.iter().map(|(name, count)| ([("event", *name)], *count));
        family(to, Counter, "events", "What happened in rooms and at their doors.", happened)
    }

    fn workers(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        let stats = self.app.parts.operations.stats();
        let each = |read: fn(&WorkerStats) -> u64| {
            stats.iter().enumerate().map(move |(number, stats)| ([("worker", number)], read(stats)))
        };
        family(to, Gauge, "worker_calls", "Calls that a media worker serves.", each(|stats| stats.calls.get()))?;
        for (name, help, read) in WORKER_COUNTERS {
            family(to, Counter, &format!("worker_{name}"), help, each(*read))?;
        }
        Ok(())
    }

    fn directory(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        let Health { connected, trouble: _, waiting, unwritten, missing } = self.app.parts.directory.health();
        one(to, Gauge, "directory_up", "Whether there is a connection to the database.", connected.into())?;
        one(to, Gauge, "directory_jobs_waiting", "Jobs that wait for the database.", waiting as u64)?;
        let waits = "Entries of the history that wait for the database.";
        one(to, Gauge, "directory_history_waiting", waits, unwritten as u64)?;
        let lost = "Entries of the history that were lost, because the database was away for too long.";
        one(to, Counter, "directory_history_lost", lost, missing)?;
        let Some((waiting, failed)) = self.mail else { return Ok(()) };
        one(to, Gauge, "mail_waiting", "Mail that waits to be sent.", waiting)?;
        one(to, Gauge, "mail_failed", "Mail that was given up and is still in the list.", failed)
    }

    fn page(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        one(to, Gauge, "event_listeners", "Who listens to events.", self.app.live.listeners() as u64)?;
        let counts = self.app.live.counts();
        let answered = counts.answered.iter();
        let answered = answered.map(|((method, code), count)| (([("method", *method)], [("code", *code)]), *count));
        family(to, Counter, "http_requests", "Requests that were answered.", answered)
    }
}

/// A metric with several values, each under labels of its own; `_total` is put behind a counter's name.
fn family(
    to: &mut DescriptorEncoder,
    kind: MetricType,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (impl EncodeLabelSet, u64)>,
) -> fmt::Result {
    let mut metric = to.encode_descriptor(name, help, None, kind)?;
    values.into_iter().try_for_each(|(labels, value)| put(metric.encode_family(&labels)?, kind, value))
}

/// A metric with one value, without labels.
fn one(to: &mut DescriptorEncoder, kind: MetricType, name: &str, help: &str, value: u64) -> fmt::Result {
    put(to.encode_descriptor(name, help, None, kind)?, kind, value)
}

fn put(mut metric: MetricEncoder<'_>, kind: MetricType, value: u64) -> fmt::Result {
    match kind {
        Counter => metric.encode_counter::<NoLabelSet, _, u64>(&value, None),
        _ => metric.encode_gauge(&value),
    }
}

type WorkerCounter = (&'static str, &'static str, fn(&WorkerStats) -> u64);

/// What each worker counts.
#[rustfmt::skip]
const WORKER_COUNTERS: &[WorkerCounter] = &[
    ("ticks", "Ticks of 20 ms that were mixed.", |stats| stats.ticks.get()),
    ("late_ticks", "Ticks that came late.", |stats| stats.late_ticks.get()),
    ("skipped_ticks", "Ticks left out because the worker was too far behind.", |stats| stats.skipped_ticks.get()),
    ("busy_calls", "Ticks in which a call was left out because its channel was locked.", |stats| stats.busy_calls.get()),
    ("slow_calls", "Calls that were moved to a thread of their own.", |stats| stats.slow_calls.get()),
    ("encodes", "Ticks that were encoded in other codecs than G.711.", |stats| stats.encodes.get()),
    ("concealed_ticks", "Ticks of a talker's sound that were made up because nothing had come.", |stats| stats.concealed.get()),
    ("late_packets", "Packets that came too late to be heard.", |stats| stats.late.get()),
    ("reordered_packets", "Packets that were overtaken by others and came in time all the same.", |stats| stats.reordered.get()),
    ("trimmed_pieces", "Pieces left out of what somebody said to shorten its delay.", |stats| stats.trimmed.get()),
    ("lengthened_pieces", "Pieces put into what somebody said to lengthen its delay.", |stats| stats.lengthened.get()),
    ("overrun_samples", "Samples dropped because a buffer was full.", |stats| stats.overrun.get()),
    ("ignored_packets", "Packets that were no audio of the kind that was agreed on.", |stats| stats.ignored.get()),
    ("partials_missed", "Parts of a room from other workers that had not come in time.", |stats| stats.partials_missed.get()),
    ("partials_dropped", "Parts of a room from other workers that were dropped.", |stats| stats.partials_dropped.get()),
    ("music_underruns", "Ticks of music that were not there in time.", |stats| stats.music_underruns.get()),
    ("taps_missed", "Ticks of a recording that were left out because it was not written fast enough.", |stats| stats.taps_missed.get()),
    ("reports_deferred", "Reports that had to wait for a tick.", |stats| stats.reports_deferred.get()),
    ("commands_refused", "Commands for what is not there any more.", |stats| stats.commands_refused.get()),
    ("commands_deferred", "Commands that had to wait.", |stats| stats.commands_deferred.get()),
];
