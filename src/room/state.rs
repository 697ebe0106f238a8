//! One conference in progress.

use super::{Conference, Input, Member, MemberId, Output};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// The rules and the state of one conference in progress.
#[derive(Debug)]
pub struct Room {
    conference: Arc<Conference>,
    members: Vec<Member>,
    locked: bool,
    outputs: VecDeque<Output>,
}

impl Room {
    /// A room in which nobody is yet. The first [`Input::Join`] opens it.
    pub fn new(_now: Duration, conference: Arc<Conference>) -> Self {
        Self {
            conference,
            members: Vec::new(),
            locked: false,
            outputs: VecDeque::new(),
        }
    }

    /// Tells what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input) {
        if let Input::Join {
            member,
            caller,
            role,
            options,
        } = input
        {
            self.members
                .push(Member::new(member, caller, role, options, now));
            self.outputs.push_back(Output::Seat { member });
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Idle)
    }

    /// The conference that is held here.
    pub fn conference(&self) -> &Arc<Conference> {
        &self.conference
    }

    /// Everybody in the room, first come first.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> + DoubleEndedIterator {
        self.members.iter()
    }

    /// One member, if he is in the room.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// Whether only leaders may come in.
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}
