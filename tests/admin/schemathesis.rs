//! The API as somebody sees it who knows nothing but its description: schemathesis asks for everything that the
//! description allows, and for what it does not, and judges the answers by it.

use std::path::Path;
use std::process::{Command, Stdio};

use conclave::directory::{AccountRole, Details, Kind};

use crate::common::{Client, World};
use crate::live_hall::room;

#[test]
fn it_answers_a_provider_as_described() {
    judge("provider", AccountRole::Provider);
}

#[test]
fn it_answers_an_owner_as_described() {
    judge("owner", AccountRole::Owner);
}

#[test]
fn it_answers_an_operator_as_described() {
    judge("operator", AccountRole::Operator);
}

fn judge(name: &str, role: AccountRole) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/schemathesis");
    assert!(program.exists(), "{} is not there: run 'make target/python/.ready'", program.display());
    let world = World::new(&format!("schemathesis-{name}"));
    let other = world.account("other", AccountRole::Provider);
    let client = world.account("judge", role);
    world.rooms.show(&[("8000", &room(3, Some(client.account))), ("8001", &room(2, Some(other.account)))]);
    for owner in [client.account, other.account] {
        let details = Details { name: "Board".into(), ..Details::new(owner, Kind::Meeting) };
        world.desk(move |desk| desk.create_conference(&details, AccountRole::Provider));
    }
    let folder = world.folder().join("schemathesis");
    std::fs::create_dir_all(&folder).unwrap();
    let output = command(&program, &client, role, &folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    // It has really asked.
    assert!(world.rooms.asked.lock().unwrap().len() > 5 || role == AccountRole::Operator, "{text}");
}

/// The same requests each time, and for no longer than a minute.
fn command(program: &Path, client: &Client, role: AccountRole, folder: &Path) -> Command {
    let (address, token) = client.way_in();
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .arg("run")
        .arg(format!("http://{address}/api/v1/openapi.json"))
        .args(["--url", &format!("http://{address}/api/v1")])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        // What ends the session or the token that it asks with, and the stream that never ends.
        .args(["--exclude-path", "/events", "--exclude-path", "/session", "--exclude-path", "/account/password"])
        .args(["--exclude-path-regex", "^/(tokens|accounts)/"])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", "8", "--max-time", "45", "--seed", "1", "--workers", "2"])
        .args(["--request-timeout", "20", "--generation-database", "none", "--no-color"])
        .args(["--checks", CHECKS.join(",").as_str()]);
    if role == AccountRole::Owner {
        // An owner may not do much of what is described.
        command.args(["--exclude-path-regex", "^/(settings|users)"]);
    }
    command
}

/// What it judges. Not whether every body that the description allows is taken: a number may be in use.
const CHECKS: &[&str] = &[
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
];
