//! Uploaded sounds in this PBX's folder, where the host plays them from.
//!
//! On a thread of its own, which writes what conferences have and takes away what none has any more. Of a sound there are
//! `HASH.wav` at 8 kHz; `HASH.wav16` at 16 kHz, as Asterisk calls it; and the same as `16000/HASH.wav`, where FreeSWITCH
//! looks first. Names are hashes of what is heard, so a file is never changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::desk::uploaded;
use super::error::Error;
use super::handle::Directory;
use super::store::Access;
use crate::audio::{Clip, SampleRate};
use crate::codec::g722;
use crate::engine::{Decoder as _, Encoder as _};

/// What of a conference people upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploaded {
    /// Its name, which callers hear as they come.
    Name,
    /// Its music.
    Music,
}

impl Directory {
    /// Takes in a sound of this hash, all of it, unless it is here; waits.
    ///
    /// # Errors
    ///
    /// What the directory says.
    pub fn add_sound(&self, hash: &str, samples: &[i16]) -> Result<(), Error> {
        let begun = hash.to_owned();
        if !self.wait(Access::Write, move |desk| desk.begin_sound(&begun))? {
            return Ok(());
        }
        let mut encoder = g722::Encoder::new();
        for (place, part) in (0..).zip(samples.chunks(2 * PART)) {
            let mut bytes = vec![0; part.len() / 2];
            encoder.encode(part, &mut bytes);
            let (hash, content) = (hash.to_owned(), STANDARD.encode(&bytes));
            self.wait(Access::Write, move |desk| desk.add_sound_part(&hash, place, &content))?;
        }
        Ok(())
    }

    /// A sound at 16 kHz; waits.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if there is none.
    pub fn sound(&self, hash: &str) -> Result<Clip, Error> {
        let mut decoder = g722::Decoder::new();
        let mut samples = Vec::new();
        for place in 0.. {
            let wanted = hash.to_owned();
            let Some(part) = self.wait(Access::Read, move |desk| desk.sound_part(&wanted, place))? else { break };
            let bytes = STANDARD.decode(part).map_err(|_| Error::Refused("an uploaded sound is damaged".into()))?;
            let begin = samples.len();
            samples.resize(begin + 2 * bytes.len(), 0);
            decoder.decode(&bytes, &mut samples[begin..]);
        }
        if samples.is_empty() {
            return Err(Error::Missing("sound"));
        }
        Ok(Clip { rate: SampleRate::Hz16000, samples: samples.into() })
    }

    /// Keeps the folder until the directory stops; `woken` when something changed.
    pub(super) fn keep_sounds(&self, folder: &Path, woken: &Receiver<()>) {
        let mut pause = Duration::ZERO;
        loop {
            match woken.recv_timeout(pause) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.shared.stopped.load(Ordering::Acquire) {
                return;
            }
            pause = match self.write_sounds(folder) {
                Ok(()) => SELDOM,
                Err(error) => {
                    log::debug!("uploaded sounds are written later: {error}");
                    SOON
                }
            };
        }
    }

    fn write_sounds(&self, folder: &Path) -> Result<(), Error> {
        let used = self.wait(Access::Read, |desk| desk.sounds_in_use())?;
        let trouble = |error: io::Error| {
            log::warn!("uploaded sounds cannot be written to {}: {error}", folder.display());
            Error::Refused(error.to_string())
        };
        for hash in used.iter().filter(|hash| !is_there(folder, hash)) {
            match self.sound(hash) {
                Ok(clip) => write(folder, hash, &clip).map_err(trouble)?,
                Err(Error::Missing(_)) => log::warn!("sound {hash} of a conference is not in the directory"),
                Err(error) => return Err(error),
            }
        }
        self.wait(Access::Write, |desk| desk.forget_sounds())?;
        take_away(folder, &used).map_err(trouble)
    }
}

/// Whether all files of a sound are there.
pub(super) fn is_there(folder: &Path, hash: &str) -> bool {
    files(folder, hash)[2].is_file()
}

/// Its files; the last one is written last.
fn files(folder: &Path, hash: &str) -> [PathBuf; 3] {
    let wide = format!("{hash}.wav16");
    let narrow = format!("{hash}.wav");
    [folder.join(wide), folder.join(WIDE).join(&narrow), folder.join(narrow)]
}

fn write(folder: &Path, hash: &str, clip: &Clip) -> io::Result<()> {
    fs::create_dir_all(folder.join(WIDE))?;
    let [wide, linked, narrow] = files(folder, hash);
    put(&wide, &wav(clip))?;
    put(&linked, &wav(clip))?;
    put(&narrow, &wav(&clip.resampled(SampleRate::Hz8000)))
}

/// As a whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(part, path)
}

/// Takes away our files of sounds that nobody uses.
fn take_away(folder: &Path, used: &[String]) -> io::Result<()> {
    for place in [folder.to_owned(), folder.join(WIDE)] {
        let Ok(entries) = fs::read_dir(place) else { continue };
        for entry in entries {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if uploaded(&format!("upload:{stem}")).is_some() && !used.iter().any(|hash| hash == stem) {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

/// As a WAV file.
pub fn wav(clip: &Clip) -> Vec<u8> {
    let rate = clip.rate.hz();
    let length = u32::try_from(2 * clip.samples.len()).unwrap_or(u32::MAX - HEAD);
    let mut bytes = Vec::with_capacity(44 + 2 * clip.samples.len());
    bytes.extend(b"RIFF");
    bytes.extend((HEAD + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((2 * rate).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(clip.samples.iter().flat_map(|sample| sample.to_le_bytes()));
    bytes
}

/// Of a WAV file's head what counts to its length.
const HEAD: u32 = 36;

/// The folder of what is at 16 kHz.
const WIDE: &str = "16000";

/// Bytes of a part: half a minute, a few milliseconds of the directory's thread.
const PART: usize = 256 * 1024;

/// How long until it looks again: usually, and if something was in its way.
const SELDOM: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_secs(5);
