//! `make demo`: a real Asterisk with Conclave on this machine, and people in a room of it.
//!
//! Alice, Bob and Carol dial in over SIP and speak recorded sentences, first in turn, then all at once. The terminal
//! shows who is in the room and who talks, as Asterisk's console sees it; then every recording is searched for every
//! voice. It stays up for a softphone until Ctrl-C, or for `DEMO_SECONDS`.

use std::env;
use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Pbx, Sound, Trouble, listen, wav};

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
    let asterisk = start()?;
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
    let folder = save(&callers)?;
    screen.tell(&format!("What each of them heard, from dialling on: {}/*.wav", folder.display()));
    screen.tell(&format!(
        "Dial in yourself: register nowhere; call sip:8000@127.0.0.1:{} from a softphone on this machine\n\
         (any name, no password, G.711 or G.722), and key 4711# or, as leader, 9753#. In the room, * is the menu.",
        asterisk.sip_port()
    ));
    stay(&mut screen, &asterisk, &callers, &voices, began)?;
    Ok(right)
}

fn start() -> Result<Pbx, Trouble> {
    let at = workspace();
    let mut builder = Pbx::asterisk("demo")
        .module(at.join("target/release/app_conclave.so"))
        .file("conclave.conf", CONF)
        .link("data/documentation/thirdparty/conclave-en_US.xml", at.join("doc/conclave-en_US.xml"))
        .sounds(at.join("target/sounds"))
        .dialplan("exten => 8000,1,Conclave(${EXTEN})\n");
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
    let caller = Caller::new(name).call(asterisk, "8000")?;
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

fn save(callers: &[Caller; 3]) -> Result<PathBuf, Trouble> {
    let folder = workspace().join("target/demo");
    fs::create_dir_all(&folder)
        .map_err(|error| Trouble::System { doing: format!("making {}", folder.display()), error })?;
    for caller in callers {
        wav::write(folder.join(format!("{}.wav", caller.name())), caller.rate(), &caller.heard())?;
    }
    Ok(folder)
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

/// The story so far, and below it the room as the console shows it, live.
struct Screen {
    live: bool,
    /// Lines of the room's picture that stand below the story.
    drawn: usize,
    last: String,
}

impl Screen {
    fn new() -> Screen {
        Screen { live: stdout().is_terminal(), drawn: 0, last: String::new() }
    }

    fn tell(&mut self, text: &str) {
        self.rub_out();
        println!("\n{text}");
        self.last.clear();
    }

    fn watch(&mut self, asterisk: &Pbx, time: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + time;
        loop {
            let room = asterisk.cli("conclave show room 8000")?;
            // The time grows each second: on paper that alone is no news.
            let news = if self.live { room.clone() } else { room.lines().map(without_time).collect() };
            if news != self.last {
                self.rub_out();
                for line in room.lines() {
                    let (bold, plain) =
                        if self.live && line.contains(" talking ") { ("\x1b[1;32m", "\x1b[0m") } else { ("", "") };
                    println!("    {bold}{line}{plain}");
                }
                self.drawn = room.lines().count();
                self.last = news;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            sleep(left.min(Duration::from_millis(200)));
        }
    }

    fn rub_out(&mut self) {
        if self.live && self.drawn > 0 {
            // Up, and clear to the end of the screen.
            print!("\x1b[{}A\x1b[J", self.drawn);
        }
        self.drawn = 0;
    }
}

fn without_time(line: &str) -> &str {
    line.trim_end().rsplit_once(' ').map_or(line, |(rest, _)| rest)
}

const CONF: &str = "\
[8000]
type = room
pin = 4711
leader_pin = 9753
music = default
";

const RATE: u32 = 8000;

/// How long each of them speaks.
const TURN: Duration = Duration::from_secs(6);
