//! One member's audio: what it says and what it hears.

mod hearing;
mod speaking;

use std::sync::Arc;

use super::coding::Coding;
use super::command::{Fitting, Queue};
use super::edge::Edge;
use super::ids::LegId;
use super::music::MusicEar;
use super::place::Place;
use super::player::Player;
use super::playout::{Playout, Pulled};
use super::room::{Last, Room};
use super::stats::WorkerStats;
use super::types::{Codec, Decoder};
use super::unusual::{Ear, Mouth, Unusual};
use super::voice::VoiceWork;
use super::wide::{Wide, last_of_both};
use crate::audio::{Clip, Decay, Gate, Limiter, Ramp, SampleRate};
pub(super) use hearing::{Coders, Hears, shared_coding};
use speaking::Meter;

/// What every tick asks about every leg, kept together; the rest is behind `audio`.
pub(super) struct Leg {
    pub id: LegId,
    pub codec: Codec,
    pub room: Option<u16>,
    pub hears: Hears,
    /// What the control half was told.
    pub told_talking: bool,
    pub gate: Gate,
    talk: Ramp,
    /// Whether a contribution of this leg is in this tick's sum.
    sounds: bool,
    /// Whether nothing of its own is mixed into what this leg hears.
    plain: bool,
    /// Whether `audio.unusual` has anything in it.
    unusual: bool,
    pub audio: Box<LegAudio>,
}

/// A leg's memory, made by the control half and dropped there.
pub(super) struct LegAudio {
    pub playout: Playout,
    pub player: Player,
    pub announcer: Player,
    pub music: MusicEar,
    /// What it takes to sit in a room of another rate.
    pub edge: Option<Box<Edge>>,
    /// Where others hear this leg, and where from its next word on.
    place: Place,
    pub next_place: Place,
    /// What it takes to hear two channels.
    pub wide: Option<Box<Wide>>,
    listen: Ramp,
    pub unusual: Unusual,
    /// What is done to the voice before others hear it.
    work: Option<Box<VoiceWork>>,
    meter: Meter,
    /// What this leg hears of itself in the room's sum, at its own rate.
    voice: Box<[i32]>,
    heard: Box<[i32]>,
    /// Two samples at a time, left and right, if it is wide.
    linear: Box<[i16]>,
    payload: Box<[u8]>,
    /// Its own encoder, if it is in a form that the engine does not know by itself.
    coding: Option<Coding>,
    /// The shared stream that it is about to hear, and for how many ticks its own encoder has been given the same.
    nearing: (Hears, u32),
    /// Ticks that were so quiet that no change of encoders is heard.
    quiet: u32,
    limiter: Limiter,
    /// What is left of what was heard before a change.
    left: Decay,
    /// How what it hears of its rooms begins and ends in this tick.
    turn: Ramp,
    /// So many ticks more may pass before what it says is faded in: who was muted may be in the middle of a word, of
    /// which the first packets have to be waited for.
    opens: u8,
}

impl LegAudio {
    pub fn new(codec: Codec, coders: Option<(Box<dyn Decoder>, Coding)>, clips: usize) -> LegAudio {
        let tick = codec.rate().samples_per_tick();
        let bytes = if matches!(codec, Codec::Pcmu | Codec::Pcma) { tick } else { 0 };
        let (decoder, coding) = coders.unzip();
        let is_wide = codec.is_stereo();
        LegAudio {
            playout: Playout::new(codec, decoder),
            player: Player::new(clips),
            announcer: Player::new(clips),
            music: MusicEar::default(),
            edge: None,
            place: Place::MIDDLE,
            next_place: Place::MIDDLE,
            wide: is_wide.then(|| Box::new(Wide::new(codec.rate()))),
            listen: Ramp::new(1.0),
            unusual: Unusual::default(),
            work: None,
            meter: Meter::default(),
            voice: vec![0; tick].into(),
            heard: vec![0; tick].into(),
            linear: vec![0; if is_wide { 2 * tick } else { tick }].into(),
            payload: vec![0; bytes].into(),
            coding,
            nearing: (Hears::Own, 0),
            quiet: 0,
            limiter: Limiter::new(),
            left: Decay::default(),
            turn: Ramp::new(1.0),
            opens: 0,
        }
    }

    /// Goes on where a leg in another form was: with what plays to it, and how it hears and is heard.
    fn succeed(&mut self, former: &mut LegAudio, clips: &mut [(u64, Arc<Clip>)]) {
        std::mem::swap(&mut self.player, &mut former.player);
        std::mem::swap(&mut self.announcer, &mut former.announcer);
        self.player.exchange(clips);
        self.announcer.exchange(clips);
        std::mem::swap(&mut self.music, &mut former.music);
        std::mem::swap(&mut self.unusual, &mut former.unusual);
        // What was done to the voice, or was to be, is for another rate.
        std::mem::swap(&mut self.unusual.next_work, &mut former.unusual.next_work);
        std::mem::swap(&mut self.unusual.spent_work, &mut former.unusual.spent_work);
        (self.place, self.next_place) = (former.place, former.next_place);
        (self.listen, self.meter, self.opens) = (former.listen, former.meter, former.opens);
    }

    pub fn queue(&mut self, queue: Queue) -> &mut Player {
        match queue {
            Queue::Own => &mut self.player,
            Queue::Announcements => &mut self.announcer,
        }
    }
}

impl Leg {
    pub fn new(id: LegId, codec: Codec, audio: Box<LegAudio>) -> Leg {
        Leg {
            id,
            codec,
            room: None,
            hears: Hears::Silence,
            told_talking: false,
            gate: Gate::default(),
            talk: Ramp::new(1.0),
            sounds: false,
            plain: true,
            unusual: false,
            audio,
        }
    }

    /// Whether what the caller sends can be heard by anybody.
    pub fn is_heard(&self) -> bool {
        if self.room.is_some() { !self.talk.is_silent() } else { self.unusual && self.audio.unusual.taps > 0 }
    }

    /// The place of the room that this tick's voice belongs in. Moves there if it is to move and nothing sounds.
    pub fn speaks_in(&mut self) -> Option<u16> {
        if !self.unusual {
            return self.room;
        }
        let audio = &mut *self.audio;
        if audio.unusual.mouth.is_leaving() {
            let rings = self.sounds && (self.talk.current() != 0.0 || audio.edge.is_some());
            if !rings {
                audio.unusual.mouth.go();
                self.talk.restart_from(0.0);
            }
        }
        audio.unusual.mouth.current().or(self.room)
    }

    /// The place of the side room that it hears besides its room.
    pub fn overhears(&self) -> Option<u16> {
        if self.unusual { self.audio.unusual.overhears } else { None }
    }

    pub fn speak_aside(&mut self, side: Option<u16>) {
        self.audio.unusual.mouth.want(side);
        self.note_unusual();
    }

    pub fn overhear(&mut self, side: Option<u16>) {
        self.audio.unusual.ear.want(side);
        self.plain = false;
        self.note_unusual();
    }

    /// Forgets a side room that is gone from this worker.
    pub fn lose_side(&mut self, side: u16, last_heard: Last) {
        if self.audio.unusual.mouth.lose(side) {
            self.begin_to_speak();
            if let Some(edge) = &mut self.audio.edge {
                edge.reset();
            }
        }
        if self.audio.unusual.ear.lose(side) {
            self.change_heard(last_heard);
        }
        self.note_unusual();
    }

    /// One more who wants to know what the caller says.
    pub fn add_tap(&mut self) {
        self.audio.unusual.taps = self.audio.unusual.taps.saturating_add(1);
        self.note_unusual();
    }

    pub fn remove_tap(&mut self) {
        self.audio.unusual.taps = self.audio.unusual.taps.saturating_sub(1);
        self.note_unusual();
        if !self.is_heard() {
            self.audio.playout.clear();
            self.audio.unusual.said = false;
        }
    }

    /// What the caller said in this tick, and how it begins and ends.
    pub fn said(&self) -> Option<(&[i16], Ramp)> {
        self.audio.unusual.said.then(|| (self.audio.playout.samples(), self.audio.unusual.said_fade))
    }

    /// Takes in a tick of a leg in no room, if somebody wants to know what the caller says.
    pub fn speak_to_taps(&mut self, stats: &WorkerStats) {
        if self.is_heard() {
            let audio = &mut *self.audio;
            audio.unusual.said = audio.playout.pull(audio.unusual.said, stats) == Pulled::Sound;
            audio.unusual.said_fade = Ramp::new(1.0);
        }
    }

    pub fn set_talk(&mut self, gain: f32) {
        if self.talk.is_silent() {
            self.audio.opens = OPENING_TICKS;
        }
        self.talk.set(gain);
    }

    pub fn set_listen(&mut self, gain: f32) {
        self.audio.listen.set(gain);
        self.plain = false;
    }

    pub fn set_hearing(&mut self, allowed: bool) {
        let unusual = &mut self.audio.unusual;
        unusual.hearing.set(if allowed { 1.0 } else { 0.0 });
        unusual.deaf = false;
        self.plain = false;
        self.note_unusual();
    }

    /// Something of its own may be heard from now on.
    pub fn listen_closely(&mut self) {
        self.plain = false;
    }

    /// Goes on in another form, in no room. What it needed before is in `fitting` then.
    pub fn fit(&mut self, fitting: &mut Fitting, last_heard: Last) {
        fitting.audio.succeed(&mut self.audio, &mut fitting.clips);
        std::mem::swap(&mut self.audio, &mut fitting.audio);
        self.codec = fitting.codec;
        self.change(last_heard);
        self.note_unusual();
    }

    /// Enters a room.
    pub fn sit(&mut self, room: u16, last_heard: Last) {
        self.room = Some(room);
        self.change(last_heard);
    }

    /// Leaves the room that it sits in, and the one that it speaks in: there what it says fades out in this tick.
    pub fn stand(&mut self, spoke_in: Option<&mut Room>, last_heard: Last, stats: &WorkerStats) {
        if let Some(room) = spoke_in.filter(|_| self.sounds) {
            self.fall_silent(room, stats);
        }
        self.room = None;
        let unusual = &mut self.audio.unusual;
        (unusual.mouth, unusual.ear, unusual.said) = (Mouth::default(), Ear::default(), false);
        self.gate.close();
        self.audio.playout.clear();
        self.change(last_heard);
        self.audio.unusual.talks_on = false;
    }

    /// What this leg hears and says is about to be another signal.
    ///
    /// What it says is faded in, too; who does not talk just now loses nothing of his first word.
    pub fn change(&mut self, last_heard: Last) {
        self.change_heard(last_heard);
        self.begin_to_speak();
    }

    /// What this leg hears is about to be another signal: the old one decays, the new one fades in.
    pub fn change_heard(&mut self, last_heard: Last) {
        // Several changes in one tick decay from what was heard before the first.
        self.hears = Hears::Silence;
        self.plain = false;
        self.audio.turn.restart_from(0.0);
        self.audio.left.add(last_heard.middle);
        if let Some(wide) = &mut self.audio.wide {
            wide.change(last_heard);
        }
    }

    /// What this leg hears of its rooms is about to be cut: it fades out in this tick.
    pub fn fade_out(&mut self) {
        self.plain = false;
        self.audio.turn.set(0.0);
    }

    /// What it says goes on as another signal.
    fn begin_to_speak(&mut self) {
        self.audio.unusual.talks_on = self.sounds && self.talk.current() != 0.0;
        self.sounds = false;
        self.talk.restart_from(0.0);
    }

    /// The last sample of the stream of its own.
    pub fn last_own(&self) -> Last {
        match &self.audio.wide {
            Some(_) => last_of_both(&self.audio.linear),
            None => Last::in_middle(self.audio.linear.last().map_or(0, |s| i32::from(*s))),
        }
    }

    /// Whether it hears where the others sit, other than before.
    pub fn hear_places(&mut self, yes: bool, last_heard: Last) {
        self.change_heard(last_heard);
        if let Some(wide) = &mut self.audio.wide {
            wide.hear_places(yes);
        }
    }

    /// Adds this leg's tick to the sum of the room that it speaks in, if it talks.
    pub fn speak(&mut self, room: &mut Room, stats: &WorkerStats) {
        let ranks = room.ranks.is_limited().then_some(&mut room.ranks);
        let voiced = self.take_voice(ranks, stats) && self.can_hear(room.rate);
        let audio = &mut *self.audio;
        if !self.sounds {
            // Nobody moves in the middle of a word: the others would hear him jump.
            audio.place = audio.next_place;
        }
        match &mut audio.edge {
            Some(edge) if edge.room_rate == room.rate => {
                self.sounds = edge.carry(voiced, &mut audio.voice, audio.place, room);
            }
            _ => {
                if voiced {
                    room.add(&audio.voice, audio.place);
                }
                self.sounds = voiced;
            }
        }
    }

    /// Gives the room the tick that it would have had of this leg, faded out.
    fn fall_silent(&mut self, room: &mut Room, stats: &WorkerStats) {
        let voiced = self.take_voice(None, stats) && self.can_hear(room.rate);
        let audio = &mut *self.audio;
        let contribution = match &mut audio.edge {
            Some(edge) if edge.room_rate == room.rate => edge.contribution(voiced, &mut audio.voice),
            _ => voiced.then_some(&mut *audio.voice),
        };
        if let Some(contribution) = contribution {
            let mut fade = Ramp::new(1.0);
            fade.set(0.0);
            fade.apply(contribution);
            room.lose(contribution, audio.place);
        }
    }

    /// What there is about this leg that is unusual may have changed.
    fn note_unusual(&mut self) {
        self.unusual = !self.audio.unusual.is_none();
    }

    /// Whether this leg is fitted for the rate of its room; it is not for a moment when that changes.
    fn can_hear(&self, room_rate: SampleRate) -> bool {
        self.codec.rate() == room_rate || self.audio.edge.as_ref().is_some_and(|edge| edge.room_rate == room_rate)
    }
}

/// Longer than a playout buffer waits for its first packets.
const OPENING_TICKS: u8 = 8;
