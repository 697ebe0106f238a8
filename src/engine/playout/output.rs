//! What is heard of what came.

use super::nudge::Nudge;
use super::{Playout, Pulled, State, WorkerStats};
use crate::audio::stretch::{Care, lengthen, shorten};
use crate::audio::{MAX_TICK_SAMPLES, SampleRate};

impl Playout {
    /// Takes one tick out. `open` says that the leg is being heard: then a loss is concealed, and nothing is too quiet.
    pub fn pull(&mut self, open: bool, stats: &WorkerStats) -> Pulled {
        self.was_open = open;
        let pulled = if self.state == State::Empty {
            Pulled::Nothing
        } else {
            self.state = State::Playing;
            self.decode_ahead(open, stats);
            let reach = self.store.reach(self.play);
            if reach - self.play < self.tick {
                self.patch(open, stats)
            } else if !open && self.store.is_quiet(self.play, self.tick as usize) {
                self.pass_over(reach, stats);
                Pulled::Quiet
            } else {
                self.play_whole(open, reach, stats);
                Pulled::Sound
            }
        };
        if pulled == Pulled::Sound {
            self.remember();
        } else {
            self.heard_count = 0;
        }
        self.store.forget_before(self.play);
        self.clock += self.tick;
        pulled
    }

    fn decode_ahead(&mut self, open: bool, stats: &WorkerStats) {
        if let Some(coding) = &mut self.coding {
            let ahead = if open { AHEAD_MS * self.ms } else { 0 };
            let due = self.play + self.tick;
            if coding.decode_until(due + ahead, due, self.silent, &mut self.store) && open {
                stats.concealed.count();
            }
        }
    }

    /// How much longer the delay is than it need be.
    fn surplus(&self) -> i64 {
        self.wanted().map_or(0, |wanted| self.clock - self.play - wanted)
    }

    /// A quiet tick that nobody hears: the delay can be changed as it has to be.
    fn pass_over(&mut self, reach: i64, stats: &WorkerStats) {
        let surplus = self.surplus();
        let mut step = self.tick;
        self.too_long = if surplus > self.ms { self.too_long + 1 } else { 0 };
        if self.too_long > PATIENCE_IN_SILENCE {
            let extra = surplus.min(reach - self.play - self.tick);
            if extra > 0 && self.store.is_quiet(self.play + self.tick, extra as usize) {
                step += extra;
                stats.trimmed.count();
            }
        } else if surplus < -self.ms {
            step = (step + surplus).max(0);
            stats.lengthened.count();
        }
        self.play += step;
        self.played = self.play;
        self.lost = 0;
    }

    /// A tick without a hole.
    fn play_whole(&mut self, open: bool, reach: i64, stats: &WorkerStats) {
        let step = if self.lost > 0 {
            self.store.read(self.play, &mut self.samples);
            let tick = self.samples.len();
            self.rejoin(open, 0..tick);
            self.tick
        } else {
            self.adjusted(open, reach, stats).unwrap_or_else(|| {
                self.store.read(self.play, &mut self.samples);
                self.tick
            })
        };
        self.play += step;
        self.played = self.play;
    }

    /// Makes the tick shorter or longer if the delay has to change; how much of the media time it took.
    fn adjusted(&mut self, open: bool, reach: i64, stats: &WorkerStats) -> Option<i64> {
        let surplus = self.surplus();
        self.rest = self.rest.saturating_sub(1);
        self.too_long = if surplus > self.ms { self.too_long + 1 } else { 0 };
        if !open || surplus.abs() <= self.ms {
            return None;
        }
        let much = surplus.abs() > MUCH_MS * self.ms;
        if surplus > 0 && !self.drifts && self.too_long < if much { PATIENCE_WITH_MUCH } else { PATIENCE } {
            return None;
        }
        let by_periods = surplus.abs() > LEAST_PERIOD_MS * self.ms;
        if by_periods && self.rest == 0 {
            let care = if much { Care::Hasty } else { Care::Careful };
            let step = if surplus > 0 { self.shortened(surplus, reach, care) } else { self.lengthened(-surplus, care) };
            self.rest = if much || surplus < 0 { 2 } else { 5 };
            if let Some(step) = step {
                if surplus > 0 {
                    stats.trimmed.count()
                } else {
                    stats.lengthened.count()
                };
                return Some(step);
            }
        }
        self.nudged(surplus, reach)
    }

    /// Leaves out a pitch period.
    fn shortened(&mut self, surplus: i64, reach: i64, care: Care) -> Option<i64> {
        let length = (reach - self.play).min(AHEAD_MS * self.ms) as usize;
        if length < self.rate.samples_in_ms(LEAST_PIECE_MS) {
            return None;
        }
        let mut piece = [0; MOST_PIECE];
        let piece = &mut piece[..length];
        self.store.read(self.play, piece);
        let less = shorten(self.rate, piece, care);
        if less == 0 || less as i64 > surplus + self.ms || length - less < self.samples.len() {
            return None;
        }
        let tick = self.samples.len();
        self.samples.copy_from_slice(&piece[..tick]);
        Some(self.tick + less as i64)
    }

    /// Plays a pitch period twice.
    fn lengthened(&mut self, missing: i64, care: Care) -> Option<i64> {
        let tick = self.samples.len();
        let mut piece = [0; MOST_PIECE];
        self.store.read(self.play, &mut piece[..tick]);
        // A period of a piece of one tick is at most half of it, so the change ends within the tick.
        let more = lengthen(self.rate, &mut piece, tick, care);
        if more == 0 || more as i64 > missing + self.tick / 2 {
            return None;
        }
        self.samples.copy_from_slice(&piece[..tick]);
        Some(self.tick - more as i64)
    }

    /// A sample (at 8 kHz) more or less. What is too long can wait for it, so that nobody hears the pitch move.
    fn nudged(&mut self, surplus: i64, reach: i64) -> Option<i64> {
        if surplus > 0 && self.clock / self.tick % NUDGE_TICKS != 0 {
            return None;
        }
        let unit = self.ms / 8;
        let step = if surplus > 0 { self.tick + unit } else { self.tick - unit };
        if reach - self.play < step {
            return None;
        }
        let mut piece = [0; MOST_PIECE];
        let (margin, count) = (Nudge::MARGIN, step as usize);
        let known = (reach - self.play).min((count + margin) as i64) as usize;
        self.store.read(self.play, &mut piece[margin..margin + known]);
        let last = piece[margin + known - 1];
        piece[margin + known..margin + count + margin].fill(last);
        let past = self.heard_count.min(margin);
        piece[margin - past..margin].copy_from_slice(&self.heard[self.heard.len() - past..]);
        self.nudge.spread(&piece, count, &mut self.samples);
        Some(step)
    }

    /// A tick with holes in it.
    fn patch(&mut self, open: bool, stats: &WorkerStats) -> Pulled {
        let (tick, mut done) = (self.samples.len(), 0);
        let (mut made_up, mut real, mut sounds) = (false, false, false);
        while done < tick {
            let left = (tick - done) as i64;
            let reach = self.store.reach(self.play);
            if reach > self.play {
                let count = (reach - self.play).min(left);
                let piece = done..done + count as usize;
                self.store.read(self.play, &mut self.samples[piece.clone()]);
                if self.lost > 0 {
                    self.rejoin(open, piece.clone());
                }
                self.play += count;
                self.played = self.play;
                done = piece.end;
                real = true;
                continue;
            }
            let next = self.store.next(self.play);
            let hole = next.map_or(i64::MAX, |next| next - self.play);
            let piece = done..done + hole.min(left) as usize;
            let silent = self.is_silent_at(self.play);
            if !open {
                self.samples[piece.clone()].fill(0);
            } else if self.lost == 0 && hole <= MOST_BRIDGED_MS * self.ms && !silent && self.bridge(done, hole) {
                made_up = true;
                continue;
            } else {
                // In the last of it, it falls silent.
                let went_on = self.lost > 0 && !self.concealer.is_silent();
                self.carry_on(piece.clone());
                let audible = went_on || !self.concealer.is_silent();
                sounds |= audible;
                made_up |= audible && !silent;
                self.lost += piece.len() as i64;
            }
            self.play += piece.len() as i64;
            done = piece.end;
        }
        if made_up {
            stats.concealed.count();
        }
        if real || sounds { Pulled::Sound } else { Pulled::Nothing }
    }

    /// Whether the sender has said that he is silent then.
    fn is_silent_at(&self, at: i64) -> bool {
        (self.silent.0..self.silent.1).contains(&at) || self.timeline.is_silent() && at >= self.timeline.end()
    }

    /// Fills a hole whose other side has come, after so much of this tick.
    fn bridge(&mut self, done: usize, hole: i64) -> bool {
        let ms = self.ms as usize;
        let far = self.play + hole;
        let future = (self.store.reach(far) - far).min(AHEAD_MS * self.ms) as usize;
        if future < LEAST_FUTURE_MS * ms {
            return false;
        }
        let mut past = [0; MOST_PIECE];
        let past = self.past(done, &mut past);
        let (mut ahead, mut made) = ([0; MOST_PIECE], [0; MOST_PIECE]);
        self.store.read(far, &mut ahead[..future]);
        self.delay.note_hole();
        let made = &mut made[..hole as usize];
        self.concealer.bridge(past, &ahead[..future], made);
        self.store.put_made_up(self.play, made);
        true
    }

    /// Makes up a piece of this tick, of which nothing is known but what was before.
    fn carry_on(&mut self, piece: std::ops::Range<usize>) {
        if self.lost == 0 {
            let mut past = [0; MOST_PIECE];
            let past = self.past(piece.start, &mut past);
            self.concealer.begin(past);
            self.decoder_carries_on = false;
        }
        let samples = &mut self.samples[piece];
        self.concealer.next(samples);
        if !self.concealer.is_silent()
            && let Some(coding) = &mut self.coding
        {
            // Its own decoder knows the voice better.
            self.decoder_carries_on = coding.conceal(samples);
        }
    }

    /// What was heard last, with so much of this tick.
    fn past<'a>(&self, done: usize, memory: &'a mut [i16; MOST_PIECE]) -> &'a [i16] {
        let before = &self.heard[self.heard.len() - self.heard_count..];
        memory[..before.len()].copy_from_slice(before);
        memory[before.len()..before.len() + done].copy_from_slice(&self.samples[..done]);
        &memory[..before.len() + done]
    }

    /// Leads from what was made up to what came.
    fn rejoin(&mut self, open: bool, piece: std::ops::Range<usize>) {
        if self.lost <= HOLE_MS * self.ms {
            self.delay.note_hole();
        }
        self.lost = 0;
        // After a pause there is nothing to lead from, and the first sound is not to be lost.
        if open && !self.decoder_carries_on && !(self.concealer.is_silent() && self.played < self.silent.1) {
            self.concealer.rejoin(&mut self.samples[piece]);
        }
    }

    /// Keeps the tick for when the next is lost.
    fn remember(&mut self) {
        let (tick, length) = (self.samples.len(), self.heard.len());
        self.heard.copy_within(tick.., 0);
        self.heard[length - tick..].copy_from_slice(&self.samples);
        self.heard_count = (self.heard_count + tick).min(length);
    }
}

/// How far ahead of a change or a hole is looked.
const AHEAD_MS: i64 = 45;

/// What a piece must have at least to be shortened.
const LEAST_PIECE_MS: usize = 30;

/// The pitch period of the highest voice.
const LEAST_PERIOD_MS: i64 = 3;

/// A sample less in each fourth tick is 0.16 % of pitch, below what anybody hears of a lone tone.
const NUDGE_TICKS: i64 = 4;

/// A hole of a packet or two can be bridged; into a longer one something may yet come.
const MOST_BRIDGED_MS: i64 = 40;

/// What is longer than a packet or two is a stall or a pause, not a loss.
const HOLE_MS: i64 = 60;

/// What has to be known of the far side.
const LEAST_FUTURE_MS: usize = 20;

/// A delay that is wrong by so much has to be mended soon, even if that is heard.
const MUCH_MS: i64 = 60;

/// A second, a quarter of one, and less while nobody hears it: for so long a delay may be longer than it need be.
const PATIENCE: u32 = 50;
const PATIENCE_WITH_MUCH: u32 = 12;
const PATIENCE_IN_SILENCE: u32 = 10;

/// The longest piece that is looked at: history and a tick.
const MOST_PIECE: usize = SampleRate::Hz48000.samples_in_ms(50) + MAX_TICK_SAMPLES;
