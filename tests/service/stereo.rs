//! Each talker has a chair, and who can hear two channels hears him from there.

use crate::sim::{Sim, settings};
use crate::two_channels::{Streams, stereo};
use conclave::audio::SampleRate;
use conclave::service::{Arrival, CallId, engine};

struct Hall {
    sim: Sim,
    streams: Streams,
}

impl Hall {
    fn new(conf: &str) -> Hall {
        let (mut control, workers) = engine(1);
        let streams = Streams::default();
        control.set_coders(Box::new(streams.clone()));
        Hall { sim: Sim::with_engine(settings(conf).0, (control, workers)), streams }
    }

    /// Somebody in room 1 who hears two channels.
    fn join(&mut self, options: &str, profile: Option<&str>) -> CallId {
        let arrival = self.sim.arrival("1", options, "one");
        let arrival = Arrival { codec: stereo(SampleRate::Hz8000), profile: profile.map(str::to_owned), ..arrival };
        let call = self.sim.try_arrival(arrival).expect("it is taken");
        self.sim.seconds(3);
        call
    }

    /// How loud each ear of the one hears the other.
    fn ears(&mut self, listener: CallId, talker: CallId) -> (i16, i16) {
        self.sim.seconds(1);
        for _ in 0..3 {
            self.sim.send(&[(talker, &1000i16.to_ne_bytes())]);
        }
        let packet = self.sim.packet(listener);
        let (left, right) = self.streams.hear(&packet);
        (left[80], right[80])
    }
}

const CONF: &str = "[1]\ntype = room\narrivals = no\nonly_person = no\n[mono]\ntype = profile\nstereo = no\n";

const MIDDLE: (i16, i16) = (1000, 1000);
const RIGHT: (i16, i16) = (500, 1500);
const LEFT: (i16, i16) = (1500, 500);

#[test]
fn the_first_sits_in_the_middle_and_the_next_two_on_either_side_of_him() {
    let mut hall = Hall::new(CONF);
    let [one, two, three] = [(); 3].map(|()| hall.join("", None));
    assert_eq!(hall.ears(two, one), MIDDLE);
    assert_eq!(hall.ears(one, two), RIGHT);
    assert_eq!(hall.ears(three, two), RIGHT);
    assert_eq!(hall.ears(one, three), LEFT);
}

#[test]
fn everybody_keeps_his_chair_and_one_that_is_left_is_taken_by_the_next() {
    let mut hall = Hall::new(CONF);
    let [one, two, three] = [(); 3].map(|()| hall.join("", None));
    hall.sim.hang_up(two);
    assert_eq!(hall.ears(one, three), LEFT);
    let four = hall.join("", None);
    assert_eq!(hall.ears(one, four), RIGHT);
    assert_eq!(hall.ears(four, three), LEFT);
}

#[test]
fn who_only_listens_takes_no_chair() {
    let mut hall = Hall::new(CONF);
    let one = hall.join("", None);
    let ear = hall.join("l", None);
    let two = hall.join("", None);
    assert_eq!(hall.ears(ear, one), MIDDLE);
    assert_eq!(hall.ears(ear, two), RIGHT);
}

#[test]
fn it_can_be_off_for_a_member_and_for_a_room() {
    let mut hall = Hall::new(CONF);
    let [one, two] = [hall.join("", None), hall.join("", Some("mono"))];
    let three = hall.join("", None);
    assert_eq!(hall.ears(two, three), MIDDLE);
    assert_eq!(hall.ears(one, three), LEFT);
    let mut hall = Hall::new(&CONF.replace("only_person = no", "only_person = no\nstereo = no"));
    let [one, two] = [(); 2].map(|()| hall.join("", None));
    assert_eq!(hall.ears(one, two), MIDDLE);
}
