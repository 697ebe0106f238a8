//! A private FreeSWITCH, from where `FREESWITCH_PREFIX` says one is installed: its configuration, its process, what it
//! logs.
//!
//! Stories are written in Asterisk's words. Of `/etc/asterisk` these are translated, and what of them is not known here
//! is refused in words: `extensions.conf` (see [`dialplan`]), `conclave.conf` (see [`settings`]) and the classes of
//! `musiconhold.conf`.

mod config;
mod dialplan;
mod settings;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::asterisk::{debian_root, english_prompts, music};
use crate::codec::Codec;
use crate::error::Trouble;
use crate::esl::Esl;
use crate::pbx::folder::{link_each, link_found, write};
use crate::pbx::{Builder, Console, Driver, workspace};
use crate::ports::Ports;

/// Where FreeSWITCH is installed: `FREESWITCH_PREFIX`.
pub fn prefix() -> Result<PathBuf, Trouble> {
    let why = "FREESWITCH_PREFIX does not say where FreeSWITCH is installed";
    let prefix = std::env::var_os("FREESWITCH_PREFIX").ok_or_else(|| Trouble::Unusable(why.into()))?;
    let prefix = PathBuf::from(prefix);
    if prefix.join("bin/freeswitch").is_file() {
        return Ok(prefix);
    }
    Err(Trouble::Unusable(format!("there is no bin/freeswitch in {}", prefix.display())))
}

/// How a FreeSWITCH is started, asked and read.
pub(crate) struct FreeSwitch;

impl Driver for FreeSwitch {
    fn name(&self) -> &'static str {
        "FreeSWITCH"
    }

    fn folders(&self) -> &'static [&'static str] {
        &[
            "etc/autoload_configs",
            "etc/dialplan",
            "etc/languages",
            "modules",
            "data/sounds/en",
            "db",
            "spool",
            "run",
            "log",
        ]
    }

    fn log_file(&self) -> &'static str {
        "log/freeswitch.log"
    }

    fn write(&self, directory: &Path, ports: &Ports, builder: &Builder) -> Result<(), Trouble> {
        link_each(&prefix()?.join("lib/freeswitch/mod"), &directory.join("modules"))?;
        for (name, path) in &builder.modules {
            link_found(path, &directory.join("modules").join(name))?;
        }
        let write = |name: &str, text: &str| write(&directory.join("etc").join(name), text);
        write("freeswitch.xml", config::WHOLE)?;
        write("dialplan/stories.xml", &dialplan::translate("[from-callers]\n")?)?;
        for (name, text) in config::files(ports, builder) {
            write(&format!("autoload_configs/{name}.conf.xml"), &text)?;
        }
        // Asterisk's prompts and music, where the tests have them: FreeSWITCH installs none.
        if let Ok(root) = debian_root() {
            link_each(&english_prompts(&root), &directory.join("data/sounds/en"))?;
            let class = format!("[default]\nmode=files\ndirectory={}\n", music(&root).display());
            let (name, text) = self.file("musiconhold.conf", &class)?;
            write(&name, &text)?;
        }
        for (name, text) in &builder.files {
            let (name, text) = self.file(name, text)?;
            write(&name, &text)?;
        }
        Ok(())
    }

    fn command(&self, directory: &Path) -> Result<Command, Trouble> {
        let mut command = Command::new(prefix()?.join("bin/freeswitch"));
        // In the foreground, without a console or port forwarding, and before no other program.
        command.args(["-nf", "-nc", "-nonat", "-nocal", "-np"]);
        let folders = [
            ("-base", ""),
            ("-conf", "etc"),
            ("-log", "log"),
            ("-db", "db"),
            ("-run", "run"),
            ("-mod", "modules"),
            ("-sounds", "data/sounds"),
            ("-recordings", "spool"),
            ("-storage", "spool"),
            ("-temp", "run"),
            ("-cache", "run"),
        ];
        for (option, folder) in folders {
            command.arg(option).arg(directory.join(folder));
        }
        // It makes itself a certificate, which takes seconds, for what no test uses: one serves all.
        command.arg("-certs").arg(workspace().join("target/live/freeswitch-certificates"));
        Ok(command)
    }

    fn connect(&self, port: u16) -> Result<Box<dyn Console>, Trouble> {
        Ok(Box::new(Esl::connect(port, false)?))
    }

    fn look_booted(&self, port: u16, _until: Instant) -> Result<(), Trouble> {
        // It listens once all modules are loaded.
        let status = Esl::connect(port, false)?.api("status")?;
        if status.contains("is ready") { Ok(()) } else { Err(Trouble::Unusable(status)) }
    }

    /// It counts calls down from their most in a second, which is nothing until its clock runs
    /// (src/switch_time.c, softtimer_runtime()).
    fn takes_calls(&self) -> Option<&'static str> {
        Some("Clock synchronized to system time.")
    }

    fn complains(&self, line: &str) -> bool {
        let complains = self.is_error(line) || line.contains("[WARNING]");
        complains && !USUAL.iter().any(|usual| line.contains(usual))
    }

    fn is_error(&self, line: &str) -> bool {
        ["[ERR]", "[CRIT]", "[ALERT]"].iter().any(|level| line.contains(level))
    }

    fn calls(&self, console: &mut dyn Console) -> Result<usize, Trouble> {
        let text = console.run("status")?;
        let line = text.lines().find(|line| line.contains("session(s) - peak"));
        Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0))
    }

    fn show_calls(&self) -> &'static str {
        "show channels"
    }

    fn stop_gracefully(&self) -> &'static str {
        "fsctl shutdown elegant"
    }

    fn lacks(&self, codec: Codec) -> Option<&'static str> {
        let lacks = matches!(codec, Codec::G722 | Codec::Gsm) && !config::has_spandsp();
        lacks.then_some("this FreeSWITCH has no mod_spandsp")
    }

    fn dial_string(&self, name: &str, port: u16) -> String {
        format!("sofia/{}/sip:{name}@127.0.0.1:{port}", config::PROFILE)
    }

    fn set_global(&self, name: &str, value: &str) -> String {
        format!("global_setvar {name}={value}")
    }

    fn file(&self, name: &str, text: &str) -> Result<(String, String), Trouble> {
        match name {
            "extensions.conf" => Ok(("dialplan/stories.xml".into(), dialplan::translate(text)?)),
            "conclave.conf" => Ok(("autoload_configs/conclave.conf.xml".into(), settings::translate(text)?)),
            "musiconhold.conf" => {
                Ok(("autoload_configs/local_stream.conf.xml".into(), config::local_streams(&settings::sections(text)?)))
            }
            _ if name.starts_with("languages/") => Ok((name.into(), text.into())),
            _ if name.ends_with(".conf.xml") => Ok((format!("autoload_configs/{name}"), text.into())),
            _ => Err(Trouble::Unusable(format!("{name} cannot be translated for FreeSWITCH"))),
        }
    }
}

/// What FreeSWITCH warns of whenever it starts as the rig starts it, and when it plays to telephones with two channels.
const USUAL: [&str; 5] = [
    "Create additional event dispatch thread",
    "MSG Thread 0 Started",
    "Open of msrp.conf failed",
    // Of a hook for the end of a call, whose variables are not to be those of its beginning.
    "Invalid data (${last_arg} contains a variable)",
    "File has 1 channels, muxing to 2 channels will occur.",
];
