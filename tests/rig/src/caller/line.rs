//! The thread behind a caller: two sockets, a packet each 20 ms.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::ear::Ear;
use super::mouth::Mouth;
use crate::codec::Codec;
use crate::error::Trouble;
use crate::network::{AHEAD, Network, Way};
use crate::rtp::Packet;
use crate::sip::{Agent, Message};
use crate::sys::{self, ReceiveBatch};

pub(super) struct Line {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the caller's own thread and the test's thread both use.
pub(super) struct Parts {
    pub(super) agent: Agent,
    pub(super) mouth: Mouth,
    pub(super) ear: Ear,
    /// What its packets go through; without one they go straight on.
    pub(super) way: Option<Way>,
    codecs: Vec<Codec>,
}

struct Shared {
    sip: UdpSocket,
    rtp: Arc<UdpSocket>,
    parts: Mutex<Parts>,
    changed: Condvar,
    closing: AtomicBool,
}

impl Parts {
    pub(super) fn codec(&self) -> Codec {
        self.agent.media.map_or(self.codecs[0], |media| media.codec)
    }

    pub(super) fn set_network(&mut self, network: Network) {
        match &mut self.way {
            Some(way) => way.network = network,
            None => self.way = Some(Way::new(network)),
        }
    }
}

impl Line {
    pub(super) fn open(
        name: &str,
        codecs: &[Codec],
        agent: impl FnOnce(SocketAddr, u16) -> Agent,
    ) -> Result<Self, Trouble> {
        static SOURCES: AtomicU32 = AtomicU32::new(1);
        let doing = || Trouble::system(format!("opening sockets for {name}"));
        if codecs.is_empty() {
            return Err(Trouble::Unusable(format!("{name} speaks no codec")));
        }
        let socket = || {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok((socket, address))
        };
        let (sip, sip_address) = socket().map_err(doing())?;
        let (rtp, rtp_address) = socket().map_err(doing())?;
        sys::stamp_arrivals(&rtp);
        let source = SOURCES.fetch_add(1, Ordering::Relaxed).wrapping_mul(2_654_435_761);
        let parts = Parts {
            agent: agent(sip_address, rtp_address.port()),
            mouth: Mouth::new(codecs[0].rate(), source),
            ear: Ear::default(),
            way: None,
            codecs: codecs.into(),
        };
        let parts = Mutex::new(parts);
        let shared = Arc::new(Shared {
            sip,
            rtp: Arc::new(rtp),
            parts,
            changed: Condvar::new(),
            closing: AtomicBool::new(false),
        });
        let thread = std::thread::Builder::new().name(format!("caller {name}")).spawn({
            let shared = shared.clone();
            move || shared.run()
        });
        Ok(Self { shared, thread: Some(thread.map_err(doing())?) })
    }

    pub(super) fn sip_port(&self) -> u16 {
        self.shared.sip.local_addr().map_or(0, |address| address.port())
    }

    /// Does something with the caller's parts and sends what comes of it.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Parts, Instant) -> T) -> T {
        let mut parts = self.shared.parts.lock().unwrap();
        let result = act(&mut parts, Instant::now());
        self.shared.flush(&mut parts);
        result
    }

    /// Waits until something is so; `false` if the time is over first.
    pub(super) fn wait(&self, timeout: Duration, fits: impl Fn(&Parts) -> bool) -> bool {
        let parts = self.shared.parts.lock().unwrap();
        let (_parts, result) = self.shared.changed.wait_timeout_while(parts, timeout, |parts| !fits(parts)).unwrap();
        !result.timed_out()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Ok(mut parts) = self.shared.parts.lock() {
            parts.agent.hang_up(Instant::now());
            self.shared.flush(&mut parts);
        }
        self.shared.closing.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut next_frame = Instant::now();
        let (mut next_turn, mut in_turns) = (next_frame, false);
        let mut buffer = [0; 4096];
        let mut batch = ReceiveBatch::new();
        let mut packet = Vec::with_capacity(2048);
        while !self.closing.load(Ordering::Relaxed) {
            let timeout = next_turn.saturating_duration_since(Instant::now());
            // The kernel notes when a packet comes, so one that is measured can wait for the next turn.
            let rtp = if in_turns { -1 } else { self.rtp.as_raw_fd() };
            let [sip, rtp] = sys::wait_readable([self.sip.as_raw_fd(), rtp], timeout);
            let mut parts = self.parts.lock().unwrap();
            let now = Instant::now();
            if rtp || in_turns && now >= next_turn {
                self.hear(&mut parts, &mut batch, now);
            }
            while sip && let Ok((length, _)) = self.sip.recv_from(&mut buffer) {
                if let Some(message) = Message::parse(&buffer[..length]) {
                    parts.agent.handle(&message, now);
                }
            }
            if now >= next_turn {
                parts.agent.tick(now);
                in_turns = parts.way.is_some();
                while next_frame <= now {
                    next_frame = self.speak(&mut parts, next_frame, &mut packet);
                    // After a long stall the missed frames are not made up for in one burst, but what was said through a
                    // network has no gaps: it is measured.
                    if !in_turns && now > next_frame + LONGEST_STALL {
                        next_frame = now + FRAME;
                    }
                }
                next_turn = if in_turns { now + TURN } else { next_frame };
            }
            self.flush(&mut parts);
            drop(parts);
            self.changed.notify_all();
        }
    }

    /// Hears what has come, at the times at which the kernel got it; the rest of many waits for the next turn.
    fn hear(&self, parts: &mut Parts, batch: &mut ReceiveBatch, now: Instant) {
        let Parts { agent, ear, codecs, .. } = parts;
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        batch.receive(&self.rtp, |_, at, _, bytes| {
            if let (Some(packet), Some(media)) = (Packet::parse(bytes), &agent.media) {
                let at = now.checked_sub(wall.saturating_sub(at)).unwrap_or(now);
                ear.hear(&packet, media, codecs, at);
            }
        });
    }

    /// Sends a packet, if the call has got so far; gives the time for the next.
    fn speak(&self, parts: &mut Parts, time: Instant, packet: &mut Vec<u8>) -> Instant {
        let Parts { agent, mouth, way, .. } = parts;
        let network = way.as_ref().map(|way| way.network).unwrap_or_default();
        if let Some(media) = agent.media.filter(|media| media.sends) {
            mouth.frame(&media, &network, packet);
            match way {
                Some(way) => {
                    let due = time + AHEAD;
                    way.begin(due);
                    if !packet.is_empty() {
                        way.send(due, packet, &self.rtp, media.to);
                    }
                }
                None => drop(self.rtp.send_to(packet, media.to)),
            }
        }
        time + network.interval()
    }

    fn flush(&self, parts: &mut Parts) {
        let peer = parts.agent.peer();
        for bytes in parts.agent.outbox.drain(..) {
            let _ = self.sip.send_to(&bytes, peer);
        }
    }
}

const FRAME: Duration = Duration::from_millis(20);
/// How often one whose packets go through a network makes them and hears what has come: a hundred who are measured leave
/// the machine to the PBX.
const TURN: Duration = Duration::from_millis(60);
const LONGEST_STALL: Duration = Duration::from_millis(200);
