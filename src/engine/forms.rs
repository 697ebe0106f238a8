//! In which coded forms something is heard.

use super::types::{Codec, Coded};

/// For each worker the forms that need an encoder there, and how many legs hear something in them.
#[derive(Default)]
pub(super) struct Forms(Vec<(u8, Coded, usize)>);

impl Forms {
    /// One more leg of a worker hears it; the form, if it is the first one there.
    pub fn enter(&mut self, worker: u8, codec: Codec) -> Option<Coded> {
        let Codec::Coded(coded) = codec else {
            return None;
        };
        match self.find(worker, coded) {
            Some(place) => {
                self.0[place].2 += 1;
                None
            }
            None => {
                self.0.push((worker, coded, 1));
                Some(coded)
            }
        }
    }

    /// One leg less; the form, if that was the last one there.
    pub fn leave(&mut self, worker: u8, codec: Codec) -> Option<Coded> {
        let Codec::Coded(coded) = codec else {
            return None;
        };
        let place = self.find(worker, coded)?;
        self.0[place].2 -= 1;
        (self.0[place].2 == 0).then(|| self.0.swap_remove(place).1)
    }

    /// The forms on a worker.
    pub fn at(&self, worker: u8) -> impl Iterator<Item = Coded> {
        self.0.iter().filter(move |(at, ..)| *at == worker).map(|(_, coded, _)| *coded)
    }

    fn find(&self, worker: u8, coded: Coded) -> Option<usize> {
        self.0.iter().position(|(at, form, _)| *at == worker && *form == coded)
    }
}
