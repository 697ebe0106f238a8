//! What a host adds to settings that it has read.

use std::fs::DirBuilder;
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::service::Settings;
use crate::service::settings::Where;

/// The host's own folders.
pub struct Folders<'a> {
    /// Of recordings.
    pub recordings: &'a str,
    /// Of logs.
    pub logs: &'a str,
    /// Of databases.
    pub databases: &'a str,
}

/// Recordings, history and the directory stand beside the host's own, unless the settings say where.
pub fn usual_folders(settings: &mut Settings, folders: &Folders<'_>) {
    settings.recordings.get_or_insert_with(|| format!("{}/conclave", folders.recordings).into());
    if settings.history == Where::Usual {
        settings.history = Where::At(format!("{}/conclave/history.csv", folders.logs).into());
    }
    if settings.database == Where::Usual {
        settings.database = usual_database(folders.databases);
    }
    if let Some(split_at) = test_split() {
        settings.split_at = split_at;
    }
}

/// Without its folder nothing can be in it, and nobody is asked for.
fn usual_database(databases: &str) -> Where {
    if cfg!(not(feature = "directory")) {
        return Where::Off;
    }
    let folder = format!("{databases}/conclave");
    match own_folder(Path::new(&folder)) {
        Ok(()) => Where::At(format!("{folder}/conclave.db").into()),
        Err(error) => {
            log::error!(
                "there is no directory, only what conclave.conf has: its folder {folder} cannot be made: {error}; make it \
                 for the PBX's user, or write database=off"
            );
            Where::Off
        }
    }
}

/// Makes a folder, for its owner only, unless it is there.
pub fn own_folder(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// For tests: with `CONCLAVE_SPLIT_AT=N` in the PBX's environment, a room of more than N calls is split.
fn test_split() -> Option<usize> {
    std::env::var("CONCLAVE_SPLIT_AT").ok()?.parse().ok()
}
