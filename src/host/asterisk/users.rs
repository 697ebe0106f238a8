//! Who has a telephone or a mailbox at this Asterisk, as far as its files tell: what is in a database of somebody else's
//! (realtime) cannot be listed.

use std::collections::BTreeMap;
use std::ffi::CStr;

use super::config;
use crate::directory::PbxUser;

/// All of them, by extension: endpoints of `pjsip.conf`, users of `users.conf`, mailboxes of `voicemail.conf`.
pub fn all() -> Vec<PbxUser> {
    let mut users = Users::default();
    users.of_pjsip();
    users.of_users();
    users.of_voicemail();
    let user = |(user, Known { name, email }): (String, Known)| PbxUser { user, name, email };
    users.0.into_iter().map(user).collect()
}

#[derive(Default)]
struct Users(BTreeMap<String, Known>);

#[derive(Default)]
struct Known {
    name: String,
    email: String,
}

impl Users {
    /// What is not known yet of somebody with an extension; trunks have names of letters.
    fn add(&mut self, user: &str, name: &str, email: &str) {
        if user.is_empty() || !user.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let known = self.0.entry(user.to_owned()).or_default();
        for (known, told) in [(&mut known.name, name), (&mut known.email, email)] {
            if known.is_empty() {
                *known = told.trim().to_owned();
            }
        }
    }

    fn of_pjsip(&mut self) {
        for (name, lines) in sections(c"pjsip.conf") {
            let value = |wanted: &str| value(&lines, wanted);
            if value("type") == "endpoint" {
                // As in "Ada Lovelace" <201>.
                let caller = value("callerid").split('<').next().unwrap_or_default().trim().trim_matches('"');
                self.add(&name, caller, "");
            }
        }
    }

    fn of_users(&mut self) {
        for (name, lines) in sections(c"users.conf") {
            self.add(&name, value(&lines, "fullname"), value(&lines, "email"));
        }
    }

    fn of_voicemail(&mut self) {
        for (name, lines) in sections(c"voicemail.conf") {
            if ["general", "zonemessages"].contains(&&*name) {
                continue;
            }
            for (mailbox, told) in &lines {
                // As in 201 => pin,name,address,...
                let mut told = told.split(',').skip(1);
                let mut next = || told.next().unwrap_or_default();
                let (name, email) = (next(), next());
                self.add(mailbox, name, email);
            }
        }
    }
}

type Lines = Vec<(String, String)>;

/// The sections of a file; none if it cannot be read.
fn sections(file: &'static CStr) -> Vec<(String, Lines)> {
    let mut sections: Vec<(String, Lines)> = Vec::new();
    for line in config::lines(file, false).unwrap_or_default() {
        match line.setting {
            None => sections.push((line.category, Lines::new())),
            Some(setting) => {
                if sections.last().is_none_or(|(name, _)| *name != line.category) {
                    sections.push((line.category, Lines::new()));
                }
                if let Some((_, lines)) = sections.last_mut() {
                    lines.push(setting);
                }
            }
        }
    }
    sections
}

fn value<'a>(lines: &'a Lines, wanted: &str) -> &'a str {
    lines.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map_or("", |(_, value)| value)
}
