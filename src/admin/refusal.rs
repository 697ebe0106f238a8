//! Why a request was not done, in one form for all of them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::directory::{Error, Wrong};
use crate::service::CommandError;

/// Why a request was not done.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// What it says.
    pub problem: Problem,
    /// In so many seconds it may be tried again.
    pub retry_after: Option<u64>,
}

/// The body of every answer that is not a success.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What is wrong, in a word for programs, such as `invalid`.
    pub error: &'static str,
    /// The same for people: a sentence that says what to do.
    pub message: String,
    /// The values that cannot be, if the request had any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// A value that cannot be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Field {
    /// Its field in the request; of an import `line 3` or `line 3, pin`.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Refusal {
    /// With this status.
    pub fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, problem: Problem { error, message: message.into(), fields: Vec::new() }, retry_after: None }
    }

    /// There is none, or it is nobody's business.
    pub fn missing(what: &str) -> Refusal {
        let message = format!("There is no such {what}; somebody may have deleted it.");
        Refusal::new(StatusCode::NOT_FOUND, "missing", message)
    }

    /// He may not.
    pub fn forbidden() -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "forbidden", "Your account may not do this.")
    }

    /// One value that cannot be.
    pub fn invalid(field: &str, what: impl Into<String>) -> Refusal {
        Error::invalid(field, what).into()
    }

    /// Something of ours went wrong.
    pub fn broken() -> Refusal {
        let message = "Something went wrong inside Conclave; the PBX's log says more.";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", message)
    }

    fn fields(status: StatusCode, message: &str, fields: Vec<Field>) -> Refusal {
        let mut refusal = Refusal::new(status, "invalid", message);
        refusal.problem.fields = fields;
        refusal
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        let words = sentence(&error.to_string());
        match error {
            Error::Unavailable(_) | Error::Unwritable(_) | Error::Unknown(_) => {
                let mut refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", words);
                refusal.retry_after = Some(5);
                refusal
            }
            Error::Invalid(wrong) => {
                let field = |Wrong { field, what }| Field { field, message: sentence(&what) };
                let fields = wrong.into_iter().map(field).collect();
                Refusal::fields(StatusCode::UNPROCESSABLE_ENTITY, "Some values cannot be.", fields)
            }
            Error::Rows(rows) => {
                let fields = rows.into_iter().map(|row| {
                    let column = if row.column.is_empty() { String::new() } else { format!(", {}", row.column) };
                    Field { field: format!("line {}{column}", row.line), message: sentence(&row.what) }
                });
                Refusal::fields(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was imported.", fields.collect())
            }
            Error::Missing(_) => Refusal::new(StatusCode::NOT_FOUND, "missing", words),
            Error::Changed(_) => Refusal::new(StatusCode::CONFLICT, "changed", words),
            Error::Refused(_) => Refusal::new(StatusCode::CONFLICT, "refused", words),
            Error::Database(_) => {
                log::error!("the directory failed: {error}");
                Refusal::broken()
            }
        }
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Refusal {
        let words = sentence(&error.to_string());
        match error {
            CommandError::NoRoom(_) | CommandError::NoMember(..) | CommandError::NoConference(_) => {
                Refusal::new(StatusCode::NOT_FOUND, "missing", words)
            }
            CommandError::Stopped => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", words),
            CommandError::Nothing(_) | CommandError::Declined(_) => {
                Refusal::new(StatusCode::CONFLICT, "declined", words)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.problem)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert("retry-after", seconds.into());
        }
        response
    }
}

/// As a sentence.
pub(super) fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    first.chain(rest).collect::<String>() + end
}
