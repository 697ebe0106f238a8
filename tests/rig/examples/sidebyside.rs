//! Several conferences under the same load, one after the other in one Asterisk: what each costs and how late it is.
//!
//! ```text
//! cargo run --release -p conclave-rig --example sidebyside -- --app confbridge,echo --calls 100 --rooms 1 --seconds 20
//! ```
//!
//! Every application is asked to be quiet: no tones and no announcements for those who come.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use conclave_rig::load::{Load, Plan, Report, Usage};
use conclave_rig::pbx::workspace;
use conclave_rig::{Codec, Pbx, Trouble};

struct Arguments {
    apps: Vec<String>,
    calls: usize,
    rooms: usize,
    talkers: usize,
    seconds: u64,
    settle: u64,
    rate: f64,
    codec: Codec,
    module: Option<PathBuf>,
    options: String,
    configuration: Option<PathBuf>,
    details: bool,
}

fn main() -> ExitCode {
    let arguments = match read_arguments() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let asterisk = start(arguments)?;
    let speech = speech(&asterisk)?;
    println!(
        "{} {:?} calls in {} rooms, {} talkers each, {} s",
        arguments.calls, arguments.codec, arguments.rooms, arguments.talkers, arguments.seconds
    );
    println!("{HEADINGS}");
    let mut base = None;
    for app in &arguments.apps {
        let digit = match app.as_str() {
            "echo" => 1,
            "confbridge" => 2,
            "conclave" => 3,
            _ => {
                return Err(Trouble::Unusable(format!("{app} is none of echo, confbridge, conclave")));
            }
        };
        let plan = Plan {
            rooms: (0..arguments.rooms).map(|room| format!("{digit}{room:03}")).collect(),
            calls: arguments.calls,
            talkers: arguments.talkers,
            calls_a_second: arguments.rate,
            ears: 12,
            echo: app == "echo",
            codec: arguments.codec,
            speech: speech.clone(),
        };
        let load = Load::start(&asterisk, plan)?;
        std::thread::sleep(Duration::from_secs(arguments.settle));
        let (usage, report) = load.measure(&asterisk, Duration::from_secs(arguments.seconds))?;
        load.hang_up();
        let base = base.get_or_insert(usage);
        print_line(app, &usage, base, &report);
        if arguments.details {
            println!("callers: {:.2} processors\n{report}\n", usage.own_processors);
        }
        asterisk.wait_calls(0, Duration::from_secs(60))?;
    }
    if arguments.apps.iter().any(|app| app == "conclave") {
        println!("{}", asterisk.cli("conclave show stats")?);
    }
    let complaints = asterisk.complaints();
    if !complaints.is_empty() {
        println!("Asterisk complained {} times, first: {}", complaints.len(), complaints[0]);
    }
    Ok(())
}

fn start(arguments: &Arguments) -> Result<Pbx, Trouble> {
    let dialplan = format!(
        "exten => _1XXX,1,Answer()\n same => n,Echo()\n\
         exten => _2XXX,1,Answer()\n same => n,ConfBridge(${{EXTEN}},,quiet)\n\
         exten => _3XXX,1,Answer()\n same => n,Conclave(${{EXTEN}},{})\n",
        arguments.options
    );
    let mut builder = Pbx::asterisk("sidebyside")
        .dialplan(&dialplan)
        .file("confbridge.conf", "[quiet]\ntype=user\nquiet=yes\nannounce_only_user=no\n")
        .link("data/documentation/thirdparty/conclave-en_US.xml", workspace().join("doc/conclave-en_US.xml"))
        .calls(arguments.calls);
    if let Some(module) = &arguments.module {
        builder = builder.module_as(module, "app_conclave.so");
    }
    let settings = match &arguments.configuration {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Trouble::System { doing: format!("reading {}", path.display()), error })?,
        None => "[general]\non_demand=yes\n".into(),
    };
    builder.file("conclave.conf", &settings).start()
}

/// A minute of speech out of Asterisk's own prompts.
fn speech(asterisk: &Pbx) -> Result<Arc<[i16]>, Trouble> {
    let mut samples = Vec::new();
    for name in ["demo-congrats", "demo-instruct", "vm-options", "conf-getpin", "demo-abouttotry", "demo-thanks"] {
        match asterisk.prompt(name) {
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

fn read_arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        apps: vec!["confbridge".into(), "echo".into()],
        calls: 100,
        rooms: 1,
        talkers: 3,
        seconds: 20,
        settle: 3,
        rate: 50.0,
        codec: Codec::Pcmu,
        module: None,
        options: "qp".into(),
        configuration: None,
        details: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--details" {
            arguments.details = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--app" | "--apps" => arguments.apps = value.split(',').map(String::from).collect(),
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
            "--module" => arguments.module = Some(value.into()),
            "--options" => arguments.options = value,
            "--conf" => arguments.configuration = Some(value.into()),
            _ => return Err(format!("{word} means nothing here")),
        }
    }
    let needs_module = arguments.apps.iter().any(|app| app == "conclave") && arguments.module.is_none();
    if needs_module { Err("conclave needs --module".into()) } else { Ok(arguments) }
}

const USAGE: &str = "\
--app A,B,...    echo, confbridge, conclave; ratios are to the first
--calls N        calls in all (100)
--rooms N        rooms they are spread over (1)
--talkers N      talkers in each room (3)
--seconds N      how long to measure (20)
--settle N       seconds to wait once all calls are up (3)
--rate N         calls to begin in a second (50)
--codec NAME    what all callers speak: ulaw, alaw, slin16, g722, gsm, opus, opus-stereo (ulaw)
--module FILE    the library to load as app_conclave.so
--options TEXT   options of Conclave() (qp)
--conf FILE      its conclave.conf
--details        the whole report of each";

const HEADINGS: &str = concat!(
    "               us a   ratio   switches   procs    lost   late late 99%   ear ms  ear p95  heard/     own own late\n",
    "              frame            a second                             ms   median       ms  missed    lost       ms"
);
