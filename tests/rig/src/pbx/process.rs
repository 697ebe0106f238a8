//! The process: how it is started, and what the kernel says about it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, OnceLock};

use super::Builder;
use crate::error::Trouble;
use crate::sys;

/// Starts the command in this directory, with what it prints in `log/printed`.
pub(super) fn start(mut command: Command, directory: &Path, builder: &Builder) -> Result<Child, Trouble> {
    let doing = || Trouble::system(format!("starting {}", builder.host.driver().name()));
    let output = File::create(directory.join("log/printed")).map_err(doing())?;
    command
        .envs(builder.environment.iter().map(|(name, value)| (name, value)))
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

fn tasks(pid: u32) -> impl Iterator<Item = PathBuf> {
    let folder = fs::read_dir(format!("/proc/{pid}/task"));
    folder.into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Starts the command from one thread that lives as long as this process: the kernel ends the child with the thread
/// that started it, and a test's own thread may end earlier than a PBX that several tests share.
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
