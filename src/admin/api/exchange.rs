//! Conferences as CSV and JSON, out and in.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::conferences::{self, MANAGERS, RECORDING_NOTICE, records};
use crate::admin::app::Shared;
use crate::admin::extract::{File, Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{self, Desk, Error, Imported, Importer, Kind, List, write};
use crate::mail::{self, Why};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/conferences/export", get(export))
        .route("/conferences/import", post(import).layer(DefaultBodyLimit::max(LARGEST)))
}

#[derive(OpenApi)]
#[openapi(paths(export, import), components(schemas(Format)))]
pub(super) struct Docs;

/// How rows are written.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExchangeFormat)]
pub(super) enum Format {
    /// `text/csv`
    Csv,
    /// `application/json`
    Json,
}

/// Which conferences, and how.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Exporting {
    format: Format,
    /// Those in this list.
    list: Option<List>,
    /// Those of this kind.
    kind: Option<Kind>,
    /// Those of this account.
    owner: Option<i64>,
    /// Those with exactly this tag.
    tag: Option<String>,
    /// Those with each of these words in tag, name, description, extension, e-mail address or user.
    q: Option<String>,
}

/// How rows are taken in.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Importing {
    format: Format,
    /// True: it is only tried.
    #[serde(default)]
    dry_run: bool,
    /// True: whoever imports conferences that are recorded has read what the law may want of him.
    #[serde(default)]
    recording_notice: bool,
    /// True: those who administer them and their guests get mail.
    #[serde(default)]
    invite: bool,
}

/// What came of an import.
#[derive(Serialize, ToSchema)]
pub(super) struct Report {
    /// So many conferences were made, or would be.
    created: usize,
    /// Users of the PBX who had one already, and keep it.
    skipped: Vec<String>,
    /// It was only tried.
    dry_run: bool,
}

/// Conferences as a file, with their codes.
#[utoipa::path(get, path = "/conferences/export", params(Exporting),
    responses((status = 200, content((String = "text/csv"), (Vec<serde_json::Value> = "application/json"))), Problems))]
async fn export(
    State(app): State<Shared>,
    who: Who,
    Parameters(exporting): Parameters<Exporting>,
) -> Result<Response, Refusal> {
    who.may(Scope::Read, MANAGERS)?;
    let format = exporting.format;
    let entries = app.read(move |desk| {
        let Exporting { list, kind, owner, tag, q, .. } = &exporting;
        let Some(mut filter) = conferences::filter(&who, *owner, *kind, q.as_deref().unwrap_or_default()) else {
            return Ok(Vec::new());
        };
        filter.list = *list;
        let mut entries = desk.export(&filter)?;
        entries.retain(|entry| tag.as_ref().is_none_or(|tag| entry.get("tag") == tag));
        Ok(entries)
    });
    let entries = entries.await?;
    Ok(download(format.kind(), format.name("conferences"), write(format.into(), &entries)))
}

/// Takes in conferences from a file, all of them or none. Each bad row is told with its line.
#[utoipa::path(post, path = "/conferences/import", params(Importing),
    request_body(content((String = "text/csv"), (Vec<serde_json::Value> = "application/json"))),
    responses((status = 200, body = Report), Problems))]
async fn import(
    State(app): State<Shared>,
    who: Who,
    Parameters(Importing { format, dry_run, recording_notice, invite }): Parameters<Importing>,
    file: File,
) -> Result<Json<Report>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let text = file.text(&[format.kind()])?.to_owned();
    let by = Importer { account: who.account, role: who.role };
    let report = importing(&app, dry_run, invite, move |desk| {
        let imported = desk.import(format.into(), &text, by)?;
        let is_recorded = |made: &directory::Conference| records(&made.details.settings);
        if !recording_notice && imported.made.iter().any(is_recorded) {
            return Err(Error::invalid("recording_notice", RECORDING_NOTICE));
        }
        Ok(imported)
    });
    Ok(Json(report.await?))
}

/// Imports, or tries to: then it is undone when all of it could be done.
pub(super) async fn importing(
    app: &Shared,
    dry_run: bool,
    invite: bool,
    mut job: impl FnMut(&mut Desk<'_>) -> Result<Imported, Error> + Send + 'static,
) -> Result<Report, Refusal> {
    let tried: Arc<Mutex<Option<Imported>>> = Arc::default();
    let report = |Imported { made, skipped }| Report { created: made.len(), skipped, dry_run };
    let keep = tried.clone();
    let done = app.write(move |desk| {
        let imported = job(desk)?;
        for made in imported.made.iter().filter(|_| invite) {
            mail::invite(desk, made, Why::Made)?;
        }
        if dry_run {
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(imported);
            return Err(Error::Refused("it was only tried".into()));
        }
        Ok(imported)
    });
    let done = done.await;
    let tried = tried.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (done, tried) {
        (Err(_), Some(imported)) => Ok(report(imported)),
        (done, _) => done.map(report),
    }
}

/// A file that a browser keeps.
pub(super) fn download(kind: &str, name: String, content: String) -> Response {
    let kept = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, kept)], content).into_response()
}

impl Format {
    /// The type of a file.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Format::Csv => "text/csv",
            Format::Json => "application/json",
        }
    }

    fn name(self, what: &str) -> String {
        let ending = match self {
            Format::Csv => "csv",
            Format::Json => "json",
        };
        format!("{what}.{ending}")
    }
}

impl From<Format> for directory::Format {
    fn from(format: Format) -> directory::Format {
        match format {
            Format::Csv => directory::Format::Csv,
            Format::Json => directory::Format::Json,
        }
    }
}

/// The largest file.
pub(super) const LARGEST: usize = 5 << 20;
