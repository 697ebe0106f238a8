//! A private Asterisk: its own directory, ports and process, gone when the value is dropped.

mod builder;
mod files;
mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub use builder::Builder;

use crate::ami::{Ami, Packet};
use crate::error::Trouble;
use crate::ports::Ports;
use crate::sound::Sound;

/// An Asterisk that runs for one test.
pub struct Asterisk {
    directory: PathBuf,
    root: PathBuf,
    ports: Ports,
    pid: u32,
    child: Mutex<Child>,
    console: Mutex<Option<Ami>>,
    keep: bool,
}

/// How an [`Asterisk`] ended.
#[derive(Debug)]
pub struct Stopped {
    /// How the process ended, if it did so by itself.
    pub status: Option<ExitStatus>,
    /// How long it took.
    pub after: Duration,
}

impl Stopped {
    /// Whether it ended by itself and without a fault.
    pub fn cleanly(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

impl Asterisk {
    /// Begins to describe one; `name` tells its directory apart, best the test's own name.
    pub fn builder(name: &str) -> Builder {
        Builder::new(name)
    }

    /// Its own directory: `etc`, `modules`, `data`, `log`, `spool`.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where it hears SIP: UDP on 127.0.0.1.
    pub fn sip_port(&self) -> u16 {
        self.ports.sip()
    }

    /// Where it hears the manager interface: TCP on 127.0.0.1.
    pub fn manager_port(&self) -> u16 {
        self.ports.manager()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Lets it run before other programs, and all threads that it starts from now on, so that a busy machine is not measured
    /// in its place. Only root can; else nothing changes.
    pub fn goes_first(&self) {
        process::let_go_first(self.pid);
    }

    /// Whether the process still runs.
    pub fn is_alive(&self) -> bool {
        matches!(self.child.lock().unwrap().try_wait(), Ok(None))
    }

    /// Processor time it has used so far.
    pub fn cpu_time(&self) -> Duration {
        crate::sys::processor_time(self.pid).unwrap_or_default()
    }

    /// Context switches of its living threads so far.
    pub fn context_switches(&self) -> u64 {
        process::context_switches(self.pid)
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        process::threads(self.pid)
    }

    /// Everything it has logged so far, without debug. Its logger writes on a thread of its own, a little later than what
    /// it tells has happened: so this waits until nothing more comes for a moment.
    pub fn log(&self) -> String {
        let mut text = self.log_as_written();
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(200));
            let longer = self.log_as_written();
            if longer.len() == text.len() {
                break;
            }
            text = longer;
        }
        text
    }

    fn log_as_written(&self) -> String {
        let text = fs::read(self.directory.join("log/full")).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Waits for a piece of text in the log.
    pub fn wait_log(&self, text: &str, timeout: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + timeout;
        while !self.log_as_written().contains(text) {
            if Instant::now() > until {
                let waiting_for = format!("{text:?} in the log");
                return Err(Trouble::TimedOut { waiting_for, after: timeout, seen: self.log_tail() });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Lines of the log that say ERROR or WARNING.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.log();
        let lines = log.lines().filter(|line| line.contains("ERROR[") || line.contains("WARNING["));
        lines.map(String::from).collect()
    }

    /// Runs a console command and gives back what it printed.
    pub fn cli(&self, command: &str) -> Result<String, Trouble> {
        let mut console = self.console.lock().unwrap();
        if console.is_none() {
            *console = Some(Ami::connect(self.manager_port(), false)?);
        }
        let answer = console.as_mut().expect("it was just opened").command(command);
        if answer.is_err() {
            *console = None;
        }
        answer
    }

    /// Runs a console command again and again until what it prints fits.
    pub fn wait_cli(&self, command: &str, timeout: Duration, fits: impl Fn(&str) -> bool) -> Result<String, Trouble> {
        let until = Instant::now() + timeout;
        loop {
            let seen = self.cli(command)?;
            if fits(&seen) {
                return Ok(seen);
            }
            if Instant::now() > until {
                let waiting_for = format!("what {command:?} should print");
                return Err(Trouble::TimedOut { waiting_for, after: timeout, seen });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A new connection to the manager interface, with events.
    pub fn ami(&self) -> Result<Ami, Trouble> {
        Ami::connect(self.manager_port(), true)
    }

    /// How many calls it has; `wait_calls` waits for a number.
    pub fn calls(&self) -> Result<usize, Trouble> {
        let text = self.cli("core show channels count")?;
        let line = text.lines().find(|line| line.contains("active channel"));
        Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0))
    }

    /// Waits until it has this many channels.
    pub fn wait_calls(&self, calls: usize, timeout: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + timeout;
        loop {
            if self.calls()? == calls {
                return Ok(());
            }
            if Instant::now() > until {
                let seen = self.cli("core show channels")?;
                let waiting_for = format!("the moment with {calls} calls");
                return Err(Trouble::TimedOut { waiting_for, after: timeout, seen });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// One of its English prompts, such as `vm-intro`: real speech for a test.
    pub fn prompt(&self, name: &str) -> Result<Sound, Trouble> {
        self.prompt_in("en", name)
    }

    /// One of its prompts in a language.
    pub fn prompt_in(&self, language: &str, name: &str) -> Result<Sound, Trouble> {
        Sound::from_wav(self.directory.join(format!("data/sounds/{language}/{name}.wav")))
    }

    /// The folder with the Debian that it comes from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Ends it as `core stop now` does, however many calls are inside; killed if that takes longer than the time given.
    pub fn stop(&self, timeout: Duration) -> Stopped {
        crate::sys::ask_to_end(self.pid);
        self.wait_stopped(timeout)
    }

    /// `core stop gracefully`: it waits for its calls to end.
    pub fn stop_gracefully(&self, timeout: Duration) -> Stopped {
        // The connection may end before the answer comes.
        let _ = self.cli("core stop gracefully");
        self.wait_stopped(timeout)
    }

    /// Waits until it has ended; killed if that takes longer than the time given.
    pub fn wait_stopped(&self, timeout: Duration) -> Stopped {
        let began = Instant::now();
        let mut child = self.child.lock().unwrap();
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Stopped { status: Some(status), after: began.elapsed() };
            }
            if began.elapsed() > timeout {
                let _ = child.kill();
                let _ = child.wait();
                return Stopped { status: None, after: began.elapsed() };
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn wait_until_booted(&self, timeout: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + timeout;
        loop {
            let time_left = until.saturating_duration_since(Instant::now());
            let booted = Ami::connect(self.manager_port(), true).and_then(|mut ami| {
                ami.wait_event(time_left, |event: &Packet| event.is_event("FullyBooted"))?;
                // The event comes before the last console commands are there.
                while ami.command("core show version")?.starts_with("No such command") && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Ok(())
            });
            if booted.is_ok() {
                return Ok(());
            }
            let waiting_for = match self.is_alive() {
                true if time_left.is_zero() => "the end of Asterisk's start",
                true => {
                    std::thread::sleep(Duration::from_millis(20));
                    continue;
                }
                false => "the end of Asterisk's start (it ended itself)",
            };
            let printed = fs::read_to_string(self.directory.join("log/printed")).unwrap_or_default();
            let seen = format!("{printed}\n{}", self.log_tail());
            return Err(Trouble::TimedOut { waiting_for: waiting_for.into(), after: timeout, seen });
        }
    }

    fn log_tail(&self) -> String {
        let log = self.log_as_written();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

impl Drop for Asterisk {
    fn drop(&mut self) {
        if let Ok(mut child) = self.child.lock() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("Asterisk's directory: {}\n{}", self.directory.display(), self.log_tail());
        } else if !self.keep {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// The workspace that the rig was compiled in.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).into()
}

/// The folder with the private Debian: `CONCLAVE_ASTERISK_ROOT`, else `target/asterisk`.
pub fn debian_root() -> Result<PathBuf, Trouble> {
    let root = std::env::var_os("CONCLAVE_ASTERISK_ROOT").map(PathBuf::from);
    let root = root.unwrap_or_else(|| workspace().join("target/asterisk"));
    if root.join("usr/sbin/asterisk").exists() {
        return Ok(root);
    }
    let why = format!("there is no Asterisk in {}; `make test` puts one there", root.display());
    Err(Trouble::Unusable(why))
}
