//! Whatever stands in the file, it is read to the end, and nothing that is wrong lets anybody in.

use conclave::service::Settings;
use conclave::service::settings::{KEYS, Line, SOUNDS};
use proptest::prelude::*;

fn names() -> impl Strategy<Value = String> {
    let mut names: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    names.extend(SOUNDS.iter().map(|(name, _)| format!("sound_{name}")));
    names.extend(["*1", "#", "hash", "123", "sound_", "PIN", "", "=", "musik"].map(str::to_owned));
    prop_oneof![4 => prop::sample::select(names), 1 => any::<String>()]
}

fn values() -> impl Strategy<Value = String> {
    let mut values: Vec<String> = KEYS.iter().map(|key| key.example.to_owned()).collect();
    values.extend(
        [
            "dynamic",
            "access",
            "local",
            "profile",
            "menu",
            "room",
            "no",
            "0",
            "-1",
            "1d1d",
            "5m,",
            "&",
            "toggle_mute, leave",
        ]
        .map(str::to_owned),
    );
    prop_oneof![4 => prop::sample::select(values), 1 => any::<String>(), 1 => "[0-9smhd:, -]{0,20}"]
}

fn categories() -> impl Strategy<Value = String> {
    let known = ["general", "8000", "8001", "700", "chair", "simple-keys", "no number", ""].map(str::to_owned);
    prop_oneof![8 => prop::sample::select(known.to_vec()), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn any_lines_are_read(lines in prop::collection::vec((categories(), prop::option::of((names(), values()))), 0..60)) {
        let lines: Vec<Line<'_>> = lines
            .iter()
            .enumerate()
            .map(|(number, (category, setting))| Line {
                category,
                setting: setting.as_ref().map(|(name, value)| (name.as_str(), value.as_str())),
                file: "conclave.conf",
                line: number as u32 + 1,
            })
            .collect();
        let (settings, problems) = Settings::read(lines.iter().copied());
        for problem in &problems {
            prop_assert!(!problem.what.is_empty());
        }
        for number in settings.conferences.keys() {
            prop_assert!(!settings.left_out.contains(number));
            prop_assert!(!settings.doorways.contains_key(number));
        }
        // Without a problem every room is there.
        if problems.is_empty() {
            prop_assert!(settings.left_out.is_empty());
        }
        // Reading is a function of the lines.
        let (again, same) = Settings::read(lines.iter().copied());
        prop_assert_eq!(problems.len(), same.len());
        prop_assert_eq!(settings.conferences, again.conferences);
        prop_assert_eq!(settings.doorways, again.doorways);
    }
}
