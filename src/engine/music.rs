//! (to come)

/// The end of a stream of music that its decoder writes to.
pub struct MusicFeed {}

#[allow(unused_variables, reason = "signatures come first")]
impl MusicFeed {
    /// How many samples can be written now.
    pub fn room(&self) -> usize {
        unimplemented!()
    }
    /// Writes as much as there is room for; returns how much.
    pub fn write(&mut self, samples: &[i16]) -> usize {
        unimplemented!()
    }
}
