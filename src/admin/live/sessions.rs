//! By what listeners came in, and whether that is still good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::News;
use crate::admin::Who;
use crate::admin::app::Shared;
use crate::admin::who::used;
use crate::directory::{AccountRole, Desk, Error, Token};

/// By what listeners came in.
#[derive(Default)]
pub(super) struct Sessions {
    /// By the hash of a session or token: the role that its account had, and how many listen by it.
    present: Arc<Mutex<BTreeMap<String, (AccountRole, usize)>>>,
    look: Notify,
}

/// By what one listener came in; forgotten when it is dropped.
pub(super) struct Session {
    token: String,
    present: Arc<Mutex<BTreeMap<String, (AccountRole, usize)>>>,
}

impl Sessions {
    pub(super) fn enter(&self, who: &Who) -> Session {
        self.present.lock().entry(who.token.clone()).or_insert((who.role, 0)).1 += 1;
        Session { token: who.token.clone(), present: self.present.clone() }
    }

    /// Has them looked at soon.
    pub(super) fn look(&self) {
        self.look.notify_one();
    }
}

impl Session {
    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut present = self.present.lock();
        if let Some((_, count)) = present.get_mut(&self.token) {
            *count -= 1;
            if *count == 0 {
                present.remove(&self.token);
            }
        }
    }
}

/// Ends the streams of those who signed out, whose time is over, whose account was switched off or has another role.
/// While the directory cannot be asked, they go on. Never returns.
pub(in crate::admin) async fn watch(app: Shared) {
    loop {
        let _ = timeout(SPACING, app.live.sessions.look.notified()).await;
        let present: Vec<(String, AccountRole)> =
            app.live.sessions.present.lock().iter().map(|(token, (role, _))| (token.clone(), *role)).collect();
        if present.is_empty() {
            continue;
        }
        let (good, ended) = app.read(move |desk| sorted(desk, &present)).await.unwrap_or_default();
        // Who only watches uses his session too.
        good.iter().for_each(|token| used(&app, token));
        if !ended.is_empty() {
            let _ = app.live.news.send(News::Ended(Arc::new(ended)));
        }
    }
}

/// Those of them that are good, and the hashes of those that are not any more.
fn sorted(desk: &mut Desk<'_>, present: &[(String, AccountRole)]) -> Result<(Vec<Token>, BTreeSet<String>), Error> {
    let (mut good, mut ended) = (Vec::new(), BTreeSet::new());
    for (hash, role) in present {
        let token = desk.token(hash)?;
        let account = match token.as_ref().and_then(|token| token.account) {
            Some(id) => desk.account(id).map(Some),
            None => Ok(None),
        };
        let is_good = match account {
            Ok(account) => account.is_some_and(|account| account.details.enabled && account.details.role == *role),
            Err(Error::Missing(_)) => false,
            Err(error) => return Err(error),
        };
        match token.filter(|_| is_good) {
            Some(token) => good.push(token),
            None => drop(ended.insert(hash.clone())),
        }
    }
    Ok((good, ended))
}

/// How often they are looked at.
const SPACING: Duration = Duration::from_secs(3);
