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
    /// What of it this one may see and wants to, in as few pieces as it is there in; nothing of it is copied.
    pub(super) fn for_viewer(&self, viewer: &Viewer) -> Vec<Bytes> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for Part { audience, room, place } in &self.parts {
            if !viewer.sees(*audience, room.as_ref()) {
                continue;
            }
            match places.last_mut() {
                Some(last) if last.end == place.start => last.end = place.end,
                _ => places.push(place.clone()),
            }
        }
        places.into_iter().map(|place| self.text.slice(place)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gets_what_is_his_as_it_was_written() {
        let room = |number: &str| RoomNumber::parse(number).unwrap();
        let (ada, bob) = (AccountId(1), AccountId(2));
        let mut draft = Draft::default();
        for (audience, number, data) in [
            (Audience::Owner(ada), Some("1"), "a"),
            (Audience::Owner(ada), Some("1"), "b"),
            (Audience::Owner(bob), Some("2"), "c"),
            (Audience::Staff, Some("3"), "d"),
            (Audience::Everybody, None, "e"),
        ] {
            draft.add(audience, number.map(room).as_ref(), "x", &data);
        }
        let batch = draft.finish().unwrap();
        let seen = |account, role, only: Option<&str>| {
            let pieces = batch.for_viewer(&Viewer { account, role, room: only.map(room) });
            let place = |piece: &Bytes| piece.as_ptr().addr() - batch.text.as_ptr().addr();
            assert!(pieces.iter().all(|piece| place(piece) + piece.len() <= batch.text.len()), "they are copies");
            let letter = |event: &str| event.trim_end().chars().rev().nth(1);
            let letters =
                |piece: &Bytes| str::from_utf8(piece).unwrap().split_inclusive("\n\n").filter_map(letter).collect();
            pieces.iter().map(letters).collect::<Vec<String>>()
        };
        assert_eq!(seen(ada, AccountRole::Provider, None), ["abcde"]);
        assert_eq!(seen(ada, AccountRole::Owner, None), ["ab", "e"]);
        assert_eq!(seen(bob, AccountRole::Owner, None), ["c", "e"]);
        assert_eq!(seen(bob, AccountRole::Operator, Some("3")), ["de"]);
        assert_eq!(seen(bob, AccountRole::Owner, Some("1")), ["e"]);
    }
}
