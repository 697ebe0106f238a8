//! The directory of one instance: files that are written, and links to what is installed elsewhere.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Trouble;

/// A new directory with these folders in it.
pub(super) fn new(name: &str, folders: &[&str]) -> Result<PathBuf, Trouble> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{name}-{}-{count}", std::process::id());
    let directory = super::workspace().join("target/live").join(name);
    for folder in folders {
        let path = directory.join(folder);
        fs::create_dir_all(&path).map_err(Trouble::system(format!("making {}", path.display())))?;
    }
    Ok(directory)
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(Trouble::system(format!("writing {}", path.display())))
}

/// Links what is in each folder of `from` into a folder of that name in `to`.
pub(crate) fn link_folders(from: &Path, to: &Path) -> Result<(), Trouble> {
    let folders = fs::read_dir(from).map_err(Trouble::system(format!("reading {}", from.display())))?;
    for folder in folders.flatten().filter(|entry| entry.path().is_dir()) {
        link_each(&folder.path(), &to.join(folder.file_name()))?;
    }
    Ok(())
}

/// Links what is in a folder, if there is one, into another. What that has already stays.
pub(crate) fn link_each(from: &Path, to: &Path) -> Result<(), Trouble> {
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let place = to.join(entry.file_name());
        if !place.exists() {
            link(&entry.path(), &place)?;
        }
    }
    Ok(())
}

/// Links to a file that has to be there.
pub(crate) fn link_found(target: &Path, place: &Path) -> Result<(), Trouble> {
    let target = target.canonicalize().map_err(Trouble::system(format!("finding {}", target.display())))?;
    link(&target, place)
}

/// Links, in place of a link that is there already.
fn link(target: &Path, place: &Path) -> Result<(), Trouble> {
    let doing = || Trouble::system(format!("linking {} to {}", place.display(), target.display()));
    if place.is_symlink() {
        fs::remove_file(place).map_err(doing())?;
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(doing())?;
    }
    symlink(target, place).map_err(doing())
}
