//! What a leg says: whether it talks, and what is done to its voice.

use super::Leg;
use crate::audio::{GateChange, Heard, Loudness, Ramp, dbfs, sums};
use crate::engine::playout::Pulled;
use crate::engine::ranks::{Rank, Ranks};
use crate::engine::stats::WorkerStats;
use crate::engine::voice::{Begin, VoiceWork};

impl Leg {
    /// Writes this tick's contribution to `voice`, if there is one. `ranks`: of the room, if not all may be heard.
    pub(super) fn take_voice(&mut self, ranks: Option<&mut Ranks>, stats: &WorkerStats) -> bool {
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
            if pulled == Pulled::Nothing && audio.opens > 0 && self.talk.current() == 0.0 {
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
            if begins {
                audio.meter.strength = 0.0;
            }
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
            let begin = match (begins, self.sounds) {
                (true, _) => Begin::AfterSilence,
                (_, true) => Begin::GoesOn,
                _ => Begin::Within,
            };
            work.process(&mut audio.voice, begin, self.gate.noise());
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
    pub(in crate::engine) fn set_work(&mut self, work: Option<Box<VoiceWork>>) -> Option<Box<VoiceWork>> {
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
    pub(in crate::engine) fn has_spent_work(&self) -> bool {
        self.unusual && self.audio.unusual.spent_work.is_some()
    }

    /// What that was.
    pub(in crate::engine) fn take_spent_work(&mut self) -> Option<Box<VoiceWork>> {
        let spent = self.audio.unusual.spent_work.take();
        self.note_unusual();
        spent
    }

    /// How loud the caller talked since the last time, in dBFS.
    pub(in crate::engine) fn take_level(&mut self) -> i8 {
        self.audio.meter.take()
    }
}

/// How loud a caller is.
#[derive(Clone, Copy, Default)]
pub(super) struct Meter {
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
