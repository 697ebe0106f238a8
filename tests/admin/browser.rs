//! A browser as far as the server sees it: a cookie, a CSRF token, and headers that pages cannot make up.

use std::net::SocketAddr;
use std::sync::mpsc;

use conclave::directory::{AccountDetails, AccountId, AccountRole};
use serde_json::{Value, json};

use crate::common::{Answer, PATIENCE, World, raw};

/// See the module's text.
#[derive(Clone)]
pub struct Browser {
    pub address: SocketAddr,
    /// The path that the page is served under.
    pub base: String,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
}

impl Browser {
    pub fn new(world: &World) -> Browser {
        let address = world.address;
        Browser { address, base: String::new(), cookie: None, csrf: None, headers: Vec::new() }
    }

    /// With one more header.
    pub fn with(&self, name: &str, value: &str) -> Browser {
        let mut browser = self.clone();
        browser.headers.push((name.into(), value.into()));
        browser
    }

    /// A request for a path of the API.
    pub fn api(&mut self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = format!("{}/api/v1{path}", self.base);
        let mut headers = self.headers.clone();
        let mut header = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        if let Some(cookie) = &self.cookie {
            header("Cookie", &format!("theme=dark; conclave_session={cookie}"));
        }
        if let Some(csrf) = &self.csrf {
            header("X-CSRF-Token", csrf);
        }
        let body = body.map(|body| body.to_string());
        if body.is_some() {
            header("Content-Type", "application/json");
        }
        let answer = raw(self.address, method, &path, &headers, body.unwrap_or_default().as_bytes());
        if let Some(set) = answer.header("set-cookie") {
            let value = set.split(';').next().unwrap().strip_prefix("conclave_session=").unwrap();
            self.cookie = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        if let Ok(Value::String(csrf)) = serde_json::from_slice(&answer.body).map(|body: Value| body["csrf"].clone()) {
            self.csrf = Some(csrf);
        }
        answer
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.api("GET", path, None)
    }

    pub fn post(&mut self, path: &str, body: Value) -> Answer {
        self.api("POST", path, Some(body))
    }

    pub fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.post("/session", json!({"login": login, "password": password}))
    }
}

/// Good enough, and not among those that are refused.
pub const PASSWORD: &str = "correct horse battery";

impl World {
    /// An account with [`PASSWORD`], set by a link.
    pub fn person(&self, login: &str, role: AccountRole) -> AccountId {
        let details = AccountDetails::new(login, role);
        let account = self.desk(move |desk| desk.create_account(&details)).id;
        let url = self.console_link(login).unwrap();
        let token = url.rsplit('/').next().unwrap();
        Browser::new(self).post("/link", json!({"token": token, "password": PASSWORD})).json(200);
        account
    }

    /// The same, signed in.
    pub fn signed_in(&self, login: &str, role: AccountRole) -> (AccountId, Browser) {
        let account = self.person(login, role);
        let mut browser = Browser::new(self);
        browser.sign_in(login, PASSWORD).json(200);
        (account, browser)
    }

    /// Changes an account behind the page's back.
    pub fn change(&self, id: AccountId, mut change: impl FnMut(&mut AccountDetails) + Send + 'static) {
        self.desk(move |desk| {
            let mut account = desk.account(id)?;
            change(&mut account.details);
            desk.update_account(id, account.version, &account.details)
        });
    }

    /// What the console's `show web` says.
    pub fn console_show(&self) -> String {
        let (sender, told) = mpsc::channel();
        self.admin().web().show(Box::new(move |done| sender.send(done).unwrap()));
        told.recv_timeout(PATIENCE).unwrap().unwrap()
    }

    /// What its `web link` says.
    pub fn console_link(&self, login: &str) -> Result<String, String> {
        let (sender, told) = mpsc::channel();
        self.admin().web().link(login.into(), Box::new(move |done| sender.send(done).unwrap()));
        told.recv_timeout(PATIENCE).unwrap()
    }
}
