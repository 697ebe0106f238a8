//! The console commands, in the order of the shim's table.

use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt::Write;

use super::{guard, module, sys};
use crate::room::Role;
use crate::service::{Command, MemberPicture, Picture, RoomPicture};

/// A console command; no lock held. 0: done; 1: show the usage.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_cli(command: c_int, fd: c_int, argc: c_int, argv: *const *const c_char) -> c_int {
    guard("a console command", 0, || {
        // SAFETY: Asterisk's own words, good until we return.
        let words = unsafe { words(argc, argv) };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match answer(command, &words) {
            Some(text) => {
                let text = CString::new(text).unwrap_or_default();
                // SAFETY: prints a C string.
                unsafe { sys::cv_print(fd, text.as_ptr()) };
                0
            }
            None => 1,
        }
    })
}

/// `None`: wrong number of words.
fn answer(command: c_int, words: &[&str]) -> Option<String> {
    let Some(handle) = module::handle() else { return Some("Conclave is not running.\n".into()) };
    let verb = match (command, words) {
        (0, []) => return Some(rooms(&handle.picture())),
        (1, [room]) => return Some(one_room(&handle.picture(), room)),
        (2, []) => return Some(stats()),
        (3, [_, _]) => "kick",
        (4, [_, _]) => "mute",
        (5, [_, _]) => "unmute",
        (6, [_]) => "lock",
        (7, [_]) => "unlock",
        _ => return None,
    };
    let command: Result<Command, _> = format!("{verb} {}", words.join(" ")).parse();
    Some(match command {
        Ok(command) => match handle.command(command) {
            Ok(done) => format!("{done}\n"),
            Err(error) => format!("Not done: {error}.\n"),
        },
        Err(error) => format!("Not done: {error}.\n"),
    })
}

fn rooms(picture: &Picture) -> String {
    let mut out = format!("{:<20} {:>7} {:>7} {:>7}  {}\n", "Room", "Members", "Leaders", "Talking", "State");
    for (number, room) in &picture.rooms {
        let leaders = room.members.iter().filter(|member| member.role == Role::Leader).count();
        let talking = room.members.iter().filter(|member| member.talking).count();
        let _ = writeln!(
            out,
            "{:<20} {:>7} {leaders:>7} {talking:>7}  {}",
            number.as_str(),
            room.members.len(),
            if room.locked { "locked" } else { "open" }
        );
    }
    let _ = writeln!(out, "{} rooms in progress", picture.rooms.len());
    out
}

fn one_room(picture: &Picture, room: &str) -> String {
    let Some(found) = picture.rooms.get(room) else {
        return format!("No room {room} is in progress; 'conclave show rooms' lists those that are.\n");
    };
    let mut out =
        format!("{:<4} {:<32} {:<24} {:<12} {:<14} {}\n", "No.", "Channel", "Caller", "Role", "Voice", "Here for");
    for member in &found.members {
        let here = picture.taken_at.saturating_sub(member.joined_at).as_secs();
        let _ = writeln!(
            out,
            "{:<4} {:<32} {:<24} {:<12} {:<14} {:02}:{:02}:{:02}",
            member.number,
            member.channel,
            caller(member),
            member.role,
            voice(member),
            here / 3600,
            here / 60 % 60,
            here % 60
        );
    }
    let _ = writeln!(out, "{}", summary(room, found));
    out
}

fn summary(number: &str, room: &RoomPicture) -> String {
    let most = room.max_members.map(|most| format!(" of at most {most}")).unwrap_or_default();
    let state = if room.locked { ", locked" } else { "" };
    format!("Room {number}: {} present{most}{state}", room.members.len())
}

fn caller(member: &MemberPicture) -> String {
    match (&*member.caller.name, &*member.caller.number) {
        ("", "") => "unknown".into(),
        ("", number) => number.into(),
        (name, "") => name.into(),
        (name, number) => format!("{name} <{number}>"),
    }
}

fn voice(member: &MemberPicture) -> &'static str {
    let mutes = member.mutes;
    match member {
        MemberPicture { held: true, .. } => "on hold",
        MemberPicture { talking: true, .. } => "talking",
        MemberPicture { role: Role::Listener, .. } => "listens only",
        _ if mutes.imposed => "muted by admin",
        _ if mutes.any() => "muted",
        _ => "",
    }
}

fn stats() -> String {
    let mut out = format!(
        "{:<7} {:>6} {:>10} {:>6} {:>8} {:>6} {:>6} {:>10} {:>8} {:>9}\n",
        "Worker", "Calls", "Ticks", "Late", "Skipped", "Busy", "Slow", "Concealed", "Trimmed", "Unheard"
    );
    let Some(handle) = module::handle() else { return out };
    for (number, stats) in handle.stats().iter().enumerate() {
        let _ = writeln!(
            out,
            "{number:<7} {:>6} {:>10} {:>6} {:>8} {:>6} {:>6} {:>10} {:>8} {:>9}",
            stats.calls.get(),
            stats.ticks.get(),
            stats.late_ticks.get(),
            stats.skipped_ticks.get(),
            stats.busy_calls.get(),
            stats.slow_calls.get(),
            stats.concealed.get(),
            stats.trimmed.get(),
            stats.partials_missed.get(),
        );
    }
    out.push_str(
        "Late, skipped: ticks of 20 ms. Busy: ticks a call was left out because its channel was locked.\n\
         Slow: calls moved to a thread of their own. Concealed, trimmed: ticks of a call's sound made up or dropped.\n\
         Unheard: ticks in which another worker's part of a room came too late.\n",
    );
    out
}

/// Tab completion; no lock held. 1: the n-th word is in `out`.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_complete(
    command: c_int,
    position: c_int,
    word: *const c_char,
    n: c_int,
    argv: *const *const c_char,
    argc: c_int,
    out: *mut c_char,
    size: usize,
) -> c_int {
    guard("a completion", 0, || {
        // SAFETY: Asterisk's own words, good until we return.
        let (words, word) = unsafe { (words(argc, argv), CStr::from_ptr(word).to_string_lossy()) };
        let Some(handle) = module::handle() else { return 0 };
        let picture = handle.picture();
        let candidates: Vec<String> = match (command, position) {
            (1 | 3..=7, 0) => picture.rooms.keys().map(ToString::to_string).collect(),
            (3..=5, 1) => words
                .first()
                .and_then(|room| picture.rooms.get(room.as_str()))
                .map(|room| members(room))
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let Some(found) = candidates.into_iter().filter(|name| name.starts_with(&*word)).nth(n.max(0) as usize) else {
            return 0;
        };
        let Ok(found) = CString::new(found) else { return 0 };
        let bytes = found.as_bytes_with_nul();
        if bytes.len() > size {
            return 0;
        }
        // SAFETY: `out` has room for `size` bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
        1
    })
}

fn members(room: &RoomPicture) -> Vec<String> {
    let channels = room.members.iter().map(|member| member.channel.to_string());
    let numbers = room.members.iter().map(|member| member.number.to_string());
    numbers.chain(channels).chain(["all".to_owned()]).collect()
}

/// # Safety
/// `argv` has `argc` C strings, or null for words not typed yet.
unsafe fn words(argc: c_int, argv: *const *const c_char) -> Vec<String> {
    let mut words = Vec::new();
    for index in 0..argc.max(0) as usize {
        // SAFETY: as above.
        let word = unsafe { *argv.add(index) };
        if word.is_null() {
            break;
        }
        // SAFETY: as above.
        words.push(unsafe { CStr::from_ptr(word) }.to_string_lossy().into_owned());
    }
    words
}
