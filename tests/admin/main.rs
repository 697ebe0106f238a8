//! The API over real connections, on a real directory: one behaviour a file.

#![cfg(feature = "admin")]

mod common;
mod live_actions;
mod live_events;
mod live_hall;
mod live_health;
mod live_listeners;
mod live_metrics;
mod live_rooms;
