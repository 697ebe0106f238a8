//! What a worker does with the commands of the control half.
//!
//! A command that replaces or removes something sends the old memory back. There is room for that before a command is
//! taken from the ring, or it stays there: memory is never dropped on this side.

use std::mem;

use super::coding::SharedCoding;
use super::command::{Command, Fitting, Garbage, Queue, Report, Retune, Retuned, Seating};
use super::ids::{LegId, MusicId, RoomId, TapId};
use super::leg::{Hears, Leg, LegAudio};
use super::music::{MusicOutlet, MusicStream};
use super::player::Playing;
use super::room::{Last, Outlet, Room};
use super::spread::{Spread, SpreadOutlet};
use super::tap::{Source, TapEnd};
use super::types::{Codec, Coded};
use super::voice::VoiceWork;
use super::worker::{Worker, leg_mut};

impl Worker {
    pub(super) fn apply_commands(&mut self) {
        while self.reports.slots() >= MOST_REPORTS {
            if self.fades_first() {
                return;
            }
            let Ok(command) = self.commands.pop() else {
                return;
            };
            if self.apply(command).is_none() {
                self.stats.commands_refused.count();
            }
        }
        self.stats.reports_deferred.count();
    }

    /// Whether the next command changes the rate of a room in which there is something to be heard: then that fades out in
    /// this tick, and the command with all that follow waits for the next. Where many wait already, none waits longer.
    fn fades_first(&mut self) -> bool {
        let waiting = self.commands.slots();
        let Ok(Command::Retune { retune }) = self.commands.peek() else { return false };
        if mem::take(&mut self.faded) || waiting > MOST_WAITING {
            return false;
        }
        for retuned in &retune.rooms {
            let room = self.rooms.get_mut(usize::from(retuned.id.slot)).and_then(Option::as_mut);
            if let Some(room) = room.filter(|room| room.generation == retuned.id.generation) {
                self.faded |= room.fade_out();
            }
        }
        if self.faded {
            for (leg, _) in &retune.edges {
                if let Some(leg) = leg_mut(&mut self.legs, self.index, *leg) {
                    leg.fade_out();
                }
            }
        }
        self.faded
    }

    fn apply(&mut self, command: Command) -> Option<()> {
        match command {
            Command::AddLeg { leg, codec, audio } => self.add_leg(leg, codec, audio),
            Command::RemoveLeg { leg } => self.remove_leg(leg),
            Command::AttachRoom { slot, room } => self.attach_room(slot, room),
            Command::DetachRoom { room } => self.detach_room(room),
            Command::SetPeers { room, peers } => self.room(room).map(|room| room.set_peers(peers)),
            Command::Retune { retune } => self.retune(retune),
            Command::Seat { leg, room, seating } => self.seat(leg, room, seating),
            Command::Unseat { leg } => self.leave_seat(leg),
            Command::SetCodec { leg, fitting } => self.set_codec(leg, fitting),
            Command::SetSpread { room, spread } => self.set_spread(room, spread),
            Command::AddSpreadOutlet { room, outlet } => self.add_spread_outlet(room, outlet),
            Command::SetPlace { leg, place } => self.leg(leg).map(|leg| leg.audio.next_place = place),
            Command::HearPlaces { leg, yes } => self.hear_places(leg, yes),
            Command::SetTalk { leg, gain } => self.leg(leg).map(|leg| leg.set_talk(gain)),
            Command::SetListen { leg, gain } => self.leg(leg).map(|leg| leg.set_listen(gain)),
            Command::SetHearing { leg, allowed } => self.leg(leg).map(|leg| leg.set_hearing(allowed)),
            Command::SetVoice { leg, work } => self.set_voice(leg, work),
            Command::SetRoomSound { room, sound } => self.room(room).map(|room| room.set_sound(sound)),
            Command::SpeakAside { leg, side } => self.speak_aside(leg, side),
            Command::Overhear { leg, side, outlet } => self.overhear(leg, side, outlet),
            Command::PlayToLeg { leg, queue, playing } => self.play_to_leg(leg, queue, playing),
            Command::PlayToRoom { room, playing } => self.play_to_room(room, playing),
            Command::StopLeg { leg, queue } => self.leg(leg).map(|leg| leg.audio.queue(queue).stop()),
            Command::StopRoom { room } => self.room(room).map(|room| room.player.stop()),
            Command::AddMusic { slot, stream } => self.add_music(slot, stream),
            Command::RemoveMusic { music } => self.remove_music(music),
            Command::SetMusic { leg, music, outlet, coding } => self.set_music(leg, music, outlet, coding),
            Command::Uncode { room, coded } => self.uncode(room, coded),
            Command::UncodeMusic { music, coded } => self.uncode_music(music, coded),
            Command::AddTap { end } => self.add_tap(end),
            Command::RemoveTap { tap } => self.remove_tap(tap),
        }
    }

    fn add_leg(&mut self, leg: LegId, codec: Codec, audio: Box<LegAudio>) -> Option<()> {
        match self.legs.get_mut(usize::from(leg.slot)) {
            Some(place @ None) if leg.worker == self.index => {
                *place = Some(Leg::new(leg, codec, audio));
                self.taken.push(leg.slot);
                Some(())
            }
            _ => self.refuse(audio),
        }
    }

    fn remove_leg(&mut self, id: LegId) -> Option<()> {
        self.leg(id)?;
        let _ = self.unseat(id);
        let leg = self.legs.get_mut(usize::from(id.slot))?.take()?;
        self.taken.retain(|slot| *slot != id.slot);
        self.give_back(leg.audio);
        Some(())
    }

    fn attach_room(&mut self, slot: u16, room: Box<Room>) -> Option<()> {
        match self.rooms.get_mut(usize::from(slot)) {
            Some(place @ None) => {
                *place = Some(room);
                self.attached.push(slot);
                Some(())
            }
            _ => self.refuse(room),
        }
    }

    fn detach_room(&mut self, id: RoomId) -> Option<()> {
        self.room(id)?;
        for i in 0..self.taken.len() {
            let place = usize::from(self.taken[i]);
            let Some(leg) = &self.legs[place] else {
                continue;
            };
            if leg.room == Some(id.slot) {
                let _ = self.unseat(leg.id);
                continue;
            }
            let last_heard = self.last_heard(leg);
            if let Some(leg) = &mut self.legs[place] {
                leg.lose_side(id.slot, last_heard);
            }
        }
        let room = self.rooms.get_mut(usize::from(id.slot))?.take()?;
        self.attached.retain(|slot| *slot != id.slot);
        self.give_back(room);
        Some(())
    }

    /// Changes the rate of a room and its side rooms, and at the same moment everything that depends on it.
    fn retune(&mut self, mut retune: Box<Retune>) -> Option<()> {
        for room in &mut retune.rooms {
            self.retune_one(room);
        }
        for (leg, edge) in &mut retune.edges {
            if let Some(leg) = self.leg(*leg) {
                mem::swap(&mut leg.audio.edge, edge);
            }
        }
        self.give_back(retune);
        Some(())
    }

    fn retune_one(&mut self, retuned: &mut Retuned) -> Option<()> {
        let id = retuned.id;
        self.room(id)?;
        for i in 0..self.taken.len() {
            let place = usize::from(self.taken[i]);
            if self.legs[place].as_ref().is_none_or(|leg| leg.room != Some(id.slot)) {
                continue;
            }
            let last_heard = self.leave_heard(place);
            if let Some(leg) = &mut self.legs[place] {
                leg.change(last_heard);
            }
        }
        let room = self.room(id)?;
        retuned.room.succeed(room);
        mem::swap(room, &mut retuned.room);
        room.player.exchange(&mut retuned.clips);
        Some(())
    }

    fn seat(&mut self, id: LegId, room_id: RoomId, mut seating: Box<Seating>) -> Option<()> {
        if self.room(room_id).is_none() || self.leg(id).is_none() {
            return self.refuse(seating);
        }
        let _ = self.unseat(id);
        let last_heard = self.leave_heard(usize::from(id.slot));
        let room = self.room(room_id)?;
        seating.outlet = room.add_outlet(seating.outlet.take());
        seating.coding = seating.coding.take().and_then(|coding| room.add_coding(coding));
        let leg = self.leg(id)?;
        mem::swap(&mut leg.audio.edge, &mut seating.edge);
        leg.sit(room_id.slot, last_heard);
        self.give_back(seating);
        Some(())
    }

    /// One that has stood up already, for another form, is no mistake.
    fn leave_seat(&mut self, id: LegId) -> Option<()> {
        if self.leg(id)?.room.is_none() {
            return Some(());
        }
        self.unseat(id)
    }

    fn set_codec(&mut self, id: LegId, mut fitting: Box<Fitting>) -> Option<()> {
        if self.leg(id).is_none() {
            return self.refuse(fitting);
        }
        let last_heard = self.leave_heard(usize::from(id.slot));
        let _ = self.unseat(id);
        self.leg(id)?.fit(&mut fitting, last_heard);
        self.give_back(fitting);
        Some(())
    }

    fn unseat(&mut self, id: LegId) -> Option<()> {
        let leg = self.legs.get(usize::from(id.slot))?.as_ref().filter(|leg| leg.id == id)?;
        leg.room?;
        let last_heard = self.leave_heard(usize::from(id.slot));
        let leg = leg_mut(&mut self.legs, self.index, id)?;
        let slot = leg.speaks_in()?;
        let spoke_in = self.rooms.get_mut(usize::from(slot)).and_then(Option::as_deref_mut);
        leg.stand(spoke_in, last_heard, &self.stats);
        Some(())
    }

    fn set_voice(&mut self, id: LegId, work: Option<Box<VoiceWork>>) -> Option<()> {
        let passed_over = match self.leg(id) {
            Some(leg) => leg.set_work(work),
            None => work,
        };
        if let Some(work) = passed_over {
            self.give_back(work);
        }
        self.leg(id).map(|_| ())
    }

    fn set_spread(&mut self, room: RoomId, mut spread: Option<Box<Spread>>) -> Option<()> {
        if let Some(spread) = &mut spread {
            spread.joins_in = true;
        }
        if let Some(room) = self.room(room) {
            mem::swap(&mut room.spread, &mut spread);
        }
        if let Some(former) = spread {
            self.give_back(former);
        }
        Some(())
    }

    fn add_spread_outlet(&mut self, room: RoomId, outlet: Box<SpreadOutlet>) -> Option<()> {
        let unused = match self.room(room).and_then(|room| room.spread.as_mut()) {
            Some(spread) => spread.add_outlet(outlet),
            None => Some(outlet),
        };
        if let Some(outlet) = unused {
            self.give_back(outlet);
        }
        Some(())
    }

    fn hear_places(&mut self, id: LegId, yes: bool) -> Option<()> {
        self.leg(id)?.audio.wide.as_ref().filter(|wide| wide.hears_places() != yes)?;
        let last_heard = self.leave_heard(usize::from(id.slot));
        self.leg(id).map(|leg| leg.hear_places(yes, last_heard))
    }

    fn speak_aside(&mut self, id: LegId, side: Option<RoomId>) -> Option<()> {
        let side = self.side_place(id, side)?;
        self.leg(id).map(|leg| leg.speak_aside(side))
    }

    fn overhear(&mut self, id: LegId, side: Option<RoomId>, outlet: Option<Box<Outlet>>) -> Option<()> {
        let unused = match side.and_then(|side| self.room(side)) {
            Some(room) => room.add_outlet(outlet),
            None => outlet,
        };
        if let Some(outlet) = unused {
            self.give_back(outlet);
        }
        let side = self.side_place(id, side)?;
        self.leg(id).map(|leg| leg.overhear(side))
    }

    /// The place of a side room for a leg that is seated; there may be no side room, but not an unknown one.
    fn side_place(&mut self, leg: LegId, side: Option<RoomId>) -> Option<Option<u16>> {
        self.leg(leg)?.room?;
        match side {
            Some(side) => self.room(side).map(|_| Some(side.slot)),
            None => Some(None),
        }
    }

    fn play_to_leg(&mut self, id: LegId, queue: Queue, playing: Playing) -> Option<()> {
        let Some(leg) = self.leg(id) else {
            return self.refuse_clip(playing);
        };
        leg.listen_closely();
        match leg.audio.queue(queue).play(playing) {
            Ok(()) => Some(()),
            Err(playing) => self.refuse_clip(playing),
        }
    }

    fn play_to_room(&mut self, id: RoomId, playing: Playing) -> Option<()> {
        let Some(room) = self.room(id) else {
            return self.refuse_clip(playing);
        };
        match room.player.play(playing) {
            Ok(()) => Some(()),
            Err(playing) => self.refuse_clip(playing),
        }
    }

    fn add_music(&mut self, slot: u16, stream: Box<MusicStream>) -> Option<()> {
        match self.music.get_mut(usize::from(slot)) {
            Some(place @ None) => {
                *place = Some(stream);
                Some(())
            }
            _ => self.refuse(stream),
        }
    }

    fn remove_music(&mut self, id: MusicId) -> Option<()> {
        self.stream(id)?;
        for i in 0..self.taken.len() {
            let place = usize::from(self.taken[i]);
            let Some(leg) = &self.legs[place] else {
                continue;
            };
            let hears_it = leg.audio.music.current() == Some(id.slot);
            let last_heard = if hears_it { self.leave_heard(place) } else { Last::default() };
            if let Some(leg) = &mut self.legs[place] {
                leg.audio.music.lose(id.slot);
                if hears_it {
                    leg.change_heard(last_heard);
                }
            }
        }
        let stream = self.music.get_mut(usize::from(id.slot))?.take()?;
        self.give_back(stream);
        Some(())
    }

    fn set_music(
        &mut self,
        leg: LegId,
        music: Option<MusicId>,
        outlet: Option<Box<MusicOutlet>>,
        coding: Option<Box<SharedCoding>>,
    ) -> Option<()> {
        let music = music.filter(|music| self.stream(*music).is_some());
        let (outlet, coding) = match music.and_then(|music| self.stream(music)) {
            Some(stream) => (stream.add_outlet(outlet), coding.and_then(|coding| stream.add_coding(coding))),
            None => (outlet, coding),
        };
        if let Some(outlet) = outlet {
            self.give_back(outlet);
        }
        if let Some(coding) = coding {
            self.give_back(coding);
        }
        let leg = self.leg(leg)?;
        leg.audio.music.want(music.map(|music| music.slot));
        leg.listen_closely();
        Some(())
    }

    fn uncode(&mut self, room: RoomId, coded: Coded) -> Option<()> {
        let coding = self.room(room)?.remove_coding(coded)?;
        self.give_back(coding);
        Some(())
    }

    fn uncode_music(&mut self, music: MusicId, coded: Coded) -> Option<()> {
        self.stream(music)?;
        for i in 0..self.taken.len() {
            let place = usize::from(self.taken[i]);
            let hears_it = |leg: &Leg| leg.hears == Hears::Music(music.slot) && leg.codec == Codec::Coded(coded);
            if self.legs[place].as_ref().is_some_and(hears_it) {
                self.leave_heard(place);
            }
        }
        let coding = self.stream(music)?.remove_coding(coded)?;
        self.give_back(coding);
        Some(())
    }

    fn add_tap(&mut self, mut end: Box<TapEnd>) -> Option<()> {
        if let Some(former) = self.taps.iter_mut().find(|tap| tap.id == end.id) {
            end.succeed(former);
            mem::swap(former, &mut end);
            self.give_back(end);
            return Some(());
        }
        if self.taps.len() == self.taps.capacity() {
            return self.refuse(end);
        }
        if let Source::Leg(leg) = end.source {
            match self.leg(leg) {
                Some(leg) => leg.add_tap(),
                None => return self.refuse(end),
            }
        }
        self.taps.push(end);
        Some(())
    }

    fn remove_tap(&mut self, id: TapId) -> Option<()> {
        let place = self.taps.iter().position(|tap| tap.id == id)?;
        let end = self.taps.swap_remove(place);
        if let Source::Leg(leg) = end.source
            && let Some(leg) = self.leg(leg)
        {
            leg.remove_tap();
        }
        self.give_back(end);
        Some(())
    }

    fn leg(&mut self, id: LegId) -> Option<&mut Leg> {
        leg_mut(&mut self.legs, self.index, id)
    }

    fn room(&mut self, id: RoomId) -> Option<&mut Box<Room>> {
        let room = self.rooms.get_mut(usize::from(id.slot))?.as_mut()?;
        (room.generation == id.generation).then_some(room)
    }

    fn stream(&mut self, id: MusicId) -> Option<&mut MusicStream> {
        let stream = self.music.get_mut(usize::from(id.slot))?.as_deref_mut()?;
        (stream.generation == id.generation).then_some(stream)
    }

    fn refuse(&mut self, garbage: Garbage) -> Option<()> {
        self.give_back(garbage);
        None
    }

    /// Its end is told all the same: somebody may wait for it.
    fn refuse_clip(&mut self, playing: Playing) -> Option<()> {
        let _ = self.reports.push(Report::Played { playing });
        None
    }

    fn give_back(&mut self, garbage: Garbage) {
        let _ = self.reports.push(Report::Done(garbage));
    }
}

/// The most that one command sends back.
pub(super) const MOST_REPORTS: usize = 2;

/// How many commands may wait for a room to fade out.
const MOST_WAITING: usize = 64;
