//! What a leg hears: a stream that it shares with others or one of its own, and how that is made.

use super::Leg;
use crate::audio::{Limiter, Ramp, SampleRate, g711, sums};
use crate::engine::coding::{Coding, SharedCoding};
use crate::engine::music::MusicStream;
use crate::engine::room::Room;
use crate::engine::stats::WorkerStats;
use crate::engine::types::{Codec, Coded, Output};
use crate::engine::wide;

/// Where a leg's tick comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::engine) enum Hears {
    Silence,
    /// The mix that it shares with all who neither talk nor hear anything of their own.
    Room,
    /// Music, shared likewise.
    Music(u16),
    /// A stream of its own.
    Own,
}

impl Leg {
    /// Decides where this tick's audio comes from. What is shared needs no more work for this leg.
    pub(in crate::engine) fn choose(
        &mut self,
        room: Option<&Room>,
        music: &[Option<Box<MusicStream>>],
        coders: &mut Coders<'_>,
    ) {
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
    pub(in crate::engine) fn nears(&self) -> Hears {
        self.audio.nearing.0
    }

    /// What it hears with others is about to be left for a stream of its own.
    pub(in crate::engine) fn leave_shared(&mut self, left: &SharedCoding, coders: &mut Coders<'_>) {
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

    /// Makes the stream of its own: the room and the side room without itself, its clips, its music.
    pub(in crate::engine) fn hear(
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
    pub(in crate::engine) fn own_output(&self) -> Output<'_> {
        match self.codec {
            Codec::Linear(_) => Output::Linear(&self.audio.linear),
            Codec::Coded(_) => Output::Payload(self.audio.coding.as_ref().map_or(&[], Coding::payload)),
            Codec::Pcmu | Codec::Pcma => Output::Payload(&self.audio.payload),
        }
    }

    fn audio_music(&self) -> Option<u16> {
        if self.plain { self.audio.music.steady() } else { None }
    }
}

/// What encoders do in a tick besides making what is sent.
pub(in crate::engine) struct Coders<'a> {
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
pub(in crate::engine) fn shared_coding<'a>(
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

fn music_at(music: &mut [Option<Box<MusicStream>>], slot: u16, rate: SampleRate) -> Option<&[i32]> {
    music.get_mut(usize::from(slot))?.as_deref_mut()?.total_at(rate)
}

/// 100 ms: so long a leg's own encoder and a shared one are given the same before the one takes over from the other.
const NEARING_TICKS: u32 = 5;

/// 30 s: then the change is made also if nothing quiet comes, so that a noisy room does not cost an encoder for each for
/// ever. It may be heard.
const MOST_NEARING_TICKS: u32 = 1_500;

/// -48 dBFS: what becomes of this in the worst case does not stand out.
const QUIET: u16 = 128;
