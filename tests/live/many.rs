//! Many callers at once: in one room, in many rooms, and in a room that two workers share.

use std::time::{Duration, Instant};

use crate::common::host::{wait_for, wait_hears, wait_hears_not};
use crate::common::{LEVEL, OPEN, assert_nothing_is_left, wait_members, with_conclave};
use conclave_rig::{Caller, Pbx, Sound};

#[test]
fn sixty_in_one_room() {
    let pbx = with_conclave("many-one-room", OPEN).start().unwrap();
    let callers = join(&pbx, |_| "8000".into(), 60);
    wait_members(&pbx, "8000", 60);
    callers[0].say(Sound::tone(440.0, LEVEL));
    for caller in &callers[1..] {
        wait_hears(caller, 440.0);
    }
    wait_hears_not(&callers[0], 440.0);
    leave(&pbx, callers);
}

#[test]
fn ten_rooms_of_six() {
    let pbx = with_conclave("many-rooms", OPEN).start().unwrap();
    let room = |caller: usize| 8000 + caller % 10;
    let own_tone = |room: usize| 400.0 + 70.0 * (room - 8000) as f64;
    let callers = join(&pbx, |caller| room(caller).to_string(), 60);
    for number in 8000..8010 {
        wait_members(&pbx, &number.to_string(), 6);
    }
    for (at, caller) in callers.iter().enumerate().take(10) {
        caller.say(Sound::tone(own_tone(room(at)), LEVEL));
    }
    for (at, caller) in callers.iter().enumerate().skip(10) {
        wait_hears(caller, own_tone(room(at)));
        for other in (8000..8010).filter(|&other| other != room(at)) {
            wait_hears_not(caller, own_tone(other));
        }
    }
    leave(&pbx, callers);
}

/// Two workers, and one more call in the room than the first of them takes.
#[test]
fn a_room_that_two_workers_share_is_one_room() {
    let conf = format!("{OPEN}workers = 2\n");
    let pbx = with_conclave("many-split", &conf).env("CONCLAVE_SPLIT_AT", "2").start().unwrap();
    let callers = join(&pbx, |_| "8000".into(), 6);
    wait_members(&pbx, "8000", 6);
    wait_for("two workers that share the room", || {
        let stats = pbx.cli("conclave show stats").unwrap();
        let served = stats.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).take(2);
        if served.into_iter().all(|calls| calls != "0") { Ok(()) } else { Err(stats) }
    });
    let tones = [440.0, 620.0, 910.0, 1170.0, 1490.0, 1810.0];
    for (caller, hertz) in callers.iter().zip(tones) {
        caller.say(Sound::tone(hertz, LEVEL));
    }
    for (at, caller) in callers.iter().enumerate() {
        for (other, hertz) in tones.into_iter().enumerate() {
            if at == other { wait_hears_not(caller, hertz) } else { wait_hears(caller, hertz) }
        }
    }
    leave(&pbx, callers);
}

/// All of them call within two seconds.
fn join(pbx: &Pbx, number: impl Fn(usize) -> String, callers: usize) -> Vec<Caller> {
    let began = Instant::now();
    let each = |caller: usize| Caller::new(&format!("caller{caller}")).call(pbx, &number(caller)).unwrap();
    let callers: Vec<_> = (0..callers).map(each).collect();
    assert!(began.elapsed() < Duration::from_secs(2));
    for caller in &callers {
        caller.wait_answer().unwrap();
    }
    callers
}

fn leave(pbx: &Pbx, callers: Vec<Caller>) {
    for caller in &callers {
        caller.hang_up().unwrap();
    }
    assert_nothing_is_left(pbx);
}
