//! The page in a real browser, against a real PBX with callers inside: one story a file. Pictures in `target/browser`.

#[path = "../common/mod.rs"]
mod common;

mod browser;
mod fake;
mod people;

mod crowd;
mod operator;
