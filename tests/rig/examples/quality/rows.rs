//! What is tried: who says what, and through which network.

use std::time::Duration;

use conclave_rig::network::{Network, Pauses, Stalls};

/// One line of the table.
#[derive(Clone)]
pub struct Row {
    /// As the judge and `--row` call it.
    pub name: &'static str,
    pub says: Says,
    /// What the talker's packets go through.
    pub network: Network,
}

/// What the talker says, and who else is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Says {
    /// Sentences, with pauses.
    Speech,
    /// Single words after a second and a half of silence.
    Words,
    /// A tone that goes on: 1004 Hz at -10 dB.
    Tone,
    /// Sentences, while others come and go, of whom every second has a wideband telephone.
    SpeechAmongGuests,
    /// The tone, while others come and go.
    ToneAmongGuests,
    /// Eight people at full scale at once; the one who is judged says the same again and again, every other time with
    /// its sign turned.
    Shouting,
}

impl Says {
    pub fn name(self) -> &'static str {
        match self {
            Self::Speech | Self::SpeechAmongGuests => "speech",
            Self::Words => "words",
            Self::Tone | Self::ToneAmongGuests => "tone",
            Self::Shouting => "shouting",
        }
    }

    pub fn has_guests(self) -> bool {
        matches!(self, Self::SpeechAmongGuests | Self::ToneAmongGuests)
    }
}

/// All rows in the order of the table.
pub fn all() -> Vec<Row> {
    let ms = Duration::from_millis;
    let good = Network::default();
    let stalls = Some(Stalls { every: ms(3_000), lasting: ms(150) });
    let jitter = |time| Network { jitter: ms(time), ..good };
    let loss = |part| Network { loss: part, ..good };
    let packet = |time| Network { packet: ms(time), ..good };
    let clock = |clock| Network { clock, ..good };
    let pauses = |pauses| Network { pauses, ..good };
    let row = |name, says, network| Row { name, says, network };
    vec![
        row("clean", Says::Speech, good),
        row("jitter 20 ms", Says::Speech, jitter(20)),
        row("jitter 40 ms", Says::Speech, jitter(40)),
        row("jitter 80 ms", Says::Speech, jitter(80)),
        row("loss 1 %", Says::Speech, loss(0.01)),
        row("loss 5 %", Says::Speech, loss(0.05)),
        row("loss 10 %", Says::Speech, loss(0.1)),
        row("stalls", Says::Speech, Network { stalls, ..good }),
        row("jitter, loss, stalls", Says::Speech, Network { loss: 0.02, stalls, ..jitter(40) }),
        row("reordering", Says::Speech, Network { swaps: 10, ..good }),
        row("pauses not sent", Says::Speech, pauses(Pauses::Nothing)),
        row("comfort noise", Says::Speech, pauses(Pauses::ComfortNoise)),
        row("pauses, jitter 40 ms", Says::Speech, Network { pauses: Pauses::ComfortNoise, ..jitter(40) }),
        row("packets of 10 ms", Says::Speech, packet(10)),
        row("packets of 30 ms", Says::Speech, packet(30)),
        row("packets of 60 ms", Says::Speech, packet(60)),
        row("clock +200 ppm", Says::Speech, clock(200.0)),
        row("clock -200 ppm", Says::Speech, clock(-200.0)),
        row("members come and go", Says::SpeechAmongGuests, good),
        row("words after silence", Says::Words, good),
        row("words, not sent between", Says::Words, pauses(Pauses::Nothing)),
        row("tone", Says::Tone, good),
        row("tone, clock +200 ppm", Says::Tone, clock(200.0)),
        row("tone, clock -200 ppm", Says::Tone, clock(-200.0)),
        row("tone, members come and go", Says::ToneAmongGuests, good),
        row("eight at full scale", Says::Shouting, good),
    ]
}
