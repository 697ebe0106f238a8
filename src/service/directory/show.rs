//! What consoles show of the directory.

use std::fmt::Write;

use crate::directory::{Health, Kind, Reached};
use crate::room::RoomNumber;
use crate::service::answer::Reply;
use crate::service::{Command, CommandError, Host, Service, Show};

/// Where what came of a command is told.
type Told = Reply<Result<String, CommandError>>;

impl<H: Host> Service<H> {
    /// Answers what is about the directory, now or when it has answered. What is not comes back.
    pub(in crate::service) fn show_directory(&self, command: Command, reply: Told) -> Option<(Command, Told)> {
        match (command, &self.directory) {
            (Command::Show(Show::Directory), link) => {
                let nothing = || CommandError::Nothing("there is no directory; see 'database' in conclave.conf".into());
                reply.give(link.as_ref().map(|link| health(&link.directory.health())).ok_or_else(nothing));
                None
            }
            (Command::Show(Show::Conference(number)), Some(link)) if !self.settings.knows(&number) => {
                let in_progress = self.rooms.contains_key(&number);
                let wanted = number.clone();
                link.directory.read(
                    move |desk| desk.by_number(&wanted),
                    move |found| {
                        reply.give(match found {
                            Ok(Some(found)) => Ok(conference(&number, &found, in_progress)),
                            Ok(None) if in_progress => Err(CommandError::Nothing(format!(
                                "room {number} is in progress, and neither conclave.conf nor the directory has it"
                            ))),
                            Ok(None) => Err(CommandError::NoConference(number)),
                            Err(error) => Err(CommandError::Nothing(error.to_string())),
                        });
                    },
                );
                None
            }
            (command, _) => Some((command, reply)),
        }
    }
}

fn health(health: &Health) -> String {
    let Health { connected, trouble, waiting, unwritten, missing } = health;
    let state = if *connected { "connected" } else { "not connected" };
    let trouble = trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
    format!(
        "The directory is {state}{trouble}\nQuestions that wait: {waiting}\nHistory that waits: {unwritten}\n\
         History that was lost: {missing}"
    )
}

fn conference(number: &RoomNumber, found: &Reached, in_progress: bool) -> String {
    let Reached::Conference(reach) = found else {
        return format!("[{number}], an access number of the directory");
    };
    let details = &reach.conference.details;
    let kind = match details.kind {
        Kind::Scheduled => "a scheduled conference",
        Kind::Meeting => "a meeting room",
        Kind::Dynamic => "a dynamic number",
        Kind::Local => "a local number",
    };
    let mut out = format!("[{number}], {kind} of the directory\n");
    let account = &reach.account.details.login;
    for (name, value) in [("name", &details.name), ("tag", &details.tag), ("account", account)] {
        if !value.is_empty() {
            let _ = writeln!(out, "{name} = {value}");
        }
    }
    for (name, value) in reach.room_settings(jiff::Timestamp::now()) {
        let value = if crate::service::settings::looks_secret(&name) { "(not shown)" } else { &value };
        let _ = writeln!(out, "{name} = {value}");
    }
    out.push_str(match (details.kind.has_codes(), in_progress) {
        (false, _) => "Its rooms are like this.",
        (true, true) => "It is in progress.",
        (true, false) => "It is not in progress.",
    });
    out
}
