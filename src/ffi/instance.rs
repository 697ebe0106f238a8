//! One conference as C holds it: the service, its one media worker, and what lies between them and the host.

use std::collections::{HashMap, VecDeque};
use std::ffi::CString;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};

use super::arguments::c_string;
use super::host::{CallUser, Callbacks, Request, Requests, Served};
use super::sounds::HostSounds;
use super::{ConclaveResult, Outcome};
use crate::audio::SampleRate;
use crate::engine::{self, Capacity, Codec, LegId, MusicFeed, Worker};
use crate::prompts::Mode;
use crate::room::CallResult;
use crate::service::thread::unix_time;
use crate::service::{self, Arrival, CallEvent, CallId, Handle, Placed, Service, Settings};

/// See the module's text.
pub(super) struct Instance {
    callbacks: Callbacks,
    service: Service<Requests>,
    requests: Receiver<Request>,
    handle: Handle<Served>,
    worker: Worker,
    /// The calls that are ours.
    calls: HashMap<CallId, Leg>,
    /// The calls that are the host's again, which it has not been told yet.
    handed_back: VecDeque<HandedBack>,
    /// The music that somebody hears.
    music: HashMap<String, Music>,
    /// Ticks so far: the clock.
    ticks: u64,
    stopped: bool,
    /// Lines for the next conclave_apply().
    pub(super) lines: Vec<SettingLine>,
    /// What the last function had to say.
    pub(super) message: String,
}

/// A call's audio.
struct Leg {
    leg: LegId,
    codec: Codec,
    user: CallUser,
}

/// What the host is to be told of a call that is its own again.
pub(super) struct HandedBack {
    pub(super) call: CallId,
    pub(super) user: CallUser,
    pub(super) result: CallResult,
}

struct Music {
    name: CString,
    feed: MusicFeed,
}

/// A setting as conclave_set() got it.
pub(super) struct SettingLine {
    pub(super) category: String,
    pub(super) name: String,
    pub(super) value: String,
}

impl Instance {
    /// For at most so many calls.
    pub(super) fn new(callbacks: Callbacks, calls: usize) -> Instance {
        let capacity = Capacity { workers: 1, legs: calls, rooms: calls, ..Capacity::default() };
        let (control, workers) = engine::new(capacity);
        let worker = workers.into_iter().next().expect("the engine makes the one worker it was asked for");
        let (sender, requests) = unbounded();
        let sounds = Box::new(HostSounds(callbacks));
        let (service, handle) = service::new(Requests(sender), Settings::default(), control, sounds, Mode::Inline);
        Instance {
            callbacks,
            service,
            requests,
            handle,
            worker,
            calls: HashMap::new(),
            handed_back: VecDeque::new(),
            music: HashMap::new(),
            ticks: 0,
            stopped: false,
            lines: Vec::new(),
            message: String::new(),
        }
    }

    pub(super) fn callbacks(&self) -> Callbacks {
        self.callbacks
    }

    pub(super) fn handle(&self) -> &Handle<Served> {
        &self.handle
    }

    /// The time by the host's ticks.
    pub(super) fn now(&self) -> Duration {
        Duration::from_millis(TICK_MS * self.ticks)
    }

    /// Refuses whatever needs a conference that is held.
    pub(super) fn check_running(&self) -> Outcome {
        if self.stopped { Err(ConclaveResult::Stopped) } else { Ok(()) }
    }

    /// Fails for a reason that the host can ask for.
    pub(super) fn refuse<T>(&mut self, result: ConclaveResult, why: impl ToString) -> Result<T, ConclaveResult> {
        self.message = why.to_string();
        Err(result)
    }

    /// One tick of the host's time.
    pub(super) fn tick(&mut self) -> Outcome {
        self.check_running()?;
        self.step();
        self.fill_music();
        self.worker.begin_tick(self.ticks);
        self.worker.mix();
        self.worker.finish();
        self.ticks += 1;
        Ok(())
    }

    /// Hands every call back.
    pub(super) fn stop(&mut self) {
        if !self.stopped {
            self.stopped = true;
            self.handle.stop();
            self.step();
        }
    }

    pub(super) fn next_handed_back(&mut self) -> Option<HandedBack> {
        self.handed_back.pop_front()
    }

    /// Lets the service do what is due, and does what it asks for.
    pub(super) fn step(&mut self) {
        self.service.set_unix_time(self.now(), unix_time());
        self.service.step(self.now());
        while let Ok(request) = self.requests.try_recv() {
            match request {
                Request::Serve(Placed { call, leg }, Served { codec, user }) => {
                    self.calls.insert(call, Leg { leg, codec, user });
                }
                Request::Release(call, result) => {
                    // Otherwise the host hung it up in the meantime.
                    if let Some(Leg { user, .. }) = self.calls.remove(&call) {
                        self.handed_back.push_back(HandedBack { call, user, result });
                    }
                }
                Request::StartMusic(class, feed) => {
                    let name = c_string(&class);
                    self.music.insert(class, Music { name, feed });
                }
                Request::StopMusic(class) => self.stop_music(&class),
            }
        }
        self.handle.stats()[0].calls.set(self.calls.len());
    }

    /// One tick of each class that somebody hears.
    fn fill_music(&mut self) {
        let table = self.callbacks.table();
        let Some(read) = table.read_music else { return };
        for music in self.music.values_mut() {
            let mut samples = [0; MUSIC_TICK];
            // SAFETY: the host's own function with its own `user`; name and samples live during the call.
            let count = unsafe { read(table.user, music.name.as_ptr(), samples.as_mut_ptr(), MUSIC_TICK) };
            samples[count.min(MUSIC_TICK)..].fill(0);
            music.feed.write_at(SampleRate::Hz8000, &samples);
        }
    }

    fn stop_music(&mut self, class: &str) {
        let table = self.callbacks.table();
        if let (Some(Music { name, .. }), Some(stopped)) = (self.music.remove(class), table.music_stopped) {
            // SAFETY: the host's own function with its own `user`; the name lives during the call.
            unsafe { stopped(table.user, name.as_ptr()) }
        }
    }
}

/// One call.
impl Instance {
    pub(super) fn arrive(&mut self, arrival: Arrival, user: CallUser) -> Result<CallId, ConclaveResult> {
        self.check_running()?;
        let codec = arrival.codec;
        let answer = self.handle.arrive(arrival, Served { codec, user });
        self.step();
        match answer.try_recv() {
            Ok(Ok(placed)) => Ok(placed.call),
            // The engine's being full is the only reason to refuse a call that has not said who it is.
            Ok(Err(_)) => self.refuse(ConclaveResult::Full, engine::Full),
            Err(_) => Err(ConclaveResult::Failed),
        }
    }

    pub(super) fn report(&mut self, call: CallId, event: CallEvent) -> Outcome {
        self.leg(call)?;
        if !self.handle.report(call, event) {
            // So many wait already that they have to be looked at first.
            self.step();
            self.handle.report(call, event);
        }
        Ok(())
    }

    /// The host has the call back by itself, and needs not be told.
    pub(super) fn hang_up(&mut self, call: CallId) -> Outcome {
        if let Some(place) = self.handed_back.iter().position(|back| back.call == call) {
            self.handed_back.remove(place);
            return Ok(());
        }
        self.report(call, CallEvent::Gone)?;
        self.calls.remove(&call);
        Ok(())
    }

    pub(super) fn feed(&mut self, call: CallId, payload: &[u8]) -> Outcome {
        match *self.leg(call)? {
            Leg { codec: Codec::Linear(_), .. } => Err(ConclaveResult::WrongCodec),
            Leg { leg, .. } => {
                for part in payload.chunks(MOST_PAYLOAD) {
                    self.worker.feed(leg, part, None);
                }
                Ok(())
            }
        }
    }

    pub(super) fn feed_samples(&mut self, call: CallId, samples: &[i16]) -> Outcome {
        match *self.leg(call)? {
            Leg { codec: Codec::Linear(rate), leg, .. } => {
                let most = rate.samples_in_ms(MOST_MS);
                for part in samples.chunks(most) {
                    self.worker.feed_linear(leg, part, None);
                }
                Ok(())
            }
            _ => Err(ConclaveResult::WrongCodec),
        }
    }

    /// This tick's audio for a call.
    pub(super) fn output(&mut self, call: CallId) -> Result<engine::Output<'_>, ConclaveResult> {
        let leg = self.leg(call)?.leg;
        Ok(self.worker.output(leg))
    }

    pub(super) fn codec(&self, call: CallId) -> Result<Codec, ConclaveResult> {
        Ok(self.leg(call)?.codec)
    }

    fn leg(&self, call: CallId) -> Result<&Leg, ConclaveResult> {
        self.calls.get(&call).ok_or(ConclaveResult::NoCall)
    }
}

/// What the host's clock goes by.
const TICK_MS: u64 = 20;

/// The service asks for music at 8 kHz.
const MUSIC_TICK: usize = SampleRate::Hz8000.samples_per_tick();

/// What the engine takes at a time.
const MOST_MS: usize = 60;
const MOST_PAYLOAD: usize = SampleRate::Hz8000.samples_in_ms(MOST_MS);
