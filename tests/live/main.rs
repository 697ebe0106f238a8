//! Conclave in a PBX, from its callers' telephones: one story a file, the same for each PBX that `CONCLAVE_HOST` may name.

#[path = "../common/mod.rs"]
mod common;
/// Databases.
#[path = "../directory/common/mod.rs"]
mod db;
/// Mail servers, and whoever reads what they got.
#[cfg(feature = "admin")]
#[allow(dead_code, reason = "one story has mail")]
#[path = "../mail/common/mod.rs"]
mod mail;

mod access;
mod alone;
mod announcements;
mod browsers;
mod clicks;
mod codecs;
mod console;
mod dialplan;
mod directory;
mod dynamic;
mod early;
mod events;
mod fault;
mod first_word;
mod guessing;
mod hangup_anywhere;
mod hold;
mod invite;
mod leader;
mod local;
mod loudness;
mod many;
mod menu;
mod music_file;
mod mutes;
mod network;
mod options;
mod own_menu;
mod page;
mod pass_keys;
mod pin;
mod play_move_page;
mod rates;
mod recording;
mod refusals;
mod reload;
mod results;
mod settings;
mod side_talk;
mod sipp;
mod sources;
mod stereo;
mod talk;
mod times;
mod words;
