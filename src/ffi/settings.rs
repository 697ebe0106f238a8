//! Settings, as the lines of `conclave.conf`.

use std::ffi::c_char;

use super::arguments::text;
use super::instance::SettingLine;
use super::lifecycle::Conclave;
use super::{ConclaveResult, with};
use crate::service::Settings;
use crate::service::settings::{Line, Where};

/// Notes a setting for the next conclave_apply(), as a line `name = value` under `[category]` in conclave.conf, whose
/// sample tells what there is. For example ("general", "pin_attempts", "2"), ("8000", "type", "room"), ("8000", "pin",
/// "4711"). Categories may come in any order, and mixed. `workers`, `database`, `node` and
/// `dialplan_contexts` have no effect here.
///
/// # Safety
/// The three are C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_set(
    conclave: *mut Conclave,
    category: *const c_char,
    name: *const c_char,
    value: *const c_char,
) -> ConclaveResult {
    with(conclave, |instance| {
        instance.check_running()?;
        // SAFETY: as promised by the caller.
        let [category, name, value] =
            unsafe { [text(category)?, text(name)?, text(value)?] }.map(|text| text.into_owned());
        instance.lines.push(SettingLine { category, name, value });
        Ok(())
    })
}

/// Makes what was noted since the last time the settings, all of them, in place of those before. Rooms in progress stay
/// as they are, rooms that open from now on follow them, and sounds are loaded anew.
///
/// CONCLAVE_RESULT_PROBLEMS: done, except for what is wrong. CONCLAVE_RESULT_USELESS: not done, because nobody could be
/// let in. After both conclave_message() has a line for each problem, which names the setting by how many times
/// conclave_set() had been called for these settings.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_apply(conclave: *mut Conclave) -> ConclaveResult {
    with(conclave, |instance| {
        instance.check_running()?;
        let lines = std::mem::take(&mut instance.lines);
        let (mut settings, problems) = Settings::read(by_category(&lines).map(|(number, line)| Line {
            category: &line.category,
            setting: Some((&line.name, &line.value)),
            file: "settings",
            line: number as u32 + 1,
        }));
        settings.database = Where::Off;
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        if !settings.is_useful() {
            let why = "there is no usable room and on_demand is off, so nobody could be let in".to_owned();
            return instance.refuse(ConclaveResult::Useless, [words, vec![why]].concat().join("\n"));
        }
        instance.handle().set_settings(settings);
        if words.is_empty() { Ok(()) } else { instance.refuse(ConclaveResult::Problems, words.join("\n")) }
    })
}

/// The lines with their places, each category's together, in the order in which the categories first came.
fn by_category(lines: &[SettingLine]) -> impl Iterator<Item = (usize, &SettingLine)> {
    let first = |line: &SettingLine| lines.iter().position(|other| other.category == line.category);
    let mut order: Vec<_> = lines.iter().enumerate().map(|(number, line)| (first(line), number, line)).collect();
    order.sort_by_key(|&(first, number, _)| (first, number));
    order.into_iter().map(|(_, number, line)| (number, line))
}
