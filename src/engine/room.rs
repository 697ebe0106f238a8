//! A room as one worker has it: the sum of those who talk, and what is heard of it at each rate.

use super::coding::SharedCoding;
use super::outlet::{Shared, silence};
use super::partial::Header;
use super::place::Place;
use super::player::Player;
use super::ranks::Ranks;
use super::spread::Spread;
use super::stats::WorkerStats;
use super::types::{Codec, Coded, Output, RoomSound};
use crate::audio::{ComfortNoise, Decay, Limiter, Ramp, Resampler, SampleRate, sums};

pub(super) struct Room {
    pub generation: u32,
    pub rate: SampleRate,
    /// The other workers that have a part of this room, a bit for each.
    peers: u64,
    pub player: Player,
    /// The sum at the room's rate; all zero unless `sounds`.
    total: Box<[i32]>,
    sounds: bool,
    /// The last tick of those who went while they talked; all zero unless `lost`.
    left: Box<[i32]>,
    lost: bool,
    /// What is left of peers that went; the other peers see to that themselves.
    gone: Decay,
    /// Peers whose partial sum of this tick is in `total`.
    received: u64,
    from_peers: Box<[FromPeer]>,
    outlets: [Option<Box<Outlet>>; SampleRate::ALL.len()],
    /// Where the talkers are, while somebody hears that.
    pub spread: Option<Box<Spread>>,
    /// Whether `total` is complete for this tick.
    closed: bool,
    /// Whether this is the last tick at this rate.
    fades_out: bool,
    /// Who is heard of those who talk.
    pub ranks: Ranks,
    noise: ComfortNoise,
}

/// The last value of something that ends, in the middle and as a [spread](Spread).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Last {
    pub middle: i32,
    pub spread: i32,
}

impl Last {
    /// Of what has no place.
    pub fn in_middle(middle: i32) -> Last {
        Last { middle, spread: 0 }
    }
}

/// What is remembered of a peer's partial sums.
#[derive(Clone, Copy, Default)]
struct FromPeer {
    last: i32,
    missed: bool,
}

impl Room {
    pub fn new(generation: u32, rate: SampleRate, workers: usize, clips: usize) -> Room {
        let mut room = Room {
            generation,
            rate,
            peers: 0,
            player: Player::new(clips),
            total: vec![0; rate.samples_per_tick()].into(),
            sounds: false,
            left: vec![0; rate.samples_per_tick()].into(),
            lost: false,
            gone: Decay::default(),
            received: 0,
            from_peers: vec![FromPeer::default(); workers].into(),
            outlets: Default::default(),
            spread: None,
            closed: false,
            fades_out: false,
            ranks: Ranks::default(),
            noise: ComfortNoise::new(rate),
        };
        room.outlets[rate.index()] = Some(Box::new(Outlet::new(rate, rate)));
        room
    }

    /// Begins a tick with an empty sum.
    pub fn begin(&mut self) {
        if self.sounds {
            self.total.fill(0);
        }
        self.sounds = false;
        self.received = 0;
        self.closed = false;
        self.ranks.begin();
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.shared.begin();
        }
        if let Some(spread) = &mut self.spread {
            spread.begin();
        }
    }

    /// Adds one tick at the room's rate, of a talker who sits at `place`.
    pub fn add(&mut self, contribution: &[i32], place: Place) {
        self.add_to_sum(contribution);
        if let Some(spread) = &mut self.spread {
            spread.add(contribution, place);
        }
    }

    fn add_to_sum(&mut self, contribution: &[i32]) {
        sums::add(&mut self.total, contribution);
        self.sounds = true;
    }

    /// Takes the last tick of a contribution, which fades out in it, into the next sum.
    pub fn lose(&mut self, contribution: &[i32], place: Place) {
        sums::add(&mut self.left, contribution);
        self.lost = true;
        if let Some(spread) = &mut self.spread {
            spread.lose(contribution, place);
        }
    }

    /// The other workers that have a part of this room, a bit for each.
    pub fn peers(&self) -> u64 {
        self.peers
    }

    /// Some workers join, others leave; what those said last decays.
    pub fn set_peers(&mut self, peers: u64) {
        let mut gone = self.peers & !peers;
        while gone != 0 {
            let from = gone.trailing_zeros() as usize;
            if let Some(peer) = self.from_peers.get_mut(from) {
                self.gone.add(std::mem::take(peer).last);
            }
            if let Some(spread) = &mut self.spread {
                spread.lose_peer(from);
            }
            gone &= gone - 1;
        }
        self.peers = peers;
    }

    /// Takes over from this room at another rate.
    pub fn succeed(&mut self, former: &mut Room) {
        std::mem::swap(&mut self.player, &mut former.player);
        self.peers = former.peers;
        self.ranks = former.ranks;
        self.noise = former.noise.clone();
        self.noise.tune(self.rate);
    }

    /// How it sounds from the next tick on; the comfort noise is added by this worker.
    pub fn set_sound(&mut self, sound: RoomSound) {
        self.ranks.limit(sound.most_talkers.into());
        self.noise.set(sound.comfort_noise);
    }

    /// Adds the room's clips, its noise, and what is left of those who went. `scratch` holds a tick at any rate.
    pub fn add_own_sounds(&mut self, scratch: &mut [i32]) {
        let scratch = &mut scratch[..self.total.len()];
        if !self.player.is_empty() {
            self.sounds |= self.player.add_to(&mut self.total, scratch);
        }
        if !self.noise.is_silent() {
            self.noise.add_to(&mut self.total);
            self.sounds = true;
        }
        if std::mem::take(&mut self.lost) {
            sums::add(&mut self.total, &self.left);
            self.left.fill(0);
            self.sounds = true;
        }
        if let Some(spread) = &mut self.spread {
            spread.add_left();
        }
    }

    /// The sum so far, if there is anything in it.
    pub fn partial(&self) -> &[i32] {
        if self.sounds { &self.total } else { &[] }
    }

    /// The peers whose partial sum of this tick has not come.
    pub fn missing(&self) -> u64 {
        if self.closed { 0 } else { self.peers & !self.received }
    }

    /// Adds a peer's partial sum of this tick, and its spread after it; false if it does not fit.
    pub fn receive(&mut self, from: usize, header: &Header, samples: &mut [i32]) -> bool {
        let bit = 1 << from;
        let fits = header.room.generation == self.generation && header.rate == self.rate;
        if !fits || self.missing() & bit == 0 {
            return false;
        }
        let Some(peer) = self.from_peers.get_mut(from) else {
            return false;
        };
        self.received |= bit;
        if let Some(ranks) = &header.ranks {
            self.ranks.receive(ranks);
        }
        let missed = std::mem::take(&mut peer.missed);
        let (samples, spread) = samples.split_at_mut(header.samples.min(samples.len()));
        peer.last = samples.last().copied().unwrap_or(0);
        if let Some(own) = &mut self.spread {
            let begins = missed || header.spread.is_some_and(|spread| spread.begins);
            own.receive(from, header.spread.map(|_| spread), begins);
        }
        if samples.is_empty() {
            return true;
        }
        if missed {
            let mut fade = Ramp::new(0.0);
            fade.set(1.0);
            fade.apply(samples);
        }
        self.add_to_sum(samples);
        true
    }

    /// Completes the tick: what has not come is silence.
    pub fn close(&mut self, stats: &WorkerStats) {
        let mut missing = self.missing();
        while missing != 0 {
            let from = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            stats.partials_missed.count();
            if let Some(peer) = self.from_peers.get_mut(from) {
                peer.missed = true;
                self.gone.add(std::mem::take(&mut peer.last));
            }
            if let Some(spread) = &mut self.spread {
                spread.lose_peer(from);
            }
        }
        self.ranks.close();
        if !self.gone.is_over() {
            self.gone.apply(&mut self.total);
            self.sounds = true;
        }
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.update(&self.total, self.sounds);
        }
        if let Some(spread) = &mut self.spread {
            spread.close();
        }
        self.closed = true;
    }

    /// Makes the room heard at another rate, unless it is already; gives back what was not needed.
    pub fn add_outlet(&mut self, outlet: Option<Box<Outlet>>) -> Option<Box<Outlet>> {
        let outlet = outlet?;
        let place = &mut self.outlets[outlet.rate.index()];
        if place.is_some() || outlet.room_rate != self.rate {
            return Some(outlet);
        }
        *place = Some(outlet);
        None
    }

    /// Makes the room heard in one more coded form, unless it is already; gives back what was not needed.
    pub fn add_coding(&mut self, coding: Box<SharedCoding>) -> Option<Box<SharedCoding>> {
        match self.outlets[coding.coded.rate.index()].as_deref_mut() {
            Some(outlet) => outlet.shared.add_coding(coding),
            None => Some(coding),
        }
    }

    pub fn remove_coding(&mut self, coded: Coded) -> Option<Box<SharedCoding>> {
        self.outlets[coded.rate.index()].as_deref_mut()?.shared.remove_coding(coded)
    }

    /// What everybody hears in a coded form.
    pub fn coding(&self, coded: Coded) -> Option<&SharedCoding> {
        self.outlets[coded.rate.index()].as_deref()?.shared.coding(coded)
    }

    /// What everybody at this rate hears, unless that is silence.
    pub fn total_at(&self, rate: SampleRate) -> Option<&[i32]> {
        let outlet = self.outlets[rate.index()].as_deref()?;
        if !outlet.sounds || !self.closed {
            return None;
        }
        Some(outlet.resampled.as_ref().map_or(&self.total[..], |r| &r.total))
    }

    /// Where the talkers are for everybody at this rate; no samples if all are in the middle, none if that is not known.
    pub fn spread_at(&self, rate: SampleRate) -> Option<&[i32]> {
        self.spread.as_deref().filter(|_| self.closed)?.total_at(rate)
    }

    /// What everybody at this codec hears, ready to send.
    pub fn shared(&mut self, codec: Codec, stats: &WorkerStats) -> Output<'_> {
        match self.outlets[codec.rate().index()].as_deref_mut() {
            Some(outlet) if outlet.sounds && self.closed => {
                let total = outlet.resampled.as_ref().map_or(&self.total[..], |r| &r.total);
                if let Codec::Coded(coded) = codec
                    && let Some(spread) = self.spread.as_mut().filter(|_| coded.stereo)
                    && let Some(both) = spread.shared(coded.rate, total)
                {
                    return outlet.shared.output_of_both(coded, both, stats);
                }
                outlet.shared.output(codec, total, stats)
            }
            Some(outlet) => outlet.shared.silence(codec, stats),
            None => silence(codec),
        }
    }

    /// What a silent listener at the room's rate hears, or nothing if that is silence.
    pub fn listen_in(&mut self, stats: &WorkerStats) -> &[i16] {
        if !self.sounds {
            return &[];
        }
        match self.shared(Codec::Linear(self.rate), stats) {
            Output::Linear(samples) => samples,
            _ => &[],
        }
    }

    /// What is heard of it is about to be cut; whether there was anything to be heard in the last tick.
    pub fn fade_out(&mut self) -> bool {
        self.fades_out = true;
        self.sounds
    }

    /// How this tick ends for who listens in.
    pub fn fade(&self) -> Ramp {
        let mut fade = Ramp::new(1.0);
        fade.set(if self.fades_out { 0.0 } else { 1.0 });
        fade
    }

    /// How far the gain of the shared mix is down for this codec.
    pub fn limiter(&self, codec: Codec) -> Limiter {
        let both = self.spread_for(codec).and_then(|spread| spread.limiter(codec.rate()));
        let outlet = self.outlets[codec.rate().index()].as_deref();
        both.unwrap_or_else(|| outlet.map_or_else(Limiter::new, |o| o.shared.limiter()))
    }

    /// The last sample of the shared mix for this codec.
    pub fn last(&self, codec: Codec) -> Last {
        let both = self.spread_for(codec).and_then(|spread| spread.last(codec.rate()));
        let outlet = self.outlets[codec.rate().index()].as_deref();
        both.unwrap_or_else(|| Last::in_middle(outlet.map_or(0, |o| o.shared.last())))
    }

    /// What those hear in this codec who hear two channels.
    fn spread_for(&self, codec: Codec) -> Option<&Spread> {
        self.spread.as_deref().filter(|_| codec.is_stereo())
    }
}

/// A room's sum at one rate.
pub(super) struct Outlet {
    rate: SampleRate,
    room_rate: SampleRate,
    resampled: Option<Resampled>,
    shared: Shared,
    sounds: bool,
}

/// A sum at another rate than its room's.
pub(super) struct Resampled {
    resampler: Resampler,
    pub total: Box<[i32]>,
    /// Whether the resampler still holds the end of a sound.
    rings: bool,
}

impl Resampled {
    /// None if they are the same.
    pub fn between(from: SampleRate, to: SampleRate) -> Option<Resampled> {
        (from != to).then(|| Resampled {
            resampler: Resampler::new(from, to),
            total: vec![0; to.samples_per_tick()].into(),
            rings: false,
        })
    }

    /// Whether there is anything in this tick.
    pub fn update(&mut self, total: &[i32], sounds: bool) -> bool {
        let rang = std::mem::replace(&mut self.rings, sounds);
        if sounds || rang {
            self.resampler.process(total, &mut self.total);
        }
        sounds || rang
    }
}

impl Outlet {
    pub fn new(rate: SampleRate, room_rate: SampleRate) -> Outlet {
        Outlet {
            rate,
            room_rate,
            resampled: Resampled::between(room_rate, rate),
            shared: Shared::new(rate),
            sounds: false,
        }
    }

    fn update(&mut self, total: &[i32], sounds: bool) {
        self.sounds = match &mut self.resampled {
            Some(resampled) => resampled.update(total, sounds),
            None => sounds,
        };
    }
}
