//! The control half's ends of the rings to and from one worker.

use std::collections::VecDeque;
use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::command::{Command, Report};
use super::stats::WorkerStats;

pub(super) struct Link {
    commands: Producer<Command>,
    /// Commands that found the ring full, in order.
    waiting: VecDeque<Command>,
    reports: Consumer<Report>,
    stats: Arc<WorkerStats>,
}

impl Link {
    pub fn new(commands: Producer<Command>, reports: Consumer<Report>, stats: Arc<WorkerStats>) -> Link {
        Link { commands, waiting: VecDeque::new(), reports, stats }
    }

    /// Sends a command, after those that wait.
    pub fn send(&mut self, command: Command) {
        self.waiting.push_back(command);
        self.flush();
        if !self.waiting.is_empty() {
            self.stats.commands_deferred.count();
        }
    }

    /// Hands over as many of the waiting commands as the ring takes.
    pub fn flush(&mut self) {
        while !self.commands.is_full() {
            let Some(command) = self.waiting.pop_front() else {
                return;
            };
            let _ = self.commands.push(command);
        }
    }

    pub fn receive(&mut self) -> Option<Report> {
        self.reports.pop().ok()
    }
}
