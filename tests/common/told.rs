//! What callers are told, and what is told of them: words, events, lines of the history.

use std::time::{Duration, Instant};

use conclave_rig::Packet;
use conclave_rig::{Caller, Events, Pbx, listen};

use super::{PATIENCE, wait_until};

/// Which of these prompts were heard. All of each counts, so that sentences of the same voice that begin or end alike
/// are told apart.
pub fn words_in<'a>(pbx: &Pbx, heard: &[i16], names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| part_of(pbx, heard, name) > 0.6).collect()
}

/// How much of a prompt was heard, from 0 to 1. In pieces, because a tick that a busy machine lost shifts what comes
/// after it.
fn part_of(pbx: &Pbx, heard: &[i16], name: &str) -> f64 {
    let prompt = pbx.prompt(name).unwrap();
    let pieces = prompt.recorded().chunks(4_000).filter(|piece| piece.len() > 2_000 && listen::level(piece) > -45.0);
    let found: Vec<_> = pieces.map(|piece| listen::speech_match(heard, piece).correlation > 0.9).collect();
    found.iter().filter(|found| **found).count() as f64 / found.len() as f64
}

/// Waits until a caller has heard these words since a moment; of all the words told, no others.
pub fn wait_words(pbx: &Pbx, caller: &Caller, since: Instant, wanted: &str, all: &[&str]) {
    let mut heard = Vec::new();
    wait_until(|| {
        heard = words_in(pbx, &caller.heard_since(since), all);
        heard.contains(&wanted)
    });
    if heard != [wanted] {
        let recording = pbx.directory().join(format!("{}-heard.wav", caller.name()));
        caller.save_heard(&recording).unwrap();
        panic!("{} heard {heard:?}, not {wanted}; see {}", caller.name(), recording.display());
    }
}

/// Waits for an event of this name that has these fields.
pub fn wait_event(events: &mut Events, name: &str, fields: &[(&str, &str)]) -> Packet {
    let fits = |packet: &Packet| fields.iter().all(|(field, value)| packet.get(field) == Some(*value));
    events.wait(name, PATIENCE, fits).unwrap_or_else(|trouble| panic!("{name} {fields:?}: {trouble}"))
}

/// Waits until the history has a line with all these columns, such as `("room", "8000")`.
pub fn wait_history(pbx: &Pbx, columns: &[(&str, &str)]) {
    let path = pbx.directory().join("log/conclave/history.csv");
    let mut text = String::new();
    let found = wait_until(|| {
        text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let names = lines.next().unwrap_or_default();
        let place = |column| names.iter().position(|name| *name == column);
        lines
            .any(|line| columns.iter().all(|(column, value)| place(*column).and_then(|at| line.get(at)) == Some(value)))
    });
    assert!(found, "the history has no line with {columns:?}:\n{text}");
}

/// Waits until a caller hears music, or whatever else is not silence, for a second.
pub fn wait_music(caller: &Caller) {
    let mut level = 0.0;
    let heard = wait_until(|| {
        level = listen::level(&caller.heard_last(Duration::from_secs(1)));
        level > -45.0
    });
    assert!(heard, "{} hears nothing ({level:.1} dBFS)", caller.name());
}
