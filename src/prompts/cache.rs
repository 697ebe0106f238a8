//! Sounds that were read, as far as memory is allowed to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::SoundError;
use crate::audio::{Clip, SampleRate};

/// Language, name, and the rate it is heard at; none of what could not be read, which is so at every rate.
pub(super) type Key = (Arc<str>, Arc<str>, Option<SampleRate>);

/// What came of reading a file: that it is missing is remembered too.
pub(super) type Read = Result<Arc<Clip>, SoundError>;

/// Those used last stay. A clip that is forgotten while it plays lives until it has been heard.
pub(super) struct Cache {
    most: usize,
    size: usize,
    clips: HashMap<Key, (Read, u64)>,
    /// By when they were last used.
    used: BTreeMap<u64, Key>,
    uses: u64,
}

impl Cache {
    /// Holds so many bytes.
    pub(super) fn new(most: usize) -> Cache {
        Cache { most, size: 0, clips: HashMap::new(), used: BTreeMap::new(), uses: 0 }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Read> {
        let (clip, used) = self.clips.get_mut(key)?;
        self.used.remove(used);
        self.uses += 1;
        *used = self.uses;
        self.used.insert(self.uses, key.clone());
        Some(clip.clone())
    }

    /// Keeps what was just read. What is larger than all that may be kept is not kept.
    pub(super) fn put(&mut self, key: Key, clip: &Read) {
        self.remove(&key);
        let size = size_of(&key, clip);
        if size > self.most {
            return;
        }
        while self.size + size > self.most
            && let Some((_, oldest)) = self.used.pop_first()
        {
            self.remove(&oldest);
        }
        self.size += size;
        self.uses += 1;
        self.used.insert(self.uses, key.clone());
        self.clips.insert(key, (clip.clone(), self.uses));
    }

    pub(super) fn clear(&mut self) {
        *self = Cache::new(self.most);
    }

    fn remove(&mut self, key: &Key) {
        if let Some((clip, used)) = self.clips.remove(key) {
            self.used.remove(&used);
            self.size -= size_of(key, &clip);
        }
    }
}

fn size_of(key: &Key, clip: &Read) -> usize {
    ENTRY + key.0.len() + key.1.len() + clip.as_ref().map_or(0, |clip| size_of_val(&*clip.samples))
}

/// What an entry costs besides: names of files that do not exist must not fill the memory either.
const ENTRY: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        ("en".into(), name.into(), None)
    }

    fn clip(samples: usize) -> Read {
        Ok(Arc::new(Clip { rate: SampleRate::Hz8000, samples: vec![0; samples].into() }))
    }

    #[test]
    fn what_was_used_last_stays() {
        let mut cache = Cache::new(3000);
        for name in ["a", "b"] {
            cache.put(key(name), &clip(500));
        }
        assert!(cache.get(&key("a")).is_some());
        cache.put(key("c"), &clip(500));
        assert!(cache.get(&key("a")).is_some());
        assert!(cache.get(&key("b")).is_none());
        assert!(cache.get(&key("c")).is_some());
    }

    #[test]
    fn it_never_grows_beyond_its_size() {
        let mut cache = Cache::new(100_000);
        for n in 0..10_000usize {
            cache.put(key(&n.to_string()), &clip(n % 700));
            assert!(cache.size <= 100_000);
            assert_eq!(cache.clips.len(), cache.used.len());
        }
        assert!(cache.clips.len() > 50);
        cache.put(key("huge"), &clip(60_000));
        assert!(cache.get(&key("huge")).is_none());
        assert!(cache.clips.len() > 50);
    }

    #[test]
    fn reading_it_again_replaces_it() {
        let mut cache = Cache::new(10_000);
        cache.put(key("a"), &clip(10));
        cache.put(key("a"), &clip(20));
        assert_eq!(cache.get(&key("a")).map(|clip| clip.map(|clip| clip.samples.len())), Some(Ok(20)));
        assert_eq!(cache.clips.len(), 1);
        cache.clear();
        assert_eq!((cache.size, cache.clips.len(), cache.used.len()), (0, 0, 0));
    }
}
