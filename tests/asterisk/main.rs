//! What only Asterisk has, on a real one: one story a file.

#[path = "../common/mod.rs"]
mod common;

mod address;
mod codecs;
mod console;
mod dialplan;
mod documentation;
mod invite_unload;
mod lamps;
mod leaving_paths;
mod listeners;
mod manager;
mod masquerade;
mod module;
mod music_books;
mod records;
mod settings;
mod slow;
mod sources;
mod stop;
mod unload;
mod ways_in;
