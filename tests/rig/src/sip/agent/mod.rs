//! One call's SIP, without sockets or threads: messages in through `handle`, time through `tick`, messages out of
//! `outbox`.

mod hear;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::message::Message;
use super::sdp::{Direction, describe};
use crate::codec::Codec;

/// Who we are in a call.
#[derive(Clone, Debug)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) sip: SocketAddr,
    pub(crate) rtp_port: u16,
    pub(crate) codecs: Vec<Codec>,
    /// Further headers of our INVITE.
    pub(crate) headers: Vec<(String, String)>,
    /// The length of packets that we ask for, in ms.
    pub(crate) ptime: u32,
    /// What becomes of incoming calls.
    pub(crate) answers: Answers,
    /// Whether to keep what was sent and received.
    pub(crate) traced: bool,
}

/// What becomes of incoming calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answers {
    /// How long they ring.
    pub(crate) after: Duration,
    /// 200 takes them, anything else refuses them.
    pub(crate) status: u16,
    /// Whether there is audio instead of ringing.
    pub(crate) early: bool,
}

impl Default for Answers {
    fn default() -> Self {
        Self { after: Duration::ZERO, status: 200, early: false }
    }
}

/// Where our audio goes, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Media {
    pub(crate) to: SocketAddr,
    pub(crate) codec: Codec,
    pub(crate) payload_type: u8,
    pub(crate) events: Option<u8>,
    /// Whether we may send now.
    pub(crate) sends: bool,
}

/// How a call ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ending {
    /// Whether we ended it.
    pub by_us: bool,
    /// The SIP status of a call that was refused or cancelled, 200 for one that was up.
    pub status: u16,
    /// That in words: the status, or the other end's `Reason`.
    pub reason: String,
}

pub(crate) struct Agent {
    me: Me,
    peer: SocketAddr,
    call_id: String,
    tag: String,
    local: String,
    remote: String,
    remote_tag: Option<String>,
    target: String,
    cseq: u32,
    version: u32,
    direction: Direction,
    sent: Vec<Transaction>,
    finished: Vec<(u32, u16, String)>,
    incoming: Option<Incoming>,
    last_answer: Option<(String, Vec<u8>)>,
    deaf: bool,
    pub(crate) ringing: bool,
    pub(crate) up: bool,
    pub(crate) ended: Option<Ending>,
    pub(crate) media: Option<Media>,
    /// Bodies of NOTIFY: how far a transfer has come.
    pub(crate) notified: Vec<String>,
    pub(crate) outbox: Vec<Vec<u8>>,
    pub(crate) trace: String,
}

/// A request of ours that has no final answer yet.
struct Transaction {
    cseq: u32,
    request: Message,
    again_at: Option<Instant>,
    interval: Duration,
    gives_up_at: Instant,
    cancel: bool,
}

/// A call that came to us and is not up yet, or whose ACK is missing.
struct Incoming {
    invite: Message,
    /// What we have described already, in a 183; the 200 says the same.
    described: Option<String>,
    answer_at: Option<Instant>,
    ok: Option<(Message, Instant)>,
    tries: u32,
}

impl Agent {
    pub(crate) fn new(me: Me, peer: SocketAddr) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        Self {
            call_id: format!("{count}-{process}@rig"),
            tag: format!("rig{count}"),
            local: format!("<sip:{}@{}>", me.name, me.sip),
            remote: String::new(),
            remote_tag: None,
            target: String::new(),
            cseq: 0,
            version: 1,
            direction: Direction::Both,
            sent: Vec::new(),
            finished: Vec::new(),
            incoming: None,
            last_answer: None,
            deaf: false,
            ringing: false,
            up: false,
            ended: None,
            media: None,
            notified: Vec::new(),
            outbox: Vec::new(),
            trace: String::new(),
            me,
            peer,
        }
    }

    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(crate) fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Calls a number at the peer.
    pub(crate) fn call(&mut self, number: &str, now: Instant) {
        self.target = format!("sip:{number}@{}", self.peer);
        self.remote = format!("<{}>", self.target);
        let body = self.offer();
        let mut invite = self.request("INVITE").with_body("application/sdp", body);
        for (name, value) in &self.me.headers {
            invite = invite.with(name, value.clone());
        }
        self.send(invite, now);
    }

    /// Ends the call, in whatever state it is.
    pub(crate) fn hang_up(&mut self, now: Instant) {
        if self.ended.is_some() {
            return;
        }
        if self.up {
            let bye = self.request("BYE");
            self.send(bye, now);
            self.end(true, 200, "hung up");
        } else if let Some(incoming) = self.incoming.take() {
            self.answer(&incoming.invite, 480, "Temporarily Unavailable");
            self.end(true, 480, "Temporarily Unavailable");
        } else if let Some(invite) = self.sent.iter_mut().find(|sent| sent.cseq == 1) {
            // A CANCEL may not overtake the first answer; `handle` sends it then.
            invite.cancel = true;
            if self.ringing {
                self.cancel(now);
            }
        }
    }

    /// Asks for another direction of the audio; gives the number to ask `result` with.
    pub(crate) fn turn(&mut self, direction: Direction, now: Instant) -> u32 {
        self.direction = direction;
        self.version += 1;
        let body = self.offer();
        let invite = self.request("INVITE").with_body("application/sdp", body);
        self.send(invite, now)
    }

    /// Offers other codecs; gives the number to ask `result` with.
    pub(crate) fn change_codecs(&mut self, codecs: &[Codec], now: Instant) -> u32 {
        self.me.codecs = codecs.into();
        self.turn(self.direction, now)
    }

    /// What the other end knows this call by, as in `Replaces` (RFC 3891): its own tag first.
    pub(crate) fn replaces(&self) -> String {
        let theirs = self.remote_tag.as_deref().unwrap_or_default();
        format!("{};to-tag={theirs};from-tag={}", self.call_id(), self.tag)
    }

    /// The number that was called.
    pub(crate) fn number(&self) -> String {
        let user = self.remote.split("sip:").nth(1).and_then(|rest| rest.split('@').next());
        user.unwrap_or_default().into()
    }

    /// Sends the other end elsewhere; `headers` is what follows the address, from the question mark on.
    pub(crate) fn refer(&mut self, number: &str, headers: &str, now: Instant) -> u32 {
        let to = format!("<sip:{number}@{}{headers}>", self.peer);
        let by = self.local.clone();
        let refer = self.request("REFER").with("Refer-To", to).with("Referred-By", by);
        self.send(refer, now)
    }

    /// A digit by SIP INFO.
    pub(crate) fn info(&mut self, digit: char, now: Instant) -> u32 {
        let body = format!("Signal={digit}\r\nDuration=160\r\n");
        let info = self.request("INFO").with_body("application/dtmf-relay", body);
        self.send(info, now)
    }

    /// The final answer to one of our requests, once it is there.
    pub(crate) fn result(&self, cseq: u32) -> Option<(u16, String)> {
        let found = self.finished.iter().find(|(number, ..)| *number == cseq);
        found.map(|(_, status, reason)| (*status, reason.clone()))
    }

    /// From now on neither hears nor says anything, like a phone without power.
    pub(crate) fn vanish(&mut self) {
        self.deaf = true;
        self.sent.clear();
        self.media = None;
    }

    /// A message came in.
    pub(crate) fn handle(&mut self, message: &Message, now: Instant) {
        if self.deaf {
            return;
        }
        self.note("<-", &message.start, &message.body);
        match message.status() {
            Some((status, reason)) => self.handle_response(message, status, reason, now),
            None => self.handle_request(message, now),
        }
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Instant) {
        let mut given_up = Vec::new();
        for sent in &mut self.sent {
            if now >= sent.gives_up_at {
                given_up.push(sent.cseq);
            } else if sent.again_at.is_some_and(|at| now >= at) {
                sent.interval = (sent.interval * 2).min(Duration::from_secs(4));
                sent.again_at = Some(now + sent.interval);
                self.outbox.push(sent.request.to_bytes());
            }
        }
        for cseq in given_up {
            self.finish(cseq, 408, "Request Timeout");
        }
        let Some(incoming) = &mut self.incoming else {
            return;
        };
        if incoming.answer_at.is_some_and(|at| now >= at) {
            incoming.answer_at = None;
            let (invite, described) = (incoming.invite.clone(), incoming.described.take());
            if self.me.answers.status != 200 {
                self.incoming = None;
                return self.refuse(&invite);
            }
            let body = described.unwrap_or_else(|| self.accept(&invite));
            let contact = self.contact();
            let ok = Message::response(&invite, 200, "OK").with_to_tag(&self.tag).with("Contact", contact);
            let ok = ok.with_body("application/sdp", body);
            self.transmit(&ok);
            self.up = true;
            if let Some(incoming) = &mut self.incoming {
                incoming.ok = Some((ok, now + RETRY));
            }
        } else if let Some((ok, again_at)) = &mut incoming.ok
            && now >= *again_at
        {
            *again_at = now + RETRY;
            incoming.tries += 1;
            self.outbox.push(ok.to_bytes());
            if incoming.tries > 10 {
                self.incoming = None;
            }
        }
    }

    fn offer(&self) -> String {
        let codecs: Vec<_> = self.me.codecs.iter().map(|codec| (*codec, codec.payload_type())).collect();
        describe(self.me.rtp_port, &codecs, Some(EVENTS), self.direction, self.version, self.me.ptime)
    }

    fn acknowledge(&mut self, response: &Message, status: u16) {
        let (cseq, _) = response.cseq();
        let to = response.header("To").unwrap_or_default();
        let ack = Message::request("ACK", if status < 300 { &self.target } else { response.uri("To").unwrap_or("") });
        // The ACK of a refusal belongs to the INVITE's own transaction.
        let branch = response.branch().unwrap_or_default();
        let branch = if status < 300 { format!("{branch}-ack") } else { branch.into() };
        let ack = ack
            .with("Via", format!("SIP/2.0/UDP {};rport;branch={branch}", self.me.sip))
            .with("Max-Forwards", "70")
            .with("From", response.header("From").unwrap_or_default())
            .with("To", to)
            .with("Call-ID", self.call_id.clone())
            .with("CSeq", format!("{cseq} ACK"));
        self.transmit(&ack);
    }

    fn cancel(&mut self, now: Instant) {
        let Some(invite) = self.sent.iter().find(|sent| sent.cseq == 1).map(|sent| sent.request.clone()) else {
            return;
        };
        let mut cancel = Message::request("CANCEL", invite.start.split(' ').nth(1).unwrap_or_default());
        for name in ["Via", "Max-Forwards", "From", "To", "Call-ID"] {
            cancel = cancel.with(name, invite.header(name).unwrap_or_default());
        }
        self.send(cancel.with("CSeq", "1 CANCEL"), now);
    }

    fn request(&mut self, method: &str) -> Message {
        self.cseq += 1;
        let tag = self.remote_tag.as_ref().filter(|_| !self.remote.contains(";tag="));
        let to = tag.map_or_else(|| self.remote.clone(), |tag| format!("{};tag={tag}", self.remote));
        let from =
            if self.local.contains(";tag=") { self.local.clone() } else { format!("{};tag={}", self.local, self.tag) };
        let branch = format!("z9hG4bK{}-{}", self.tag, self.cseq);
        Message::request(method, &self.target)
            .with("Via", format!("SIP/2.0/UDP {};rport;branch={branch}", self.me.sip))
            .with("Max-Forwards", "70")
            .with("From", from)
            .with("To", to)
            .with("Call-ID", self.call_id.clone())
            .with("CSeq", format!("{} {method}", self.cseq))
            .with("Contact", self.contact())
            .with("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY")
            .with("User-Agent", "conclave-rig")
    }

    fn send(&mut self, request: Message, now: Instant) -> u32 {
        let (cseq, _) = request.cseq();
        self.transmit(&request);
        let (again_at, gives_up_at) = (Some(now + RETRY), now + GIVES_UP);
        self.sent.push(Transaction { cseq, request, again_at, interval: RETRY, gives_up_at, cancel: false });
        cseq
    }

    fn answer(&mut self, request: &Message, status: u16, reason: &str) {
        let key = format!("{} {}", request.method().unwrap_or_default(), request.branch().unwrap_or_default());
        let contact = self.contact();
        let response = Message::response(request, status, reason).with_to_tag(&self.tag).with("Contact", contact);
        self.respond(key, response);
    }

    fn respond(&mut self, key: String, response: Message) {
        self.transmit(&response);
        self.last_answer = Some((key, response.to_bytes()));
    }

    fn transmit(&mut self, message: &Message) {
        self.note("->", &message.start, &message.body);
        self.outbox.push(message.to_bytes());
    }

    fn finish(&mut self, cseq: u32, status: u16, reason: &str) {
        self.sent.retain(|sent| sent.cseq != cseq);
        self.finished.push((cseq, status, reason.into()));
        if cseq == 1 && status >= 300 && !self.up {
            self.end(status == 487, status, reason);
        }
    }

    fn end(&mut self, by_us: bool, status: u16, reason: &str) {
        self.media = None;
        self.up = false;
        self.ended.get_or_insert(Ending { by_us, status, reason: reason.into() });
    }

    fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.me.name, self.me.sip)
    }

    fn note(&mut self, way: &str, start: &str, body: &str) {
        if self.me.traced {
            let body: String = body.lines().map(|line| format!("\n      {line}")).collect();
            self.trace.push_str(&format!("{} {way} {start}{body}\n", self.me.name));
        }
    }
}

const EVENTS: u8 = 101;
const RETRY: Duration = Duration::from_millis(500);
const GIVES_UP: Duration = Duration::from_secs(32);
