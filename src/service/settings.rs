//! `conclave.conf`, once a host has read it line by line.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::room::{Conference, Doorway, EntrySettings, GuardSettings, Pin, RoomNumber};

/// What an administrator set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Media workers: `workers=`; `None`: one for each core.
    pub workers: Option<usize>,
    /// Whether an unknown number opens a room: `on_demand=`.
    pub on_demand: bool,
    /// How callers are asked for a PIN: `pin_attempts=`.
    pub entry: EntrySettings,
    /// How many wrong codes are too many.
    pub guard: GuardSettings,
    /// The rooms by number.
    pub conferences: HashMap<RoomNumber, Arc<Conference>>,
    /// The numbers behind which there are several conferences.
    pub doorways: HashMap<RoomNumber, Arc<Doorway>>,
    /// Rooms left out because something is wrong with them: not even `on_demand` opens them.
    pub left_out: HashSet<RoomNumber>,
    /// So many calls of one number share a worker before the next ones go elsewhere. No line of the file sets it:
    /// what a worker can mix is a matter of measuring, not of taste; tests set it to split small rooms.
    pub split_at: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            workers: None,
            on_demand: false,
            entry: EntrySettings::default(),
            guard: GuardSettings::default(),
            conferences: HashMap::new(),
            doorways: HashMap::new(),
            left_out: HashSet::new(),
            split_at: FITS_ONE_WORKER,
        }
    }
}

/// One line as the host read it, or the head of a category.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The category it stands in.
    pub category: &'a str,
    /// Its name and value; `None` for the category's own line.
    pub setting: Option<(&'a str, &'a str)>,
    /// Where it stands.
    pub file: &'a str,
    /// Where it stands, from 1; 0 if the host does not know.
    pub line: u32,
}

/// Something wrong in the file: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line in it; 0 if not known.
    pub line: u32,
    /// In words; ends with what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{} line {line}: {}", self.file, self.what),
        }
    }
}

impl Settings {
    /// Reads the lines in their order. What is wrong is left out and told; a room with a wrong
    /// PIN line is left out as a whole, because without its PIN it would be open to everybody; so it would be if it
    /// were opened on demand instead.
    pub fn read<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> (Settings, Vec<Problem>) {
        let mut reader = Reader { settings: Settings::default(), problems: Vec::new(), category: None };
        for line in lines {
            reader.line(&line);
        }
        reader.finish_category();
        (reader.settings, reader.problems)
    }

    /// Whether anybody could ever be let in.
    pub fn is_useful(&self) -> bool {
        self.on_demand || !self.conferences.is_empty() || !self.doorways.is_empty()
    }
}

struct Reader {
    settings: Settings,
    problems: Vec<Problem>,
    category: Option<Category>,
}

/// The category being read.
struct Category {
    name: String,
    file: String,
    line: u32,
    kind: Kind,
}

enum Kind {
    General,
    /// `sound`: whether every line that protects it could be understood.
    Room {
        conference: Conference,
        typed: bool,
        sound: bool,
    },
    /// Told once, then its lines are passed over.
    Unusable,
}

impl Reader {
    fn line(&mut self, line: &Line<'_>) {
        let same = self.category.as_ref().is_some_and(|category| category.name == line.category);
        if !same || line.setting.is_none() {
            self.finish_category();
            self.begin_category(line);
        }
        let Some((name, value)) = line.setting else { return };
        let Some(category) = &mut self.category else { return };
        let outcome = match &mut category.kind {
            Kind::General => general(&mut self.settings, name, value),
            Kind::Room { conference, typed, sound } => {
                room(conference, typed, name, value).inspect_err(|_| *sound &= !protects(name))
            }
            Kind::Unusable => Ok(()),
        };
        if let Err(what) = outcome {
            self.problem(line.file, line.line, what);
        }
    }

    fn begin_category(&mut self, line: &Line<'_>) {
        let kind = if line.category.eq_ignore_ascii_case("general") {
            Kind::General
        } else {
            match RoomNumber::parse(line.category) {
                Ok(number) => Kind::Room { conference: Conference::new(number), typed: false, sound: true },
                Err(error) => {
                    self.problem(line.file, line.line, format!("[{}] is no room: {error}", line.category));
                    Kind::Unusable
                }
            }
        };
        self.category = Some(Category { name: line.category.into(), file: line.file.into(), line: line.line, kind });
    }

    fn finish_category(&mut self) {
        let Some(Category { name, file, line, kind }) = self.category.take() else { return };
        let Kind::Room { conference, typed, sound } = kind else { return };
        let Settings { conferences, left_out, .. } = &self.settings;
        if conferences.contains_key(&conference.number) || left_out.contains(&conference.number) {
            self.problem(
                &file,
                line,
                format!("[{name}] is there a second time and not read; write all of it in one place"),
            );
            return;
        }
        let problem = if !typed {
            format!("[{name}] has no type; write type=room")
        } else if !sound {
            format!("room {name} is left out: its protection is wrong; see the lines before")
        } else if let Err(error) = conference.check() {
            format!("room {name} is left out: {error}")
        } else {
            self.settings.conferences.insert(conference.number.clone(), Arc::new(conference));
            return;
        };
        self.settings.left_out.insert(conference.number);
        self.problem(&file, line, problem);
    }

    fn problem(&mut self, file: &str, line: u32, what: String) {
        self.problems.push(Problem { file: file.to_owned(), line, what });
    }
}

fn general(settings: &mut Settings, name: &str, value: &str) -> Result<(), String> {
    match name {
        "workers" => settings.workers = Some(number(name, value, 1, MOST_WORKERS)? as usize),
        "on_demand" => settings.on_demand = yes_or_no(name, value)?,
        "pin_attempts" => settings.entry.pin_attempts = number(name, value, 1, 10)?,
        _ => return Err(format!("[general] has no setting '{name}'; it has workers, on_demand and pin_attempts")),
    }
    Ok(())
}

fn room(conference: &mut Conference, typed: &mut bool, name: &str, value: &str) -> Result<(), String> {
    match name {
        "type" if value.eq_ignore_ascii_case("room") => *typed = true,
        "type" => return Err(format!("there is no type '{value}'; write type=room")),
        "pin" => conference.pin = Some(pin(name, value)?),
        "leader_pin" => conference.leader_pin = Some(pin(name, value)?),
        "max_members" => conference.max_members = Some(number(name, value, 1, 1_000_000)?),
        "music" => {
            let music = Some(crate::room::Music::Class(word(name, value)?.into()));
            let manner = Arc::new(crate::room::Manner { music, ..crate::room::Manner::default() });
            (conference.everybody, conference.leaders) = (manner.clone(), manner);
        }
        "language" => conference.language = Some(word(name, value)?),
        _ => {
            return Err(format!(
                "a room has no setting '{name}'; it has type, pin, leader_pin, max_members, music and language"
            ));
        }
    }
    Ok(())
}

/// Lines that keep people out: getting one wrong must not let them in, nor misspelling its name as `PIN` or `pincode`.
fn protects(name: &str) -> bool {
    matches!(name, "type" | "max_members") || name.to_ascii_lowercase().contains("pin")
}

fn pin(name: &str, value: &str) -> Result<Pin, String> {
    // The value is not repeated: it may be a PIN but for one slip.
    Pin::parse(value).map_err(|error| format!("{name}: {error}; for example {name}=4711"))
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = value.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{name}={value} is no number from {least} to {most}; for example {name}={least}"))
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, String> {
    // What Asterisk's ast_true() and ast_false() take.
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "y" | "t" | "1" | "on" => Ok(true),
        "no" | "false" | "n" | "f" | "0" | "off" => Ok(false),
        _ => Err(format!("{name}={value} is neither yes nor no; write {name}=yes or {name}=no")),
    }
}

fn word(name: &str, value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Err(format!(
            "{name}= has no value; leave the line out, or write for example {name}={}",
            EXAMPLES[usize::from(name == "language")]
        ));
    }
    Ok(value.to_owned())
}

const EXAMPLES: [&str; 2] = ["default", "en"];

/// So many calls one worker mixes with time to spare.
const FITS_ONE_WORKER: usize = 250;

/// As many as the engine can tell apart.
const MOST_WORKERS: u32 = 64;
