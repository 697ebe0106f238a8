//! What goes to a host's log.

use log::Metadata;

/// Whether it is said by us. Libraries log about their own work; what of it concerns anybody comes back from them as an
/// error, and is told in our words.
pub(crate) fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
}
