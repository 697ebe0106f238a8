//! Mail about conferences: what is in it, and how it is sent to a real server; one behaviour a file.

#![cfg(feature = "mail")]

mod calendar;
mod common;
/// The tests' databases.
#[path = "../directory/common/mod.rs"]
mod db;
mod injection;
mod invitations;
mod queue;
mod secrets;
mod sendmail;
mod settings;
mod smtp;
