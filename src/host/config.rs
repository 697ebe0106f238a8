//! What a host adds to settings that it has read.

use crate::service::Settings;
use crate::service::settings::HistoryFile;

/// Recordings and history stand beside the host's own, unless the settings say where.
pub fn usual_folders(settings: &mut Settings, recordings: &str, logs: &str) {
    settings.recordings.get_or_insert_with(|| format!("{recordings}/conclave").into());
    if settings.history == HistoryFile::Usual {
        settings.history = HistoryFile::At(format!("{logs}/conclave/history.csv").into());
    }
    if let Some(split_at) = test_split() {
        settings.split_at = split_at;
    }
}

/// For tests: with `CONCLAVE_SPLIT_AT=N` in the PBX's environment, a room of more than N calls is split.
fn test_split() -> Option<usize> {
    std::env::var("CONCLAVE_SPLIT_AT").ok()?.parse().ok()
}
