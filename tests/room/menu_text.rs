//! Actions and menus as administrators write them.

use conclave::room::{Action, ActionError, DialplanPlace, Menu, MenuError, Role};
use std::time::Duration;

fn error(text: &str) -> String {
    text.parse::<Action>().unwrap_err().to_string()
}

#[test]
fn every_action_reads_back_as_it_is_shown() {
    for form in Action::names() {
        let text = form.replace("priority", "3");
        let action: Action = text.parse().unwrap();
        assert_eq!(action.to_string(), text);
    }
    assert_eq!(Action::names().count(), 31);
}

#[test]
fn spaces_do_not_matter_and_a_priority_may_be_left_out() {
    let place = DialplanPlace { context: "sales".into(), extension: "s".into(), priority: 1 };
    assert_eq!(" dialplan ( sales , s ) ".parse(), Ok(Action::RunDialplan(place.clone())));
    assert_eq!("leave_to(sales,s,1)".parse(), Ok(Action::LeaveTo(place)));
    let files = ["a".into(), "/var/b".into()];
    assert_eq!("play( a & /var/b )".parse(), Ok(Action::Playback(files.into())));
}

#[test]
fn what_is_no_action_is_told_with_what_to_write() {
    assert!(error("mute_me").starts_with("there is no action \"mute_me\"; the actions are help, close, toggle_mute, "));
    assert_eq!(error("play(a"), "\"play(a\" lacks its closing parenthesis");
    assert_eq!(error("leave(now)"), "'leave' takes nothing in parentheses; write it alone");
    assert_eq!(error("play"), "'play' needs sound files; write them as 'play(first&second)', at most 16");
    for bad in ["play()", "play(a&)", "play(&a)", "play(a&&b)", "play(a\u{7}b)"] {
        assert_eq!(bad.parse::<Action>(), Err(ActionError::NeedsFiles("play")), "{bad}");
    }
    for bad in ["dialplan", "dialplan()", "dialplan(a)", "dialplan(a,b,0)", "dialplan(a,b,-1)", "dialplan(a,b,c)"] {
        assert_eq!(bad.parse::<Action>(), Err(ActionError::NeedsPlace("dialplan")), "{bad}");
    }
    assert_eq!("leave_to(a,b,1,2)".parse::<Action>(), Err(ActionError::NeedsPlace("leave_to")));
    assert_eq!(
        error("leave_to"),
        "'leave_to' needs a place in the dial plan; write it as 'leave_to(context,extension,priority)'"
    );
}

#[test]
fn a_long_text_is_shortened_in_the_message() {
    let long = "x".repeat(1000);
    assert!(matches!(long.parse::<Action>(), Err(ActionError::Unknown(name)) if name.len() == 40));
    assert_eq!(format!("play({long})").parse::<Action>(), Err(ActionError::NeedsFiles("play")));
    assert_eq!(["a"; 17].join("&").parse::<Action>().unwrap_err(), ActionError::Unknown(["a"; 17].join("&")));
    assert_eq!(format!("play({})", ["a"; 17].join("&")).parse::<Action>(), Err(ActionError::NeedsFiles("play")));
}

#[test]
fn a_line_holds_several_actions_and_their_commas() {
    let menu = Menu::parse([("*1", "toggle_mute, dialplan(a,b,1),count"), ("2", " no_op ")]).unwrap();
    let lines: Vec<_> = menu.keys().map(|(keys, actions)| (keys.to_owned(), actions.len())).collect();
    assert_eq!(lines, [("*1".to_owned(), 3), ("2".to_owned(), 1)]);
    assert_eq!(menu.pause(), Duration::from_secs(1));
    assert_eq!(menu.with_pause(Duration::from_millis(300)).pause(), Duration::from_millis(300));
}

#[test]
fn what_is_no_menu_is_told_with_what_to_write() {
    let says = |lines: &[(&str, &str)], words: &str| {
        let told = Menu::parse(lines.iter().copied()).unwrap_err().to_string();
        assert_eq!(told, words);
    };
    says(&[("", "help")], "a key sequence has no keys; write for example '*1 = toggle_mute'");
    says(&[("*x", "help")], "'x' in \"*x\" is no key; use 0 to 9, A to D, * and #");
    says(&[("a", "help")], "'a' in \"a\" is no key; use 0 to 9, A to D, * and #");
    says(&[("11111111111111111", "help")], "\"11111111111111111\" is too long; a sequence has at most 16 keys");
    says(&[("1", "")], "\"1\" does nothing; name an action, or 'no_op'");
    says(&[("1", "help"), (" 1", "leave")], "\"1\" comes twice; write all its actions into one line");
    says(&[("1", "leave(x)")], "\"1\": 'leave' takes nothing in parentheses; write it alone");
    says(&[("1", &["help"; 17].join(","))], "\"1\" does too much; a sequence has at most 16 actions");
    assert!(matches!(Menu::parse([("1", "help,")]), Err(MenuError::Action { .. })));
    let many = (0..257).map(|n| (n.to_string(), vec![Action::NoOp]));
    assert_eq!(Menu::new(many), Err(MenuError::TooManySequences));
    let most = (0..256).map(|n| (n.to_string(), vec![Action::NoOp; 16]));
    assert_eq!(Menu::new(most).unwrap().keys().len(), 256);
    assert_eq!(Menu::new([("1".to_owned(), vec![])]), Err(MenuError::NoAction("1".into())));
}

#[test]
fn an_empty_menu_is_one_too() {
    let nothing: [(&str, &str); 0] = [];
    assert_eq!(Menu::parse(nothing).unwrap(), Menu::default());
}

#[test]
fn the_usual_menus_can_be_written_by_hand() {
    for menu in [Menu::participant(), Menu::leader(), Menu::owner()] {
        let text = |actions: &[Action]| actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let lines: Vec<_> = menu.keys().map(|(keys, actions)| (keys.to_owned(), text(actions))).collect();
        assert_eq!(Menu::parse(lines).as_ref(), Ok(&*menu));
    }
}

#[test]
fn each_role_has_its_usual_menu() {
    let has = |menu: &Menu, keys: &str| menu.keys().find(|(of, _)| *of == keys).map(|(_, actions)| actions.to_vec());
    assert_eq!(Menu::of(Role::Participant, true), Menu::participant());
    assert_eq!(Menu::of(Role::Listener, false), Menu::participant());
    assert_eq!(Menu::of(Role::Leader, false), Menu::leader());
    assert_eq!(Menu::of(Role::Leader, true), Menu::owner());
    assert!(Menu::participant().keys().all(|(_, actions)| !actions.iter().any(Action::needs_leader)));
    assert_eq!(has(&Menu::leader(), "*94"), Some(vec![Action::End]));
    assert_eq!(has(&Menu::leader(), "*8"), Some(vec![Action::Leave]));
    assert_eq!(has(&Menu::leader(), "##"), None);
    assert_eq!(has(&Menu::owner(), "*8"), Some(vec![Action::Invite]));
    assert_eq!(has(&Menu::owner(), "##"), Some(vec![Action::CancelInvite]));
}
