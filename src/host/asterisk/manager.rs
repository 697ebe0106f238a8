//! Actions of the manager interface (AMI): what consoles can do, by the same table, and lists of what there is.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Arc, LazyLock};

use super::{module, sys};
use crate::engine::WorkerStats;
use crate::host::{c_string, guard};
use crate::room::RecordingState;
use crate::service::{Command, MemberPicture, Picture, RoomPicture, Show, VERBS, Verb, Word};

/// An action as Asterisk wants it. The strings live as long as the library.
struct Action {
    verb: &'static Verb,
    /// The fields for the verb's words.
    fields: Vec<CString>,
    name: CString,
    synopsis: CString,
    description: CString,
    privilege: c_int,
}

static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| VERBS.iter().map(Action::of).collect());

impl Action {
    fn of(verb: &'static Verb) -> Action {
        let fields = fields(verb);
        let mut description = format!("{}.\nThe fields:\n", verb.help);
        for (place, (field, word)) in fields.iter().zip(verb.words).enumerate() {
            let needed = if place < verb.needed { "" } else { ", not needed" };
            description += &format!("    {field}: {}{needed}\n", word.form());
        }
        if fields.is_empty() {
            description = format!("{}. It has no fields but ActionID.", verb.help);
        }
        Action {
            verb,
            fields: fields.iter().map(|field| c_string(field)).collect(),
            name: c_string(&name(verb)),
            synopsis: c_string(verb.help.split([':', ';']).next().unwrap_or_default()),
            description: c_string(&description),
            privilege: privilege(verb) as c_int,
        }
    }

    /// Does it, as a console would.
    fn command(&self, read: impl Fn(&CStr) -> String) -> Result<Command, String> {
        let mut words: Vec<String> = self.fields.iter().map(|field| read(field)).collect();
        while words.last().is_some_and(String::is_empty) {
            words.pop();
        }
        let missing = |(place, field): (usize, &CString)| {
            let is_missing = words.get(place).map_or(place < self.verb.needed, String::is_empty);
            is_missing.then(|| format!("{} is missing", field.to_string_lossy()))
        };
        if let Some(missing) = self.fields.iter().enumerate().find_map(missing) {
            return Err(missing);
        }
        self.verb.command(&words).map_err(|error| error.to_string())
    }
}

/// `ConclaveKick`; lists have the names that administrators know from other applications.
fn name(verb: &Verb) -> String {
    match verb.name {
        "show rooms" => "ConclaveListRooms".into(),
        "show room" => "ConclaveList".into(),
        "show stats" => "ConclaveListWorkers".into(),
        name => format!("Conclave{}", name.split(' ').map(capitalised).collect::<String>()),
    }
}

/// The names of the fields for a verb's words.
fn fields(verb: &Verb) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for word in verb.words {
        let field = match word {
            Word::Room | Word::Conference => "Room".into(),
            Word::Member | Word::Members | Word::MemberOrOff => "Member".into(),
            Word::Menu => "Menu".into(),
            Word::OneOf(_) => "Option".into(),
            Word::Free("N") => "Number".into(),
            Word::Free(name) => capitalised(name.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()),
        };
        // The second one is where it goes.
        fields.push(if fields.contains(&field) { "To".into() } else { field });
    }
    fields
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect()
}

/// Whoever may act in calls may act in rooms; the rest is for those who may use the console.
fn privilege(verb: &Verb) -> sys::cv_privilege {
    match verb.name {
        "show web" => sys::CV_COMMANDS,
        name if name.starts_with("show ") => sys::CV_REPORTS,
        _ if verb.words.first() == Some(&Word::Room) => sys::CV_CALLS,
        _ => sys::CV_COMMANDS,
    }
}

/// How many actions there are.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_actions() -> c_int {
    VERBS.len() as c_int
}

/// What an action is.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_describe_action(action: c_int, described: *mut sys::cv_action) {
    guard("an action's description", (), || {
        let Some(action) = ACTIONS.get(action as usize) else { return };
        let (name, synopsis) = (action.name.as_ptr(), action.synopsis.as_ptr());
        let description = action.description.as_ptr();
        // SAFETY: a place for it.
        unsafe { described.write(sys::cv_action { name, synopsis, description, privilege: action.privilege }) };
    });
}

/// An action, on its session's thread; no lock held.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_action(session: *mut c_void, message: *const c_void) {
    guard("an action of the manager interface", (), || {
        let answer = Answer { session, message };
        let name = answer.field(c"Action");
        let is_meant = |action: &&Action| action.name.to_string_lossy().eq_ignore_ascii_case(&name);
        let Some(action) = ACTIONS.iter().find(is_meant) else { return };
        let Some(handle) = module::handle() else { return answer.not_done("Conclave is not running") };
        match action.command(|field| answer.field(field)) {
            Ok(Command::Show(Show::Rooms)) => answer.rooms(&handle.picture()),
            Ok(Command::Show(Show::Room(number))) => match handle.picture().rooms.get(&number) {
                Some(room) => answer.members(number.as_str(), room, &handle.picture()),
                None => answer.not_done(&format!("No room {number} is in progress")),
            },
            Ok(Command::Show(Show::Stats)) => answer.workers(handle.stats()),
            Ok(command) => {
                let is_shown = matches!(command, Command::Show(_));
                match handle.command(command) {
                    Ok(text) if is_shown => answer.done("What the console shows follows", &text),
                    Ok(done) => answer.done(&done, ""),
                    Err(error) => answer.not_done(&error.to_string()),
                }
            }
            Err(wrong) => answer.not_done(&wrong),
        }
    });
}

/// Where an action came from.
struct Answer {
    session: *mut c_void,
    message: *const c_void,
}

impl Answer {
    fn field(&self, name: &CStr) -> String {
        // SAFETY: Asterisk's own message, good until the action returns.
        let value: *const c_char = unsafe { sys::cv_header(self.message, name.as_ptr()) };
        // SAFETY: never null.
        unsafe { CStr::from_ptr(value) }.to_string_lossy().trim().to_owned()
    }

    fn done(&self, text: &str, lines: &str) {
        let fields: String = lines.lines().map(|line| format!("Output: {line}\r\n")).collect();
        let (text, fields) = (c_string(&one_line(text)), c_string(&fields));
        // SAFETY: Asterisk's own session and message, good until the action returns; both strings live over the call.
        unsafe { sys::cv_done(self.session, self.message, text.as_ptr(), fields.as_ptr()) }
    }

    fn not_done(&self, text: &str) {
        let text = c_string(&one_line(text));
        // SAFETY: as above.
        unsafe { sys::cv_not_done(self.session, self.message, text.as_ptr()) }
    }

    /// A list, each of its items as fields.
    fn list(&self, event: &str, what: &str, items: impl Iterator<Item = Vec<(&'static str, String)>>) {
        let (begin, complete) = (c_string(&format!("{what} follow")), c_string(&format!("{event}Complete")));
        let event = c_string(event);
        // SAFETY: as above.
        unsafe { sys::cv_list_begin(self.session, self.message, begin.as_ptr()) };
        let mut count = 0;
        for item in items {
            let fields: String = item.iter().map(|(name, value)| format!("{name}: {}\r\n", one_line(value))).collect();
            let fields = c_string(&fields);
            // SAFETY: as above.
            unsafe { sys::cv_list_item(self.session, self.message, event.as_ptr(), fields.as_ptr()) };
            count += 1;
        }
        // SAFETY: as above.
        unsafe { sys::cv_list_end(self.session, self.message, complete.as_ptr(), count) };
    }

    fn rooms(&self, picture: &Picture) {
        let rooms = picture.rooms.iter().map(|(number, room)| {
            let waiting = room.members.iter().filter(|member| member.waits.is_some()).count();
            let talking = room.members.iter().filter(|member| member.talking).count();
            vec![
                ("Room", number.to_string()),
                ("Name", room.name.clone()),
                ("Members", room.members.len().to_string()),
                ("Leaders", super::info::leaders(room).to_string()),
                ("Waiting", waiting.to_string()),
                ("Talking", talking.to_string()),
                ("MaxMembers", room.max_members.unwrap_or(0).to_string()),
                ("Locked", yes(room.locked)),
                ("Muted", yes(room.muted)),
                ("Recording", yes(room.recording != RecordingState::Off)),
            ]
        });
        self.list("ConclaveListRooms", "Rooms in progress", rooms);
    }

    fn members(&self, number: &str, room: &RoomPicture, picture: &Picture) {
        let item = |member: &MemberPicture| {
            vec![
                ("Room", number.to_owned()),
                ("Member", member.number.to_string()),
                ("Channel", member.channel.to_string()),
                ("CallerName", member.caller.name.clone()),
                ("CallerNumber", member.caller.number.clone()),
                ("Role", member.role.to_string()),
                ("Muted", yes(member.mutes.any())),
                ("Deaf", yes(member.deaf)),
                ("Talking", yes(member.talking)),
                ("Level", member.level.map(|level| level.to_string()).unwrap_or_default()),
                ("Hand", yes(member.hand)),
                ("Waits", member.waits.map(|why| why.to_string()).unwrap_or_default()),
                ("Held", yes(member.held)),
                ("Levelled", yes(member.levelled)),
                ("Denoised", yes(member.denoised)),
                ("TalkVolume", member.talk_volume.decibels().to_string()),
                ("ListenVolume", member.listen_volume.decibels().to_string()),
                ("Seconds", picture.taken_at.saturating_sub(member.joined_at).as_secs().to_string()),
            ]
        };
        self.list("ConclaveList", "Members", room.members.iter().map(item));
    }

    fn workers(&self, stats: &[Arc<WorkerStats>]) {
        let workers = stats.iter().enumerate().map(|(number, stats)| {
            vec![
                ("Worker", number.to_string()),
                ("Calls", stats.calls.get().to_string()),
                ("Ticks", stats.ticks.get().to_string()),
                ("LateTicks", stats.late_ticks.get().to_string()),
                ("SkippedTicks", stats.skipped_ticks.get().to_string()),
                ("BusyCalls", stats.busy_calls.get().to_string()),
                ("SlowCalls", stats.slow_calls.get().to_string()),
                ("Concealed", stats.concealed.get().to_string()),
                ("Trimmed", stats.trimmed.get().to_string()),
                ("Encodes", stats.encodes.get().to_string()),
            ]
        });
        self.list("ConclaveListWorkers", "Workers", workers);
    }
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// What a telephone says of itself may hold anything, and a line's end would begin another field.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
