//! What an Asterisk is to be started with.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::{Asterisk, debian_root, files, process};
use crate::error::Trouble;
use crate::ports::Ports;

/// What an [`Asterisk`] is to be started with.
pub struct Builder {
    pub(super) name: String,
    pub(super) modules: Vec<(String, PathBuf)>,
    pub(super) without: Vec<String>,
    pub(super) files: Vec<(String, String)>,
    pub(super) links: Vec<(String, PathBuf)>,
    pub(super) sounds: Option<PathBuf>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) calls: usize,
}

impl Builder {
    pub(super) fn new(name: &str) -> Self {
        let (modules, without, files, links) = (vec![], vec![], vec![], vec![]);
        Self { name: name.into(), modules, without, files, links, sounds: None, environment: vec![], calls: 100 }
    }

    /// Loads this module besides Asterisk's own.
    pub fn module(self, path: impl AsRef<Path>) -> Self {
        let name = path.as_ref().file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.module_as(path, &name)
    }

    /// Loads this module under another file name, such as cargo's `libconclave.so` as `app_conclave.so`.
    pub fn module_as(mut self, path: impl AsRef<Path>, name: &str) -> Self {
        self.modules.push((name.into(), path.as_ref().into()));
        self
    }

    /// Leaves one of Asterisk's own modules out.
    pub fn without(mut self, module: &str) -> Self {
        self.without.push(module.into());
        self
    }

    /// The dial plan: whole if it begins with a `[context]`, else the lines of `[from-callers]`, where callers arrive.
    pub fn dialplan(self, text: &str) -> Self {
        let whole = text.trim_start().starts_with('[');
        let text = if whole { text.into() } else { format!("[from-callers]\n{text}\n") };
        self.file("extensions.conf", &text)
    }

    /// A file of `/etc/asterisk`, in place of the rig's own of that name if it has one.
    pub fn file(mut self, name: &str, text: &str) -> Self {
        self.files.push((name.into(), text.into()));
        self
    }

    /// A link below the instance's directory, such as `data/documentation/thirdparty/conclave.xml` or
    /// `data/sounds/en/conclave`.
    pub fn link(mut self, place: &str, target: impl AsRef<Path>) -> Self {
        self.links.push((place.into(), target.as_ref().into()));
        self
    }

    /// A folder with a folder of sounds for each language: they go beside Debian's.
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

    /// Starts it and waits until it has booted.
    pub fn start(self) -> Result<Asterisk, Trouble> {
        let root = debian_root()?;
        let ports = Ports::take(self.calls)?;
        let directory = files::new_directory(&self.name)?;
        files::write_all(&directory, &root, &ports, &self)?;
        let child = process::start(&root, &directory, &self.environment)?;
        let asterisk = Asterisk {
            pid: child.id(),
            child: Mutex::new(child),
            console: Mutex::new(None),
            keep: std::env::var_os("CONCLAVE_KEEP").is_some(),
            directory,
            root,
            ports,
        };
        asterisk.wait_until_booted(Duration::from_secs(60))?;
        Ok(asterisk)
    }
}
