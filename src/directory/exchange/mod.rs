//! Conferences and users of the PBX as CSV and JSON, in and out.
//!
//! **A row** is a conference. Its columns are [`COLUMNS`], and `setting.NAME` for each setting of its room; JSON has the
//! settings as an object. All columns may be left out but those that its kind needs. `owner` is a login; without it the
//! conference belongs to whoever imports. Without codes it gets new ones.
//!
//! **CSV** has the names of the columns in its first line, and commas or, as spreadsheets write it in many countries,
//! semicolons. A text that a spreadsheet would take for a formula goes out with a `'` before it, which is taken away when
//! it comes back. **JSON** is a list of objects.
//!
//! **What is wrong** is told with its line, all of it at once, and then nothing is imported.

mod entry;
mod importing;
mod table;

pub use entry::{COLUMNS, Entry};
pub use importing::{Imported, Importer, PbxUser};
pub use table::{guarded, read, read_users, write};

use super::error::BadRow;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Values between commas, RFC 4180.
    Csv,
    /// A list of objects.
    Json,
}

/// Rows with the lines in which they begin.
pub type Rows<T> = Result<Vec<(u64, T)>, Vec<BadRow>>;

/// More bad rows than these are not told one by one.
const MOST_TOLD: usize = 100;

/// More rows at a time would keep callers waiting, who ask the directory too.
const MOST_ROWS: usize = 2000;
