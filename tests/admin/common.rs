//! A page and API that are really served, on a directory of their own, before rooms that are only said to be there.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use conclave::admin::{Admin, Changes, Parts, Pbx, Settings};
use conclave::directory::*;
use conclave::engine::WorkerStats;
use conclave::service::settings::{self, Line};
use conclave::service::{Command, CommandError, Happening, Operations, Picture};
use conclave_rig::Folder;
use crossbeam_channel::{Receiver, Sender, unbounded};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// So long an answer takes on a busy machine at most.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that is behind the API.
pub struct World {
    pub address: SocketAddr,
    pub directory: Directory,
    pub rooms: Arc<Rooms>,
    pub pbx: Arc<FakePbx>,
    admin: Option<Admin>,
    folder: Folder,
}

impl World {
    /// On SQLite, with an empty `conclave.conf`.
    pub fn new(name: &str) -> World {
        World::with(name, Settings::default(), |place| place)
    }

    /// With these settings of the page, and the directory at another place than this file.
    pub fn with(name: &str, settings: Settings, place: impl FnOnce(Place) -> Place) -> World {
        let folder = Folder::new(&format!("admin-{name}"));
        std::fs::create_dir(folder.join("sounds")).unwrap();
        let place = place(Place::File(folder.join("directory.db")));
        let patience = Duration::from_secs(10);
        let of_directory = conclave::directory::Settings {
            patience,
            sounds: Some(folder.join("sounds")),
            ..conclave::directory::Settings::new(place, "pbx1")
        };
        let pages: Arc<OnceLock<Changes>> = Arc::default();
        let told = pages.clone();
        let on_change = move |change| pages.get().into_iter().for_each(|pages| pages.tell(change));
        let directory = Directory::start(of_directory, Arc::new(NoChecks), on_change).unwrap();
        let rooms = Arc::new(Rooms::default());
        let pbx = Arc::new(FakePbx {
            sounds: folder.join("sounds"),
            users: Mutex::default(),
            broken: AtomicBool::new(false),
        });
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let parts = Parts { directory: directory.clone(), operations: rooms.clone(), pbx: pbx.clone() };
        let admin = Admin::start(Settings { listen: Some(listen), ..settings }, parts).unwrap();
        let _ = told.set(admin.changes());
        World { address: admin.address(), directory, rooms, pbx, admin: Some(admin), folder }
    }

    /// The page is served no longer.
    pub fn stop(&mut self) {
        if let Some(admin) = self.admin.take() {
            admin.stop();
        }
    }

    /// Does something with the directory.
    pub fn desk<T: Send + 'static>(&self, job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.directory.wait(Access::Write, job).unwrap()
    }

    /// A new account, and somebody who has a token of it that is good for everything.
    pub fn account(&self, login: &str, role: AccountRole) -> Client {
        let details = AccountDetails { rate: 6, ..AccountDetails::new(login, role) };
        let account = self.desk(move |desk| desk.create_account(&details)).id;
        self.client(account, "read write operate metrics")
    }

    /// Somebody with a token of this account for these scopes.
    pub fn client(&self, account: AccountId, scopes: &str) -> Client {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let token = format!("token-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let hash = Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let (created, used) = (Timestamp::now(), Timestamp::now());
        let (name, scopes) = ("test".to_owned(), scopes.to_owned());
        let kept =
            Token { hash, kind: TokenKind::Api, account: Some(account), name, scopes, created, used, expires: None };
        self.desk(move |desk| desk.add_token(&kept));
        Client { address: self.address, account, token: Some(token) }
    }

    /// Where its files are.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// The page itself.
    pub fn admin(&self) -> &Admin {
        self.admin.as_ref().unwrap()
    }

    /// Nobody.
    pub fn stranger(&self) -> Client {
        Client { address: self.address, account: AccountId(0), token: None }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
        self.directory.stop();
    }
}

/// Rooms that are only said to be there, and what is asked of them.
#[derive(Default)]
pub struct Rooms {
    /// Of two workers.
    pub stats: [Arc<WorkerStats>; 2],
    pub picture: Mutex<Arc<Picture>>,
    pub asked: Mutex<Vec<Command>>,
    listeners: Mutex<Vec<Sender<Happening>>>,
}

impl Rooms {
    /// With this `conclave.conf`.
    pub fn configure(&self, text: &str) {
        let mut category = "general";
        let lines: Vec<_> = text
            .lines()
            .zip(1..)
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, line)| {
                let head = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                category = head.unwrap_or(category);
                let setting = text.split_once(" = ").filter(|_| head.is_none());
                Line { category, setting, file: "conclave.conf", line }
            })
            .collect();
        let (settings, problems) = settings::Settings::read(lines);
        assert!(problems.is_empty(), "{problems:?}");
        let mut picture = self.picture.lock().unwrap();
        *picture = Arc::new(Picture { settings: Arc::new(settings), ..Picture::clone(&picture) });
    }

    /// Something happens.
    pub fn tell(&self, happening: &Happening) {
        self.listeners.lock().unwrap().retain(|listener| listener.send(happening.clone()).is_ok());
    }
}

impl Operations for Rooms {
    fn command(&self, command: Command) -> Result<String, CommandError> {
        self.asked.lock().unwrap().push(command);
        Ok("done".into())
    }

    fn picture(&self) -> Arc<Picture> {
        self.picture.lock().unwrap().clone()
    }

    fn stats(&self) -> &[Arc<WorkerStats>] {
        &self.stats
    }

    fn listen(&self) -> Receiver<Happening> {
        let (sender, happenings) = unbounded();
        self.listeners.lock().unwrap().push(sender);
        happenings
    }
}

/// A PBX of a folder and some users.
pub struct FakePbx {
    pub sounds: PathBuf,
    pub users: Mutex<Vec<PbxUser>>,
    /// It panics when it is asked for its name.
    pub broken: AtomicBool,
}

impl Pbx for FakePbx {
    fn name(&self) -> String {
        assert!(!self.broken.load(Ordering::Relaxed), "broken on purpose");
        "Test 1.0".into()
    }

    fn users(&self) -> io::Result<Vec<PbxUser>> {
        Ok(self.users.lock().unwrap().clone())
    }

    fn sounds(&self) -> io::Result<PathBuf> {
        Ok(self.sounds.clone())
    }
}

/// A program that uses the API.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    pub account: AccountId,
    token: Option<String>,
}

/// What it is answered.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Client {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, b"")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None, b"")
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some("application/json"), body.to_string().as_bytes())
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some("application/json"), body.to_string().as_bytes())
    }

    /// Where to, and what to show there.
    pub fn way_in(&self) -> (SocketAddr, &str) {
        (self.address, self.token.as_deref().unwrap_or_default())
    }

    /// A request for a path below `/api/v1`, over a connection of its own.
    pub fn send(&self, method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Answer {
        self.ask(method, &format!("/api/v1{path}"), kind, body)
    }

    /// What is at a path that is not below `/api/v1`.
    pub fn whole(&self, path: &str) -> Answer {
        self.ask("GET", path, None, b"")
    }

    fn ask(&self, method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Answer {
        let kind = kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        let token = self.token.as_ref().map(|token| ("Authorization".to_owned(), format!("Bearer {token}")));
        let headers: Vec<_> = kind.into_iter().chain(token).collect();
        raw(self.address, method, path, &headers, body)
    }
}

/// A request over a connection of its own; a `Host` among the headers replaces the usual one.
pub fn raw(address: SocketAddr, method: &str, path: &str, headers: &[(String, String)], body: &[u8]) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| name == "Host") {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"\r\n").unwrap();
    // Who is refused early may be answered before everything is sent.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Answer::read(&answer)
}

impl Answer {
    pub fn read(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole answer");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: Vec<_> = lines.filter_map(header).collect();
        let mut answer = Answer { status, headers, body: bytes[end + 4..].to_vec() };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body);
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Its body, if it has this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The word and the fields of a refusal with this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> (String, Vec<String>) {
        let problem = self.json(status);
        assert!(problem["message"].as_str().is_some_and(|message| message.ends_with('.')), "{problem}");
        let fields = problem["fields"].as_array().into_iter().flatten();
        let fields = fields.map(|field| field["field"].as_str().unwrap().to_owned()).collect();
        (problem["error"].as_str().unwrap().to_owned(), fields)
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            break;
        }
        whole.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    whole
}
