//! The page in a real browser: one story a file, against a real PBX with callers inside where somebody calls. Pictures in
//! `target/browser`.

#[path = "../common/mod.rs"]
mod common;

use common::browser;

mod fake;
mod people;
mod served;
#[path = "../admin/common.rs"]
mod world;

mod aside;
mod crowd;
mod duties;
mod everybody;
mod importing;
mod operator;
mod owner;
mod picture;
mod provider;
mod schedule;
mod undo;
