//! `conclave.conf` in FreeSWITCH's XML, as lines of sections that [`Settings`] understands.
//!
//! `<settings>` is the section `[general]` of other hosts; `<rooms>`, `<profiles>` and `<menus>` hold sections, each a tag
//! that says its type, with its name: `<room name="8000">`. In a section stand its settings: `<param name="" value=""/>`.
//! Of anything else FreeSWITCH would not tell that it is not read, and it may have been meant to keep people out: so it is
//! told, and the section that it stands in is left out.
//!
//! FreeSWITCH does not keep the numbers of lines; a problem names the tag instead.

use std::ffi::{CStr, c_char, c_void};
use std::marker::PhantomData;

use super::sys;
use crate::host::config::{Folders, usual_folders};
use crate::host::text;
use crate::room::RoomNumber;
use crate::service::settings::{Line, Problem, Section, Settings};

/// What stands in `conclave.conf`.
#[derive(Default, PartialEq, Eq)]
pub struct Written {
    lines: Vec<Owned>,
    problems: Vec<Problem>,
    /// Not even `on_demand` opens these.
    left_out: Vec<RoomNumber>,
}

/// Reads it; `None` if it is not there.
pub fn load() -> Option<Written> {
    let mut configuration = std::ptr::null_mut();
    // SAFETY: a constant name, and a pointer to be set; the tree is locked until it is given back, after the walk.
    unsafe {
        let tree = sys::switch_xml_open_cfg(FILE.as_ptr(), &mut configuration, std::ptr::null_mut());
        if tree.is_null() {
            return None;
        }
        let mut written = Written::default();
        let found = configuration.as_ref();
        if let Some(configuration) = found {
            written.read(Tag { tag: configuration });
        }
        let there = found.is_some();
        sys::switch_xml_free(tree);
        there.then_some(written)
    }
}

impl Written {
    /// What it means, and what is wrong with it.
    pub fn settings(&self) -> (Settings, Vec<Problem>) {
        let (mut settings, mut problems) = Settings::read(self.lines.iter().map(Owned::line));
        problems.splice(0..0, self.problems.iter().cloned());
        settings.left_out.extend(self.left_out.iter().cloned());
        let [recordings, logs, databases] = [c"recordings_dir", c"log_dir", c"db_dir"].map(variable);
        usual_folders(&mut settings, &Folders { recordings: &recordings, logs: &logs, databases: &databases });
        (settings, problems)
    }

    fn read(&mut self, configuration: Tag<'_>) {
        for group in configuration.inside() {
            match &*group.name() {
                "settings" => self.general(group),
                "rooms" | "profiles" | "menus" => {
                    group.inside().for_each(|section| self.section(section));
                    if let Some(what) = group.stray(&[]) {
                        self.problem(group, what);
                    }
                }
                _ => {
                    self.problem(group, "no such part; there are <settings>, <rooms>, <profiles> and <menus>".into());
                    self.leave_out(group);
                }
            }
        }
    }

    fn general(&mut self, settings: Tag<'_>) {
        self.head(settings, GENERAL);
        if let Some(what) = settings.stray(&[]) {
            self.problem(settings, what);
        }
        for tag in settings.inside() {
            match tag.param() {
                Ok((name, value)) => self.line(settings, GENERAL, name, value),
                Err(what) => self.problem(settings, what),
            }
        }
    }

    fn section(&mut self, section: Tag<'_>) {
        let kind = section.name();
        let types = Section::TYPES.map(|(word, _)| word);
        if !types.contains(&&*kind) {
            let right = types.map(|word| format!("<{word}>")).join(", ");
            self.problem(section, format!("no such section; there are {right}"));
            return self.leave_out(section);
        }
        let name = section.attribute("name").unwrap_or_default();
        match section.params(&name) {
            Ok(params) => {
                self.head(section, &name);
                self.line(section, &name, "type".into(), kind);
                for (setting, value) in params {
                    self.line(section, &name, setting, value);
                }
            }
            Err(what) => {
                self.problem(section, format!("left out: {what}"));
                self.leave_out(section);
            }
        }
    }

    fn head(&mut self, tag: Tag<'_>, category: &str) {
        self.lines.push(Owned { category: category.to_owned(), setting: None, place: tag.place() });
    }

    fn line(&mut self, tag: Tag<'_>, category: &str, name: String, value: String) {
        self.lines.push(Owned { category: category.to_owned(), setting: Some((name, value)), place: tag.place() });
    }

    fn problem(&mut self, tag: Tag<'_>, what: String) {
        self.problems.push(Problem { file: tag.place(), line: 0, what });
    }

    /// Whatever here could be a room's number is none that `on_demand` opens.
    fn leave_out(&mut self, tag: Tag<'_>) {
        self.left_out.extend(tag.attribute("name").and_then(|name| RoomNumber::parse(&name).ok()));
        tag.inside().for_each(|tag| self.leave_out(tag));
    }
}

/// A line, or the head of a section.
#[derive(PartialEq, Eq)]
struct Owned {
    category: String,
    setting: Option<(String, String)>,
    place: String,
}

impl Owned {
    fn line(&self) -> Line<'_> {
        Line {
            category: &self.category,
            setting: self.setting.as_ref().map(|(name, value)| (name.as_str(), value.as_str())),
            file: &self.place,
            line: 0,
        }
    }
}

/// A tag of FreeSWITCH's tree, which is locked meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Tag<'a> {
    tag: &'a sys::switch_xml,
}

impl<'a> Tag<'a> {
    pub(super) fn of(tag: &'a sys::switch_xml) -> Tag<'a> {
        Tag { tag }
    }

    pub(super) fn name(self) -> String {
        // SAFETY: the tree's strings live as long as it does.
        unsafe { text(self.tag.name) }
    }

    /// Where it stands, in the words of whoever looks for it.
    fn place(self) -> String {
        let tag = match self.attribute("name") {
            Some(name) => format!("<{} name=\"{name}\">", self.name()),
            None => format!("<{}>", self.name()),
        };
        format!("{}, {tag}", FILE.to_string_lossy())
    }

    pub(super) fn inside(self) -> impl Iterator<Item = Tag<'a>> {
        // SAFETY: the tree's tags live as long as it does.
        let tag = |tag: sys::switch_xml_t| unsafe { tag.as_ref() }.map(|tag| Tag { tag });
        std::iter::successors(tag(self.tag.child), move |before: &Tag<'a>| tag(before.tag.ordered))
    }

    fn attributes(self) -> impl Iterator<Item = (String, String)> + 'a {
        let mut next = self.tag.attr.cast_const();
        let _tree = PhantomData::<&'a c_void>;
        std::iter::from_fn(move || {
            // SAFETY: names and values in turn, up to a null in a name's place, where we stop.
            unsafe {
                if next.is_null() || (*next).is_null() {
                    return None;
                }
                let found = (text(*next), text(*next.add(1)));
                next = next.add(2);
                Some(found)
            }
        })
    }

    pub(super) fn attribute(self, name: &str) -> Option<String> {
        self.attributes().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// What stands in it besides tags and these attributes, if anything does.
    fn stray(self, known: &[&str]) -> Option<String> {
        if let Some((name, _)) = self.attributes().find(|(name, _)| !known.contains(&name.as_str())) {
            return Some(format!("{name}= is not read there; {PARAM}"));
        }
        // SAFETY: as for its name.
        let words = unsafe { text(self.tag.txt) };
        (!words.trim().is_empty()).then(|| format!("text is not read there; {PARAM}"))
    }

    /// A setting's name and value.
    fn param(self) -> Result<(String, String), String> {
        let tag = self.name();
        if tag != "param" {
            return Err(format!("<{tag}> is not read there; {PARAM}"));
        }
        if let Some(what) = self.stray(&["name", "value"]) {
            return Err(format!("<param>: {what}"));
        }
        if let Some(inner) = self.inside().next() {
            return Err(format!("<{}> is not read in a <param>; {PARAM}", inner.name()));
        }
        match (self.attribute("name").filter(|name| !name.is_empty()), self.attribute("value")) {
            (Some(name), Some(value)) => Ok((name, value)),
            (Some(name), None) => Err(format!("<param name=\"{name}\"> has no value; {PARAM}")),
            (None, _) => Err(format!("a <param> has no name; {PARAM}")),
        }
    }

    /// Its settings, if all in it can be read and it has this name.
    fn params(self, name: &str) -> Result<Vec<(String, String)>, String> {
        let kind = self.name();
        if name.is_empty() {
            return Err(format!("it has no name; write <{kind} name=\"\">"));
        }
        if name.eq_ignore_ascii_case(GENERAL) {
            return Err(format!(
                "nothing can be called '{name}'; what holds for the whole module stands in <settings>"
            ));
        }
        if let Some(what) = self.stray(&["name"]) {
            return Err(what);
        }
        let params: Vec<_> = self.inside().map(Tag::param).collect::<Result<_, _>>()?;
        if params.iter().any(|(name, _)| name == "type") {
            return Err("its tag says its type; write no <param name=\"type\">".into());
        }
        Ok(params)
    }
}

/// A global variable of FreeSWITCH's; empty if there is none.
pub(super) fn variable(name: &CStr) -> String {
    // SAFETY: the copy is ours, and freed as it was made.
    unsafe {
        let value: *mut c_char = sys::switch_core_get_variable_dup(name.as_ptr());
        let words = text(value);
        libc::free(value.cast());
        words
    }
}

const FILE: &CStr = c"conclave.conf";

const GENERAL: &str = "general";

const PARAM: &str = "write <param name=\"\" value=\"\"/>";
