//! A conference's name and music as people upload them.

use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, body::Bytes};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use utoipa::{OpenApi, ToSchema};

use super::conferences::{MANAGERS, his};
use crate::admin::app::Shared;
use crate::admin::extract::{File, Problems, Segments};
use crate::admin::sound::{MUSIC, SPOKEN, convert};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{Details, Uploaded, uploaded, wav};
use crate::text::hex;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route(
        "/conferences/{id}/sounds/{which}",
        get(show).put(change).delete(delete).layer(DefaultBodyLimit::max(LARGEST)),
    )
}

#[derive(OpenApi)]
#[openapi(paths(show, change, delete), components(schemas(Which)))]
pub(super) struct Docs;

/// Which of a conference's sounds.
#[derive(Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
enum Which {
    /// Its name, which callers hear as they come: at most 10 minutes.
    Name,
    /// What those hear who wait: at most 30 minutes.
    Music,
}

/// What was taken in.
#[derive(Serialize, ToSchema)]
struct Heard {
    seconds: f64,
    /// The conference's version by now.
    version: i64,
}

/// A conference's sound, as a WAV file.
#[utoipa::path(get, path = "/conferences/{id}/sounds/{which}", params(("id" = i64, Path), ("which" = Which, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "audio/wav"), Problems))]
async fn show(
    State(app): State<Shared>,
    who: Who,
    Segments((id, which)): Segments<(i64, String)>,
) -> Result<Response, Refusal> {
    who.may(Scope::Read, MANAGERS)?;
    let which = Which::read(&which)?;
    let file = app.read(move |desk| Ok(which.file(&his(desk, &who, id)?.details).clone())).await?;
    let hash = file.as_deref().and_then(uploaded).ok_or_else(|| Refusal::missing("sound"))?.to_owned();
    let directory = app.parts.directory.clone();
    let file = tokio::task::spawn_blocking(move || Ok::<_, Refusal>(wav(&directory.sound(&hash)?)));
    let file = file.await.map_err(|_| Refusal::broken())??;
    Ok(([(CONTENT_TYPE, "audio/wav")], file).into_response())
}

/// Takes in an audio file of any common format, at most 20 MB, for a conference.
#[utoipa::path(put, path = "/conferences/{id}/sounds/{which}", params(("id" = i64, Path), ("which" = Which, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Heard), Problems))]
async fn change(
    State(app): State<Shared>,
    who: Who,
    Segments((id, which)): Segments<(i64, String)>,
    headers: HeaderMap,
    file: File,
) -> Result<Json<Heard>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let which = Which::read(&which)?;
    let asker = who.clone();
    app.read(move |desk| his(desk, &asker, id).map(drop)).await?;
    if headers.get(CONTENT_TYPE).is_some() && !file.is_audio() {
        let message = "The body has to be an audio file; send it as application/octet-stream, or by its own type.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_type", message));
    }
    // One at a time: each takes memory and a processor for some seconds.
    let turn = TURN.try_acquire().map_err(|_| {
        let message = "Another sound is being read; try again in a moment.";
        let mut refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "busy", message);
        refusal.retry_after = Some(5);
        refusal
    })?;
    let directory = app.parts.directory.clone();
    let read = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        take_in(&directory, &file.content, which)
    });
    let no_audio = || Refusal::invalid("body", crate::admin::sound::SoundError::NoAudio.to_string());
    let (hash, seconds) = read.await.map_err(|_| no_audio())??;
    let changed = app.write(move |desk| {
        let conference = his(desk, &who, id)?;
        desk.set_sound(conference.id, which.into(), Some(&hash))
    });
    Ok(Json(Heard { seconds, version: changed.await?.version }))
}

/// Takes a conference's sound away.
#[utoipa::path(delete, path = "/conferences/{id}/sounds/{which}", params(("id" = i64, Path), ("which" = Which, Path)),
    responses((status = 204), Problems))]
async fn delete(
    State(app): State<Shared>,
    who: Who,
    Segments((id, which)): Segments<(i64, String)>,
) -> Result<StatusCode, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let which = Which::read(&which)?;
    let deleted = app.write(move |desk| {
        let conference = his(desk, &who, id)?;
        if which.file(&conference.details).is_none() {
            return Err(crate::directory::Error::Missing("sound"));
        }
        desk.set_sound(conference.id, which.into(), None)
    });
    deleted.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Converts it and gives it to the directory; its hash, and how long it lasts.
fn take_in(directory: &crate::directory::Directory, file: &Bytes, which: Which) -> Result<(String, f64), Refusal> {
    let (longest, loud) = match which {
        Which::Name => (LONGEST_NAME, SPOKEN),
        Which::Music => (LONGEST_MUSIC, MUSIC),
    };
    let samples = convert(file, longest, loud).map_err(|error| Refusal::invalid("body", error.to_string()))?;
    let mut hasher = Sha256::new();
    for part in samples.chunks(4096) {
        let bytes: Vec<u8> = part.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        hasher.update(&bytes);
    }
    let hash = hex(&hasher.finalize()[..16]);
    directory.add_sound(&hash, &samples)?;
    Ok((hash, samples.len() as f64 / 16_000.0))
}

impl Which {
    fn read(word: &str) -> Result<Which, Refusal> {
        match word {
            "name" => Ok(Which::Name),
            "music" => Ok(Which::Music),
            _ => Err(Refusal::missing("sound")),
        }
    }

    fn file(self, details: &Details) -> &Option<String> {
        match self {
            Which::Name => &details.name_file,
            Which::Music => &details.music_file,
        }
    }
}

impl From<Which> for Uploaded {
    fn from(which: Which) -> Uploaded {
        match which {
            Which::Name => Uploaded::Name,
            Which::Music => Uploaded::Music,
        }
    }
}

static TURN: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));

/// The largest file.
const LARGEST: usize = 20 << 20;

const LONGEST_NAME: Duration = Duration::from_secs(10 * 60);

/// More of it at 16 kHz no host reads.
const LONGEST_MUSIC: Duration = Duration::from_secs(30 * 60);
