//! The names that members recorded.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::announce::PlayTo;
use super::{CallId, Host, Service};
use crate::audio::Clip;
use crate::prompts::Item;
use crate::room::{MemberId, RoomNumber, Sound};

/// A room's recorded names. Those who left are remembered for a while: that they left is said afterwards.
#[derive(Default)]
pub(super) struct Names {
    clips: HashMap<MemberId, Arc<Clip>>,
    left: VecDeque<MemberId>,
}

impl Names {
    pub(super) fn keep(&mut self, member: MemberId, clip: Arc<Clip>) {
        self.clips.insert(member, clip);
    }

    /// A member is no longer here.
    pub(super) fn has_left(&mut self, member: MemberId) {
        if self.clips.contains_key(&member) {
            self.left.push_back(member);
        }
        while self.left.len() > REMEMBERED {
            if let Some(forgotten) = self.left.pop_front() {
                self.clips.remove(&forgotten);
            }
        }
    }
}

impl<H: Host> Service<H> {
    /// What sounds are made of: names are clips already, and a conference can have prompts of its own.
    pub(super) fn items(&self, number: &RoomNumber, to: &PlayTo, sounds: Vec<Sound>) -> Vec<Item> {
        let conference = match to {
            PlayTo::Call(id) => self.calls.get(id).and_then(|call| call.conference.as_ref()),
            _ => self.rooms.get(number).map(|open| open.room.conference()),
        };
        let own = |prompt: &str| conference.and_then(|conference| conference.sounds.get(prompt).cloned());
        let item = |sound| match sound {
            Sound::Name(member) => self.name(number, member),
            Sound::Prompt(prompt) => Item::Sound(own(prompt).map_or(Sound::Prompt(prompt), Sound::File)),
            sound => Item::Sound(sound),
        };
        sounds.into_iter().map(item).collect()
    }

    fn name(&self, number: &RoomNumber, member: MemberId) -> Item {
        let kept = self.rooms.get(number).and_then(|open| open.names.clips.get(&member));
        // Also of one who is not in yet, and listens to what he recorded.
        let own = || self.calls.get(&CallId(member.0)).and_then(|call| call.name.as_ref());
        match kept.or_else(own) {
            Some(clip) => Item::Clip(clip.clone()),
            None => Item::Sound(A_PARTICIPANT),
        }
    }
}

/// "A participant."
const A_PARTICIPANT: Sound = Sound::Prompt("conclave-a-participant");

/// So many names of members who left are kept. More than this many who leave at once are counted, not named.
const REMEMBERED: usize = 64;
