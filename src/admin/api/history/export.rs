//! The history as a file, however long it is: written while it is read.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::view::{Viewer, Visit};
use super::walk::Walk;
use super::{EVERYBODY, Listing};
use crate::admin::app::Shared;
use crate::admin::extract::{Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::guarded;

/// Which visits, and how they are written.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Exporting {
    /// Left out: `csv`.
    format: HistoryFormat,
    /// Those to this conference.
    conference: Option<i64>,
    /// Those to the room of this number.
    room: Option<String>,
    /// Those under exactly this tag.
    tag: Option<String>,
    /// Those on this account.
    account: Option<i64>,
    /// Those who came at this moment or later.
    from: Option<Timestamp>,
    /// Those who came before this moment.
    to: Option<Timestamp>,
}

/// How visits are written.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum HistoryFormat {
    /// A line each.
    #[default]
    Csv,
}

/// Visits as a file, the earliest first.
#[utoipa::path(get, path = "/history/export", params(Exporting),
    responses((status = 200, body = String, content_type = "text/csv"), Problems))]
pub(super) async fn export(
    State(app): State<Shared>,
    who: Who,
    Parameters(exporting): Parameters<Exporting>,
) -> Result<Response, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let Exporting { format: HistoryFormat::Csv, conference, room, tag, account, from, to } = exporting;
    let listing = Listing { conference, room, tag, account, from, to, skip: 0, limit: None };
    let filter = listing.filter(&who);
    let viewer = app.read(move |desk| Viewer::of(desk, &who)).await?;
    let mut walk = Walk::through(&app, filter);
    // What cannot be read at all is told instead of a file.
    let mut part = walk.next().await?;
    let (lines, waiting) = mpsc::channel(2);
    tokio::spawn(async move {
        let mut text = heading(&viewer);
        loop {
            let is_last = part.is_empty();
            text.extend(part.into_iter().map(|visit| line(&viewer, viewer.visit(visit))));
            if lines.send(Ok(Bytes::from(std::mem::take(&mut text)))).await.is_err() || is_last {
                return;
            }
            part = match walk.next().await {
                Ok(part) => part,
                Err(refusal) => {
                    log::warn!("a download of the history broke off: {}", refusal.problem.message);
                    let _ = lines.send(Err(Broken)).await;
                    return;
                }
            };
        }
    });
    let headers = [(CONTENT_TYPE, "text/csv"), (CONTENT_DISPOSITION, "attachment; filename=\"history.csv\"")];
    Ok((headers, Body::new(Lines(waiting))).into_response())
}

fn heading(viewer: &Viewer) -> String {
    let cost = if viewer.sees_cost { ",cost" } else { "" };
    format!("came,went,seconds,number,tag,account,caller_number,caller_name,role,result,conference,pbx{cost}\r\n")
}

fn line(viewer: &Viewer, visit: Visit) -> String {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let text = |text: Option<String>| guarded(&text.unwrap_or_default());
    let mut fields = vec![
        visit.came.to_string(),
        visit.went.map(|went| went.to_string()).unwrap_or_default(),
        number(visit.seconds),
        guarded(&visit.number),
        guarded(&visit.tag),
        text(visit.account_login),
        guarded(&visit.caller_number),
        guarded(&visit.caller_name),
        text(visit.role),
        text(visit.result),
        number(visit.conference),
        guarded(&visit.node),
    ];
    fields.extend(viewer.sees_cost.then(|| number(visit.cost)));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Nothing can go wrong in memory.
    let _ = writer.write_record(&fields);
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Lines as they come.
struct Lines(mpsc::Receiver<Result<Bytes, Broken>>);

/// The rest could not be read, so that whoever downloads must not take it for all.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the directory cannot be reached any more")
    }
}

impl std::error::Error for Broken {}

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.0.poll_recv(context).map(|lines| lines.map(|lines| lines.map(Frame::data)))
    }
}
