//! The users of the PBX, each of whom can get a conference of his own.

use std::collections::HashSet;

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::exchange::{Format, LARGEST, Report, importing};
use crate::admin::app::Shared;
use crate::admin::extract::{self, File, Parameters, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountRole, Filter, Importer, PbxUser};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/users", get(list)).route("/users/import", post(import).layer(DefaultBodyLimit::max(LARGEST)))
}

#[derive(OpenApi)]
#[openapi(paths(list, import))]
pub(super) struct Docs;

/// A user of the PBX.
#[derive(Serialize, ToSchema)]
struct User {
    /// What the PBX calls him.
    extension: String,
    name: String,
    /// Empty if not known.
    email: String,
    /// He was given one by an import.
    has_conference: bool,
}

/// Who gets a conference.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Selection {
    /// These users; null: all.
    extensions: Option<Vec<String>>,
    /// True: it is only tried.
    #[serde(default)]
    dry_run: bool,
    /// True: they get mail with their codes.
    #[serde(default)]
    invite: bool,
}

/// How a file is taken in.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Importing {
    /// `csv`: the body is a file of users, with the columns `user`, `name` and `email`. Left out: it is a selection of
    /// the PBX's users.
    format: Option<Format>,
    /// True: a file is only tried.
    #[serde(default)]
    dry_run: bool,
    /// True: those in a file get mail with their codes.
    #[serde(default)]
    invite: bool,
}

/// The users of the PBX, as far as it can list them.
#[utoipa::path(get, path = "/users", responses((status = 200, body = [User]), Problems))]
async fn list(State(app): State<Shared>, who: Who) -> Result<Json<Vec<User>>, Refusal> {
    who.may(Scope::Read, PROVIDER)?;
    let users = of_the_pbx(&app).await?;
    let have = app.read(|desk| {
        let all = desk.conferences(&Filter::default())?.into_iter();
        Ok(all.filter_map(|listed| listed.conference.details.pbx_user).collect::<HashSet<_>>())
    });
    let have = have.await?;
    let user =
        |PbxUser { user, name, email }| User { has_conference: have.contains(&user), extension: user, name, email };
    Ok(Json(users.into_iter().map(user).collect()))
}

/// Gives users of the PBX a meeting room each, with a leader's code of his own; who has one keeps it.
#[utoipa::path(post, path = "/users/import", params(Importing),
    request_body(content((Selection = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = Report), Problems))]
async fn import(
    State(app): State<Shared>,
    who: Who,
    Parameters(Importing { format, dry_run, invite }): Parameters<Importing>,
    file: File,
) -> Result<Json<Report>, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let by = Importer { account: who.account, role: who.role };
    if let Some(format) = format {
        let text = file.text(&[format.kind()])?.to_owned();
        let report = importing(&app, dry_run, invite, move |desk| desk.import_users_from(format.into(), &text, by));
        return Ok(Json(report.await?));
    }
    let Selection { extensions, dry_run, invite } = extract::json(&file)?;
    let mut users = of_the_pbx(&app).await?;
    if let Some(wanted) = extensions {
        if let Some(unknown) = wanted.iter().find(|wanted| !users.iter().any(|user| user.user == **wanted)) {
            let what = format!("the PBX has no user '{}'; load the list again", unknown.escape_debug());
            return Err(Refusal::invalid("extensions", what));
        }
        users.retain(|user| wanted.contains(&user.user));
    }
    let rows: Vec<(u64, PbxUser)> = (1..).zip(users).collect();
    let report = importing(&app, dry_run, invite, move |desk| desk.import_users(Ok(rows.clone()), by));
    Ok(Json(report.await?))
}

/// Asks the PBX, beside the thread that serves.
async fn of_the_pbx(app: &Shared) -> Result<Vec<PbxUser>, Refusal> {
    let pbx = app.parts.pbx.clone();
    let users = tokio::task::spawn_blocking(move || pbx.users()).await.map_err(|_| Refusal::broken())?;
    users.map_err(|error| {
        let message = format!("The PBX cannot list its users: {error}.");
        Refusal::new(axum::http::StatusCode::CONFLICT, "declined", message)
    })
}

const PROVIDER: &[AccountRole] = &[AccountRole::Provider];
