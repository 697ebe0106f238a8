//! Music by the names that FreeSWITCH's users know, each heard by who is alone in a room.

use std::fs;
use std::path::Path;

use crate::common::judge::tone_folder;
use crate::common::{
    LEVEL, PATIENCE, call, configure, own_complaints, wait_members, wait_no_tone, wait_silent, wait_tone,
    with_conclave_on,
};
use conclave_rig::{Caller, Codec, Host, Pbx, wav};

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_stream_is_heard_at_the_best_rate_of_those_who_hear_it() {
    let pbx = start("music-rates", "moh");
    let narrow = call(&pbx, "narrow", "8000");
    wait_tone(&narrow, NARROW, LEVEL);
    // Another conference has the same music, and somebody who hears more of it.
    let wide = Caller::new("wide").codec(Codec::L16).call(&pbx, "8001").unwrap();
    wide.wait_answer().unwrap();
    wait_tone(&wide, WIDE, LEVEL);
    // 5 kHz are not for him.
    wait_no_tone(&narrow, NARROW);
    wide.hang_up().unwrap();
    narrow.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    assert_eq!(own_complaints(&pbx), [""; 0]);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn an_address_a_file_and_what_callers_on_hold_hear_are_music() {
    let file = tone_folder(1490).join("tone.wav");
    let pbx = start("music-kinds", "local_stream://moh");
    for (class, hertz) in [("local_stream://moh", NARROW), (file.to_str().unwrap(), 1490.0), ("default", DEFAULT)] {
        configure(&pbx, &conf(class));
        assert_hears(&pbx, hertz);
    }
    // As vars.xml sets it.
    pbx.set_global("hold_music", &format!("file_string://{}", file.display())).unwrap();
    assert_hears(&pbx, 1490.0);
    assert_eq!(own_complaints(&pbx), [""; 0]);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn what_cannot_be_played_is_told_once_and_silent() {
    let pbx = start("music-missing", "nothing://here");
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    wait_silent(&alice);
    // It is tried again meanwhile.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let told = own_complaints(&pbx);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("music class 'nothing://here' cannot be played"), "{told:#?}");
    assert!(alice.is_up());
    // Another one does not wait for it.
    configure(&pbx, &conf("moh"));
    let bob = call(&pbx, "bob", "8001");
    wait_tone(&bob, NARROW, LEVEL);
}

fn assert_hears(pbx: &Pbx, hertz: f64) {
    let alice = call(pbx, "alice", "8000");
    wait_tone(&alice, hertz, LEVEL);
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    pbx.wait_cli("conclave show rooms", PATIENCE, |text| text.contains("0 rooms in progress")).unwrap();
}

fn start(name: &str, class: &str) -> Pbx {
    let wide = tone_folder(NARROW as u32).with_file_name("tone-wide");
    write_wide(&wide.join("tone.wav"));
    let streams = [
        ("default", 8_000, tone_folder(DEFAULT as u32)),
        ("moh/8000", 8_000, tone_folder(NARROW as u32)),
        ("moh/16000", 16_000, wide),
    ];
    let streams = streams.map(|(name, rate, folder)| {
        let folder = folder.display();
        format!(
            "<directory name=\"{name}\" path=\"{folder}\"><param name=\"rate\" value=\"{rate}\"/>\
             <param name=\"interval\" value=\"20\"/><param name=\"timer-name\" value=\"soft\"/></directory>"
        )
    });
    let streams = format!("<configuration name=\"local_stream.conf\">{}</configuration>", streams.concat());
    with_conclave_on(Host::FreeSwitch, name, &conf(class)).file("local_stream.conf.xml", &streams).start().unwrap()
}

fn conf(class: &str) -> String {
    format!(
        "[base](!)\ntype = room\narrivals = nothing\nonly_person = no\nmusic = {class}\n[8000](base)\n[8001](base)\n"
    )
}

/// Two seconds of a tone that only wide band has.
fn write_wide(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let peak = 32_767.0 * 10_f64.powf(LEVEL / 20.0);
    let step = std::f64::consts::TAU * WIDE / 16_000.0;
    let samples: Vec<i16> = (0..32_000).map(|at| (peak * (step * f64::from(at)).sin()) as i16).collect();
    wav::write(path, 16_000, &samples).unwrap();
}

const NARROW: f64 = 620.0;
const WIDE: f64 = 5_000.0;
const DEFAULT: f64 = 1_810.0;
