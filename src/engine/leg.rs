//! One member's audio: what it says and what it hears.

use super::coding::{Coding, SharedCoding};
use super::command::Queue;
use super::edge::Edge;
use super::ids::LegId;
use super::music::{MusicEar, MusicStream};
use super::place::Place;
use super::player::Player;
use super::playout::{Playout, Pulled};
use super::ranks::{Rank, Ranks};
use super::room::{Last, Room};
use super::stats::WorkerStats;
use super::types::{Codec, Coded, Decoder, Output};
use super::unusual::{Ear, Mouth, Unusual};
use super::voice::VoiceWork;
use super::wide::{self, Wide, last_of_both};
use crate::audio::{Decay, Gate, GateChange, Heard, Limiter, Loudness, Ramp, SampleRate, dbfs, g711, sums};

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

/// Where a leg's tick comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hears {
    Silence,
    /// The mix that it shares with all who neither talk nor hear anything of their own.
    Room,
    /// Music, shared likewise.
    Music(u16),
    /// A stream of its own.
    Own,
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
    last_contribution: i32,
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
            last_contribution: 0,
            opens: 0,
        }
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

    /// Enters a room.
    pub fn sit(&mut self, room: u16, last_heard: Last) {
        self.room = Some(room);
        self.change(last_heard);
    }

    /// Leaves the room; returns the last value of what it contributed.
    pub fn stand(&mut self, last_heard: Last) -> Last {
        self.room = None;
        let unusual = &mut self.audio.unusual;
        (unusual.mouth, unusual.ear, unusual.said) = (Mouth::default(), Ear::default(), false);
        self.gate.close();
        self.audio.playout.clear();
        let lost = Last::at(self.audio.place, self.audio.last_contribution);
        self.change(last_heard);
        self.audio.unusual.talks_on = false;
        lost
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
        self.audio.last_contribution = 0;
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
                audio.last_contribution = if self.sounds { edge.last() } else { 0 };
            }
            _ => {
                if voiced {
                    room.add(&audio.voice, audio.place);
                }
                self.sounds = voiced;
                audio.last_contribution = if voiced { last(&audio.voice) } else { 0 };
            }
        }
    }

    /// Decides where this tick's audio comes from. What is shared needs no more work for this leg.
    pub fn choose(&mut self, room: Option<&Room>, music: &[Option<Box<MusicStream>>], coders: &mut Coders<'_>) {
        let (room, mixes) = if self.unusual { self.choose_unusual(room) } else { (room, self.sounds) };
        let mixes = mixes || room.is_some_and(|room| self.hears_no_places_of(room));
        let heard_music = self.audio_music();
        let next = if mixes || !self.plain || (heard_music.is_some() && room.is_some()) {
            Hears::Own
        } else if let Some(music) = heard_music {
            Hears::Music(music)
        } else if room.is_some() {
            Hears::Room
        } else {
            Hears::Silence
        };
        let next = match self.codec {
            Codec::Coded(coded) => {
                let shared = |hears| shared_coding(hears, coded, room, music);
                self.keep_in_step(next, shared, coders)
            }
            _ => next,
        };
        if next == Hears::Own && self.hears != Hears::Own {
            // Goes on from the gain of the shared stream, so that the change is not heard.
            self.audio.limiter = room.map_or_else(Limiter::new, |r| r.limiter(self.codec));
        }
        self.hears = next;
    }

    /// Whether others in its form hear places there, and it does not.
    fn hears_no_places_of(&self, room: &Room) -> bool {
        room.spread.is_some() && self.audio.wide.as_ref().is_some_and(|wide| !wide.hears_places())
    }

    /// Puts off the change to a shared stream until the encoders of both have been given the same for a while, and has its
    /// own go on where the shared one is: a decoder must not notice that another encoder speaks to it.
    fn keep_in_step<'a>(
        &mut self,
        next: Hears,
        shared: impl Fn(Hears) -> Option<&'a SharedCoding>,
        coders: &mut Coders<'_>,
    ) -> Hears {
        let audio = &mut *self.audio;
        let Some(own) = &mut audio.coding else {
            return next;
        };
        match next {
            Hears::Silence if own.is_settled() && self.hears == next => {
                own.repeat();
                return next;
            }
            Hears::Room | Hears::Music(_) if self.hears == next => return next,
            _ => {}
        }
        if let Some(left) = shared(self.hears) {
            coders.prime(left, own);
        }
        match next {
            Hears::Own => audio.nearing = (Hears::Own, 0),
            Hears::Silence if own.is_settled() => return next,
            Hears::Silence => {}
            Hears::Room | Hears::Music(_) => {
                if audio.nearing.0 != next {
                    audio.nearing = (next, 0);
                }
                let is_quiet = audio.linear.iter().all(|s| s.unsigned_abs() < QUIET);
                audio.quiet = if is_quiet { audio.quiet + 1 } else { 0 };
                let (_, ticks) = &mut audio.nearing;
                let is_near = *ticks >= NEARING_TICKS
                    && (own.forgives() || audio.quiet >= NEARING_TICKS || *ticks >= MOST_NEARING_TICKS);
                if is_near && shared(next).is_some_and(|shared| shared.running() >= NEARING_TICKS) {
                    audio.nearing = (Hears::Own, 0);
                    return next;
                }
                *ticks += 1;
            }
        }
        Hears::Own
    }

    /// The shared stream that this leg will hear soon and that has to be encoded already.
    pub fn nears(&self) -> Hears {
        self.audio.nearing.0
    }

    /// What it hears with others is about to be left for a stream of its own.
    pub fn leave_shared(&mut self, left: &SharedCoding, coders: &mut Coders<'_>) {
        if let Some(own) = &mut self.audio.coding {
            coders.prime(left, own);
        }
    }

    /// The room, unless the leg is deaf, and whether it hears the sum of a room without itself, or of two.
    fn choose_unusual<'a>(&mut self, room: Option<&'a Room>) -> (Option<&'a Room>, bool) {
        let unusual = &mut self.audio.unusual;
        if !self.plain {
            unusual.overhears = unusual.ear.advance();
        }
        let in_side_room = unusual.overhears.is_some() && !unusual.deaf;
        (room.filter(|_| !unusual.deaf), in_side_room || self.sounds && unusual.hears_itself())
    }

    /// What there is about this leg that is unusual may have changed.
    fn note_unusual(&mut self) {
        self.unusual = !self.audio.unusual.is_none();
    }

    /// Makes the stream of its own: the room and the side room without itself, its clips, its music.
    pub fn hear(
        &mut self,
        room: Option<&Room>,
        side: Option<&Room>,
        music: &mut [Option<Box<MusicStream>>],
        scratch: &mut [i32],
        stats: &WorkerStats,
    ) {
        let rate = self.codec.rate();
        let scratch = &mut scratch[..rate.samples_per_tick()];
        self.hear_rooms(room, side, scratch);
        let audio = &mut *self.audio;
        let turn = std::mem::replace(&mut audio.turn, Ramp::new(1.0));
        for ramp in [&mut { turn }, &mut audio.unusual.hearing, &mut audio.listen] {
            if let Some(wide) = &mut audio.wide {
                wide.apply(*ramp);
            }
            ramp.apply(&mut audio.heard);
        }
        for player in [&mut audio.player, &mut audio.announcer] {
            if !player.is_empty() {
                player.add_to(&mut audio.heard, scratch);
            }
        }
        if let Some(stream) = audio.music.advance() {
            let mut fade = audio.music.fade();
            if let Some(total) = music_at(music, stream, rate) {
                scratch.copy_from_slice(total);
                fade.apply(scratch);
                sums::add(&mut audio.heard, scratch);
            }
        }
        audio.left.apply(&mut audio.heard);
        let sums = match &mut audio.wide {
            Some(wide) => wide.both(&audio.heard),
            None => &audio.heard,
        };
        audio.limiter.process(sums, &mut audio.linear);
        match self.codec {
            Codec::Pcmu => g711::encode_ulaw(&audio.linear, &mut audio.payload),
            Codec::Pcma => g711::encode_alaw(&audio.linear, &mut audio.payload),
            Codec::Linear(_) => {}
            Codec::Coded(_) => {
                if let Some(coding) = &mut audio.coding {
                    coding.encode(&audio.linear, stats);
                }
            }
        }
        let unusual = &mut audio.unusual;
        unusual.deaf = unusual.hearing.is_silent();
        let hears = unusual.deaf || unusual.hearing.is_unity() && audio.listen.is_unity();
        let shared = room.filter(|_| !unusual.deaf).map_or_else(Limiter::new, |r| r.limiter(self.codec));
        let hears = hears && audio.wide.as_ref().is_none_or(|wide| wide.is_steady());
        self.plain = hears
            && unusual.ear.is_steady()
            && audio.player.is_empty()
            && audio.announcer.is_empty()
            && (audio.music.is_silent() || audio.music.steady().is_some())
            && (audio.limiter.is_at_rest() || audio.limiter.is_like(&shared));
        if self.unusual {
            self.note_unusual();
        }
    }

    /// Writes what is heard of the rooms to `heard`.
    fn hear_rooms(&mut self, room: Option<&Room>, side: Option<&Room>, scratch: &mut [i32]) {
        let rate = self.codec.rate();
        let is_heard = |room: &&Room| !self.audio.unusual.deaf && self.can_hear(room.rate);
        let (room, side) = (room.filter(is_heard), side.filter(is_heard));
        let audio = &mut *self.audio;
        let (spoken_in, overheard) = (audio.unusual.mouth.current(), audio.unusual.overhears);
        let take =
            |room: Option<&Room>, is_in_it: bool, heard: &mut [i32]| match room.and_then(|room| room.total_at(rate)) {
                Some(total) if self.sounds && is_in_it => sums::subtract(total, &audio.voice, heard),
                Some(total) => heard.copy_from_slice(total),
                None => heard.fill(0),
            };
        let own = |is_in_it: bool| (self.sounds && is_in_it).then_some(&*audio.voice);
        take(room, spoken_in.is_none(), &mut audio.heard);
        if let Some(wide) = &mut audio.wide {
            wide.hear_room(wide::Heard { room, own: own(spoken_in.is_none()), place: audio.place }, rate);
        }
        if overheard.is_some() {
            if let Some(wide) = &mut audio.wide {
                let heard = wide::Heard { room: side, own: own(spoken_in == overheard), place: audio.place };
                wide.hear_side_room(heard, rate, *audio.unusual.ear.gain(), scratch);
            }
            take(side, spoken_in == overheard, scratch);
            audio.unusual.ear.gain().apply(scratch);
            sums::add(&mut audio.heard, scratch);
        }
    }

    /// The stream of its own, ready to send.
    pub fn own_output(&self) -> Output<'_> {
        match self.codec {
            Codec::Linear(_) => Output::Linear(&self.audio.linear),
            Codec::Coded(_) => Output::Payload(self.audio.coding.as_ref().map_or(&[], Coding::payload)),
            Codec::Pcmu | Codec::Pcma => Output::Payload(&self.audio.payload),
        }
    }

    /// Writes this tick's contribution to `voice`, if there is one. `ranks`: of the room, if not all may be heard.
    fn take_voice(&mut self, ranks: Option<&mut Ranks>, stats: &WorkerStats) -> bool {
        let audio = &mut *self.audio;
        if self.talk.is_silent() {
            // What waited when he was muted must not be heard when he is unmuted.
            self.gate.close();
            audio.playout.clear();
            if self.unusual {
                audio.unusual.said = false;
                self.change_work();
            }
            return false;
        }
        let begins = !self.gate.is_open();
        let pulled = audio.playout.pull(!begins, stats);
        let sound = pulled == Pulled::Sound;
        let heard = match pulled {
            Pulled::Nothing => Heard::Nothing,
            Pulled::Quiet => Heard::Quiet,
            Pulled::Sound => Heard::Sound(Loudness::of(audio.playout.samples())),
        };
        let change = self.gate.tick(heard);
        let said = sound && change != GateChange::Closed;
        if self.unusual {
            audio.unusual.said = said;
            audio.unusual.said_fade = self.talk.as_gate();
            if std::mem::take(&mut audio.unusual.talks_on) {
                audio.unusual.said_fade.restart_from(1.0);
            }
            if change == GateChange::Closing {
                audio.unusual.said_fade.set(0.0);
            }
        }
        if !said {
            if audio.opens > 0 && self.talk.current() == 0.0 {
                audio.opens -= 1;
            } else {
                self.talk.skip();
            }
            if self.unusual {
                self.change_work();
            }
            return false;
        }
        if let Heard::Sound(loudness) = heard {
            audio.meter.note(loudness.mean);
        }
        let mut leaves = self.unusual && (audio.unusual.mouth.is_leaving() || audio.unusual.next_work.is_some());
        if let Some(ranks) = ranks {
            leaves |= !ranks.admits(Rank::new(audio.meter.strength, self.sounds, self.id.slot));
        }
        if leaves && (self.talk.current() == 0.0 || begins) {
            // It has faded out where it was; what rings there must end before it can begin elsewhere.
            self.talk.restart_from(0.0);
            if self.unusual {
                self.change_work();
            }
            return false;
        }
        sums::widen(audio.playout.samples(), &mut audio.voice);
        if let Some(work) = &mut audio.work {
            work.process(&mut audio.voice, begins || !self.sounds, self.gate.noise());
        }
        let gain = self.talk.target();
        if leaves {
            self.talk.set(0.0);
        }
        self.talk.apply(&mut audio.voice);
        self.talk.set(gain);
        if change == GateChange::Closing {
            let mut fade = Ramp::new(1.0);
            fade.set(0.0);
            fade.apply(&mut audio.voice);
        }
        true
    }

    /// From now on something else, or nothing, is done to the voice; at once if it does not sound, else after it has
    /// faded out. Returns what was to come and does not.
    pub fn set_work(&mut self, work: Option<Box<VoiceWork>>) -> Option<Box<VoiceWork>> {
        let passed_over = self.audio.unusual.next_work.replace(work).flatten();
        self.note_unusual();
        if self.room.is_none() || !self.sounds {
            self.change_work();
        }
        passed_over
    }

    /// Begins with what is to be done to the voice, which does not sound now.
    fn change_work(&mut self) {
        let audio = &mut *self.audio;
        // What was before waits for the worker to send it away.
        if audio.unusual.spent_work.is_some() {
            return;
        }
        if let Some(mut next) = audio.unusual.next_work.take() {
            if let (Some(next), Some(former)) = (&mut next, &audio.work) {
                next.succeed(former);
            }
            audio.unusual.spent_work = std::mem::replace(&mut audio.work, next);
            self.note_unusual();
        }
    }

    /// Whether something is no longer done to the voice.
    pub fn has_spent_work(&self) -> bool {
        self.unusual && self.audio.unusual.spent_work.is_some()
    }

    /// What that was.
    pub fn take_spent_work(&mut self) -> Option<Box<VoiceWork>> {
        let spent = self.audio.unusual.spent_work.take();
        self.note_unusual();
        spent
    }

    /// How loud the caller talked since the last time, in dBFS.
    pub fn take_level(&mut self) -> i8 {
        self.audio.meter.take()
    }

    /// Whether this leg is fitted for the rate of its room; it is not for a moment when that changes.
    fn can_hear(&self, room_rate: SampleRate) -> bool {
        self.codec.rate() == room_rate || self.audio.edge.as_ref().is_some_and(|edge| edge.room_rate == room_rate)
    }

    fn audio_music(&self) -> Option<u16> {
        if self.plain { self.audio.music.steady() } else { None }
    }
}

/// What encoders do in a tick besides making what is sent.
pub(super) struct Coders<'a> {
    pub stats: &'a WorkerStats,
    /// How many of them may still be primed.
    pub primes: &'a mut u32,
}

impl Coders<'_> {
    fn prime(&mut self, shared: &SharedCoding, own: &mut Coding) {
        if *self.primes > 0 {
            *self.primes -= 1;
            shared.prime(own, self.stats);
        }
    }
}

/// The shared stream behind what a leg hears, in a coded form.
pub(super) fn shared_coding<'a>(
    hears: Hears,
    coded: Coded,
    room: Option<&'a Room>,
    music: &'a [Option<Box<MusicStream>>],
) -> Option<&'a SharedCoding> {
    match hears {
        Hears::Room => room?.coding(coded),
        Hears::Music(slot) => music.get(usize::from(slot))?.as_ref()?.coding(coded),
        Hears::Own | Hears::Silence => None,
    }
}

/// How loud a caller is.
#[derive(Clone, Copy, Default)]
struct Meter {
    /// Powers of ticks since it was read, and how many.
    sum: f32,
    ticks: u16,
    /// The power of the loudest tick lately: at once up, slowly down.
    strength: f32,
}

impl Meter {
    fn note(&mut self, power: f32) {
        self.sum += power;
        self.ticks = self.ticks.saturating_add(1);
        self.strength = power.max(self.strength * STRENGTH_KEPT);
    }

    fn take(&mut self) -> i8 {
        let power = self.sum / f32::from(self.ticks.max(1));
        (self.sum, self.ticks) = (0.0, 0);
        dbfs(power).clamp(-96.0, 0.0).round() as i8
    }
}

/// Of a tick's strength in the next one: 6 dB a second less.
const STRENGTH_KEPT: f32 = 0.972;

fn music_at(music: &mut [Option<Box<MusicStream>>], slot: u16, rate: SampleRate) -> Option<&[i32]> {
    music.get_mut(usize::from(slot))?.as_deref_mut()?.total_at(rate)
}

fn last(samples: &[i32]) -> i32 {
    samples.last().copied().unwrap_or(0)
}

/// Longer than a playout buffer waits for its first packets.
const OPENING_TICKS: u8 = 8;

/// 100 ms: so long a leg's own encoder and a shared one are given the same before the one takes over from the other.
const NEARING_TICKS: u32 = 5;

/// Two seconds: then the change is made also if nothing quiet comes.
const MOST_NEARING_TICKS: u32 = 100;

/// -48 dBFS: what becomes of this in the worst case does not stand out.
const QUIET: u16 = 128;
