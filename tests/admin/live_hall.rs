//! Rooms with members, made up, and somebody who listens to what goes on in them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use conclave::audio::SampleRate;
use conclave::directory::{AccountId, ConferenceId};
use conclave::room::{Caller, Mix, Mutes, RecordingState, Role, RoomNumber, Volume};
use conclave::service::{CallId, MemberPicture, Picture, RoomPicture};
use serde_json::Value;

use crate::common::{Client, PATIENCE, Rooms};

/// A room of so many, whose conference belongs to this account, if it is not one of `conclave.conf`.
pub fn room(members: u32, owner: Option<AccountId>) -> RoomPicture {
    RoomPicture {
        conference: owner.map(|owner| (ConferenceId(7), owner)),
        name: "Board".into(),
        opened: Duration::from_secs(1_800_000_000),
        ends_at: None,
        locked: false,
        muted: false,
        recording: RecordingState::Off,
        calling: Vec::new(),
        mix: Mix { most_talkers: 0, comfort_noise: None },
        rate: SampleRate::Hz16000,
        max_members: None,
        members: (1..=members).map(member).collect(),
        speakers: Vec::new(),
    }
}

pub fn member(number: u32) -> MemberPicture {
    MemberPicture {
        number,
        call: CallId(number.into()),
        channel: format!("PJSIP/phone{number}-0000{number:04x}").into(),
        caller: Caller { name: format!("Caller {number}"), number: format!("+49305550{number:03}") },
        role: Role::Participant,
        mutes: Mutes::default(),
        waits: None,
        deaf: false,
        hand: false,
        talking: false,
        level: None,
        levelled: false,
        denoised: false,
        held: false,
        talk_volume: Volume::default(),
        listen_volume: Volume::default(),
        joined_at: Duration::ZERO,
    }
}

impl Rooms {
    /// From now on these are in progress.
    pub fn show(&self, rooms: &[(&str, &RoomPicture)]) {
        let mut picture = self.picture.lock().unwrap();
        let rooms = rooms.iter().map(|(number, room)| {
            let number = RoomNumber::parse(number).unwrap();
            // What did not change is the same, as with the service.
            let same = picture.rooms.get(&number).filter(|old| format!("{old:?}") == format!("{room:?}"));
            let room = same.cloned().unwrap_or_else(|| Arc::new(RoomPicture::clone(room)));
            (number, room)
        });
        let rooms = rooms.collect();
        let taken_at = picture.taken_at + Duration::from_millis(20);
        *picture = Arc::new(Picture { rooms, taken_at, settings: picture.settings.clone() });
    }
}

/// Somebody who listens.
pub struct Listener {
    stream: TcpStream,
    /// What came and is not taken apart yet.
    bytes: Vec<u8>,
    text: String,
}

impl Listener {
    pub fn new(client: &Client, path: &str) -> Listener {
        let mut listener = Listener::silent(client, path);
        let head = listener.head();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(head.to_lowercase().contains("content-type: text/event-stream"), "{head}");
        listener
    }

    /// Asks, and reads nothing.
    pub fn silent(client: &Client, path: &str) -> Listener {
        let (address, token): (SocketAddr, &str) = client.way_in();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!("GET /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        Listener { stream, bytes: Vec::new(), text: String::new() }
    }

    pub fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8(self.bytes[..end].to_vec()).unwrap();
                self.bytes.drain(..end + 4);
                return head;
            }
            assert!(self.read() > 0, "no whole head: {:?}", String::from_utf8_lossy(&self.bytes));
        }
    }

    /// The next event: its name and its data. Nothing: the stream has ended.
    pub fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with(':') {
                    continue;
                }
                let (name, data) = event.split_once('\n').unwrap();
                let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
                return Some((name.strip_prefix("event: ").unwrap().to_owned(), data));
            }
            let chunk = self.chunk()?;
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// The next event of this name; those before it are passed over.
    pub fn wait_for(&mut self, name: &str) -> Value {
        loop {
            let (found, data) = self.next().unwrap_or_else(|| panic!("the stream ended before '{name}' came"));
            if found == name {
                return data;
            }
        }
    }

    /// The next event, which has this name.
    #[track_caller]
    pub fn take(&mut self, name: &str) -> Value {
        let (found, data) = self.next().expect("the stream goes on");
        assert_eq!(found, name, "{data}");
        data
    }

    /// Takes out what came up to this, and counts it, with what it is wrapped into.
    pub fn bytes_until(&mut self, end: &str) -> usize {
        loop {
            if let Some(place) = self.bytes.windows(end.len()).position(|some| some == end.as_bytes()) {
                self.bytes.drain(..place + end.len());
                return place + end.len();
            }
            assert!(self.read() > 0, "the stream ended before '{end}' came");
        }
    }

    /// A piece of the body as it was sent.
    fn chunk(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|two| two == b"\r\n") {
                let length = usize::from_str_radix(std::str::from_utf8(&self.bytes[..end]).unwrap(), 16).unwrap();
                if length == 0 {
                    return None;
                }
                if self.bytes.len() >= end + 2 + length + 2 {
                    let chunk = self.bytes[end + 2..end + 2 + length].to_vec();
                    self.bytes.drain(..end + 2 + length + 2);
                    return Some(chunk);
                }
            }
            if self.read() == 0 {
                return None;
            }
        }
    }

    fn read(&mut self) -> usize {
        let mut some = [0; 65536];
        let count = self.stream.read(&mut some).expect("something in time, or the end");
        self.bytes.extend_from_slice(&some[..count]);
        count
    }
}
