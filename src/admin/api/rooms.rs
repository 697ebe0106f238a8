//! Rooms in progress.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;

use crate::admin::app::Shared;
use crate::admin::extract::{Problems, Segments};
use crate::admin::live::{Room, Summary};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::AccountRole;
use crate::room::RoomNumber;
use crate::service::{Picture, RoomPicture};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/rooms", get(rooms)).route("/rooms/{number}", get(room))
}

#[derive(OpenApi)]
#[openapi(paths(rooms, room))]
pub(super) struct Docs;

/// Lists the rooms in progress: an owner sees those of his conferences, others all.
#[utoipa::path(get, path = "/rooms", responses((status = 200, body = Vec<Summary<'static>>), Problems))]
async fn rooms(State(app): State<Shared>, who: Who) -> Result<Response, Refusal> {
    who.may(Scope::Read, &EVERYBODY)?;
    let picture = app.parts.operations.picture();
    let seen = picture.rooms.iter().filter(|(_, room)| sees(&who, room));
    let summaries: Vec<Summary<'_>> =
        seen.map(|(number, room)| Summary::new(number, room, is_his(&who, room))).collect();
    Ok(Json(summaries).into_response())
}

/// Shows a room in progress.
#[utoipa::path(get, path = "/rooms/{number}", params(("number" = String, Path, description = "The number that callers dial.")),
    responses((status = 200, body = Room<'static>), Problems))]
async fn room(State(app): State<Shared>, who: Who, Segments(number): Segments<String>) -> Result<Response, Refusal> {
    who.may(Scope::Read, &EVERYBODY)?;
    let picture = app.parts.operations.picture();
    let (number, room) = find(&who, &picture, &number)?;
    Ok(Json(Room::new(number, room, picture.taken_at)).into_response())
}

/// A room in progress that he may see.
pub(super) fn find<'p>(
    who: &Who,
    picture: &'p Picture,
    number: &str,
) -> Result<(&'p RoomNumber, &'p RoomPicture), Refusal> {
    let found = picture.rooms.get_key_value(number).filter(|(_, room)| sees(who, room));
    found.map(|(number, room)| (number, &**room)).ok_or_else(|| Refusal::missing("room in progress"))
}

/// Whether he may see a room and act in it: operators and providers may in all.
fn sees(who: &Who, room: &RoomPicture) -> bool {
    who.role != AccountRole::Owner || is_his(who, room)
}

pub(super) fn is_his(who: &Who, room: &RoomPicture) -> bool {
    room.conference.is_some_and(|(_, account)| account == who.account)
}

pub(super) const EVERYBODY: [AccountRole; 3] = [AccountRole::Provider, AccountRole::Owner, AccountRole::Operator];
