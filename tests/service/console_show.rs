//! What an administrator is shown.

use crate::sim::Sim;

fn shown(sim: &mut Sim, words: &str) -> String {
    sim.command(words).unwrap_or_else(|error| panic!("{words}: {error}"))
}

/// The words of the line that begins with this one.
fn line(text: &str, first: &str) -> Vec<String> {
    let words = text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    words.into_iter().find(|words| words.first().is_some_and(|word| word == first)).unwrap_or_default()
}

#[test]
fn rooms_and_their_states() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut sim = Sim::new(&format!("[general]\nrecordings = {folder}/show\n[8000]\ntype = room\n[8001]\ntype = room"));
    assert!(shown(&mut sim, "show rooms").ends_with("0 rooms in progress"));
    let ada = sim.arrive("8000", "L", "ada");
    sim.tick(1);
    sim.join("8000", "bob");
    sim.join("8001", "eve");
    sim.seconds(3);
    for command in ["lock 8000", "mute 8000 all", "record 8000 start"] {
        shown(&mut sim, command);
    }
    sim.seconds(2);
    sim.talk(&[ada], 25);
    let rooms = shown(&mut sim, "show rooms");
    assert_eq!(line(&rooms, "8000").join(" "), "8000 2 1 1 locked, all muted, recorded");
    assert_eq!(line(&rooms, "8001").join(" "), "8001 1 0 0 open");
    assert!(rooms.ends_with("2 rooms in progress"));
}

#[test]
fn members_and_what_they_do() {
    let mut sim = Sim::new("[8000]\ntype = room\nmax_members = 9\nlobby = yes\ninvite_context = out");
    sim.arrive("8000", "L", "ada");
    sim.tick(1);
    sim.arrive("8000", "", "bob");
    sim.seconds(2);
    for command in ["deafen 8000 1", "hand 8000 1 up", "invite 8000 202", "invite 8000 203"] {
        shown(&mut sim, command);
    }
    let room = shown(&mut sim, "show room 8000");
    assert_eq!(line(&room, "1").join(" "), "1 ada ada's name <201> leader 00:00:02 hand up, deaf");
    assert_eq!(line(&room, "2").join(" "), "2 bob bob's name <201> participant lobby 00:00:02");
    assert_eq!(room.lines().last(), Some("Room 8000: 2 present of at most 9, calls 202 203, mixed at 8 kHz"));
    assert_eq!(
        sim.command("show room 9").expect_err("it is not there"),
        "no room 9 is in progress; 'conclave show rooms' lists those that are"
    );
}

#[test]
fn how_long_a_room_lasts() {
    let mut sim = Sim::new("[8000]\ntype = room\nmax_duration = 1h\nextend_by = 15m");
    sim.join("8000", "ada");
    sim.seconds(2);
    let room = shown(&mut sim, "show room 8000");
    assert!(room.lines().last().is_some_and(|last| last.contains(", ends in 00:59:5")), "{room}");
    shown(&mut sim, "extend 8000");
    sim.tick(1);
    let room = shown(&mut sim, "show room 8000");
    assert!(room.lines().last().is_some_and(|last| last.contains(", ends in 01:14:5")), "{room}");
}

#[test]
fn a_conference_without_its_secrets() {
    let mut sim = Sim::new(
        "[8000]\ntype = room\npin = 4711\nleader_pin = 9753\ncode = 482913\npincode = 31337\nmusic = jazz\n\
         [8001]\ntype = room\npin = 4711\nleader_code = 482913\nmusic = jazz\n[700]\ntype = dynamic\nmax_members = 5",
    );
    let room = shown(&mut sim, "show conference 8001");
    assert_eq!(
        room,
        "[8001], a room\ntype = room\npin = (not shown)\nleader_code = (not shown)\nmusic = jazz\nIt is not in progress."
    );
    let told = sim.command("show conference 8000").expect_err("it is left out");
    assert!(told.contains("room 8000 is left out"), "{told}");
    for secret in ["4711", "9753", "482913", "31337"] {
        assert!(!room.contains(secret) && !told.contains(secret), "{secret}");
    }
    assert!(shown(&mut sim, "show conference 700").starts_with("[700], a dynamic number\n"));
    assert!(sim.command("show conference 1").expect_err("it is not there").contains("no section [1]"));
}

#[test]
fn profiles_and_menus() {
    let mut sim = Sim::new(
        "[8000]\ntype = room\n[guest]\ntype = profile\nrole = listener\nstart_muted = yes\nquiet = yes\n\
         [few]\ntype = menu\n*1 = toggle_mute, count\n0 = leave_to(operator,s,1)\npause = 2s",
    );
    assert_eq!(
        shown(&mut sim, "show profiles"),
        "guest                role = listener; start_muted = yes; quiet = yes\n1 profiles"
    );
    assert!(shown(&mut sim, "show menus").starts_with("few                  *1 0\n1 menus"));
    assert_eq!(
        shown(&mut sim, "show menus few"),
        "*1       toggle_mute, count\n0        leave_to(operator,s,1)\n2 sequences; 2000 ms for a further key"
    );
    let told = sim.command("show menus fwe").expect_err("it is not there");
    assert_eq!(told, "there is no menu 'fwe' in conclave.conf; did you mean 'few'?");
}

#[test]
fn settings_that_were_read_again_are_shown() {
    let mut sim = Sim::new("[8000]\ntype = room");
    sim.reload("[8000]\ntype = room\nmusic = jazz");
    assert!(shown(&mut sim, "show conference 8000").contains("music = jazz"));
}

#[test]
fn workers() {
    let mut sim = Sim::new("[8000]\ntype = room");
    sim.join("8000", "ada");
    sim.seconds(1);
    let stats = shown(&mut sim, "show stats");
    assert_eq!(line(&stats, "0")[0], "0");
    assert!(stats.starts_with("Worker") && stats.contains("Concealed"), "{stats}");
}

#[test]
fn looking_does_not_wait_for_the_service() {
    let mut sim = Sim::new("[8000]\ntype = room");
    sim.join("8000", "ada");
    let handle = sim.handle();
    // Nobody steps the service here.
    let answer = handle.command("show rooms".parse().expect("a command"));
    assert!(answer.expect("it is shown").contains("8000"));
}
