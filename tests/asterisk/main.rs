//! What only Asterisk has, on a real one: one story a file.

#[path = "../common/mod.rs"]
mod common;

mod address;
mod codecs;
mod console;
mod dialplan;
mod documentation;
mod invite_unload;
mod leaving_paths;
mod listeners;
mod masquerade;
mod module;
mod music_books;
mod settings;
mod slow;
mod sources;
mod stop;
mod unload;
mod ways_in;
