//! A private PBX: its own directory, ports and process, gone when the value is dropped.

mod builder;
pub(crate) mod folder;
mod process;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub use builder::Builder;

use crate::ami::Ami;
use crate::asterisk::Asterisk;
use crate::codec::Codec;
use crate::error::Trouble;
use crate::esl::Esl;
use crate::events::Events;
use crate::freeswitch::FreeSwitch;
use crate::ports::Ports;
use crate::sound::Sound;

/// The PBXs that the rig can start.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// The Asterisk of a private Debian.
    Asterisk,
    /// The FreeSWITCH that `FREESWITCH_PREFIX` names.
    FreeSwitch,
}

impl Host {
    /// The one that `CONCLAVE_HOST` names; Asterisk if it names none.
    ///
    /// # Panics
    /// If it names something else.
    pub fn chosen() -> Self {
        match std::env::var("CONCLAVE_HOST").as_deref() {
            Err(_) | Ok("" | "asterisk") => Self::Asterisk,
            Ok("freeswitch") => Self::FreeSwitch,
            Ok(other) => panic!("CONCLAVE_HOST is {other:?}; it may be asterisk or freeswitch"),
        }
    }

    /// As its makers write it.
    pub fn name(self) -> &'static str {
        self.driver().name()
    }

    pub(crate) fn driver(self) -> &'static dyn Driver {
        match self {
            Self::Asterisk => &Asterisk,
            Self::FreeSwitch => &FreeSwitch,
        }
    }
}

/// What differs between PBXs in how one is started, asked and read.
pub(crate) trait Driver {
    fn name(&self) -> &'static str;

    /// The folders of its directory.
    fn folders(&self) -> &'static [&'static str];

    /// Its log's file.
    fn log_file(&self) -> &'static str;

    /// Writes its configuration, and links to what is installed.
    fn write(&self, directory: &Path, ports: &Ports, builder: &Builder) -> Result<(), Trouble>;

    /// The command that starts it.
    fn command(&self, directory: &Path) -> Result<Command, Trouble>;

    /// Opens its console.
    fn connect(&self, port: u16) -> Result<Box<dyn Console>, Trouble>;

    /// Whether it has booted; it may wait until then, but not for longer than `until`.
    fn look_booted(&self, port: u16, until: Instant) -> Result<(), Trouble>;

    /// What its log says when it takes calls, if it does not yet when it has booted.
    fn takes_calls(&self) -> Option<&'static str> {
        None
    }

    /// Whether a line of its log is a warning or an error.
    fn complains(&self, line: &str) -> bool;

    /// Whether it is an error.
    fn is_error(&self, line: &str) -> bool;

    /// How many calls it has.
    fn calls(&self, console: &mut dyn Console) -> Result<usize, Trouble>;

    /// The console command that shows them.
    fn show_calls(&self) -> &'static str;

    /// The console command that ends it once its calls have ended.
    fn stop_gracefully(&self) -> &'static str;

    /// Why it cannot speak a codec that it usually can.
    fn lacks(&self, _codec: Codec) -> Option<&'static str> {
        None
    }

    /// What its dial plan needs to call a telephone.
    fn dial_string(&self, name: &str, port: u16) -> String;

    /// The console command that sets a global variable.
    fn set_global(&self, name: &str, value: &str) -> String;

    /// The name and text below `etc` of what is a file of `/etc/asterisk` with Asterisk.
    fn file(&self, name: &str, text: &str) -> Result<(String, String), Trouble>;
}

/// The text of a file, where it is Conclave's with `web = off` unless it says something about the page itself.
fn without_page(name: &str, text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let has_page = lines.iter().any(|line| line.split(['=', ' ']).next() == Some("web"));
    if name != "conclave.conf" || has_page {
        return text.into();
    }
    match lines.iter().position(|line| line.trim() == "[general]") {
        Some(general) => lines.insert(general + 1, "web = off"),
        None => lines.splice(0..0, ["[general]", "web = off"]).for_each(drop),
    }
    lines.join("\n") + "\n"
}

/// A connection to a PBX on which it takes console commands.
pub(crate) trait Console: Send {
    /// Runs a command and gives back what it printed.
    fn run(&mut self, command: &str) -> Result<String, Trouble>;
}

/// A PBX that runs for one test.
pub struct Pbx {
    host: Host,
    directory: PathBuf,
    ports: Ports,
    sounds: Option<PathBuf>,
    pid: u32,
    child: Mutex<Child>,
    console: Mutex<Option<Box<dyn Console>>>,
    keep: bool,
}

/// How a [`Pbx`] ended.
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

impl Pbx {
    /// Begins to describe one, of the [chosen](Host::chosen) kind; `name` tells its directory apart, best the test's own
    /// name.
    pub fn builder(name: &str) -> Builder {
        Self::on(Host::chosen(), name)
    }

    /// Begins to describe one of this kind.
    pub fn on(host: Host, name: &str) -> Builder {
        Builder::new(host, name)
    }

    /// Begins to describe an Asterisk.
    pub fn asterisk(name: &str) -> Builder {
        Self::on(Host::Asterisk, name)
    }

    /// Begins to describe a FreeSWITCH.
    pub fn freeswitch(name: &str) -> Builder {
        Self::on(Host::FreeSwitch, name)
    }

    /// Which PBX it is.
    pub fn host(&self) -> Host {
        self.host
    }

    /// Whether it speaks a codec. If it does not, tells so past the harness, which shows only what failing tests say: what
    /// the test has with that codec is skipped.
    pub fn speaks(&self, codec: Codec) -> bool {
        let Some(why) = self.host.driver().lacks(codec) else { return true };
        let test = std::thread::current();
        let test = test.name().unwrap_or("a test");
        let _ = writeln!(std::io::stderr().lock(), "SKIPPED {codec:?} in {test}: {why}");
        false
    }

    /// Its own directory: `etc`, `modules`, `data`, `log`, `spool`.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where it hears SIP: UDP on 127.0.0.1.
    pub fn sip_port(&self) -> u16 {
        self.ports.sip()
    }

    /// Where it hears its manager interface (Asterisk) or its event socket (FreeSWITCH): TCP on 127.0.0.1.
    pub fn console_port(&self) -> u16 {
        self.ports.console()
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
        let text = fs::read(self.directory.join(self.host.driver().log_file())).unwrap_or_default();
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

    /// Lines of the log that are errors or warnings.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.log();
        log.lines().filter(|line| self.host.driver().complains(line)).map(String::from).collect()
    }

    /// Those that are errors.
    pub fn errors(&self) -> Vec<String> {
        self.complaints().into_iter().filter(|line| self.host.driver().is_error(line)).collect()
    }

    /// Runs a console command and gives back what it printed.
    pub fn cli(&self, command: &str) -> Result<String, Trouble> {
        self.with_console(|console| console.run(command))
    }

    fn with_console<T>(&self, ask: impl FnOnce(&mut dyn Console) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut console = self.console.lock().unwrap();
        if console.is_none() {
            *console = Some(self.host.driver().connect(self.console_port())?);
        }
        let answer = ask(console.as_deref_mut().expect("it was just opened"));
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

    /// What it tells of Conclave from now on.
    pub fn events(&self) -> Result<Events, Trouble> {
        match self.host {
            Host::Asterisk => self.ami().map(Events::from),
            Host::FreeSwitch => self.esl().map(Events::from),
        }
    }

    /// A new connection to Asterisk's manager interface, with events.
    pub fn ami(&self) -> Result<Ami, Trouble> {
        self.is(Host::Asterisk)?;
        Ami::connect(self.console_port(), true)
    }

    /// A new connection to FreeSWITCH's event socket, with events.
    pub fn esl(&self) -> Result<Esl, Trouble> {
        self.is(Host::FreeSwitch)?;
        Esl::connect(self.console_port(), true)
    }

    fn is(&self, wanted: Host) -> Result<(), Trouble> {
        let [wanted_name, name] = [wanted, self.host].map(|host| host.driver().name());
        if self.host == wanted { Ok(()) } else { Err(Trouble::Unusable(format!("{wanted_name} has it, not {name}"))) }
    }

    /// Sets a global variable of the dial plan.
    pub fn set_global(&self, name: &str, value: &str) -> Result<(), Trouble> {
        self.cli(&self.host.driver().set_global(name, value)).map(drop)
    }

    /// What its dial plan needs to call a telephone.
    pub(crate) fn dial_string(&self, name: &str, port: u16) -> String {
        self.host.driver().dial_string(name, port)
    }

    /// Writes one of its files anew, as [`Builder::file`] does; it has to be told to read it.
    pub fn write_file(&self, name: &str, text: &str) -> Result<(), Trouble> {
        let (name, text) = self.host.driver().file(name, &without_page(name, text))?;
        folder::write(&self.directory.join("etc").join(name), &text)
    }

    /// How many calls it has; `wait_calls` waits for a number.
    pub fn calls(&self) -> Result<usize, Trouble> {
        self.with_console(|console| self.host.driver().calls(console))
    }

    /// Waits until it has this many channels.
    pub fn wait_calls(&self, calls: usize, timeout: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + timeout;
        loop {
            if self.calls()? == calls {
                return Ok(());
            }
            if Instant::now() > until {
                let seen = self.cli(self.host.driver().show_calls())?;
                let waiting_for = format!("the moment with {calls} calls");
                return Err(Trouble::TimedOut { waiting_for, after: timeout, seen });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// One of its English prompts, or of its [sounds](Builder::sounds), such as `vm-intro`: real speech for a test.
    pub fn prompt(&self, name: &str) -> Result<Sound, Trouble> {
        self.prompt_in("en", name)
    }

    /// One of its prompts in a language.
    pub fn prompt_in(&self, language: &str, name: &str) -> Result<Sound, Trouble> {
        let own = self.directory.join("data/sounds");
        let folders = self.sounds.iter().chain([&own]).map(|folder| folder.join(language));
        let mut files = folders.map(|folder| folder.join(format!("{name}.wav")));
        let found = files.clone().find(|file| file.is_file()).or_else(|| files.next_back());
        Sound::from_wav(found.expect("there is always one folder"))
    }

    /// Ends it at once, however many calls are inside; killed if that takes longer than the time given.
    pub fn stop(&self, timeout: Duration) -> Stopped {
        crate::sys::ask_to_end(self.pid);
        self.wait_stopped(timeout)
    }

    /// Asks it to end when its calls have ended, and waits for that.
    pub fn stop_gracefully(&self, timeout: Duration) -> Stopped {
        // The connection may end before the answer comes.
        let _ = self.cli(self.host.driver().stop_gracefully());
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
            if self.host.driver().look_booted(self.console_port(), until).is_ok() {
                let told = self.host.driver().takes_calls().map(|words| self.wait_log(words, timeout));
                return told.unwrap_or(Ok(()));
            }
            let waiting_for = match self.is_alive() {
                true if Instant::now() >= until => "the end of its start",
                true => {
                    std::thread::sleep(Duration::from_millis(20));
                    continue;
                }
                false => "the end of its start (it ended itself)",
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

impl Drop for Pbx {
    fn drop(&mut self) {
        if let Ok(mut child) = self.child.lock() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let name = self.host.driver().name();
            eprintln!("{name}'s directory: {}\n{}", self.directory.display(), self.log_tail());
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
