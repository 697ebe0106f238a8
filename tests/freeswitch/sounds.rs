//! Sounds by the names that FreeSWITCH's users know, each heard by who is alone in a room.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::common::{
    LEVEL, PATIENCE, call, did, own_complaints, wait_members, wait_prompt, wait_silent, wait_tone, wait_until,
    with_conclave_on,
};
use conclave_rig::{Caller, Codec, Host, Pbx, listen, wav};

/// Each room has its own announcement for who is alone in it.
const ROOMS: &str = "\
[base](!)
type = room
arrivals = nothing
[8000](base)
sound_only_person = tones/rates
[8001](base)
sound_only_person = tones/odd
[8002](base)
sound_only_person = tone_stream://%(4000,0,1210)
[8003](base)
sound_only_person = file_string://tones/rates!tones/odd
[8004](base)
[8005](base)
sound_only_person = no-such-sound
[8006](base)
sound_only_person = local_stream://default
";

/// What a telephone hears is known only when it is answered, and each is to hear his first sound as well as he can.
const ANSWERED: &str = "exten => _8XXX,1,Answer()\n same => n,Conclave(${EXTEN})\n";

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_sound_of_several_rates_is_heard_at_the_callers() {
    let pbx = start("sounds-rates");
    let narrow = call(&pbx, "narrow", "8000");
    wait_tone(&narrow, 440.0, LEVEL);
    narrow.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    let wide = Caller::new("wide").codec(Codec::L16).call(&pbx, "8000").unwrap();
    wide.wait_answer().unwrap();
    wait_tone(&wide, 5000.0, LEVEL);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn whatever_freeswitch_can_open_is_a_sound() {
    let pbx = start("sounds-kinds");
    let alice = call(&pbx, "alice", "8001");
    wait_tone(&alice, 910.0, LEVEL);
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    // FreeSWITCH's own tones are as loud as it makes them.
    let alice = call(&pbx, "alice", "8002");
    let tone = || listen::tone_level(&alice.heard_last(Duration::from_millis(500)), 8_000, 1210.0);
    assert!(wait_until(|| tone() > -30.0), "the tone is not heard");
    alice.hang_up().unwrap();
    pbx.wait_calls(0, PATIENCE).unwrap();
    let alice = call(&pbx, "alice", "8003");
    wait_tone(&alice, 440.0, LEVEL);
    wait_tone(&alice, 910.0, LEVEL);
    assert_eq!(own_complaints(&pbx), [""; 0]);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn where_asterisks_prompt_is_not_freeswitchs_own_is_heard() {
    let pbx = start("sounds-counterparts");
    // The rig puts Asterisk's prompts where FreeSWITCH's stand.
    fs::remove_file(pbx.directory().join("data/sounds/en/conf-onlyperson.wav")).unwrap();
    let alice = call(&pbx, "alice", "8004");
    wait_tone(&alice, 770.0, LEVEL);
    assert_eq!(own_complaints(&pbx), [""; 0]);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn what_is_no_sound_is_told_once_and_a_short_tone_stands_for_it() {
    let pbx = start("sounds-missing");
    for room in ["8005", "8006"] {
        for _ in 0..2 {
            let alice = call(&pbx, "alice", room);
            wait_members(&pbx, room, 1);
            let heard = || listen::level(&alice.heard_last(PATIENCE)) > -60.0;
            assert!(wait_until(heard), "nothing stands for it");
            alice.hang_up().unwrap();
            pbx.wait_calls(0, PATIENCE).unwrap();
        }
    }
    let told = own_complaints(&pbx);
    let about = |word: &str| told.iter().filter(|line| line.contains(word)).count();
    assert_eq!(about("sound 'no-such-sound'"), 1, "{told:#?}");
    assert_eq!(about("name it as a class of music"), 1, "{told:#?}");
    assert_eq!(about("sound 'local_stream://default'"), 1, "{told:#?}");
    assert_eq!(told.len(), 3, "{told:#?}");
}

/// Swedish by the rules of English: that module every FreeSWITCH has.
#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn a_number_in_a_language_that_we_lack_is_said_by_freeswitch() {
    let language = r#"<language name="sv" say-module="en"><phrases><macros/></phrases></language>"#;
    let dialplan = "exten => _8XXX,1,Answer()\n same => n,Set(CHANNEL(language)=sv)\n same => n,Conclave(${EXTEN})\n";
    let builder = with_conclave_on(Host::FreeSwitch, "sounds-say", ROOMS).dialplan(dialplan);
    let pbx = builder.file("languages/sv.xml", language).start().unwrap();
    assert!(pbx.cli("load mod_say_en").unwrap().contains("+OK"));
    for (word, hertz) in [("20", 440.0), ("3", 910.0)] {
        write(&pbx.directory().join(format!("data/sounds/sv/digits/{word}.wav")), 8_000, hertz);
    }
    let alice = call(&pbx, "alice", "8004");
    wait_members(&pbx, "8004", 1);
    did(&pbx, "say 8004 number 23");
    wait_tone(&alice, 440.0, LEVEL);
    wait_tone(&alice, 910.0, LEVEL);
    wait_silent(&alice);
    did(&pbx, "say 8004 digits 3");
    wait_tone(&alice, 910.0, LEVEL);
    assert_eq!(own_complaints(&pbx), [""; 0]);
    // What it lacks is said in English, whole.
    wait_silent(&alice);
    let began = Instant::now();
    did(&pbx, "say 8004 number 24");
    wait_prompt(&pbx, &alice, began, "digits/20");
    wait_prompt(&pbx, &alice, began, "digits/4");
}

fn start(name: &str) -> Pbx {
    let pbx = with_conclave_on(Host::FreeSwitch, name, ROOMS).dialplan(ANSWERED).start().unwrap();
    let sounds = pbx.directory().join("data/sounds");
    write(&sounds.join("tones/8000/rates.wav"), 8_000, 440.0);
    write(&sounds.join("tones/16000/rates.wav"), 16_000, 5000.0);
    // Neither a rate of telephones nor, once FreeSWITCH has told of it, one of ours.
    write(&sounds.join("tones/odd.wav"), 22_050, 910.0);
    write(&sounds.join("conference/8000/conf-alone.wav"), 8_000, 770.0);
    pbx
}

/// Three seconds of a tone.
fn write(path: &Path, rate: u32, hertz: f64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let amplitude = 10f64.powf(LEVEL / 20.0) * 32_767.0;
    let step = std::f64::consts::TAU * hertz / f64::from(rate);
    let count = Duration::from_secs(3).as_secs() as u32 * rate;
    let samples: Vec<i16> = (0..count).map(|i| (amplitude * (step * f64::from(i)).sin()) as i16).collect();
    wav::write(path, rate, &samples).unwrap();
}
