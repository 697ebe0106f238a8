//! Several conferences under the same load, one after the other in one PBX: what each costs and how late it is.
//!
//! ```text
//! cargo run --release -p conclave-rig --example sidebyside -- --app confbridge,echo --calls 100 --rooms 1 --seconds 20
//! ```
//!
//! What is compared, and how it is set: [`rivals`].

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use conclave_rig::load::{Load, Plan, Report, Usage};
use conclave_rig::rivals::{self, App, Setup};
use conclave_rig::{Codec, Pbx, Trouble};

struct Arguments {
    apps: Vec<App>,
    calls: usize,
    rooms: usize,
    talkers: usize,
    seconds: u64,
    settle: u64,
    rate: f64,
    codec: Codec,
    setup: Setup,
    details: bool,
}

fn main() -> ExitCode {
    rivals::run(USAGE, read_arguments, run)
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let pbx = arguments.setup.start("sidebyside", arguments.calls)?;
    let speech = speech(&pbx)?;
    println!(
        "{}: {} {:?} calls in {} rooms, {} talkers each, {} s",
        pbx.host().name(),
        arguments.calls,
        arguments.codec,
        arguments.rooms,
        arguments.talkers,
        arguments.seconds
    );
    println!("{HEADINGS}");
    let mut base = None;
    for app in &arguments.apps {
        let plan = Plan {
            rooms: (0..arguments.rooms).map(|room| app.room(room)).collect(),
            calls: arguments.calls,
            talkers: arguments.talkers,
            calls_a_second: arguments.rate,
            ears: 12,
            echo: *app == App::Echo,
            codec: arguments.codec,
            speech: speech.clone(),
        };
        let load = Load::start(&pbx, plan)?;
        std::thread::sleep(Duration::from_secs(arguments.settle));
        let (usage, report) = load.measure(&pbx, Duration::from_secs(arguments.seconds))?;
        load.hang_up();
        let base = base.get_or_insert(usage);
        print_line(app.name(), &usage, base, &report);
        if arguments.details {
            println!("callers: {:.2} processors\n{report}\n", usage.own_processors);
        }
        pbx.wait_calls(0, Duration::from_secs(60))?;
    }
    if arguments.apps.contains(&App::Conclave) {
        println!("{}", pbx.cli("conclave show stats")?);
    }
    rivals::print_complaints(&pbx);
    Ok(())
}

/// A minute of speech out of the PBX's own prompts.
fn speech(pbx: &Pbx) -> Result<Arc<[i16]>, Trouble> {
    let mut samples = Vec::new();
    for name in ["demo-congrats", "demo-instruct", "vm-options", "conf-getpin", "demo-abouttotry", "demo-thanks"] {
        match pbx.prompt(name) {
            Ok(sound) => samples.extend_from_slice(sound.recorded()),
            Err(_) => continue,
        }
    }
    if samples.is_empty() {
        return Err(Trouble::Unusable("none of the prompts with speech is there".into()));
    }
    Ok(samples.into())
}

fn print_line(app: &str, usage: &Usage, base: &Usage, report: &Report) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{app:<11}{:>9.1}{:>8.2}{:>11.0}{:>8.2}{:>8}{:>7}{:>9.1}{:>9.1}{:>9.1}{:>8}{:>8}{:>9.1}",
        usage.each_frame.as_secs_f64() * 1e6,
        usage.each_frame.as_secs_f64() / base.each_frame.as_secs_f64(),
        usage.switches,
        usage.processors,
        report.lost,
        report.late,
        milliseconds(report.lateness),
        milliseconds(report.median()),
        milliseconds(report.p95()),
        format!("{}/{}", report.mouth_to_ear.len(), report.tones_missed),
        report.own_losses,
        milliseconds(report.own_lateness),
    );
}

fn read_arguments(words: &mut dyn Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments {
        apps: vec![App::Own, App::Echo],
        calls: 100,
        rooms: 1,
        talkers: 3,
        seconds: 20,
        settle: 3,
        rate: 50.0,
        codec: Codec::Pcmu,
        setup: Setup::default(),
        details: false,
    };
    while let Some(word) = words.next() {
        if word == "--details" {
            arguments.details = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--app" | "--apps" => arguments.apps = App::named(&value)?,
            "--calls" => arguments.calls = number()? as usize,
            "--rooms" => arguments.rooms = number()? as usize,
            "--talkers" => arguments.talkers = number()? as usize,
            "--seconds" => arguments.seconds = number()?,
            "--settle" => arguments.settle = number()?,
            "--rate" => arguments.rate = number()? as f64,
            "--codec" => {
                arguments.codec = match value.as_str() {
                    "ulaw" => Codec::Pcmu,
                    "alaw" => Codec::Pcma,
                    "slin16" => Codec::L16,
                    "g722" => Codec::G722,
                    "gsm" => Codec::Gsm,
                    "opus" => Codec::Opus,
                    "opus-stereo" => Codec::OpusStereo,
                    _ => return Err(format!("--codec does not know {value}")),
                }
            }
            _ if arguments.setup.take(&word, &value) => {}
            _ => return Err(format!("{word} means nothing here")),
        }
    }
    arguments.setup.check(&arguments.apps)?;
    Ok(arguments)
}

const USAGE: &str = "\
--app A,B,...   echo, confbridge (FreeSWITCH: conference), buffered (the same with its jitter buffer), conclave; ratios are
                to the first
--calls N       calls in all (100)
--rooms N       rooms they are spread over (1)
--talkers N     talkers in each room (3)
--seconds N     how long to measure (20)
--settle N      seconds to wait once all calls are up (3)
--rate N        calls to begin in a second (50)
--codec NAME    what all callers speak: ulaw, alaw, slin16, g722, gsm, opus, opus-stereo (ulaw)
--details       the whole report of each";

const HEADINGS: &str = concat!(
    "               us a   ratio   switches   procs    lost   late late 99%   ear ms  ear p95  heard/     own own late\n",
    "              frame            a second                             ms   median       ms  missed    lost       ms"
);
