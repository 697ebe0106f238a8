//! What the agent does with a message that came in.

use std::time::Instant;

use super::{Agent, Answers, Incoming, Media, Transaction};
use crate::codec::Codec;
use crate::sip::message::Message;
use crate::sip::sdp::{Description, Direction, describe};

impl Agent {
    pub(super) fn handle_response(&mut self, message: &Message, status: u16, reason: &str, now: Instant) {
        let (cseq, method) = message.cseq();
        let Some(sent) = self.sent.iter_mut().find(|sent| sent.request.cseq() == (cseq, method)) else {
            // The other end repeats its answer: our ACK was lost.
            if method == "INVITE" && status >= 200 {
                self.acknowledge(message, status);
            }
            return;
        };
        if status < 200 {
            sent.again_at = None;
            if method == "INVITE" && cseq == 1 {
                let cancel = sent.cancel && !self.ringing;
                self.ringing = true;
                if !message.body.is_empty() {
                    self.adopt(message);
                }
                if cancel {
                    self.cancel(now);
                }
            }
            return;
        }
        if method == "INVITE" {
            if status < 300 {
                self.adopt(message);
            }
            let cancelled = sent_was_cancelled(&self.sent, cseq);
            self.acknowledge(message, status);
            if status < 300 && cseq == 1 {
                self.up = true;
                if cancelled {
                    self.finish(cseq, status, reason);
                    return self.hang_up(now);
                }
            }
        }
        if method == "CANCEL" {
            self.sent.retain(|sent| sent.request.cseq() != (cseq, method));
            return;
        }
        self.finish(cseq, status, reason);
    }

    pub(super) fn handle_request(&mut self, message: &Message, now: Instant) {
        let method = message.method().unwrap_or_default();
        let key = format!("{method} {}", message.branch().unwrap_or_default());
        if method != "ACK"
            && let Some((last, answer)) = &self.last_answer
            && *last == key
        {
            return self.outbox.push(answer.clone());
        }
        let ours = message.call_id() == self.call_id && message.tag("To") == Some(&self.tag);
        match method {
            "INVITE" if !ours && self.remote.is_empty() => self.ring(message, now),
            "INVITE" if !ours => self.answer(message, 486, "Busy Here"),
            "CANCEL" => {
                self.answer(message, 200, "OK");
                if let Some(incoming) = self.incoming.take_if(|incoming| incoming.ok.is_none()) {
                    self.answer(&incoming.invite, 487, "Request Terminated");
                    self.end(false, 487, "Request Terminated");
                }
            }
            "OPTIONS" => self.answer(message, 200, "OK"),
            "ACK" => {
                if self.incoming.as_ref().is_some_and(|incoming| incoming.ok.is_some()) {
                    self.incoming = None;
                }
                if !message.body.is_empty() {
                    self.adopt(message);
                }
            }
            _ if !ours => self.answer(message, 481, "Call/Transaction Does Not Exist"),
            "INVITE" | "UPDATE" if !message.body.is_empty() || method == "INVITE" => {
                let body = self.accept(message);
                let contact = self.contact();
                let ok = Message::response(message, 200, "OK").with("Contact", contact);
                self.respond(key, ok.with_body("application/sdp", body));
            }
            "BYE" => {
                self.answer(message, 200, "OK");
                self.end(false, 200, message.header("Reason").unwrap_or("hung up"));
            }
            "NOTIFY" => {
                let report = message.body.trim();
                self.notified.push(report.into());
                self.answer(message, 200, "OK");
                // Whoever transferred leaves when it is done; Asterisk waits for that.
                if report.starts_with("SIP/2.0 2") {
                    self.hang_up(now);
                }
            }
            "INFO" | "UPDATE" | "MESSAGE" => self.answer(message, 200, "OK"),
            _ => self.answer(message, 501, "Not Implemented"),
        }
    }

    fn ring(&mut self, invite: &Message, now: Instant) {
        self.call_id = invite.call_id().into();
        self.remote = invite.header("From").unwrap_or_default().into();
        self.remote_tag = invite.tag("From").map(String::from);
        self.local = format!("{};tag={}", invite.header("To").unwrap_or_default(), self.tag);
        self.target = invite.uri("Contact").unwrap_or_default().into();
        let Answers { after, status, early } = self.me.answers;
        if status != 200 && after.is_zero() && !early {
            return self.refuse(invite);
        }
        self.ringing = true;
        let described = early.then(|| self.accept(invite));
        if let Some(body) = described.clone() {
            let contact = self.contact();
            let progress = Message::response(invite, 183, "Session Progress").with_to_tag(&self.tag);
            let progress = progress.with("Contact", contact).with_body("application/sdp", body);
            self.transmit(&progress);
        } else {
            self.answer(invite, 180, "Ringing");
        }
        // A repeated INVITE must not get its 180 again once the 200 is out.
        self.last_answer = None;
        let answer_at = Some(now + after);
        self.incoming = Some(Incoming { invite: invite.clone(), described, answer_at, ok: None, tries: 0 });
    }

    pub(super) fn refuse(&mut self, invite: &Message) {
        let status = self.me.answers.status;
        self.answer(invite, status, "Declined by the rig");
        self.end(true, status, "Declined by the rig");
    }

    /// Takes the other end's offer, if there is one, and gives our description.
    pub(super) fn accept(&mut self, message: &Message) -> String {
        let Some(theirs) = Description::parse(&message.body) else {
            return self.offer();
        };
        self.version += 1;
        let mine = self.me.codecs.iter();
        let theirs_of = |mine: &Codec| {
            let found = theirs.codecs.iter().find(|(theirs, _)| theirs.encoding() == mine.encoding());
            found.map(|(_, number)| (*mine, *number))
        };
        let chosen = mine.filter_map(theirs_of).next();
        self.adopt(message);
        let direction = match theirs.direction.mirrored() {
            Direction::Both => self.direction,
            narrower => narrower,
        };
        describe(self.me.rtp_port, chosen.as_slice(), theirs.events, direction, self.version, self.me.ptime)
    }

    /// Learns from a message where the other end is and how it wants its audio.
    fn adopt(&mut self, message: &Message) {
        if message.status().is_some() {
            if let Some(tag) = message.tag("To") {
                self.remote_tag = Some(tag.into());
            }
            if let Some(contact) = message.uri("Contact") {
                self.target = contact.into();
            }
        }
        let Some(theirs) = Description::parse(&message.body) else {
            return;
        };
        let mine = |theirs: &Codec| self.me.codecs.iter().copied().find(|mine| mine.encoding() == theirs.encoding());
        let mut both = theirs.codecs.iter().filter_map(|(codec, number)| Some((mine(codec)?, *number)));
        let Some((codec, payload_type)) = both.next() else {
            return;
        };
        let sends = self.direction.sends() && theirs.direction.mirrored().sends();
        self.media = Some(Media { to: theirs.address, codec, payload_type, events: theirs.events, sends });
    }
}

fn sent_was_cancelled(sent: &[Transaction], cseq: u32) -> bool {
    sent.iter().any(|sent| sent.cseq == cseq && sent.cancel)
}
