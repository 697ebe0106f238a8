//! Its end, and what does not end it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use conclave::directory::AccountRole;

use crate::common::{PATIENCE, World};

#[test]
fn it_stops_within_two_seconds_whatever_is_open() {
    let mut world = World::new("stop");
    let ada = world.account("ada", AccountRole::Owner);
    assert_eq!(ada.get("/account").status, 200);
    let connect = |text: &str| {
        let mut stream = TcpStream::connect(world.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let mut open = vec![
        connect(""),
        connect("GET / HTTP/1.1\r\nHost: loc"),
        connect(
            "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        ),
    ];
    for _ in 0..50 {
        let mut kept = connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_ne!(kept.read(&mut [0; 1000]).unwrap(), 0);
        open.push(kept);
    }
    std::thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    world.stop();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    for mut stream in open {
        // Whatever was still on its way, and then its end.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert!(TcpStream::connect(world.address).is_err());
}

#[test]
fn a_request_that_panics_is_answered_and_the_next_one_too() {
    let world = World::new("panic");
    world.pbx.broken.store(true, Ordering::Relaxed);
    let ada = world.account("ada", AccountRole::Owner);
    for _ in 0..3 {
        let answer = ada.get("/about");
        assert_eq!(answer.refused(500).0, "broken");
        assert!(!answer.text().contains("on purpose"));
    }
    assert_eq!(ada.get("/account").json(200)["login"], "ada");
}
