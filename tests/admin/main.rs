//! The API over real connections, on a real directory: one behaviour a file.

#![cfg(feature = "admin")]

mod books_conferences;
mod books_exchange;
mod books_history;
mod books_mail;
mod books_settings;
mod common;
