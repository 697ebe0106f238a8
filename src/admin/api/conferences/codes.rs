//! What is done with a conference besides changing it: new codes, a copy, having it back, invitations.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::view::Conference;
use super::{MANAGERS, change_with, created, his};
use crate::admin::api::exchange::download;
use crate::admin::api::mail::Mail;
use crate::admin::app::Shared;
use crate::admin::extract::{Body, Problems, Segments};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{ConferenceId, Error};
use crate::mail::{self, Why};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/conferences/{id}/codes", post(codes))
        .route("/conferences/{id}/copy", post(copy))
        .route("/conferences/{id}/restore", post(restore))
        .route("/conferences/{id}/invitations", post(invitations))
        .route("/conferences/{id}/mail", get(mail_about))
        .route("/conferences/{id}/calendar.ics", get(calendar))
}

#[derive(OpenApi)]
#[openapi(paths(codes, copy, restore, invitations, mail_about, calendar))]
pub(super) struct Docs;

/// The version that was seen.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i64,
}

/// Gives a conference two new codes; the old ones open nothing any more.
#[utoipa::path(post, path = "/conferences/{id}/codes", params(("id" = i64, Path)), request_body = Seen, responses((status = 200, body = Conference), Problems))]
async fn codes(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
    Body(Seen { version }): Body<Seen>,
) -> Result<Json<Conference>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let renewed = change_with(&app, who, move |desk, who| {
        let before = his(desk, who, id)?;
        let after = desk.renew_codes(before.id, version)?;
        mail::invite(desk, &after, Why::Changed(&before))?;
        Ok(after)
    });
    Ok(Json(renewed.await?))
}

/// Makes another conference like this one, with codes of its own and without its extension.
#[utoipa::path(post, path = "/conferences/{id}/copy", params(("id" = i64, Path)), responses((status = 201, body = Conference), Problems))]
async fn copy(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Response, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let made = change_with(&app, who, move |desk, who| {
        let before = his(desk, who, id)?;
        let made = desk.copy_conference(before.id, who.role)?;
        mail::invite(desk, &made, Why::Made)?;
        Ok(made)
    });
    Ok(created(&app, made.await?))
}

/// Has back a conference that was deleted, with its codes unless something else has them by now.
#[utoipa::path(post, path = "/conferences/{id}/restore", params(("id" = i64, Path)), responses((status = 200, body = Conference), Problems))]
async fn restore(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
) -> Result<Json<Conference>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let restored = change_with(&app, who, move |desk, who| {
        let id = ConferenceId(id);
        if !who.sees(desk.deleted_owner(id)?) {
            return Err(Error::Missing("deleted conference"));
        }
        let back = desk.undelete_conference(id)?;
        mail::invite(desk, &back, Why::Made)?;
        Ok(back)
    });
    Ok(Json(restored.await?))
}

/// So many mails were queued.
#[derive(Serialize, ToSchema)]
struct Queued {
    queued: u32,
}

/// Sends the invitations once more, to all; none while mail is off.
#[utoipa::path(post, path = "/conferences/{id}/invitations", params(("id" = i64, Path)), responses((status = 200, body = Queued), Problems))]
async fn invitations(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
) -> Result<Json<Queued>, Refusal> {
    who.may(Scope::Write, MANAGERS)?;
    let queued = app.write(move |desk| {
        let conference = his(desk, &who, id)?;
        Ok(Queued { queued: mail::invite(desk, &conference, Why::Again)? })
    });
    Ok(Json(queued.await?))
}

/// A scheduled conference as a calendar, without the leader code.
#[utoipa::path(get, path = "/conferences/{id}/calendar.ics", params(("id" = i64, Path)), responses((status = 200, body = String, content_type = "text/calendar"), Problems))]
async fn calendar(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Response, Refusal> {
    who.may(Scope::Read, MANAGERS)?;
    let calendar = app.read(move |desk| {
        let conference = his(desk, &who, id)?;
        mail::calendar(desk, &conference)?.ok_or(Error::Missing("date of this conference: it is always open"))
    });
    Ok(download("text/calendar; charset=utf-8", format!("conference-{id}.ics"), calendar.await?))
}

/// The mail about a conference, the latest first.
#[utoipa::path(get, path = "/conferences/{id}/mail", params(("id" = i64, Path)), responses((status = 200, body = [Mail]), Problems))]
async fn mail_about(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
) -> Result<Json<Vec<Mail>>, Refusal> {
    who.may(Scope::Read, MANAGERS)?;
    let mail = app.read(move |desk| {
        let about = his(desk, &who, id)?.id;
        Ok(desk.mail(Some(about), MOST_MAIL)?.into_iter().map(Mail::from).collect())
    });
    Ok(Json(mail.await?))
}

/// So much mail about one conference is shown.
const MOST_MAIL: u32 = 1000;
