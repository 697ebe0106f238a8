//! The PBX ends with calls inside: cleanly and soon, whatever the calls are doing.

use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use crate::common::host::{allow_core, assert_no_core, join_through_tcp, with_tcp_calls};
use crate::common::{PATIENCE, call, wait_members, with_conclave};
use conclave_rig::pbx::Stopped;
use conclave_rig::{Caller, Pbx, Sound};

const CONF: &str =
    "[general]\non_demand = yes\n[8001]\ntype = room\npin = 4711\n[8002]\ntype = room\nmusic = default\n";

#[test]
fn core_stop_now() {
    let (asterisk, callers, _server) = busy("stop-now");
    let _ = asterisk.cli("core stop now");
    assert_ended(&asterisk, asterisk.wait_stopped(SOON));
    for caller in callers {
        caller.wait_hung_up(PATIENCE).unwrap();
    }
}

#[test]
fn sigterm() {
    let (asterisk, callers, _server) = busy("stop-sigterm");
    assert_ended(&asterisk, asterisk.stop(SOON));
    drop(callers);
}

#[test]
fn core_stop_gracefully_waits_for_the_calls_and_takes_no_new_ones() {
    let (asterisk, callers, server) = busy("stop-gracefully");
    let _ = asterisk.cli("core stop gracefully");
    sleep(Duration::from_secs(2));
    assert!(asterisk.is_alive(), "calls are inside");
    assert!(callers.iter().all(Caller::is_up));
    for caller in &callers {
        caller.hang_up().unwrap();
    }
    drop(server);
    assert_ended(&asterisk, asterisk.wait_stopped(SOON));
}

/// Two in a room and a third through TCP, one asked for his PIN, one alone with music.
fn busy(name: &str) -> (Pbx, Vec<Caller>, TcpStream) {
    let asterisk = with_tcp_calls(with_conclave(name, CONF)).start().unwrap();
    allow_core(&asterisk);
    let numbers = [("alice", "8000"), ("bob", "8000"), ("carol", "8001"), ("dave", "8002")];
    let callers: Vec<_> = numbers.into_iter().map(|(name, number)| call(&asterisk, name, number)).collect();
    callers[0].say(Sound::tone(440.0, -20.0));
    let server = join_through_tcp(&asterisk, &TcpListener::bind("127.0.0.1:0").unwrap(), "8000");
    wait_members(&asterisk, "8000", 3);
    wait_members(&asterisk, "8002", 1);
    sleep(Duration::from_secs(4));
    (asterisk, callers, server)
}

fn assert_ended(asterisk: &Pbx, stopped: Stopped) {
    assert!(stopped.cleanly(), "{stopped:?}");
    assert_no_core(asterisk);
    // Asterisk itself says so when the other end of a TCP call goes.
    let is_ours = |line: &String| line.contains("ERROR[") && !line.contains("audiosocket.c");
    let errors: Vec<_> = asterisk.complaints().into_iter().filter(is_ours).collect();
    assert_eq!(errors, Vec::<String>::new());
}

/// Asterisk itself gives its calls up to fifteen seconds to go.
const SOON: Duration = Duration::from_secs(12);
