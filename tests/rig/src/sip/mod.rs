//! SIP as far as a caller on loopback needs it: messages, SDP, and one call's state machine.

mod agent;
mod message;
mod sdp;

pub use agent::Ending;
pub(crate) use agent::{Agent, Answers, Me, Media};
pub(crate) use message::Message;
pub(crate) use sdp::Direction;
