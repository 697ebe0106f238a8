//! Known speech and tones through several conferences in one Asterisk, over good networks and bad ones, for
//! `tests/quality/judge.py` to judge.
//!
//! ```text
//! cargo run --release -p conclave-rig --example quality -- --module target/release/app_conclave.so --row "clean,loss 5 %"
//! ```
//!
//! All rows of a conference run at once, each in rooms of its own, and the conferences one after the other. What was
//! said and heard goes to `target/quality` as WAV files, with a `facts.json` that says when.

mod facts;
mod rows;
mod speech;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;

use conclave_rig::pbx::workspace;
use conclave_rig::{Pbx, Trouble};

use facts::Facts;
use rows::Row;

/// A conference that is tried: the digit its rooms begin with, and its name in the table.
#[derive(Clone, Copy)]
struct App {
    name: &'static str,
    digit: u8,
}

const APPS: [App; 3] =
    [App { name: "confbridge", digit: 2 }, App { name: "buffered", digit: 4 }, App { name: "conclave", digit: 3 }];

struct Arguments {
    apps: Vec<App>,
    rows: Vec<Row>,
    copies: usize,
    seconds: u64,
    module: Option<PathBuf>,
    options: String,
    configuration: Option<PathBuf>,
    out: PathBuf,
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
    asterisk.goes_first();
    let mut facts = Facts::new(&arguments.out)?;
    for app in &arguments.apps {
        println!(
            "{}: {} rows, {} rooms each, {} s",
            app.name,
            arguments.rows.len(),
            arguments.copies,
            arguments.seconds
        );
        stage::play(&asterisk, *app, arguments, &mut facts)?;
        asterisk.wait_calls(0, std::time::Duration::from_secs(60))?;
    }
    facts.write()?;
    let complaints = asterisk.complaints();
    if !complaints.is_empty() {
        println!("Asterisk complained {} times, first: {}", complaints.len(), complaints[0]);
    }
    Ok(())
}

fn start(arguments: &Arguments) -> Result<Pbx, Trouble> {
    let dialplan = format!(
        "exten => _2XXX,1,Answer()\n same => n,ConfBridge(${{EXTEN}},,quiet)\n\
         exten => _4XXX,1,Answer()\n same => n,ConfBridge(${{EXTEN}},,buffered)\n\
         exten => _3XXX,1,Answer()\n same => n,Conclave(${{EXTEN}},{})\n",
        arguments.options
    );
    let mut builder = Pbx::asterisk("quality")
        .dialplan(&dialplan)
        .file(
            "confbridge.conf",
            "[quiet]\ntype=user\nquiet=yes\nannounce_only_user=no\n\
             [buffered]\ntype=user\nquiet=yes\nannounce_only_user=no\njitterbuffer=yes\n",
        )
        .link("data/documentation/thirdparty/conclave-en_US.xml", workspace().join("doc/conclave-en_US.xml"))
        .calls(arguments.rows.len() * arguments.copies * 4 + 50);
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

fn read_arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        apps: APPS.into(),
        rows: rows::all(),
        copies: 2,
        seconds: 66,
        module: None,
        options: "qp".into(),
        configuration: None,
        out: workspace().join("target/quality"),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--app" | "--apps" => arguments.apps = picked(&value, &APPS, |app| app.name)?,
            "--row" | "--rows" => arguments.rows = picked(&value, &rows::all(), |row| row.name)?,
            "--copies" => arguments.copies = number()? as usize,
            "--seconds" => arguments.seconds = number()?,
            "--module" => arguments.module = Some(value.into()),
            "--options" => arguments.options = value,
            "--conf" => arguments.configuration = Some(value.into()),
            "--out" => arguments.out = value.into(),
            _ => return Err(format!("{word} means nothing here")),
        }
    }
    let needs_module = arguments.apps.iter().any(|app| app.name == "conclave") && arguments.module.is_none();
    if needs_module { Err("conclave needs --module".into()) } else { Ok(arguments) }
}

/// Those of a list whose names are asked for; a comma within a name is written as `;`.
fn picked<T: Clone>(asked: &str, of: &[T], name: impl Fn(&T) -> &'static str) -> Result<Vec<T>, String> {
    let asked: Vec<_> = asked.split(',').map(|word| word.replace(';', ",")).collect();
    for word in &asked {
        if !of.iter().any(|one| name(one) == word) {
            let names: Vec<_> = of.iter().map(|one| name(one).replace(',', ";")).collect();
            return Err(format!("there is no {word}, but: {}", names.join(",")));
        }
    }
    Ok(of.iter().filter(|one| asked.iter().any(|word| word == name(one))).cloned().collect())
}

const USAGE: &str = "\
--app A,B,...    confbridge, buffered (ConfBridge with its jitter buffer), conclave; all if not said
--row A,B,...    rows of the table, `;` for a comma within a name; all if not said
--copies N       rooms for each row, each with chances of its own (2)
--seconds N      how long to talk (66)
--module FILE    the library to load as app_conclave.so
--options TEXT   options of Conclave() (qp)
--conf FILE      its conclave.conf
--out FOLDER     where what was heard goes (target/quality)";
