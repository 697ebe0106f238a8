//! Where those who talk in a room are, for those who hear it in two channels.
//!
//! A room's sum is what both ears have in common; its spread is what the right ear has more of it, and the left ear
//! less: each contribution once more, [leaning](Place::lean) to where its talker sits. It is there while somebody hears
//! it, and all that is true of the sum is true of it: whoever talks subtracts what he added, partial spreads travel
//! between workers, and what is cut off decays. Clips and whatever else has no place are not in it, and so in the middle.

use super::place::{Place, add_lean};
use super::room::{Last, Resampled};
use super::wide::{both_channels, last_of_both};
use crate::audio::{Decay, Limiter, Ramp, SampleRate, sums};

pub(super) struct Spread {
    /// At the room's rate; all zero unless `sounds`.
    total: Box<[i32]>,
    sounds: bool,
    /// The last tick of those who went while they talked; all zero unless `lost`.
    left: Box<[i32]>,
    lost: bool,
    gone: Decay,
    /// The last values of what peers sent.
    from_peers: Box<[i32]>,
    outlets: [Option<Box<SpreadOutlet>>; SampleRate::ALL.len()],
    /// Whether it came to a room where somebody may be talking, and no tick of it was sent yet.
    pub joins_in: bool,
}

impl Spread {
    pub fn new(rate: SampleRate, workers: usize) -> Spread {
        Spread {
            total: vec![0; rate.samples_per_tick()].into(),
            sounds: false,
            left: vec![0; rate.samples_per_tick()].into(),
            lost: false,
            gone: Decay::default(),
            from_peers: vec![0; workers].into(),
            outlets: Default::default(),
            joins_in: false,
        }
    }

    /// Begins a tick.
    pub fn begin(&mut self) {
        if self.sounds {
            self.total.fill(0);
        }
        self.sounds = false;
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.begin();
        }
    }

    /// Adds a contribution to the room's sum where its talker sits.
    pub fn add(&mut self, contribution: &[i32], place: Place) {
        if place == Place::MIDDLE {
            return;
        }
        add_lean(&mut self.total, contribution, place);
        self.sounds = true;
    }

    /// Takes the last tick of a contribution into the next spread.
    pub fn lose(&mut self, contribution: &[i32], place: Place) {
        if place != Place::MIDDLE {
            add_lean(&mut self.left, contribution, place);
            self.lost = true;
        }
    }

    /// Adds what is left of those who went.
    pub fn add_left(&mut self) {
        if std::mem::take(&mut self.lost) {
            sums::add(&mut self.total, &self.left);
            self.left.fill(0);
            self.sounds = true;
        }
    }

    /// The spread so far, if there is anything in it.
    pub fn partial(&self) -> &[i32] {
        if self.sounds { &self.total } else { &[] }
    }

    /// Adds a peer's partial spread of this tick, which goes on or begins in the middle of what is said. None: the peer
    /// has none.
    pub fn receive(&mut self, from: usize, samples: Option<&mut [i32]>, begins: bool) {
        let (Some(samples), Some(last)) = (samples, self.from_peers.get_mut(from)) else {
            return self.lose_peer(from);
        };
        *last = samples.last().copied().unwrap_or(0);
        if samples.is_empty() {
            return;
        }
        if begins {
            let mut fade = Ramp::new(0.0);
            fade.set(1.0);
            fade.apply(samples);
        }
        sums::add(&mut self.total, samples);
        self.sounds = true;
    }

    /// What a peer sent last is not followed by more.
    pub fn lose_peer(&mut self, from: usize) {
        if let Some(last) = self.from_peers.get_mut(from) {
            self.gone.add(std::mem::take(last));
        }
    }

    /// Completes the tick.
    pub fn close(&mut self) {
        if !self.gone.is_over() {
            self.gone.apply(&mut self.total);
            self.sounds = true;
        }
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.update(&self.total, self.sounds);
        }
    }

    /// Makes it heard at another rate, unless it is already; gives back what was not needed.
    pub fn add_outlet(&mut self, outlet: Box<SpreadOutlet>) -> Option<Box<SpreadOutlet>> {
        let place = &mut self.outlets[outlet.rate.index()];
        if place.is_some() || outlet.room_tick != self.total.len() {
            return Some(outlet);
        }
        *place = Some(outlet);
        None
    }

    /// What everybody at this rate hears of it, unless that is nothing. None: it is not heard yet.
    pub fn total_at(&self, rate: SampleRate) -> Option<&[i32]> {
        let outlet = self.outlets[rate.index()].as_deref().filter(|outlet| outlet.age > 1)?;
        Some(outlet.total(&self.total))
    }

    /// Both channels, left and right by turns, of what all hear who listen at this rate and say nothing; `middle` is the
    /// room's sum at it.
    pub fn shared(&mut self, rate: SampleRate, middle: &[i32]) -> Option<&[i16]> {
        Some(self.outlets[rate.index()].as_deref_mut()?.shared(&self.total, middle))
    }

    /// How far the gain of that is down.
    pub fn limiter(&self, rate: SampleRate) -> Option<Limiter> {
        Some(self.outlets[rate.index()].as_deref()?.limiter)
    }

    /// The last sample of it, left and right.
    pub fn last(&self, rate: SampleRate) -> Option<Last> {
        let outlet = self.outlets[rate.index()].as_deref()?;
        Some(if outlet.has_linear { last_of_both(&outlet.linear) } else { Last::default() })
    }
}

/// A room's spread at one rate.
pub(super) struct SpreadOutlet {
    rate: SampleRate,
    /// The length of the room's tick.
    room_tick: usize,
    resampled: Option<Resampled>,
    sounds: bool,
    /// In ticks, as far as it matters: in the first it is not heard, because what rings in talkers' resamplers from the
    /// tick before was never added to it.
    age: u8,
    both: Box<[i32]>,
    limiter: Limiter,
    linear: Box<[i16]>,
    has_linear: bool,
}

impl SpreadOutlet {
    pub fn new(rate: SampleRate, room_rate: SampleRate) -> SpreadOutlet {
        SpreadOutlet {
            rate,
            room_tick: room_rate.samples_per_tick(),
            resampled: Resampled::between(room_rate, rate),
            sounds: false,
            age: 0,
            both: vec![0; 2 * rate.samples_per_tick()].into(),
            limiter: Limiter::new(),
            linear: vec![0; 2 * rate.samples_per_tick()].into(),
            has_linear: false,
        }
    }

    fn begin(&mut self) {
        if !self.has_linear {
            self.limiter.reset();
        }
        self.has_linear = false;
    }

    fn total<'a>(&'a self, total: &'a [i32]) -> &'a [i32] {
        match (&self.resampled, self.sounds) {
            (_, false) => &[],
            (Some(resampled), true) => &resampled.total,
            (None, true) => total,
        }
    }

    fn shared(&mut self, total: &[i32], middle: &[i32]) -> &[i16] {
        if !self.has_linear {
            let mut both = std::mem::take(&mut self.both);
            both_channels(middle, self.total(total), &mut both);
            self.limiter.process(&both, &mut self.linear);
            self.both = both;
            self.has_linear = true;
        }
        &self.linear
    }

    fn update(&mut self, total: &[i32], sounds: bool) {
        self.age = (self.age + 1).min(2);
        self.sounds = match &mut self.resampled {
            Some(resampled) => resampled.update(total, sounds),
            None => sounds,
        };
    }
}
