//! What a caller's phone is like, before he uses it.

use std::time::Duration;

use super::Caller;
use super::line::Line;
use crate::codec::Codec;
use crate::error::Trouble;
use crate::network::Network;
use crate::pbx::Pbx;
use crate::sip::{Agent, Answers, Me};

/// What a [`Caller`]'s phone is like.
pub struct Phone {
    name: String,
    codecs: Vec<Codec>,
    headers: Vec<(String, String)>,
    ptime: u32,
    answers: Answers,
    network: Option<Network>,
}

impl Phone {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            codecs: vec![Codec::Pcmu],
            headers: Vec::new(),
            ptime: 20,
            answers: Answers::default(),
            network: None,
        }
    }

    /// The one codec it speaks.
    pub fn codec(self, codec: Codec) -> Self {
        self.codecs(&[codec])
    }

    /// The codecs it speaks, best first; G.711 µ-law if not said.
    pub fn codecs(mut self, codecs: &[Codec]) -> Self {
        self.codecs = codecs.into();
        self
    }

    /// Asks for packets of so many milliseconds; its own have 20 all the same.
    pub fn ptime(mut self, milliseconds: u32) -> Self {
        self.ptime = milliseconds;
        self
    }

    /// Calls as this endpoint of `pjsip.conf`: `callers-info` has its digits in SIP INFO.
    pub fn endpoint(self, name: &str) -> Self {
        self.header("X-Rig-Endpoint", name)
    }

    /// A further header of the INVITE.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long it rings before it answers a call that comes in, or refuses it; at once if not said. A story about a
    /// phone that nobody answers lets it ring for longer than the story lasts.
    pub fn rings_for(mut self, time: Duration) -> Self {
        self.answers.after = time;
        self
    }

    /// Refuses calls that come in, with this SIP status: 486 is busy, 603 declined.
    pub fn refuses(mut self, status: u16) -> Self {
        self.answers.status = status;
        self
    }

    /// Has early media instead of ringing (183): what it says is heard while it "rings", and it hears.
    pub fn early_media(mut self) -> Self {
        self.answers.early = true;
        self
    }

    /// What the packets that it sends go through; if not said, they go straight on, whenever its thread gets to run. With
    /// one they leave on time, but what it says takes a sixth of a second longer.
    pub fn network(mut self, network: Network) -> Self {
        self.network = Some(network);
        self
    }

    /// Dials a number. Returns at once; see [`Caller::wait_answer`].
    pub fn call(self, pbx: &Pbx, number: &str) -> Result<Caller, Trouble> {
        let caller = self.plug_in(pbx)?;
        caller.line.with(|parts, now| parts.agent.call(number, now));
        Ok(caller)
    }

    /// Waits for a call; [`Caller::dial_string`] is what the dial plan dials.
    pub fn plug_in(self, pbx: &Pbx) -> Result<Caller, Trouble> {
        let peer = ([127, 0, 0, 1], pbx.sip_port()).into();
        let name = self.name.clone();
        let line = Line::open(&self.name, &self.codecs, |sip, rtp_port| {
            let (name, codecs, headers) = (self.name.clone(), self.codecs.clone(), self.headers.clone());
            let (ptime, answers) = (self.ptime, self.answers);
            Agent::new(Me { name, sip, rtp_port, codecs, headers, ptime, answers, traced: true }, peer)
        })?;
        if let Some(network) = self.network {
            line.with(|parts, _| parts.set_network(network));
        }
        let dial_string = pbx.dial_string(&name, line.sip_port());
        Ok(Caller { name, line, dial_string })
    }
}
