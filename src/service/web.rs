//! What consoles have of the page.

use super::answer::Reply;
use super::{CommandError, Host, Service};

/// The page, as far as consoles show it and do something with it. Called on the service's thread: nothing here waits, the
/// answers come later.
pub trait Web: Send + Sync {
    /// Where it is and how one gets in, in lines of text.
    fn show(&self, then: WebAnswer);

    /// Makes a link by which the account of this login gets a new password, and tells it.
    fn link(&self, login: String, then: WebAnswer);
}

/// Called with what came of it, in words, once.
pub type WebAnswer = Box<dyn FnOnce(Result<String, String>) + Send>;

impl<H: Host> Service<H> {
    pub(super) fn show_web(&self, reply: Reply<Result<String, CommandError>>) {
        match &self.web {
            Some(web) => web.show(then(reply)),
            None => reply.give(Err(nowhere())),
        }
    }

    pub(super) fn link_web(&self, login: String, reply: Reply<Result<String, CommandError>>) {
        match &self.web {
            Some(web) => web.link(login, then(reply)),
            None => reply.give(Err(nowhere())),
        }
    }
}

fn then(reply: Reply<Result<String, CommandError>>) -> WebAnswer {
    Box::new(move |done| reply.give(done.map_err(CommandError::Nothing)))
}

fn nowhere() -> CommandError {
    CommandError::Nothing("the page is not served; the log says why, or conclave.conf has web=off".into())
}
