//! Profiles, menus, doorways, access codes: what sections say of each other.

use crate::sim::settings;
use conclave::room::{Action, Arrivals, DoorwayKind, Role, RoomNumber, WaitForLeader};
use conclave::service::Settings;

fn number(text: &str) -> RoomNumber {
    RoomNumber::parse(text).expect("a number")
}

/// Without problems.
fn right(conf: &str) -> Settings {
    let (settings, problems) = settings(conf);
    assert_eq!(problems, [], "{conf}");
    settings
}

fn problems(conf: &str) -> Vec<String> {
    settings(conf).1.iter().map(ToString::to_string).collect()
}

#[test]
fn a_profile_goes_over_the_room_and_says_nothing_of_the_rest() {
    let settings = right(
        "[8000]\ntype = room\nquiet = yes\narrivals = words\n[guest]\ntype = profile\narrivals = names\n\
         start_muted = yes\nrole = listener",
    );
    let room = &settings.conferences["8000"];
    let plain = settings.manner(room, Role::Participant, None, None).unwrap();
    assert_eq!((plain.quiet, plain.arrivals, plain.start_muted), (true, Arrivals::Words, false));
    let guest = settings.manner(room, Role::Participant, Some("guest"), None).unwrap();
    assert_eq!((guest.quiet, guest.arrivals, guest.start_muted), (true, Arrivals::Names { review: false }, true));
    assert_eq!(settings.profile("guest").unwrap().role(), Some(Role::Listener));
}

#[test]
fn leaders_have_their_own_profile_over_that_of_the_room_and_the_calls_over_both() {
    let settings = right(
        "[8000]\ntype = room\nwait_for_leader = yes\narrivals = words\nleader_profile = chair\n\
         [chair]\ntype = profile\nwait_for_leader = no\nquiet = yes\n[loud]\ntype = profile\nquiet = no",
    );
    let room = &settings.conferences["8000"];
    let leader = settings.manner(room, Role::Leader, None, None).unwrap();
    assert_eq!((leader.wait_for_leader, leader.quiet, leader.arrivals), (WaitForLeader::No, true, Arrivals::Words));
    let guest = settings.manner(room, Role::Participant, None, None).unwrap();
    assert_eq!((guest.wait_for_leader, guest.quiet), (WaitForLeader::Always, false));
    let loud = settings.manner(room, Role::Leader, Some("loud"), None).unwrap();
    assert_eq!((loud.wait_for_leader, loud.quiet), (WaitForLeader::No, false));
}

#[test]
fn a_menu_is_for_all_but_leaders_who_have_their_own() {
    let settings = right(
        "[8000]\ntype = room\nmenu = few\nleader_menu = many\n[8001]\ntype = room\nmenu = few\n\
         [few]\ntype = menu\n1 = toggle_mute\n[many]\ntype = menu\n1 = toggle_mute\n2 = toggle_lock\n\
         [one]\ntype = menu\nhash = leave",
    );
    let keys = |room: &str, role, menu| {
        let manner = settings.manner(&settings.conferences[room], role, None, menu).unwrap();
        manner.menu.clone().map(|menu| menu.keys().map(|(sequence, _)| sequence.to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(keys("8000", Role::Participant, None), Some(vec!["1".into()]));
    assert_eq!(keys("8000", Role::Leader, None), Some(vec!["1".into(), "2".into()]));
    assert_eq!(keys("8001", Role::Leader, None), None, "the usual keys of leaders");
    assert_eq!(keys("8000", Role::Leader, Some("one")), Some(vec!["#".into()]));
    assert_eq!(keys("8000", Role::Participant, Some("one")), Some(vec!["#".into()]));
}

#[test]
fn what_a_call_names_has_to_be_there() {
    let settings = right("[8000]\ntype = room\n[chair]\ntype = profile\nquiet = yes\n[keys]\ntype = menu\n1 = leave");
    let room = &settings.conferences["8000"];
    let told = |profile, menu| settings.manner(room, Role::Participant, profile, menu).unwrap_err();
    assert_eq!(told(Some("chari"), None), "there is no profile 'chari' in conclave.conf; did you mean 'chair'?");
    assert_eq!(told(None, Some("nothing")), "there is no menu 'nothing' in conclave.conf");
}

#[test]
fn a_profile_whose_protection_is_wrong_is_left_out() {
    let (settings, problems) =
        settings("[guest]\ntype = profile\nstart_muted = maybe\nquiet = yes\n[8000]\ntype = room");
    assert!(settings.profiles.is_empty());
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 1]);
    assert!(settings.manner(&settings.conferences["8000"], Role::Participant, Some("guest"), None).is_err());
}

#[test]
fn names_that_lead_nowhere_are_told() {
    let found = problems("[8000]\ntype = room\nleader_profile = chari\nmenu = kees\n[chair]\ntype = profile\n");
    assert!(found[0].contains("there is no menu 'kees'"), "{found:?}");
    assert!(found[1].contains("no profile 'chari'") && found[1].contains("did you mean 'chair'?"), "{found:?}");
}

#[test]
fn a_menu_line_that_is_wrong_is_told_and_the_others_stay() {
    let (settings, problems) = settings(
        "[keys]\ntype = menu\n*1 = toggle_mute\n*2 = dance\nX = leave\npause = 2s\nhash9 = leave\n*1 = toggle_deaf, count",
    );
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [4, 5], "{problems:?}");
    let menu = &settings.menus["keys"];
    let keys: Vec<_> = menu.keys().collect();
    assert_eq!(
        keys,
        [("#9", &[Action::Leave][..]), ("*1", &[Action::ToggleDeaf, Action::Count][..])],
        "what comes later counts, as after a template"
    );
}

#[test]
fn there_are_three_kinds_of_doorways_and_their_rooms_are_like_them() {
    let settings = right(
        "[700]\ntype = dynamic\nmax_members = 5\narrivals = words\n[710]\ntype = access\nlanguage = fr\n\
         [local]\ntype = local\ninvite_context = out",
    );
    let door = |text: &str| settings.doorways[text].clone();
    assert_eq!(door("700").kind, DoorwayKind::Dynamic { opener_leads: true });
    assert_eq!(door("710").kind, DoorwayKind::Access);
    assert_eq!(door("local").kind, DoorwayKind::Local);
    assert_eq!((door("700").template.max_members, door("700").template.everybody.arrivals), (Some(5), Arrivals::Words));
    assert_eq!(door("710").template.language.as_deref(), Some("fr"));
    assert_eq!(door("local").template.inviting.context.as_deref(), Some("out"));
    assert!(settings.is_useful());
    assert!(settings.conferences.is_empty());
}

#[test]
fn a_number_is_either_a_room_or_a_doorway() {
    let found = problems("[700]\ntype = dynamic\n[700]\ntype = room");
    assert!(found[0].contains("a second time"), "{found:?}");
}

#[test]
fn one_code_for_two_rooms_is_told_of_both_and_reaches_none() {
    let (settings, problems) = settings(
        "[8000]\ntype = room\ncode = 4711\nleader_code = 1\n[8001]\ntype = room\nleader_code = 4711\n[8002]\ntype = room\n\
         code = 4712\n[8003]\ntype = room\ncode = 5\nleader_code = 5",
    );
    let lines: Vec<_> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [1, 5, 11, 11], "{problems:?}");
    assert!(problems[0].what.contains("a code of room 8001") && problems[1].what.contains("a code of room 8000"));
    assert!(problems[2].what.contains("its own leader_code"));
    let codes = |room: &str| {
        let room = &settings.conferences[&number(room)];
        (room.code.is_some(), room.leader_code.is_some())
    };
    assert_eq!(codes("8000"), (false, true), "by its number it can be reached as before");
    assert_eq!(codes("8001"), (false, false));
    assert_eq!(codes("8002"), (true, false));
    assert_eq!(codes("8003"), (false, false));
    let printed = format!("{problems:?}");
    assert!(!printed.contains("4711"), "{printed}");
}

#[test]
fn dates_are_where_the_pbx_is_or_where_they_say() {
    let berlin = jiff::tz::TimeZone::get("Europe/Berlin").expect("the zone is known");
    let opens = |text: &str| {
        let line = |setting| conclave::service::settings::Line { category: "8000", setting, file: "f", line: 1 };
        let lines = [line(None), line(Some(("type", "room"))), line(Some(("opens", text)))];
        let (settings, _) = Settings::read_in(&berlin, lines);
        settings.conferences.get("8000").and_then(|room| room.schedule.opens).map(|at| at.as_secs())
    };
    // 2026-11-24 08:00 UTC.
    let eight = Some(1_795_507_200);
    for text in [
        "2026-11-24 09:00",
        "2026-11-24T09:00:00",
        "2026-11-24 08:00Z",
        "2026-11-24 08:00 Z",
        "2026-11-24 13:30+05:30",
        "2026-11-24 03:00 -05:00",
        "2026-11-24 03:00[America/New_York]",
    ] {
        assert_eq!(opens(text), eight, "{text}");
    }
    assert_eq!(opens("2026-07-24 09:00"), Some(1_784_876_400), "summer time");
    for text in
        ["2026-11-24", "24.11.2026 09:00", "2026-13-01 09:00", "2026-11-24 25:00", "1960-01-01 00:00", "now", ""]
    {
        assert_eq!(opens(text), None, "{text}");
    }
}

#[test]
fn what_opens_after_it_closes_is_left_out() {
    let found = problems("[8000]\ntype = room\nopens = 2026-11-24 10:00\ncloses = 2026-11-24 09:00");
    assert!(found[0].contains("it closes before it opens"), "{found:?}");
}

#[test]
fn a_type_that_is_misspelt_is_understood() {
    let found = problems("[700]\ntype = dynmic");
    assert!(found[0].contains("did you mean type=dynamic?"), "{found:?}");
    let found = problems("[700]\ntype = bridge");
    assert!(found[0].contains("write 'room', 'dynamic', 'access', 'local', 'profile' or 'menu'"), "{found:?}");
}
