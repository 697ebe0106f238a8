//! The fields of actions: what they may hold, how OpenAPI says that, and how they are read.

use std::sync::Arc;

use serde_json::{Map, Value};
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};

use crate::admin::Refusal;
use crate::room::{Mix, Phrase, RecordOrder, RoomNumber, Volume};
use crate::service::Members;
use crate::text::meaning;

/// A field of an action.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) needed: bool,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A member's number, the PBX's name of his call, or `all`.
    Members,
    /// One of them, not `all`.
    Member,
    /// True or false.
    Flag,
    /// A volume in dB.
    Volume,
    /// How many talkers are heard.
    Talkers,
    /// A level of noise.
    Noise,
    /// A number to be dialled.
    Dialled,
    /// Names of sound files.
    Sounds,
    /// Digits or a number to be said.
    Said,
    /// The number of a room.
    Room,
    /// What a recording shall do.
    Recording,
}

impl Kind {
    /// What it may hold, for people.
    fn words(self) -> &'static str {
        match self {
            Kind::Members => "a member's number, the name of his call, or \"all\"",
            Kind::Member => "a member's number, or the name of his call",
            Kind::Flag => "true or false",
            Kind::Volume => "a volume in dB in steps of 3 from -12 to 12",
            Kind::Talkers => "a number from 0 to 16; 0 is all",
            Kind::Noise => "a level in dB from -80 to -40, or null for none",
            Kind::Dialled => "a number that can be dialled",
            Kind::Sounds => "the name of a sound of the PBX, or several with & between them",
            Kind::Said => "a number below 1000000000 to be said as such, or a string of up to 64 digits, * or #",
            Kind::Room => "the number of a room",
            Kind::Recording => "one of start, stop, pause, resume",
        }
    }

    /// The same for programs.
    pub(super) fn schema(self) -> Schema {
        let integer = || ObjectBuilder::new().schema_type(Type::Integer);
        let string = || ObjectBuilder::new().schema_type(Type::String);
        let within = |least: i32, most: i32| integer().minimum(Some(least)).maximum(Some(most));
        let either = |one: ObjectBuilder, other: ObjectBuilder| {
            Schema::AnyOf(AnyOfBuilder::new().item(one).item(other).description(Some(self.words())).build())
        };
        let one = match self {
            Kind::Members | Kind::Member => {
                let name = string().min_length(Some(1)).max_length(Some(LONGEST_NAME));
                return either(within(1, i32::MAX), name);
            }
            Kind::Said => return either(within(0, 999_999_999), string().pattern(Some("^[0-9*#]{1,64}$"))),
            Kind::Noise => return either(within(Mix::NOISE.0.into(), Mix::NOISE.1.into()), null()),
            Kind::Flag => ObjectBuilder::new().schema_type(Type::Boolean),
            Kind::Volume => integer().enum_values(Some((-4..=4).map(|step| 3 * step))),
            Kind::Talkers => within(0, Mix::MOST_TALKERS as i32),
            Kind::Dialled => string().pattern(Some("^[A-Za-z0-9+*#_.-]{1,64}$")),
            Kind::Sounds => string().pattern(Some(SOUNDS)).max_length(Some(LONGEST_NAME)),
            Kind::Room => string().pattern(Some("^[A-Za-z0-9_.+-]{1,64}$")),
            Kind::Recording => string().enum_values(Some(RECORDING.map(|(word, _)| word))),
        };
        one.description(Some(self.words())).build().into()
    }
}

/// What was given for the fields of an action; null is nothing.
pub(super) struct Given<'v>(pub(super) &'v Map<String, Value>);

impl Given<'_> {
    fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// Reads a field that has to be there.
    fn needed<T>(&self, field: &str, kind: Kind, read: impl FnOnce(&Value) -> Option<T>) -> Result<T, Refusal> {
        let missing = || Refusal::invalid(field, format!("it is missing: {}", kind.words()));
        let value = self.get(field).ok_or_else(missing)?;
        read(value).ok_or_else(|| Refusal::invalid(field, format!("it has to be {}", kind.words())))
    }

    fn maybe<T>(&self, field: &str, kind: Kind, read: impl FnOnce(&Value) -> Option<T>) -> Result<Option<T>, Refusal> {
        if self.get(field).is_none() { Ok(None) } else { self.needed(field, kind, read).map(Some) }
    }

    pub(super) fn members(&self) -> Result<Members, Refusal> {
        self.needed("member", Kind::Members, |value| Some(Members::from(&*name(value)?)))
    }

    pub(super) fn member(&self, field: &str) -> Result<String, Refusal> {
        self.needed(field, Kind::Member, one_name)
    }

    pub(super) fn maybe_member(&self, field: &str) -> Result<Option<String>, Refusal> {
        self.maybe(field, Kind::Member, one_name)
    }

    pub(super) fn flag(&self, field: &str) -> Result<bool, Refusal> {
        self.needed(field, Kind::Flag, Value::as_bool)
    }

    pub(super) fn maybe_flag(&self, field: &str) -> Result<bool, Refusal> {
        Ok(self.maybe(field, Kind::Flag, Value::as_bool)?.unwrap_or(false))
    }

    pub(super) fn volume(&self) -> Result<Volume, Refusal> {
        let volume = |value: &Value| Volume::from_decibels(i8::try_from(whole(value)?).ok()?);
        self.needed("value", Kind::Volume, volume)
    }

    pub(super) fn talkers(&self) -> Result<u32, Refusal> {
        let talkers = |value: &Value| u32::try_from(whole(value)?).ok().filter(|most| *most <= Mix::MOST_TALKERS);
        self.needed("value", Kind::Talkers, talkers)
    }

    pub(super) fn noise(&self) -> Result<Option<i8>, Refusal> {
        let (least, most) = Mix::NOISE;
        let noise = |value: &Value| i8::try_from(whole(value)?).ok().filter(|level| (least..=most).contains(level));
        self.maybe("value", Kind::Noise, noise)
    }

    pub(super) fn dialled(&self) -> Result<String, Refusal> {
        self.needed("value", Kind::Dialled, |value| {
            text(value, 64, |c| c.is_ascii_alphanumeric() || "+*#_.-".contains(c))
        })
    }

    pub(super) fn sounds(&self) -> Result<Vec<Arc<str>>, Refusal> {
        self.needed("value", Kind::Sounds, |value| {
            let known = |c: char| c.is_ascii_alphanumeric() || "_.-/&".contains(c);
            let names = text(value, LONGEST_NAME, known)?;
            // Nothing but the PBX's own sounds: no other folder of the machine, nothing hidden.
            let is_name = |name: &str| name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
            names.split('&').map(|name| is_name(name).then(|| name.into())).collect()
        })
    }

    pub(super) fn said(&self) -> Result<Phrase, Refusal> {
        self.needed("value", Kind::Said, |value| match value {
            Value::String(_) => text(value, 64, |c| c.is_ascii_digit() || "*#".contains(c)).map(Phrase::Digits),
            _ => u32::try_from(whole(value)?).ok().filter(|number| *number < 1_000_000_000).map(Phrase::Number),
        })
    }

    pub(super) fn room(&self) -> Result<RoomNumber, Refusal> {
        self.needed("to", Kind::Room, |value| RoomNumber::parse(value.as_str()?).ok())
    }

    pub(super) fn recording(&self) -> Result<RecordOrder, Refusal> {
        self.needed("value", Kind::Recording, |value| meaning(&RECORDING, value.as_str()?))
    }
}

/// 3 and 3.0 are the same number.
fn whole(value: &Value) -> Option<i64> {
    let float = || value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15).map(|float| float as i64);
    value.as_i64().or_else(float)
}

/// By what a member is named.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => (1..=LONGEST_NAME).contains(&name.chars().count()).then(|| name.clone()),
        _ => whole(value).filter(|number| (1..=i64::from(i32::MAX)).contains(number)).map(|number| number.to_string()),
    }
}

fn one_name(value: &Value) -> Option<String> {
    name(value).filter(|name| Members::from(&**name) != Members::All)
}

fn text(value: &Value, longest: usize, is_good: impl Fn(char) -> bool) -> Option<String> {
    let text = value.as_str()?;
    ((1..=longest).contains(&text.len()) && text.chars().all(is_good)).then(|| text.to_owned())
}

fn null() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Null)
}

const RECORDING: [(&str, RecordOrder); 4] = [
    ("start", RecordOrder::Start),
    ("stop", RecordOrder::Stop),
    ("pause", RecordOrder::Pause),
    ("resume", RecordOrder::Resume),
];

const SOUNDS: &str = "^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*(&[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*)*$";

/// The name of a call, and of sounds.
const LONGEST_NAME: usize = 200;
