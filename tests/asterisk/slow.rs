//! A call that would make others wait does not: one whose sound goes through TCP, one whose channel somebody locks.

use std::io::Read;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::host::{channel_of, join_through_tcp, wait_for, wait_hears, wait_hears_not, with_tcp_calls};
use crate::common::{OPEN, PATIENCE, call, say_tones, wait_members, with_conclave};
use conclave_rig::{Caller, Pbx};

const TONES: [f64; 2] = [440.0, 620.0];

#[test]
fn a_call_through_tcp_has_a_thread_of_its_own() {
    let asterisk = start("slow-tcp");
    let callers = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 2);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut server = join_through_tcp(&asterisk, &listener, "8000");
    wait_members(&asterisk, "8000", 3);
    wait_for("a thread of his own", || {
        let (counted, threads) = (column(&asterisk, "Slow"), slow_threads(&asterisk));
        if (counted, threads) == (1, 1) { Ok(()) } else { Err(format!("{counted} counted, {threads} threads")) }
    });
    say_tones(&callers.each_ref(), &TONES);
    wait_hears(&callers[0], TONES[1]);
    // He hears: three bytes of head and 320 of sound for each tick.
    let mut heard = [0; 323 * 50];
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    server.read_exact(&mut heard).unwrap();

    let said = asterisk.cli("conclave kick 8000 3").unwrap();
    assert!(said.contains("was kicked"), "{said}");
    wait_members(&asterisk, "8000", 2);
    asterisk.wait_log("left 8000 with KICKED", PATIENCE).unwrap();
    wait_for("the end of his thread", || match slow_threads(&asterisk) {
        0 => Ok(()),
        threads => Err(format!("{threads} of them")),
    });
    wait_hears(&callers[1], TONES[0]);
    drop(callers);
    asterisk.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}

/// Asterisk's own AudioSocket does not wait for a server that reads nothing: it fails to write, and hangs up.
#[test]
fn a_server_that_reads_nothing_ends_its_own_call_only() {
    let asterisk = start("slow-deaf");
    let callers = ["alice", "bob"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 2);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    shrink(&listener);
    let began = Instant::now();
    let _server = join_through_tcp(&asterisk, &listener, "8000");
    wait_members(&asterisk, "8000", 3);
    say_tones(&callers.each_ref(), &TONES);
    asterisk.wait_log("hung up with HANGUP", Duration::from_secs(30)).unwrap();
    wait_members(&asterisk, "8000", 2);
    asterisk.wait_log("Failed to write data to AudioSocket", PATIENCE).unwrap();
    assert_others_heard_on(&callers, began);
}

/// `Status` of the manager interface reads variables under the channel's lock, and SHELL() takes its time.
#[test]
fn a_channel_whose_lock_is_held_is_left_out_and_comes_back() {
    let asterisk = start("slow-lock");
    let callers = ["alice", "bob", "carol"].map(|name| call(&asterisk, name, "8000"));
    wait_members(&asterisk, "8000", 3);
    let [alice, bob, carol] = callers.each_ref();
    say_tones(&[alice, bob, carol], &[TONES[0], TONES[1], 910.0]);
    wait_hears(bob, 910.0);
    let channel = channel_of(&asterisk, "8000", 3);
    let began = Instant::now();
    let mut ami = asterisk.ami().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| ami.action("Status", &[("Channel", &channel), ("Variables", "SHELL(sleep 6)")]).unwrap());
        sleep(Duration::from_millis(1500));
        wait_hears_not(bob, 910.0);
        assert!(began.elapsed() < Duration::from_secs(6), "the machine is too busy to tell");
        wait_hears(alice, TONES[1]);
    });
    assert_others_heard_on(&[alice, bob], began);
    assert!(column(&asterisk, "Busy") > 50);
    wait_hears(bob, 910.0);
    wait_hears(carol, TONES[0]);
    drop(callers);
    asterisk.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}

fn assert_others_heard_on<C: std::borrow::Borrow<Caller>>(callers: &[C], since: Instant) {
    for caller in callers {
        let caller = caller.borrow();
        let arrivals = caller.arrivals();
        let recent: Vec<_> = arrivals.iter().filter(|arrival| arrival.at > since).collect();
        let longest = recent.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
        assert!(longest < Duration::from_millis(500), "{} heard nothing for {longest:?}", caller.name());
        assert_eq!(recent.iter().map(|arrival| arrival.lost_before).sum::<u16>(), 0);
    }
}

fn start(name: &str) -> Pbx {
    with_tcp_calls(with_conclave(name, OPEN)).start().unwrap()
}

/// How many calls have a thread of their own.
fn slow_threads(asterisk: &Pbx) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", asterisk.pid())).unwrap().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "conclave-slow").count()
}

/// Has what is sent to the server fill the buffers on both sides in seconds: the sender's depends on the size of segments.
#[allow(unsafe_code, reason = "two system calls")]
fn shrink(listener: &TcpListener) {
    use std::os::fd::AsRawFd;
    for (level, name, value) in
        [(libc::SOL_SOCKET, libc::SO_RCVBUF, 1024i32), (libc::IPPROTO_TCP, libc::TCP_MAXSEG, 536)]
    {
        // SAFETY: four bytes of a local.
        let failed = unsafe { libc::setsockopt(listener.as_raw_fd(), level, name, (&raw const value).cast(), 4) };
        assert_eq!(failed, 0);
    }
}

/// The sum over all workers of a column of `conclave show stats`.
fn column(asterisk: &Pbx, name: &str) -> u64 {
    let text = asterisk.cli("conclave show stats").unwrap();
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|word| *word == name).unwrap();
    lines
        .filter(|words| words.first().is_some_and(|word| word.parse::<u32>().is_ok()))
        .map(|words| words[at].parse::<u64>().unwrap())
        .sum()
}
