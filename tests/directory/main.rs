//! The directory on its databases, SQLite and PostgreSQL: one behaviour a file.

#![cfg(feature = "directory")]

mod accounts;
mod codes;
mod common;
mod conferences;
mod exchange;
mod history;
mod killed;
mod lists;
mod mail;
mod migrations;
mod numbers;
mod schedule;
#[cfg(feature = "postgres")]
mod shared;
mod slow;
mod sounds;
mod sqlite;
#[cfg(feature = "postgres")]
mod tls;
mod tokens;
mod trouble;
