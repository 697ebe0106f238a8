//! The process: how it is started without root or chroot, and what the kernel says about it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, OnceLock};

use crate::error::Trouble;
use crate::sys;

/// Starts the Asterisk of `root` with the files of `directory`.
pub(super) fn start(root: &Path, directory: &Path, environment: &[(String, String)]) -> Result<Child, Trouble> {
    let doing = || Trouble::system("starting Asterisk");
    let libraries = library_folder(root)?;
    let output = File::create(directory.join("log/printed")).map_err(doing())?;
    let mut command = Command::new(loader(root)?);
    command
        .arg("--library-path")
        .arg(&libraries)
        .arg(root.join("usr/sbin/asterisk"))
        .arg("-f")
        .arg("-C")
        .arg(directory.join("etc/asterisk.conf"))
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(output.try_clone().map_err(doing())?)
        .stderr(output);
    sys::tie_to_this_thread(&mut command);
    spawn(command).map_err(doing())
}

/// Context switches of the living threads.
pub(super) fn context_switches(pid: u32) -> u64 {
    let status = tasks(pid).filter_map(|task| fs::read_to_string(task.join("status")).ok());
    status
        .map(|text| {
            let switches = text.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
            switches.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>()
        })
        .sum()
}

/// Lets the living threads, and those that they start, run before other programs.
pub(super) fn let_go_first(pid: u32) {
    for task in tasks(pid) {
        let number = task.file_name().and_then(|name| name.to_str()?.parse().ok());
        number.into_iter().for_each(sys::let_go_first);
    }
}

pub(super) fn threads(pid: u32) -> usize {
    tasks(pid).count()
}

/// The folder of the machine's architecture below `usr/lib`, such as `usr/lib/x86_64-linux-gnu`.
pub(super) fn library_folder(root: &Path) -> Result<PathBuf, Trouble> {
    let folders = fs::read_dir(root.join("usr/lib")).into_iter().flatten().flatten();
    let mut found = folders.map(|entry| entry.path()).filter(|path| path.join("asterisk/modules").is_dir());
    let missing = || Trouble::Unusable(format!("no Asterisk modules below {}", root.display()));
    found.next().ok_or_else(missing)
}

/// The private Debian's own loader: its C library is newer than the machine's may be.
fn loader(root: &Path) -> Result<PathBuf, Trouble> {
    let places = [root.join("lib64"), root.join("lib"), library_folder(root)?];
    let files = places.iter().flat_map(fs::read_dir).flatten().flatten().map(|entry| entry.path());
    let is_loader = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("ld-linux") && name.contains(".so")
    };
    let missing = || Trouble::Unusable(format!("no loader (ld-linux) below {}", root.display()));
    files.into_iter().find(is_loader).ok_or_else(missing)
}

fn tasks(pid: u32) -> impl Iterator<Item = PathBuf> {
    let folder = fs::read_dir(format!("/proc/{pid}/task"));
    folder.into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Starts the command from one thread that lives as long as this process: the kernel ends the child with the thread
/// that started it, and a test's own thread may end earlier than an Asterisk that several tests share.
fn spawn(command: Command) -> std::io::Result<Child> {
    type Order = (Command, Sender<std::io::Result<Child>>);
    static STARTER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, incoming) = mpsc::channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, answer) in incoming {
                let _ = answer.send(command.spawn());
            }
        });
        Mutex::new(orders)
    });
    let (answer, started) = mpsc::channel();
    let gone = |_| std::io::Error::other("the thread that starts processes is gone");
    starter.lock().unwrap().send((command, answer)).map_err(|_| std::io::Error::other("no starter"))?;
    started.recv().map_err(gone)?
}
