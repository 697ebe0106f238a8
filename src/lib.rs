//! Conclave: telephone conferences for Asterisk, FreeSWITCH and any C host.

pub mod audio;
pub mod engine;
pub mod room;
pub mod service;
