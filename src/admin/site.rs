//! What is where: the API, and the files of the page.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::app::Shared;
use super::{Refusal, api};
use crate::text::hex;

/// All there is, relative to the path that it is served under.
pub(super) fn routes(app: &Shared) -> Router {
    let api = api::routes().fallback(async || Refusal::missing("part of the API")).layer(from_fn(in_our_words));
    Router::new()
        .nest("/api/v1", api)
        .merge(api::metrics())
        .fallback(page)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(app.clone())
}

/// Lets every refusal have the same form, also those that are not ours.
async fn in_our_words(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let words = axum::body::to_bytes(body, LONGEST_WORDS).await.unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    let (error, message) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("method", "This cannot be done here.".to_owned()),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "This is too much at once.".to_owned()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("media_type", "Send it as application/json.".to_owned()),
        _ if words.is_empty() => ("malformed", "This cannot be understood.".to_owned()),
        _ => ("malformed", format!("This cannot be understood: {words}")),
    };
    let mut response = Refusal::new(status, error, message).into_response();
    if let Some(allowed) = parts.headers.get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    response
}

/// The files of the page; while it is written on they are read from where they are written.
#[derive(Embed)]
#[folder = "src/admin/page"]
struct Page;

/// A file of the page.
async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    let Some(file) = file(path) else { return Refusal::missing("page").into_response() };
    if ![Method::GET, Method::HEAD].contains(&method) {
        let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, kind(path))];
        (kind, Body::from(file.data.into_owned())).into_response()
    };
    // Whoever has it asks whether it is still the same: a newer Conclave brings a newer page.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// One of ours, by a plain path: letters, digits, and no name that begins with a dot.
fn file(path: &str) -> Option<EmbeddedFile> {
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    if path.split('/').all(plain) { Page::get(path) } else { None }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Bytes that a request may have, unless its route says otherwise.
const LONGEST_BODY: usize = 256 << 10;

/// Bytes of what somebody else says about a refusal.
const LONGEST_WORDS: usize = 1000;
