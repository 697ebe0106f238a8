//! Texts with placeholders: `{name}` stands for a value.
//!
//! Forty lines, and not a template language: administrators write letters here, not programs, and what they write is
//! checked when they save it.

/// What a mail says, as an administrator may change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// One line.
    pub subject: String,
    /// Plain text. A line whose placeholders are all without a value is left out; `{{` and `}}` are braces.
    pub body: String,
}

/// What can stand between braces, and what it stands for.
pub const PLACEHOLDERS: [(&str, &str); 17] = [
    ("name", "the conference's name, else its tag"),
    ("tag", "its tag"),
    ("description", "its description"),
    ("start", "day, time and time zone of the next time that it takes place"),
    ("date", "the day alone, like 2026-11-24"),
    ("time", "the time alone, like 09:00"),
    ("zone", "the time zone alone, like Europe/Berlin"),
    ("duration", "how long it lasts"),
    ("repeats", "how it repeats"),
    ("expires", "when it is over for good"),
    ("dial_in", "the numbers to dial, each on a line"),
    ("pin", "the PIN that its extension asks for, where it is not the participant code"),
    ("participant_code", "the participants' code"),
    (LEADER_CODE, "the leaders' code; in the administrator's mail only"),
    ("menu", "the keys and what they do, each on a line"),
    ("administrator", "the administrator's e-mail address"),
    ("link", "the address of the conference on the page"),
];

/// The placeholder that no participant's mail may have.
pub const LEADER_CODE: &str = "leader_code";

/// Looks at a text that somebody wrote.
///
/// # Errors
///
/// In words, at the first placeholder that is unknown, or not allowed here.
pub(super) fn check(text: &str, for_leader: bool) -> Result<(), String> {
    for part in parts(text) {
        match part {
            Part::Named(LEADER_CODE) if !for_leader => {
                return Err("{leader_code} would tell the leader code to participants; only the administrator's mail \
                            may have it"
                    .into());
            }
            Part::Named(name) if !PLACEHOLDERS.iter().any(|(known, _)| *known == name) => {
                let known: Vec<String> = PLACEHOLDERS.iter().map(|(known, _)| format!("{{{known}}}")).collect();
                let name: String = name.chars().take(40).collect();
                return Err(format!("there is no placeholder {{{name}}}; there are {}", known.join(", ")));
            }
            Part::Open => return Err("a brace { is not closed; write {{ for the brace itself".into()),
            Part::Named(_) | Part::Text(_) => {}
        }
    }
    Ok(())
}

/// Puts in the values. The lines of one that has several are indented as its first; two empty lines become one.
pub(super) fn fill(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut filled: Vec<String> = Vec::new();
    for line in text.lines() {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let (mut written, mut named, mut valued) = (String::new(), false, false);
        for part in parts(line) {
            match part {
                Part::Text(text) => written.push_str(text),
                Part::Open => written.push('{'),
                Part::Named(name) => {
                    let value = value(name);
                    (named, valued) = (true, valued || !value.is_empty());
                    written.push_str(&value.replace('\n', &format!("\n{indent}")));
                }
            }
        }
        let is_double = written.is_empty() && filled.last().is_none_or(String::is_empty);
        if (valued || !named) && !is_double {
            filled.push(written.trim_end().to_owned());
        }
    }
    while filled.last().is_some_and(String::is_empty) {
        filled.pop();
    }
    filled.join("\n")
}

/// A part of a text.
enum Part<'a> {
    Text(&'a str),
    /// A placeholder of this name.
    Named(&'a str),
    /// A brace that is not closed on its line.
    Open,
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = match rest.find(['{', '}']) {
            None if rest.is_empty() => return None,
            None => return Some(Part::Text(std::mem::take(&mut rest))),
            Some(0) => 0,
            Some(at) => {
                let (text, after) = rest.split_at(at);
                rest = after;
                return Some(Part::Text(text));
            }
        };
        let brace = &rest[at..=at];
        let after = &rest[1..];
        if let Some(after) = after.strip_prefix(brace) {
            rest = after;
            return Some(Part::Text(brace));
        }
        let named = after.split_once('}').filter(|(name, _)| brace == "{" && !name.contains(['{', '\n']));
        let (part, after) = match named {
            Some((name, after)) => (Part::Named(name), after),
            None if brace == "{" => (Part::Open, after),
            None => (Part::Text(brace), after),
        };
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> String {
        match name {
            "name" => "Board {tag}",
            "menu" => "*1 mute\n*8 leave",
            "participant_code" => "4711",
            _ => "",
        }
        .into()
    }

    #[test]
    fn placeholders_become_values_and_values_stay_as_they_are() {
        let text =
            "{name} }}{{x}}\n  Keys: {menu}\nCode {participant_code}, PIN {pin}\n\nPIN {pin}\n\n{zone}{date}\nEnd\n\n";
        assert_eq!(fill(text, &value), "Board {tag} }{x}\n  Keys: *1 mute\n  *8 leave\nCode 4711, PIN\n\nEnd");
    }

    #[test]
    fn what_is_unknown_or_forbidden_is_named() {
        assert_eq!(check("{name} {menu} {{anything}} a } b", false), Ok(()));
        assert!(check("{nmae}", true).unwrap_err().contains("{nmae}"));
        assert!(check("x {leader_code}", false).unwrap_err().contains("{leader_code}"));
        assert_eq!(check("x {leader_code}", true), Ok(()));
        for open in ["{name", "{na\nme}", "{ {name}"] {
            assert!(check(open, true).unwrap_err().contains("not closed"), "{open}");
        }
    }
}
