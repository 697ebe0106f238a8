//! Those who come slowly, in crowds, or with too much.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use conclave::directory::AccountRole;
use serde_json::json;

use crate::browser::Browser;
use crate::common::{Answer, PATIENCE, World, raw};

fn connect(world: &World) -> TcpStream {
    let stream = TcpStream::connect(world.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// How long it took until the other side ended it, and what it said.
fn ended(stream: &mut TcpStream, began: Instant) -> (Duration, Vec<u8>) {
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "it is still open"),
    }
    (began.elapsed(), said)
}

#[test]
fn a_head_that_comes_in_drops_is_not_waited_for() {
    let world = World::new("slow-head");
    let began = Instant::now();
    let mut slow = connect(&world);
    let mut writes = slow.try_clone().unwrap();
    let dripping = std::thread::spawn(move || {
        let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", "a".repeat(200));
        for byte in head.bytes() {
            if writes.write_all(&[byte]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let mut silent = connect(&world);
    let (after, _) = ended(&mut silent, began);
    assert!((8..20).contains(&after.as_secs()), "{after:?}");
    let (after, said) = ended(&mut slow, began);
    assert!((8..20).contains(&after.as_secs()), "{after:?}: {}", String::from_utf8_lossy(&said));
    dripping.join().unwrap();
    assert_eq!(raw(world.address, "GET", "/", &[], b"").status, 200);
}

#[test]
fn a_body_that_comes_in_drops_is_refused() {
    let world = World::new("slow-body");
    let began = Instant::now();
    let mut slow = connect(&world);
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 100000\r\n\r\n";
    slow.write_all(head.as_bytes()).unwrap();
    let mut writes = slow.try_clone().unwrap();
    let dripping = std::thread::spawn(move || {
        while began.elapsed() < PATIENCE && writes.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let (after, said) = ended(&mut slow, began);
    assert!((8..20).contains(&after.as_secs()), "{after:?}");
    assert_eq!(Answer::read(&said).refused(408).0, "too_slow");
    dripping.join().unwrap();
}

#[test]
fn a_slow_line_is_not_too_slow() {
    let world = World::new("slow-line");
    world.person("ada", AccountRole::Owner);
    let mut body = json!({"login": "ada", "password": crate::browser::PASSWORD}).to_string();
    body += &" ".repeat(96 * 1024);
    let mut stream = connect(&world);
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // 6 kB a second, for 16 seconds.
    for piece in body.as_bytes().chunks(6 * 1024) {
        stream.write_all(piece).unwrap();
        std::thread::sleep(Duration::from_secs(1));
    }
    let (_, said) = ended(&mut stream, Instant::now());
    Answer::read(&said).json(200);
}

#[test]
fn connections_that_do_nothing_keep_nobody_out() {
    let world = World::new("crowd");
    let (_, mut ada) = world.signed_in("ada", AccountRole::Owner);
    let mut idle = Vec::new();
    for number in 0..2000 {
        match TcpStream::connect(world.address) {
            Ok(stream) => idle.push(stream),
            Err(error) => panic!("connection {number}: {error}"),
        }
        if number % 500 == 499 {
            let began = Instant::now();
            ada.get("/account").json(200);
            assert!(began.elapsed() < Duration::from_secs(5), "{:?} with {number} others", began.elapsed());
        }
    }
    // The oldest had to go.
    idle[0].set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(idle[0].read(&mut [0]).unwrap_or(0), 0);
    let open = |pid: u32| std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    // The clients are in this process too: what the server has is what is over.
    assert!(open(std::process::id()) < 2000 + 1024 + 200);
}

#[test]
fn too_much_is_refused() {
    let world = World::new("too-much");
    let json = |text: String| {
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        raw(world.address, "POST", "/api/v1/session", &headers, text.as_bytes())
    };
    let body = |length: usize| format!("{{\"login\": \"{}\", \"password\": \"\"}}", "x".repeat(length));
    assert_eq!(json(body(200_000)).status, 401);
    assert_eq!(json(body(300_000)).refused(413).0, "too_large");
    assert!([400, 422].contains(&json("[".repeat(100_000)).status));

    let big = [("X-Big".to_owned(), "x".repeat(64 << 10))];
    assert_eq!(raw(world.address, "GET", "/", &big, b"").status, 431);
    let many: Vec<_> = (0..100).map(|number| (format!("X-{number}"), "x".to_owned())).collect();
    assert_eq!(raw(world.address, "GET", "/", &many, b"").status, 431);
    let long = format!("/{}", "x".repeat(64 << 10));
    assert!([414, 431].contains(&raw(world.address, "GET", &long, &[], b"").status));
    // A length that is told and not kept, and two of them.
    let mut stream = connect(&world);
    let head =
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
    stream.write_all(head.as_bytes()).unwrap();
    let (_, said) = ended(&mut stream, Instant::now());
    assert_eq!(Answer::read(&said).status, 400);
    let mut stream = connect(&world);
    stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n").unwrap();
    let (_, said) = ended(&mut stream, Instant::now());
    assert!(said.is_empty() || Answer::read(&said).status == 400);
}

#[test]
fn a_password_as_long_as_a_book_takes_no_time() {
    let world = World::new("book");
    world.person("ada", AccountRole::Owner);
    let began = Instant::now();
    assert_eq!(Browser::new(&world).sign_in("ada", &"x".repeat(200_000)).refused(401).0, "wrong");
    assert!(began.elapsed() < Duration::from_secs(5));
}
