//! The thread that serves all calls: each millisecond it sends what is due and reads what has come.

use std::collections::HashMap;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use super::Plan;
use super::calls::Call;
use super::keyed::Keying;
use super::report::{Lateness, Report};
use crate::codec::Codec;
use crate::error::Trouble;
use crate::rtp::Packet;
use crate::sip::{Agent, Answers, Me, Message};
use crate::sys::{self, ReceiveBatch, SendBatch};

pub(super) enum Order {
    Reset,
    Report(Sender<Report>),
    HangUp,
}

pub(super) struct Engine {
    plan: Plan,
    sip: UdpSocket,
    sockets: Vec<UdpSocket>,
    calls: Vec<Call>,
    by_id: HashMap<String, usize>,
    /// Which call Asterisk serves from which of its ports.
    by_port: Vec<Option<usize>>,
    /// The calls that send in each millisecond of the 20.
    slots: Vec<Vec<usize>>,
    rooms: Vec<Room>,
    begun: usize,
    began: Instant,
    batches: Vec<SendBatch>,
    lateness: Lateness,
    own_losses: u64,
    own_lateness: Duration,
    drops: Vec<u32>,
    drops_before: u64,
    counted_from: Duration,
}

struct Room {
    keying: Keying,
    /// Which talker keyed the tone, and when its first sample left.
    onsets: Vec<(Option<usize>, Duration)>,
}

impl Engine {
    pub(super) fn new(pbx: u16, plan: Plan) -> Result<Self, Trouble> {
        if plan.rooms.is_empty() || plan.talkers == 0 || plan.calls == 0 || plan.calls_a_second <= 0.0 {
            return Err(Trouble::Unusable("a load needs rooms, talkers, calls and a rate".into()));
        }
        let open = || {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_nonblocking(true)?;
            sys::stamp_arrivals(&socket);
            Ok(socket)
        };
        let doing = || Trouble::system("opening the load's sockets");
        // What a slow Asterisk has not read yet weighs on the socket that sent it, so each serves only so many.
        let count = plan.calls.div_ceil(CALLS_A_SOCKET);
        let sip = open().map_err(doing())?;
        let address = sip.local_addr().map_err(doing())?;
        let sockets = (0..count).map(|_| open()).collect::<Result<Vec<_>, _>>().map_err(doing())?;
        let mut calls = Vec::with_capacity(plan.calls);
        let (quiet, speech) = (quiet(plan.codec), stretched(&plan.speech, plan.codec.frame() / 160));
        let mut slots = vec![Vec::new(); SLOTS];
        for number in 0..plan.calls {
            let socket = number % count;
            let me = Me {
                name: format!("load{number}"),
                sip: address,
                rtp_port: sockets[socket].local_addr().map_err(doing())?.port(),
                codecs: vec![plan.codec],
                headers: Vec::new(),
                ptime: 20,
                answers: Answers { status: 486, ..Answers::default() },
                traced: false,
            };
            let agent = Agent::new(me, ([127, 0, 0, 1], pbx).into());
            let rooms = (plan.rooms.len(), plan.talkers);
            let mut call = Call::new(agent, number, rooms, count, (plan.codec, quiet.clone()));
            if call.talker.is_some() {
                call.speaks(speech.clone(), number * 40_009);
            }
            calls.push(call);
            // Steps of the golden ratio: however few of the first calls one looks at, they lie evenly in the 20 ms.
            slots[((number as f64 * 0.618_033_988_75).fract() * SLOTS as f64) as usize].push(number);
        }
        choose_ears(&mut calls, &plan);
        let (now, _) = sys::clocks();
        let room = |number| {
            let members = plan.calls.saturating_sub(number).div_ceil(plan.rooms.len());
            Room { keying: Keying::new(plan.talkers.min(members).max(1), number as u32 + 1, now), onsets: Vec::new() }
        };
        Ok(Self {
            rooms: (0..plan.rooms.len()).map(room).collect(),
            by_id: calls.iter().enumerate().map(|(at, call)| (call.agent.call_id().to_owned(), at)).collect(),
            batches: (0..count).map(|_| SendBatch::default()).collect(),
            by_port: vec![None; 1 << 16],
            drops: vec![0; count],
            drops_before: 0,
            lateness: Lateness::default(),
            own_losses: 0,
            own_lateness: Duration::ZERO,
            counted_from: now,
            begun: 0,
            began: Instant::now(),
            plan,
            sip,
            sockets,
            calls,
            slots,
        })
    }

    /// Runs until the order to hang up, or until whoever gives orders is gone.
    pub(super) fn run(&mut self, orders: &Receiver<Order>, ready: &Sender<()>) {
        let mut receive = ReceiveBatch::new();
        let (mut next, _) = sys::clocks();
        self.began = Instant::now();
        let mut told = false;
        let mut beat = 0_usize;
        sys::ask_to_go_first();
        loop {
            next += SLOT;
            beat += 1;
            sys::sleep_until(next);
            let (now, _) = sys::clocks();
            // Frames that are this late are better not sent than sent in one burst with those that follow.
            while now > next + HOPELESS {
                self.skip(beat % SLOTS);
                next += SLOT;
                beat += 1;
            }
            self.send(beat % SLOTS, next);
            self.receive(&mut receive);
            self.talk_sip(beat);
            if !told && self.begun == self.calls.len() && self.calls.iter().all(|call| call.agent.up) {
                told = true;
                let _ = ready.send(());
            }
            match orders.try_recv() {
                Ok(Order::Reset) => self.reset(),
                Ok(Order::Report(answer)) => drop(answer.send(self.report())),
                Ok(Order::HangUp) | Err(std::sync::mpsc::TryRecvError::Disconnected) => break,
                Err(std::sync::mpsc::TryRecvError::Empty) => {}
            }
        }
        self.hang_up();
    }

    fn skip(&mut self, slot: usize) {
        for &number in &self.slots[slot] {
            if self.calls[number].destination().is_some() {
                self.calls[number].skip();
                self.own_losses += 1;
            }
        }
    }

    fn send(&mut self, slot: usize, due: Duration) {
        let (mut header, mut payload) = ([0; 12], Vec::new());
        let (now, _) = sys::clocks();
        let late = now.saturating_sub(due);
        for &number in &self.slots[slot] {
            let call = &mut self.calls[number];
            let Some((to, payload_type)) = call.destination() else {
                continue;
            };
            let room = &mut self.rooms[call.room];
            let onset = call.frame(payload_type, &mut room.keying, due, &mut header, &mut payload);
            // The tone left when the packet did, not when it should have.
            let talker = call.talker;
            room.onsets.extend(onset.map(|onset| (talker, onset + late)));
            self.batches[call.socket].push(to, &header, &payload);
        }
        let batches = self.batches.iter_mut().zip(&self.sockets);
        for (batch, socket) in batches.filter(|(batch, _)| batch.len() > 0) {
            self.own_losses += batch.send(socket) as u64;
            self.own_lateness = self.own_lateness.max(late);
        }
    }

    fn receive(&mut self, batch: &mut ReceiveBatch) {
        let (_, ahead) = sys::clocks();
        let Self { sockets, by_port, calls, drops, lateness, .. } = self;
        for (socket, drops) in sockets.iter().zip(drops) {
            let each = |port: u16, at: Duration, dropped: Option<u32>, bytes: &[u8]| {
                *drops = dropped.unwrap_or(*drops);
                let call = by_port[usize::from(port)];
                if let (Some(call), Some(packet)) = (call, Packet::parse(bytes)) {
                    calls[call].hear(&packet, at.saturating_sub(ahead), lateness);
                }
            };
            let mut each = each;
            // Whatever comes meanwhile can wait for the next beat.
            for _ in 0..16 {
                if batch.receive(socket, &mut each) < 32 {
                    break;
                }
            }
        }
    }

    fn talk_sip(&mut self, beat: usize) {
        let now = Instant::now();
        let due = (self.began.elapsed().as_secs_f64() * self.plan.calls_a_second) as usize;
        while self.begun < self.calls.len().min(due) {
            let room = self.begun % self.plan.rooms.len();
            self.calls[self.begun].agent.call(&self.plan.rooms[room], now);
            self.flush(self.begun);
            self.begun += 1;
        }
        let mut buffer = [0; 4096];
        while let Ok((length, _)) = self.sip.recv_from(&mut buffer) {
            let Some(message) = Message::parse(&buffer[..length]) else {
                continue;
            };
            let Some(&number) = self.by_id.get(message.call_id()) else {
                continue;
            };
            self.calls[number].agent.handle(&message, now);
            if let Some(media) = self.calls[number].agent.media {
                self.by_port[usize::from(media.to.port())] = Some(number);
            }
            self.flush(number);
        }
        // Repeats are rare and not urgent: each call is asked ten times a second.
        for number in (beat % 100..self.begun).step_by(100) {
            self.calls[number].agent.tick(now);
            self.flush(number);
        }
    }

    fn flush(&mut self, number: usize) {
        let agent = &mut self.calls[number].agent;
        let peer = agent.peer();
        for bytes in agent.outbox.drain(..) {
            let _ = self.sip.send_to(&bytes, peer);
        }
    }

    fn reset(&mut self) {
        self.calls.iter_mut().for_each(Call::reset);
        self.rooms.iter_mut().for_each(|room| room.onsets.clear());
        self.lateness = Lateness::default();
        self.own_losses = 0;
        self.own_lateness = Duration::ZERO;
        self.drops_before = self.drops.iter().map(|&drops| u64::from(drops)).sum();
        (self.counted_from, _) = sys::clocks();
    }

    fn report(&mut self) -> Report {
        let (now, _) = sys::clocks();
        let least = ((now - self.counted_from).as_secs_f64() * 50.0 * 0.95) as u64;
        let drops: u64 = self.drops.iter().map(|&drops| u64::from(drops)).sum();
        let mut report = Report {
            lateness: self.lateness.percentile(99),
            own_losses: self.own_losses + drops - self.drops_before,
            own_lateness: self.own_lateness,
            ..Report::default()
        };
        for call in &self.calls {
            report.up += usize::from(call.agent.up);
            report.over += usize::from(call.agent.ended.is_some());
            report.sent += call.count.sent;
            report.received += call.count.received;
            report.lost += call.count.lost;
            report.late += call.count.late;
            report.starved += usize::from(call.count.received < least);
            if let Some(heard) = call.heard() {
                let onsets = self.rooms[call.room].onsets.iter();
                let can_hear = |talker: Option<usize>| !self.plan.echo || talker == call.talker;
                let onsets: Vec<_> = onsets.filter(|(talker, _)| can_hear(*talker)).map(|(_, at)| *at).collect();
                let (delays, missed) = heard.delays(&onsets);
                report.mouth_to_ear.extend(delays);
                report.tones_missed += missed;
            }
        }
        report.mouth_to_ear.sort_unstable();
        report
    }

    fn hang_up(&mut self) {
        for number in 0..self.calls.len() {
            self.calls[number].agent.hang_up(Instant::now());
            self.flush(number);
            // In bursts that the other end's socket can hold.
            if number % 20 == 19 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        // A BYE that was lost is repeated after half a second.
        let until = Instant::now() + Duration::from_secs(2);
        for beat in 0.. {
            std::thread::sleep(SLOT);
            self.talk_sip(beat);
            if Instant::now() > until {
                break;
            }
        }
    }
}

/// Those who listen for the tone: in other rooms first, and at other places in the 20 ms.
fn choose_ears(calls: &mut [Call], plan: &Plan) {
    let fits = |call: &&mut Call| call.talker.is_some() == plan.echo;
    for call in calls.iter_mut().filter(fits).take(plan.ears) {
        call.listens();
    }
}

/// What a telephone sends of whom nobody would say that he talks: silence in G.711, the noise of a quiet room in what
/// costs its receiver more than a look at it. A second of it, frame by frame.
fn quiet(codec: Codec) -> Arc<[Vec<u8>]> {
    let loudest = if matches!(codec, Codec::Pcmu | Codec::Pcma) { 0 } else { 16 };
    let (mut encoder, mut random) = (codec.encoder(), 1_u32);
    let mut frame = || {
        let noise = |_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) as i16 % (loudest + 1)
        };
        let samples: Vec<i16> = (0..codec.frame()).map(noise).collect();
        let mut payload = Vec::new();
        encoder.encode(&samples, &mut payload);
        payload
    };
    // A fresh encoder's first frames are no noise, but how it finds its measure.
    (0..50).for_each(|_| drop(frame()));
    (0..50).map(|_| frame()).collect()
}

/// Speech at so many times its rate, in straight lines from sample to sample.
fn stretched(speech: &Arc<[i16]>, times: usize) -> Arc<[i16]> {
    if times == 1 {
        return speech.clone();
    }
    let times = times as i32;
    let between = |pair: &[i16]| {
        let (from, to) = (i32::from(pair[0]), i32::from(pair[1]));
        (0..times).map(move |at| (from + (to - from) * at / times) as i16)
    };
    speech.windows(2).flat_map(between).collect()
}

const CALLS_A_SOCKET: usize = 50;
const SLOTS: usize = 20;
const HOPELESS: Duration = Duration::from_millis(40);
const SLOT: Duration = Duration::from_millis(1);
