//! What the live stories share: a private PBX with Conclave, and questions to it.

#![allow(dead_code, reason = "no story uses everything")]

pub mod click;
pub mod fail2ban;
pub mod host;
pub mod judge;
pub mod told;
pub mod wide;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use conclave_rig::pbx::{Builder, workspace};
use conclave_rig::{Caller, Host, Pbx, Sound, listen};

/// The module that `make` builds for a PBX.
pub fn module(host: Host) -> PathBuf {
    let (file, make) = match host {
        Host::Asterisk => ("app_conclave.so", "make"),
        Host::FreeSwitch => ("mod_conclave.so", "make freeswitch"),
    };
    let module = workspace().join("target/release").join(file);
    assert!(module.is_file(), "{} is missing: run {make}", module.display());
    module
}

/// What `make` unpacks of the sounds.
pub fn sounds() -> PathBuf {
    let sounds = workspace().join("target/sounds");
    assert!(sounds.join("en/conclave-menu.wav").is_file(), "{} is not complete: run make", sounds.display());
    sounds
}

/// The PBX of this test run with Conclave, its documentation and sounds, and this `conclave.conf`.
pub fn with_conclave(name: &str, conf: &str) -> Builder {
    with_conclave_on(Host::chosen(), name, conf)
}

/// The same on a PBX that the story is about.
pub fn with_conclave_on(host: Host, name: &str, conf: &str) -> Builder {
    let builder = Pbx::on(host, name).module(module(host)).file("conclave.conf", &without_directory(conf));
    let builder = builder.sounds(sounds()).dialplan(DIALPLAN);
    match host {
        Host::Asterisk => with_files_of_asterisk(builder),
        Host::FreeSwitch => with_files_of_freeswitch(builder),
    }
}

/// The same `conclave.conf`, with no directory unless it says something of a `database`: dozens of PBXs run side by side.
fn without_directory(conf: &str) -> String {
    match conf.split_once("[general]\n") {
        _ if conf.contains("database") => conf.to_owned(),
        Some((before, after)) => format!("{before}[general]\ndatabase = off\n{after}"),
        None => format!("[general]\ndatabase = off\n{conf}"),
    }
}

fn with_files_of_asterisk(builder: Builder) -> Builder {
    let docs = workspace().join("doc/conclave-en_US.xml");
    TONES.iter().fold(builder.link("data/documentation/thirdparty/conclave-en_US.xml", docs), |builder, tone| {
        builder.link(&format!("data/sounds/{tone}.wav"), workspace().join(format!("sounds/{tone}.wav")))
    })
}

fn with_files_of_freeswitch(mut builder: Builder) -> Builder {
    for language in ["en", "es", "fr", "it", "ru"] {
        let spoken = workspace().join("sounds").join(language);
        builder = builder.link(&format!("data/sounds/conclave/{language}"), spoken);
    }
    for tone in TONES {
        for (rate, ending) in [(8_000, "wav"), (16_000, "wav16")] {
            let file = workspace().join(format!("sounds/{tone}.{ending}"));
            builder = builder.link(&format!("data/sounds/conclave/{rate}/{tone}.wav"), file);
        }
    }
    builder
}

/// Sounds of no language.
const TONES: [&str; 3] = ["conclave-join", "conclave-leave", "conclave-knock"];

/// Every four-digit number from 8000 is a room, and the result is in the log.
pub const DIALPLAN: &str = "\
exten => _8XXX,1,Conclave(${EXTEN})
 same => n,Verbose(0,left ${EXTEN} with ${CONCLAVE_RESULT})
 same => n,Hangup()
exten => h,1,Verbose(0,hung up with ${CONCLAVE_RESULT})
";

/// A room without a PIN for every number.
pub const OPEN: &str = "[general]\non_demand = yes\n";

/// Calls a number and waits until it answered and has sound: before that nobody is let in.
pub fn call(pbx: &Pbx, name: &str, number: &str) -> Caller {
    let caller = Caller::new(name).call(pbx, number).unwrap();
    caller.wait_answer().unwrap();
    wait_until(|| caller.heard_from().is_some());
    caller
}

/// Runs a command of Conclave's at the console: what it says, or why it is not done.
pub fn order(pbx: &Pbx, words: &str) -> Result<String, String> {
    let said = pbx.cli(&format!("conclave {words}")).unwrap().trim().to_owned();
    let refused = ["Not done: ", "Usage: ", "-ERR ", "-USAGE: "].iter().find_map(|word| said.strip_prefix(word));
    refused.map_or(Ok(said.clone()), |why| Err(why.into()))
}

/// Runs a command of Conclave's at the console, which has to be done; what it says.
pub fn did(pbx: &Pbx, words: &str) -> String {
    order(pbx, words).unwrap_or_else(|why| panic!("{words}: {why}"))
}

/// Has Conclave go by another `conclave.conf` from now on.
pub fn configure(pbx: &Pbx, conf: &str) {
    pbx.write_file("conclave.conf", &without_directory(conf)).unwrap();
    let commands: &[&str] = match pbx.host() {
        Host::Asterisk => &["module reload app_conclave.so"],
        Host::FreeSwitch => &["reloadxml", "conclave reload"],
    };
    for command in commands {
        pbx.cli(command).unwrap();
    }
}

/// Waits until a room has so many members.
pub fn wait_members(pbx: &Pbx, room: &str, members: usize) {
    let wanted = format!("Room {room}: {members} present");
    pbx.wait_cli(&format!("conclave show room {room}"), PATIENCE, |text| text.contains(&wanted))
        .unwrap_or_else(|trouble| panic!("{trouble}"));
}

/// Lets each caller say a tone of his own.
pub fn say_tones(callers: &[&Caller], tones: &[f64]) {
    for (caller, hertz) in callers.iter().zip(tones) {
        caller.say(Sound::tone(*hertz, LEVEL));
    }
}

/// Calls a number and keys a PIN, once he is asked for it.
pub fn call_with_pin(pbx: &Pbx, name: &str, number: &str, pin: &str) -> Caller {
    let caller = call(pbx, name, number);
    caller.press(pin).unwrap();
    caller
}

/// Waits until what the console prints holds these words.
pub fn wait_console(pbx: &Pbx, command: &str, words: &str) -> String {
    pbx.wait_cli(command, PATIENCE, |text| text.contains(words)).unwrap_or_else(|trouble| panic!("{trouble}"))
}

/// The console's line of a member, by a word in it such as his number or channel; empty if there is none.
pub fn member_line(pbx: &Pbx, room: &str, word: &str) -> String {
    let text = pbx.cli(&format!("conclave show room {room}")).unwrap();
    let found = text.lines().find(|line| line.split_whitespace().any(|part| part == word));
    found.unwrap_or_default().to_owned()
}

/// Waits until the dial plan went on with this result.
pub fn wait_result(pbx: &Pbx, number: &str, result: &str) {
    pbx.wait_log(&format!("left {number} with {result}"), PATIENCE).unwrap_or_else(|trouble| panic!("{trouble}"));
}

/// How often the dial plan went on with this result so far.
pub fn results(pbx: &Pbx, number: &str, result: &str) -> usize {
    let left = format!("left {number} with {result}");
    // Both PBXs tell of each step too, before they take it.
    let steps = ["Executing [", " EXECUTE ["];
    let log = pbx.log();
    log.lines().filter(|line| line.contains(&left) && !steps.iter().any(|step| line.contains(step))).count()
}

/// What Conclave itself complained of.
pub fn own_complaints(pbx: &Pbx) -> Vec<String> {
    let mut complaints = pbx.complaints();
    complaints.retain(|line| line.contains(" src/") || line.contains(" conclave::"));
    complaints
}

/// Waits until a caller has heard one of the PBX's prompts since a moment.
pub fn wait_prompt(pbx: &Pbx, caller: &Caller, since: Instant, name: &str) {
    wait_prompt_in(pbx, caller, since, "en", name);
}

/// Waits until a caller has heard a prompt of a language since a moment.
pub fn wait_prompt_in(pbx: &Pbx, caller: &Caller, since: Instant, language: &str, name: &str) {
    wait_sound(pbx, caller, since, name, &pbx.prompt_in(language, name).unwrap());
}

/// Waits until a caller has heard one of Conclave's sounds of no language since a moment.
pub fn wait_tone_sound(pbx: &Pbx, caller: &Caller, since: Instant, name: &str) {
    let sound = Sound::from_wav(workspace().join(format!("sounds/{name}.wav"))).unwrap();
    wait_sound(pbx, caller, since, name, &sound);
}

fn wait_sound(pbx: &Pbx, caller: &Caller, since: Instant, name: &str, sound: &Sound) {
    let mut found = 0.0;
    let heard = wait_until(|| {
        found = recorded_match(sound, &caller.heard_since(since));
        found > 0.9
    });
    if !heard {
        let recording = pbx.directory().join(format!("{}-heard.wav", caller.name()));
        caller.save_heard(&recording).unwrap();
        panic!("{} did not hear {name} (correlation {found:.2}); see {}", caller.name(), recording.display());
    }
}

/// How much like a prompt's first two seconds something in a recording is: above 0.9 it is the prompt, below 0.75 it is
/// not.
pub fn prompt_match(pbx: &Pbx, heard: &[i16], name: &str) -> f64 {
    recorded_match(&pbx.prompt(name).unwrap(), heard)
}

fn recorded_match(prompt: &Sound, heard: &[i16]) -> f64 {
    // In pieces, of which half may fail: a tick that a busy machine lost shifts what comes after it.
    let said = prompt.recorded();
    let pieces = said.chunks_exact(said.len().min(4_000)).take(4);
    let mut found: Vec<_> = pieces.map(|piece| listen::speech_match(heard, piece).correlation).collect();
    found.sort_by(f64::total_cmp);
    found[found.len() / 2]
}

/// Waits until a caller hears nothing any more.
pub fn wait_silent(caller: &Caller) {
    let mut level = 0.0;
    let silent = wait_until(|| {
        level = listen::level(&caller.heard_last(Duration::from_millis(500)));
        level < SILENT
    });
    assert!(silent, "{} hears something at {level:.1} dBFS", caller.name());
}

/// Waits until a caller hears a tone at about a level.
pub fn wait_tone(caller: &Caller, hertz: f64, dbfs: f64) {
    let mut level = 0.0;
    let heard = wait_until(|| {
        level = listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz);
        (level - dbfs).abs() < 1.5
    });
    assert!(heard, "{} hears {hertz} Hz at {level:.1} dBFS, not at {dbfs:.1}", caller.name());
}

/// Waits until a caller hears a tone no more.
pub fn wait_no_tone(caller: &Caller, hertz: f64) {
    let mut level = 0.0;
    let silent = wait_until(|| {
        level = listen::tone_level(&caller.heard_last(Duration::from_millis(500)), caller.rate(), hertz);
        level < -50.0
    });
    assert!(silent, "{} still hears {hertz} Hz at {level:.1} dBFS", caller.name());
}

/// The notes of join and leave tones that were heard, in their order: 587 Hz then 880 Hz is somebody who came.
pub fn notes(heard: &[i16]) -> Vec<u32> {
    let mut notes = Vec::new();
    for piece in heard.windows(480).step_by(160) {
        let [low, high] = [587.33, 880.0].map(|hertz| listen::tone_level(piece, 8_000, hertz));
        let note = if low > high { 587 } else { 880 };
        // As loud as the note is at its beginning, and all there is: speech and music have other tones too.
        let is_note = low.max(high) > -28.0 && low.max(high) > listen::level(piece) - 3.0;
        if is_note && notes.last() != Some(&note) {
            notes.push(note);
        }
    }
    notes
}

/// Somebody came.
pub const JOINED: [u32; 2] = [587, 880];

/// Somebody left.
pub const LEFT: [u32; 2] = [880, 587];

/// Waits until a caller has heard these notes since a moment, and no others.
pub fn wait_notes(caller: &Caller, since: Instant, wanted: &[u32]) {
    let mut heard = Vec::new();
    let right = wait_until(|| {
        heard = notes(&caller.heard_since(since));
        heard == wanted
    });
    assert!(right, "{} heard the notes {heard:?}, not {wanted:?}", caller.name());
}

/// Waits until something is so; `false` if it takes too long.
pub fn wait_until(mut so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    loop {
        let began = Instant::now();
        if so() {
            return true;
        }
        if Instant::now() > until {
            return false;
        }
        // Who looks for a prompt in all that was heard must not take the machine from those who make it.
        std::thread::sleep((3 * began.elapsed()).max(Duration::from_millis(100)));
    }
}

/// What the PBX complained of, without what a machine does that is too busy to run a media thread in time.
pub fn complaints(pbx: &Pbx) -> Vec<String> {
    let mut complaints = pbx.complaints();
    complaints.retain(|line| !line.contains(" made a media worker wait "));
    complaints
}

/// Waits until all calls and rooms are gone.
pub fn wait_nobody(pbx: &Pbx) {
    pbx.wait_calls(0, PATIENCE).unwrap_or_else(|trouble| panic!("{trouble}"));
    wait_console(pbx, "conclave show rooms", "0 rooms in progress");
}

/// Asserts that all calls and rooms are gone, and that nobody complained.
pub fn assert_nothing_is_left(pbx: &Pbx) {
    wait_nobody(pbx);
    let mut complaints = complaints(pbx);
    // What Asterisk itself says when a caller cancels in the moment in which he is answered.
    complaints.retain(|line| !line.contains("chan_pjsip.c: Session already DISCONNECTED [reason=487"));
    // What is told of whoever keys a wrong PIN.
    complaints.retain(|line| !line.contains(" wrong code for "));
    // What is told whoever shall make the first account of the page.
    complaints.retain(|line| !line.contains(" there is no account yet: "));
    assert_eq!(complaints, Vec::<String>::new());
}

/// Below this, in dBFS, a line is silent.
pub const SILENT: f64 = -60.0;

/// How loud callers say their tones, in dBFS.
pub const LEVEL: f64 = -20.0;

/// Longer than anything takes that a story waits for.
pub const PATIENCE: Duration = Duration::from_secs(15);
