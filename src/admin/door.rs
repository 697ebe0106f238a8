//! What holds for every request and every answer, before any handler sees it: whose browser may ask at all, and what
//! browsers are told not to do.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::uri::{Authority, PathAndQuery, Uri};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::Refusal;
use super::app::App;

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    /// His address; behind a proxy the one that it tells.
    pub(super) address: IpAddr,
    /// Nobody can read it on the way to him, or to the proxy from him.
    pub(super) secure: bool,
}

/// Finds out who is at the other end of a connection from this address.
pub(super) fn peer(app: &App, headers: &HeaderMap, from: IpAddr) -> Peer {
    let mut peer = Peer { address: from.to_canonical(), secure: app.certificate.is_some() };
    if app.settings.behind_proxy {
        // What stands last in them is what the proxy itself has seen; the rest anybody can write.
        let told = |name: &str| {
            let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
            Some(value.rsplit(',').next()?.trim().to_owned())
        };
        if let Some(address) = told("x-forwarded-for").and_then(|address| address.parse::<IpAddr>().ok()) {
            peer.address = address.to_canonical();
        }
        peer.secure |= told("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    }
    peer
}

/// Lets a request in, with its path relative to ours, or answers it.
pub(super) fn inspect(app: &App, request: Request, peer: Peer) -> Result<Request, Box<Response>> {
    let mut request = request;
    let host =
        host(&request).ok_or_else(|| refused(StatusCode::BAD_REQUEST, "malformed", "A request needs a Host."))?;
    if !is_ours(app, &host) {
        let message = format!(
            "This page is not reached as '{}', only as 'localhost' or by the address that it listens at. If that is its \
             name, say so in conclave.conf by web_url={}://{host} in the section general.",
            host.host(),
            if peer.secure { "https" } else { "http" },
        );
        return Err(refused(StatusCode::MISDIRECTED_REQUEST, "host", &message));
    }
    let only_reads = [Method::GET, Method::HEAD].contains(request.method());
    if !only_reads && !is_same_origin(app, request.headers(), &host) {
        let message = "A page of another origin may not ask for this. If a proxy stands before this one, say in \
                       conclave.conf by web_url how people reach it.";
        return Err(refused(StatusCode::FORBIDDEN, "origin", message));
    }
    let path = request.uri().path();
    let Some(rest) = path.strip_prefix(&*app.settings.path) else {
        return Err(Box::new(Refusal::missing("page").into_response()));
    };
    if rest.is_empty() {
        return Err(Box::new(Redirect::permanent(&format!("{}/", app.settings.path)).into_response()));
    }
    if !rest.starts_with('/') {
        return Err(Box::new(Refusal::missing("page").into_response()));
    }
    let rest = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let malformed = |_| refused(StatusCode::BAD_REQUEST, "malformed", "This is no address of a page.");
    *request.uri_mut() = Uri::from(rest.parse::<PathAndQuery>().map_err(malformed)?);
    Ok(request)
}

fn refused(status: StatusCode, error: &'static str, message: &str) -> Box<Response> {
    Box::new(Refusal::new(status, error, message).into_response())
}

/// Under which name it is asked.
fn host(request: &Request) -> Option<Authority> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.clone());
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok().filter(|host| !host.contains('@'))?.parse().ok()?;
    hosts.next().is_none().then_some(host)
}

/// Whether it is one of our names. A page of somebody else could give its own name our address, and then read answers as
/// if they were its own. Who reaches us from afar, or through a proxy, has names that we do not know, and no cookie of ours
/// under a name that is not.
fn is_ours(app: &App, host: &Authority) -> bool {
    let settings = &app.settings;
    if !app.address.ip().is_loopback() || settings.behind_proxy {
        return true;
    }
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    let is_address = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let in_url = || {
        let url = settings.url.as_deref()?.parse::<Uri>().ok()?;
        Some(url.host()?.eq_ignore_ascii_case(host.host()))
    };
    is_address || name.eq_ignore_ascii_case("localhost") || in_url().unwrap_or(false)
}

/// Whether it is our own page that asks, or no page at all.
fn is_same_origin(app: &App, headers: &HeaderMap, host: &Authority) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return ["same-origin", "none"].iter().any(|ours| site.as_bytes() == ours.as_bytes());
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some(origin) = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok()) else { return false };
    let same = |authority: &Authority| {
        origin.authority().is_some_and(|of| of.as_str().eq_ignore_ascii_case(authority.as_str()))
    };
    let url = app.settings.url.as_deref().and_then(|url| url.parse::<Uri>().ok());
    same(host) || url.as_ref().and_then(Uri::authority).is_some_and(same)
}

/// Adds what every answer has.
pub(super) fn finish(mut response: Response, peer: Peer) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if peer.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
