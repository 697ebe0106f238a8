//! Music: a thread for each class that somebody hears reads it, once for all who hear it.
//!
//! A class is named as FreeSWITCH names music: a stream of `local_stream.conf` by its name (`moh`), anything that its
//! `playback` takes (`local_stream://moh`, `shout://host/jazz.mp3`, `tone_stream://...;loops=-1`), or a file, which is
//! played over and over. The class `default` is what FreeSWITCH's administrator chose for held calls,
//! `$${hold_music}`, else the stream `default`. A stream that `local_stream.conf` lacks is its stream `default`
//! (mod_local_stream's rule, with a warning of its own).
//!
//! FreeSWITCH's streams never make a reader wait: while one has nothing, it delivers silence. What is read through the
//! network, or from a disk that is slow, may stall; that is why no class shares its thread with another.

use std::collections::HashMap;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, unbounded};

use super::file::File;
use super::sounds;
use crate::audio::SampleRate;
use crate::engine::MusicFeed;
use crate::host::guard;

/// The classes that play. Dropping it ends them all, and waits for what is being read.
#[derive(Default)]
pub struct Music {
    playing: HashMap<String, Sender<MusicFeed>>,
    threads: Vec<JoinHandle<()>>,
}

impl Music {
    /// Plays a class into a feed, at the feed's rate; if it plays already, from now on into this one, from the same place.
    pub fn start(&mut self, class: &str, feed: MusicFeed) {
        let feed = match self.playing.get(class) {
            Some(feeds) => match feeds.send(feed) {
                Ok(()) => return,
                Err(unsent) => unsent.into_inner(),
            },
            None => feed,
        };
        self.threads.retain(|thread| !thread.is_finished());
        let (sender, feeds) = unbounded();
        let name = class.to_owned();
        let thread = thread::Builder::new()
            .name("conclave-music".into())
            .spawn(move || guard("music", (), || play(&name, feed, &feeds)));
        match thread {
            Ok(thread) => {
                self.threads.push(thread);
                self.playing.insert(class.to_owned(), sender);
            }
            Err(error) => log::error!("no thread for the music class '{class}', who waits hears silence: {error}"),
        }
    }

    /// Plays it no longer.
    pub fn stop(&mut self, class: &str) {
        self.playing.remove(class);
    }
}

impl Drop for Music {
    fn drop(&mut self) {
        self.playing.clear();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// On a class's own thread, until its sender is gone.
fn play(class: &str, mut feed: MusicFeed, feeds: &Receiver<MusicFeed>) {
    let (mut told, mut place) = (false, Duration::ZERO);
    loop {
        let address = address(class, feed.rate());
        let left = match File::open(&address, rate_of(&address, feed.rate())) {
            Some(file) => stream(file, place, &mut feed, feeds),
            None => Left::Silent,
        };
        place = Duration::ZERO;
        match left {
            Left::Over => told = false,
            Left::Renewed(better, at) => (feed, place) = (better, at),
            Left::Stopped => return,
            Left::Silent => {
                if !std::mem::replace(&mut told, true) {
                    log::warn!("music class '{class}' cannot be played; who waits hears silence until it can");
                }
                match feeds.recv_timeout(RETRY) {
                    Ok(other) => feed = other,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    }
}

/// Why a file is read no longer.
enum Left {
    /// It has come to its end.
    Over,
    /// It has nothing to be heard.
    Silent,
    /// It is to be heard at another rate, from this place on.
    Renewed(MusicFeed, Duration),
    /// Nobody hears it.
    Stopped,
}

/// Reads a file as fast as it is heard.
fn stream(mut file: File, place: Duration, feed: &mut MusicFeed, feeds: &Receiver<MusicFeed>) -> Left {
    let rate = file.rate();
    let began = if file.has_places() { place } else { Duration::ZERO };
    if !began.is_zero() {
        file.go_to((began.as_secs_f64() * f64::from(file.own_hz())) as i64);
    }
    let mut heard = Duration::ZERO;
    let mut due = Instant::now().checked_sub(AHEAD).unwrap_or_else(Instant::now);
    loop {
        match feeds.try_recv() {
            Ok(other) if other.rate() == feed.rate() => *feed = other,
            Ok(other) => return Left::Renewed(other, began + heard),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Left::Stopped,
        }
        let Some(samples) = file.read(rate.samples_per_tick()) else {
            return if heard.is_zero() && began.is_zero() { Left::Silent } else { Left::Over };
        };
        // What finds no room was read too fast; the music is then a little shorter.
        feed.write_at(rate, samples);
        let lasts = Duration::from_secs(samples.len() as u64) / rate.hz();
        heard += lasts;
        due += lasts;
        let now = Instant::now();
        if now > due + LATEST {
            // It stalled: what was missed is not made up for.
            due = now;
        }
        thread::sleep(due.saturating_duration_since(now));
    }
}

/// What FreeSWITCH opens for a class.
fn address(class: &str, rate: SampleRate) -> String {
    let chosen = || sounds::variable(c"hold_music").filter(|chosen| chosen.contains("://") || chosen.starts_with('/'));
    if class == DEFAULT
        && let Some(chosen) = chosen()
    {
        return chosen;
    }
    if class.contains("://") {
        return class.to_owned();
    }
    sounds::find(class, "", rate).unwrap_or_else(|| format!("local_stream://{class}"))
}

/// The rate that it is asked for: of the streams `moh/8000` to `moh/48000` there is none for 24 kHz, and
/// mod_local_stream, src/mod/formats/mod_local_stream/mod_local_stream.c, local_stream_file_open(), takes no other.
fn rate_of(address: &str, rate: SampleRate) -> SampleRate {
    match rate {
        SampleRate::Hz24000 if address.starts_with("local_stream://") => SampleRate::Hz48000,
        rate => rate,
    }
}

const DEFAULT: &str = "default";

/// So much is written before it is heard, for a thread that wakes late.
const AHEAD: Duration = Duration::from_millis(60);

/// A thread that is later than this has missed it.
const LATEST: Duration = Duration::from_millis(300);

/// What cannot be played is tried again after this.
const RETRY: Duration = Duration::from_secs(5);
