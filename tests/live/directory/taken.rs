//! An extension that the PBX's own dial plan has is given to no conference.

use std::io::{Read, Write};
use std::net::TcpStream;

use conclave_rig::Host;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::*;
use crate::common::did;

#[test]
fn what_the_dial_plan_does_with_a_number_is_asked_of_asterisk() {
    if Host::chosen() != Host::Asterisk {
        return;
    }
    let folder = Folder::new("directory-taken");
    let database = folder.0.join("conclave.db");
    let conf = format!("[general]\ndatabase = {}\nweb = 127.0.0.1:0\n[8500]\ntype = room\n", database.display());
    let pbx = with_conclave("directory-taken", &conf).dialplan(PLAN).start().unwrap();
    let directory = enter(database.to_str().unwrap());
    let account = AccountDetails::new("root", AccountRole::Provider);
    let root = directory.wait(Access::Write, move |desk| desk.create_account(&account)).unwrap().id;
    let token = Token {
        hash: Sha256::digest(b"story").iter().map(|byte| format!("{byte:02x}")).collect(),
        kind: TokenKind::Api,
        account: Some(root),
        name: "story".into(),
        scopes: "read write".into(),
        created: Timestamp::now(),
        used: Timestamp::now(),
        expires: None,
    };
    directory.wait(Access::Write, move |desk| desk.add_token(&token)).unwrap();
    let shown = did(&pbx, "show web");
    let address = shown.lines().find_map(|line| line.split("listening at ").nth(1)).unwrap().trim().to_owned();
    let make = |extension: &str| {
        let body = format!("{{\"kind\": \"meeting\", \"name\": \"x\", \"extension\": \"{extension}\"}}");
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "POST /api/v1/conferences HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: Bearer story\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    for (extension, why) in [
        ("8123", "in the dial plan's context from-callers it is for Echo()"),
        ("201", "in the dial plan's context from-callers it is for NoOp()"),
        ("8500", "it is a room in conclave.conf"),
    ] {
        let answer = make(extension);
        assert!(answer.starts_with("HTTP/1.1 422") && answer.contains(why), "{extension}: {answer}");
    }
    // Led to us by a pattern, by a later step, or nowhere at all; and what another context does is its own business.
    for extension in ["8124", "8555", "8600", "999"] {
        let answer = make(extension);
        assert!(answer.starts_with("HTTP/1.1 201"), "{extension}: {answer}");
    }
    directory.stop();
}

const PLAN: &str = "\
[from-callers]
exten => _8XXX,1,Conclave(${EXTEN})
exten => 8123,1,Echo()
exten => 8600,1,NoOp()
 same => n,Conclave(8600)
include => phones
[phones]
exten => 201,1,NoOp(a telephone)
 same => n,Dial(PJSIP/201)
[elsewhere]
exten => 8555,1,Echo()
";
