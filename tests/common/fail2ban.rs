//! The filters for fail2ban that are shipped, and what fail2ban itself finds with them.

#![allow(dead_code, reason = "not every program asks for all")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// The addresses that the filter of this name finds in a log, line by line.
pub fn found(filter: &str, log: &str) -> Vec<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let theirs = root.join("target/fail2ban");
    let program = theirs.join("usr/bin/fail2ban-regex");
    assert!(program.exists(), "{} is not there: run 'make target/fail2ban/.ready'", program.display());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let file = std::env::temp_dir().join(format!("conclave-fail2ban-{}-{number}", std::process::id()));
    fs::write(&file, log).unwrap();
    let done = Command::new(program)
        .env("PYTHONPATH", theirs.join("usr/lib/python3/dist-packages"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["--encoding", "UTF-8", "--out", "ip"])
        .args([&file, &root.join(format!("examples/fail2ban/filter.d/{filter}.conf"))])
        .output()
        .unwrap();
    fs::remove_file(file).unwrap();
    let out = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{out}{}", String::from_utf8_lossy(&done.stderr));
    out.lines().map(str::to_owned).collect()
}

/// Something that was logged.
#[derive(Clone, Debug)]
pub struct Logged {
    pub level: log::Level,
    pub file: String,
    pub module: String,
    pub line: u32,
    pub text: String,
}

impl Logged {
    /// As it stands in Asterisk's file.
    pub fn as_asterisk_writes(&self) -> String {
        let Logged { level, file, text, .. } = self;
        format!("[2026-11-21 08:54:28] {}[4711] {file}: {text}\n", level.as_str().replace("WARN", "WARNING"))
    }

    /// As it stands in FreeSWITCH's.
    pub fn as_freeswitch_writes(&self) -> String {
        let Logged { level, module, line, text, .. } = self;
        let level = level.as_str().replace("WARN", "WARNING");
        format!("2026-11-21 08:54:28.123456 97.50% [{level}] {module}:{line} {text}\n")
    }
}

/// Keeps what is logged from now on in this process.
pub fn listen() {
    // Another test may have begun already.
    if log::set_logger(&Collect).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
}

/// Takes what these words are in out of what was logged.
pub fn logged(words: &str) -> Vec<Logged> {
    LOGGED.lock().unwrap().extract_if(.., |logged| logged.text.contains(words)).collect()
}

static LOGGED: Mutex<Vec<Logged>> = Mutex::new(Vec::new());

struct Collect;

impl log::Log for Collect {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("conclave")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        LOGGED.lock().unwrap().push(Logged {
            level: record.level(),
            file: record.file().unwrap_or_default().to_owned(),
            module: record.module_path().unwrap_or_default().to_owned(),
            line: record.line().unwrap_or_default(),
            text: record.args().to_string(),
        });
    }

    fn flush(&self) {}
}
