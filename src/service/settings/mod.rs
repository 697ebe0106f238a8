//! `conclave.conf`, once a host has read it line by line.
//!
//! What can be set stands in one table, [`KEYS`]. A mistake is told with what would be right, and left out; where the
//! line was to keep people out, the whole room is left out, because without it the room would be open to more people.

mod confbridge;
mod draft;
mod key;
mod like;
mod reader;
mod sounds;
mod table;
mod value;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::room::{Conference, Doorway, EntrySettings, GuardSettings, Manner, Menu, Role, RoomNumber};

pub use confbridge::{FROM_CONFBRIDGE, FromConfbridge};
#[cfg(feature = "directory")]
pub(crate) use draft::looks_secret;
pub use key::{Group, Key};
pub(crate) use like::nearest;
pub use sounds::SOUNDS;
pub use table::KEYS;
#[cfg(feature = "admin")]
pub(crate) use value::yes_or_no;

/// Menus by their names.
pub type Menus = HashMap<String, Arc<Menu>>;

/// What an administrator set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Media workers; `None`: one for each core.
    pub workers: Option<usize>,
    /// Whether an unknown number opens a room.
    pub on_demand: bool,
    /// How callers are asked.
    pub entry: EntrySettings,
    /// How many wrong codes are too many.
    pub guard: GuardSettings,
    /// The folder of recordings; `None`: the host's.
    pub recordings: Option<Arc<str>>,
    /// Where what happens is written down.
    pub history: Where,
    /// Where and how the page is served.
    pub web: Web,
    /// The directory's database: a file, or a URL of PostgreSQL's.
    pub database: Where,
    /// The name of this PBX among those that share the database; `None`: the machine's.
    pub node: Option<Arc<str>>,
    /// The contexts of the host's dial plan in which callers dial; none: those that lead to us.
    pub dialplan_contexts: Arc<[String]>,
    /// The rooms by number.
    pub conferences: HashMap<RoomNumber, Arc<Conference>>,
    /// Numbers behind which there are several rooms.
    pub doorways: HashMap<RoomNumber, Arc<Doorway>>,
    /// Ways to treat a member, by name.
    pub profiles: HashMap<String, Profile>,
    /// Sets of keys, by name.
    pub menus: Menus,
    /// The lines of each room and doorway, as they were written, but for what is secret.
    pub written: HashMap<RoomNumber, Arc<[(String, String)]>>,
    /// Rooms and doorways left out because something is wrong with them: not even `on_demand` opens them.
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
            recordings: None,
            web: Web::default(),
            history: Where::Usual,
            database: Where::Usual,
            node: None,
            dialplan_contexts: Arc::new([]),
            conferences: HashMap::new(),
            doorways: HashMap::new(),
            profiles: HashMap::new(),
            menus: Menus::new(),
            written: HashMap::new(),
            left_out: HashSet::new(),
            split_at: FITS_ONE_WORKER,
        }
    }
}

impl Settings {
    /// The names of the settings that are otherwise in `new`, and that are taken only when the module is loaded: threads
    /// and calls in progress hold on to what they stand for.
    pub fn await_load(&self, new: &Settings) -> Vec<&'static str> {
        let others = [
            ("workers", self.workers != new.workers),
            ("database", self.database != new.database),
            ("node", self.node != new.node),
        ];
        others.into_iter().filter(|(_, is_other)| *is_other).map(|(name, _)| name).collect()
    }
}

/// Where something is kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Where {
    /// Where the host usually keeps such files; nowhere if it does not say where.
    #[default]
    Usual,
    /// Nowhere.
    Off,
    /// In this file, or in what this URL names.
    At(Arc<str>),
}

/// Where and how the page for administrators is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// Where it listens, port 0 for any that is free; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// The path it is served under, such as `/conclave`; empty: the root.
    pub path: String,
    /// The file with the certificate and those between it and its authority, in PEM form; `None`: no TLS.
    pub certificate: Option<PathBuf>,
    /// The file with its key.
    pub key: Option<PathBuf>,
    /// A proxy stands before it, whose `X-Forwarded-For` and `X-Forwarded-Proto` are true.
    pub behind_proxy: bool,
    /// How people reach it, for links and in the log; `None`: as it listens.
    pub url: Option<String>,
}

impl Default for Web {
    fn default() -> Web {
        Web {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 7380))),
            path: String::new(),
            certificate: None,
            key: None,
            behind_proxy: false,
            url: None,
        }
    }
}

/// Without what may be a password.
impl fmt::Debug for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Where::Usual => f.write_str("Usual"),
            Where::Off => f.write_str("Off"),
            Where::At(place) => write!(f, "At({})", place.rsplit('@').next().unwrap_or_default()),
        }
    }
}

/// What is at a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A room.
    Room(Arc<Conference>),
    /// A number behind which there are several.
    Doorway(Arc<Doorway>),
}

/// A way to treat a member that the dial plan or a room can name: some of a [`Manner`]'s settings, over the room's.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    role: Option<Role>,
    lines: Vec<(&'static Key, String)>,
}

impl Profile {
    /// What its callers are, if it says so.
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// Its settings in their order, as they were written.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = (&'static str, &str)> {
        self.lines.iter().map(|(key, text)| (key.name, text.as_str()))
    }

    fn over(&self, manner: &mut Manner, menus: &Menus) {
        let around = value::Around { zone: &TimeZone::UTC, menus };
        for (key, text) in &self.lines {
            if let key::Read::Manner(read) | key::Read::MannerEverywhere(read) = key.read {
                // It was read once already, and only what could be read is kept.
                let _ = read(manner, &value::Value { name: key.name, text, around: &around });
            }
        }
    }
}

/// What a section of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `[general]`.
    General,
    /// `type = room`.
    Room,
    /// `type = profile`.
    Profile,
    /// `type = menu`.
    Menu,
    /// `type = dynamic`.
    Dynamic,
    /// `type = access`.
    Access,
    /// `type = local`.
    Local,
}

impl Section {
    /// Those that a `type` line can name, with its word.
    pub const TYPES: [(&'static str, Section); 6] = [
        ("room", Section::Room),
        ("dynamic", Section::Dynamic),
        ("access", Section::Access),
        ("local", Section::Local),
        ("profile", Section::Profile),
        ("menu", Section::Menu),
    ];

    /// In a sentence.
    const fn words(self) -> &'static str {
        match self {
            Section::General => "[general]",
            Section::Room => "a room",
            Section::Profile => "a profile",
            Section::Menu => "a menu",
            Section::Dynamic => "a dynamic number",
            Section::Access => "an access number",
            Section::Local => "a local number",
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
    /// Reads the lines in their order. What is wrong is left out and told; a room with a wrong line that was to protect
    /// it is left out as a whole, because without it the room would be open to more people; so it would be if it were
    /// opened on demand instead. Dates without a zone are in the machine's.
    pub fn read<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> (Settings, Vec<Problem>) {
        Settings::read_in(&TimeZone::system(), lines)
    }

    /// The same, for a PBX in this zone.
    pub fn read_in<'a>(zone: &TimeZone, lines: impl IntoIterator<Item = Line<'a>>) -> (Settings, Vec<Problem>) {
        reader::read(zone, lines)
    }

    /// Whether anybody could ever be let in.
    pub fn is_useful(&self) -> bool {
        let has_directory = matches!(self.database, Where::At(_));
        self.on_demand || has_directory || !self.conferences.is_empty() || !self.doorways.is_empty()
    }

    /// Whether a room may open under this number. What is in the directory is not asked: then any number may be there.
    pub fn may_open(&self, number: &RoomNumber) -> bool {
        let anything = self.on_demand || matches!(self.database, Where::At(_));
        self.conferences.contains_key(number) || (anything && !self.left_out.contains(number))
    }

    /// Whether something here is about this number, be it only that it is left out.
    pub fn knows(&self, number: &RoomNumber) -> bool {
        self.conferences.contains_key(number) || self.doorways.contains_key(number) || self.left_out.contains(number)
    }

    /// Reads a room, or a number for many rooms, that stands in no file, by the same rules as [`Settings::read`]: what it
    /// is, unless a wrong line was to protect it; and what is wrong, each with the name of its line, which is empty if it
    /// is several together.
    pub fn read_section(
        &self,
        zone: &TimeZone,
        number: &RoomNumber,
        kind: Section,
        lines: &[(String, String)],
    ) -> (Option<At>, Vec<(String, String)>) {
        reader::read_section(self, zone, number, kind, lines)
    }

    /// How a call is treated in a conference: the profile that its dial plan line names over the conference's own ways
    /// for his role, and the menu that it names over both.
    ///
    /// # Errors
    ///
    /// If there is no such profile or menu. Who names one may mean to keep the caller from something, so the call must
    /// not go on without.
    pub fn manner(
        &self,
        conference: &Conference,
        role: Role,
        profile: Option<&str>,
        menu: Option<&str>,
    ) -> Result<Arc<Manner>, String> {
        let own = conference.manner(role);
        if profile.is_none() && menu.is_none() {
            return Ok(own.clone());
        }
        let mut manner = Manner::clone(own);
        if let Some(name) = profile {
            self.profile(name)?.over(&mut manner, &self.menus);
        }
        if let Some(name) = menu {
            manner.menu = Some(self.menu(name)?.clone());
        }
        Ok(Arc::new(manner))
    }

    /// The menu of this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn menu(&self, name: &str) -> Result<&Arc<Menu>, String> {
        self.menus.get(name).ok_or_else(|| no_menu(&self.menus, name))
    }

    /// The profile of this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn profile(&self, name: &str) -> Result<&Profile, String> {
        self.profiles.get(name).ok_or_else(|| {
            let known = self.profiles.keys().map(String::as_str);
            format!("there is no profile '{name}' in conclave.conf{}", did_you_mean(like::nearest(name, known)))
        })
    }
}

fn no_menu(menus: &Menus, name: &str) -> String {
    let nearest = like::nearest(name, menus.keys().map(String::as_str));
    format!("there is no menu '{name}' in conclave.conf{}", did_you_mean(nearest))
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean '{name}'?")).unwrap_or_default()
}

/// So many calls one worker mixes with time to spare.
const FITS_ONE_WORKER: usize = 250;
