//! What follows from a change in the directory for the rooms that are in progress.
//!
//! Codes, PIN, whether it is switched on, and how newcomers are treated are asked of the directory for each of them, so
//! they need nothing of this. Here the room itself follows: its name, its most members, its end, its sounds. Nobody who
//! is inside has to go but by the end of its time: also not if the conference was switched off or deleted.

use std::sync::Arc;
use std::time::Duration;

use super::Told;
use super::finding::{self, Reply, Wanted};
use crate::directory::{Change, ConferenceId};
use crate::room::{self, RoomNumber};
use crate::service::lookup::Listed;
use crate::service::{Host, Service};

impl<H: Host> Service<H> {
    /// Asks what became of the conferences of which rooms are in progress.
    pub(super) fn ask_for_rooms(&mut self, now: Duration, change: Change) {
        let moment = self.moment(now);
        let Some(link) = &self.directory else { return };
        let origins = self.rooms.values().filter_map(|open| open.origin.as_ref());
        let concerned = origins.filter(|origin| match change {
            Change::Conference(id) => origin.conference == id,
            Change::Account(id) => origin.account == id,
            Change::Everything => true,
            Change::Settings | Change::Mail => false,
        });
        let mut conferences: Vec<ConferenceId> = concerned.map(|origin| origin.conference).collect();
        conferences.sort_unstable();
        conferences.dedup();
        for id in conferences {
            let (settings, zone, tell) = (self.settings.clone(), self.zone.clone(), link.tell.clone());
            link.directory.read(
                move |desk| finding::find(desk, &Wanted::Conference(id)),
                move |found| match found {
                    Ok(found) => tell(Told::Held(id, found.read(&settings, &zone, moment))),
                    // As soon as it can be reached again, it tells that everything may have changed.
                    Err(error) => log::warn!("a room in progress stays as it is: {error}"),
                },
            );
        }
    }

    /// What a conference of which rooms are in progress is by now.
    pub(super) fn held_changed(&mut self, now: Duration, id: ConferenceId, reply: &Reply) {
        let Some(origin) = &reply.origin else { return };
        let is_it =
            |open: &super::super::rooms::OpenRoom| open.origin.as_ref().is_some_and(|origin| origin.conference == id);
        let numbers: Vec<RoomNumber> =
            self.rooms.iter().filter(|(_, open)| is_it(open)).map(|(number, _)| number.clone()).collect();
        let unix = self.unix_time.at(now);
        for number in numbers {
            let Some(open) = self.rooms.get_mut(&number) else { continue };
            open.origin = Some(origin.clone());
            open.changed = true;
            let Listed::Conference(conference) = &reply.listed else { continue };
            let mut conference = conference.clone();
            if conference.number != number {
                Arc::make_mut(&mut conference).number = number.clone();
            }
            let (before, after) = (open.room.conference().schedule, conference.schedule);
            // What opens only later says nothing on what is going on now, perhaps because a leader made it longer.
            let moves = before.closes != after.closes && after.opens.is_none_or(|opens| opens <= unix);
            let ends = moves.then(|| after.closes.map(|closes| self.unix_time.ours(now, closes)));
            self.tell_room(now, &number, room::Input::Changed { conference, ends });
        }
    }
}
