//! From lines to settings.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::draft::{self, Draft};
use super::key::Read;
use super::value::{Around, Value, alternatives};
use super::{At, Line, Menus, Problem, Profile, Section, Settings, like};
use crate::room::{Doorway, DoorwayKind, Menu, RoomNumber};

pub(super) fn read<'a>(zone: &TimeZone, lines: impl IntoIterator<Item = Line<'a>>) -> (Settings, Vec<Problem>) {
    let written = by_section(lines);
    let mut reader = Reader { zone, settings: Settings::default(), problems: Vec::new(), codes: HashMap::new() };
    let kinds: Vec<_> = written.iter().enumerate().map(|(at, section)| reader.kind(at, section)).collect();
    // In this order, because rooms name profiles and menus, and profiles menus, wherever they stand.
    let order: [fn(Section) -> bool; 4] = [
        |kind| kind == Section::General,
        |kind| kind == Section::Menu,
        |kind| kind == Section::Profile,
        |kind| !matches!(kind, Section::General | Section::Menu | Section::Profile),
    ];
    for turn in order {
        for (at, section) in written.iter().enumerate() {
            match kinds[at] {
                Some(kind) if turn(kind) => reader.section(at, section, kind),
                _ => {}
            }
        }
    }
    reader.keep_codes_apart(&written);
    reader.problems.sort_by_key(|(at, _)| *at);
    (reader.settings, reader.problems.into_iter().map(|(_, problem)| problem).collect())
}

/// See [`Settings::read_section`].
pub(super) fn read_section(
    settings: &Settings,
    zone: &TimeZone,
    number: &RoomNumber,
    kind: Section,
    lines: &[(String, String)],
) -> (Option<At>, Vec<(String, String)>) {
    let pairs: Vec<_> = lines.iter().map(|(name, text)| (&**name, &**text)).collect();
    let mut wrong = Vec::new();
    let found = at_number(settings, zone, number, kind, &pairs, &mut |line, what| {
        wrong.push((line.map(|line| lines[line].0.clone()).unwrap_or_default(), what));
    });
    (found, wrong)
}

/// A room, or a number for many, out of its lines. `tell` hears what is wrong with which of them, or with all together.
/// Nothing comes of it if a wrong one was to protect it.
fn at_number(
    settings: &Settings,
    zone: &TimeZone,
    number: &RoomNumber,
    kind: Section,
    lines: &[(&str, &str)],
    tell: &mut dyn FnMut(Option<usize>, String),
) -> Option<At> {
    let mut draft = Draft::new(number.clone());
    let around = Around { zone, menus: &settings.menus };
    for (at, (name, text)) in lines.iter().enumerate() {
        if let Err(what) = draft.line(kind, &Value { name, text, around: &around }) {
            tell(Some(at), what);
        }
    }
    let (sound, opener_leads) = (draft.sound, draft.opener_leads);
    let (conference, missing) = draft.finish(&settings.profiles, &settings.menus);
    if let Some(missing) = missing {
        tell(None, missing);
    }
    let wrong = match conference.check() {
        _ if !sound => Some("its protection is wrong; see the lines before".to_owned()),
        Err(error) => Some(error.to_string()),
        Ok(()) => None,
    };
    if let Some(wrong) = wrong {
        let word = if kind == Section::Room { "room" } else { "number" };
        tell(None, format!("{word} {number} is left out: {wrong}"));
        return None;
    }
    let template = Arc::new(conference);
    let kind = match kind {
        Section::Dynamic => DoorwayKind::Dynamic { opener_leads },
        Section::Access => DoorwayKind::Access,
        Section::Local => DoorwayKind::Local,
        _ => return Some(At::Room(template)),
    };
    Some(At::Doorway(Arc::new(Doorway { number: number.clone(), kind, template })))
}

/// A section as it stands in the file.
struct Written<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    lines: Vec<Line<'a>>,
}

impl<'a> Written<'a> {
    fn settings(&self) -> impl Iterator<Item = (&Line<'a>, &'a str, &'a str)> {
        self.lines.iter().filter_map(|line| line.setting.map(|(name, value)| (line, name, value)))
    }
}

fn by_section<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> Vec<Written<'a>> {
    let mut written: Vec<Written<'a>> = Vec::new();
    for line in lines {
        match written.last_mut() {
            Some(section) if section.name == line.category && line.setting.is_some() => section.lines.push(line),
            _ => written.push(Written { name: line.category, file: line.file, line: line.line, lines: vec![line] }),
        }
    }
    written
}

struct Reader<'z> {
    zone: &'z TimeZone,
    settings: Settings,
    /// With the place of their section in the file.
    problems: Vec<(usize, Problem)>,
    /// Who is reached by an access code: the places of their sections. Nothing prints it.
    codes: HashMap<String, Vec<(usize, RoomNumber)>>,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, line: &Line<'_>, what: String) {
        self.problems.push((at, Problem { file: line.file.to_owned(), line: line.line, what }));
    }

    fn about(&mut self, at: usize, section: &Written<'_>, what: String) {
        self.problems.push((at, Problem { file: section.file.to_owned(), line: section.line, what }));
    }

    /// What a section is; nothing, once told, if that cannot be known.
    fn kind(&mut self, at: usize, section: &Written<'_>) -> Option<Section> {
        if section.name.eq_ignore_ascii_case("general") {
            return Some(Section::General);
        }
        let mut kind = None;
        let mut wrong = false;
        for (line, _, value) in section.settings().filter(|(_, name, _)| *name == "type") {
            match Section::TYPES.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(value)) {
                Some((_, known)) => kind = Some(known),
                None => {
                    let words = Section::TYPES.map(|(word, _)| word);
                    let near = like::nearest(value, words).map(|word| format!("; did you mean type={word}?"));
                    let right = near.unwrap_or_else(|| format!("; write {}", alternatives(&words)));
                    self.problem(at, line, format!("there is no type '{value}'{right}"));
                    wrong = true;
                }
            }
        }
        if let (Some(kind), false) = (kind, wrong) {
            return Some(kind);
        }
        let name = section.name;
        self.about(
            at,
            section,
            match wrong {
                true => format!("[{name}] is left out: what it is cannot be known; see the lines before"),
                false => format!("[{name}] has no type; write type=room"),
            },
        );
        self.leave_out(name);
        None
    }

    /// A number that on_demand must not open either.
    fn leave_out(&mut self, name: &str) {
        if let Ok(number) = RoomNumber::parse(name) {
            self.settings.left_out.insert(number);
        }
    }

    fn section(&mut self, at: usize, section: &Written<'_>, kind: Section) {
        match kind {
            Section::General => self.general(at, section),
            Section::Menu => self.menu(at, section),
            Section::Profile => self.profile(at, section),
            Section::Room | Section::Dynamic | Section::Access | Section::Local => self.room(at, section, kind),
        }
    }

    fn general(&mut self, at: usize, section: &Written<'_>) {
        for (line, name, text) in section.settings() {
            let around = Around { zone: self.zone, menus: &Menus::new() };
            let read = draft::find(Section::General, name).and_then(|key| match key.read {
                Read::General(read) => read(&mut self.settings, &Value { name, text, around: &around }),
                _ => Ok(()),
            });
            if let Err(what) = read {
                self.problem(at, line, what);
            }
        }
    }

    fn menu(&mut self, at: usize, section: &Written<'_>) {
        let name = section.name;
        if self.settings.menus.contains_key(name) {
            return self.twice(at, section);
        }
        let menus = Menus::new();
        let around = Around { zone: self.zone, menus: &menus };
        let (mut keys, mut pause) = (Vec::new(), None);
        for (line, name, text) in section.settings().filter(|(_, name, _)| *name != "type") {
            let read = if name == "pause" {
                Value { name, text, around: &around }.span(SHORTEST_PAUSE, LONGEST_PAUSE).map(|span| pause = Some(span))
            } else {
                let sequence = name.replace("hash", "#");
                let alone = Menu::parse([(&*sequence, text)]).map(drop).map_err(|error| error.to_string());
                // A template's line gives way to the menu's own.
                alone.map(|()| {
                    keys.retain(|(other, _)| *other != sequence);
                    keys.push((sequence, text));
                })
            };
            if let Err(what) = read {
                self.problem(at, line, what);
            }
        }
        match Menu::parse(keys) {
            Ok(menu) => {
                let menu = pause.into_iter().fold(menu, Menu::with_pause);
                self.settings.menus.insert(name.to_owned(), Arc::new(menu));
            }
            Err(error) => self.about(at, section, format!("menu {name} is left out: {error}")),
        }
    }

    fn profile(&mut self, at: usize, section: &Written<'_>) {
        let name = section.name;
        if self.settings.profiles.contains_key(name) {
            return self.twice(at, section);
        }
        let mut profile = Profile::default();
        let mut sound = true;
        // Only to see whether its lines can be read.
        let mut tried = crate::room::Manner::default();
        for (line, name, text) in section.settings() {
            let around = Around { zone: self.zone, menus: &self.settings.menus };
            let value = Value { name, text, around: &around };
            let read = match draft::find(Section::Profile, name) {
                Ok(key) => match key.read {
                    Read::Manner(read) | Read::MannerEverywhere(read) => {
                        read(&mut tried, &value).map(|()| profile.lines.push((key, text.to_owned())))
                    }
                    Read::Profile(read) => read(&mut profile.role, &value),
                    _ => Ok(()),
                }
                .inspect_err(|_| sound &= !key.protects),
                Err(unknown) => {
                    sound &= !draft::looks_protecting(name);
                    Err(unknown)
                }
            };
            if let Err(what) = read {
                self.problem(at, line, what);
            }
        }
        if sound {
            self.settings.profiles.insert(name.to_owned(), profile);
        } else {
            self.about(
                at,
                section,
                format!("profile {name} is left out, and so are calls that name it: see the lines before"),
            );
        }
    }

    fn room(&mut self, at: usize, section: &Written<'_>, kind: Section) {
        let name = section.name;
        let number = match RoomNumber::parse(name) {
            Ok(number) => number,
            Err(error) => return self.about(at, section, format!("[{name}] is no room: {error}")),
        };
        if self.settings.knows(&number) {
            return self.twice(at, section);
        }
        let lines: Vec<_> = section.settings().collect();
        let pairs: Vec<_> = lines.iter().map(|(_, name, text)| (*name, *text)).collect();
        let mut wrong = Vec::new();
        let found =
            at_number(&self.settings, self.zone, &number, kind, &pairs, &mut |line, what| wrong.push((line, what)));
        for (line, what) in wrong {
            match line {
                Some(line) => self.problem(at, lines[line].0, what),
                None => self.about(at, section, what),
            }
        }
        let Some(found) = found else {
            self.settings.left_out.insert(number);
            return;
        };
        let code = |wanted: &str| pairs.iter().rfind(|(name, _)| *name == wanted).map(|(_, text)| *text);
        let codes = [code("code"), code("leader_code")];
        for code in codes.into_iter().flatten() {
            self.codes.entry(code.to_owned()).or_default().push((at, number.clone()));
        }
        let written = section.settings().map(|(_, name, value)| {
            let value = if draft::looks_secret(name) { "(not shown)" } else { value };
            (name.to_owned(), value.to_owned())
        });
        self.settings.written.insert(number.clone(), written.collect());
        match found {
            At::Room(conference) => drop(self.settings.conferences.insert(number, conference)),
            At::Doorway(doorway) => drop(self.settings.doorways.insert(number, doorway)),
        }
    }

    fn twice(&mut self, at: usize, section: &Written<'_>) {
        let name = section.name;
        self.about(at, section, format!("[{name}] is there a second time and not read; write all of it in one place"));
    }

    /// A code that two share lets nobody in: who keyed it could mean either.
    fn keep_codes_apart(&mut self, written: &[Written<'_>]) {
        for (code, rooms) in std::mem::take(&mut self.codes) {
            if rooms.len() < 2 {
                continue;
            }
            for (at, number) in &rooms {
                let other = rooms.iter().map(|(_, other)| other).find(|other| *other != number);
                let with = other.map_or("its own leader_code".to_owned(), |other| format!("a code of room {other}"));
                let what = format!(
                    "room {number} has a code that is the same as {with}, so that nobody reaches it by this code; \
                     choose another one"
                );
                self.about(*at, &written[*at], what);
                if let Some(conference) = self.settings.conferences.get_mut(number) {
                    let conference = Arc::make_mut(conference);
                    let shared = code.parse().ok();
                    for own in [&mut conference.code, &mut conference.leader_code] {
                        if *own == shared {
                            *own = None;
                        }
                    }
                }
            }
        }
    }
}

const SHORTEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(60);
