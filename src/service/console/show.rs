//! What an administrator can see, as text.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use super::{CommandError, Show};
use crate::engine::WorkerStats;
use crate::room::{Caller, DoorwayKind, RecordingState, Role, RoomNumber};
use crate::service::settings::{Profile, Settings};
use crate::service::{MemberPicture, Picture, RoomPicture};

/// All but [`Show::Lockouts`], [`Show::Directory`] and [`Show::Web`], which only the service and the page know.
pub(in crate::service) fn show(
    what: &Show,
    picture: &Picture,
    stats: &[Arc<WorkerStats>],
) -> Result<String, CommandError> {
    let settings = &*picture.settings;
    let mut text = match what {
        Show::Rooms => rooms(picture),
        Show::Room(number) => room(picture, number)?,
        Show::Stats => workers(stats),
        Show::Conference(number) => conference(settings, picture, number)?,
        Show::Profiles => profiles(settings),
        Show::Menus(None) => menus(settings),
        Show::Menus(Some(name)) => menu(settings, name)?,
        Show::Lockouts | Show::Directory | Show::Web => String::new(),
    };
    text.truncate(text.trim_end().len());
    Ok(text)
}

fn rooms(picture: &Picture) -> String {
    let mut out = format!("{:<20} {:>7} {:>7} {:>7}  {}\n", "Room", "Members", "Leaders", "Talking", "State");
    for (number, room) in &picture.rooms {
        let leaders = room.members.iter().filter(|member| member.role == Role::Leader).count();
        let talking = room.members.iter().filter(|member| member.talking).count();
        let mut states = vec![if room.locked { "locked" } else { "open" }];
        states.extend(room.states());
        let _ = writeln!(
            out,
            "{:<20} {:>7} {leaders:>7} {talking:>7}  {}",
            number.as_str(),
            room.members.len(),
            states.join(", ")
        );
    }
    let _ = writeln!(out, "{} rooms in progress", picture.rooms.len());
    out
}

fn room(picture: &Picture, number: &RoomNumber) -> Result<String, CommandError> {
    let found = picture.rooms.get(number).ok_or_else(|| CommandError::NoRoom(number.clone()))?;
    let mut out = format!(
        "{:<4} {:<36} {:<24} {:<12} {:<16} {:<8} {}\n",
        "No.", "Channel", "Caller", "Role", "Voice", "Here for", "State"
    );
    for member in &found.members {
        let here = picture.taken_at.saturating_sub(member.joined_at);
        let line = format!(
            "{:<4} {:<36} {:<24} {:<12} {:<16} {:<8} {}",
            member.number,
            member.channel,
            caller(&member.caller),
            member.role,
            voice(member),
            clock(here),
            state(member)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let most = found.max_members.map(|most| format!(" of at most {most}")).unwrap_or_default();
    let mut states = vec![format!("Room {number}: {} present{most}", found.members.len())];
    states.extend(found.locked.then(|| "locked".to_owned()));
    states.extend(found.states().map(str::to_owned));
    if found.mix.most_talkers > 0 {
        states.push(format!("at most {} heard at once", found.mix.most_talkers));
    }
    states.extend(found.mix.comfort_noise.map(|level| format!("comfort noise {level} dB")));
    states.extend(found.ends_at.map(|end| format!("ends in {}", clock(end.saturating_sub(picture.taken_at)))));
    if !found.calling.is_empty() {
        states.push(format!("calls {}", found.calling.join(" ")));
    }
    states.push(format!("mixed at {} kHz", found.rate.hz() / 1000));
    let _ = writeln!(out, "{}", states.join(", "));
    if !found.speakers.is_empty() {
        let speakers: Vec<String> = found.speakers.iter().take(MOST_SPEAKERS).map(u32::to_string).collect();
        let _ = writeln!(out, "Spoke last, the latest first: {}", speakers.join(", "));
    }
    Ok(out)
}

/// As many as fit a line.
const MOST_SPEAKERS: usize = 16;

impl RoomPicture {
    fn states(&self) -> impl Iterator<Item = &'static str> {
        self.muted.then_some("all muted").into_iter().chain(recording(self.recording))
    }
}

fn recording(state: RecordingState) -> Option<&'static str> {
    match state {
        RecordingState::Off => None,
        RecordingState::Announced => Some("recording is announced"),
        RecordingState::On => Some("recorded"),
        RecordingState::Paused => Some("recording is paused"),
    }
}

fn caller(caller: &Caller) -> String {
    match (&*caller.name, &*caller.number) {
        ("", "") => "unknown".into(),
        ("", number) => number.into(),
        (name, "") => name.into(),
        (name, number) => format!("{name} <{number}>"),
    }
}

fn voice(member: &MemberPicture) -> String {
    let mutes = member.mutes;
    let word = match member {
        MemberPicture { held: true, .. } => "on hold",
        MemberPicture { waits: Some(why), .. } => why.as_str(),
        MemberPicture { talking: true, level: Some(level), .. } => return format!("talking {level} dB"),
        MemberPicture { talking: true, .. } => "talking",
        MemberPicture { role: Role::Listener, .. } => "listens only",
        _ if mutes.imposed => "muted by admin",
        _ if mutes.any() => "muted",
        _ => "",
    };
    word.into()
}

fn state(member: &MemberPicture) -> String {
    let parts =
        [(member.hand, "hand up"), (member.deaf, "deaf"), (member.levelled, "levelled"), (member.denoised, "denoised")];
    let parts: Vec<&str> = parts.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    parts.join(", ")
}

pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn workers(all: &[Arc<WorkerStats>]) -> String {
    let mut out = format!(
        "{:<7} {:>6} {:>10} {:>6} {:>8} {:>6} {:>6} {:>10} {:>8} {:>9} {:>10}\n",
        "Worker", "Calls", "Ticks", "Late", "Skipped", "Busy", "Slow", "Concealed", "Trimmed", "Unheard", "Encodes"
    );
    for (number, stats) in all.iter().enumerate() {
        let _ = writeln!(
            out,
            "{number:<7} {:>6} {:>10} {:>6} {:>8} {:>6} {:>6} {:>10} {:>8} {:>9} {:>10}",
            stats.calls.get(),
            stats.ticks.get(),
            stats.late_ticks.get(),
            stats.skipped_ticks.get(),
            stats.busy_calls.get(),
            stats.slow_calls.get(),
            stats.concealed.get(),
            stats.trimmed.get(),
            stats.partials_missed.get(),
            stats.encodes.get(),
        );
    }
    out.push_str(
        "Late, skipped: ticks of 20 ms. Busy: ticks a call was left out because its channel was locked.\n\
         Slow: calls moved to a thread of their own. Concealed, trimmed: ticks of a call's sound made up or dropped.\n\
         Unheard: ticks in which another worker's part of a room came too late.\n\
         Encodes: ticks that were encoded in other codecs than G.711, each for all who hear the same.\n",
    );
    out
}

/// As it was written; what is not there is as it is usual.
fn conference(settings: &Settings, picture: &Picture, number: &RoomNumber) -> Result<String, CommandError> {
    let kind = match settings.doorways.get(number).map(|doorway| doorway.kind) {
        Some(DoorwayKind::Dynamic { .. }) => "a dynamic number",
        Some(DoorwayKind::Access) => "an access number",
        Some(DoorwayKind::Local) => "a local number",
        None => "a room",
    };
    let Some(lines) = settings.written.get(number) else {
        return Err(CommandError::Nothing(if settings.left_out.contains(number) {
            format!("room {number} is left out, because something in it is wrong; the log said what when it was read")
        } else if picture.rooms.contains_key(number) {
            format!("room {number} is in progress, and no section of conclave.conf is about it alone")
        } else {
            format!("conclave.conf has no section [{number}]")
        }));
    };
    let mut out = format!("[{number}], {kind}\n");
    for (name, value) in &**lines {
        let _ = writeln!(out, "{name} = {value}");
    }
    let progress = if picture.rooms.contains_key(number) { "It is in progress." } else { "It is not in progress." };
    out.push_str(if kind == "a room" { progress } else { "Its rooms are like this." });
    Ok(out)
}

fn profiles(settings: &Settings) -> String {
    let mut profiles: Vec<(&String, &Profile)> = settings.profiles.iter().collect();
    profiles.sort_unstable_by_key(|(name, _)| *name);
    let mut out = String::new();
    for (name, profile) in &profiles {
        let role = profile.role().map(|role| ("role", role.as_str()));
        let lines: Vec<String> =
            role.into_iter().chain(profile.lines()).map(|(name, value)| format!("{name} = {value}")).collect();
        let _ = writeln!(out, "{:<20} {}", name, lines.join("; "));
    }
    let _ = writeln!(out, "{} profiles", profiles.len());
    out
}

fn menus(settings: &Settings) -> String {
    let mut menus: Vec<_> = settings.menus.iter().collect();
    menus.sort_unstable_by_key(|(name, _)| *name);
    let mut out = String::new();
    for (name, menu) in &menus {
        let keys: Vec<&str> = menu.keys().map(|(sequence, _)| sequence).collect();
        let _ = writeln!(out, "{name:<20} {}", keys.join(" "));
    }
    let _ = writeln!(out, "{} menus; 'conclave show menus MENU' shows what the keys of one do", menus.len());
    out
}

fn menu(settings: &Settings, name: &str) -> Result<String, CommandError> {
    let menu = settings.menu(name).map_err(CommandError::Nothing)?;
    let mut out = String::new();
    for (sequence, actions) in menu.keys() {
        let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{sequence:<8} {}", actions.join(", "));
    }
    let _ = writeln!(out, "{} sequences; {} ms for a further key", menu.keys().len(), menu.pause().as_millis());
    Ok(out)
}
