//! In place of the directory where none is built in: nothing is ever asked of it.

use std::time::Duration;

use super::answer::Reply;
use super::happenings::Present;
use super::{CallId, Command, CommandError, Host, Service, Show};
use crate::room::{CallResult, Query, Role};

/// There is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {}

impl Origin {
    pub(super) fn called(&self) -> &str {
        match *self {}
    }

    pub(super) fn is_same(&self, _: &Origin) -> bool {
        match *self {}
    }
}

#[derive(Debug)]
pub(super) enum Link {}

pub(super) enum Told {}

impl<H: Host> Service<H> {
    pub(super) fn ask_directory(&mut self, _: Duration, _: CallId, _: &Query) -> bool {
        false
    }

    pub(super) fn ask_again(&mut self, _: Duration, _: CallId, _: Role) -> bool {
        false
    }

    pub(super) fn told_by_directory(&mut self, _: Duration, told: Told) {
        match told {}
    }

    pub(super) fn count(&mut self, _: CallId) -> Result<(), CallResult> {
        Ok(())
    }

    pub(super) fn uncount(&mut self, _: CallId) {}

    pub(super) fn visit_begins(&mut self, _: Duration, _: CallId) {}

    pub(super) fn visit_ends(&self, _: Duration, _: CallId, _: &Present, _: CallResult) {}

    pub(super) fn visit_refused(&self, _: Duration, _: CallId, _: CallResult) {}

    pub(super) fn show_directory(
        &self,
        command: Command,
        reply: Reply<Result<String, CommandError>>,
    ) -> Option<(Command, Reply<Result<String, CommandError>>)> {
        if command == Command::Show(Show::Directory) {
            reply.give(Err(CommandError::Nothing("this Conclave was built without a directory".into())));
            return None;
        }
        Some((command, reply))
    }
}
