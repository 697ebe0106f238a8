//! What a PBX is to be started with.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::{Host, Pbx, folder, process};
use crate::error::Trouble;
use crate::ports::Ports;

/// What a [`Pbx`] is to be started with.
pub struct Builder {
    pub(super) host: Host,
    pub(super) name: String,
    pub(crate) modules: Vec<(String, PathBuf)>,
    pub(crate) without: Vec<String>,
    pub(crate) files: Vec<(String, String)>,
    pub(super) links: Vec<(String, PathBuf)>,
    pub(crate) sounds: Option<PathBuf>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) calls: usize,
    pub(crate) browsers: bool,
}

impl Builder {
    pub(super) fn new(host: Host, name: &str) -> Self {
        let (modules, without, files, links) = (vec![], vec![], vec![], vec![]);
        let (name, sounds, environment, calls) = (name.into(), None, vec![], 100);
        Self { host, name, modules, without, files, links, sounds, environment, calls, browsers: false }
    }

    /// Which PBX it will be.
    pub fn host(&self) -> Host {
        self.host
    }

    /// Loads this module besides the PBX's own.
    pub fn module(self, path: impl AsRef<Path>) -> Self {
        let name = path.as_ref().file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.module_as(path, &name)
    }

    /// Loads this module under another file name, such as cargo's `libconclave.so` as `app_conclave.so`.
    pub fn module_as(mut self, path: impl AsRef<Path>, name: &str) -> Self {
        self.modules.push((name.into(), path.as_ref().into()));
        self
    }

    /// Leaves one of the PBX's own modules out.
    pub fn without(mut self, module: &str) -> Self {
        self.without.push(module.into());
        self
    }

    /// The dial plan, in Asterisk's words: whole if it begins with a `[context]`, else the lines of `[from-callers]`, where
    /// callers arrive.
    pub fn dialplan(self, text: &str) -> Self {
        let whole = text.trim_start().starts_with('[');
        let text = if whole { text.into() } else { format!("[from-callers]\n{text}\n") };
        self.file("extensions.conf", &text)
    }

    /// A file of `/etc/asterisk`, in place of the rig's own of that name if it has one. FreeSWITCH gets those that
    /// [`freeswitch`](crate::freeswitch) knows how to translate, and files of its own named `*.conf.xml`.
    ///
    /// Without a line about it in `conclave.conf` there is no page: PBXs that run side by side would want the same port.
    pub fn file(mut self, name: &str, text: &str) -> Self {
        self.files.push((name.into(), super::without_page(name, text)));
        self
    }

    /// A link below the instance's directory, such as `data/documentation/thirdparty/conclave.xml` or
    /// `data/sounds/en/conclave`.
    pub fn link(mut self, place: &str, target: impl AsRef<Path>) -> Self {
        self.links.push((place.into(), target.as_ref().into()));
        self
    }

    /// A folder with a folder of sounds for each language, which [`Pbx::prompt`] finds. In Asterisk they go beside its own.
    pub fn sounds(mut self, folder: impl AsRef<Path>) -> Self {
        self.sounds = Some(folder.as_ref().into());
        self
    }

    /// A variable of its process's environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// How many calls it must have ports for; 100 if not said.
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// Has it take calls from browsers too, at its [`websocket`](Pbx::websocket): SIP over WebSocket, ICE and DTLS-SRTP.
    /// On Asterisk one from which nothing comes for five seconds is gone.
    pub fn browsers(mut self) -> Self {
        self.browsers = true;
        self
    }

    /// Starts it and waits until it has booted.
    pub fn start(self) -> Result<Pbx, Trouble> {
        let driver = self.host.driver();
        let ports = Ports::take(self.calls)?;
        let directory = folder::new(&self.name, driver.folders())?;
        driver.write(&directory, &ports, &self)?;
        for (place, target) in &self.links {
            folder::link_found(target, &directory.join(place))?;
        }
        let child = process::start(driver.command(&directory)?, &directory, &self)?;
        let pbx = Pbx {
            host: self.host,
            pid: child.id(),
            child: Mutex::new(child),
            console: Mutex::new(None),
            keep: std::env::var_os("CONCLAVE_KEEP").is_some(),
            directory,
            ports,
            sounds: self.sounds,
        };
        pbx.wait_until_booted(Duration::from_secs(60))?;
        Ok(pbx)
    }
}
