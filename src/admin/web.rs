//! What consoles have of the page: where it is, and ways in for who has none.

use std::fmt::Write;
use std::future::Future;

use tokio::runtime::Handle;

use super::app::{App, Shared};
use super::links;
use super::secret::Secret;
use crate::directory::Error;
use crate::service::{Web, WebAnswer};

/// See the module's text.
pub(super) struct Console {
    app: Shared,
    runtime: Handle,
}

impl Console {
    pub(super) fn new(app: Shared, runtime: Handle) -> Console {
        Console { app, runtime }
    }

    fn answer<F: Future<Output = Result<String, String>> + Send>(
        &self,
        then: WebAnswer,
        work: impl FnOnce(Shared) -> F + Send + 'static,
    ) {
        let app = self.app.clone();
        self.runtime.spawn(async move { then(work(app).await) });
    }
}

impl Web for Console {
    fn show(&self, then: WebAnswer) {
        self.answer(then, async move |app: Shared| Ok(show(&app).await));
    }

    fn link(&self, login: String, then: WebAnswer) {
        self.answer(then, async move |app: Shared| link(&app, login).await);
    }
}

async fn show(app: &App) -> String {
    let mut out = format!("Page: {}/, listening at {}\n", app.url(), app.address);
    if let Some(certificate) = &app.certificate {
        let expires = certificate.expires().map_or_else(|| "at an unknown time".into(), |expires| expires.to_string());
        let _ = writeln!(out, "TLS: its certificate expires {expires}");
    } else {
        let _ = writeln!(out, "TLS: none");
    }
    let _ = match app.is_set_up().await {
        Ok(true) => write!(out, "A forgotten password: 'conclave web link LOGIN' makes a link for a new one"),
        Ok(false) => {
            let url = app.link(&app.first.token_or_new());
            write!(out, "There is no account yet; make the first one at {url}")
        }
        Err(refusal) => write!(out, "Nobody can sign in now: {}", refusal.problem.message),
    };
    out
}

async fn link(app: &App, login: String) -> Result<String, String> {
    let secret = Secret::new();
    let new = secret.clone();
    let name = login.clone();
    let made = app.write(move |desk| {
        let Some(account) = desk.account_by_login(&name)? else { return Err(Error::Missing("account")) };
        if !account.details.enabled {
            return Err(Error::Refused("this account is switched off; a provider has to switch it on first".into()));
        }
        links::make(desk, account.id, &new)
    });
    // The console ends it with a full stop itself.
    made.await.map_err(|refusal| refusal.problem.message.trim_end_matches('.').to_owned())?;
    log::warn!("the console made a link to the account {}", login.escape_debug());
    Ok(format!("Within 24 hours a new password can be set at {}", app.link(&secret)))
}
