//! A visit as the API shows it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::admin::Who;
use crate::directory::{AccountId, AccountRole, Desk, Error, PastVisit};

/// Somebody who came.
#[derive(Serialize, ToSchema)]
pub(super) struct Visit {
    pub(super) id: i64,
    /// The PBX.
    pub(super) node: String,
    /// The conference, if it was one of the directory.
    pub(super) conference: Option<i64>,
    /// The number of its room, or what he dialled.
    pub(super) number: String,
    pub(super) tag: String,
    pub(super) account: Option<i64>,
    pub(super) account_login: Option<String>,
    pub(super) caller_number: String,
    pub(super) caller_name: String,
    /// `leader`, `participant` or `listener`; null: he was not let in.
    pub(super) role: Option<String>,
    pub(super) came: Timestamp,
    /// Null: he is there.
    pub(super) went: Option<Timestamp>,
    /// Null: he is there.
    pub(super) seconds: Option<i64>,
    /// How his call ended, or why he was not let in, in the words of the dial plan's `CONCLAVE_RESULT`; `LOST`: nobody
    /// saw it.
    pub(super) result: Option<String>,
    /// In the smallest unit of the currency. Null: he is there, or the account may not see that.
    pub(super) cost: Option<i64>,
}

/// What must be known besides a visit to show it to somebody.
pub(super) struct Viewer {
    pub(super) sees_cost: bool,
    logins: HashMap<AccountId, String>,
}

impl Viewer {
    pub(super) fn of(desk: &mut Desk<'_>, who: &Who) -> Result<Viewer, Error> {
        let logins = desk.accounts()?.into_iter().map(|account| (account.id, account.details.login));
        Ok(Viewer { sees_cost: who.role != AccountRole::Operator, logins: logins.collect() })
    }

    pub(super) fn visit(&self, visit: PastVisit) -> Visit {
        let seconds = visit.went.map(|went| went.duration_since(visit.came).as_secs());
        Visit {
            id: visit.id,
            node: visit.node,
            conference: visit.conference.map(|id| id.0),
            number: visit.number,
            tag: visit.tag,
            account: visit.account.map(|id| id.0),
            account_login: visit.account.and_then(|id| self.logins.get(&id).cloned()),
            caller_number: visit.caller_number,
            caller_name: visit.caller_name,
            role: Some(visit.role).filter(|role| !role.is_empty()),
            came: visit.came,
            went: visit.went,
            seconds,
            result: visit.result,
            cost: visit.cost.filter(|_| self.sees_cost),
        }
    }
}
