//! The clips that a leg or a room hears, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::audio::{Clip, Ramp, sums};

/// A clip on its way through a [`Player`].
pub(super) struct Playing {
    pub serial: u64,
    pub clip: Arc<Clip>,
    position: usize,
}

impl Playing {
    pub fn new(serial: u64, clip: Arc<Clip>) -> Playing {
        Playing { serial, clip, position: 0 }
    }

    fn is_finished(&self) -> bool {
        self.position >= self.clip.samples.len()
    }

    /// Adds what comes next; returns how many samples that was.
    fn add_to(&mut self, samples: &mut [i32]) -> usize {
        let rest = self.clip.samples.get(self.position..).unwrap_or_default();
        let count = rest.len().min(samples.len());
        sums::add_samples(samples, rest);
        self.position += count;
        count
    }
}

/// A queue of clips.
///
/// A finished clip stays in the queue until it is taken out, so a report of its end can wait for room in a ring.
pub(super) struct Player {
    queue: VecDeque<Playing>,
    capacity: usize,
    /// So many clips from the front are to end now.
    stopping: usize,
}

impl Player {
    pub fn new(capacity: usize) -> Player {
        Player { queue: VecDeque::with_capacity(capacity), capacity, stopping: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Appends a clip, or gives it back if the queue is full.
    pub fn play(&mut self, playing: Playing) -> Result<(), Playing> {
        if self.queue.len() >= self.capacity {
            return Err(playing);
        }
        self.queue.push_back(playing);
        Ok(())
    }

    /// Lets what is in the queue now end with the next tick.
    pub fn stop(&mut self) {
        self.stopping = self.queue.len();
    }

    /// Adds one tick of what plays; false if that was nothing. `scratch` is as long as `samples`.
    pub fn add_to(&mut self, samples: &mut [i32], scratch: &mut [i32]) -> bool {
        if self.stopping > 0 {
            return self.add_last_tick(samples, scratch);
        }
        let mut done = 0;
        for playing in self.queue.iter_mut().filter(|p| !p.is_finished()) {
            done += playing.add_to(&mut samples[done..]);
            if done == samples.len() {
                break;
            }
        }
        done > 0
    }

    /// Takes out a clip that came to its end.
    pub fn take_finished(&mut self) -> Option<Playing> {
        if !self.queue.front()?.is_finished() {
            return None;
        }
        self.stopping = self.stopping.saturating_sub(1);
        self.queue.pop_front()
    }

    /// Whether [`take_finished`](Self::take_finished) has something.
    pub fn has_finished(&self) -> bool {
        self.queue.front().is_some_and(Playing::is_finished)
    }

    /// Exchanges clips for the same at another rate, keeping the place that was reached.
    pub fn exchange(&mut self, clips: &mut [(u64, Arc<Clip>)]) {
        for playing in &mut self.queue {
            let Some((_, clip)) = clips.iter_mut().find(|(serial, _)| *serial == playing.serial) else {
                continue;
            };
            let (from, to) = (playing.clip.rate, clip.rate);
            let finished = playing.is_finished();
            playing.position = playing.position * to.samples_per_tick() / from.samples_per_tick();
            std::mem::swap(&mut playing.clip, clip);
            if finished {
                playing.position = playing.clip.samples.len();
            }
        }
    }

    fn add_last_tick(&mut self, samples: &mut [i32], scratch: &mut [i32]) -> bool {
        scratch.fill(0);
        let mut ending = self.queue.iter_mut().take(self.stopping);
        let sounds = ending
            .find(|p| !p.is_finished())
            .is_some_and(|playing| playing.position > 0 && playing.add_to(scratch) > 0);
        if sounds {
            let mut fade = Ramp::new(1.0);
            fade.set(0.0);
            fade.apply(scratch);
            sums::add(samples, scratch);
        }
        for playing in self.queue.iter_mut().take(self.stopping) {
            playing.position = playing.clip.samples.len();
        }
        self.stopping = 0;
        sounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::SampleRate;

    fn clip(samples: &[i16]) -> Arc<Clip> {
        Arc::new(Clip { rate: SampleRate::Hz8000, samples: samples.into() })
    }

    fn tick(player: &mut Player) -> Vec<i32> {
        let mut tick = vec![0; 4];
        player.add_to(&mut tick, &mut [0; 4]);
        tick
    }

    #[test]
    fn one_clip_follows_the_other_without_a_gap() {
        let mut player = Player::new(2);
        assert!(player.play(Playing::new(1, clip(&[1, 2, 3, 4, 5]))).is_ok());
        assert!(player.play(Playing::new(2, clip(&[6, 7]))).is_ok());
        assert!(player.play(Playing::new(3, clip(&[]))).is_err());
        assert_eq!(tick(&mut player), [1, 2, 3, 4]);
        assert!(player.take_finished().is_none());
        assert_eq!(tick(&mut player), [5, 6, 7, 0]);
        assert_eq!(player.take_finished().map(|p| p.serial), Some(1));
        assert_eq!(player.take_finished().map(|p| p.serial), Some(2));
        assert!(player.is_empty());
    }

    #[test]
    fn stopping_fades_what_plays_and_spares_what_came_later() {
        let mut player = Player::new(8);
        player.play(Playing::new(1, clip(&[100; 40]))).ok();
        player.play(Playing::new(2, clip(&[100; 40]))).ok();
        tick(&mut player);
        player.stop();
        player.play(Playing::new(3, clip(&[7; 4]))).ok();
        assert_eq!(tick(&mut player), [75, 50, 25, 0]);
        assert_eq!(player.take_finished().map(|p| p.serial), Some(1));
        assert_eq!(player.take_finished().map(|p| p.serial), Some(2));
        assert!(player.take_finished().is_none());
        assert_eq!(tick(&mut player), [7; 4]);
    }

    #[test]
    fn an_empty_clip_ends_at_once() {
        let mut player = Player::new(1);
        player.play(Playing::new(1, clip(&[]))).ok();
        assert!(player.has_finished());
    }
}
