//! A leg whose codec changes while it is there.

use crate::common::{Engine, NARROW, WIDE, clip, largest_step};
use conclave::audio::SampleRate;
use conclave::codec;
use conclave::engine::{Codec, Coded, Coders, Decoder, Encoder, Target};

struct Own;

impl Coders for Own {
    fn decoder(&mut self, coded: Coded) -> Option<Box<dyn Decoder>> {
        codec::decoder(coded)
    }

    fn encoder(&mut self, coded: Coded) -> Option<Box<dyn Encoder>> {
        codec::encoder(coded)
    }
}

const FORMS: [Codec; 6] = [WIDE, Codec::Pcma, Codec::Linear(SampleRate::Hz48000), NARROW, Codec::Pcmu, WIDE];

#[test]
fn he_hears_and_is_heard_in_every_form_and_nobody_hears_a_step() {
    change(1);
    change(2);
}

fn change(workers: usize) {
    let mut engine = Engine::new(workers);
    engine.control.set_coders(Box::new(Own));
    let room = engine.control.add_room().unwrap();
    let legs = [(0, NARROW), (workers - 1, NARROW), (0, WIDE)].map(|(at, codec)| engine.seated(at, codec, room));
    let [changing, other, listener] = legs;
    engine.settle();
    let mut heard = [Vec::new(), Vec::new()];
    let mut tick = |engine: &mut Engine, is_linear: bool| {
        // What he sends in the tick of the change is lost.
        let says = [(other, 2_000), (changing, 3_000)];
        engine.say(&says[..if is_linear { 2 } else { 1 }]);
        heard[0].extend(engine.hear(listener));
        heard[1].extend(engine.hear(other));
    };
    for _ in 0..20 {
        tick(&mut engine, true);
    }
    for codec in FORMS {
        engine.control.set_codec(changing, codec).unwrap();
        let is_linear = matches!(codec, Codec::Linear(_));
        for n in 0..60 {
            tick(&mut engine, is_linear);
            assert!(engine.workers[0].is_in(changing, codec), "{codec:?} after {n} ticks");
            if is_linear {
                assert_eq!(engine.hear(changing).len(), codec.rate().samples_per_tick());
            }
        }
        if is_linear {
            let ears = legs.map(|leg| engine.level(leg));
            assert!((ears[0] - 2_000).abs() < 9 && (ears[1] - 3_000).abs() < 9 && (ears[2] - 5_000).abs() < 9);
        } else {
            assert_eq!(engine.payload(changing).len(), 160);
        }
    }
    engine.control.set_codec(changing, Codec::Coded(codec::G722)).unwrap();
    engine.silent_ticks(60);
    assert_eq!(engine.payload(changing).len(), 160);
    for heard in heard {
        let steps = largest_step(&heard[320..]);
        assert!(steps < 300, "a step of {steps}");
    }
    assert_eq!(engine.control.stats()[0].commands_refused.get(), 0);
}

#[test]
fn what_plays_plays_on_and_what_was_said_of_him_holds() {
    let mut engine = Engine::new(1);
    let room = engine.control.add_room().unwrap();
    let [changing, other] = [NARROW; 2].map(|codec| engine.seated(0, codec, room));
    let music = engine.control.add_music_clip(clip(500, 8_000)).unwrap();
    engine.control.set_talking_allowed(changing, false);
    engine.control.set_hearing_allowed(changing, false);
    engine.settle();
    engine.control.play(Target::Leg(changing), clip(1_000, 160 * 10), 7).unwrap();
    engine.silent_ticks(4);
    engine.control.set_codec(changing, WIDE).unwrap();
    let mut ticks = 0;
    while engine.played().is_empty() {
        engine.say(&[(changing, 3_000), (other, 2_000)]);
        assert!(ticks < 20 && engine.level(other) == 0);
        // Only he hears it, and nothing of the room.
        assert!(engine.hear(changing).iter().all(|s| *s < 2_000));
        ticks += 1;
    }
    assert!((5..9).contains(&ticks), "{ticks}");
    engine.control.set_music(changing, Some(music));
    engine.silent_ticks(20);
    engine.control.set_codec(changing, NARROW).unwrap();
    engine.silent_ticks(20);
    assert!((engine.level(changing) - 500).abs() < 3);
    engine.control.set_music(changing, None);
    engine.control.set_hearing_allowed(changing, true);
    for _ in 0..20 {
        engine.say(&[(changing, 3_000), (other, 2_000)]);
    }
    assert_eq!((engine.level(changing), engine.level(other)), (2_000, 0));
    // Without anything that codes it he stays as he was.
    assert!(engine.control.set_codec(changing, Codec::Coded(codec::G722)).is_err());
    engine.silent_ticks(3);
    assert!(engine.workers[0].is_in(changing, NARROW));
}
