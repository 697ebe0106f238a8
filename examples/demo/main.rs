//! `make demo`: a real Asterisk with Conclave on this machine, people in two rooms of it, and its page.
//!
//! Alice, Bob and Carol dial in over SIP and speak recorded sentences, first in turn, then all at once. The terminal
//! shows who is in the room and who talks, as Asterisk's console sees it; then every recording is searched for every
//! voice. The directory is filled before ([`book`]): the page has accounts, conferences of every kind and a month of
//! history to show. It stays up for a browser and a softphone until Ctrl-C, or for `DEMO_SECONDS`.

mod book;
mod screen;

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Pbx, Sound, Trouble, listen, wav};

use book::{Book, PASSWORD};
use screen::Screen;

fn main() -> ExitCode {
    match demo() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("\nSomebody did not hear what he should have heard: see the table.");
            ExitCode::FAILURE
        }
        Err(trouble) => {
            eprintln!("\nThe demo stopped: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<bool, Trouble> {
    let began = Instant::now();
    let mut screen = Screen::new();
    screen.tell("Starting a private Asterisk with Conclave ...");
    let folder = workspace().join("target/demo");
    fs::create_dir_all(&folder).map_err(|error| making(&folder, error))?;
    let directory = folder.join("conclave.db");
    let book = new_book(&directory)?;
    let asterisk = start(&directory)?;
    screen.tell(&where_the_page_is(&asterisk)?);
    let speech = |name: &str| voice(&asterisk, name);
    let voices = [speech("demo-congrats")?, speech("basic-pbx-ivr-main")?, speech("demo-echotest")?];

    screen.tell("Alice dials 8000 and keys the leader PIN. She is alone: she is told so, then hears music.");
    let alice = enter(&asterisk, "Alice", "9753#")?;
    screen.watch(&asterisk, Duration::from_secs(6))?;
    screen.tell("Bob dials 8000 and keys a wrong PIN.");
    let bob = Caller::new("Bob").call(&asterisk, "8000")?;
    bob.wait_answer()?;
    sleep(Duration::from_millis(1500));
    bob.press("1111#")?;
    screen.watch(&asterisk, Duration::from_secs(4))?;
    screen.tell("Bob is asked again, and keys the right one.");
    bob.press("4711#")?;
    screen.tell("Carol dials 8000 and cuts the question short with her PIN.");
    let carol = enter(&asterisk, "Carol", "4711#")?;
    screen.watch(&asterisk, Duration::from_secs(2))?;
    let callers = [alice, bob, carol];
    let _support = support(&asterisk, &book, &voices)?;

    let mut turns = Vec::new();
    for (caller, voice) in callers.iter().zip(&voices) {
        screen.tell(&format!("{} speaks.", caller.name()));
        let from = Instant::now();
        caller.say(Sound::samples(RATE, voice.clone()));
        screen.watch(&asterisk, TURN + Duration::from_millis(500))?;
        turns.push(callers.each_ref().map(|listener| listener.heard_since(from)));
    }
    screen.tell("All three speak at once.");
    let together = Instant::now();
    for (caller, voice) in callers.iter().zip(&voices) {
        caller.say(Sound::samples(RATE, voice.clone()));
    }
    screen.watch(&asterisk, TURN + Duration::from_millis(500))?;
    let mixed = callers.each_ref().map(|listener| listener.heard_since(together));

    let right = judge(&mut screen, &callers, &voices, &turns, &mixed);
    save(&callers, &folder)?;
    screen.tell(&format!("What each of them heard, from dialling on: {}/*.wav", folder.display()));
    screen.tell(&format!(
        "Dial in yourself: register nowhere; call sip:8000@127.0.0.1:{} from a softphone on this machine\n\
         (any name, no password, G.711 or G.722), and key 4711# or, as leader, 9753#. In the room, * is the menu.",
        asterisk.sip_port()
    ));
    screen.tell(&where_the_page_is(&asterisk)?);
    stay(&mut screen, &asterisk, &callers, &voices, began)?;
    Ok(right)
}

/// A directory as nobody has changed it yet.
fn new_book(file: &Path) -> Result<Book, Trouble> {
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", file.display()));
    }
    book::write(file).map_err(|error| Trouble::Unusable(format!("the demo's directory cannot be written: {error}")))
}

/// Who looks at the page, and with what.
fn where_the_page_is(asterisk: &Pbx) -> Result<String, Trouble> {
    let shown = asterisk.wait_cli("conclave show web", Duration::from_secs(10), |text| text.contains("Page: "))?;
    let url = shown.split_once("Page: ").and_then(|(_, rest)| rest.split(',').next()).unwrap_or_default();
    Ok(format!(
        "The page: {url}\n\
         Sign in as admin (provider), ada (owner of conferences) or desk (operator); the password is {PASSWORD}"
    ))
}

/// Three more in the meeting room of the directory, who talk in turn for as long as they are kept.
fn support(asterisk: &Pbx, book: &Book, voices: &[Vec<i16>; 3]) -> Result<[Caller; 3], Trouble> {
    let [leader, participant] = &book.codes;
    let dave = enter_at(asterisk, "Dave", "8200", &format!("{leader}#"))?;
    let erin = enter_at(asterisk, "Erin", "8200", &format!("{participant}#"))?;
    let frank = enter_at(asterisk, "Frank", book::ACCESS_NUMBER, &format!("{participant}#"))?;
    let callers = [dave, erin, frank];
    for (at, (caller, voice)) in callers.iter().zip(voices).enumerate() {
        let silence = |turns: usize| vec![0; turns * voice.len()];
        let turns = [silence(at), voice.clone(), silence(2 - at)].concat();
        caller.say(Sound::samples(RATE, turns).looped());
    }
    Ok(callers)
}

fn start(directory: &Path) -> Result<Pbx, Trouble> {
    let at = workspace();
    let mut builder = Pbx::asterisk("demo")
        .module(at.join("target/release/app_conclave.so"))
        .file("conclave.conf", &CONF.replace("DATABASE", &directory.display().to_string()))
        .link("data/documentation/thirdparty/conclave-en_US.xml", at.join("doc/conclave-en_US.xml"))
        .sounds(at.join("target/sounds"))
        .dialplan("exten => _8XXX,1,Set(CALLERID(name)=${CALLERID(num)})\n same => n,Conclave(${EXTEN})\n");
    for sound in ["conclave-join.wav", "conclave-leave.wav", "conclave-knock.wav"] {
        builder = builder.link(&format!("data/sounds/{sound}"), at.join("sounds").join(sound));
    }
    builder.start()
}

/// The first seconds of one of Debian's recorded prompts.
fn voice(asterisk: &Pbx, name: &str) -> Result<Vec<i16>, Trouble> {
    let mut samples = asterisk.prompt(name)?.recorded().to_vec();
    samples.truncate(TURN.as_secs() as usize * RATE as usize);
    Ok(samples)
}

fn enter(asterisk: &Pbx, name: &str, pin: &str) -> Result<Caller, Trouble> {
    enter_at(asterisk, name, "8000", pin)
}

fn enter_at(asterisk: &Pbx, name: &str, number: &str, pin: &str) -> Result<Caller, Trouble> {
    let caller = Caller::new(name).call(asterisk, number)?;
    caller.wait_answer()?;
    sleep(Duration::from_millis(1500));
    caller.press(pin)?;
    Ok(caller)
}

/// Who heard whom: in turn clearly, all at once among the others, and himself never.
fn judge(
    screen: &mut Screen,
    callers: &[Caller; 3],
    voices: &[Vec<i16>; 3],
    turns: &[[Vec<i16>; 3]],
    mixed: &[Vec<i16>; 3],
) -> bool {
    let mut right = true;
    let mut table = String::from("Likeness of what was heard to what was said, 0 to 1 (in turn / all at once):\n\n");
    table += &format!("{:>18}", "");
    for talker in callers {
        table += &format!("{:>18}", format!("{} said", talker.name()));
    }
    for (at, listener) in callers.iter().enumerate() {
        table += &format!("\n{:>18}", format!("{} heard", listener.name()));
        for (talker, voice) in voices.iter().enumerate() {
            let alone = likeness(&turns[talker][at], voice);
            let among = likeness(&mixed[at], voice);
            let fits = if talker == at { alone < 0.4 && among < 0.4 } else { alone > 0.8 && among > 0.5 };
            right &= fits;
            table += &format!("{:>18}", format!("{alone:.2} / {among:.2} {}", if fits { "ok " } else { "BAD" }));
        }
    }
    screen.tell(&table);
    right
}

/// Piece by piece, so that a frame lost on a busy machine, which shifts all that follows, does not count as unlike.
fn likeness(heard: &[i16], said: &[i16]) -> f64 {
    let pieces = said.chunks(2 * RATE as usize);
    let count = pieces.len() as f64;
    pieces.map(|piece| listen::speech_match(heard, piece).correlation).sum::<f64>() / count
}

fn save(callers: &[Caller; 3], folder: &Path) -> Result<(), Trouble> {
    for caller in callers {
        wav::write(folder.join(format!("{}.wav", caller.name())), caller.rate(), &caller.heard())?;
    }
    Ok(())
}

fn making(folder: &Path, error: io::Error) -> Trouble {
    Trouble::System { doing: format!("making {}", folder.display()), error }
}

/// Keeps the room alive, one speaking after the other.
fn stay(
    screen: &mut Screen,
    asterisk: &Pbx,
    callers: &[Caller; 3],
    voices: &[Vec<i16>; 3],
    began: Instant,
) -> Result<(), Trouble> {
    let seconds = env::var("DEMO_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    screen.tell(&match seconds {
        Some(time) => format!("The room stays open until {} s after the start.", time.as_secs()),
        None => "The room stays open until Ctrl-C.".into(),
    });
    let left = || seconds.map_or(Duration::MAX, |time| time.saturating_sub(began.elapsed()));
    for turn in (0..callers.len()).cycle() {
        if left().is_zero() {
            return Ok(());
        }
        callers[turn].say(Sound::samples(RATE, voices[turn].clone()));
        screen.watch(asterisk, left().min(TURN + Duration::from_secs(1)))?;
    }
    Ok(())
}

const CONF: &str = "\
[general]
web = 127.0.0.1:0
database = DATABASE
node = demo
[8000]
type = room
pin = 4711
leader_pin = 9753
music = default
";

const RATE: u32 = 8000;

/// How long each of them speaks.
const TURN: Duration = Duration::from_secs(6);
