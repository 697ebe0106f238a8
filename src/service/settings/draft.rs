//! A room, or a template of rooms, while its lines are read.

use std::collections::HashMap;
use std::sync::Arc;

use super::key::{Key, Read};
use super::table::KEYS;
use super::value::Value;
use super::{Menus, Profile, Section, confbridge, did_you_mean, like, sounds};
use crate::room::{Conference, Manner, Menu, RoomNumber};
use crate::text::meaning;

/// What was read of it so far.
pub(super) struct Draft {
    pub(super) conference: Conference,
    /// How everybody is treated.
    manner: Manner,
    pub(super) leader_profile: Option<String>,
    pub(super) leader_menu: Option<Option<Arc<Menu>>>,
    pub(super) opener_leads: bool,
    sounds: HashMap<&'static str, Arc<str>>,
    /// Whether every line that protects it could be understood.
    pub(super) sound: bool,
}

impl Draft {
    pub(super) fn new(number: RoomNumber) -> Draft {
        Draft {
            conference: Conference::new(number),
            manner: Manner::default(),
            leader_profile: None,
            leader_menu: None,
            opener_leads: true,
            sounds: HashMap::new(),
            sound: true,
        }
    }

    /// Reads a line of it.
    pub(super) fn line(&mut self, section: Section, value: &Value<'_>) -> Result<(), String> {
        if let Some(prompt) = prompt(value.name) {
            self.sounds.insert(prompt, value.sound()?);
            return Ok(());
        }
        let key = find(section, value.name).inspect_err(|_| self.sound &= !looks_protecting(value.name))?;
        let read = match key.read {
            Read::Room(read) | Read::OwnRoom(read) | Read::Everywhere(read) | Read::Dynamic(read) => read(self, value),
            Read::Manner(read) | Read::MannerEverywhere(read) => read(&mut self.manner, value),
            Read::Kind | Read::General(_) | Read::Profile(_) | Read::Menu => Ok(()),
        };
        read.inspect_err(|_| self.sound &= !key.protects)
    }

    /// The conference, and what is missing for it.
    pub(super) fn finish(self, profiles: &HashMap<String, Profile>, menus: &Menus) -> (Conference, Option<String>) {
        let Draft { mut conference, manner, leader_profile, leader_menu, sounds, .. } = self;
        // A menu for everybody shall not take the leaders' keys from them.
        let mut leaders = Manner { menu: None, ..manner.clone() };
        let mut missing = None;
        if let Some(name) = leader_profile {
            match profiles.get(&name) {
                Some(profile) => profile.over(&mut leaders, menus),
                None => {
                    let nearest = did_you_mean(like::nearest(&name, profiles.keys().map(String::as_str)));
                    missing = Some(format!(
                        "there is no profile '{name}', so leaders are treated like everybody{nearest}; \
                         write a section [{name}] with type=profile"
                    ));
                }
            }
        }
        if let Some(menu) = leader_menu {
            leaders.menu = menu;
        }
        conference.everybody = Arc::new(manner);
        conference.leaders =
            if leaders == *conference.everybody { conference.everybody.clone() } else { Arc::new(leaders) };
        conference.sounds = Arc::new(sounds);
        (conference, missing)
    }
}

/// The key of this name, if a section of this kind can have it.
pub(super) fn find(section: Section, name: &str) -> Result<&'static Key, String> {
    match KEYS.iter().find(|key| key.name == name) {
        Some(key) if key.belongs(section) => Ok(key),
        Some(key) => {
            let others = Section::TYPES.into_iter().filter(|(_, other)| key.belongs(*other));
            let others: Vec<_> = others.map(|(word, _)| format!("type={word}")).collect();
            let others = if others.is_empty() { "[general]".into() } else { others.join(", ") };
            Err(format!("{} has no setting '{name}'; it belongs to sections with {others}", section.words())
                .replace("sections with [general]", "[general]"))
        }
        None => Err(unknown(section, name)),
    }
}

fn unknown(section: Section, name: &str) -> String {
    let no_such = format!("{} has no setting '{name}'", section.words());
    let with_sounds = !matches!(section, Section::General | Section::Profile | Section::Menu);
    if with_sounds && let Some(rest) = name.strip_prefix(sounds::PREFIX) {
        return match like::nearest(rest, sounds::SOUNDS.iter().map(|(name, _)| *name)) {
            Some(near) => format!("{no_such}; did you mean '{}{near}'?", sounds::PREFIX),
            None => format!("{no_such}; the sample conclave.conf has all sounds"),
        };
    }
    if let Some(ours) = confbridge::ours(name).filter(|ours| KEYS.iter().any(|key| key.name == *ours)) {
        return format!("{no_such}; ConfBridge's '{name}' is '{ours}' here");
    }
    let here = KEYS.iter().filter(|key| key.belongs(section)).map(|key| key.name);
    match like::nearest(name, here) {
        Some(near) => format!("{no_such}; did you mean '{near}'?"),
        None => format!("{no_such}; the sample conclave.conf has all settings"),
    }
}

/// Whether a name that there is not may be a slip in one that keeps people out.
pub(super) fn looks_protecting(name: &str) -> bool {
    let meant = confbridge::ours(name).or_else(|| like::nearest(name, KEYS.iter().map(|key| key.name)));
    let protects = |meant: &str| KEYS.iter().any(|key| key.name == meant && key.protects);
    meant.is_some_and(protects) || looks_secret(name)
}

/// Whether a line of this name may hold a PIN or a code, also one whose name is a slip.
pub(crate) fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pin", "code", "pass"].iter().any(|part| name.contains(part)) && name != "pass_digits"
}

fn prompt(name: &str) -> Option<&'static str> {
    let rest = name.strip_prefix(sounds::PREFIX)?;
    meaning(sounds::SOUNDS, rest)
}
