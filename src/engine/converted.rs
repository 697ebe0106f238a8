//! Clips at other rates than they have.

use std::sync::{Arc, Weak};

use crate::audio::{Clip, SampleRate};

/// Clips that were resampled lately, so that a tone for everybody is resampled once.
#[derive(Default)]
pub(super) struct Converted {
    clips: Vec<(Weak<Clip>, Arc<Clip>)>,
}

impl Converted {
    /// The clip at a rate.
    pub fn clip(&mut self, clip: &Arc<Clip>, rate: SampleRate) -> Arc<Clip> {
        if clip.rate == rate {
            return clip.clone();
        }
        self.clips.retain(|(original, _)| original.strong_count() > 0);
        let known = self
            .clips
            .iter()
            .find(|(original, converted)| std::ptr::eq(original.as_ptr(), Arc::as_ptr(clip)) && converted.rate == rate);
        if let Some((_, converted)) = known {
            return converted.clone();
        }
        let converted = Arc::new(clip.resampled(rate));
        if self.clips.len() >= MOST_KEPT {
            self.clips.remove(0);
        }
        self.clips.push((Arc::downgrade(clip), converted.clone()));
        converted
    }
}

/// As many as there are prompts in a busy minute.
const MOST_KEPT: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_converted_once_and_forgotten_with_its_original() {
        let mut converted = Converted::default();
        let clip = Arc::new(Clip::silence(SampleRate::Hz8000, 100));
        assert!(Arc::ptr_eq(&converted.clip(&clip, SampleRate::Hz8000), &clip));
        let wide = converted.clip(&clip, SampleRate::Hz16000);
        assert_eq!(wide.samples.len(), 1600);
        assert!(Arc::ptr_eq(&converted.clip(&clip, SampleRate::Hz16000), &wide));
        drop(clip);
        let other = Arc::new(Clip::silence(SampleRate::Hz8000, 20));
        converted.clip(&other, SampleRate::Hz16000);
        assert_eq!(converted.clips.len(), 1);
    }
}
