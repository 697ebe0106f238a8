//! Who may order what, and how it is answered.

use crate::sim::{Hall, open, seconds};
use conclave::room::{MemberId, Order, RecordOrder, Role, Sound, Volume};

/// A leader and two participants, all quiet.
fn led() -> Hall {
    Hall::with(open(), &[Role::Leader, Role::Participant, Role::Participant])
}

fn louder() -> Volume {
    Volume::default().louder().unwrap()
}

#[test]
fn what_only_leaders_order_others_may_not() {
    let other = MemberId(3);
    let orders = [
        Order::Kick(other),
        Order::KickLast,
        Order::Mute(other, true),
        Order::MuteAll { on: true, leaders: false },
        Order::Deafen(other, true),
        Order::TalkVolume(other, louder()),
        Order::ListenVolume(other, louder()),
        Order::Level(other, true),
        Order::Denoise(other, true),
        Order::MostTalkers(3),
        Order::ComfortNoise(Some(-60)),
        Order::Lock(true),
        Order::Admit(None),
        Order::Reject(other),
        Order::GiveFloor(None),
        Order::Hand(other, true),
        Order::Extend,
        Order::Record(RecordOrder::Start),
        Order::Play(None, vec![Sound::JoinTone]),
        Order::Whisper(other, None),
        Order::Pair(MemberId(1), other),
        Order::Unpair(other),
        Order::Move(other),
        Order::End,
    ];
    for order in orders {
        let mut hall = led();
        hall.asks(2, order.clone());
        assert_eq!(hall.take(), ["2 play conclave-not-allowed"], "{order:?}");
    }
}

#[test]
fn a_leader_locks_and_hears_so() {
    let mut hall = led();
    hall.asks(1, Order::Lock(true));
    assert_eq!(hall.take(), ["locked", "1 play conf-lockednow"]);
    hall.asks(1, Order::Lock(false));
    assert_eq!(hall.take(), ["unlocked", "1 play conf-unlockednow"]);
}

#[test]
fn volumes_of_others_are_set() {
    let mut hall = led();
    hall.order(Order::TalkVolume(MemberId(2), louder()));
    hall.asks(1, Order::ListenVolume(MemberId(2), louder()));
    hall.asks(2, Order::ListenVolume(MemberId(2), Volume::default()));
    assert_eq!(hall.take(), ["2 talks 3", "2 listens 3", "2 listens 0"]);
    assert_eq!(Volume::from_decibels(-12).unwrap().softer(), None);
    assert_eq!(Volume::from_decibels(4), None);
    assert_eq!(Volume::from_decibels(15), None);
}

#[test]
fn the_last_who_is_no_leader_is_removed() {
    let mut hall = led();
    hall.join(4, Role::Leader, "q");
    hall.take();
    hall.order(Order::KickLast);
    hall.order(Order::KickLast);
    hall.order(Order::KickLast);
    let lines = ["3 release KICKED conf-kicked", "2 release KICKED conf-kicked", "declined nobody"];
    assert_eq!(hall.take(), lines);
}

#[test]
fn who_is_moved_goes_without_words() {
    let mut hall = led();
    hall.asks(1, Order::Move(MemberId(3)));
    assert_eq!(hall.take(), ["3 release KICKED to-room"]);
}

#[test]
fn something_is_played_to_all_or_to_one() {
    let mut hall = led();
    let hello = || vec![Sound::File("hello".into())];
    hall.order(Order::Play(None, hello()));
    hall.order(Order::Play(Some(MemberId(2)), hello()));
    hall.order(Order::Play(None, hello()));
    assert_eq!(hall.take(), ["room play hello", "2 play hello"]);
    hall.wait(seconds(2.0));
    assert_eq!(hall.take(), ["room play hello"], "one after the other");
    hall.order(Order::Play(Some(MemberId(7)), hello()));
    hall.order(Order::Play(None, vec![]));
    assert_eq!(hall.take(), ["declined nomember", "declined nothing"]);
}

#[test]
fn a_leader_ends_it_for_all() {
    let mut hall = led();
    hall.asks(1, Order::End);
    assert_eq!(hall.take().last().unwrap(), "ended");
    assert!(hall.inside().is_empty());
}

#[test]
fn how_voices_sound_is_told_once_and_holds_for_who_has_it_so() {
    let mut hall = led();
    hall.order(Order::Level(MemberId(2), true));
    hall.order(Order::Denoise(MemberId(2), true));
    hall.order(Order::Level(MemberId(2), false));
    let told =
        ["2 voice level=true denoise=false", "2 voice level=true denoise=true", "2 voice level=false denoise=true"];
    assert_eq!(hall.take(), told);
    hall.order(Order::Denoise(MemberId(2), true));
    assert_eq!(hall.take(), ["declined already"]);
    hall.order(Order::MostTalkers(3));
    hall.order(Order::ComfortNoise(Some(-60)));
    hall.order(Order::MostTalkers(0));
    assert_eq!(hall.take(), ["mix 3 None", "mix 3 Some(-60)", "mix 0 Some(-60)"]);
}
