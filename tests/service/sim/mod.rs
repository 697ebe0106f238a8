//! The service, its engine and a host of this test's own, in simulated time: a tick is 20 ms.

#![allow(dead_code, reason = "no test file needs all of it")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use conclave::audio::{Clip, Decibels, SampleRate};
use conclave::engine::{Codec, Control, LegId, MusicFeed, Output, Worker};
use conclave::prompts::{Mode, SoundError, SoundFiles};
use conclave::room::{CallResult, Caller, DialplanPlace, InviteId, InviteProgress, Options, Order, RoomNumber};
use conclave::service::settings::{Line, Problem};
use conclave::service::{
    self, Arrival, CallEvent, CallId, Command, Dial, Handle, Happening, Host, Outcome, Picture, Placed, Service,
    Settings,
};
use parking_lot::Mutex;

/// What the service asked the host for, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Serve(CallId),
    Release(CallId, CallResult),
    Answer(CallId),
    SendDigit(CallId, char),
    /// Context, extension and priority.
    Lend(CallId, String),
    /// Number and dial context.
    Dial(InviteId, String, String),
    HangUp(InviteId),
    StartMusic(String),
    StopMusic(String),
}

/// What the host and its sounds saw.
#[derive(Default)]
struct Seen {
    asked: Vec<Asked>,
    /// Name and language.
    sounds: Vec<(String, String)>,
    /// The rates that music was asked for at, and sounds.
    feeds: Vec<SampleRate>,
    sound_rates: Vec<SampleRate>,
    missing: bool,
    /// Where calls were sent as they were handed back.
    gone_to: Vec<(CallId, String)>,
    /// What others were told.
    told: Vec<Happening>,
    /// The host cannot lend calls, or make them.
    refuses: bool,
    /// Sounds that last longer or shorter than usual, in milliseconds.
    lengths: HashMap<String, usize>,
}

pub struct Sim {
    service: Service<TestHost>,
    handle: Handle<()>,
    worker: Worker,
    seen: Arc<Mutex<Seen>>,
    legs: HashMap<CallId, LegId>,
    ticks: u64,
    wake: Option<Duration>,
    /// What the clock on the wall showed when all began; it can be set.
    pub unix: Duration,
}

impl Sim {
    /// With settings as they stand in `conclave.conf`.
    pub fn new(conf: &str) -> Sim {
        Sim::with(settings(conf).0)
    }

    pub fn with(settings: Settings) -> Sim {
        Sim::with_engine(settings, service::engine(1))
    }

    /// On this engine of one worker.
    pub fn with_engine(settings: Settings, (control, workers): (Control, Vec<Worker>)) -> Sim {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let host = TestHost { seen: seen.clone(), feeds: Vec::new() };
        let sounds = Box::new(TestSounds(seen.clone()));
        let (service, handle) = service::new(host, settings, control, sounds, Mode::Inline);
        let worker = workers.into_iter().next().expect("one worker was asked for");
        Sim { service, handle, worker, seen, legs: HashMap::new(), ticks: 0, wake: None, unix: TEN }
    }

    /// Conferences are looked for there from now on.
    #[cfg(feature = "directory")]
    pub fn set_directory(&mut self, directory: conclave::directory::Directory) {
        self.service.set_directory(directory, &self.handle);
    }

    /// Steps, with no time going by, until something is so that another thread has to do.
    pub fn until(&mut self, what: &str, so: impl Fn(&Sim) -> bool) {
        let begun = std::time::Instant::now();
        loop {
            self.step();
            if so(self) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// From now on no sound is found.
    pub fn lose_sounds(&self) {
        self.seen.lock().missing = true;
    }

    /// From now on the host has no dial plan and makes no calls.
    pub fn refuse(&self) {
        self.seen.lock().refuses = true;
    }

    /// A sound, by its name alone or followed by `@` and its language, lasts so long.
    pub fn set_length(&self, sound: &str, ms: usize) {
        self.seen.lock().lengths.insert(sound.to_owned(), ms);
    }

    /// The rates that music was asked for at, in the order it was.
    pub fn music_rates(&self) -> Vec<SampleRate> {
        self.seen.lock().feeds.clone()
    }

    /// The rates that sounds were read for since the last time.
    pub fn sound_rates(&self) -> Vec<SampleRate> {
        std::mem::take(&mut self.seen.lock().sound_rates)
    }

    /// Reads `conclave.conf` again.
    pub fn reload(&mut self, conf: &str) {
        self.handle.set_settings(settings(conf).0);
        self.tick(1);
    }

    /// A call for this room, before anything is known of it.
    pub fn arrival(&self, room: &str, options: &str, channel: &str) -> Arrival {
        Arrival {
            options: Options::parse(options).expect("options"),
            channel: channel.to_owned(),
            caller: Caller { name: format!("{channel}'s name"), number: "201".into() },
            language: "de".into(),
            ..Arrival::new(RoomNumber::parse(room).expect("a room number"), Codec::Pcmu)
        }
    }

    /// A call in this room, or why it was not even taken.
    pub fn try_arrive(&mut self, room: &str, options: &str, channel: &str) -> Result<CallId, CallResult> {
        let arrival = self.arrival(room, options, channel);
        self.try_arrival(arrival)
    }

    pub fn try_arrival(&mut self, arrival: Arrival) -> Result<CallId, CallResult> {
        let answer = self.handle.arrive(arrival, ());
        self.step();
        let Placed { call, leg } = answer.try_recv().expect("the answer comes with the step")?;
        self.legs.insert(call, leg);
        Ok(call)
    }

    pub fn arrive(&mut self, room: &str, options: &str, channel: &str) -> CallId {
        self.try_arrive(room, options, channel).expect("the call is taken")
    }

    /// A call that is in the room when this returns.
    pub fn join(&mut self, room: &str, channel: &str) -> CallId {
        let call = self.arrive(room, "p", channel);
        self.tick(1);
        assert!(self.is_inside(room, call), "{channel} is not in");
        call
    }

    /// The same, with audio of this rate.
    pub fn join_at(&mut self, room: &str, channel: &str, rate: SampleRate) -> CallId {
        let codec = if rate == SampleRate::Hz8000 { Codec::Pcmu } else { Codec::Linear(rate) };
        let arrival = Arrival { codec, ..self.arrival(room, "p", channel) };
        let call = self.try_arrival(arrival).expect("the call is taken");
        self.tick(1);
        assert!(self.is_inside(room, call), "{channel} is not in");
        call
    }

    /// The same, in this language.
    pub fn join_in(&mut self, room: &str, channel: &str, language: &str) -> CallId {
        let arrival = Arrival { language: language.into(), ..self.arrival(room, "p", channel) };
        let call = self.try_arrival(arrival).expect("the call is taken");
        self.tick(1);
        call
    }

    /// A call that the host made arrives.
    pub fn arrive_invited(&mut self, invite: InviteId, answered: bool) -> Result<CallId, CallResult> {
        let arrival = self.arrival("0", "", "called");
        self.try_arrival(Arrival { invite: Some(invite), answered, ..arrival })
    }

    /// How a call goes that the host makes.
    pub fn invited(&mut self, invite: InviteId, progress: InviteProgress) {
        self.handle.invited(invite, progress);
        self.tick(1);
    }

    /// The dial plan is done with a call.
    pub fn returned(&mut self, call: CallId) {
        self.handle.returned(call, ());
        self.tick(1);
    }

    pub fn report(&mut self, call: CallId, event: CallEvent) {
        assert!(self.handle.report(call, event));
    }

    /// Keys these, a tick each.
    pub fn key(&mut self, call: CallId, keys: &str) {
        for key in keys.chars() {
            self.report(call, CallEvent::Digit(key));
            self.tick(1);
        }
    }

    pub fn hang_up(&mut self, call: CallId) {
        self.report(call, CallEvent::Gone);
        self.tick(1);
    }

    /// An administrator types this.
    pub fn command(&mut self, words: &str) -> Result<String, String> {
        let command: Command = words.parse().map_err(|error: service::WordsError| error.to_string())?;
        self.give(command)
    }

    /// A room is given this order, in the console's name.
    pub fn order(&mut self, room: &str, order: Order) -> Result<String, String> {
        let command = Command::Order(RoomNumber::parse(room).expect("a room number"), order);
        self.give(command)
    }

    pub fn give(&mut self, command: Command) -> Result<String, String> {
        let answer = self.handle.ask(command);
        self.step();
        answer.try_recv().expect("the answer comes with the step").map_err(|error| error.to_string())
    }

    /// The way to the service, for whoever does not step it.
    pub fn handle(&self) -> Handle<()> {
        self.handle.clone()
    }

    pub fn stop(&mut self) {
        self.handle.stop();
        self.step();
    }

    /// Whether only news could give the service anything to do.
    pub fn is_idle(&self) -> bool {
        self.wake.is_none()
    }

    pub fn is_stopped(&self) -> bool {
        self.service.is_stopped()
    }

    /// So many ticks, in which these calls talk.
    pub fn talk(&mut self, calls: &[CallId], ticks: usize) {
        for _ in 0..ticks {
            // A square wave of about -12 dBFS at 400 Hz in µ-law.
            let payload: Vec<u8> = (0..160).map(|n| if n / 10 % 2 == 0 { 0x9f } else { 0x1f }).collect();
            for call in calls {
                self.worker.feed(self.legs[call], &payload, None);
            }
            self.tick(1);
        }
    }

    /// A tick in which these calls send these packets.
    pub fn send(&mut self, packets: &[(CallId, &[u8])]) {
        for (call, packet) in packets {
            self.worker.feed(self.legs[call], packet, None);
        }
        self.tick(1);
    }

    /// The packet that a call is sent.
    pub fn packet(&mut self, call: CallId) -> Vec<u8> {
        match self.worker.output(self.legs[&call]) {
            Output::Payload(packet) => packet.to_vec(),
            other => panic!("no packet: {other:?}"),
        }
    }

    pub fn tick(&mut self, ticks: usize) {
        for _ in 0..ticks {
            self.step();
            self.worker.begin_tick(self.ticks);
            self.worker.mix();
            self.worker.finish();
            self.ticks += 1;
        }
    }

    pub fn seconds(&mut self, seconds: usize) {
        self.tick(50 * seconds);
    }

    /// So many ticks; who hears anything in each of them.
    pub fn heard(&mut self, talking: &[CallId], calls: &[CallId], ticks: usize) -> Vec<bool> {
        let mut heard = vec![false; calls.len()];
        for _ in 0..ticks {
            self.talk(talking, 1);
            for (heard, call) in heard.iter_mut().zip(calls) {
                *heard |= self.legs.get(call).is_some_and(|leg| match self.worker.output(*leg) {
                    Output::Payload(payload) => payload.iter().any(|byte| !matches!(byte, 0x7f | 0xff)),
                    Output::Linear(samples) => samples.iter().any(|sample| *sample != 0),
                    Output::None => false,
                });
            }
        }
        heard
    }

    /// How many sounds are being read or play.
    pub fn sounds_under_way(&self) -> usize {
        self.service.sounds_under_way()
    }

    /// Where a call was sent as it was handed back.
    pub fn gone_to(&self, call: CallId) -> Option<String> {
        self.seen.lock().gone_to.iter().find(|(gone, _)| *gone == call).map(|(_, place)| place.clone())
    }

    /// What others were told since this was last called.
    pub fn told(&self) -> Vec<Happening> {
        std::mem::take(&mut self.seen.lock().told)
    }

    /// The same in short: only the names.
    pub fn happened(&self) -> Vec<&'static str> {
        self.told().into_iter().map(|happening| happening.name).collect()
    }

    /// What the service asked for since this was last called.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.seen.lock().asked)
    }

    /// How a call ended, if the service handed it back since [`asked`](Self::asked) was last called.
    pub fn result(&self, call: CallId) -> Option<CallResult> {
        self.seen.lock().asked.iter().find_map(|asked| match asked {
            Asked::Release(released, result) if *released == call => Some(*result),
            _ => None,
        })
    }

    /// The names of the sounds that were read since this was last called.
    pub fn sounds(&self) -> Vec<String> {
        self.languages().into_iter().map(|(name, _)| name).collect()
    }

    /// The same with the languages.
    pub fn languages(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.seen.lock().sounds)
    }

    pub fn picture(&self) -> Arc<Picture> {
        self.handle.picture()
    }

    /// The channels of those who are in a room, first come first.
    pub fn inside(&self, room: &str) -> Vec<String> {
        let picture = self.picture();
        let members = picture.rooms.get(room).map(|room| &room.members[..]).unwrap_or_default();
        members.iter().map(|member| member.channel.to_string()).collect()
    }

    pub fn is_inside(&self, room: &str, call: CallId) -> bool {
        self.picture().rooms.get(room).is_some_and(|room| room.members.iter().any(|member| member.call == call))
    }

    fn step(&mut self) {
        let now = Duration::from_millis(20 * self.ticks);
        self.service.set_unix_time(now, self.unix + now);
        self.wake = self.service.step(now);
        assert!(self.wake.is_none_or(|at| at > now), "a step leaves something that is due");
    }
}

/// Ten o'clock of some day.
pub const TEN: Duration = Duration::from_secs(1_800_000_000);

/// Settings as they stand in `conclave.conf`, without comments.
pub fn settings(conf: &str) -> (Settings, Vec<Problem>) {
    let mut category = "";
    let lines = conf.lines().enumerate().filter_map(|(number, line)| {
        let line = line.trim();
        let setting = match line.strip_prefix('[') {
            Some(name) => {
                category = name.trim_end_matches(']');
                None
            }
            None => Some(line.split_once('=').map(|(name, value)| (name.trim(), value.trim()))?),
        };
        Some(Line { category, setting, file: "conclave.conf", line: number as u32 + 1 })
    });
    Settings::read(lines)
}

struct TestHost {
    seen: Arc<Mutex<Seen>>,
    feeds: Vec<MusicFeed>,
}

impl Host for TestHost {
    type Call = ();

    fn serve(&mut self, placed: Placed, (): ()) {
        self.seen.lock().asked.push(Asked::Serve(placed.call));
    }

    fn release(&mut self, call: CallId, _leg: LegId, outcome: Outcome) {
        let mut seen = self.seen.lock();
        seen.asked.push(Asked::Release(call, outcome.result));
        seen.gone_to.extend(outcome.goto.map(|place| (call, words(&place))));
    }

    fn answer(&mut self, call: CallId, _leg: LegId) {
        self.seen.lock().asked.push(Asked::Answer(call));
    }

    fn send_digit(&mut self, call: CallId, _leg: LegId, digit: char) {
        self.seen.lock().asked.push(Asked::SendDigit(call, digit));
    }

    fn lend(&mut self, call: CallId, _leg: LegId, place: &DialplanPlace) -> bool {
        let mut seen = self.seen.lock();
        seen.asked.push(Asked::Lend(call, words(place)));
        !seen.refuses
    }

    fn dial(&mut self, dial: Dial) -> bool {
        let mut seen = self.seen.lock();
        seen.asked.push(Asked::Dial(dial.invite, dial.number, dial.context.to_string()));
        !seen.refuses
    }

    fn hang_up(&mut self, invite: InviteId) {
        self.seen.lock().asked.push(Asked::HangUp(invite));
    }

    fn tell(&mut self, event: &Happening) {
        self.seen.lock().told.push(event.clone());
    }

    fn start_music(&mut self, class: &str, feed: MusicFeed) {
        self.seen.lock().feeds.push(feed.rate());
        self.feeds.push(feed);
        self.seen.lock().asked.push(Asked::StartMusic(class.to_owned()));
    }

    fn stop_music(&mut self, class: &str) {
        self.seen.lock().asked.push(Asked::StopMusic(class.to_owned()));
    }
}

fn words(place: &DialplanPlace) -> String {
    format!("{},{},{}", place.context, place.extension, place.priority)
}

/// Each sound is half a second of a tone, unless it is said how long it lasts.
struct TestSounds(Arc<Mutex<Seen>>);

impl SoundFiles for TestSounds {
    fn load(&mut self, name: &str, language: &str, rate: SampleRate) -> Result<Clip, SoundError> {
        let mut seen = self.0.lock();
        seen.sounds.push((name.to_owned(), language.to_owned()));
        seen.sound_rates.push(rate);
        let length = seen.lengths.get(&format!("{name}@{language}")).or_else(|| seen.lengths.get(name)).copied();
        if seen.missing { Err(SoundError::Missing) } else { Ok(tone(length.unwrap_or(500))) }
    }
}

fn tone(ms: usize) -> Clip {
    Clip::tone(SampleRate::Hz8000, 440.0, ms, Decibels(-20.0))
}
