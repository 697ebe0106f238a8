//! How mail is sent and what it says: kept in the directory's settings, by names that begin with `mail.`.

use std::fmt;

use super::template::{self, Template};
use crate::directory::{Desk, Error, Wrong};
use crate::text::{is_line, meaning, word};
use crate::tls;

/// How mail is sent and what it says. The password is not in it: it goes in, and never comes out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Which way it goes.
    pub how: How,
    /// The mail server's name or address.
    pub server: String,
    /// Its port; `None`: as [`Security::port`] has it.
    pub port: Option<u16>,
    /// How the connection to it is encrypted.
    pub security: Security,
    /// Certificates, in PEM form, of authorities that count besides those that the machine trusts; empty for none.
    pub authorities: String,
    /// The name to sign in with; empty: nobody signs in.
    pub user: String,
    /// Whether there is a password. Not looked at when saving.
    pub has_password: bool,
    /// The address that mail is from: `conference@example.org`, or `Conferences <conference@example.org>`.
    pub from: String,
    /// Where people find the page, `https://pbx.example.org/conclave`; empty: mail has no link.
    pub base_url: String,
    /// What the administrator of a conference gets.
    pub administrator: Template,
    /// What guests get.
    pub guest: Template,
    /// What either gets when the conference is deleted, or he has no more to do with it.
    pub cancelled: Template,
    /// What is written before the subject when something was changed: `Changed:`.
    pub changed: String,
}

/// Which way mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "admin", derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema))]
#[cfg_attr(feature = "admin", serde(rename_all = "lowercase"), schema(as = MailHow))]
pub enum How {
    /// None is sent, and none is queued.
    Off,
    /// To a mail server.
    Smtp,
    /// To the `sendmail` program of this machine.
    Sendmail,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "admin", derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema))]
#[cfg_attr(feature = "admin", serde(rename_all = "lowercase"), schema(as = MailSecurity))]
pub enum Security {
    /// Not at all: for a server on this machine, or in a network that can be trusted.
    None,
    /// From its second sentence on; a server that cannot do so is not talked to.
    StartTls,
    /// From its beginning.
    Tls,
}

impl How {
    /// All of them, by their words.
    pub const ALL: [(&'static str, How); 3] = [("off", How::Off), ("smtp", How::Smtp), ("sendmail", How::Sendmail)];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&How::ALL, self)
    }
}

impl Security {
    /// All of them, by their words.
    pub const ALL: [(&'static str, Security); 3] =
        [("none", Security::None), ("starttls", Security::StartTls), ("tls", Security::Tls)];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        word(&Security::ALL, self)
    }

    /// The port that servers usually have for it.
    pub fn port(self) -> u16 {
        match self {
            Security::None => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        }
    }
}

impl Default for MailSettings {
    /// Off, with the usual texts.
    fn default() -> MailSettings {
        MailSettings {
            how: How::Off,
            server: String::new(),
            port: None,
            security: Security::StartTls,
            authorities: String::new(),
            user: String::new(),
            has_password: false,
            from: String::new(),
            base_url: String::new(),
            administrator: Template { subject: "Conference {name}, {start}".into(), body: ADMINISTRATOR.into() },
            guest: Template { subject: "Invitation: {name}, {start}".into(), body: GUEST.into() },
            cancelled: Template { subject: "Cancelled: {name}, {start}".into(), body: CANCELLED.into() },
            changed: "Changed:".into(),
        }
    }
}

impl MailSettings {
    /// Reads them. What was never set is as usual.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn load(desk: &mut Desk<'_>) -> Result<MailSettings, Error> {
        let mut settings = MailSettings::default();
        for (name, value) in desk.settings(PREFIX)? {
            let name = &name[PREFIX.len()..];
            match name {
                "how" => settings.how = meaning(&How::ALL, &value).unwrap_or(settings.how),
                "port" => settings.port = value.parse().ok(),
                "security" => settings.security = meaning(&Security::ALL, &value).unwrap_or(settings.security),
                "password" => settings.has_password = true,
                _ => {
                    if let Some((_, text)) = settings.texts_mut().into_iter().find(|(known, _)| *known == name) {
                        *text = value;
                    }
                }
            }
        }
        Ok(settings)
    }

    /// Writes them. `password`: the new one, empty for none from now on; `None` leaves what there is.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if something in them cannot be, each with the name of its field here, templates' as
    /// `guest.subject`. Whoever names another server or user has to write the password again: else it could be had by
    /// sending it somewhere.
    pub fn save(&self, desk: &mut Desk<'_>, password: Option<&str>) -> Result<(), Error> {
        let before = MailSettings::load(desk)?;
        let mut wrong = self.wrong();
        let place = |settings: &MailSettings| {
            let MailSettings { server, security, user, .. } = settings;
            (server.clone(), settings.port(), *security, user.clone(), settings.authorities.clone())
        };
        if before.has_password && password.is_none() && place(self) != place(&before) {
            let what =
                "the server, its encryption or the user is another one; write the password again, or leave it empty";
            wrong.push(Wrong::new("password", what));
        }
        if password.is_some_and(|password| !is_line(password, LONGEST_LINE)) {
            wrong.push(Wrong::new("password", format!("it is one line of at most {LONGEST_LINE} letters")));
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let usual = MailSettings::default();
        let port = self.port.map(|port| port.to_string());
        let mut lines: Vec<(String, Option<&str>)> = vec![
            ("how".into(), Some(self.how.as_str())),
            ("port".into(), port.as_deref()),
            ("security".into(), Some(self.security.as_str())),
        ];
        lines.extend(
            password.map(|password| ("password".into(), Some(password).filter(|password| !password.is_empty()))),
        );
        // What is as usual stays so when a later version has better words.
        for ((name, text), (_, usual)) in self.texts().into_iter().zip(usual.texts()) {
            lines.push((name.into(), Some(&**text).filter(|_| text != usual)));
        }
        lines.into_iter().try_for_each(|(name, value)| desk.set_setting(&format!("{PREFIX}{name}"), value))
    }

    /// The port of the server.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.security.port())
    }

    /// Everything that cannot be.
    fn wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, what: &str| wrong.push(Wrong::new(field, what));
        let lines = [("server", &self.server), ("user", &self.user), ("from", &self.from), ("changed", &self.changed)];
        for (field, text) in lines.into_iter().chain([("base_url", &self.base_url)]) {
            if !is_line(text, LONGEST_LINE) {
                say(field, "it is one line of at most 200 letters");
            }
        }
        if self.how == How::Smtp {
            let sound = |c: char| c.is_alphanumeric() || ".-:_".contains(c);
            if self.server.is_empty() {
                say("server", "mail goes to a server, so it needs its name, such as mail.example.org");
            } else if !self.server.chars().all(sound) {
                say("server", "it is a name such as mail.example.org, or an address, without a port");
            }
            if self.security != Security::None
                && let Err(error) = tls::provider()
            {
                say("security", &format!("{error}; choose none, or the local sendmail"));
            }
        }
        if self.port == Some(0) {
            say("port", "it is a number from 1 to 65535, or nothing for the usual one");
        }
        if !self.authorities.is_empty()
            && let Err(error) = tls::parse_certificates(self.authorities.as_bytes()).and_then(tls::trusted)
        {
            say("authorities", &error.to_string());
        }
        if self.how != How::Off && self.from.is_empty() {
            say("from", "mail needs a sender; write an address such as conference@example.org");
        } else if !self.from.is_empty() && self.from.parse::<lettre::message::Mailbox>().is_err() {
            say(
                "from",
                "it is no address; write it like conference@example.org or Conferences <conference@example.org>",
            );
        }
        let is_url = self.base_url.starts_with("https://") || self.base_url.starts_with("http://");
        if !self.base_url.is_empty() && (!is_url || self.base_url.contains(char::is_whitespace)) {
            say("base_url", "it begins with https:// or http://, and has no spaces");
        }
        for (name, template) in self.templates() {
            let for_leader = name == "administrator";
            if !is_line(&template.subject, LONGEST_LINE) {
                say(&format!("{name}.subject"), "it is one line of at most 200 letters");
            } else if let Err(what) = template::check(&template.subject, for_leader) {
                say(&format!("{name}.subject"), &what);
            } else if template.subject.contains("_code}") || template.subject.contains("{pin}") {
                say(&format!("{name}.subject"), "subjects are shown everywhere, so they hold no codes");
            }
            if template.body.chars().count() > LONGEST_TEXT {
                say(&format!("{name}.body"), "it is a text of at most 20000 letters");
            } else if let Err(what) = template::check(&template.body, for_leader) {
                say(&format!("{name}.body"), &what);
            }
        }
        wrong
    }

    /// The templates, by their names.
    pub fn templates(&self) -> [(&'static str, &Template); 3] {
        [("administrator", &self.administrator), ("guest", &self.guest), ("cancelled", &self.cancelled)]
    }

    /// What is just text, by the names of the settings.
    fn texts(&self) -> [(&'static str, &String); 12] {
        let MailSettings { administrator, guest, cancelled, .. } = self;
        [
            ("server", &self.server),
            ("user", &self.user),
            ("authorities", &self.authorities),
            ("from", &self.from),
            ("base_url", &self.base_url),
            ("changed", &self.changed),
            ("administrator.subject", &administrator.subject),
            ("administrator.body", &administrator.body),
            ("guest.subject", &guest.subject),
            ("guest.body", &guest.body),
            ("cancelled.subject", &cancelled.subject),
            ("cancelled.body", &cancelled.body),
        ]
    }

    /// The same.
    fn texts_mut(&mut self) -> [(&'static str, &mut String); 12] {
        let MailSettings { administrator, guest, cancelled, .. } = self;
        [
            ("server", &mut self.server),
            ("user", &mut self.user),
            ("authorities", &mut self.authorities),
            ("from", &mut self.from),
            ("base_url", &mut self.base_url),
            ("changed", &mut self.changed),
            ("administrator.subject", &mut administrator.subject),
            ("administrator.body", &mut administrator.body),
            ("guest.subject", &mut guest.subject),
            ("guest.body", &mut guest.body),
            ("cancelled.subject", &mut cancelled.subject),
            ("cancelled.body", &mut cancelled.body),
        ]
    }
}

/// A password. Nothing prints it.
#[derive(Clone, Default)]
pub(super) struct Password(String);

impl Password {
    /// The one that is set; empty if none is.
    pub(super) fn load(desk: &mut Desk<'_>) -> Result<Password, Error> {
        Ok(Password(desk.setting(&format!("{PREFIX}password"))?.unwrap_or_default()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

const PREFIX: &str = "mail.";
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 20_000;

const ADMINISTRATOR: &str = "\
{name}
{description}

When: {start}
Repeats: {repeats}
Lasts: {duration}
Expires: {expires}

Numbers to dial:
    {dial_in}

Leader code: {leader_code}
Participant code: {participant_code}
PIN at its extension: {pin}

Whoever keys the leader code is leader. Give participants the participant code only.

Keys for leaders:
    {menu}

{link}
";

const GUEST: &str = "\
You are invited to a telephone conference.

{name}
{description}

When: {start}
Repeats: {repeats}
Lasts: {duration}
Expires: {expires}

Numbers to dial:
    {dial_in}

Access code: {participant_code}
PIN at its extension: {pin}

Keys during the conference:
    {menu}

Questions: {administrator}
";

const CANCELLED: &str = "\
This telephone conference is cancelled for you.

{name}
{start}
{repeats}

Questions: {administrator}
";
