//! The channel that music plays into is nobody's call: Asterisk keeps no books on it.

use std::thread::sleep;
use std::time::Duration;

use crate::common::host::wait_for;
use crate::common::{PATIENCE, assert_nothing_is_left, call, wait_members, with_conclave};

#[test]
fn music_leaves_no_call_record() {
    let conf = "[8002]\ntype = room\nmusic = default\n";
    let books = "[general]\nenable = yes\nunanswered = yes\n";
    let asterisk = with_conclave("music-books", conf).file("cdr.conf", books).start().unwrap();
    for _ in 0..2 {
        let alice = call(&asterisk, "alice", "8002");
        wait_members(&asterisk, "8002", 1);
        asterisk.wait_cli("core show channels", PATIENCE, |text| text.contains("Conclave/music-default")).unwrap();
        sleep(Duration::from_secs(1));
        let open = asterisk.cli("cdr show active").unwrap();
        assert!(open.contains("PJSIP/") && !open.contains("Conclave/music"), "{open}");
        alice.hang_up().unwrap();
        asterisk.wait_calls(0, PATIENCE).unwrap();
    }
    wait_for("no open record", || {
        let open = asterisk.cli("cdr show active").unwrap();
        if open.contains("PJSIP/") || open.contains("Conclave/") { Err(open) } else { Ok(()) }
    });
    assert_nothing_is_left(&asterisk);
}
