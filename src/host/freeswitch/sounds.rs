//! FreeSWITCH's sound files: every format it has a module for, by the rules that its users know.
//!
//! A name is one of these:
//!
//! - `module://something`, as FreeSWITCH's `playback` takes it: `tone_stream://`, `file_string://`, `http_cache://` ...;
//! - a whole path, with or without its ending;
//! - anything else: a path below the folders of a language, with or without its ending.
//!
//! The folders of a language are, in this order, `$${sounds_dir}/conclave/LANGUAGE`, where our own sounds are; the
//! `sound-prefix` that the configuration has for it (`<language name="en" sound-prefix="...">`); and
//! `$${sounds_dir}/LANGUAGE`. Those without language are `$${sounds_dir}/conclave`, `$${sound_prefix}` and
//! `$${sounds_dir}`. Of a language with a dialect (`es_MX`), first the dialect's folders are looked through, then those of
//! the language, then those without language, then the English ones. In each folder the file may stand in a folder of
//! its rate (`8000` to `48000`), as FreeSWITCH's own sounds do and as its reader of files finds them.
//!
//! The rules ask for prompts of Asterisk by their names; where there is no such file, FreeSWITCH's own of the same meaning
//! is heard (`COUNTERPARTS`).
//!
//! Numbers are said in the languages that `prompts::words` has, else by FreeSWITCH's `say` where it can ([`say`]), and
//! else in English. FreeSWITCH's phrase macros (`phrase:`) are no sounds here: `switch_ivr_phrase_macro_event()` is all that
//! FreeSWITCH has for them, and it runs them on a session, which it answers, whose variables it reads and sets, and on
//! which it plays one action after the other. Sounds are read here before they are played, for whoever speaks a language,
//! and on no session.
//!
//! All this is done on the thread that reads sounds, which may wait for a disk or the network. No lock of FreeSWITCH's is
//! held, except that on the configuration, for reading, while a `sound-prefix` is looked up.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::file::{File, MOST_FRAMES};
use super::{say, sys};
use crate::audio::{Clip, SampleRate};
use crate::host::c_string;
use crate::prompts::{Saying, SoundError, SoundFiles};

/// See the module's text.
pub struct FreeSwitchSounds;

impl SoundFiles for FreeSwitchSounds {
    fn load(&mut self, name: &str, language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
        match name.strip_prefix("file_string://") {
            // Read here, for FreeSWITCH would look for the parts in no language.
            Some(parts) => join(parts.split('!').filter(|part| !part.is_empty()), language, rate),
            None => load_one(name, language, rate),
        }
    }

    fn say(&mut self, number: &str, saying: Saying, language: &str) -> Option<Vec<String>> {
        say::files(number, saying, language)
    }
}

/// Several sounds as one.
fn join<'a>(names: impl Iterator<Item = &'a str>, language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
    let mut samples = Vec::new();
    for name in names {
        samples.extend_from_slice(&load_one(name, language, rate)?.resampled(rate).samples);
    }
    Ok(Clip { rate, samples: samples.into() })
}

fn load_one(name: &str, language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
    if name.contains("://") {
        if name.contains("local_stream://") {
            log::warn!("'{name}' is music that never ends and no sound; name it as a class of music");
            return Err(SoundError::Broken);
        }
        return read(name, rate);
    }
    read(&find(name, language, rate).ok_or(SoundError::Missing)?, rate)
}

fn read(path: &str, rate: SampleRate) -> Result<Clip, SoundError> {
    let mut file = File::open(path, rate).ok_or(SoundError::Broken)?;
    let until = Instant::now() + LONGEST_READING;
    let mut samples = Vec::new();
    while let Some(more) = file.read(MOST_FRAMES) {
        samples.extend_from_slice(more);
        if samples.len() >= MOST_SAMPLES {
            log::warn!("sound '{path}' is longer than a sound can be, and is cut");
            break;
        }
        if Instant::now() >= until {
            log::warn!("sound '{path}' was not read within {} seconds", LONGEST_READING.as_secs());
            return Err(SoundError::Broken);
        }
    }
    if samples.is_empty() {
        return Err(SoundError::Broken);
    }
    Ok(Clip { rate: file.rate(), samples: samples.into() })
}

/// The whole path of a sound, without the folder of its rate.
pub fn find(name: &str, language: &str, rate: SampleRate) -> Option<String> {
    if let Some(below) = name.strip_prefix('/') {
        return in_folder(Path::new("/"), below, rate);
    }
    let counterpart = COUNTERPARTS.iter().find(|(asterisk, _)| *asterisk == name).map(|(_, own)| *own);
    let file = counterpart.filter(|own| !own.contains("://"));
    let sounds = variable(c"sounds_dir").unwrap_or_default();
    for language in languages(language) {
        for folder in folders(&sounds, &language) {
            let names = [Some(name), file].into_iter().flatten();
            if let Some(path) = names.filter_map(|name| in_folder(&folder, name, rate)).next() {
                return Some(path);
            }
        }
    }
    counterpart.filter(|own| own.contains("://")).map(str::to_owned)
}

/// Where a file of this very language is, or would be: whatever other languages have.
pub fn place_in(name: &str, language: &str) -> Option<String> {
    let folders = folders(&variable(c"sounds_dir").unwrap_or_default(), language);
    let found = folders.iter().filter_map(|folder| in_folder(folder, name, SampleRate::Hz8000)).next();
    found.or_else(|| folders[1].join(name).to_str().map(str::to_owned))
}

/// Which languages are tried; an empty one stands for the folders without language.
fn languages(language: &str) -> Vec<String> {
    let mut tried = with_dialect(language);
    tried.extend([String::new(), ENGLISH.to_owned()]);
    tried
}

/// A language, or the usual one, with its dialect, if it has one, and then without.
pub fn with_dialect(language: &str) -> Vec<String> {
    let usual = if language.is_empty() { variable(c"default_language") } else { None };
    let mut wanted = usual.as_deref().unwrap_or(language);
    let mut tried = Vec::new();
    while !wanted.is_empty() {
        tried.push(wanted.to_owned());
        wanted = wanted.rfind(['_', '-']).map_or("", |end| &wanted[..end]);
    }
    tried
}

fn folders(sounds: &str, language: &str) -> [PathBuf; 3] {
    let ours = Path::new(sounds).join(OURS);
    let configured = if language.is_empty() { variable(c"sound_prefix") } else { sound_prefix(language) };
    let others = configured.map_or_else(|| Path::new(sounds).join(language), PathBuf::from);
    [ours.join(language), others, Path::new(sounds).join(language)]
}

/// The file of this name in a folder, as FreeSWITCH is asked for it.
fn in_folder(folder: &Path, name: &str, rate: SampleRate) -> Option<String> {
    let place = folder.join(name);
    let (inner, last) = (place.parent()?, place.file_name()?.to_str()?);
    // Of several endings first what is quick to read and loses nothing.
    let endings = [""].into_iter().chain(ENDINGS.iter().copied());
    for ending in endings {
        let file = format!("{last}{ending}");
        if file.contains('.') && is_there(inner, &file, rate) {
            return inner.join(file).to_str().map(str::to_owned);
        }
    }
    None
}

/// Where src/mod/formats/mod_sndfile/mod_sndfile.c, sndfile_file_open(), looks for a file.
fn is_there(folder: &Path, file: &str, rate: SampleRate) -> bool {
    let rates = [rate.hz(), 48_000, 32_000, 16_000, 8_000];
    rates.iter().any(|rate| folder.join(rate.to_string()).join(file).is_file()) || folder.join(file).is_file()
}

/// What the configuration has for the sounds of a language.
fn sound_prefix(language: &str) -> Option<String> {
    configured(language, |found| {
        // SAFETY: as [`configured`] has it; what is found is copied.
        let values = PREFIXES.iter().map(|name| unsafe { sys::switch_xml_attr(found, name.as_ptr()) });
        let prefix = values.filter(|value| !value.is_null()).map(|value| unsafe { CStr::from_ptr(value) }).next();
        prefix.and_then(text)
    })
}

/// Looks at what the configuration has for a language, which is good as long as `look` lasts; `None`: it has nothing.
pub fn configured<T>(language: &str, look: impl FnOnce(sys::switch_xml_t) -> Option<T>) -> Option<T> {
    let language = c_string(language);
    let (mut root, mut node) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the strings live over the calls; what is found stays until the root is released, which is after the look.
    unsafe {
        let status = sys::switch_xml_locate(
            c"languages".as_ptr(),
            std::ptr::null(),
            std::ptr::null(),
            std::ptr::null(),
            &mut root,
            &mut node,
            std::ptr::null_mut(),
            sys::SWITCH_FALSE as i32,
        );
        if status != sys::SWITCH_STATUS_SUCCESS as i32 {
            return None;
        }
        let found = sys::switch_xml_find_child(node, c"language".as_ptr(), c"name".as_ptr(), language.as_ptr());
        let seen = if found.is_null() { None } else { look(found) };
        sys::switch_xml_free(root);
        seen
    }
}

/// A global variable; nothing instead of an empty one.
pub fn variable(name: &CStr) -> Option<String> {
    // SAFETY: what is returned is ours, and freed here.
    unsafe {
        let value = sys::switch_core_get_variable_dup(name.as_ptr());
        if value.is_null() {
            return None;
        }
        let found = CString::from(CStr::from_ptr(value));
        libc::free(value.cast());
        text(&found)
    }
}

fn text(value: &CStr) -> Option<String> {
    value.to_str().ok().filter(|value| !value.is_empty()).map(str::to_owned)
}

/// The prompts that the rules have from Asterisk, and what of FreeSWITCH's own says the same. For the others, such as
/// `conf-leaderhasleft`, there is none.
const COUNTERPARTS: &[(&str, &str)] = &[
    ("beep", "tone_stream://v=-16;%(250,0,1000)"),
    ("beeperr", "tone_stream://v=-16;%(150,60,440);%(150,0,330)"),
    ("conf-errormenu", "ivr/ivr-that_was_an_invalid_entry"),
    ("conf-getconfno", "conference/conf-enter_conf_number"),
    ("conf-getpin", "conference/conf-pin"),
    ("conf-hasjoin", "conference/conf-has_joined"),
    ("conf-hasleft", "conference/conf-has_left"),
    ("conf-invalid", "ivr/ivr-that_was_an_invalid_entry"),
    ("conf-invalidpin", "conference/conf-bad-pin"),
    ("conf-kicked", "conference/conf-kicked"),
    ("conf-locked", "conference/conf-locked"),
    ("conf-lockednow", "conference/conf-is-locked"),
    ("conf-muted", "conference/conf-muted"),
    ("conf-onlyone", "conference/conf-one_other_person_conference"),
    ("conf-onlyperson", "conference/conf-alone"),
    ("conf-otherinparty", "conference/conf-other_persons_conference"),
    ("conf-thereare", "silence_stream://60"),
    ("conf-unlockednow", "conference/conf-is-unlocked"),
    ("conf-unmuted", "conference/conf-unmuted"),
    ("conf-waitforleader", "conference/conf-conference_will_start_shortly"),
    ("confbridge-participants", "conference/conf-members_in_conference"),
    ("confbridge-there-are", "silence_stream://60"),
    ("vm-rec-name", "voicemail/vm-record_name1"),
    ("vm-review", "ivr/ivr-save_review_record"),
    ("vm-tooshort", "voicemail/vm-too-small"),
];

/// How the configuration may call it: src/switch_ivr_play_say.c, switch_ivr_phrase_macro_event().
const PREFIXES: [&CStr; 3] = [c"sound-prefix", c"sound-path", c"sound_path"];

/// The folder of our own sounds.
const OURS: &str = "conclave";

const ENGLISH: &str = "en";

/// Endings that modules of FreeSWITCH read.
const ENDINGS: &[&str] = &[".wav", ".flac", ".ogg", ".opus", ".mp3", ".PCMU", ".PCMA", ".ulaw", ".alaw", ".gsm"];

/// Ten minutes at 48 kHz: longer is no prompt, and would fill the memory.
const MOST_SAMPLES: usize = 10 * 60 * 48_000;

/// Other sounds wait meanwhile.
const LONGEST_READING: Duration = Duration::from_secs(20);
