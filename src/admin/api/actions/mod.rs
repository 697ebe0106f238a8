//! What can be done in a room in progress: everything that consoles can do there.

mod fields;
mod table;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::rooms::{EVERYBODY, find};
use crate::admin::app::{App, Shared};
use crate::admin::extract::{Body, Problems, Segments};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountRole, Reached};
use crate::room::RoomNumber;
use crate::service::{Command, Deed};

use table::Action;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/rooms/{number}/actions", post(act))
}

#[derive(OpenApi)]
#[openapi(paths(act), components(schemas(Action)))]
pub(super) struct Docs;

/// What was done.
#[derive(Serialize, ToSchema)]
struct Done {
    /// A sentence about it.
    done: String,
}

/// Does something in a room in progress: an owner in those of his conferences, others in all.
///
/// A member is named by his number in the room, or by the PBX's name of his call; `"all"` are all of them.
#[utoipa::path(post, path = "/rooms/{number}/actions", request_body = Action,
    params(("number" = String, Path, description = "The number that callers dial.")),
    responses((status = 200, body = Done), Problems))]
async fn act(
    State(app): State<Shared>,
    who: Who,
    Segments(number): Segments<String>,
    Body(asked): Body<Map<String, Value>>,
) -> Result<Json<Done>, Refusal> {
    who.may(Scope::Operate, &EVERYBODY)?;
    let number = find(&who, &app.parts.operations.picture(), &number)?.0.clone();
    let deed = table::read(&asked)?;
    if let Deed::Move(_, to) = &deed {
        app.check_move(&who, to).await?;
    }
    let done = app.command(Command::In(number, deed)).await?;
    Ok(Json(Done { done }))
}

impl App {
    /// Nobody brings callers into what is not his: there they would need no PIN.
    async fn check_move(&self, who: &Who, to: &RoomNumber) -> Result<(), Refusal> {
        if who.role != AccountRole::Owner {
            return Ok(());
        }
        let missing = || Refusal::invalid("to", "you have no conference of this number");
        let picture = self.parts.operations.picture();
        if picture.rooms.contains_key(to) {
            return find(who, &picture, to.as_str()).map(drop).map_err(|_| missing());
        }
        let number = to.clone();
        let found = self.read(move |desk| desk.by_number(&number)).await?;
        let is_his = matches!(&found, Some(Reached::Conference(reach)) if reach.account.id == who.account);
        if is_his { Ok(()) } else { Err(missing()) }
    }
}
