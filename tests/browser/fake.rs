//! A server that is not there: the page with a room of as many members as a story wants, and a stream of who talks.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use conclave_rig::pbx::workspace;
use serde_json::{Map, Value, json};

/// Serves the page, and a room 8000 of `members` of whom `talkers` talk: five times a second how loud, each second one
/// who comes and one who leaves. For as long as the test runs. Where it is.
pub fn serve(members: u32, talkers: u32) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream, members, talkers));
        }
    });
    format!("http://{address}/")
}

/// Answers one request; a browser that goes away in between is no trouble.
fn answer(mut stream: TcpStream, members: u32, talkers: u32) -> Option<()> {
    let mut request = BufReader::new(stream.try_clone().ok()?).lines();
    let first = request.next()?.ok()?;
    let path = first.split(' ').nth(1)?.split('?').next()?.to_owned();
    while !request.next()?.ok()?.is_empty() {}
    match path.strip_prefix("/api/v1/") {
        Some("events") => events(&mut stream, members, talkers),
        Some("session") => reply(&mut stream, "200 OK", "application/json", session().to_string().as_bytes()),
        Some(_) => reply(&mut stream, "404 Not Found", "application/json", br#"{"error":"missing","message":"No."}"#),
        None => file(&mut stream, if path == "/" { "/index.html" } else { &path }),
    }
}

fn file(stream: &mut TcpStream, path: &str) -> Option<()> {
    let kind = match path.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };
    match fs::read(workspace().join("src/admin/page").join(&path[1..])) {
        Ok(content) => reply(stream, "200 OK", kind, &content),
        Err(_) => reply(stream, "404 Not Found", "text/plain", b"no"),
    }
}

fn reply(stream: &mut TcpStream, status: &str, kind: &str, content: &[u8]) -> Option<()> {
    let length = content.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(content).ok()
}

fn session() -> Value {
    let account = json!({"id": 1, "version": 1, "login": "operator", "role": "operator", "enabled": true, "active": true,
        "cap": null, "rate": 0, "email": "", "has_password": true});
    json!({"account": account, "csrf": "x", "scopes": ["read", "operate"], "setup": false})
}

fn events(stream: &mut TcpStream, members: u32, talkers: u32) -> Option<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n").ok()?;
    let all: Vec<Value> = (1..=members).map(member).collect();
    let room = json!({"number": "8000", "name": "Everybody", "conference": 1, "locked": false, "muted": false,
        "recording": null, "calling": [], "mix": {"most_talkers": 0, "comfort_noise": null}, "rate": 8000,
        "max_members": null, "began": "2026-11-21T20:00:00Z", "ends_in": null, "members": all, "speakers": []});
    tell(stream, "rooms", &json!([room]))?;
    for turn in 0_u32.. {
        thread::sleep(Duration::from_millis(200));
        // Others talk every four seconds; all over the list, so that few of them are on the screen.
        let talking = (0..talkers).map(|at| (turn / 20 * 7 + at * (members / talkers)) % members + 1);
        let level = |number: u32| -35 + ((number * 7 + turn * 11) % 25) as i32;
        let levels: Map<_, _> = talking.map(|number| (number.to_string(), json!(level(number)))).collect();
        let speakers: Vec<u32> = levels.keys().filter_map(|number| number.parse().ok()).collect();
        tell(stream, "levels", &json!({"number": "8000", "talking": levels, "speakers": speakers}))?;
        if turn % 5 == 0 {
            let (new, gone) = (members + 1 + turn / 5, members - turn / 5);
            tell(stream, "members", &json!({"number": "8000", "changed": [member(new)], "gone": [gone]}))?;
        }
    }
    Some(())
}

fn tell(stream: &mut TcpStream, name: &str, data: &Value) -> Option<()> {
    stream.write_all(format!("event: {name}\ndata: {data}\n\n").as_bytes()).ok()
}

fn member(number: u32) -> Value {
    json!({"number": number, "name": format!("Person {number}"), "caller": format!("+4930{:06}", number),
        "channel": format!("PJSIP/person-{number:08x}"), "role": if number == 1 { "leader" } else { "participant" },
        "muted": false, "muted_by": [], "waits": null, "deaf": false, "hand": false, "talking": false, "level": null,
        "levelled": false, "denoised": false, "held": false, "seconds": 60, "talk_volume": 0, "listen_volume": 0})
}
