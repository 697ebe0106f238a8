//! Every setting: a right value does what it says, a wrong one is told and changes nothing.

use std::sync::Arc;
use std::time::Duration;

use crate::sim::settings;
use conclave::room::{
    Answering, Arrivals, Conference, DoorwayKind, EndWithLeader, Manner, Music, Role, RoomNumber, WaitForLeader,
    WhoInvites,
};
use conclave::service::Settings;
use conclave::service::settings::{KEYS, SOUNDS, Where};

/// The name of a key, a right value, whether it did what it should, and a wrong value.
type Row = (&'static str, &'static str, fn(&Settings) -> bool, &'static str);

const GENERAL: &[Row] = &[
    ("workers", "3", |settings| settings.workers == Some(3), "many"),
    ("on_demand", "yes", |settings| settings.on_demand, "perhaps"),
    ("pin_attempts", "5", |settings| settings.entry.pin_attempts == 5, "11"),
    ("first_digit_time", "20s", |settings| settings.entry.first_digit == seconds(20), "0"),
    ("next_digit_time", "4", |settings| settings.entry.next_digit == seconds(4), "2m"),
    ("answer_time", "2m", |settings| settings.entry.attempt == seconds(120), "soon"),
    ("name_time", "5s", |settings| settings.entry.name_time == seconds(5), "5m"),
    ("naming_time", "1m", |settings| settings.entry.naming == seconds(60), "1s"),
    ("lockout_caller", "7", |settings| settings.guard.lockout_caller == 7, "-1"),
    ("lockout_room", "0", |settings| settings.guard.lockout_room == 0, "none"),
    ("lockout_number", "9", |settings| settings.guard.lockout_number == 9, "9.5"),
    ("lockout_window", "2h", |settings| settings.guard.lockout_window == seconds(7200), "0"),
    ("lockout_time", "1d", |settings| settings.guard.lockout_time == seconds(86_400), "8d"),
    ("trunks", "192.0.2.1, ::1", |settings| settings.guard.trunks.len() == 2, "provider.example"),
    ("recordings", "/var/rec", |settings| settings.recordings.as_deref() == Some("/var/rec"), "rec"),
    ("history", "no", |settings| settings.history == Where::Off, "history.csv"),
    ("history", "yes", |settings| settings.history == Where::Usual, ""),
    ("history", "/h.csv", |settings| settings.history == Where::At("/h.csv".into()), "maybe"),
    ("web", "off", |settings| settings.web.listen.is_none(), "everywhere"),
    ("web", "127.0.0.1:7380", |settings| settings.web.listen.is_some(), "7380"),
    ("web_path", "/conclave", |settings| settings.web.path == "/conclave", "con clave"),
    ("web_certificate", "/c.pem", |settings| settings.web.certificate.is_some(), "c.pem"),
    ("web_key", "/k.pem", |settings| settings.web.key.is_some(), "k.pem"),
    ("web_proxy", "yes", |settings| settings.web.behind_proxy, "perhaps"),
    ("web_url", "https://pbx.example.org", |settings| settings.web.url.is_some(), "pbx"),
    ("database", "off", |settings| settings.database == Where::Off, "conclave.db"),
    ("database", "/c.db", |settings| settings.database == Where::At("/c.db".into()), ""),
    ("database", "postgresql://db/c", |settings| matches!(settings.database, Where::At(_)), "mysql://db/c"),
    ("node", "pbx1", |settings| settings.node.as_deref() == Some("pbx1"), "pbx 1"),
    ("dialplan_contexts", "a, b", |settings| *settings.dialplan_contexts == ["a", "b"], "a b"),
];

const ROOM: &[Row] = &[
    ("type", "room", |settings| !settings.conferences.is_empty(), "rom"),
    ("enabled", "no", |settings| !room(settings).enabled, "n o"),
    ("pin", "4711", |settings| room(settings).pin.is_some(), "47x1"),
    ("leader_pin", "9753", |settings| room(settings).leader_pin.is_some(), ""),
    ("code", "482913", |settings| room(settings).code.is_some(), "4-8"),
    ("leader_code", "730164", |settings| room(settings).leader_code.is_some(), "x"),
    ("max_members", "50", |settings| room(settings).max_members == Some(50), "0"),
    ("lobby", "yes", |settings| room(settings).lobby, "2"),
    ("opens", "2026-11-24 09:00Z", |settings| room(settings).schedule.opens == Some(seconds(1_795_510_800)), "09:00"),
    ("early", "15m", |settings| room(settings).schedule.early == seconds(900), "8d"),
    (
        "closes",
        "2026-11-24 10:30Z",
        |settings| room(settings).schedule.closes == Some(seconds(1_795_516_200)),
        "24.11.",
    ),
    ("max_duration", "2h", |settings| room(settings).max_duration == Some(seconds(7200)), "0"),
    ("max_duration", "no", |settings| room(settings).max_duration.is_none(), "long"),
    ("warnings", "1m,5m&30s", |settings| *room(settings).warnings == [seconds(300), seconds(60), seconds(30)], "5m,x"),
    ("warnings", "no", |settings| room(settings).warnings.is_empty(), "0s"),
    ("extend_by", "20m", |settings| room(settings).extend_by == seconds(1200), "0s"),
    ("leader_grace", "1m", |settings| room(settings).leader_grace == seconds(60), "2d"),
    ("leader_profile", "chair", |settings| room(settings).leaders.quiet, ""),
    ("leader_menu", "keys", |settings| room(settings).leaders.menu.is_some(), "kees"),
    ("most_talkers", "3", |settings| room(settings).mix.most_talkers == 3, "17"),
    ("most_talkers", "no", |settings| room(settings).mix.most_talkers == 0, "few"),
    ("comfort_noise", "-60", |settings| room(settings).mix.comfort_noise == Some(-60), "-30"),
    ("comfort_noise", "no", |settings| room(settings).mix.comfort_noise.is_none(), "yes"),
    ("language", "fr", |settings| room(settings).language.as_deref() == Some("fr"), "../fr"),
    ("name_sound", "custom/us", |settings| room(settings).name_sound.as_deref() == Some("custom/us"), "us.wav"),
    ("begin_sound", "go", |settings| room(settings).begin_sound.as_deref() == Some("go"), ""),
    ("record", "yes", |settings| room(settings).recording.automatic, "always"),
    ("record_tracks", "yes", |settings| room(settings).recording.tracks, "each"),
    ("record_file", "board", |settings| room(settings).recording.file.as_deref() == Some("board"), "board.wav"),
    ("record_format", "flac", |settings| &*room(settings).recording.format == "flac", "mp3"),
    ("invite", "everybody", |settings| room(settings).inviting.who == WhoInvites::Everybody, "friends"),
    ("invite", "no", |settings| room(settings).inviting.who == WhoInvites::Nobody, "-"),
    ("invite_context", "out", |settings| room(settings).inviting.context.as_deref() == Some("out"), "out side"),
    ("invite_at_once", "9", |settings| room(settings).inviting.at_once == 9, "0"),
    ("invite_ring_time", "30s", |settings| room(settings).inviting.ring_time == seconds(30), "1d"),
    ("invite_confirm", "yes", |settings| room(settings).inviting.confirm, "1 2"),
    ("invite_at_opening", "201&202", |settings| *room(settings).inviting.at_opening == ["201", "202"], "201 202"),
];

const MANNER: &[Row] = &[
    ("answer", "never", |settings| manner(settings).answer == Answering::Never, "later"),
    ("session_time", "1h", |settings| manner(settings).session_time == Some(seconds(3600)), "-1"),
    ("wait_for_leader", "once", |settings| manner(settings).wait_for_leader == WaitForLeader::Once, "sometimes"),
    ("wait_for_leader", "yes", |settings| manner(settings).wait_for_leader == WaitForLeader::Always, ""),
    ("end_with_leader", "any", |settings| manner(settings).end_with_leader == EndWithLeader::Any, "some"),
    ("end_with_leader", "true", |settings| manner(settings).end_with_leader == EndWithLeader::Last, "2"),
    ("quiet", "yes", |settings| manner(settings).quiet, "silent"),
    ("arrivals", "words", |settings| manner(settings).arrivals == Arrivals::Words, "music"),
    ("arrivals", "names", |settings| manner(settings).arrivals == Arrivals::Names { review: false }, "name"),
    ("arrivals", "reviewed_names", |settings| manner(settings).arrivals == Arrivals::Names { review: true }, ""),
    ("arrivals", "no", |settings| manner(settings).arrivals == Arrivals::Nothing, "yes"),
    ("hear_own_arrival", "no", |settings| !manner(settings).hear_own_arrival, "none"),
    ("count_at_join", "yes", |settings| manner(settings).count_at_join, "3"),
    ("count_to_all", "7", |settings| manner(settings).count_to_all == Some(7), "some"),
    ("count_to_all", "yes", |settings| manner(settings).count_to_all == Some(0), "-1"),
    ("only_person", "off", |settings| !manner(settings).only_person, "o"),
    ("announcement", "custom/hi", |settings| manner(settings).announcement.as_deref() == Some("custom/hi"), "hi.gsm"),
    ("start_muted", "yes", |settings| manner(settings).start_muted, "muted"),
    ("start_deaf", "yes", |settings| manner(settings).start_deaf, "deaf"),
    ("level", "yes", |settings| manner(settings).level, "loud"),
    ("denoise", "yes", |settings| manner(settings).denoise, "-20"),
    ("menu", "keys", |settings| manner(settings).menu.is_some(), "kees"),
    ("pass_digits", "yes", |settings| manner(settings).pass_digits, "all"),
    ("stereo", "no", |settings| !manner(settings).stereo, "mono"),
    ("music", "jazz", |settings| manner(settings).music == Some(Music::Class("jazz".into())), ""),
    ("music", "no", |settings| manner(settings).music.is_none(), "soft jazz"),
    ("music_file", "wait", |settings| manner(settings).music == Some(Music::File("wait".into())), "wait.mp3"),
];

const ELSEWHERE: &[(&str, &str, Row)] = &[
    (
        "dynamic",
        "700",
        ("opener_leads", "no", |settings| doorway(settings) == DoorwayKind::Dynamic { opener_leads: false }, "x"),
    ),
    ("profile", "chair", ("role", "leader", |settings| role(settings) == Some(Role::Leader), "boss")),
    ("profile", "chair", ("role", "listener", |settings| role(settings) == Some(Role::Listener), "guest")),
    ("menu", "keys", ("pause", "3s", |settings| settings.menus["keys"].pause() == seconds(3), "0s")),
];

/// What rooms may name.
const NAMED: &str = "[chair]\ntype = profile\nquiet = yes\n[keys]\ntype = menu\n1 = toggle_mute\n";

#[test]
fn every_setting_is_here() {
    let tables = [GENERAL, ROOM, MANNER].concat();
    let mut here: Vec<&str> = tables.iter().chain(ELSEWHERE.iter().map(|(_, _, row)| row)).map(|row| row.0).collect();
    here.sort_unstable();
    here.dedup();
    let mut there: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    there.sort_unstable();
    assert_eq!(here, there);
}

#[test]
fn a_right_value_does_what_it_says() {
    for (section, row) in rows() {
        let (name, right, did, _) = row;
        let conf = with_line(&section, name, right);
        let (settings, problems) = settings(&conf);
        assert_eq!(problems, [], "{conf}");
        assert!(did(&settings), "{conf}");
    }
}

#[test]
fn every_example_is_right() {
    for key in KEYS {
        let (section, _) = rows().into_iter().find(|(_, row)| row.0 == key.name).expect("a row for each key");
        let named = "[simple-keys]\ntype = menu\n1 = toggle_mute\n[chair-keys]\ntype = menu\n1 = toggle_mute\n";
        let conf = format!("{named}{}", with_line(&section, key.name, key.example));
        assert_eq!(settings(&conf).1, [], "{conf}");
    }
}

#[test]
fn a_wrong_value_is_told_with_its_name_and_leaves_out_what_it_protects() {
    for (section, (name, _, did, wrong)) in rows() {
        let conf = with_line(&section, name, wrong);
        let (settings, problems) = settings(&conf);
        let told = &problems.first().unwrap_or_else(|| panic!("{conf} is told")).what;
        let key = KEYS.iter().find(|key| key.name == name).expect("the key");
        assert!(told.contains(name) || told.contains("no menu"), "{conf}{told}");
        let left_out = match section.as_str() {
            "general" => false,
            "profile" => settings.profiles.is_empty() || !settings.profiles.contains_key("chair"),
            "menu" => settings.menus.is_empty(),
            _ => settings.conferences.is_empty() && settings.doorways.is_empty(),
        };
        assert_eq!(left_out, key.protects, "{conf}");
        // What `no` does looks like what a line that was left out does.
        assert!(left_out || right_is_usual(name, did) || !did(&settings), "{conf}");
    }
}

#[test]
fn what_belongs_elsewhere_is_told() {
    for (conf, words) in [
        ("[general]\npin = 1", "[general] has no setting 'pin'; it belongs to sections with type=room"),
        ("[8000]\ntype = room\nworkers = 2", "a room has no setting 'workers'; it belongs to [general]"),
        ("[a]\ntype = profile\nmax_members = 2", "a profile has no setting 'max_members'; it belongs to"),
        ("[9]\ntype = access\nmusic = jazz", "an access number has no setting 'music'; it belongs to"),
        ("[700]\ntype = dynamic\ncode = 1", "a dynamic number has no setting 'code'"),
        ("[local]\ntype = local\ncode = 1", "a local number has no setting 'code'"),
        (
            "[8000]\ntype = room\nrole = leader",
            "a room has no setting 'role'; it belongs to sections with type=profile",
        ),
    ] {
        let told = settings(conf).1;
        assert!(told[0].what.starts_with(words), "{conf}: {told:?}");
    }
}

#[test]
fn a_slip_is_understood() {
    for (line, words) in [
        ("PIN = 1", "a room has no setting 'PIN'; did you mean 'pin'?"),
        ("musik = jazz", "did you mean 'music'?"),
        ("maxmembers = 3", "did you mean 'max_members'?"),
        ("wait_marked = yes", "ConfBridge's 'wait_marked' is 'wait_for_leader' here"),
        ("sound_joined = x", "did you mean 'sound_join'?"),
        ("colour = red", "a room has no setting 'colour'; the sample conclave.conf has all settings"),
    ] {
        let (_, told) = settings(&format!("[8000]\ntype = room\n{line}"));
        assert!(told[0].what.contains(words), "{line}: {told:?}");
    }
}

#[test]
fn a_slip_in_what_keeps_people_out_leaves_the_room_out() {
    for line in
        ["PIN = 1", "pincode = 1", "passcode = 1", "wait_marked = yes", "closed = 2026-11-24 09:00", "loby = yes"]
    {
        let (settings, _) = settings(&format!("[8000]\ntype = room\n{line}"));
        assert!(settings.left_out.contains("8000") && settings.conferences.is_empty(), "{line}");
    }
    for line in ["musik = jazz", "colour = red", "sound_joined = x"] {
        assert_eq!(settings(&format!("[8000]\ntype = room\n{line}")).0.conferences.len(), 1, "{line}");
    }
}

#[test]
fn each_sound_can_be_replaced_for_a_room() {
    for (name, prompt) in SOUNDS {
        let conf = format!("[8000]\ntype = room\nsound_{name} = custom/{name}");
        let (settings, problems) = settings(&conf);
        assert_eq!(problems, [], "{conf}");
        assert_eq!(room(&settings).sounds.get(prompt).map(|file| &**file), Some(&*format!("custom/{name}")));
        let (_, told) = crate::sim::settings(&format!("[8000]\ntype = room\nsound_{name} = x.wav"));
        assert!(told[0].what.contains("without '.wav'"), "{told:?}");
    }
}

fn rows() -> Vec<(String, Row)> {
    let of = |section: &str, rows: &[Row]| rows.iter().map(|row| (section.to_owned(), *row)).collect::<Vec<_>>();
    let elsewhere = ELSEWHERE.iter().map(|(section, _, row)| ((*section).to_owned(), *row)).collect();
    [of("general", GENERAL), of("room", ROOM), of("room", MANNER), elsewhere].concat()
}

fn with_line(section: &str, name: &str, value: &str) -> String {
    let line = format!("{name} = {value}\n");
    match section {
        "general" => format!("[general]\n{line}"),
        "room" if name == "type" => format!("[8000]\n{line}"),
        "room" => format!("{NAMED}[8000]\ntype = room\n{line}"),
        "dynamic" => format!("[700]\ntype = dynamic\n{line}"),
        "profile" => format!("[chair]\ntype = profile\n{line}"),
        _ => format!("[keys]\ntype = menu\n1 = toggle_mute\n{line}"),
    }
}

/// Whether the right value is what there is without the line.
fn right_is_usual(name: &str, did: fn(&Settings) -> bool) -> bool {
    let conf = if name == "history" { String::new() } else { format!("{NAMED}[8000]\ntype = room") };
    did(&settings(&conf).0)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn room(settings: &Settings) -> &Conference {
    &settings.conferences[&RoomNumber::parse("8000").expect("a number")]
}

fn manner(settings: &Settings) -> Arc<Manner> {
    settings.manner(room(settings), Role::Participant, None, None).expect("nothing was named")
}

fn doorway(settings: &Settings) -> DoorwayKind {
    settings.doorways["700"].kind
}

fn role(settings: &Settings) -> Option<Role> {
    settings.profile("chair").expect("it is there").role()
}
