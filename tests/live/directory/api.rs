//! The API of a PBX's page, for who has a token.

use std::io::{Read, Write};
use std::net::TcpStream;

use conclave::directory::*;
use conclave_rig::Pbx;
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::common::{PATIENCE, did};

pub struct Api {
    address: String,
}

impl Api {
    /// For a new provider.
    pub fn of_provider(pbx: &Pbx, directory: &Directory) -> Api {
        let account = AccountDetails::new("root", AccountRole::Provider);
        let root = directory.wait(Access::Write, move |desk| desk.create_account(&account)).unwrap().id;
        let token = Token {
            hash: Sha256::digest(TOKEN.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
            kind: TokenKind::Api,
            account: Some(root),
            name: TOKEN.into(),
            scopes: "read write".into(),
            created: Timestamp::now(),
            used: Timestamp::now(),
            expires: None,
        };
        directory.wait(Access::Write, move |desk| desk.add_token(&token)).unwrap();
        let shown = did(pbx, "show web");
        let address = shown.lines().find_map(|line| line.split("listening at ").nth(1));
        Api { address: address.unwrap_or_else(|| panic!("{shown}")).trim().to_owned() }
    }

    /// Sends a request with JSON that has to be done; what is answered.
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = self.send(method, path, "application/json", body.as_bytes());
        assert!((200..300).contains(&status), "{method} {path}: {status}: {answer}");
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// Sends a request; returns the status and the body.
    pub fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (address, length) = (&self.address, body.len());
        write!(
            stream,
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: Bearer {TOKEN}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        (status.unwrap_or_else(|| panic!("{answer}")), body.unwrap_or_default())
    }
}

const TOKEN: &str = "story";
