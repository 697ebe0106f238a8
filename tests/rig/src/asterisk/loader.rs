//! Where the private Debian keeps its libraries, and what loads a program with them without root or chroot.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Trouble;

/// The folder of the machine's architecture below `usr/lib`, such as `usr/lib/x86_64-linux-gnu`.
pub(super) fn library_folder(root: &Path) -> Result<PathBuf, Trouble> {
    let folders = fs::read_dir(root.join("usr/lib")).into_iter().flatten().flatten();
    let mut found = folders.map(|entry| entry.path()).filter(|path| path.join("asterisk/modules").is_dir());
    let missing = || Trouble::Unusable(format!("no Asterisk modules below {}", root.display()));
    found.next().ok_or_else(missing)
}

/// The private Debian's own loader: its C library is newer than the machine's may be.
pub(super) fn find(root: &Path) -> Result<PathBuf, Trouble> {
    let places = [root.join("lib64"), root.join("lib"), library_folder(root)?];
    let files = places.iter().flat_map(fs::read_dir).flatten().flatten().map(|entry| entry.path());
    let is_loader = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("ld-linux") && name.contains(".so")
    };
    let missing = || Trouble::Unusable(format!("no loader (ld-linux) below {}", root.display()));
    files.into_iter().find(is_loader).ok_or_else(missing)
}
