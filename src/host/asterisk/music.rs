//! Music on hold: one thread plays each class that somebody hears, once for all who hear it.
//!
//! The PBX's music plays into a channel of our own, whose writes end in the engine's feed. So
//! every kind of class works (files, streams, programs), and no worker ever reads a file.

use std::collections::HashMap;
use std::ffi::c_void;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};
use parking_lot::Mutex;

use super::sys;
use crate::audio::SampleRate;
use crate::engine::MusicFeed;
use crate::host::{c_string, guard};

/// What the thread is told.
pub enum Request {
    /// Play this class into the feed, at the feed's rate; if it plays already, from now on into this one.
    Start(String, MusicFeed),
    /// Stop playing it.
    Stop(String),
}

/// Starts the thread; it ends when the sender is dropped.
pub fn spawn() -> (Sender<Request>, JoinHandle<()>) {
    let (sender, requests) = unbounded();
    let thread = thread::Builder::new()
        .name("conclave-music".into())
        .spawn(move || guard("music", (), || serve(&requests)))
        .expect("a thread can be made");
    (sender, thread)
}

fn serve(requests: &Receiver<Request>) {
    let mut playing: HashMap<String, Playing> = HashMap::new();
    loop {
        // Idle, it waits for a request; else it looks for one after every 20 ms of music.
        let request = if playing.is_empty() {
            match requests.recv() {
                Ok(request) => Some(request),
                Err(_) => return,
            }
        } else {
            match requests.try_recv() {
                Ok(request) => Some(request),
                Err(crossbeam_channel::TryRecvError::Empty) => None,
                Err(crossbeam_channel::TryRecvError::Disconnected) => return,
            }
        };
        match request {
            Some(Request::Start(class, feed)) => {
                let started = match playing.remove(&class) {
                    Some(before) => before.go_on(&class, feed),
                    None => Playing::start(&class, feed),
                };
                match started {
                    Some(started) => drop(playing.insert(class, started)),
                    None => log::warn!("music class '{class}' cannot be played; who waits hears silence"),
                }
            }
            Some(Request::Stop(class)) => drop(playing.remove(&class)),
            None => {
                let mut channels: Vec<_> = playing.values().map(|playing| playing.channel).collect();
                // SAFETY: the channels are this thread's own and open.
                let gone =
                    unsafe { sys::cv_music_serve(channels.as_mut_ptr(), channels.len() as i32, LONGEST_WAIT_MS) };
                if !gone.is_null() {
                    begin_again(&mut playing, gone);
                }
            }
        }
    }
}

/// An administrator hung up a channel of ours ('channel request hangup all'): who waits hears music all the same.
fn begin_again(playing: &mut HashMap<String, Playing>, gone: *mut sys::ast_channel) {
    let Some((class, mut stopped)) = playing.extract_if(|_, playing| playing.channel == gone).next() else { return };
    let Some(feed) = stopped.stop() else { return };
    match Playing::start(&class, feed) {
        Some(started) => drop(playing.insert(class, started)),
        None => log::warn!("music class '{class}' cannot be played again; who waits hears silence"),
    }
}

/// A class that plays. The feed is behind a lock because Asterisk may in principle write from
/// any thread; in fact only this module's does.
struct Playing {
    channel: *mut sys::ast_channel,
    feed: *mut Mutex<MusicFeed>,
}

impl Playing {
    fn start(class: &str, feed: MusicFeed) -> Option<Playing> {
        let rate = feed.rate().hz() as i32;
        let feed = Box::into_raw(Box::new(Mutex::new(feed)));
        let name = c_string(class);
        // SAFETY: the feed lives until the channel is closed, in drop().
        let channel = unsafe { sys::cv_music_open(name.as_ptr(), rate, feed.cast()) };
        if channel.is_null() {
            // SAFETY: nobody else has it.
            drop(unsafe { Box::from_raw(feed) });
            return None;
        }
        Some(Playing { channel, feed })
    }
}

impl Playing {
    /// Plays on into another feed, at its rate.
    fn go_on(mut self, class: &str, feed: MusicFeed) -> Option<Playing> {
        let (name, rate) = (c_string(class), feed.rate().hz() as i32);
        // SAFETY: the feed and the channel live until stop(), which only this thread calls.
        let goes_on = unsafe {
            *(*self.feed).lock() = feed;
            sys::cv_music_retune(self.channel, name.as_ptr(), rate) != 0
        };
        if goes_on { Some(self) } else { Playing::start(class, self.stop()?) }
    }

    /// Closes the channel and gives the feed back, the first time.
    fn stop(&mut self) -> Option<MusicFeed> {
        let feed = std::mem::replace(&mut self.feed, std::ptr::null_mut());
        if feed.is_null() {
            return None;
        }
        // SAFETY: after the close Asterisk writes no more, so the feed is ours again.
        let feed = unsafe {
            sys::cv_music_close(self.channel);
            Box::from_raw(feed)
        };
        Some(feed.into_inner())
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// Held: the music channel's lock.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_music(music: *mut c_void, rate: i32, samples: *const i16, count: usize) {
    guard("music", (), || {
        let Some(rate) = SampleRate::from_hz(rate as u32).filter(|_| !samples.is_null()) else { return };
        // SAFETY: `music` is the feed of a channel that is open; the samples live during the call.
        let (feed, samples) =
            unsafe { (&*music.cast::<Mutex<MusicFeed>>(), std::slice::from_raw_parts(samples, count)) };
        // What finds no room was played too fast; the music is then a little shorter.
        feed.lock().write_at(rate, samples);
    });
}

const LONGEST_WAIT_MS: i32 = 100;
