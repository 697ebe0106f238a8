//! The page of a PBX: where it is, how the first one gets in, and that it comes and goes with the settings.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{PATIENCE, configure, did, order, with_conclave};
use conclave_rig::{Folder, Host, Pbx};

const CONF: &str = "[general]\nweb = 127.0.0.1:0\ndatabase = DATABASE\n[8000]\ntype = room\n";

/// With a database in this folder.
fn conf(folder: &Folder, web: &str) -> String {
    CONF.replace("DATABASE", folder.join("conclave.db").to_str().unwrap()).replace("127.0.0.1:0", web)
}

/// Where it listens, as the console says.
fn address(pbx: &Pbx) -> SocketAddr {
    let shown = did(pbx, "show web");
    let address = shown.lines().find_map(|line| line.split("listening at ").nth(1));
    address.unwrap_or_else(|| panic!("{shown}")).trim().parse().unwrap()
}

fn ask(address: SocketAddr, method: &str, path: &str, shows: &str, body: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{kind}{shows}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap_or_default())
}

#[test]
fn the_first_one_gets_in_by_the_link_that_the_console_shows() {
    let folder = Folder::new("page-first");
    let pbx = with_conclave("page-first", &conf(&folder, "127.0.0.1:0")).start().unwrap();
    let address = address(&pbx);
    let shown = did(&pbx, "show web");
    let token = shown.split("/#/link/").nth(1).unwrap_or_else(|| panic!("{shown}")).trim().to_owned();
    pbx.wait_log(&token, PATIENCE).unwrap();
    let body = format!("{{\"token\": \"{token}\", \"login\": \"root\", \"password\": \"correct horse battery\"}}");
    let (head, session) = ask(address, "POST", "/api/v1/link", "", &body);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let shows = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(session["account"]["role"], "provider");
    let (_, about) = ask(address, "GET", "/api/v1/about", &shows, "");
    let name = match pbx.host() {
        Host::Asterisk => "Asterisk ",
        Host::FreeSwitch => "FreeSWITCH ",
    };
    let told = about["pbx"].as_str().unwrap();
    assert!(told.strip_prefix(name).is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())), "{told}");

    assert!(!did(&pbx, "show web").contains("/#/link/"));
    assert!(did(&pbx, "web link root").contains(&format!("http://{address}/#/link/")));
    assert!(order(&pbx, "web link nobody").unwrap_err().contains("no such account"));
    // Nothing but the link is told that would let somebody in.
    assert!(!pbx.log().contains("correct horse") && !pbx.log().contains(cookie.split(';').next().unwrap()));
}

#[test]
fn it_comes_and_goes_with_the_settings() {
    let folder = Folder::new("page-settings");
    let pbx = with_conclave("page-settings", &conf(&folder, "off")).start().unwrap();
    assert!(order(&pbx, "show web").unwrap_err().contains("not served"));
    configure(&pbx, &conf(&folder, "127.0.0.1:0"));
    let first = address(&pbx);
    assert!(ask(first, "GET", "/", "", "").0.starts_with("HTTP/1.1 200"));
    // An event stream, or whatever else is open, holds up nothing.
    let _open = TcpStream::connect(first).unwrap();
    let began = Instant::now();
    configure(&pbx, &conf(&folder, "127.0.0.1:0\nweb_path = /conclave"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let second = address(&pbx);
    assert!(ask(second, "GET", "/conclave/", "", "").0.starts_with("HTTP/1.1 200"));
    // What is taken already costs the page, and nothing else.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    configure(&pbx, &conf(&folder, &taken.local_addr().unwrap().to_string()));
    pbx.wait_log("there is no page", PATIENCE).unwrap();
    assert!(order(&pbx, "show web").unwrap_err().contains("not served"));
    assert!(did(&pbx, "show rooms").contains("0 rooms in progress"));
    configure(&pbx, &conf(&folder, "off"));
    assert!(TcpStream::connect(second).is_err());
}
