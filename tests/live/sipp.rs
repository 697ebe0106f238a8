//! A SIP client that we did not write: sipp dials in, keys the PIN by SIP INFO, and talks.

use std::f64::consts::TAU;
use std::fs;
use std::process::{Child, Command, Stdio};

use crate::common::{
    LEVEL, PATIENCE, assert_nothing_is_left, call_with_pin, member_line, wait_members, wait_no_tone, wait_tone,
    wait_until, with_conclave,
};
use conclave_rig::Pbx;
use conclave_rig::pbx::workspace;

#[test]
fn sipp_is_let_in_and_heard() {
    let pbx = with_conclave("sipp", CONF).start().unwrap();
    let alice = call_with_pin(&pbx, "alice", "8000", "4711#");
    wait_members(&pbx, "8000", 1);
    let mut sipp = Sipp::start(&pbx, "8000");
    wait_members(&pbx, "8000", 2);
    assert!(member_line(&pbx, "8000", "sipp").contains("participant"));
    wait_tone(&alice, 700.0, LEVEL);
    // sipp answers our BYE, or it ends with a fault.
    pbx.cli("conclave kick 8000 2").unwrap();
    wait_no_tone(&alice, 700.0);
    crate::common::wait_result(&pbx, "8000", "KICKED");
    sipp.assert_ends_well();
    drop(alice);
    assert_nothing_is_left(&pbx);
}

/// One call by sipp, after the scenario `tests/sipp/talker.xml`.
struct Sipp {
    process: Child,
    directory: std::path::PathBuf,
}

impl Sipp {
    fn start(pbx: &Pbx, number: &str) -> Self {
        let directory = pbx.directory().join("sipp");
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("tone.alaw"), tone_by_a_law()).unwrap();
        let output = fs::File::create(directory.join("printed")).unwrap();
        let process = Command::new("sipp")
            .arg("-sf")
            .arg(workspace().join("tests/sipp/talker.xml"))
            .args(["-s", number, "-m", "1", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-trace_err"])
            .arg(format!("127.0.0.1:{}", pbx.sip_port()))
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .expect("sipp starts; it is Debian's package sip-tester");
        Self { process, directory }
    }

    fn assert_ends_well(&mut self) {
        let mut status = None;
        wait_until(|| {
            status = self.process.try_wait().unwrap();
            status.is_some()
        });
        let printed = || fs::read_to_string(self.directory.join("printed")).unwrap_or_default();
        assert!(
            status.is_some_and(|status| status.success()),
            "sipp ended with {status:?} in {PATIENCE:?}:\n{}",
            printed()
        );
    }
}

impl Drop for Sipp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A second of 700 Hz by G.711 A-law, after the table of the recommendation.
fn tone_by_a_law() -> Vec<u8> {
    let peak = 32_767.0 * 10_f64.powf(LEVEL / 20.0);
    (0..8_000).map(|at| a_law((peak * (TAU * 700.0 * f64::from(at) / 8_000.0).sin()) as i16)).collect()
}

fn a_law(sample: i16) -> u8 {
    let (sign, magnitude) = if sample >= 0 { (0x80, sample >> 4) } else { (0, !sample >> 4) };
    let bits = 16 - magnitude.leading_zeros() as i16;
    let segment = (bits - 4).max(0);
    let step =
        if segment < 2 { magnitude & 0x0f | segment << 4 } else { magnitude >> (segment - 1) & 0x0f | segment << 4 };
    (sign | step as u8) ^ 0x55
}

const CONF: &str = "[8000]\ntype = room\npin = 4711\n";
