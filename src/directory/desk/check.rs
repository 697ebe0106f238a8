//! What a conference may be: everything that is wrong with it, each with its field.

use std::collections::HashSet;
use std::time::Duration;

use super::Desk;
use super::sounds::uploaded;
use crate::directory::error::{Error, Wrong};
use crate::directory::model::{AccountRole, Conference, Details, Kind, List};
use crate::directory::store::Value;
use crate::room::RoomNumber;
use crate::text::is_line;

impl Desk<'_> {
    /// Looks at what somebody wants a conference to be; `before` is what it was.
    pub(super) fn check(
        &mut self,
        details: &Details,
        before: Option<&Conference>,
        by: AccountRole,
    ) -> Result<(), Error> {
        let mut wrong = Vec::new();
        self.check_owner(details, &mut wrong)?;
        self.check_numbers(details, before, &mut wrong)?;
        self.check_times(details, before, &mut wrong);
        check_texts(details, &mut wrong);
        self.check_sounds(details, before, by, &mut wrong)?;
        check_pin(details, before, &mut wrong);
        check_settings(details, before, by, &mut wrong);
        if wrong.is_empty()
            && let Err(read) = self.checks.read_settings(details.kind, &details.settings)
        {
            wrong = read;
        }
        if let Some(user) = &details.pbx_user {
            let sql = "SELECT id FROM conference WHERE pbx_user = $1";
            let other = self.row(sql, &[user.as_str().into()])?.map(|row| row.integer(0)).transpose()?.flatten();
            if other.is_some() && other != before.map(|before| before.id.0) {
                wrong.push(Wrong::new("pbx_user", "this user has a conference already"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
    }

    fn check_owner(&mut self, details: &Details, wrong: &mut Vec<Wrong>) -> Result<(), Error> {
        let account = match self.account(details.owner) {
            Ok(account) => account.details,
            Err(Error::Missing(_)) => {
                wrong.push(Wrong::new("owner", "there is no such account; choose another one"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match (details.max_participants, account.cap) {
            (Some(0), _) => {
                wrong.push(Wrong::new("max_participants", "with 0 nobody could join; leave it out for no limit"));
            }
            (Some(most), Some(cap)) if most > cap => {
                let what = format!("the account may have {cap} participants at a time; write {cap} or less");
                wrong.push(Wrong::new("max_participants", what));
            }
            (Some(most), _) if most > MOST_PARTICIPANTS => {
                let what = format!("write {MOST_PARTICIPANTS} or less, or leave it out for no limit");
                wrong.push(Wrong::new("max_participants", what));
            }
            _ => {}
        }
        Ok(())
    }

    fn check_numbers(
        &mut self,
        details: &Details,
        before: Option<&Conference>,
        wrong: &mut Vec<Wrong>,
    ) -> Result<(), Error> {
        if let Some(number) = &details.extension {
            let had = before.and_then(|before| before.details.extension.as_ref());
            if had != Some(number)
                && let Some(used) = self.used(number)?
            {
                wrong.push(Wrong::new("extension", used));
            }
        } else if !details.kind.has_codes() {
            wrong.push(Wrong::new("extension", "callers dial it, so it needs one; write a number that is free"));
        }
        if let Some(number) = &details.access_number {
            let sql = "SELECT number FROM number WHERE number = $1 AND conference IS NULL";
            if !details.kind.has_codes() {
                wrong.push(Wrong::new("access_number", "it is reached by its extension only; leave this out"));
            } else if self.row(sql, &[number.as_str().into()])?.is_none() {
                wrong.push(Wrong::new("access_number", "there is no such access number; choose one of the provider's"));
            }
        }
        Ok(())
    }

    /// Files of the host may be anybody's, such as a mailbox: only the provider names some.
    fn check_sounds(
        &mut self,
        details: &Details,
        before: Option<&Conference>,
        by: AccountRole,
        wrong: &mut Vec<Wrong>,
    ) -> Result<(), Error> {
        let files = |details: &Details| [details.name_file.clone(), details.music_file.clone()];
        let had = before.map(|before| files(&before.details)).unwrap_or_default();
        for ((field, file), had) in ["name_file", "music_file"].into_iter().zip(files(details)).zip(had) {
            let Some(file) = file.filter(|file| had.as_ref() != Some(file)) else { continue };
            match uploaded(&file) {
                Some(hash) if self.has_sound(hash)? => {}
                Some(_) => wrong.push(Wrong::new(field, "this sound is not here; leave it out, and upload it again")),
                None if by == AccountRole::Provider => {}
                None => {
                    wrong.push(Wrong::new(field, "only the provider names files of the PBX; upload a sound instead"))
                }
            }
        }
        Ok(())
    }

    /// Why a number cannot be dialled for something new.
    pub(super) fn used(&mut self, number: &RoomNumber) -> Result<Option<String>, Error> {
        if made_up_id(number).is_some() {
            return Ok(Some("such names are given to conferences without an extension; choose another one".into()));
        }
        let sql = "SELECT conference.name, number.number FROM number
                   LEFT JOIN conference ON conference.id = number.conference WHERE number.number = $1";
        let values: [Value; 1] = [number.as_str().into()];
        if let Some(row) = self.row(sql, &values)? {
            let by = match row.text(0)? {
                Some("") => "a conference".to_owned(),
                Some(name) => format!("the conference '{name}'"),
                None => "an access number".to_owned(),
            };
            return Ok(Some(format!("{number} is used by {by}; choose another one")));
        }
        Ok(self.checks.used_by_host(number).map(|used| format!("{number} is used: {used}; choose another one")))
    }

    fn check_times(&self, details: &Details, before: Option<&Conference>, wrong: &mut Vec<Wrong>) {
        match (&details.schedule, details.kind) {
            (None, Kind::Scheduled) => {
                wrong.push(Wrong::new("start", "it needs a date and a time; or choose a meeting room, always open"));
            }
            (Some(_), Kind::Meeting | Kind::Dynamic | Kind::Local) => {
                wrong.push(Wrong::new("start", "it is always open; leave the date out, or choose a scheduled one"));
            }
            _ => {}
        }
        let is_good = |time: &Duration| (MINUTE..=LONGEST_SESSION).contains(time) && time.as_secs().is_multiple_of(60);
        if details.session_time.is_some_and(|time| !is_good(&time)) {
            let what = format!("write whole minutes, from 1 to {}, or leave it out", LONGEST_SESSION.as_secs() / 60);
            wrong.push(Wrong::new("session_time", what));
        }
        let times = |details: &Details| (details.schedule.clone(), details.expires);
        let is_new = before.is_none_or(|before| times(&before.details) != times(details));
        if is_new && wrong.is_empty() && details.times(self.now).list == List::Past {
            let (field, what) = match details.expires {
                Some(expires) if expires <= self.now => ("expires", "this is over already; write a later time"),
                Some(_) => ("expires", "it expires before it begins; write a later time"),
                None => ("start", "this is over already; write a later time"),
            };
            wrong.push(Wrong::new(field, what));
        }
    }
}

/// The conference that has this number because it has no extension.
pub(super) fn made_up_id(number: &RoomNumber) -> Option<i64> {
    let id = number.as_str().strip_prefix('c')?;
    id.bytes().all(|byte| byte.is_ascii_digit()).then(|| id.parse().ok()).flatten()
}

fn check_texts(details: &Details, wrong: &mut Vec<Wrong>) {
    let Details { tag, name, description, email, guests, pbx_user, name_file, music_file, .. } = details;
    let user = pbx_user.as_deref().unwrap_or_default();
    let sounds = [name_file, music_file].map(|file| file.as_deref().unwrap_or_default());
    let lines =
        [("tag", &**tag), ("name", name), ("pbx_user", user), ("name_file", sounds[0]), ("music_file", sounds[1])];
    for (field, text) in lines {
        if !is_line(text, LONGEST_LINE) {
            wrong.push(Wrong::new(field, format!("it is one line of at most {LONGEST_LINE} letters")));
        }
    }
    if description.chars().count() > LONGEST_TEXT || description.chars().any(|c| c.is_control() && c != '\n') {
        wrong.push(Wrong::new("description", format!("it is a text of at most {LONGEST_TEXT} letters")));
    }
    if !email.is_empty() && !is_address(email) {
        wrong.push(Wrong::new("email", "it is no e-mail address; write one such as ada@example.org"));
    }
    if let Some(guest) = guests.iter().find(|guest| !is_address(guest)) {
        let what = format!("'{}' is no e-mail address; write them with commas between", guest.escape_debug());
        wrong.push(Wrong::new("guests", what));
    }
    if guests.len() > MOST_GUESTS {
        wrong.push(Wrong::new("guests", format!("there are more than {MOST_GUESTS}; invite by a list's address")));
    }
}

fn check_pin(details: &Details, before: Option<&Conference>, wrong: &mut Vec<Wrong>) {
    let codes = before.and_then(|before| before.codes.as_ref());
    if let (Some(pin), Some(codes)) = (&details.pin, codes)
        && (*pin == codes.leader || *pin == codes.participant)
    {
        wrong.push(Wrong::new("pin", "it is one of the conference's own codes; choose another one"));
    }
}

fn check_settings(details: &Details, before: Option<&Conference>, by: AccountRole, wrong: &mut Vec<Wrong>) {
    let mut names = HashSet::new();
    if details.settings.len() > MOST_SETTINGS {
        wrong.push(Wrong::new("settings", format!("there are more than {MOST_SETTINGS}")));
        return;
    }
    for setting @ (name, value) in &details.settings {
        let had = before.is_some_and(|before| before.details.settings.contains(setting));
        let what = if OWN.contains(&&**name) {
            "a conference of the directory has a field of its own for it"
        } else if !names.insert(name) {
            "it is there twice; write it once"
        } else if !is_line(value, LONGEST_LINE) || !is_line(name, LONGEST_LINE) {
            "it is too long, or no line of text"
        } else if by != AccountRole::Provider && !had && is_for_provider(name, value) {
            "only the provider may set this"
        } else {
            continue;
        };
        wrong.push(Wrong::new(name.clone(), what));
    }
    let kept = |name: &&str| by == AccountRole::Provider || names.contains(&(*name).to_owned());
    let had = before.into_iter().flat_map(|before| &before.details.settings);
    for (name, _) in had.filter(|(name, value)| is_for_provider(name, value)) {
        if !kept(&&**name) {
            wrong.push(Wrong::new(name.clone(), "the provider set this, and only he may take it away"));
        }
    }
}

/// Whether a setting reaches beyond the conference: calls that cost, and files.
pub(super) fn is_for_provider(name: &str, value: &str) -> bool {
    name.starts_with("invite_") || name == "record_file" || value.starts_with('/') || value.contains("..")
}

/// Whether it could be an e-mail address; whether it is one only mail can tell.
pub(super) fn is_address(text: &str) -> bool {
    let parts = text.rsplit_once('@').filter(|(name, domain)| !name.is_empty() && !domain.is_empty());
    let sound = |c: char| !c.is_whitespace() && !c.is_control() && !",;<>\"()[]\\".contains(c);
    parts.is_some() && text.len() <= 254 && text.chars().all(sound)
}

/// Room settings that a conference of the directory has as fields.
const OWN: [&str; 13] = [
    "type",
    "enabled",
    "pin",
    "leader_pin",
    "code",
    "leader_code",
    "max_members",
    "session_time",
    "opens",
    "closes",
    "name_sound",
    "music_file",
    "max_duration",
];

const MINUTE: Duration = Duration::from_secs(60);
const LONGEST_SESSION: Duration = Duration::from_secs(31 * 86_400);
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 4000;
const MOST_GUESTS: usize = 500;
const MOST_SETTINGS: usize = 200;
const MOST_PARTICIPANTS: u32 = 1_000_000;
