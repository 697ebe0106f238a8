//! Rows from texts, and texts from rows.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::entry::SETTING;
use super::{COLUMNS, Entry, Format, MOST_ROWS, MOST_TOLD, PbxUser, Rows};
use crate::directory::error::BadRow;
use crate::text::is_formula;

/// Reads conferences.
///
/// # Errors
///
/// Each row that is none, with its line.
pub fn read(format: Format, text: &str) -> Rows<Entry> {
    read_as(format, text, Entry::set_value)
}

/// Reads users of a PBX: columns `user`, `name` and `email`.
///
/// # Errors
///
/// The same.
pub fn read_users(format: Format, text: &str) -> Rows<PbxUser> {
    let users = read_as(format, text, |user: &mut PbxUser, column, value| {
        let field = match column {
            "user" => &mut user.user,
            "name" => &mut user.name,
            "email" => &mut user.email,
            other => {
                return Err(format!("there is no column '{}'; columns are user, name, email", other.escape_debug()));
            }
        };
        match value {
            Value::String(text) => text.trim().clone_into(field),
            Value::Number(number) => *field = number.to_string(),
            Value::Null => {}
            _ => return Err("it is no text".into()),
        }
        Ok(())
    })?;
    let nameless = users.iter().filter(|(_, user)| user.user.is_empty());
    let bad: Vec<BadRow> = nameless.map(|(line, _)| bad(*line, "user", "it is empty")).take(MOST_TOLD).collect();
    if bad.is_empty() { Ok(users) } else { Err(bad) }
}

/// Writes conferences.
pub fn write(format: Format, entries: &[Entry]) -> String {
    match format {
        Format::Json => {
            let values: Vec<Value> = entries.iter().map(Entry::to_value).collect();
            serde_json::to_string_pretty(&values).unwrap_or_default() + "\n"
        }
        Format::Csv => {
            let settings = entries.iter().flat_map(Entry::columns).filter(|column| column.starts_with(SETTING));
            let mut settings: Vec<&str> = settings.collect();
            settings.sort_unstable();
            settings.dedup();
            let columns: Vec<&str> = COLUMNS.into_iter().chain(settings).collect();
            let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            // Nothing can go wrong in memory, with rows of one length.
            let _ = writer.write_record(&columns);
            for entry in entries {
                let _ = writer.write_record(columns.iter().map(|column| guarded(entry.get(column))));
            }
            String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
        }
    }
}

fn read_as<T: Default>(format: Format, text: &str, set: fn(&mut T, &str, &Value) -> Result<(), String>) -> Rows<T> {
    let text = text.trim_start_matches('\u{feff}');
    let mut bad = Vec::new();
    let rows = match format {
        Format::Csv => read_csv(text, set, &mut bad),
        Format::Json => read_json(text, set, &mut bad),
    };
    if rows.len() > MOST_ROWS {
        let (line, _) = rows[MOST_ROWS];
        bad = vec![self::bad(line, "", &format!("there are more than {MOST_ROWS} rows; import the rest afterwards"))];
    }
    bad.truncate(MOST_TOLD);
    if bad.is_empty() { Ok(rows) } else { Err(bad) }
}

fn read_csv<T: Default>(
    text: &str,
    set: fn(&mut T, &str, &Value) -> Result<(), String>,
    told: &mut Vec<BadRow>,
) -> Vec<(u64, T)> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    let mut columns: Option<Vec<String>> = None;
    for record in reader.records() {
        if is_enough(&rows, told) {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                told.push(bad(lines.at(error.position().map_or(0, |at| at.byte() as usize)), "", &error.to_string()));
                break;
            }
        };
        let line = lines.at(record.position().map_or(0, |at| at.byte() as usize));
        let Some(columns) = &columns else {
            columns = Some(record.iter().map(|name| name.trim().to_ascii_lowercase()).collect());
            continue;
        };
        if record.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        if let Some(row) = csv_row(columns, &record, line, set, told) {
            rows.push((line, row));
        }
    }
    rows
}

/// Whether more of it would change nothing.
fn is_enough<T>(rows: &[(u64, T)], told: &[BadRow]) -> bool {
    rows.len() > MOST_ROWS || told.len() >= MOST_TOLD
}

fn csv_row<T: Default>(
    columns: &[String],
    record: &StringRecord,
    line: u64,
    set: fn(&mut T, &str, &Value) -> Result<(), String>,
    told: &mut Vec<BadRow>,
) -> Option<T> {
    if record.len() > columns.len() {
        told.push(bad(line, "", "it has more values than the first line has names of columns"));
        return None;
    }
    let mut row = T::default();
    let had = told.len();
    for (column, text) in columns.iter().zip(record).filter(|(_, text)| !text.trim().is_empty()) {
        if let Err(what) = set(&mut row, column, &Value::String(unguarded(text.trim()).to_owned())) {
            told.push(bad(line, column, &what));
        }
    }
    (told.len() == had).then_some(row)
}

fn read_json<T: Default>(
    text: &str,
    set: fn(&mut T, &str, &Value) -> Result<(), String>,
    told: &mut Vec<BadRow>,
) -> Vec<(u64, T)> {
    let raw: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            told.push(bad(error.line() as u64, "", &format!("it is no list in JSON: {error}")));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    for raw in raw {
        if is_enough(&rows, told) {
            break;
        }
        // It is a part of the text.
        let line = lines.at((raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize));
        let Ok(object) = serde_json::from_str::<Map<String, Value>>(raw.get()) else {
            told.push(bad(line, "", "it is no object, such as {\"name\": \"Board\"}"));
            continue;
        };
        let mut row = T::default();
        let had = told.len();
        for (column, value) in &object {
            if let Err(what) = set(&mut row, column, value) {
                told.push(bad(line, column, &what));
            }
        }
        if told.len() == had {
            rows.push((line, row));
        }
    }
    rows
}

/// Tells lines of a text, one after the other.
struct Lines<'a> {
    text: &'a [u8],
    seen: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        Lines { text: text.as_bytes(), seen: 0, line: 1 }
    }

    /// The line in which something begins that is at this place, or behind ends of lines there.
    fn at(&mut self, place: usize) -> u64 {
        let place = place.clamp(self.seen, self.text.len());
        let ends = self.text[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let begins = place + ends;
        self.line += self.text[self.seen..begins].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.seen = begins;
        self.line
    }
}

/// A text that no spreadsheet takes for a formula: with a `'` before it if one would.
pub fn guarded(text: &str) -> String {
    if is_formula(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

/// What was [`guarded`].
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|_| is_formula(text.trim_start_matches('\''))).unwrap_or(text)
}

fn bad(line: u64, column: &str, what: &str) -> BadRow {
    BadRow { line, column: column.to_owned(), what: what.to_owned() }
}
