//! `conclave.conf`: what is read, what is wrong with it, and whom a reload concerns.

use crate::sim::{Sim, settings};
use conclave::room::{CallResult, Music, RoomNumber};
use conclave::service::Settings;

fn has(settings: &Settings, room: &str) -> bool {
    settings.conferences.contains_key(&RoomNumber::parse(room).expect("a room number"))
}

/// The problems, each as it is printed.
fn problems(conf: &str) -> Vec<String> {
    settings(conf).1.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_there_is() {
    let (settings, problems) = settings(
        "[general]\nworkers = 3\non_demand = yes\npin_attempts = 5\n[8000]\ntype = room\npin = 1\nleader_pin = 2\n\
         max_members = 7\nmusic = jazz\nlanguage = fr\n[8001]\ntype = Room",
    );
    assert_eq!(problems, []);
    assert!(settings.is_useful() && settings.on_demand);
    assert_eq!((settings.workers, settings.entry.pin_attempts), (Some(3), 5));
    let room = &settings.conferences["8000"];
    assert!(room.pin.is_some() && room.leader_pin.is_some());
    assert_eq!(
        (room.max_members, room.everybody.music.clone(), room.language.as_deref()),
        (Some(7), Some(Music::Class("jazz".into())), Some("fr"))
    );
    assert!(has(&settings, "8001"));
}

#[test]
fn what_a_reload_does_not_take_is_named() {
    let usual = "[general]\nworkers = 3\ndatabase = /srv/one.db\nnode = pbx1\n[8000]\ntype = room\n";
    let before = settings(usual).0;
    assert_eq!(before.await_load(&settings(&format!("{usual}pin = 1\n")).0), Vec::<&str>::new());
    for (old, new, named) in [
        ("workers = 3", "workers = 2", "workers"),
        ("workers = 3", "", "workers"),
        ("/srv/one.db", "off", "database"),
        ("database = /srv/one.db", "", "database"),
        ("node = pbx1", "node = pbx2", "node"),
    ] {
        assert_eq!(before.await_load(&settings(&usual.replace(old, new)).0), [named], "{new}");
    }
    assert_eq!(before.await_load(&settings("").0), ["workers", "database", "node"]);
}

#[test]
fn nothing_is_of_no_use() {
    assert!(!settings("").0.is_useful());
    assert!(!settings("[general]\nworkers = 2").0.is_useful());
    assert!(settings("[general]\non_demand = yes").0.is_useful());
}

#[test]
fn a_problem_says_where_and_what_would_be_right() {
    let found =
        problems("[general]\nworkers = many\nworker = 1\non_demand = perhaps\n[8000]\ntype = room\nmusik = jazz");
    assert_eq!(
        found,
        [
            "conclave.conf line 2: workers=many is no number from 1 to 64; for example workers=1",
            "conclave.conf line 3: [general] has no setting 'worker'; did you mean 'workers'?",
            "conclave.conf line 4: on_demand=perhaps is neither yes nor no; write on_demand=yes or on_demand=no",
            "conclave.conf line 7: a room has no setting 'musik'; did you mean 'music'?",
        ]
    );
}

#[test]
fn a_room_whose_protection_is_wrong_is_left_out_and_the_others_stay() {
    let wrong = ["pin = 12a4", "pin =", "leader_pin = x", "max_members = 0", "PIN = 1234", "pincode = 1", "type = rom"];
    for line in wrong {
        let (settings, problems) = settings(&format!("[8000]\ntype = room\n{line}\n[8001]\ntype = room"));
        assert!(!has(&settings, "8000") && has(&settings, "8001"), "{line}");
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 1], "{line}");
        assert!(settings.left_out.contains("8000"), "{line}");
    }
}

#[test]
fn a_wrong_pin_is_not_repeated_in_the_log() {
    let found = problems("[8000]\ntype = room\npin = 8642x").join("\n");
    assert!(!found.contains("8642"), "{found}");
}

#[test]
fn rooms_that_contradict_themselves_are_left_out() {
    assert!(problems("[8000]\ntype = room\npin = 1\nleader_pin = 1")[0].contains("choose two different ones"));
    assert!(problems("[8000]\npin = 1")[0].contains("write type=room"));
    assert!(problems("[80 00]\ntype = room")[0].contains("[80 00] is no room"));
}

#[test]
fn a_second_entry_does_not_take_the_first_ones_pin_away() {
    let (settings, problems) = settings("[8000]\ntype = room\npin = 1\n[8001]\ntype = room\n[8000]\ntype = room");
    assert!(settings.conferences["8000"].pin.is_some());
    assert!(problems[0].to_string().contains("a second time"), "{problems:?}");
}

#[test]
fn a_reload_reaches_only_rooms_that_open_afterwards() {
    let mut sim = Sim::new("[8000]\ntype = room\n[8001]\ntype = room");
    let first = sim.join("8000", "ada");
    sim.reload("[8000]\ntype = room\npin = 4711\nmax_members = 1\n[8002]\ntype = room");
    let second = sim.arrive("8000", "", "bob");
    sim.tick(1);
    assert_eq!(sim.inside("8000"), ["ada", "bob"], "the room in progress has neither a PIN nor a limit");
    sim.join("8002", "eve");
    let lost = sim.arrive("8001", "", "zoe");
    sim.seconds(1);
    assert!(sim.result(lost).is_some());

    sim.hang_up(first);
    sim.hang_up(second);
    let third = sim.arrive("8000", "", "ada");
    sim.tick(1);
    assert!(!sim.is_inside("8000", third), "now he is asked for the PIN");
    sim.key(third, "4711#");
    assert!(sim.is_inside("8000", third));
}

#[test]
fn a_reload_reaches_who_is_still_being_asked() {
    let mut sim = Sim::new("[8000]\ntype = room\npin = 1\n[8001]\ntype = room\npin = 1\n[8002]\ntype = room\npin = 1");
    let [changed, gone, same] = ["8000", "8001", "8002"].map(|room| sim.arrive(room, "", "ada"));
    sim.reload("[8000]\ntype = room\npin = 2\n[8002]\ntype = room\npin = 1\nmax_members = 5");
    for call in [changed, gone, same] {
        sim.key(call, "1#");
    }
    assert!(!sim.is_inside("8000", changed), "the PIN that he gave is no longer the room's");
    sim.key(changed, "2#");
    sim.seconds(1);
    assert!(sim.is_inside("8000", changed));
    assert_eq!(sim.result(gone), Some(CallResult::NoRoom));
    assert!(sim.is_inside("8002", same), "he is not asked again for nothing");
    assert_eq!(sim.picture().rooms["8002"].max_members, Some(5));
}

#[test]
fn a_reload_reads_sounds_anew() {
    let conf = "[8000]\ntype = room\npin = 1";
    let mut sim = Sim::new(conf);
    sim.arrive("8000", "", "ada");
    sim.arrive("8000", "", "bob");
    assert_eq!(sim.sounds(), ["conf-getpin"]);
    sim.reload(conf);
    sim.arrive("8000", "", "eve");
    assert_eq!(sim.sounds(), ["conf-getpin"]);
}

#[test]
fn without_sound_files_everything_goes_on() {
    let mut sim = Sim::new("[8000]\ntype = room\npin = 1");
    sim.lose_sounds();
    let call = sim.arrive("8000", "", "ada");
    sim.seconds(1);
    sim.key(call, "2#");
    sim.seconds(1);
    sim.key(call, "1#");
    assert!(sim.is_inside("8000", call));
    assert!(sim.command("kick 8000 1").is_ok());
    sim.seconds(1);
    assert!(sim.result(call).is_some(), "a short tone stands for the last words");
}
