//! One member's audio: what it says and what it hears.

use super::ids::LegId;
use super::music::{MusicEar, MusicStream};
use super::player::Player;
use super::playout::{Playout, Pulled};
use super::room::Room;
use super::stats::WorkerStats;
use super::types::{Codec, Output};
use crate::audio::{Decay, Gate, GateChange, Limiter, Ramp, Resampler, SampleRate, any_block_louder, g711};

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
    pub music: MusicEar,
    /// What it takes to sit in a room of another rate.
    pub edge: Option<Box<Edge>>,
    listen: Ramp,
    /// What this leg hears of itself in the room's sum, at its own rate.
    voice: Box<[i32]>,
    heard: Box<[i32]>,
    linear: Box<[i16]>,
    payload: Box<[u8]>,
    limiter: Limiter,
    /// What is left of what was heard before a change.
    left: Decay,
    arriving: bool,
    last_contribution: i32,
}

impl LegAudio {
    pub fn new(codec: Codec, clips: usize) -> LegAudio {
        let tick = codec.rate().samples_per_tick();
        let bytes = if matches!(codec, Codec::Linear(_)) { 0 } else { tick };
        LegAudio {
            playout: Playout::new(codec),
            player: Player::new(clips),
            music: MusicEar::default(),
            edge: None,
            listen: Ramp::new(1.0),
            voice: vec![0; tick].into(),
            heard: vec![0; tick].into(),
            linear: vec![0; tick].into(),
            payload: vec![0; bytes].into(),
            limiter: Limiter::new(),
            left: Decay::default(),
            arriving: false,
            last_contribution: 0,
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
            audio,
        }
    }

    /// Whether what the caller sends can be heard by anybody.
    pub fn is_heard(&self) -> bool {
        self.room.is_some() && !self.talk.is_silent()
    }

    pub fn set_talk(&mut self, gain: f32) {
        self.talk.set(gain);
    }

    pub fn set_listen(&mut self, gain: f32) {
        self.audio.listen.set(gain);
        self.plain = false;
    }

    /// Something of its own may be heard from now on.
    pub fn listen_closely(&mut self) {
        self.plain = false;
    }

    /// Enters a room.
    pub fn sit(&mut self, room: u16, last_heard: i32) {
        self.room = Some(room);
        self.change(last_heard);
    }

    /// Leaves the room; returns the last value of what it contributed.
    pub fn stand(&mut self, last_heard: i32) -> i32 {
        self.room = None;
        self.gate.close();
        self.audio.playout.clear();
        let lost = self.audio.last_contribution;
        self.change(last_heard);
        lost
    }

    /// What this leg hears and says is about to be another signal.
    ///
    /// What it says is faded in, too; who does not talk just now loses nothing of his first word.
    pub fn change(&mut self, last_heard: i32) {
        self.change_heard(last_heard);
        self.sounds = false;
        self.talk.restart_from(0.0);
        self.audio.last_contribution = 0;
    }

    /// What this leg hears is about to be another signal: the old one decays, the new one fades in.
    pub fn change_heard(&mut self, last_heard: i32) {
        // Several changes in one tick decay from what was heard before the first.
        self.hears = Hears::Silence;
        self.plain = false;
        self.audio.arriving = true;
        self.audio.left.add(last_heard);
    }

    /// The last sample of the stream of its own.
    pub fn last_own(&self) -> i32 {
        self.audio.linear.last().map_or(0, |s| i32::from(*s))
    }

    /// Adds this leg's tick to the sum of its room, if it talks.
    pub fn speak(&mut self, room: &mut Room, stats: &WorkerStats) {
        let voiced = self.take_voice(stats) && self.can_hear(room.rate);
        let audio = &mut *self.audio;
        match &mut audio.edge {
            Some(edge) if edge.room_rate == room.rate => {
                self.sounds = edge.carry(voiced, &mut audio.voice, room);
                audio.last_contribution = if self.sounds { last(&edge.contribution) } else { 0 };
            }
            _ => {
                if voiced {
                    room.add(&audio.voice);
                }
                self.sounds = voiced;
                audio.last_contribution = if voiced { last(&audio.voice) } else { 0 };
            }
        }
    }

    /// Decides where this tick's audio comes from. What is shared needs no more work for this leg.
    pub fn choose(&mut self, room: Option<&Room>) {
        let music = self.audio_music();
        let next = if self.sounds || !self.plain || (music.is_some() && room.is_some()) {
            Hears::Own
        } else if let Some(music) = music {
            Hears::Music(music)
        } else if room.is_some() {
            Hears::Room
        } else {
            Hears::Silence
        };
        if next == Hears::Own && self.hears != Hears::Own {
            // Goes on from the gain of the shared stream, so that the change is not heard.
            let rate = self.codec.rate();
            self.audio.limiter = room.map_or_else(Limiter::new, |r| r.limiter(rate));
        }
        self.hears = next;
    }

    /// Makes the stream of its own: the room without itself, its clips, its music.
    pub fn hear(&mut self, room: Option<&Room>, music: &mut [Option<Box<MusicStream>>], scratch: &mut [i32]) {
        let rate = self.codec.rate();
        let total = room.filter(|room| self.can_hear(room.rate)).and_then(|room| room.total_at(rate));
        let audio = &mut *self.audio;
        match total {
            Some(total) if self.sounds => {
                for ((h, t), v) in audio.heard.iter_mut().zip(total).zip(&audio.voice) {
                    *h = t.wrapping_sub(*v);
                }
            }
            Some(total) => audio.heard.copy_from_slice(total),
            None => audio.heard.fill(0),
        }
        if std::mem::take(&mut audio.arriving) {
            fade_in().apply(&mut audio.heard);
        }
        audio.listen.apply(&mut audio.heard);
        let scratch = &mut scratch[..rate.samples_per_tick()];
        if !audio.player.is_empty() {
            audio.player.add_to(&mut audio.heard, scratch);
        }
        if let Some(stream) = audio.music.advance() {
            let mut fade = audio.music.fade();
            if let Some(total) = music_at(music, stream, rate) {
                scratch.copy_from_slice(total);
                fade.apply(scratch);
                for (h, m) in audio.heard.iter_mut().zip(scratch.iter()) {
                    *h = h.wrapping_add(*m);
                }
            }
        }
        audio.left.apply(&mut audio.heard);
        audio.limiter.process(&audio.heard, &mut audio.linear);
        match self.codec {
            Codec::Pcmu => g711::encode_ulaw(&audio.linear, &mut audio.payload),
            Codec::Pcma => g711::encode_alaw(&audio.linear, &mut audio.payload),
            Codec::Linear(_) => {}
        }
        let shared = room.map_or_else(Limiter::new, |r| r.limiter(rate));
        self.plain = audio.listen.is_unity()
            && audio.player.is_empty()
            && (audio.music.is_silent() || audio.music.steady().is_some())
            && (audio.limiter.is_at_rest() || audio.limiter.is_like(&shared));
    }

    /// The stream of its own, ready to send.
    pub fn own_output(&self) -> Output<'_> {
        match self.codec {
            Codec::Linear(_) => Output::Linear(&self.audio.linear),
            Codec::Pcmu | Codec::Pcma => Output::Payload(&self.audio.payload),
        }
    }

    /// Writes this tick's contribution to `voice`, if there is one.
    fn take_voice(&mut self, stats: &WorkerStats) -> bool {
        let audio = &mut *self.audio;
        if self.talk.is_silent() {
            // What waited when he was muted must not be heard when he is unmuted.
            self.gate.close();
            audio.playout.clear();
            return false;
        }
        let pulled = audio.playout.pull(self.gate.is_open(), stats);
        let sound = pulled == Pulled::Sound;
        let change = self.gate.tick(sound && any_block_louder(audio.playout.samples(), Gate::THRESHOLD));
        if !sound || change == GateChange::Closed {
            self.talk.skip();
            return false;
        }
        for (v, s) in audio.voice.iter_mut().zip(audio.playout.samples()) {
            *v = i32::from(*s);
        }
        self.talk.apply(&mut audio.voice);
        if change == GateChange::Closing {
            let mut fade = Ramp::new(1.0);
            fade.set(0.0);
            fade.apply(&mut audio.voice);
        }
        true
    }

    /// Whether this leg is fitted for the rate of its room; it is not for a moment when that changes.
    fn can_hear(&self, room_rate: SampleRate) -> bool {
        self.codec.rate() == room_rate || self.audio.edge.as_ref().is_some_and(|edge| edge.room_rate == room_rate)
    }

    fn audio_music(&self) -> Option<u16> {
        if self.plain { self.audio.music.steady() } else { None }
    }
}

/// The resamplers of a leg whose rate is not its room's.
///
/// What the leg hears of itself comes out of the shared resampled sum by subtracting its own contribution, resampled
/// likewise: resampling is linear. So all legs of a rate share one resampler for what they hear, and a leg that begins
/// to talk needs no history.
pub(super) struct Edge {
    pub room_rate: SampleRate,
    up: Resampler,
    down: Resampler,
    contribution: Box<[i32]>,
    /// Ticks for which the resamplers still hold the end of what was said.
    rings: u8,
}

impl Edge {
    pub fn new(leg: SampleRate, room_rate: SampleRate) -> Edge {
        Edge {
            room_rate,
            up: Resampler::new(leg, room_rate),
            down: Resampler::new(room_rate, leg),
            contribution: vec![0; room_rate.samples_per_tick()].into(),
            rings: 0,
        }
    }

    /// Adds a voice to the room and leaves in its place what the leg will hear of it; false if there is nothing.
    fn carry(&mut self, voiced: bool, voice: &mut [i32], room: &mut Room) -> bool {
        if voiced {
            self.rings = RINGING_TICKS;
        } else if self.rings > 0 {
            self.rings -= 1;
            voice.fill(0);
        } else {
            return false;
        }
        self.up.process(voice, &mut self.contribution);
        room.add(&self.contribution);
        self.down.process(&self.contribution, voice);
        true
    }
}

fn music_at(music: &mut [Option<Box<MusicStream>>], slot: u16, rate: SampleRate) -> Option<&[i32]> {
    music.get_mut(usize::from(slot))?.as_deref_mut()?.total_at(rate)
}

fn fade_in() -> Ramp {
    let mut ramp = Ramp::new(0.0);
    ramp.set(1.0);
    ramp
}

fn last(samples: &[i32]) -> i32 {
    samples.last().copied().unwrap_or(0)
}

/// Each of two resamplers holds up to a tick.
const RINGING_TICKS: u8 = 2;
