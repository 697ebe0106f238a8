//! What a setting is, and where it belongs.

use std::fmt;

use super::draft::Draft;
use super::value::Value;
use super::{Section, Settings};
use crate::room::{Manner, Role};

/// Something that can be set by a line `name = value`.
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// A value that it can have.
    pub example: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    /// Whether it keeps people out or costs down: a mistake in it must not be passed over.
    pub protects: bool,
    pub(super) read: Read,
}

/// What a [`Key`] is about; the documentation is in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The whole module.
    Module,
    /// What a section is.
    Kind,
    /// Who comes in.
    ComingIn,
    /// When.
    Times,
    /// Leaders.
    Leaders,
    /// What is heard as somebody comes or goes.
    Arriving,
    /// How a member begins, and his keys.
    Member,
    /// How voices sound.
    Voices,
    /// Music and words.
    Sounds,
    /// Recording.
    Recording,
    /// Calling others in.
    Inviting,
}

impl Group {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Module => "The whole module, in `[general]`",
            Self::Kind => "What a section is",
            Self::ComingIn => "Who comes in",
            Self::Times => "When, and for how long",
            Self::Leaders => "Leaders",
            Self::Arriving => "Coming and going",
            Self::Member => "A member",
            Self::Voices => "How voices sound",
            Self::Sounds => "Music and words",
            Self::Recording => "Recording",
            Self::Inviting => "Calling others in",
        }
    }
}

/// How a key's value is read, and with it where the key belongs.
pub(super) enum Read {
    /// In `[general]`.
    General(fn(&mut Settings, &Value<'_>) -> Result<(), String>),
    /// In every section but `[general]`; read before the others.
    Kind,
    /// In a room, and in what is the template of rooms.
    Room(fn(&mut Draft, &Value<'_>) -> Result<(), String>),
    /// In a room whose number callers dial.
    OwnRoom(fn(&mut Draft, &Value<'_>) -> Result<(), String>),
    /// The same, and also in an access number.
    Everywhere(fn(&mut Draft, &Value<'_>) -> Result<(), String>),
    /// In a dynamic number.
    Dynamic(fn(&mut Draft, &Value<'_>) -> Result<(), String>),
    /// In a room, in a template of rooms, and in a profile.
    Manner(fn(&mut Manner, &Value<'_>) -> Result<(), String>),
    /// The same, and also in an access number.
    MannerEverywhere(fn(&mut Manner, &Value<'_>) -> Result<(), String>),
    /// In a profile.
    Profile(fn(&mut Option<Role>, &Value<'_>) -> Result<(), String>),
    /// In a menu.
    Menu,
}

impl Key {
    /// Whether a section of this kind can have it.
    pub const fn belongs(&self, section: Section) -> bool {
        match self.read {
            Read::General(_) => matches!(section, Section::General),
            Read::Kind => !matches!(section, Section::General),
            Read::Room(_) => matches!(section, Section::Room | Section::Dynamic | Section::Local),
            Read::OwnRoom(_) => matches!(section, Section::Room),
            Read::Everywhere(_) => {
                matches!(section, Section::Room | Section::Dynamic | Section::Local | Section::Access)
            }
            Read::Dynamic(_) => matches!(section, Section::Dynamic),
            Read::Manner(_) => matches!(section, Section::Room | Section::Dynamic | Section::Local | Section::Profile),
            Read::MannerEverywhere(_) => !matches!(section, Section::General | Section::Menu),
            Read::Profile(_) => matches!(section, Section::Profile),
            Read::Menu => matches!(section, Section::Menu),
        }
    }

    pub(super) const fn protecting(mut self) -> Key {
        self.protects = true;
        self
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
