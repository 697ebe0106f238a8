//! What is typed: how it is read, what is said of what is wrong, what is offered for completion.

use crate::sim::Sim;
use conclave::room::RecordOrder;
use conclave::service::{Command, Deed, Forgiven, Members, Show, VERBS, Verb};
use proptest::prelude::*;

fn deed(words: &str) -> Deed {
    match words.parse() {
        Ok(Command::In(number, deed)) => {
            assert_eq!(number.as_str(), "8000", "{words}");
            deed
        }
        other => panic!("{words}: {other:?}"),
    }
}

fn wrong(words: &str) -> String {
    words.parse::<Command>().expect_err(words).to_string()
}

fn verb(name: &str) -> &'static Verb {
    VERBS.iter().find(|verb| verb.name == name).expect("it is there")
}

#[test]
fn every_command_is_read() {
    let one = |name: &str| Members::One(name.to_owned());
    assert_eq!("show rooms".parse(), Ok(Command::Show(Show::Rooms)));
    assert_eq!("show menus".parse(), Ok(Command::Show(Show::Menus(None))));
    assert_eq!("show menus keys".parse(), Ok(Command::Show(Show::Menus(Some("keys".into())))));
    assert_eq!("forgive all".parse(), Ok(Command::Forgive(Forgiven::All)));
    assert_eq!("forgive caller 201".parse(), Ok(Command::Forgive(Forgiven::One("caller 201".into()))));
    assert_eq!(deed("kick 8000 all"), Deed::Kick(Members::All));
    let mute = |members, leaders, on| Deed::Mute { members, leaders, on };
    assert_eq!(deed("mute 8000 2"), mute(one("2"), false, true));
    assert_eq!(deed("mute 8000 all"), mute(Members::All, false, true));
    assert_eq!(deed("mute 8000 all leaders"), mute(Members::All, true, true));
    assert_eq!(deed("unmute 8000 all"), mute(Members::All, true, false));
    assert_eq!(deed("deafen 8000 2"), Deed::Deafen(one("2"), true));
    assert_eq!(deed("hand 8000 2 up"), Deed::Hand(one("2"), true));
    assert_eq!(deed("floor 8000"), Deed::Floor(None));
    assert_eq!(deed("record 8000 pause"), Deed::Record(RecordOrder::Pause));
    assert_eq!(deed("invite 8000 +4930123"), Deed::Invite("+4930123".into()));
    assert_eq!(deed("play 8000 a&b 2"), Deed::Play(vec!["a".into(), "b".into()], Some("2".into())));
    assert_eq!(deed("whisper 8000 1 off"), Deed::Whisper("1".into(), None));
    assert_eq!(deed("pair 8000 1 2"), Deed::Pair("1".into(), "2".into()));
    assert_eq!(deed("move 8000 1 8001"), Deed::Move(one("1"), "8001".parse().expect("a number")));
    assert_eq!(deed("level 8000 2 on"), Deed::Level(one("2"), true));
    assert_eq!(deed("denoise 8000 all off"), Deed::Denoise(Members::All, false));
    assert_eq!(deed("talkers 8000 3"), Deed::MostTalkers(3));
    assert_eq!(deed("noise 8000 -60"), Deed::ComfortNoise(Some(-60)));
    assert_eq!(deed("noise 8000 off"), Deed::ComfortNoise(None));
    assert!(wrong("talkers 8000 17").contains("a number from 0 to 16"));
    assert!(wrong("noise 8000 -20").contains("-80 to -40"));
    assert_eq!(deed("end 8000"), Deed::End);
    let Deed::TalkVolume(members, volume) = deed("volume 8000 2 talk +9") else { panic!("it is a volume") };
    assert_eq!((members, volume.decibels()), (one("2"), 9));
}

#[test]
fn the_name_of_a_call_may_have_spaces() {
    let named = Members::One("test/1 of many".into());
    assert_eq!(deed("kick 8000 test/1 of many"), Deed::Kick(named.clone()));
    assert_eq!(deed(" mute  8000   test/1 of many"), Deed::Mute { members: named.clone(), leaders: false, on: true });
    assert_eq!(deed("hand 8000 test/1 of many down"), Deed::Hand(named, false));
    assert_eq!(deed("play 8000 hello test/1 of many"), Deed::Play(vec!["hello".into()], Some("test/1 of many".into())));
}

#[test]
fn what_is_wrong_is_told_with_what_would_be_right() {
    for (words, told) in [
        ("", "there is no such command; there are show rooms, "),
        ("kik 8000 1", "there is no such command; did you mean 'kick'?"),
        ("show room", "write 'show room ROOM'"),
        ("show rooom 8000", "did you mean 'show room'?"),
        ("kick 8000", "write 'kick ROOM MEMBER|all'"),
        ("lock 8000 all", "write 'lock ROOM'"),
        ("lock 80/00", "'/' cannot be in a room number"),
        ("volume 8000 2 talk 5", "'5' is not a volume in dB in steps of 3 from -12 to 12; write 'volume ROOM"),
        ("volume 8000 2 shout 3", "'shout' is not one of talk, listen; write 'volume ROOM"),
        ("volume 8000 2 talk 99999", "'99999' is not a volume"),
        ("record 8000 begin", "'begin' is not one of start, stop, pause, resume; write 'record ROOM"),
        ("invite 8000 2/01", "'2/01' is not a number that can be dialled; write 'invite ROOM NUMBER'"),
        ("say 8000 digits 12x", "'12x' is not up to 64 digits, * or #"),
        ("say 8000 number 4000000000", "'4000000000' is not a number below 1000000000"),
        ("play 8000 &", "'&' is not the name of a sound file"),
        ("move 8000 1 8/1", "'/' cannot be in a room number"),
        ("mute 8000 2 leaders", "'2' is not 'all', as it must be before 'leaders'"),
        ("whisper 8000 1", "write 'whisper ROOM MEMBER MEMBER|off'"),
    ] {
        let wrong = wrong(words);
        assert!(wrong.contains(told), "{words}: {wrong}");
    }
}

#[test]
fn every_command_tells_how_it_is_written_and_what_it_does() {
    assert_eq!(verb("mute").usage(), "mute ROOM MEMBER|all [leaders]");
    assert_eq!(verb("say").usage(), "say ROOM digits|number N [MEMBER]");
    for verb in VERBS {
        assert!(verb.help.len() > 9 && !verb.help.ends_with('.'), "{}", verb.name);
        assert!(verb.needed <= verb.words.len(), "{}", verb.name);
        let bare = verb.name.parse::<Command>();
        assert_eq!(bare.is_ok(), verb.needed == 0, "{}", verb.name);
        let others = VERBS.iter().filter(|other| other.name.starts_with(verb.name));
        assert_eq!(others.filter(|other| other.name[verb.name.len()..].starts_with(' ')).count(), 0, "{}", verb.name);
    }
}

#[test]
fn rooms_members_and_words_are_offered() {
    let mut sim =
        Sim::new("[8000]\ntype = room\n[8001]\ntype = room\n[700]\ntype = dynamic\n[few]\ntype = menu\n1 = leave");
    sim.join("8000", "PJSIP/ada-1");
    sim.join("8000", "PJSIP/bob-2");
    let picture = sim.picture();
    let offered = |name: &str, before: &[&str]| verb(name).complete(before, &picture);
    assert_eq!(offered("kick", &[]), ["8000"]);
    assert_eq!(offered("show conference", &[]), ["700", "8000", "8001"]);
    assert_eq!(offered("kick", &["8000"]), ["1", "2", "PJSIP/ada-1", "PJSIP/bob-2", "all"]);
    assert_eq!(offered("floor", &["8000"]), ["1", "2", "PJSIP/ada-1", "PJSIP/bob-2"]);
    assert_eq!(offered("whisper", &["8000", "1"]), ["1", "2", "PJSIP/ada-1", "PJSIP/bob-2", "off"]);
    assert_eq!(offered("volume", &["8000", "1"]), ["talk", "listen"]);
    assert_eq!(offered("record", &["8000"]), ["start", "stop", "pause", "resume"]);
    assert_eq!(offered("move", &["8000", "1"]), ["700", "8000", "8001"]);
    assert_eq!(offered("show menus", &[]), ["few"]);
    assert!(offered("kick", &["9999"]).is_empty() && offered("lock", &["8000"]).is_empty());
    assert!(offered("invite", &["8000"]).is_empty());
}

proptest! {
    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(
        prop_oneof![
            prop::sample::select(VERBS.iter().map(|verb| verb.name.to_owned()).collect::<Vec<_>>()),
            prop::sample::select(["8000", "all", "1", "off", "up", "talk", "start", "3", "leaders", "a&b"].map(str::to_owned).to_vec()),
            any::<String>(),
        ],
        0..8,
    )) {
        let line = words.join(" ");
        if let Err(error) = line.parse::<Command>() {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
