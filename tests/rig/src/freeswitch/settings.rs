//! Asterisk's way to write settings, and `conclave.conf` in FreeSWITCH's.
//!
//! ```text
//! [general]                 <settings>
//! on_demand = yes             <param name="on_demand" value="yes"/></settings>
//! [8000]                    <rooms>
//! type = room                 <room name="8000">
//! pin = 1                       <param name="pin" value="1"/></room></rooms>
//! ```
//!
//! Templates are written out. What other files hold (`#include`) cannot be translated.

use super::config::{configuration, escaped, param};
use crate::error::Trouble;

/// A section of such a file, with what its templates have first.
#[derive(Clone)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) lines: Vec<(String, String)>,
}

/// The text of `conclave.conf.xml`.
pub(super) fn translate(text: &str) -> Result<String, Trouble> {
    let mut general = String::new();
    let mut groups = GROUPS.map(|(group, kinds)| (group, kinds, String::new()));
    for section in sections(text)? {
        let lines = section.lines.iter().filter(|(name, _)| name != "type");
        let params: String = lines.map(|(name, value)| param(name, value)).collect();
        if section.name == "general" {
            general.push_str(&params);
            continue;
        }
        let kind = section.lines.iter().rfind(|(name, _)| name == "type").map_or("", |(_, kind)| kind);
        let Some((_, _, group)) = groups.iter_mut().find(|(_, kinds, _)| kinds.contains(&kind)) else {
            return Err(unknown(&format!("[{}] with type={kind}", section.name)));
        };
        group.push_str(&format!("<{kind} name=\"{}\">\n{params}</{kind}>\n", escaped(&section.name)));
    }
    let groups = groups.map(|(group, _, text)| format!("<{group}>\n{text}</{group}>\n")).concat();
    Ok(configuration("conclave", &format!("<settings>\n{general}</settings>\n{groups}")))
}

/// The sections of a file that is written as Asterisk's are, without its templates.
pub(super) fn sections(text: &str) -> Result<Vec<Section>, Trouble> {
    let mut all: Vec<(Section, bool)> = Vec::new();
    for line in text.lines().map(|line| without_comment(line).trim()).filter(|line| !line.is_empty()) {
        if let Some((name, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            let words = rest.trim().trim_start_matches('(').trim_end_matches(')').split(',').map(str::trim);
            let mut section = Section { name: name.into(), lines: Vec::new() };
            let mut template = false;
            for word in words.filter(|word| !word.is_empty()) {
                match all.iter().find(|(other, _)| other.name == word) {
                    _ if word == "!" => template = true,
                    Some((base, _)) => section.lines.extend(base.lines.clone()),
                    None => return Err(unknown(line)),
                }
            }
            all.push((section, template));
            continue;
        }
        let (Some((section, _)), Some((name, value))) = (all.last_mut(), line.split_once('=')) else {
            return Err(unknown(line));
        };
        section.lines.push((name.trim().into(), value.trim_start_matches('>').trim().into()));
    }
    Ok(all.into_iter().filter(|(_, template)| !template).map(|(section, _)| section).collect())
}

/// A line up to its semicolon; one after a backslash begins no comment.
pub(super) fn without_comment(line: &str) -> &str {
    let comment = line.match_indices(';').find(|(at, _)| !line[..*at].ends_with('\\'));
    comment.map_or(line, |(at, _)| &line[..at])
}

fn unknown(line: &str) -> Trouble {
    Trouble::Unusable(format!("cannot be translated for FreeSWITCH: {line}"))
}

/// Where `conclave.conf.xml` has each type of section.
const GROUPS: [(&str, &[&str]); 3] =
    [("menus", &["menu"]), ("profiles", &["profile"]), ("rooms", &["room", "dynamic", "access", "local"])];
