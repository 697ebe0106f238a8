//! What only FreeSWITCH has, on a real one: one story a file. Each is ignored where `make test` finds no FreeSWITCH.

#[path = "../common/mod.rs"]
mod common;

mod config;
mod console;
mod events;
mod invite;
mod media;
mod module;
mod music;
mod patience;
mod sounds;
