//! Recordings as they are on the disk: one behaviour a file.

#[path = "../engine/common/mod.rs"]
mod engine_common;

mod append;
mod common;
mod faults;
mod formats;
mod in_step;
mod killed;
mod name;
