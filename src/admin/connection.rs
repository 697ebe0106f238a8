//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::app::Shared;
use super::body::{Kept, slow};
use super::crowd::Guest;
use super::outlet::Outlet;
use super::{Refusal, door};

/// What all connections share.
#[derive(Clone)]
pub(super) struct Server {
    app: Shared,
    routes: TowerToHyperService<Router>,
}

impl Server {
    pub(super) fn new(app: Shared, routes: Router) -> Server {
        Server { app, routes: TowerToHyperService::new(routes) }
    }

    /// Serves one connection until its end, ours or its own.
    pub(super) async fn see_through(self, stream: TcpStream, from: IpAddr, guest: Guest) {
        let _ = stream.set_nodelay(true);
        let stream = Outlet::new(stream);
        let guest = Arc::new(guest);
        match self.app.tls() {
            None => self.speak(stream, from, &guest).await,
            Some(tls) => {
                let shaking = tokio::time::timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream));
                tokio::select! {
                    shaken = shaking => match shaken {
                        Ok(Ok(stream)) => self.speak(stream, from, &guest).await,
                        Ok(Err(error)) => log::debug!("{from} and the page do not understand each other: {error}"),
                        Err(_) => {}
                    },
                    () = guest.has_to_go() => {}
                    () = self.app.stopping() => {}
                }
            }
        }
    }

    async fn speak(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send, from: IpAddr, guest: &Arc<Guest>) {
        let answer = |request| {
            let (server, busy) = (self.clone(), guest.busy());
            async move {
                let answer = server.answer(request, from).await;
                Ok::<_, Infallible>(answer.map(|body| Body::new(Kept::new(body, busy))))
            }
        };
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(MOST_HEADERS).max_buf_size(LONGEST_HEAD);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service_fn(answer)));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = guest.has_to_go() => return,
            () = self.app.stopping() => {
                // What is being answered is; event streams end by themselves, or with the server.
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            log::debug!("the connection from {from} to the page broke: {error}");
        }
    }

    /// Answers, whatever happens on the way.
    async fn answer(&self, request: Request<Incoming>, from: IpAddr) -> Response {
        let request = request.map(|body| Body::new(slow(body)));
        let app = &self.app;
        let method = request.method().clone();
        let peer = door::peer(app, request.headers(), from);
        let answering = async {
            let mut request = match door::inspect(app, request, peer) {
                Ok(request) => request,
                Err(refused) => return *refused,
            };
            request.extensions_mut().insert(peer);
            match self.routes.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        };
        let mut answering = Box::pin(answering);
        let caught = std::future::poll_fn(|context| {
            let poll = AssertUnwindSafe(|| answering.as_mut().poll(context));
            match std::panic::catch_unwind(poll) {
                Ok(poll) => poll.map(Some),
                Err(_) => std::task::Poll::Ready(None),
            }
        });
        let response = caught.await.unwrap_or_else(|| {
            log::error!("a request to the page failed inside Conclave; see the line before");
            Refusal::broken().into_response()
        });
        app.live.answered(&method, response.status());
        door::finish(response, peer)
    }
}

/// So long the handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// So long a request's first lines may take, from when they could come: also how long a connection may be idle.
const HEAD: Duration = Duration::from_secs(10);

const MOST_HEADERS: usize = 64;
const LONGEST_HEAD: usize = 32 << 10;
