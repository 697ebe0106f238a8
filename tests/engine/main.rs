//! The mixer, driven by hand: one behaviour a file.

mod announce;
mod capacity;
mod coded;
mod common;
mod deaf;
mod gate;
mod mix;
mod model;
mod music_clip;
mod playout;
mod prompts;
mod ramps;
mod rates;
mod recode;
mod side_rooms;
mod split;
mod stereo;
mod taps;
mod threads;
mod voice;
