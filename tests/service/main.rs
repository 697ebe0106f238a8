//! The service with a host of its own, in simulated time: one behaviour a file.

#[path = "../engine/common/two_channels.rs"]
mod two_channels;

mod announce;
mod aside;
mod console;
mod console_deeds;
mod console_show;
mod console_words;
mod dialplan;
#[cfg(feature = "directory")]
mod directory;
mod entry;
mod events;
mod hangup;
mod history;
mod invite;
mod lookup;
mod music;
mod music_file;
mod names;
mod page;
mod profiles;
mod recording;
mod settings;
mod settings_any;
mod settings_keys;
mod settings_sections;
#[cfg(all(feature = "directory", feature = "postgres"))]
mod shared;
mod sim;
mod stereo;
mod ways_in;
