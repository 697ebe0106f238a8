//! What administrators read says what there is: the sample, README and the documentation that Asterisk shows follow the
//! tables of settings, commands, events and results. `make docs` writes the parts that are made from them.

#[path = "service/sim/mod.rs"]
mod sim;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use conclave::room::{Action, Menu, Options, split_page};
use conclave::service::VERBS;
use conclave::service::events::EVENTS;
use conclave::service::settings::{FROM_CONFBRIDGE, Group, KEYS, Key, SOUNDS, Section};
use sim::settings;

const RESULTS: &str = include_str!("../src/room/result.rs");
const SAMPLE: &str = include_str!("../examples/conclave.conf");
const XML: &str = include_str!("../doc/conclave-en_US.xml");

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The part of a file between two marks is this text; with `CONCLAVE_WRITE_DOCS` it becomes so.
fn check_part(path: &str, name: &str, wanted: &str) {
    let text = fs::read_to_string(file(path)).expect(path);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let from = text.find(&begin).unwrap_or_else(|| panic!("{path} has no {begin}")) + begin.len();
    let to = from + text[from..].find(&end).unwrap_or_else(|| panic!("{path} has no {end}"));
    // The end's own indentation is not part of the text.
    let to = text[..to].trim_end_matches(['\t', ' ']).len();
    if text[from..to] != *wanted {
        assert!(std::env::var_os("CONCLAVE_WRITE_DOCS").is_some(), "{path}: '{name}' is old; run 'make docs'");
        let indentation = &text[to..to + text[to..].find('<').expect("the end mark")];
        fs::write(
            file(path),
            format!("{}{wanted}{indentation}{}", &text[..from], text[to..].trim_start_matches(['\t', ' '])),
        )
        .expect(path);
    }
}

/// Each result's word and what it means, as the rules have them.
fn results() -> Vec<(String, String)> {
    let after = |mark: &str, text: &str| text.split_once(mark).map(|(_, rest)| rest.to_owned());
    let enum_of = after("pub enum CallResult {", RESULTS).expect("the results");
    let body = enum_of.split_once("\n}").expect("its end").0.to_owned();
    let mut help = String::new();
    let mut found = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            help = words.to_owned();
        } else if let Some(name) = line.strip_suffix(',') {
            let word = after(&format!("Self::{name} => \""), RESULTS).expect(name);
            found.push((word.split('"').next().expect("a word").to_owned(), help.clone()));
        }
    }
    assert!(found.len() >= 16, "{found:?}");
    found
}

#[test]
fn readme_has_every_setting_by_what_it_is_about() {
    let mut groups: Vec<Group> = KEYS.iter().map(|key| key.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut table = String::from("\n| about | settings |\n|---|---|\n");
    for group in groups {
        let names: Vec<String> =
            KEYS.iter().filter(|key| key.group == group).map(|key| format!("`{}`", key.name)).collect();
        let _ = writeln!(table, "| {} | {} |", group.title(), names.join(" "));
    }
    check_part("README.md", "settings", &(table + "\n"));
}

#[test]
fn readme_has_every_result() {
    let mut table = String::from("\n| result | means |\n|---|---|\n");
    for (word, help) in results() {
        let _ = writeln!(table, "| `{word}` | {help} |");
    }
    check_part("README.md", "results", &(table + "\n"));
}

#[cfg(feature = "mail")]
#[test]
fn readme_has_every_placeholder_of_mail() {
    let mut table = String::from("\n| placeholder | stands for |\n|---|---|\n");
    for (name, help) in conclave::mail::PLACEHOLDERS {
        let _ = writeln!(table, "| `{{{name}}}` | {help} |");
    }
    check_part("README.md", "placeholders", &format!("{table}\n"));
}

#[test]
fn readme_has_every_command() {
    let names: Vec<String> =
        VERBS.iter().filter(|verb| !verb.name.starts_with("show ")).map(|verb| format!("`{}`", verb.name)).collect();
    let (last, first) = names.split_last().expect("there are some");
    let text = format!(
        "\nAnd, for what can be done: {} and {last}. `core show help conclave` lists them, `core show help conclave mute` \
         tells how one is written.\n\n",
        first.join(", ")
    );
    check_part("README.md", "commands", &text);
    for verb in VERBS.iter().filter_map(|verb| verb.name.strip_prefix("show ")) {
        let line = fs::read_to_string(file("README.md"))
            .expect("README")
            .lines()
            .find(|line| line.trim_start().starts_with("conclave show "))
            .map(str::to_owned);
        assert!(line.expect("a line of what can be shown").contains(verb), "README does not show '{verb}'");
    }
}

#[test]
fn confbridges_settings_lead_to_ours() {
    let mut table = String::from("\n| section | ConfBridge | here | |\n|---|---|---|---|\n");
    for row in FROM_CONFBRIDGE {
        let ours = if row.ours.is_empty() { "—".to_owned() } else { format!("`{}`", row.ours) };
        let _ = writeln!(table, "| {} | `{}` | {ours} | {} |", row.section, row.theirs, row.note);
    }
    check_part("doc/from-confbridge.md", "confbridge", &(table + "\n"));
    let actions: BTreeSet<&str> = Action::names().map(|form| form.split('(').next().expect("a name")).collect();
    for row in FROM_CONFBRIDGE.iter().filter(|row| !row.ours.is_empty()) {
        let known = match (row.section, row.ours.strip_prefix("sound_")) {
            ("menu", _) if row.ours != "type" => actions.contains(row.ours),
            (_, Some(sound)) => SOUNDS.iter().any(|(name, _)| *name == sound),
            _ => KEYS.iter().any(|key| key.name == row.ours),
        };
        assert!(known, "'{}' is no setting", row.ours);
    }
    for row in FROM_CONFBRIDGE.iter().filter(|row| row.ours.is_empty()) {
        assert!(!row.note.is_empty(), "{}: why is there none?", row.theirs);
    }
}

/// The sample with every setting switched on that it shows behind a `;`.
fn switched_on() -> String {
    let is_setting = |line: &str| line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    let on = |line: &'static str| match line.strip_prefix(';') {
        Some(rest) if is_setting(rest) || rest.starts_with('[') => rest,
        _ => line,
    };
    let without_comment = |line: &'static str| line.split(';').next().unwrap_or_default().trim_end();
    SAMPLE.lines().map(|line| without_comment(on(line)).to_owned() + "\n").collect()
}

/// Templates are Asterisk's business: what they say is read once, as sections of their own.
fn without_templates(conf: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in conf.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("(!)");
        }
        if !inside {
            let head = line.split_once("](").filter(|_| line.starts_with('['));
            let inherits = if line.contains("(team)") { "\ntype = room" } else { "\ntype = menu" };
            let _ = writeln!(out, "{}", head.map_or(line.to_owned(), |(name, _)| format!("{name}]{inherits}")));
        }
    }
    out
}

#[test]
fn the_sample_is_read_without_a_word() {
    let plain: String =
        SAMPLE.lines().map(|line| line.split(';').next().unwrap_or_default().to_owned() + "\n").collect();
    let (read, problems) = settings(&without_templates(&plain));
    assert_eq!(problems, []);
    assert!(read.conferences.contains_key("8000") && read.conferences.contains_key("8001"));
}

#[test]
fn the_sample_shows_every_setting_with_an_example_that_works() {
    let on = switched_on();
    let (read, problems) = settings(&without_templates(&on));
    assert_eq!(problems, [], "{on}");
    assert_eq!(read.doorways.len(), 3);
    let names: BTreeSet<&str> = on.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    let sequences =
        read.menus.values().flat_map(|menu| menu.keys().map(|(keys, _)| keys.to_owned())).collect::<BTreeSet<_>>();
    let shown: BTreeSet<&str> =
        names.into_iter().filter(|name| !sequences.contains(*name) && !name.starts_with("sound_")).collect();
    let there: BTreeSet<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(shown, there);
}

#[test]
fn the_sample_names_every_sound_and_action() {
    let words: BTreeSet<&str> =
        SAMPLE.split(|c: char| c.is_whitespace() || c == ',' || c == '(').filter(|word| !word.is_empty()).collect();
    for (name, _) in SOUNDS {
        assert!(words.contains(format!("sound_{name}").as_str()), "sound_{name} is not in the sample");
    }
    let named = words.iter().filter(|word| word.starts_with("sound_")).count();
    assert_eq!(named, SOUNDS.len(), "the sample names a sound that there is not");
    for action in Action::names() {
        assert!(words.contains(action.split('(').next().expect("a name")), "{action} is not in the sample");
    }
}

#[test]
fn asterisks_documentation_has_every_option_and_result() {
    let (application, _) = XML.split_once("</application>").expect("the application comes first");
    let named = |tag: &str| {
        let mark = format!("<{tag} name=\"");
        application
            .split(&mark)
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a name").to_owned())
            .collect::<BTreeSet<_>>()
    };
    let letters =
        ('!'..='~').filter(|letter| Options::parse(&letter.to_string()).is_ok()).map(|letter| letter.to_string());
    let mut options: BTreeSet<String> = letters.collect();
    if split_page("P(201)").is_ok_and(|(rest, numbers)| rest.is_empty() && numbers.len() == 1) {
        options.insert("P".into());
    }
    assert_eq!(named("option"), options);
    assert_eq!(named("value"), results().into_iter().map(|(word, _)| word).collect());
}

#[test]
fn asterisks_documentation_has_every_event() {
    let mut text = String::new();
    for event in EVENTS {
        let _ = write!(
            text,
            "\t<managerEvent language=\"en_US\" name=\"Conclave{}\" module=\"app_conclave\">\n\
             \t\t<managerEventInstance class=\"EVENT_FLAG_CALL\">\n\
             \t\t\t<synopsis>{}</synopsis>\n\t\t\t<syntax>\n",
            event.name, event.help
        );
        for field in event.fields {
            let _ =
                writeln!(text, "\t\t\t\t<parameter name=\"{field}\"><para>{}</para></parameter>", field_help(field));
        }
        text.push_str("\t\t\t</syntax>\n\t\t</managerEventInstance>\n\t</managerEvent>\n");
    }
    check_part("doc/conclave-en_US.xml", "events", &text);
}

fn field_help(field: &str) -> &'static str {
    match field {
        "Room" => "The room's number.",
        "Member" => "His number in the room, from 1 in the order they came.",
        "Channel" => "His channel.",
        "CallerName" => "His name, if it is known.",
        "CallerNumber" => "His number, if it is known.",
        "Role" => "leader, participant or listener.",
        "Address" => "The network address he calls from, if it is known.",
        "Result" => "As in CONCLAVE_RESULT.",
        "Seconds" => "How long.",
        "To" => "The number of the other room.",
        "Called" => "The number that is called.",
        "What" => "caller, room or number, and which.",
        other => panic!("nothing tells what '{other}' is"),
    }
}

#[test]
fn asterisks_documentation_has_every_setting() {
    let mut text = String::from(
        "\t<configInfo name=\"app_conclave\" language=\"en_US\">\n\t\t<synopsis>Conferences</synopsis>\n\
         \t\t<configFile name=\"conclave.conf\">\n",
    );
    let sections = [("general", Section::General, "The whole module"), ("room", Section::Room, "A room")];
    let more = Section::TYPES.into_iter().filter(|(_, section)| *section != Section::Room).map(|(word, section)| {
        let help = match section {
            Section::Dynamic => "One number for rooms that callers choose and open",
            Section::Access => "One number for all rooms that have a code",
            Section::Local => "A room for each extension",
            Section::Profile => "How members are treated",
            _ => "What keys do; besides these, lines of a key sequence and its actions",
        };
        (word, section, help)
    });
    for (name, section, help) in sections.into_iter().chain(more) {
        let _ = writeln!(text, "\t\t\t<configObject name=\"{name}\">\n\t\t\t\t<synopsis>{help}</synopsis>");
        for key in KEYS.iter().filter(|key| key.belongs(section)) {
            let _ = writeln!(
                text,
                "\t\t\t\t<configOption name=\"{}\"><synopsis>{}</synopsis></configOption>",
                key.name,
                in_xml(key)
            );
        }
        text.push_str("\t\t\t</configObject>\n");
    }
    text.push_str("\t\t</configFile>\n\t</configInfo>\n");
    check_part("doc/conclave-en_US.xml", "settings", &text);
}

fn in_xml(key: &Key) -> String {
    let text = format!("{}; for example {}", key.help, key.example);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn every_event_that_the_service_tells_is_in_the_table() {
    let sources = [
        "happenings.rs",
        "act.rs",
        "calls.rs",
        "entering.rs",
        "finding.rs",
        "invites.rs",
        "recordings.rs",
        "rooms.rs",
        "speakers.rs",
    ];
    let fields: BTreeSet<&str> = EVENTS.iter().flat_map(|event| event.fields.iter().copied()).collect();
    let names: BTreeSet<&str> = EVENTS.iter().map(|event| event.name).collect();
    let mut told = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(file("src/service").join(source)).expect(source);
        for word in text.split('"').skip(1).step_by(2) {
            let is_name = word.len() > 3 && word.starts_with(|c: char| c.is_ascii_uppercase());
            if is_name && word.chars().all(|c| c.is_ascii_alphabetic()) {
                assert!(names.contains(word) || fields.contains(word), "{source}: '{word}' is in no table of events");
                told.insert(word.to_owned());
            }
        }
    }
    for name in names {
        assert!(told.contains(name), "nobody tells {name}");
    }
}

#[test]
fn the_usual_keys_are_told() {
    let readme = fs::read_to_string(file("README.md")).expect("README");
    let enums: BTreeSet<&str> =
        XML.split("<enum name=\"").skip(1).map(|rest| rest.split('"').next().expect("a name")).collect();
    let menus = [Menu::participant(), Menu::leader()];
    let keys: BTreeSet<&str> = menus.iter().flat_map(|menu| menu.keys().map(|(sequence, _)| sequence)).collect();
    for sequence in &keys {
        assert!(readme.contains(&format!("`{sequence}`")), "README does not tell {sequence}");
    }
    let told: BTreeSet<&str> = keys.into_iter().filter(|sequence| *sequence != "*").collect();
    assert_eq!(enums, told);
}

/// The settings of a section as FreeSWITCH's sample shows them: what each does, and an example that is switched off.
fn in_freeswitchs_sample(indent: &str, belongs: impl Fn(&Key) -> bool) -> String {
    let words = |text: &str| {
        let text =
            text.replace("/var/spool/asterisk", "$${recordings_dir}").replace("/var/log/asterisk", "$${log_dir}");
        let text =
            text.replace("the PBX's spool folder", "$${recordings_dir}").replace("the log folder", "$${log_dir}");
        text.replace("a type=profile section", "a profile").replace("a type=menu section", "a menu")
    };
    let mut text = String::new();
    let mut group = None;
    for key in KEYS.iter().filter(|key| belongs(key)) {
        if group != Some(key.group) && !matches!(key.group, Group::Module | Group::Kind) {
            let _ = writeln!(text, "\n{indent}<!-- {} -->", key.group.title());
        }
        group = Some(key.group);
        let (help, example) = (words(key.help), words(key.example).replace('&', "&amp;"));
        assert!(!help.contains("--") && !example.contains("--"), "{}: no comment of XML", key.name);
        let _ = writeln!(
            text,
            "{indent}<!-- {help} -->\n{indent}<!--<param name=\"{}\" value=\"{example}\"/>-->",
            key.name
        );
    }
    text
}

/// Words in lines of a comment, with commas.
fn in_lines<'a>(indent: &str, words: impl Iterator<Item = &'a str>) -> String {
    let mut lines = vec![String::new()];
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let word = if words.peek().is_some() { format!("{word}, ") } else { word.to_owned() };
        match lines.last_mut() {
            Some(line) if indent.len() + line.len() + word.len() <= 112 => line.push_str(&word),
            _ => lines.push(word),
        }
    }
    lines.iter().map(|line| format!("{indent}{}\n", line.trim_end())).collect()
}

#[test]
fn freeswitchs_sample_has_every_setting() {
    let path = "examples/freeswitch/conclave.conf.xml";
    let of = |section: Section| move |key: &Key| key.belongs(section) && key.group != Group::Kind;
    let kind =
        |section: Section| move |key: &Key| key.name != "type" && key.group == Group::Kind && key.belongs(section);
    check_part(path, "settings of the module", &in_freeswitchs_sample("    ", of(Section::General)));
    let sounds: Vec<String> = SOUNDS.iter().map(|(name, _)| format!("sound_{name}")).collect();
    let mut room = in_freeswitchs_sample("      ", of(Section::Room));
    let _ = write!(
        room,
        "\n      <!-- a file in place of one of Conclave's own sounds, for this room -->\n\
         \x20     <!--<param name=\"sound_join\" value=\"custom/ding\"/>-->\n\
         \x20     <!-- What there is:\n{}\x20     -->\n",
        in_lines("        ", sounds.iter().map(String::as_str))
    );
    check_part(path, "settings of a room", &room);
    check_part(path, "settings of a profile", &in_freeswitchs_sample("      ", kind(Section::Profile)));
    let mut menu = in_freeswitchs_sample("      ", kind(Section::Menu));
    let _ = write!(
        menu,
        "      <!-- The actions; the last of them are done for leaders only:\n{}      -->\n",
        in_lines("        ", Action::names())
    );
    check_part(path, "settings of a menu", &menu);
    let sample = fs::read_to_string(file(path)).expect(path);
    for key in KEYS.iter().filter(|key| key.name != "type") {
        assert!(sample.contains(&format!("<param name=\"{}\"", key.name)), "{path} has no {}", key.name);
    }
}
