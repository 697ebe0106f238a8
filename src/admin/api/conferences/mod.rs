//! Conferences: listed, made, changed, deleted and had back.

mod codes;
mod input;
mod view;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Body, Parameters, Problems, Segments};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{self, AccountId, AccountRole, ConferenceId, Desk, Error, Filter, Kind, List};
use crate::mail::{self, Why};
use crate::service::Picture;
use input::{ConferenceInput, by_our_fields};
use view::{Conference, Viewer};

pub(super) use input::RECORDING_NOTICE;
pub(super) use view::records;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/conferences", get(list).post(create))
        .route("/conferences/{id}", get(show).put(change).delete(delete))
        .merge(codes::routes())
}

/// What OpenAPI says of them.
pub(super) fn docs() -> utoipa::openapi::OpenApi {
    let mut docs = Docs::openapi();
    docs.merge(codes::Docs::openapi());
    docs
}

#[derive(OpenApi)]
#[openapi(paths(list, create, show, change, delete))]
struct Docs;

/// Which conferences.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Listing {
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
    /// So many are left out at the beginning.
    #[serde(default)]
    skip: u32,
    /// At most so many are shown, and never more than 1000.
    #[serde(default = "usual_limit")]
    #[param(maximum = 1000)]
    limit: u32,
}

/// Some of the conferences.
#[derive(Serialize, ToSchema)]
struct Conferences {
    conferences: Vec<Conference>,
    /// How many there are in all.
    total: usize,
    /// How many there would be in each list.
    counts: Counts,
}

/// How many conferences are in each list.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ConferenceCounts)]
struct Counts {
    current: usize,
    future: usize,
    past: usize,
    permanent: usize,
}

/// What was deleted can be had back.
#[derive(Serialize, ToSchema)]
struct Deleted {
    /// Until then.
    undo_until: Timestamp,
}

/// Lists conferences: those that are open now first, then those that open next, then those that always are, then what is
/// over; at the end the rooms of `conclave.conf`, which can only be read here.
#[utoipa::path(get, path = "/conferences", params(Listing), responses((status = 200, body = Conferences), Problems))]
async fn list(
    State(app): State<Shared>,
    who: Who,
    Parameters(listing): Parameters<Listing>,
) -> Result<Json<Conferences>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let picture = app.parts.operations.picture();
    let listed = app.read(move |desk| {
        let Listing { list, kind, tag, q, skip, limit, .. } = &listing;
        let words = q.clone().unwrap_or_default();
        let Some(filter) = filter(&who, listing.owner, *kind, &words) else {
            return Ok(Conferences { conferences: Vec::new(), total: 0, counts: Counts::default() });
        };
        let mut found = desk.conferences(&filter)?;
        found.retain(|listed| tag.as_ref().is_none_or(|tag| *tag == listed.conference.details.tag));
        let viewer = Viewer::of(desk, &who, &picture)?;
        let mut rooms = if filter.owner.is_none() && tag.is_none() { viewer.rooms_of_the_file() } else { Vec::new() };
        rooms.retain(|room| room.is_found(*kind, &words));
        let mut counts = Counts::default();
        for list in found.iter().map(|listed| listed.times.list).chain(rooms.iter().map(|room| room.list)) {
            *counts.of(list) += 1;
        }
        found.retain(|listed| list.is_none_or(|list| list == listed.times.list));
        rooms.retain(|room| list.is_none_or(|list| list == room.list));
        let total = found.len() + rooms.len();
        let shown = found.iter().map(|listed| Seen::Listed(&listed.conference));
        let shown = shown.chain(rooms.into_iter().map(|room| Seen::Shown(Box::new(room))));
        let shown = shown.skip(*skip as usize).take((*limit).min(MOST) as usize);
        let conferences = shown.map(|seen| match seen {
            Seen::Listed(conference) => viewer.conference(conference),
            Seen::Shown(room) => *room,
        });
        Ok(Conferences { conferences: conferences.collect(), total, counts })
    });
    Ok(Json(listed.await?))
}

impl Counts {
    fn of(&mut self, list: List) -> &mut usize {
        match list {
            List::Current => &mut self.current,
            List::Future => &mut self.future,
            List::Past => &mut self.past,
            List::Permanent => &mut self.permanent,
        }
    }
}

/// One in a list, made only if it is shown.
enum Seen<'a> {
    Listed(&'a directory::Conference),
    Shown(Box<Conference>),
}

/// Makes a conference, with new codes if its kind has codes, and invites to it.
#[utoipa::path(post, path = "/conferences", request_body = ConferenceInput, responses((status = 201, body = Conference), Problems))]
async fn create(State(app): State<Shared>, who: Who, Body(input): Body<ConferenceInput>) -> Result<Response, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let made = change_with(&app, who, move |desk, who| {
        let details = input.details(None, who)?;
        let made = desk.create_conference(&details, who.role)?;
        mail::invite(desk, &made, Why::Made)?;
        Ok(made)
    });
    Ok(created(&app, made.await?))
}

/// Shows a conference.
#[utoipa::path(get, path = "/conferences/{id}", params(("id" = i64, Path)), responses((status = 200, body = Conference), Problems))]
async fn show(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Json<Conference>, Refusal> {
    who.may(Scope::Read, EVERYBODY)?;
    let picture = app.parts.operations.picture();
    let shown = app.read(move |desk| {
        let conference = readable(desk, &who, id)?;
        Ok(Viewer::of(desk, &who, &picture)?.conference(&conference))
    });
    Ok(Json(shown.await?))
}

/// Changes a conference, and tells those who are invited. Its codes stay.
#[utoipa::path(put, path = "/conferences/{id}", params(("id" = i64, Path)), request_body = ConferenceInput, responses((status = 200, body = Conference), Problems))]
async fn change(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
    Body(input): Body<ConferenceInput>,
) -> Result<Json<Conference>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let changed = change_with(&app, who, move |desk, who| {
        let before = his(desk, who, id)?;
        let version = input.version.ok_or_else(|| Error::invalid("version", "say which version you saw"))?;
        let details = input.details(Some(&before.details), who)?;
        let after = desk.update_conference(before.id, version, &details, who.role)?;
        mail::invite(desk, &after, Why::Changed(&before))?;
        Ok(after)
    });
    Ok(Json(changed.await?))
}

/// Deletes a conference. For a day it can be had back.
#[utoipa::path(delete, path = "/conferences/{id}", params(("id" = i64, Path)), responses((status = 200, body = Deleted), Problems))]
async fn delete(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Json<Deleted>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let deleted = app.write(move |desk| {
        let conference = his(desk, &who, id)?;
        desk.delete_conference(conference.id)?;
        mail::invite(desk, &conference, Why::Deleted)?;
        Ok(Deleted { undo_until: desk.now() + Desk::KEPT })
    });
    Ok(Json(deleted.await?))
}

/// Does something that makes or changes a conference, and shows what it is then.
async fn change_with(
    app: &Shared,
    who: Who,
    mut change: impl FnMut(&mut Desk<'_>, &Who) -> Result<directory::Conference, Error> + Send + 'static,
) -> Result<Conference, Refusal> {
    let picture: Arc<Picture> = app.parts.operations.picture();
    let done = app.write(move |desk| {
        let conference = change(desk, &who)?;
        Ok(Viewer::of(desk, &who, &picture)?.conference(&conference))
    });
    done.await.map_err(by_our_fields)
}

fn created(app: &Shared, conference: Conference) -> Response {
    let at = app.location(&format!("/conferences/{}", conference.id.unwrap_or_default()));
    (StatusCode::CREATED, [(LOCATION, at)], Json(conference)).into_response()
}

/// What the directory is asked for in all lists, as far as he may see it; nothing: he may see none of that.
pub(super) fn filter(who: &Who, owner: Option<i64>, kind: Option<Kind>, words: &str) -> Option<Filter> {
    let owner = owner.map(AccountId);
    let owner = match who.role {
        AccountRole::Owner if owner.is_some_and(|owner| owner != who.account) => return None,
        AccountRole::Owner => Some(who.account),
        AccountRole::Provider | AccountRole::Operator => owner,
    };
    Some(Filter { owner, list: None, kind, words: words.to_owned() })
}

/// A conference that he may change.
pub(super) fn his(desk: &mut Desk<'_>, who: &Who, id: i64) -> Result<directory::Conference, Error> {
    let conference = desk.conference(ConferenceId(id))?;
    if who.sees(conference.details.owner) { Ok(conference) } else { Err(Error::Missing("conference")) }
}

/// A conference that he may look at.
fn readable(desk: &mut Desk<'_>, who: &Who, id: i64) -> Result<directory::Conference, Error> {
    if who.role == AccountRole::Operator { desk.conference(ConferenceId(id)) } else { his(desk, who, id) }
}

fn usual_limit() -> u32 {
    50
}

const EVERYBODY: &[AccountRole] = &[AccountRole::Provider, AccountRole::Owner, AccountRole::Operator];
pub(super) const MANAGERS: &[AccountRole] = &[AccountRole::Provider, AccountRole::Owner];

/// So many are shown at a time.
const MOST: u32 = 1000;
