//! Each command reaches the room, and says what was done or why not.

use crate::sim::{Asked, Sim};
use conclave::room::{CallResult, RecordingState, Waits};
use conclave::service::{CallEvent, CallId, MemberPicture};
use conclave_rig::Folder;

const CONF: &str = concat!(
    "[general]\nrecordings = ",
    env!("CARGO_TARGET_TMPDIR"),
    "/deeds\n[8000]\ntype = room\nleader_pin = 1\ninvite_context = out\nmax_duration = 1h\n[8001]\ntype = room"
);

/// A leader and two others.
fn three() -> (Sim, [CallId; 3]) {
    let mut sim = Sim::new(CONF);
    let ada = sim.arrive("8000", "L", "ada");
    sim.tick(1);
    let calls = [ada, sim.join("8000", "bob"), sim.join("8000", "eve")];
    sim.seconds(3);
    (sim, calls)
}

fn member(sim: &Sim, number: u32) -> MemberPicture {
    let picture = sim.picture();
    let member = picture.rooms["8000"].members.iter().find(|member| member.number == number);
    member.cloned().expect("he is there")
}

fn done(sim: &mut Sim, words: &str) -> String {
    let answer = sim.command(words);
    answer.unwrap_or_else(|error| panic!("{words}: {error}"))
}

fn not_done(sim: &mut Sim, words: &str) -> String {
    sim.command(words).expect_err(words)
}

#[test]
fn all_are_muted_but_leaders_unless_said_so_and_those_who_come_later_too() {
    let (mut sim, _) = three();
    assert_eq!(done(&mut sim, "mute 8000 all"), "In room 8000 everybody but leaders is muted, also who comes later.");
    let muted = |sim: &Sim| [1, 2, 3].map(|number| member(sim, number).mutes.any());
    assert_eq!(muted(&sim), [false, true, true]);
    assert!(sim.picture().rooms["8000"].muted);
    sim.join("8000", "zoe");
    assert!(member(&sim, 4).mutes.any());
    assert_eq!(done(&mut sim, "mute 8000 all leaders"), "In room 8000 everybody is muted, also who comes later.");
    assert_eq!(muted(&sim), [true; 3]);
    assert_eq!(done(&mut sim, "unmute 8000 all"), "In room 8000 everybody is unmuted.");
    assert_eq!(muted(&sim), [false; 3]);
}

#[test]
fn a_member_is_deafened_and_hears_again() {
    let (mut sim, _) = three();
    assert_eq!(done(&mut sim, "deafen 8000 2"), "Member 2 of room 8000 deafened.");
    assert_eq!([1, 2, 3].map(|number| member(&sim, number).deaf), [false, true, false]);
    assert_eq!(done(&mut sim, "undeafen 8000 all"), "3 members of room 8000 can hear.");
    assert!(!member(&sim, 2).deaf);
}

#[test]
fn voices_are_levelled_and_cleaned() {
    let (mut sim, _) = three();
    assert_eq!(done(&mut sim, "level 8000 2 on"), "Member 2 of room 8000 brought to the loudness of all.");
    assert_eq!(done(&mut sim, "denoise 8000 all on"), "3 members of room 8000 heard without the noise behind them.");
    let how = |sim: &Sim| [1, 2, 3].map(|number| (member(sim, number).levelled, member(sim, number).denoised));
    assert_eq!(how(&sim), [(false, true), (true, true), (false, true)]);
    assert_eq!(done(&mut sim, "denoise 8000 3 off"), "Member 3 of room 8000 heard as they come.");
    assert_eq!(how(&sim)[2], (false, false));
    assert_eq!(not_done(&mut sim, "level 8000 1 off"), "it is so already");
}

#[test]
fn the_mix_of_a_room_is_changed() {
    let (mut sim, _) = three();
    done(&mut sim, "talkers 8000 3");
    done(&mut sim, "noise 8000 -60");
    let shown = done(&mut sim, "show room 8000");
    assert!(shown.contains("at most 3 heard at once, comfort noise -60 dB"), "{shown}");
    done(&mut sim, "noise 8000 off");
    assert_eq!(sim.picture().rooms["8000"].mix.comfort_noise, None);
}

#[test]
fn who_spoke_last_comes_first() {
    let (mut sim, calls) = three();
    for call in [calls[0], calls[2], calls[1]] {
        sim.talk(&[call], 60);
        sim.seconds(1);
    }
    assert_eq!(sim.picture().rooms["8000"].speakers, [2, 3, 1]);
    let shown = done(&mut sim, "show room 8000");
    assert_eq!(shown.lines().last(), Some("Spoke last, the latest first: 2, 3, 1"));
    sim.talk(&[calls[0]], 25);
    assert!(member(&sim, 1).level.is_some_and(|level| (-40..0).contains(&level)), "{:?}", member(&sim, 1).level);
    let shown = done(&mut sim, "show room 8000");
    assert!(shown.lines().any(|line| line.starts_with("1 ") && line.contains("talking -")), "{shown}");
}

#[test]
fn volumes_are_set() {
    let (mut sim, _) = three();
    assert_eq!(done(&mut sim, "volume 8000 2 talk 6"), "Member 2 of room 8000 set to +6 dB for the others.");
    assert_eq!(done(&mut sim, "volume 8000 all listen -3"), "3 members of room 8000 set to hear the others at -3 dB.");
}

#[test]
fn hands_go_up_and_the_floor_is_given() {
    let (mut sim, _) = three();
    done(&mut sim, "mute 8000 all");
    assert_eq!(done(&mut sim, "hand 8000 3 up"), "Member 3 of room 8000 with a raised hand.");
    assert!(member(&sim, 3).hand);
    assert_eq!(done(&mut sim, "floor 8000"), "Who raised his hand first may talk in room 8000.");
    assert!(!member(&sim, 3).hand && !member(&sim, 3).mutes.any() && member(&sim, 2).mutes.any());
    assert_eq!(done(&mut sim, "floor 8000 2"), "Member 2 of room 8000 may talk.");
    assert!(!member(&sim, 2).mutes.any());
    assert_eq!(not_done(&mut sim, "floor 8000"), "there is nobody to whom it could be done");
}

#[test]
fn the_lobby_is_served() {
    let mut sim = Sim::new("[8000]\ntype = room\nlobby = yes");
    sim.arrive("8000", "L", "ada");
    sim.tick(1);
    let [bob, eve, zoe] = ["bob", "eve", "zoe"].map(|name| {
        let call = sim.arrive("8000", "", name);
        sim.tick(1);
        call
    });
    let waits = |sim: &Sim| sim.picture().rooms["8000"].members.iter().map(|m| m.waits).collect::<Vec<_>>();
    assert_eq!(waits(&sim), [None, Some(Waits::Lobby), Some(Waits::Lobby), Some(Waits::Lobby)]);
    assert_eq!(done(&mut sim, "admit 8000 2"), "Member 2 of room 8000 admitted.");
    assert_eq!(waits(&sim), [None, None, Some(Waits::Lobby), Some(Waits::Lobby)]);
    assert_eq!(done(&mut sim, "reject 8000 3"), "Member 3 of room 8000 turned away.");
    sim.seconds(1);
    assert_eq!(sim.result(eve), Some(CallResult::Rejected));
    assert_eq!(done(&mut sim, "admit 8000 all"), "All who waited to be admitted are in room 8000.");
    assert_eq!(waits(&sim), [None; 3]);
    assert_eq!(not_done(&mut sim, "admit 8000 2"), "it is so already");
    assert!(sim.is_inside("8000", bob) && sim.is_inside("8000", zoe));
}

#[test]
fn a_recording_is_begun_paused_and_ended() {
    let folder = Folder::new("deeds");
    let mut sim = Sim::new(&format!("[general]\nrecordings = {}\n[8000]\ntype = room", folder.display()));
    sim.join("8000", "ada");
    sim.seconds(2);
    assert_eq!(not_done(&mut sim, "record 8000 pause"), "there is nothing of that kind under way");
    assert_eq!(done(&mut sim, "record 8000 start"), "Room 8000 is recorded as soon as those inside have been told.");
    assert_eq!(sim.picture().rooms["8000"].recording, RecordingState::Announced);
    sim.seconds(3);
    assert_eq!(sim.picture().rooms["8000"].recording, RecordingState::On);
    done(&mut sim, "record 8000 pause");
    assert_eq!(sim.picture().rooms["8000"].recording, RecordingState::Paused);
    assert_eq!(done(&mut sim, "record 8000 stop"), "Room 8000 is no longer recorded.");
    assert_eq!(sim.picture().rooms["8000"].recording, RecordingState::Off);
}

#[test]
fn somebody_is_called_and_given_up() {
    let (mut sim, _) = three();
    sim.asked();
    assert_eq!(done(&mut sim, "invite 8000 202"), "202 is called into room 8000.");
    assert_eq!(sim.picture().rooms["8000"].calling, ["202"]);
    assert!(
        sim.asked()
            .iter()
            .any(|asked| matches!(asked, Asked::Dial(_, number, context) if number == "202" && context == "out"))
    );
    assert_eq!(done(&mut sim, "cancel 8000"), "The last invitation of room 8000 was given up.");
    assert!(sim.picture().rooms["8000"].calling.is_empty());
    assert_eq!(not_done(&mut sim, "cancel 8000"), "there is nothing of that kind under way");
    sim.join("8001", "ann");
    assert_eq!(not_done(&mut sim, "invite 8001 202"), "the conference's settings do not allow it");
}

#[test]
fn files_and_numbers_are_played_to_all_or_to_one() {
    let (mut sim, _) = three();
    sim.sounds();
    assert_eq!(done(&mut sim, "play 8000 hello&world"), "It is played to room 8000.");
    assert_eq!(sim.sounds(), ["hello", "world"]);
    assert_eq!(done(&mut sim, "play 8000 psst 2"), "It is played to member 2 of room 8000.");
    assert_eq!(sim.sounds(), ["psst"]);
    assert_eq!(done(&mut sim, "say 8000 digits 12 3"), "It is played to member 3 of room 8000.");
    assert_eq!(sim.sounds().len(), 2, "a file for each digit");
    assert!(not_done(&mut sim, "play 8000 psst 9").contains("no member '9'"));
}

#[test]
fn some_talk_aside() {
    let (mut sim, [ada, bob, eve]) = three();
    let all = [ada, bob, eve];
    assert_eq!(done(&mut sim, "whisper 8000 1 2"), "Only member 2 of room 8000 hears member 1.");
    sim.tick(5);
    assert_eq!(sim.heard(&[ada], &all, 20), [false, true, false]);
    assert_eq!(done(&mut sim, "whisper 8000 1 off"), "Everybody in room 8000 hears member 1.");
    assert_eq!(done(&mut sim, "pair 8000 2 3"), "Members 2 and 3 of room 8000 hear only each other.");
    sim.seconds(1);
    assert_eq!(sim.heard(&[bob], &all, 20), [false, false, true]);
    assert_eq!(done(&mut sim, "unpair 8000 2"), "Member 2 of room 8000 back in the common mix.");
}

#[test]
fn members_go_to_another_room() {
    let (mut sim, [_, bob, _]) = three();
    assert_eq!(done(&mut sim, "move 8000 2 8001"), "Member 2 of room 8000 sent to room 8001.");
    sim.tick(2);
    assert!(sim.is_inside("8001", bob) && !sim.is_inside("8000", bob));
    assert!(not_done(&mut sim, "move 8000 1 9999").contains("there is no conference 9999"));
    assert_eq!(not_done(&mut sim, "move 8000 1 8000"), "it is so already");
    assert_eq!(done(&mut sim, "move 8000 all 8001"), "2 members of room 8000 sent to room 8001.");
    sim.tick(2);
    assert_eq!(sim.inside("8001"), ["bob", "ada", "eve"]);
    assert!(!sim.picture().rooms.contains_key("8000"));
}

#[test]
fn a_conference_is_extended_and_ended() {
    let (mut sim, [ada, ..]) = three();
    assert_eq!(done(&mut sim, "extend 8000"), "Room 8000 lasts longer.");
    assert_eq!(done(&mut sim, "end 8000"), "Room 8000 was ended.");
    sim.seconds(1);
    assert_eq!(sim.result(ada), Some(CallResult::Ended));
    sim.join("8001", "ann");
    assert_eq!(not_done(&mut sim, "extend 8001"), "there is nothing of that kind under way");
}

#[test]
fn a_lock_out_is_shown_and_lifted() {
    let mut sim = Sim::new("[general]\nlockout_caller = 2\npin_attempts = 9\n[8000]\ntype = room\npin = 4711");
    assert!(done(&mut sim, "show lockouts").contains("0 locked out"));
    assert_eq!(done(&mut sim, "forgive all"), "Nobody was locked out.");
    let ada = sim.arrive("8000", "", "ada");
    for _ in 0..2 {
        sim.seconds(1);
        sim.key(ada, "1#");
        sim.seconds(30);
    }
    let shown = done(&mut sim, "show lockouts");
    assert!(shown.contains("caller 201") && shown.contains("00:1") && shown.contains("1 locked out"), "{shown}");
    sim.report(ada, CallEvent::Gone);
    assert!(not_done(&mut sim, "forgive 202").contains("'202' is not locked out"));
    assert_eq!(done(&mut sim, "forgive 201"), "No longer locked out: caller 201.");
    assert!(done(&mut sim, "show lockouts").contains("0 locked out"));
}
