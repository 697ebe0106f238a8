//! The page and its API over real connections, on a real directory: one behaviour a file.

#![cfg(feature = "admin")]

mod accounts;
mod books_conferences;
mod books_exchange;
mod books_history;
mod books_mail;
mod books_settings;
mod books_sounds;
mod browser;
mod common;
mod doors;
mod fail2ban;
mod floods;
mod links;
mod live_actions;
mod live_events;
mod live_hall;
mod live_health;
mod live_listeners;
mod live_metrics;
mod live_rooms;
#[path = "../common/fail2ban.rs"]
mod log_readers;
mod openapi;
mod page;
mod roles;
mod schemathesis;
mod sessions;
mod sign_in;
mod stop;
mod tls;
mod tokens;
