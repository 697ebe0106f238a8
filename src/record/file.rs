//! A recording on the disk.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::RecordError;

/// A file that grows at its end and whose start is brought up to date.
pub(super) struct Store {
    file: File,
    /// Where it ends, as far as it was written whole.
    end: u64,
}

impl Store {
    /// Makes a new file: `path`, or if that is taken the same with -1, -2 and so on before its ending. Folders that are
    /// missing are made.
    pub fn create(path: &Path) -> Result<(Store, PathBuf), RecordError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder);
            made.map_err(|error| RecordError::Folder(folder.into(), error))?;
        }
        for number in 0..MOST_NAMES {
            let path = numbered(path, number);
            match OpenOptions::new().read(true).write(true).create_new(true).mode(FILE_MODE).open(&path) {
                Ok(file) => return Ok((Store { file, end: 0 }, path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(RecordError::Open(error)),
            }
        }
        Err(RecordError::NamesTaken)
    }

    /// Opens a file that is there, to go on at its end.
    pub fn reopen(path: &Path) -> Result<Option<Store>, RecordError> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(RecordError::Open(error)),
        };
        let found = file.metadata().map_err(RecordError::Open)?;
        if !found.is_file() {
            return Err(RecordError::NotOurs);
        }
        Ok(Some(Store { file, end: found.len() }))
    }

    /// How many bytes are in it.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Reads what is there from a place on, at most as much as fits.
    pub fn read(&self, from: u64, bytes: &mut [u8]) -> Result<usize, RecordError> {
        let mut done = 0;
        while done < bytes.len() {
            match self.file.read_at(&mut bytes[done..], from + done as u64) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(RecordError::Open(error)),
            }
        }
        Ok(done)
    }

    /// Forgets what is behind a place.
    pub fn cut(&mut self, end: u64) -> Result<(), RecordError> {
        self.file.set_len(end).map_err(RecordError::writing)?;
        self.end = end;
        Ok(())
    }

    /// Adds to the end, all or nothing.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), RecordError> {
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(bytes));
        if let Err(error) = written {
            // Half of something is worse than nothing; where even this fails, readers pass over it.
            let _ = self.file.set_len(self.end);
            return Err(RecordError::writing(error));
        }
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Writes the start anew.
    pub fn rewrite_start(&mut self, bytes: &[u8]) -> Result<(), RecordError> {
        self.file.write_all_at(bytes, 0).map_err(RecordError::writing)
    }
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.into();
    }
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push(format!("-{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// For the PBX's user and its group, who may be administrators; for nobody else.
const FILE_MODE: u32 = 0o640;
const FOLDER_MODE: u32 = 0o750;

/// More than that is a mistake in somebody's settings.
const MOST_NAMES: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_before_the_ending() {
        assert_eq!(numbered(Path::new("/a/b.c/meet.wav"), 0), Path::new("/a/b.c/meet.wav"));
        assert_eq!(numbered(Path::new("/a/b.c/meet.wav"), 2), Path::new("/a/b.c/meet-2.wav"));
        assert_eq!(numbered(Path::new("meet"), 1), Path::new("meet-1"));
    }
}
