//! Accounts: a provider's business.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Body, Parameters, Problems, Segments};
use crate::admin::secret::Secret;
use crate::admin::{Refusal, Scope, Who, links};
use crate::directory::{Account, AccountDetails, AccountId, AccountRole, Error};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/accounts", get(list).post(create))
        .route("/accounts/{id}", get(show).put(change).delete(delete))
        .route("/accounts/{id}/link", post(link))
}

#[derive(OpenApi)]
#[openapi(paths(list, create, show, change, delete, link))]
pub(super) struct Docs;

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountView {
    id: i64,
    /// One more with each change; to be sent back with the next one.
    version: i64,
    /// The name to sign in with.
    login: String,
    role: Role,
    /// Whether the provider lets it have conferences, and sign in.
    enabled: bool,
    /// Whether its owner wants its conferences at present.
    active: bool,
    /// The most participants at a time over all its conferences; absent: any number.
    cap: Option<u32>,
    /// The price of a minute for each participant, in the smallest unit of the currency.
    rate: u32,
    /// Its e-mail address; empty for none.
    email: String,
    /// Whether it can sign in with a password; if not, it needs a link.
    has_password: bool,
}

/// What an account may do.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Role {
    /// Everything.
    Provider,
    /// His own conferences.
    Owner,
    /// What goes on now.
    Operator,
}

impl From<Role> for AccountRole {
    fn from(role: Role) -> AccountRole {
        match role {
            Role::Provider => AccountRole::Provider,
            Role::Owner => AccountRole::Owner,
            Role::Operator => AccountRole::Operator,
        }
    }
}

impl From<Account> for AccountView {
    fn from(account: Account) -> AccountView {
        let Account { id, version, details } = account;
        let AccountDetails { login, password, role, enabled, active, cap, rate, email } = details;
        let role = match role {
            AccountRole::Provider => Role::Provider,
            AccountRole::Owner => Role::Owner,
            AccountRole::Operator => Role::Operator,
        };
        let has_password = password.is_some();
        AccountView { id: id.0, version, login, role, enabled, active, cap, rate, email, has_password }
    }
}

/// What a provider sets of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    /// Of a change: the version that was seen.
    version: Option<i64>,
    login: String,
    role: Role,
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
    cap: Option<u32>,
    #[serde(default)]
    rate: u32,
    #[serde(default)]
    email: String,
}

fn yes() -> bool {
    true
}

impl AccountBody {
    fn details(self, password: Option<String>) -> AccountDetails {
        let AccountBody { version: _, login, role, enabled, active, cap, rate, email } = self;
        AccountDetails { login, password, role: role.into(), enabled, active, cap, rate, email }
    }
}

/// What a list of accounts may leave out.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `1`: only identities and logins, which operators may see too.
    #[param(minimum = 0, maximum = 1)]
    names: Option<u8>,
}

/// An account's login.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountName {
    id: i64,
    login: String,
}

/// All accounts, by login; with `names=1` only what they are called.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum AccountList {
    All(Vec<AccountView>),
    Names(Vec<AccountName>),
}

/// Lists the accounts.
#[utoipa::path(get, path = "/accounts", tag = "accounts", params(ListQuery),
    responses((status = 200, body = AccountList), Problems))]
async fn list(
    State(app): State<Shared>,
    who: Who,
    Parameters(query): Parameters<ListQuery>,
) -> Result<Json<AccountList>, Refusal> {
    let names = match query.names {
        None | Some(0) => false,
        Some(1) => true,
        Some(_) => return Err(Refusal::invalid("names", "write names=1, or leave it out")),
    };
    let operators = if names { &[AccountRole::Provider, AccountRole::Operator][..] } else { PROVIDER };
    who.may(Scope::Read, operators)?;
    let accounts = app.read(|desk| desk.accounts()).await?;
    Ok(Json(if names {
        let name = |account: Account| AccountName { id: account.id.0, login: account.details.login };
        AccountList::Names(accounts.into_iter().map(name).collect())
    } else {
        AccountList::All(accounts.into_iter().map(Into::into).collect())
    }))
}

/// Makes an account. It has no password: a link gives it one.
#[utoipa::path(post, path = "/accounts", tag = "accounts", request_body = AccountBody,
    responses((status = 201, body = AccountView, headers(("Location" = String))), Problems))]
async fn create(
    State(app): State<Shared>,
    who: Who,
    Body(body): Body<AccountBody>,
) -> Result<impl IntoResponse, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let details = body.details(None);
    let account = app.write(move |desk| desk.create_account(&details)).await?;
    log::info!("{} made the account {}", who.login, account.details.login);
    let location = [(LOCATION, app.location(&format!("/accounts/{}", account.id.0)))];
    Ok((StatusCode::CREATED, location, Json(AccountView::from(account))))
}

/// Shows an account.
#[utoipa::path(get, path = "/accounts/{id}", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 200, body = AccountView), Problems))]
async fn show(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Json<AccountView>, Refusal> {
    who.may(Scope::Read, PROVIDER)?;
    Ok(Json(app.read(move |desk| desk.account(AccountId(id))).await?.into()))
}

/// Changes an account.
#[utoipa::path(put, path = "/accounts/{id}", tag = "accounts", params(("id" = i64, Path)), request_body = AccountBody,
    responses((status = 200, body = AccountView), Problems))]
async fn change(
    State(app): State<Shared>,
    who: Who,
    Segments(id): Segments<i64>,
    Body(body): Body<AccountBody>,
) -> Result<Json<AccountView>, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let Some(version) = body.version else {
        return Err(Refusal::invalid("version", "send the one that was seen, so that nobody's change is lost"));
    };
    let id = AccountId(id);
    let details = body.details(None);
    if id == who.account && details.role != AccountRole::Provider {
        return Err(Refusal::invalid("role", "you would lock yourself out; let another provider change it"));
    }
    if id == who.account && !details.enabled {
        return Err(Refusal::invalid("enabled", "you would lock yourself out; let another provider do it"));
    }
    let changed = app.write(move |desk| {
        let password = desk.account(id)?.details.password;
        let account = desk.update_account(id, version, &AccountDetails { password, ..details.clone() })?;
        if !account.details.enabled {
            desk.delete_sessions(id)?;
            links::end(desk, id)?;
        }
        Ok(account)
    });
    let account = changed.await?;
    log::info!("{} changed the account {}", who.login, account.details.login);
    Ok(Json(account.into()))
}

/// Deletes an account that has no conferences.
#[utoipa::path(delete, path = "/accounts/{id}", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 204), Problems))]
async fn delete(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<StatusCode, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let id = AccountId(id);
    if id == who.account {
        let message = "This is your own account; let another provider delete it.";
        return Err(Refusal::new(StatusCode::CONFLICT, "refused", message));
    }
    app.write(move |desk| desk.delete_account(id)).await?;
    log::info!("{} deleted the account {}", who.login, id.0);
    Ok(StatusCode::NO_CONTENT)
}

/// A link by which an account gets a password.
#[derive(Serialize, ToSchema)]
struct LinkMade {
    /// To be handed to whoever shall have the account. Good once.
    url: String,
    /// Until when it is good.
    expires: Option<Timestamp>,
}

/// Makes a link by which somebody gives this account its password, new or forgotten. Older ones are not good any more.
#[utoipa::path(post, path = "/accounts/{id}/link", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 200, body = LinkMade), Problems))]
async fn link(State(app): State<Shared>, who: Who, Segments(id): Segments<i64>) -> Result<Response, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    who.must_be_signed_in()?;
    let secret = Secret::new();
    let new = secret.clone();
    let made = app.write(move |desk| {
        let account = desk.account(AccountId(id))?;
        if !account.details.enabled {
            return Err(Error::Refused("the account is switched off; switch it on first".into()));
        }
        Ok((links::make(desk, account.id, &new)?, account))
    });
    let (token, account) = made.await?;
    log::info!("{} made a link to the account {}", who.login, account.details.login);
    Ok(Json(LinkMade { url: app.link(&secret), expires: token.expires }).into_response())
}

const PROVIDER: &[AccountRole] = &[AccountRole::Provider];
