//! What the provider sets for all.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::conferences::MANAGERS;
use crate::admin::app::Shared;
use crate::admin::extract::{Body, Problems};
use crate::admin::refusal::sentence;
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountRole, Desk, Error, Wrong};
use crate::mail::{self, How, PostOptions, Security};
use crate::room::RoomNumber;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/settings", get(show).put(change)).route("/settings/mail/test", post(test))
}

#[derive(OpenApi)]
#[openapi(paths(show, change, test))]
pub(super) struct Docs;

/// What the provider sets for all.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// How many digits new codes have.
    #[schema(minimum = 4, maximum = 16)]
    code_length: u8,
    /// The numbers at which callers key a code.
    access_numbers: Vec<AccessNumber>,
    /// In which charges are.
    currency: Currency,
    /// How long the history is kept; null: for ever.
    #[schema(minimum = 1)]
    history_days: Option<u32>,
    /// How mail is sent. The provider sees it; left out: as it is.
    mail: Option<MailSettings>,
    /// What mail says. The provider sees it; left out: as it is.
    templates: Option<Templates>,
    /// What can stand in braces in templates. The provider sees it; not looked at when saving.
    placeholders: Option<Vec<Placeholder>>,
}

/// What can stand in braces.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Placeholder {
    name: String,
    /// What it stands for.
    means: String,
    /// Only the administrator's mail may have it.
    leader_only: bool,
}

/// How mail is sent.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MailSettings {
    how: How,
    /// The mail server's name or address.
    #[serde(default)]
    server: String,
    /// Its port; null: the usual one.
    #[schema(minimum = 1)]
    port: Option<u16>,
    security: Security,
    /// Certificates, in PEM form, of authorities that count besides those that the machine trusts.
    #[serde(default)]
    authorities: String,
    /// The name to sign in with; empty: nobody signs in.
    #[serde(default)]
    user: String,
    /// Whether there is a password. Not looked at when saving.
    #[serde(default)]
    has_password: bool,
    /// The new password, empty for none; left out: as it is. Never shown.
    #[serde(skip_serializing)]
    #[schema(write_only)]
    password: Option<String>,
    /// The address that mail is from.
    #[serde(default)]
    from: String,
    /// Where people find the page.
    #[serde(default)]
    base_url: String,
    /// What is written before the subject when something was changed.
    #[serde(default)]
    changed: String,
}

/// What mail says.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Templates {
    /// What the administrator of a conference gets.
    administrator: Template,
    /// What guests get.
    guest: Template,
    /// What either gets when the conference is deleted.
    cancelled: Template,
}

/// A mail with placeholders.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Template {
    /// One line.
    subject: String,
    body: String,
}

/// To whom a mail is sent to see whether that works.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Test {
    /// His address.
    to: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct Tested {
    /// What the mail server said.
    answer: String,
}

/// A number at which callers key a code.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccessNumber {
    /// What reaches the PBX.
    number: String,
    /// How the whole world dials it, such as `+49 30 1234567 (Berlin)`; empty: as it is.
    #[serde(default)]
    dial_in: String,
}

/// A currency.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Currency {
    /// Its code of three letters, such as `EUR`.
    #[schema(pattern = "^[A-Z]{3}$")]
    code: String,
    /// How many digits of an amount are behind the point.
    #[schema(maximum = 4)]
    decimals: u8,
}

/// Shows what the provider set; owners do not see how mail is sent.
#[utoipa::path(get, path = "/settings", responses((status = 200, body = Settings), Problems))]
async fn show(State(app): State<Shared>, who: Who) -> Result<Json<Settings>, Refusal> {
    who.may(Scope::Read, MANAGERS)?;
    let mut settings = app.read(Settings::read).await?;
    if who.role != AccountRole::Provider {
        (settings.mail, settings.templates, settings.placeholders) = (None, None, None);
    }
    Ok(Json(settings))
}

/// Sets all of it.
#[utoipa::path(put, path = "/settings", request_body = Settings, responses((status = 200, body = Settings), Problems))]
async fn change(
    State(app): State<Shared>,
    who: Who,
    Body(settings): Body<Settings>,
) -> Result<Json<Settings>, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let changed = app.write(move |desk| {
        settings.write(desk)?;
        Settings::read(desk)
    });
    Ok(Json(changed.await?))
}

/// Sends a mail at once, with the settings as they are saved.
#[utoipa::path(post, path = "/settings/mail/test", request_body = Test, responses((status = 200, body = Tested), Problems))]
async fn test(State(app): State<Shared>, who: Who, Body(Test { to }): Body<Test>) -> Result<Json<Tested>, Refusal> {
    who.may(Scope::Write, PROVIDER)?;
    let directory = app.parts.directory.clone();
    let sent = tokio::task::spawn_blocking(move || mail::test(&directory, &PostOptions::default(), &to));
    match sent.await.map_err(|_| Refusal::broken())? {
        Ok(answer) => Ok(Json(Tested { answer })),
        Err(why) => Err(Refusal::new(StatusCode::CONFLICT, "declined", sentence(&why))),
    }
}

impl Settings {
    fn read(desk: &mut Desk<'_>) -> Result<Settings, Error> {
        let dial_in = desk.dial_in()?.into_iter().map(|(number, text)| {
            let dial_in = Some(text).filter(|text| *text != number.as_str()).unwrap_or_default();
            AccessNumber { number: number.to_string(), dial_in }
        });
        let mail = mail::MailSettings::load(desk)?;
        let currency = Currency {
            code: desk.setting(CURRENCY)?.unwrap_or_else(|| "EUR".into()),
            decimals: number(desk, CURRENCY_DECIMALS)?.unwrap_or(2),
        };
        Ok(Settings {
            code_length: desk.code_length()?,
            access_numbers: dial_in.collect(),
            currency,
            history_days: number(desk, Desk::HISTORY_DAYS)?,
            mail: Some(MailSettings::of(&mail)),
            templates: Some(Templates::of(&mail)),
            placeholders: Some(mail::PLACEHOLDERS.iter().map(Placeholder::of).collect()),
        })
    }

    fn write(&self, desk: &mut Desk<'_>) -> Result<(), Error> {
        let mut wrong = Vec::new();
        let Currency { code, decimals } = &self.currency;
        if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            wrong.push(Wrong::new("currency.code", "write its three letters, such as EUR"));
        }
        if *decimals > 4 {
            wrong.push(Wrong::new("currency.decimals", "no currency has more than 4"));
        }
        if self.history_days == Some(0) {
            wrong.push(Wrong::new("history_days", "write a day or more, or nothing to keep it for ever"));
        }
        told(desk.set_code_length(self.code_length), "code_length", &mut wrong)?;
        let mut wanted = BTreeMap::new();
        for (at, AccessNumber { number, dial_in }) in self.access_numbers.iter().enumerate() {
            let field = |name: &str| format!("access_numbers[{at}].{name}");
            match RoomNumber::parse(number) {
                Ok(number) if wanted.insert(number.clone(), (at, dial_in)).is_some() => {
                    wrong.push(Wrong::new(field("number"), "it is there twice; write it once"));
                }
                Ok(_) => {}
                Err(error) => wrong.push(Wrong::new(field("number"), error.to_string())),
            }
        }
        let had = desk.access_numbers()?;
        for number in had.iter().filter(|number| !wanted.contains_key(*number)) {
            told(desk.remove_access_number(number), "access_numbers", &mut wrong)?;
        }
        for (number, (at, dial_in)) in &wanted {
            let field = |name: &str| format!("access_numbers[{at}].{name}");
            if !had.contains(number) {
                told(desk.add_access_number(number), &field("number"), &mut wrong)?;
            }
            told(desk.set_dial_in(number, dial_in), &field("dial_in"), &mut wrong)?;
        }
        let mut mail = mail::MailSettings::load(desk)?;
        let before = mail.clone();
        let password = self.mail.as_ref().and_then(|changed| changed.over(&mut mail));
        if let Some(templates) = &self.templates {
            templates.over(&mut mail);
        }
        if (mail != before || password.is_some())
            && let Err(error) = mail.save(desk, password)
        {
            let Error::Invalid(found) = error else { return Err(error) };
            wrong.extend(found.into_iter().map(|Wrong { field, what }| {
                let part = if field.contains('.') { "templates" } else { "mail" };
                Wrong::new(format!("{part}.{field}"), what)
            }));
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        desk.set_setting(CURRENCY, Some(code))?;
        desk.set_setting(CURRENCY_DECIMALS, Some(&decimals.to_string()))?;
        desk.set_setting(Desk::HISTORY_DAYS, self.history_days.map(|days| days.to_string()).as_deref())
    }
}

impl MailSettings {
    fn of(settings: &mail::MailSettings) -> MailSettings {
        let mail::MailSettings { how, server, port, security, authorities, user, has_password, .. } = settings.clone();
        let mail::MailSettings { from, base_url, changed, .. } = settings.clone();
        let password = None;
        MailSettings { how, server, port, security, authorities, user, has_password, password, from, base_url, changed }
    }

    /// Writes it over what there is; returns the new password, if one was written.
    fn over(&self, settings: &mut mail::MailSettings) -> Option<&str> {
        let MailSettings { how, server, port, security, authorities, user, password, from, base_url, .. } = self;
        (settings.how, settings.port, settings.security) = (*how, *port, *security);
        let changed = &self.changed;
        for (text, new) in [
            (&mut settings.server, server),
            (&mut settings.authorities, authorities),
            (&mut settings.user, user),
            (&mut settings.from, from),
            (&mut settings.base_url, base_url),
            (&mut settings.changed, changed),
        ] {
            new.clone_into(text);
        }
        password.as_deref()
    }
}

impl Placeholder {
    fn of((name, means): &(&str, &str)) -> Placeholder {
        Placeholder { name: name.to_string(), means: means.to_string(), leader_only: *name == mail::LEADER_CODE }
    }
}

impl Templates {
    fn of(settings: &mail::MailSettings) -> Templates {
        let template = |mail::Template { subject, body }: &mail::Template| Template {
            subject: subject.clone(),
            body: body.clone(),
        };
        Templates {
            administrator: template(&settings.administrator),
            guest: template(&settings.guest),
            cancelled: template(&settings.cancelled),
        }
    }

    fn over(&self, settings: &mut mail::MailSettings) {
        for (template, Template { subject, body }) in [
            (&mut settings.administrator, &self.administrator),
            (&mut settings.guest, &self.guest),
            (&mut settings.cancelled, &self.cancelled),
        ] {
            *template = mail::Template { subject: subject.clone(), body: body.clone() };
        }
    }
}

/// Keeps what is wrong, under this field.
fn told(done: Result<(), Error>, field: &str, wrong: &mut Vec<Wrong>) -> Result<(), Error> {
    match done {
        Err(Error::Invalid(found)) => {
            wrong.extend(found.into_iter().map(|found| Wrong::new(field, found.what)));
            Ok(())
        }
        done => done,
    }
}

fn number<T: std::str::FromStr>(desk: &mut Desk<'_>, name: &str) -> Result<Option<T>, Error> {
    Ok(desk.setting(name)?.and_then(|text| text.parse().ok()))
}

const CURRENCY: &str = "currency";
const CURRENCY_DECIMALS: &str = "currency_decimals";
const PROVIDER: &[AccountRole] = &[AccountRole::Provider];
