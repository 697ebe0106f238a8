//! Who talks.

/// Talk detection by energy: opens within the tick that is loud, closes half a second after the last loud one.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Gate {
    hold: u8,
}

/// What a tick did to a [`Gate`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GateChange {
    /// Still closed: nothing to hear.
    Closed,
    /// Open: the whole tick is heard, its first sample included.
    Open,
    /// This quiet tick is the last one: it is to be faded out.
    Closing,
}

impl Gate {
    /// A tick quieter than this (root mean square, −55 dBFS) is not talk.
    ///
    /// Below what a quiet talker sends on a telephone, above the noise of digital lines.
    pub const THRESHOLD: i16 = 58;

    /// Takes in whether the next tick is loud.
    pub fn tick(&mut self, loud: bool) -> GateChange {
        if loud {
            self.hold = HOLD_TICKS;
            return GateChange::Open;
        }
        match self.hold {
            0 => GateChange::Closed,
            1 => {
                self.hold = 0;
                GateChange::Closing
            }
            _ => {
                self.hold -= 1;
                GateChange::Open
            }
        }
    }

    /// Whether the last tick was heard and the next one will be.
    pub fn is_open(&self) -> bool {
        self.hold > 0
    }

    /// Closes at once.
    pub fn close(&mut self) {
        self.hold = 0;
    }
}

/// Half a second: longer than the pauses within a sentence.
const HOLD_TICKS: u8 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_at_once_and_closes_half_a_second_later() {
        let mut gate = Gate::default();
        assert_eq!(gate.tick(false), GateChange::Closed);
        assert_eq!(gate.tick(true), GateChange::Open);
        for _ in 0..24 {
            assert_eq!(gate.tick(false), GateChange::Open);
        }
        assert_eq!(gate.tick(false), GateChange::Closing);
        assert_eq!(gate.tick(false), GateChange::Closed);
    }
}
