//! What Conclave is measured against: the PBX's own conference and echo, all in one PBX of the [chosen](Host::chosen)
//! kind.
//!
//! | number | Asterisk | FreeSWITCH |
//! |---|---|---|
//! | 1 | `Echo()` | `echo` |
//! | 2 | `ConfBridge()` | `conference` |
//! | 3 | `Conclave()` | `conclave` |
//! | 4 | `ConfBridge()` with `jitterbuffer=yes` | `conference` after `jitterbuffer_msec=60:200:20` |
//!
//! All are asked to be quiet: no tones and no announcements for those who come. Otherwise ConfBridge has its defaults, and
//! `conference` what the first profile of FreeSWITCH's sample configuration has: 8 kHz, ticks of 20 ms, and who is softer
//! than 100 is left out; but neither its keys nor its comfort noise, which takes time and makes what is heard worse.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::error::Trouble;
use crate::pbx::{Builder, Host, Pbx, workspace};

/// One of those that are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum App {
    /// The PBX's own echo, which mixes nothing.
    Echo,
    /// The PBX's own conference.
    Own,
    /// The same with its jitter buffer.
    Buffered,
    /// Conclave.
    Conclave,
}

impl App {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Own, Self::Buffered, Self::Echo, Self::Conclave];

    /// As tables and command lines call it.
    pub fn name(self) -> &'static str {
        match (self, Host::chosen()) {
            (Self::Echo, _) => "echo",
            (Self::Own, Host::Asterisk) => "confbridge",
            (Self::Own, Host::FreeSwitch) => "conference",
            (Self::Buffered, _) => "buffered",
            (Self::Conclave, _) => "conclave",
        }
    }

    /// Those of a list of names with commas between them, in the list's order.
    pub fn named(names: &str) -> Result<Vec<Self>, String> {
        let known = || Self::ALL.map(Self::name).join(", ");
        let found = |name| Self::ALL.into_iter().find(|app: &Self| app.name() == name);
        names.split(',').map(|name| found(name).ok_or_else(|| format!("{name} is none of {}", known()))).collect()
    }

    /// The number that one of its rooms is dialled by.
    pub fn room(self, number: usize) -> String {
        let digit = match self {
            Self::Echo => 1,
            Self::Own => 2,
            Self::Conclave => 3,
            Self::Buffered => 4,
        };
        format!("{digit}{number:03}")
    }
}

/// How the PBX is started.
pub struct Setup {
    /// The library with Conclave.
    pub module: Option<PathBuf>,
    /// What `Conclave()` gets besides the room.
    pub options: String,
    /// Conclave's own settings, in place of those that open any room.
    pub configuration: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { module: None, options: "qp".into(), configuration: None }
    }
}

impl Setup {
    /// What command lines call its parts.
    pub const USAGE: &str = "\
--module FILE   the library with Conclave, built for the PBX
--options TEXT  options of Conclave() (qp)
--conf FILE     its conclave.conf
CONCLAVE_HOST   in the environment: asterisk (if not said) or freeswitch, the one that FREESWITCH_PREFIX names";

    /// Takes a word of the command line, with its value; whether it is one of those.
    pub fn take(&mut self, word: &str, value: &str) -> bool {
        match word {
            "--module" => self.module = Some(value.into()),
            "--options" => self.options = value.into(),
            "--conf" => self.configuration = Some(value.into()),
            _ => return false,
        }
        true
    }

    /// Whether Conclave can be called.
    pub fn check(&self, apps: &[App]) -> Result<(), String> {
        let missing = apps.contains(&App::Conclave) && self.module.is_none();
        if missing { Err("conclave needs --module".into()) } else { Ok(()) }
    }

    /// Starts a PBX in which all of them can be called; `name` tells its directory apart.
    pub fn start(&self, name: &str, calls: usize) -> Result<Pbx, Trouble> {
        let mut builder = self.with_rivals(Pbx::builder(name)).calls(calls);
        if let Some(module) = &self.module {
            let name = match builder.host() {
                Host::Asterisk => "app_conclave.so",
                Host::FreeSwitch => "mod_conclave.so",
            };
            builder = builder.module_as(module, name);
        }
        let settings = match &self.configuration {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Trouble::System { doing: format!("reading {}", path.display()), error })?,
            None => "[general]\non_demand=yes\n".into(),
        };
        builder.file("conclave.conf", &settings).start()
    }

    fn with_rivals(&self, builder: Builder) -> Builder {
        let options = &self.options;
        let host = builder.host();
        let (before, buffered) = match host {
            Host::Asterisk => ("", "buffered"),
            Host::FreeSwitch => ("Set(jitterbuffer_msec=60:200:20)\n same => n,", "quiet"),
        };
        let builder = builder.dialplan(&format!(
            "exten => _1XXX,1,Answer()\n same => n,Echo()\n\
             exten => _2XXX,1,Answer()\n same => n,ConfBridge(${{EXTEN}},,quiet)\n\
             exten => _3XXX,1,Answer()\n same => n,Conclave(${{EXTEN}},{options})\n\
             exten => _4XXX,1,{before}Answer()\n same => n,ConfBridge(${{EXTEN}},,{buffered})\n",
        ));
        match host {
            Host::Asterisk => builder
                .file("confbridge.conf", CONFBRIDGE)
                .link("data/documentation/thirdparty/conclave-en_US.xml", workspace().join("doc/conclave-en_US.xml")),
            Host::FreeSwitch => builder.file("conference.conf.xml", CONFERENCE),
        }
    }
}

/// Runs a program that was told on its command line what to do, and says what went wrong.
pub fn run<A>(
    usage: &str,
    read: impl FnOnce(&mut dyn Iterator<Item = String>) -> Result<A, String>,
    run: impl FnOnce(&A) -> Result<(), Trouble>,
) -> ExitCode {
    fn said(why: impl Display) -> ExitCode {
        eprintln!("{why}");
        ExitCode::FAILURE
    }
    match read(&mut std::env::args().skip(1)) {
        Err(why) => said(format!("{why}\n\n{usage}\n{}", Setup::USAGE)),
        Ok(arguments) => run(&arguments).map_or_else(said, |()| ExitCode::SUCCESS),
    }
}

/// Says what the PBX complained of, if it did.
pub fn print_complaints(pbx: &Pbx) {
    let complaints = pbx.complaints();
    if let Some(first) = complaints.first() {
        println!("{} complained {} times, first: {first}", pbx.host().name(), complaints.len());
    }
}

const CONFBRIDGE: &str = "\
[quiet]\ntype=user\nquiet=yes\nannounce_only_user=no\n\
[buffered]\ntype=user\nquiet=yes\nannounce_only_user=no\njitterbuffer=yes\n";

const CONFERENCE: &str = r#"<configuration name="conference.conf">
<caller-controls><group name="default"/></caller-controls>
<profiles><profile name="quiet">
<param name="rate" value="8000"/>
<param name="interval" value="20"/>
<param name="energy-level" value="100"/>
</profile></profiles>
</configuration>
"#;
