//! What the judge needs to know besides what was heard: what was said, when, and when it came.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use conclave_rig::{Trouble, wav};

use crate::stage::Scene;

/// `facts.json` in the making: a list of receptions. Times are seconds since one moment before all of them, places are
/// samples.
pub struct Facts {
    out: PathBuf,
    epoch: Instant,
    receptions: Vec<String>,
}

impl Facts {
    pub fn new(out: &Path) -> Result<Self, Trouble> {
        std::fs::create_dir_all(out)
            .map_err(|error| Trouble::System { doing: format!("making {}", out.display()), error })?;
        Ok(Self { out: out.into(), epoch: Instant::now(), receptions: Vec::new() })
    }

    /// Adds what one listener got.
    pub fn add(&mut self, app: &str, scene: &Scene) -> Result<(), Trouble> {
        let (talker, listener) = (scene.talker(), scene.listener());
        let row = scene.row.name;
        let name: String =
            row.replace('+', "plus ").replace('-', "minus ").replace(" %", "").replace(", ", "-").replace(' ', "_");
        let name = format!("{name}-{app}-{}", scene.copy + 1);
        let said = talker.said();
        let Some(place) = scene.programme.found_in(&said) else {
            return Err(Trouble::Unusable(format!("{row}, {app}: what was to be said was not said")));
        };
        wav::write(self.out.join(format!("{name}-said.wav")), talker.rate(), &said)?;
        wav::write(self.out.join(format!("{name}.wav")), listener.rate(), &listener.heard())?;

        let since = |at: Instant| at.duration_since(self.epoch).as_secs_f64();
        let sent = talker.sent();
        let mut lateness: Vec<Duration> =
            sent.iter().filter_map(|packet| Some(packet.left?.saturating_duration_since(packet.leaves?))).collect();
        lateness.sort_unstable();
        let late = |part: f64| {
            let at = (lateness.len() as f64 * part) as usize;
            lateness.get(at.min(lateness.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        let network = &scene.network;
        let mut text = format!(
            "{{\"row\": {row:?}, \"app\": {app:?}, \"copy\": {}, \"says\": {:?}, \"name\": {name:?},\n\
             \"said_rate\": {}, \"heard_rate\": {}, \"packet\": {}, \"clock\": {}, \"pauses\": \"{:?}\",\n\
             \"said_from\": {:.6}, \"programme\": {place}, \"late_median\": {:.3}, \"late_most\": {:.3},\n\"parts\": [",
            scene.copy + 1,
            scene.row.says.name(),
            talker.rate(),
            listener.rate(),
            network.packet.as_secs_f64(),
            network.clock,
            network.pauses,
            talker.said_from().map_or(0.0, since),
            late(0.5),
            late(1.0),
        );
        let mut list = |items: Vec<String>, next: &str| {
            let _ = write!(text, "{}]{next}", items.join(", "));
        };
        let parts = scene.programme.parts.iter().map(|[from, to]| format!("[{from}, {to}]"));
        list(parts.collect(), ",\n\"sent\": [");
        let lost = |at: Option<Instant>| at.map_or("null".into(), |at| format!("{:.6}", since(at)));
        let sent = sent.iter().map(|packet| format!("[{:.6}, {}]", since(packet.due), lost(packet.left)));
        list(sent.collect(), ",\n\"arrivals\": [");
        let arrivals = listener.arrivals();
        let arrivals = arrivals.iter().map(|arrival| format!("[{:.6}, {}]", since(arrival.at), arrival.position));
        list(arrivals.collect(), "}");
        self.receptions.push(text);
        Ok(())
    }

    pub fn write(&self) -> Result<(), Trouble> {
        let path = self.out.join("facts.json");
        std::fs::write(&path, format!("[{}]\n", self.receptions.join(",\n")))
            .map_err(|error| Trouble::System { doing: format!("writing {}", path.display()), error })
    }
}
