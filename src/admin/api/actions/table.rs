//! The one table of actions.

use std::borrow::Cow;

use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::fields::{Field, Given, Kind};
use crate::admin::Refusal;
use crate::service::Deed;

/// Something that can be done.
pub(super) struct Verb {
    /// Its word, `do`.
    name: &'static str,
    /// What else there is to say.
    fields: &'static [Field],
    /// What it does, in a line.
    help: &'static str,
    make: fn(&Given<'_>) -> Result<Deed, Refusal>,
}

/// For the description: one of [`VERBS`].
pub(super) struct Action;

/// Reads what somebody wants done.
///
/// # Errors
///
/// If a value cannot be; it says which.
pub(super) fn read(asked: &Map<String, Value>) -> Result<Deed, Refusal> {
    let name = asked.get("do").and_then(Value::as_str).unwrap_or_default();
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        let all: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
        return Err(Refusal::invalid("do", format!("it has to be one of {}", all.join(", "))));
    };
    let is_known = |field: &str| field == "do" || verb.fields.iter().any(|known| known.name == field);
    if let Some((field, _)) = asked.iter().find(|(field, value)| !value.is_null() && !is_known(field)) {
        return Err(Refusal::invalid(field, format!("'{name}' has no such field")));
    }
    (verb.make)(&Given(asked))
}

impl ToSchema for Action {
    fn name() -> Cow<'static, str> {
        "Action".into()
    }
}

impl PartialSchema for Action {
    fn schema() -> RefOr<Schema> {
        let one = |verb: &Verb| {
            let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([verb.name]));
            let mut object = ObjectBuilder::new()
                .description(Some(verb.help))
                .property("do", name)
                .required("do")
                .additional_properties(Some(AdditionalProperties::FreeForm(false)));
            for field in verb.fields {
                object = object.property(field.name, field.kind.schema());
                if field.needed {
                    object = object.required(field.name);
                }
            }
            object
        };
        Schema::OneOf(VERBS.iter().map(one).fold(OneOfBuilder::new(), OneOfBuilder::item).build()).into()
    }
}

const fn needs(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: true }
}

const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, needed: false }
}

const fn verb(
    name: &'static str,
    fields: &'static [Field],
    help: &'static str,
    make: fn(&Given<'_>) -> Result<Deed, Refusal>,
) -> Verb {
    Verb { name, fields, help, make }
}

const MEMBERS: &[Field] = &[needs("member", Kind::Members)];
const VOLUME: &[Field] = &[needs("member", Kind::Members), needs("value", Kind::Volume)];
const SWITCH: &[Field] = &[needs("member", Kind::Members), needs("on", Kind::Flag)];

/// Everything that can be done.
#[rustfmt::skip]
static VERBS: &[Verb] = &[
    verb("mute", &[needs("member", Kind::Members), may("leaders", Kind::Flag)],
        "Mutes a member, who cannot lift it himself; of all, who comes later too, and leaders only if said so.",
        |given| Ok(Deed::Mute { members: given.members()?, leaders: given.maybe_flag("leaders")?, on: true })),
    verb("unmute", MEMBERS, "Lets a muted member talk again, or everybody.",
        |given| Ok(Deed::Mute { members: given.members()?, leaders: true, on: false })),
    verb("kick", MEMBERS, "Takes a member out of the room; all: ends the conference.",
        |given| Ok(Deed::Kick(given.members()?))),
    verb("deafen", MEMBERS, "Lets a member hear nothing of the room.",
        |given| Ok(Deed::Deafen(given.members()?, true))),
    verb("undeafen", MEMBERS, "Lets a deafened member hear again.",
        |given| Ok(Deed::Deafen(given.members()?, false))),
    verb("talk_volume", VOLUME, "How loud a member is for the others.",
        |given| Ok(Deed::TalkVolume(given.members()?, given.volume()?))),
    verb("listen_volume", VOLUME, "How loud the others are for a member.",
        |given| Ok(Deed::ListenVolume(given.members()?, given.volume()?))),
    verb("level", SWITCH, "Brings a member to the loudness of all, or leaves him as he is.",
        |given| Ok(Deed::Level(given.members()?, given.flag("on")?))),
    verb("denoise", SWITCH, "Takes away the noise behind a member, or leaves it.",
        |given| Ok(Deed::Denoise(given.members()?, given.flag("on")?))),
    verb("lock", &[], "Lets nobody but leaders in.", |_| Ok(Deed::Lock(true))),
    verb("unlock", &[], "Opens a locked room again.", |_| Ok(Deed::Lock(false))),
    verb("admit", MEMBERS, "Lets in who waits in the lobby.", |given| Ok(Deed::Admit(given.members()?))),
    verb("reject", MEMBERS, "Turns away who waits in the lobby.", |given| Ok(Deed::Reject(given.members()?))),
    verb("floor", &[may("member", Kind::Member)], "Lets a muted member talk: this one, or the first who raised his hand.",
        |given| Ok(Deed::Floor(given.maybe_member("member")?))),
    verb("hand", SWITCH, "Raises or lowers a member's hand.",
        |given| Ok(Deed::Hand(given.members()?, given.flag("on")?))),
    verb("extend", &[], "Lets a conference that ends at some time last longer.", |_| Ok(Deed::Extend)),
    verb("record", &[needs("value", Kind::Recording)], "Records the room.", |given| Ok(Deed::Record(given.recording()?))),
    verb("invite", &[needs("value", Kind::Dialled)], "Calls somebody into the room, by its invite_context.",
        |given| Ok(Deed::Invite(given.dialled()?))),
    verb("cancel_invite", &[], "Gives up the last invitation.", |_| Ok(Deed::CancelInvite)),
    verb("play", &[needs("value", Kind::Sounds), may("member", Kind::Member)], "Plays sounds to the room, or to one member.",
        |given| Ok(Deed::Play(given.sounds()?, given.maybe_member("member")?))),
    verb("say", &[needs("value", Kind::Said), may("member", Kind::Member)],
        "Says a number to the room, or to one member; of a string each digit.",
        |given| Ok(Deed::Say(given.said()?, given.maybe_member("member")?))),
    verb("whisper", &[needs("member", Kind::Member), may("to", Kind::Member)],
        "Lets this one hear the member, and nobody else; without it everybody again.",
        |given| Ok(Deed::Whisper(given.member("member")?, given.maybe_member("to")?))),
    verb("pair", &[needs("member", Kind::Member), needs("to", Kind::Member)], "Lets two members hear only each other.",
        |given| Ok(Deed::Pair(given.member("member")?, given.member("to")?))),
    verb("unpair", &[needs("member", Kind::Member)], "Lets both of a pair hear everybody again.",
        |given| Ok(Deed::Unpair(given.member("member")?))),
    verb("move", &[needs("member", Kind::Members), needs("to", Kind::Room)],
        "Sends a member to another room, without its PIN; an owner only to one of his own.",
        |given| Ok(Deed::Move(given.members()?, given.room()?))),
    verb("most_talkers", &[needs("value", Kind::Talkers)], "How many who talk at once are heard, the loudest.",
        |given| Ok(Deed::MostTalkers(given.talkers()?))),
    verb("comfort_noise", &[may("value", Kind::Noise)], "A steady noise under everything, against full scale.",
        |given| Ok(Deed::ComfortNoise(given.noise()?))),
    verb("end", &[], "Ends the conference for everybody.", |_| Ok(Deed::End)),
];
