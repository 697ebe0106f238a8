//! What callers hear, in every language.

mod files;
mod missing;
mod phrases;
