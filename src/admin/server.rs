//! The thread that serves.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use axum::Router;
use tokio::sync::oneshot;

use super::app::App;
use super::live::{self, Changes, Live};
use super::{Parts, Settings, api};

/// The page and its API, being served.
pub struct Admin {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
    live: Arc<Live>,
}

impl Admin {
    /// Begins to serve.
    ///
    /// # Errors
    ///
    /// If the address cannot be had, or no thread be made.
    pub fn start(settings: Settings, parts: Parts) -> io::Result<Admin> {
        let listener = TcpListener::bind(settings.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(8).build()?;
        let (stop, stopped) = oneshot::channel();
        let path = settings.path.clone();
        let live = Live::start(parts.clone())?;
        let app = Arc::new(App { settings, parts, live });
        let routes = Router::new().nest("/api/v1", api::routes()).with_state(app.clone());
        let routes = if path.is_empty() { routes } else { Router::new().nest(&path, routes) };
        let looking = app.live.clone();
        let thread = Builder::new().name("conclave-http".into()).spawn(move || {
            runtime.block_on(async move {
                let sessions = tokio::spawn(live::watch(app.clone()));
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => {
                        let served = axum::serve(listener, routes).with_graceful_shutdown(async move {
                            let _ = stopped.await;
                            sessions.abort();
                            app.live.stop();
                        });
                        let _ = served.await;
                    }
                    Err(error) => log::error!("the page cannot be served: {error}"),
                }
            });
        })?;
        Ok(Admin { address, stop, thread, live: looking })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// To tell it what was changed in the directory.
    pub fn changes(&self) -> Changes {
        Changes::new(self.live.clone())
    }

    /// Serves no longer; returns when its thread is gone.
    pub fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}
