//! What the directory asks of settings and host before a conference is made or changed.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::finding::section;
use crate::directory::{Checks, Kind, Wrong};
use crate::room::{Menu, Role, RoomNumber};
use crate::service::Settings;
use crate::service::settings::{At, Section};

/// Answers from the settings, and from what the host says of its dial plan.
pub struct HostChecks<S, U> {
    /// The settings as they are now.
    pub settings: S,
    /// What the host's dial plan does with a number, if it is something else than leading to us.
    pub used: U,
}

impl<S, U> Checks for HostChecks<S, U>
where
    S: Fn() -> Arc<Settings> + Send + Sync,
    U: Fn(&Settings, &RoomNumber) -> Option<String> + Send + Sync,
{
    fn used_by_host(&self, number: &RoomNumber) -> Option<String> {
        let settings = (self.settings)();
        if settings.knows(number) {
            return Some("it is a room in conclave.conf".into());
        }
        if let Some((doorway, _)) = settings.behind(number.as_str()) {
            return Some(format!("it is behind {} in conclave.conf", doorway.number));
        }
        (self.used)(&settings, number)
    }

    fn read_settings(&self, kind: Kind, lines: &[(String, String)]) -> Result<(), Vec<Wrong>> {
        let number = RoomNumber::parse("0").expect("a digit is a number");
        let (_, wrong) = (self.settings)().read_section(&TimeZone::UTC, &number, section(kind), lines);
        let field = |name: String| if name.is_empty() { "settings".to_owned() } else { name };
        let wrong: Vec<Wrong> = wrong.into_iter().map(|(name, what)| Wrong::new(field(name), what)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn menu(&self, lines: &[(String, String)], role: Role) -> Arc<Menu> {
        let number = RoomNumber::parse("0").expect("a digit is a number");
        let manner = match (self.settings)().read_section(&TimeZone::UTC, &number, Section::Room, lines) {
            (Some(At::Room(conference)), _) => Some(conference.manner(role).clone()),
            _ => None,
        };
        manner.and_then(|manner| manner.menu.clone()).unwrap_or_else(|| Menu::of(role, false))
    }
}
