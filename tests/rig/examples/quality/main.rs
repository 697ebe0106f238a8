//! Known speech and tones through several conferences in one PBX, over good networks and bad ones, for
//! `tests/quality/judge.py` to judge.
//!
//! ```text
//! cargo run --release -p conclave-rig --example quality -- --module target/release/app_conclave.so --row "clean,loss 5 %"
//! ```
//!
//! All rows of a conference run at once, each in rooms of its own, and the conferences one after the other. What was
//! said and heard goes to `target/quality` as WAV files, with a `facts.json` that says when. What is compared, and how it is
//! set: [`rivals`].

mod facts;
mod rows;
mod speech;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use conclave_rig::Trouble;
use conclave_rig::pbx::workspace;
use conclave_rig::rivals::{self, App, Setup};

use facts::Facts;
use rows::Row;

struct Arguments {
    apps: Vec<App>,
    rows: Vec<Row>,
    copies: usize,
    seconds: u64,
    setup: Setup,
    out: PathBuf,
}

fn main() -> ExitCode {
    rivals::run(USAGE, read_arguments, run)
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let pbx = arguments.setup.start("quality", arguments.rows.len() * arguments.copies * 4 + 50)?;
    pbx.goes_first();
    let mut facts = Facts::new(&arguments.out)?;
    for app in &arguments.apps {
        println!(
            "{}, {}: {} rows, {} rooms each, {} s",
            pbx.host().name(),
            app.name(),
            arguments.rows.len(),
            arguments.copies,
            arguments.seconds
        );
        stage::play(&pbx, *app, arguments, &mut facts)?;
        pbx.wait_calls(0, Duration::from_secs(60))?;
    }
    facts.write()?;
    rivals::print_complaints(&pbx);
    Ok(())
}

fn read_arguments(words: &mut dyn Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments {
        apps: vec![App::Own, App::Buffered, App::Conclave],
        rows: rows::all(),
        copies: 2,
        seconds: 66,
        setup: Setup::default(),
        out: workspace().join("target/quality"),
    };
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number, not {value}"));
        match word.as_str() {
            "--app" | "--apps" => arguments.apps = App::named(&value)?,
            "--row" | "--rows" => arguments.rows = picked(&value)?,
            "--copies" => arguments.copies = number()? as usize,
            "--seconds" => arguments.seconds = number()?,
            "--out" => arguments.out = value.into(),
            _ if arguments.setup.take(&word, &value) => {}
            _ => return Err(format!("{word} means nothing here")),
        }
    }
    arguments.setup.check(&arguments.apps)?;
    Ok(arguments)
}

/// Those rows whose names are asked for; a comma within a name is written as `;`.
fn picked(asked: &str) -> Result<Vec<Row>, String> {
    let asked: Vec<_> = asked.split(',').map(|word| word.replace(';', ",")).collect();
    let mut rows = rows::all();
    if let Some(word) = asked.iter().find(|word| !rows.iter().any(|row| row.name == **word)) {
        let names: Vec<_> = rows.iter().map(|row| row.name.replace(',', ";")).collect();
        return Err(format!("there is no {word}, but: {}", names.join(",")));
    }
    rows.retain(|row| asked.iter().any(|word| word == row.name));
    Ok(rows)
}

const USAGE: &str = "\
--app A,B,...   confbridge (FreeSWITCH: conference), buffered (the same with its jitter buffer), conclave; all if not said
--row A,B,...   rows of the table, `;` for a comma within a name; all if not said
--copies N      rooms for each row, each with chances of its own (2)
--seconds N     how long to talk (66)
--out FOLDER    where what was heard goes (target/quality)";
