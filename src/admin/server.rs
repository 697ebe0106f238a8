//! The thread that serves: it accepts connections, sees each of them through, and ends.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::app::{App, Shared};
use super::certificate::Certificate;
use super::connection::Server;
use super::crowd::Crowd;
use super::live::{self, Changes, Live};
use super::web::Console;
use super::{Parts, Settings, links, site};
use crate::service::Web;

/// The page and its API, being served.
///
/// Its methods may be called on a host's own threads, but for [`start`](Admin::start): they wait in no channel and leave
/// nothing behind in the thread.
pub struct Admin {
    address: SocketAddr,
    /// A byte lets the thread read the certificate again; its end ends the thread.
    bell: UnixStream,
    web: Arc<Console>,
    thread: JoinHandle<()>,
    live: Arc<Live>,
}

impl Admin {
    /// Begins to serve.
    ///
    /// # Errors
    ///
    /// If the settings say nothing of where, the address cannot be had, the certificate cannot be used, or no thread be
    /// made.
    pub fn start(settings: Settings, parts: Parts) -> io::Result<Admin> {
        let listen = settings.listen.ok_or_else(|| io::Error::other("it is switched off"))?;
        let certificate = Certificate::of(&settings)?;
        let (bell, rung) = UnixStream::pair()?;
        rung.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(MOST_BLOCKED)
            .thread_name("conclave-http")
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            self::listen(listen)
                .map_err(|error| io::Error::new(error.kind(), format!("{listen} cannot be had: {error}")))?
        };
        let address = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let live = Live::start(parts.clone())?;
        let app = Arc::new(App::new(settings, parts, address, certificate, live.clone(), stopping));
        let web = Arc::new(Console::new(app.clone(), runtime.handle().clone()));
        let thread =
            Builder::new().name("conclave-http".into()).spawn(move || run(&runtime, listener, rung, app, stop))?;
        Ok(Admin { address, bell, web, thread, live })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// To tell it what was changed in the directory.
    pub fn changes(&self) -> Changes {
        Changes::new(self.live.clone())
    }

    /// What consoles have of it.
    pub fn web(&self) -> Arc<dyn Web> {
        self.web.clone()
    }

    /// Reads the certificate again, soon; if it cannot be used, the old one stays, and the log says so.
    pub fn reload(&self) {
        // Full: it is about to be read anyway.
        let _ = (&self.bell).write(b"r");
    }

    /// Serves no longer; returns when its thread is gone, within two seconds, whatever is connected.
    pub fn stop(self) {
        drop(self.bell);
        let _ = self.thread.join();
    }
}

/// Connections wait for us in it, each with as much room for what goes out to it.
fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    // Else the system lets it grow to megabytes for each who does not read.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(at)?;
    socket.listen(BACKLOG)
}

fn run(runtime: &Runtime, listener: TcpListener, rung: UnixStream, app: Shared, stop: watch::Sender<bool>) {
    runtime.block_on(async {
        let rung = match tokio::net::UnixStream::from_std(rung) {
            Ok(rung) => rung,
            Err(error) => {
                log::error!("the page cannot be served: {error}");
                return;
            }
        };
        let scheme = if app.certificate.is_some() { "https" } else { "http" };
        log::info!("the page is served at {} ({scheme}, {})", app.url(), app.address);
        let cares = [tokio::spawn(links::first(app.clone())), tokio::spawn(live::watch(app.clone()))];
        let mut connections = JoinSet::new();
        serve(&listener, rung, &app, &mut connections).await;
        drop(listener);
        cares.iter().for_each(tokio::task::JoinHandle::abort);
        app.live.stop();
        stop.send_replace(true);
        let gone = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
        connections.shutdown().await;
    });
}

/// Accepts until the bell's other end is gone.
async fn serve(listener: &TcpListener, mut rung: tokio::net::UnixStream, app: &Shared, connections: &mut JoinSet<()>) {
    let server = Server::new(app.clone(), site::routes(app));
    let crowd = Arc::new(Crowd::new(most_connections()));
    let mut ring = [0];
    loop {
        tokio::select! {
            count = rung.read(&mut ring) => match count {
                Ok(1..) => app.reload_certificate(),
                _ => return,
            },
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    if let Some(guest) = crowd.enter(from.ip()) {
                        connections.spawn(server.clone().see_through(stream, from.ip(), guest));
                    }
                }
                Err(error) => {
                    log::warn!("a connection to the page cannot be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
            Some(ended) = connections.join_next(), if !connections.is_empty() => {
                if ended.is_err_and(|error| error.is_panic()) {
                    log::error!("a connection to the page failed inside Conclave; see the line before");
                }
            }
        }
    }
}

/// A quarter of what the process may open, which it needs for calls.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    soft.map_or(MOST_CONNECTIONS, |files| (files / 4).min(MOST_CONNECTIONS))
}

const MOST_CONNECTIONS: usize = 1024;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Bytes that may be on their way to one who is connected; the system takes twice as many for its own needs.
const SEND_BUFFER: u32 = 64 << 10;

/// Threads for what waits or computes long: passwords, the service, files.
const MOST_BLOCKED: usize = 8;

/// So long what is being answered may take when all is stopped.
const FAREWELL: Duration = Duration::from_millis(1200);
