//! What the stories about the border to the host share.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use conclave_rig::asterisk::debian_root;
use conclave_rig::caller::Phone;
use conclave_rig::pbx::Builder;
use conclave_rig::{Caller, Host, Pbx, Trouble, listen};

use super::{LEVEL, PATIENCE, call, say_tones, wait_members, wait_tone};

/// Waits until something is so; what it gives while it is not says why.
pub fn wait_for<T>(what: &str, mut so: impl FnMut() -> Result<T, String>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        match so() {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < until, "waited for {what}; there is {seen}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until a caller hears a tone, about as loud as it was said.
pub fn wait_hears(caller: &Caller, hertz: f64) {
    wait_for(&format!("{} to hear {hertz} Hz", caller.name()), || {
        let level = tone(caller, hertz);
        if (level - super::LEVEL).abs() < 2.0 { Ok(()) } else { Err(format!("{level:.1} dBFS")) }
    });
}

/// Plugs a telephone in, and tells the dial plan how to reach it: in the global variable of this name.
pub fn plug_in(asterisk: &Pbx, variable: &str, phone: Phone) -> Caller {
    let phone = phone.plug_in(asterisk).unwrap();
    asterisk.set_global(variable, phone.dial_string()).unwrap();
    phone
}

/// What `module load` and `module unload` do; the manager interface refuses those two as console commands.
pub fn load_type(asterisk: &Pbx, what: &str) -> Result<(), Trouble> {
    let fields = [("Module", "app_conclave.so"), ("LoadType", what)];
    asterisk.ami().unwrap().action("ModuleLoad", &fields).map(drop)
}

/// Waits until a caller does not hear a tone.
pub fn wait_hears_not(caller: &Caller, hertz: f64) {
    wait_for(&format!("{} not to hear {hertz} Hz", caller.name()), || {
        let level = tone(caller, hertz);
        if level < -45.0 { Ok(()) } else { Err(format!("{level:.1} dBFS")) }
    });
}

/// How loud a tone was in the last half second.
pub fn tone(caller: &Caller, hertz: f64) -> f64 {
    listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz)
}

/// The channel of a member of a room, by his number in it.
pub fn channel_of(asterisk: &Pbx, room: &str, member: usize) -> String {
    let member = member.to_string();
    wait_for("the member's channel", || {
        let text = asterisk.cli(&format!("conclave show room {room}")).unwrap();
        let mut lines = text.lines().map(|line| line.split_whitespace());
        let found = lines.find_map(|mut words| (words.next() == Some(&member)).then(|| words.next()).flatten());
        found.map(String::from).ok_or(text.clone())
    })
}

/// Loads what calls through TCP need: Asterisk's AudioSocket.
pub fn with_tcp_calls(builder: Builder) -> Builder {
    let folders = std::fs::read_dir(debian_root().unwrap().join("usr/lib")).unwrap();
    let mut folders = folders.map(|folder| folder.unwrap().path().join("asterisk/modules"));
    let modules = folders.find(|folder| folder.is_dir()).unwrap();
    builder.module(modules.join("res_audiosocket.so")).module(modules.join("chan_audiosocket.so"))
}

/// A call to a number, from a telephone that is this server.
pub fn join_through_tcp(asterisk: &Pbx, listener: &TcpListener, number: &str) -> TcpStream {
    let address = listener.local_addr().unwrap();
    let channel = format!("AudioSocket/{address}/6d3f1c6a-0a3e-4f0a-9a5e-2f6f0b1c9d11");
    let there = [("Channel", &*channel), ("Context", "from-callers"), ("Exten", number), ("Priority", "1")];
    let how = [("Codecs", "slin"), ("Async", "true")];
    asterisk.ami().unwrap().action("Originate", &[&there[..], &how].concat()).unwrap();
    listener.accept().unwrap().0
}

/// Asserts that this is how a PBX names a call of the rig's telephones.
pub fn assert_is_channel(pbx: &Pbx, name: &str) {
    let is = match pbx.host() {
        Host::Asterisk => name.starts_with("PJSIP/callers-"),
        // A UUID.
        Host::FreeSwitch => name.len() == 36 && name.matches('-').count() == 4,
    };
    assert!(is, "{name} is no call's name");
}

/// Has the process write a core file if it crashes, for [`assert_no_core`].
#[allow(unsafe_code, reason = "one system call")]
pub fn allow_core(asterisk: &Pbx) {
    let all = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: reads a local, writes nothing; without the right to raise it the limit stays as it is.
    unsafe { libc::prlimit(asterisk.pid() as i32, libc::RLIMIT_CORE, &all, std::ptr::null_mut()) };
}

/// Asserts that the process left no core file.
pub fn assert_no_core(asterisk: &Pbx) {
    let folder = std::fs::read_dir(asterisk.directory()).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let cores: Vec<_> = names.filter(|name| name.starts_with("core")).collect();
    assert!(cores.is_empty(), "{cores:?}");
}

/// What Alice and Bob say.
pub const TONES: [f64; 2] = [440.0, 620.0];

/// Alice and Bob in room 8000, who hear each other.
pub fn two(pbx: &Pbx) -> (Caller, Caller) {
    let (alice, bob) = (call(pbx, "alice", "8000"), call(pbx, "bob", "8000"));
    wait_members(pbx, "8000", 2);
    say_tones(&[&alice, &bob], &TONES);
    wait_tone(&alice, TONES[1], LEVEL);
    wait_tone(&bob, TONES[0], LEVEL);
    (alice, bob)
}
