//! Over TLS.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave::admin::Settings;
use conclave::tls;
use conclave_rig::Folder;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::common::{Answer, PATIENCE, World};

/// A certificate that nobody else signed, as pbx.pem and pbx.key.
fn certificate(folder: &Path, days: u32) {
    let arguments = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout pbx.key -out pbx.pem -days {days} \
         -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    );
    let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn settings(name: &str, days: u32) -> (Settings, Folder) {
    let folder = Folder::new(&format!("tls-{name}"));
    certificate(&folder, days);
    let (certificate, key) = (Some(folder.join("pbx.pem")), Some(folder.join("pbx.key")));
    (Settings { certificate, key, ..Settings::default() }, folder)
}

/// Asks for a path, believing only the certificate that stands in this folder now.
fn get(world: &World, folder: &Path, path: &str) -> std::io::Result<Answer> {
    let roots = tls::trusted(tls::certificates(&folder.join("pbx.pem")).unwrap()).unwrap();
    let config = Arc::new(tls::client(roots).unwrap());
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(world.address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(ClientConnection::new(config, name).unwrap(), stream);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(Answer::read(&answer))
}

#[test]
fn it_is_served_encrypted_and_says_so() {
    let (settings, folder) = settings("served", 90);
    let world = World::with("tls", settings, |place| place);
    let answer = get(&world, &folder, "/").unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    let shown = world.console_show();
    assert!(shown.contains(&format!("https://{}/#/link/", world.address)), "{shown}");
    let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(90 * 24);
    let day = expires.strftime("%Y-%m-%d").to_string();
    assert!(shown.contains(&format!("expires {day}T")), "{shown} should have {day}");
    // Without TLS nothing comes.
    let mut plain = TcpStream::connect(world.address).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!String::from_utf8_lossy(&said).contains("HTTP/1.1 200"));
    drop(world);
}

#[test]
fn a_new_certificate_is_used_after_a_reload_and_a_broken_one_is_not() {
    let (settings, folder) = settings("reload", 90);
    let world = World::with("tls-reload", settings, |place| place);
    let old = folder.join("old");
    std::fs::create_dir_all(&old).unwrap();
    std::fs::copy(folder.join("pbx.pem"), old.join("pbx.pem")).unwrap();
    certificate(&folder, 30);
    assert!(get(&world, &folder, "/").is_err(), "nobody said that there is a new one");
    world.admin().reload();
    let until = Instant::now() + PATIENCE;
    while get(&world, &folder, "/").is_err() {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(get(&world, &old, "/").is_err());
    std::fs::write(folder.join("pbx.key"), "nonsense").unwrap();
    world.admin().reload();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(get(&world, &folder, "/").unwrap().status, 200);
    drop(world);
}

#[test]
fn who_does_not_shake_hands_keeps_nobody_waiting() {
    let (settings, folder) = settings("silent", 90);
    let mut world = World::with("tls-silent", settings, |place| place);
    let began = Instant::now();
    let mut silent: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(world.address).unwrap()).collect();
    assert_eq!(get(&world, &folder, "/").unwrap().status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    silent[0].set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(silent[0].read(&mut [0]).unwrap_or(0), 0);
    assert!((8..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let again = TcpStream::connect(world.address).unwrap();
    let began = Instant::now();
    world.stop();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    drop(again);
}
