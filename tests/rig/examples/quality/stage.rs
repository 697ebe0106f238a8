//! All rooms of one conference at once: the callers come, the talkers say what is theirs, and all hang up.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use conclave_rig::network::Network;
use conclave_rig::rivals::App;
use conclave_rig::{Caller, Codec, Pbx, Trouble};

use crate::Arguments;
use crate::facts::Facts;
use crate::rows::{Row, Says};
use crate::speech::Programme;

/// A room with one row in it.
pub struct Scene {
    pub row: Row,
    pub copy: usize,
    room: String,
    pub network: Network,
    pub programme: Programme,
    /// The judged talker first.
    talkers: Vec<(Caller, Programme)>,
    /// Nobody where the talker himself is to be judged.
    listener: Option<Caller>,
}

impl Scene {
    pub fn talker(&self) -> &Caller {
        &self.talkers[0].0
    }

    pub fn listener(&self) -> &Caller {
        self.listener.as_ref().unwrap_or(self.talker())
    }
}

pub fn play(pbx: &Pbx, app: App, arguments: &Arguments, facts: &mut Facts) -> Result<(), Trouble> {
    let mut scenes = Vec::new();
    for (number, row) in arguments.rows.iter().enumerate() {
        for copy in 0..arguments.copies {
            let room = app.room(number * arguments.copies + copy);
            scenes.push(Scene::open(pbx, row.clone(), copy, room, arguments.seconds)?);
        }
    }
    for scene in &scenes {
        let callers = scene.talkers.iter().map(|(caller, _)| caller).chain(&scene.listener);
        callers.into_iter().try_for_each(Caller::wait_answer)?;
    }
    std::thread::sleep(SETTLE);

    let until = Instant::now() + Duration::from_secs(arguments.seconds) + SETTLE;
    let guests = std::thread::scope(|scope| {
        let with_guests = scenes.iter().filter(|scene| scene.row.says.has_guests());
        let coming: Vec<_> =
            with_guests.map(|scene| scope.spawn(|| come_and_go(pbx, &scene.room, until - SETTLE))).collect();
        for (caller, programme) in scenes.iter().flat_map(|scene| &scene.talkers) {
            caller.say(programme.sound());
        }
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        coming.into_iter().map(|thread| thread.join().expect("guests come to no harm")).collect::<Result<Vec<_>, _>>()
    })?;
    if !guests.is_empty() {
        println!("  guests who came and went: {guests:?}");
    }
    for scene in &scenes {
        facts.add(app.name(), scene)?;
    }
    hang_up(scenes)
}

impl Scene {
    fn open(pbx: &Pbx, row: Row, copy: usize, room: String, seconds: u64) -> Result<Self, Trouble> {
        let network = Network { seed: copy as u64 + 1, ..row.network };
        let programme = Programme::of(row.says, pbx, seconds)?;
        let call = |name: &str, network| {
            // Callers who come at once all have the same place in the PBX's 20 ms.
            std::thread::sleep(Duration::from_millis(13));
            Caller::new(name).network(network).call(pbx, &room)
        };
        let mut talkers = vec![(call("talker", network)?, programme.clone())];
        let listener = match row.says {
            Says::Shouting => {
                for number in 1..8 {
                    let programme = Programme::shouter(pbx, number, seconds as usize * crate::speech::RATE)?;
                    talkers.push((call("shouter", Network::default())?, programme));
                }
                None
            }
            _ => Some(call("listener", Network::default())?),
        };
        Ok(Self { row, copy, room, network, programme, talkers, listener })
    }
}

/// Guests come to a room for a second, one after the other, every second one with a wideband telephone; says how many.
fn come_and_go(pbx: &Pbx, room: &str, until: Instant) -> Result<usize, Trouble> {
    let mut count = 0;
    while Instant::now() + Duration::from_secs(2) < until {
        let codec = if count % 2 == 0 { Codec::Pcmu } else { Codec::L16 };
        let guest = Caller::new("guest").codec(codec).network(Network::default()).call(pbx, room)?;
        guest.wait_answer()?;
        std::thread::sleep(Duration::from_millis(1_200));
        guest.hang_up()?;
        std::thread::sleep(Duration::from_millis(800));
        count += 1;
    }
    Ok(count)
}

/// All at once would be a burst; one after the other takes long.
fn hang_up(scenes: Vec<Scene>) -> Result<(), Trouble> {
    let leaving: Vec<JoinHandle<()>> = scenes
        .into_iter()
        .map(|scene| {
            std::thread::sleep(Duration::from_millis(10));
            std::thread::spawn(move || drop(scene))
        })
        .collect();
    leaving.into_iter().for_each(|thread| drop(thread.join()));
    Ok(())
}

/// For a room to be quiet before, and for the last word to arrive after.
const SETTLE: Duration = Duration::from_secs(2);
