//! What a handler takes out of a request: each mistake in it is told in the one form of [`Refusal`].

use std::error::Error as _;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use utoipa::IntoResponses;

use super::Refusal;
use super::app::Shared;
use super::body::TOO_SLOWLY;
use super::refusal::Problem;

/// A body of JSON. What is no JSON is malformed (400), what is none of ours invalid, with its field (422).
pub(super) struct Body<T>(pub(super) T);

/// A body that is a file of one of the types that the handler names, as it came.
pub(super) struct File {
    /// Its type without parameters, in small letters; empty if it was not told.
    pub(super) kind: String,
    /// It.
    pub(super) content: Bytes,
}

/// The parameters behind the `?`: what is not known or cannot be is invalid, with its name (422).
pub(super) struct Parameters<T>(pub(super) T);

/// The variable parts of the path, in their order: what cannot be one is not there (404).
pub(super) struct Segments<T>(pub(super) T);

/// What every handler may answer instead of a success: for its description.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "it only describes")]
pub(super) enum Problems {
    /// The request is malformed.
    #[response(status = 400)]
    Malformed(Problem),
    /// Nobody is signed in.
    #[response(status = 401)]
    SignedOut(Problem),
    /// The account may not do this.
    #[response(status = 403)]
    Forbidden(Problem),
    /// There is none, or it is nobody's business.
    #[response(status = 404)]
    Missing(Problem),
    /// Somebody else changed it meanwhile, or it cannot be done now.
    #[response(status = 409)]
    Changed(Problem),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Problem),
    /// The body is of a type that is not taken here.
    #[response(status = 415)]
    WrongType(Problem),
    /// Some values cannot be; `fields` says which.
    #[response(status = 422)]
    Invalid(Problem),
    /// Too many requests; `Retry-After` says when to try again.
    #[response(status = 429)]
    TooMany(Problem),
    /// The directory cannot be reached now; `Retry-After` says when to try again.
    #[response(status = 503)]
    Unavailable(Problem),
}

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Shared) -> Result<Body<T>, Refusal> {
        json(&File::from_request(request, app).await?).map(Body)
    }
}

/// A file that is a body of JSON.
///
/// # Errors
///
/// As [`Body`] has it.
pub(super) fn json<T: DeserializeOwned>(File { kind, content }: &File) -> Result<T, Refusal> {
    if kind != "application/json" {
        return Err(wrong_type("application/json"));
    }
    // Serde would take a list too, its values for the fields in their order.
    if content.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice::<IgnoredAny>(content).map_err(|error| malformed(&error))?;
        return Err(Refusal::invalid("body", "this is a list; send an object"));
    }
    let mut json = serde_json::Deserializer::from_slice(content);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, what) = (error.path().to_string(), error.inner());
        let field = if path == "." { "body" } else { &path };
        match what.classify() {
            Category::Data => {
                let words = what.to_string();
                Refusal::invalid(field, words.split(" at line ").next().unwrap_or(&words))
            }
            _ => malformed(what),
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(read)
}

impl FromRequest<Shared> for File {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Shared) -> Result<File, Refusal> {
        let kind = content_type(request.headers());
        let content = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => {
                Refusal::new(status, "too_large", "This is larger than what is taken here.")
            }
            _ if rejection.body_text().contains(TOO_SLOWLY) => {
                Refusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "The request came too slowly.")
            }
            _ => Refusal::new(StatusCode::BAD_REQUEST, "malformed", "The request broke off."),
        })?;
        Ok(File { kind, content })
    }
}

impl File {
    /// Whether its type may be audio: one of audio's own, Ogg's or MP4's, or just bytes.
    pub(super) fn is_audio(&self) -> bool {
        let kinds = ["application/octet-stream", "application/ogg", "video/mp4", "video/ogg"];
        self.kind.starts_with("audio/") || kinds.contains(&&*self.kind)
    }

    /// Its content as a text.
    ///
    /// # Errors
    ///
    /// 415 if its type is none of these, 422 if it is no text.
    pub(super) fn text(&self, kinds: &[&str]) -> Result<&str, Refusal> {
        if !kinds.contains(&&*self.kind) {
            return Err(wrong_type(&kinds.join(" or ")));
        }
        let text = std::str::from_utf8(&self.content).ok().filter(|text| !text.contains('\0'));
        text.ok_or_else(|| Refusal::invalid("body", "this is no text in UTF-8; save the file in that encoding"))
    }
}

impl<T: DeserializeOwned> FromRequestParts<Shared> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Parameters<T>, Refusal> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(read)) => Ok(Parameters(read)),
            Err(rejection) => {
                let words = rejection.source().map_or_else(String::new, ToString::to_string);
                let (field, what) = words.split_once(": ").unwrap_or(("query", &words));
                Err(Refusal::invalid(field, what))
            }
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Segments<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Segments<T>, Refusal> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(read)) => Ok(Segments(read)),
            Err(_) => Err(Refusal::new(StatusCode::NOT_FOUND, "missing", "There is nothing at this address.")),
        }
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn malformed(what: &serde_json::Error) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "malformed", format!("The body is no JSON: {what}."))
}

fn wrong_type(right: &str) -> Refusal {
    let message = format!("The body has to be {right}; say so in Content-Type.");
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_type", message)
}
