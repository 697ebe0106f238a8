//! What the provider sets for all.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::admin::app::Shared;
use crate::admin::extract::{Body, Problems};
use crate::admin::{Refusal, Scope, Who};
use crate::directory::{AccountRole, Desk, Error, Wrong};
use crate::room::RoomNumber;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/settings", get(show).put(change))
}

#[derive(OpenApi)]
#[openapi(paths(show, change))]
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

/// Shows what the provider set.
#[utoipa::path(get, path = "/settings", responses((status = 200, body = Settings), Problems))]
async fn show(State(app): State<Shared>, who: Who) -> Result<Json<Settings>, Refusal> {
    who.may(Scope::Read, PROVIDER)?;
    Ok(Json(app.read(Settings::read).await?))
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

impl Settings {
    fn read(desk: &mut Desk<'_>) -> Result<Settings, Error> {
        let dial_in = desk.dial_in()?.into_iter().map(|(number, text)| {
            let dial_in = Some(text).filter(|text| *text != number.as_str()).unwrap_or_default();
            AccessNumber { number: number.to_string(), dial_in }
        });
        let currency = Currency {
            code: desk.setting(CURRENCY)?.unwrap_or_else(|| "EUR".into()),
            decimals: number(desk, CURRENCY_DECIMALS)?.unwrap_or(2),
        };
        Ok(Settings {
            code_length: desk.code_length()?,
            access_numbers: dial_in.collect(),
            currency,
            history_days: number(desk, Desk::HISTORY_DAYS)?,
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
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        desk.set_setting(CURRENCY, Some(code))?;
        desk.set_setting(CURRENCY_DECIMALS, Some(&decimals.to_string()))?;
        desk.set_setting(Desk::HISTORY_DAYS, self.history_days.map(|days| days.to_string()).as_deref())
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
