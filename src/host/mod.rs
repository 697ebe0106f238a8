//! The PBXs that can load us: one folder each, behind a feature of its own name.
//!
//! A host turns its frames, digits, hang-ups, sounds and settings into ours and back. It
//! decides nothing.

#[cfg(feature = "asterisk")]
pub mod asterisk;
