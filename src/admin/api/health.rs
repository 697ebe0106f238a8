//! How Conclave itself is.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::live::{SAMPLED_EVERY, Sample};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountRole, Health};
use crate::engine::WorkerStats;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/health", get(health)).route("/health/history", get(history)).route("/workers", get(workers))
}

#[derive(OpenApi)]
#[openapi(paths(health, history, workers))]
pub(super) struct Docs;

/// How Conclave is.
#[derive(Serialize, ToSchema)]
struct HealthNow {
    directory: DirectoryHealth,
    /// Calls that the workers serve.
    calls: u64,
    /// Rooms in progress.
    rooms: usize,
    /// Members of all of them.
    members: usize,
    /// Who listens to events.
    listeners: usize,
}

/// How the directory is.
#[derive(Serialize, ToSchema)]
struct DirectoryHealth {
    /// Whether there is a connection to the database.
    connected: bool,
    /// What went wrong last, as long as it is not good again.
    trouble: Option<String>,
    /// Jobs that wait.
    waiting: usize,
    /// Entries of the history that wait.
    unwritten: usize,
    /// Entries of the history that were lost, because the database was away for too long.
    missing: u64,
}

/// Tells how Conclave is.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = HealthNow), Problems))]
async fn health(State(app): State<Shared>, who: Who) -> Result<Json<HealthNow>, Refusal> {
    who.may(Scope::Read, &STAFF)?;
    let Health { connected, trouble, waiting, unwritten, missing } = app.parts.directory.health();
    let picture = app.parts.operations.picture();
    Ok(Json(HealthNow {
        directory: DirectoryHealth { connected, trouble, waiting, unwritten, missing },
        calls: app.parts.operations.stats().iter().map(|stats| stats.calls.get()).sum(),
        rooms: picture.rooms.len(),
        members: picture.rooms.values().map(|room| room.members.len()).sum(),
        listeners: app.live.listeners(),
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Span {
    /// How far back, up to a day.
    #[serde(default = "an_hour")]
    #[param(default = 60, minimum = 1, maximum = 1440)]
    minutes: u32,
}

fn an_hour() -> u32 {
    60
}

/// Tells how it was, every ten seconds; over long times fewer. Kept in memory since the module was loaded.
#[utoipa::path(get, path = "/health/history", tag = "health", params(Span),
    responses((status = 200, body = Vec<Sample>), Problems))]
async fn history(
    State(app): State<Shared>,
    who: Who,
    Parameters(Span { minutes }): Parameters<Span>,
) -> Result<Response, Refusal> {
    who.may(Scope::Read, &STAFF)?;
    if !(1..=1440).contains(&minutes) {
        return Err(Refusal::invalid("minutes", "it has to be from 1 to 1440"));
    }
    let most = minutes as usize * 60 / SAMPLED_EVERY.as_secs() as usize;
    let counts = app.live.counts();
    let samples: Vec<&Sample> = counts.samples(most).collect();
    Ok(Json(samples).into_response())
}

/// What a worker counted since the start.
#[derive(Serialize, ToSchema)]
struct Worker {
    /// Its number, from 0.
    worker: usize,
    /// Calls that it serves now.
    calls: u64,
    /// Ticks of 20 ms that were mixed.
    ticks: u64,
    /// Ticks that came late.
    late_ticks: u64,
    /// Ticks left out because it was too far behind.
    skipped_ticks: u64,
    /// Ticks in which a call was left out because its channel was locked.
    busy_calls: u64,
    /// Calls that were moved to a thread of their own.
    slow_calls: u64,
    /// Ticks that were encoded in other codecs than G.711.
    encodes: u64,
    /// Ticks of a talker's sound that were made up because nothing had come.
    concealed: u64,
    /// Packets that came too late to be heard.
    late: u64,
    /// Packets that were overtaken by others and came in time all the same.
    reordered: u64,
    /// Pieces left out of what somebody said to shorten its delay.
    trimmed: u64,
    /// Pieces put in to lengthen it.
    lengthened: u64,
    /// Samples dropped because a buffer was full.
    overrun: u64,
    /// Packets that were no audio of the kind that was agreed on.
    ignored: u64,
    /// Parts of a room from other workers that had not come in time.
    partials_missed: u64,
    /// Such parts that were dropped.
    partials_dropped: u64,
    /// Ticks of music that were not there in time.
    music_underruns: u64,
    /// Ticks of a recording that were left out because it was not written fast enough.
    taps_missed: u64,
    /// Reports that had to wait for a tick.
    reports_deferred: u64,
    /// Commands for what is not there any more.
    commands_refused: u64,
    /// Commands that had to wait.
    commands_deferred: u64,
}

impl Worker {
    fn new(worker: usize, stats: &WorkerStats) -> Worker {
        Worker {
            worker,
            calls: stats.calls.get(),
            ticks: stats.ticks.get(),
            late_ticks: stats.late_ticks.get(),
            skipped_ticks: stats.skipped_ticks.get(),
            busy_calls: stats.busy_calls.get(),
            slow_calls: stats.slow_calls.get(),
            encodes: stats.encodes.get(),
            concealed: stats.concealed.get(),
            late: stats.late.get(),
            reordered: stats.reordered.get(),
            trimmed: stats.trimmed.get(),
            lengthened: stats.lengthened.get(),
            overrun: stats.overrun.get(),
            ignored: stats.ignored.get(),
            partials_missed: stats.partials_missed.get(),
            partials_dropped: stats.partials_dropped.get(),
            music_underruns: stats.music_underruns.get(),
            taps_missed: stats.taps_missed.get(),
            reports_deferred: stats.reports_deferred.get(),
            commands_refused: stats.commands_refused.get(),
            commands_deferred: stats.commands_deferred.get(),
        }
    }
}

/// Tells what each media worker counted.
#[utoipa::path(get, path = "/workers", tag = "health", responses((status = 200, body = Vec<Worker>), Problems))]
async fn workers(State(app): State<Shared>, who: Who) -> Result<Json<Vec<Worker>>, Refusal> {
    who.may(Scope::Read, &STAFF)?;
    let workers = app.parts.operations.stats().iter().enumerate();
    Ok(Json(workers.map(|(number, stats)| Worker::new(number, stats)).collect()))
}

/// Who sees how all of it is.
pub(super) const STAFF: [AccountRole; 2] = [AccountRole::Provider, AccountRole::Operator];
