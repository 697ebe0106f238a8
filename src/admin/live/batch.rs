//! Events that go out together: written once, for whoever may see them.

use std::fmt::Write;
use std::ops::Range;

use axum::body::Bytes;
use serde::Serialize;

use crate::directory::{AccountId, AccountRole};
use crate::room::RoomNumber;

/// Who may see an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Everybody who is signed in.
    Everybody,
    /// Providers and operators.
    Staff,
    /// These, and the owner whose account it is.
    Owner(AccountId),
}

/// Who looks, and at what.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    pub(super) account: AccountId,
    pub(super) role: AccountRole,
    /// The only room that he wants to know of.
    pub(super) room: Option<RoomNumber>,
}

impl Viewer {
    pub(super) fn sees(&self, audience: Audience, room: Option<&RoomNumber>) -> bool {
        let may = match audience {
            Audience::Everybody => true,
            Audience::Staff => self.role != AccountRole::Owner,
            Audience::Owner(owner) => self.role != AccountRole::Owner || self.account == owner,
        };
        may && self.room.as_ref().zip(room).is_none_or(|(wanted, room)| wanted == room)
    }
}

/// Events that go out together. All who get them share what is written.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    text: Bytes,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    audience: Audience,
    room: Option<RoomNumber>,
    place: Range<usize>,
}

impl Batch {
    /// What of it this one may see and wants to; empty: nothing.
    pub(super) fn for_viewer(&self, viewer: &Viewer) -> Bytes {
        let seen = |part: &&Part| viewer.sees(part.audience, part.room.as_ref());
        let places: Vec<&Range<usize>> = self.parts.iter().filter(seen).map(|part| &part.place).collect();
        match *places {
            [] => Bytes::new(),
            [one] => self.text.slice(one.clone()),
            _ if places.len() == self.parts.len() => self.text.clone(),
            _ => places.into_iter().flat_map(|place| &self.text[place.clone()]).copied().collect(),
        }
    }
}

/// A [`Batch`] being written.
#[derive(Default)]
pub(super) struct Draft {
    text: String,
    parts: Vec<Part>,
}

impl Draft {
    /// Adds an event of this name.
    pub(super) fn add(&mut self, audience: Audience, room: Option<&RoomNumber>, name: &str, data: &impl Serialize) {
        let Ok(data) = serde_json::to_string(data) else { return };
        let begin = self.text.len();
        let _ = write!(self.text, "event: {name}\ndata: {data}\n\n");
        self.parts.push(Part { audience, room: room.cloned(), place: begin..self.text.len() });
    }

    /// What was written; nothing if that is nothing.
    pub(super) fn finish(self) -> Option<Batch> {
        (!self.parts.is_empty()).then(|| Batch { text: self.text.into(), parts: self.parts })
    }
}
