//! Conferences of the directory, in a real database, and a service in simulated time.

use std::sync::Arc;
use std::time::Duration;

use conclave::directory::*;
use conclave::room::{CallResult, RoomNumber};
use conclave::service::{CallEvent, CallId, HostChecks, Settings as Conf};
use conclave_rig::Folder;

use crate::sim::Sim;

/// A service with a directory.
pub struct World {
    pub sim: Sim,
    pub directory: Directory,
    folder: Folder,
}

impl World {
    fn new(conf: &str) -> World {
        World::at("directory.db", conf)
    }

    /// With the database there, below a folder of its own.
    fn at(file: &str, conf: &str) -> World {
        let folder = Folder::new("service");
        let place = Place::File(folder.join(file));
        World::among(folder, place, "pbx1", conf)
    }

    /// With a database that others have too, as the PBX of this name.
    pub fn on(place: Place, node: &str) -> World {
        World::among(Folder::new("service"), place, node, "")
    }

    fn among(folder: Folder, place: Place, node: &str, conf: &str) -> World {
        let mut sim = Sim::new(conf);
        let (looks, told) = (sim.handle(), sim.handle());
        let used = |_: &Conf, number: &RoomNumber| (number.as_str() == "201").then(|| "it is Ada's telephone".into());
        let checks = HostChecks { settings: move || looks.picture().settings.clone(), used };
        let how = Settings::new(place, node);
        let directory = Directory::start(how, Arc::new(checks), move |change| told.directory_changed(change)).unwrap();
        sim.set_directory(directory.clone());
        World { sim, directory, folder }
    }

    fn write<T: Send + 'static>(&self, job: impl FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static) -> T {
        self.directory.wait(Access::Write, job).unwrap()
    }

    pub fn account(&self, login: &str, cap: Option<u32>) -> AccountId {
        let details = AccountDetails { cap, ..AccountDetails::new(login, AccountRole::Owner) };
        self.write(move |desk| desk.create_account(&details)).id
    }

    pub fn conference(&self, details: Details) -> Conference {
        self.write(move |desk| desk.create_conference(&details, AccountRole::Provider))
    }

    fn change(&self, conference: &Conference, change: impl FnOnce(&mut Details)) -> Conference {
        let (id, version, mut details) = (conference.id, conference.version, conference.details.clone());
        change(&mut details);
        self.write(move |desk| desk.update_conference(id, version, &details, AccountRole::Provider))
    }

    /// A call that asks for no PIN and is inside when this returns.
    pub fn joins(&mut self, room: &str, channel: &str) -> CallId {
        let call = self.sim.arrive(room, "p", channel);
        self.sim.until("he comes in", |sim| sim.is_inside(room, call));
        call
    }

    /// A call that asks for no PIN and is turned away: how, once he has heard why.
    pub fn fails(&mut self, room: &str, channel: &str) -> CallResult {
        let call = self.sim.arrive(room, "p", channel);
        self.ends(call)
    }

    fn ends(&mut self, call: CallId) -> CallResult {
        // What is asked takes real time, and words take simulated time.
        for _ in 0..2000 {
            self.sim.tick(1);
            if let Some(result) = self.sim.result(call) {
                return result;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("the call does not end");
    }

    pub fn visits(&self) -> Vec<PastVisit> {
        self.directory.wait(Access::Read, |desk| desk.visits(&VisitFilter::default(), 0, 99)).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.directory.stop();
    }
}

/// A folder of a test's own.
pub fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let unique = format!("service-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(unique);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn meeting(owner: AccountId, extension: &str) -> Details {
    Details { extension: Some(extension.parse().unwrap()), ..Details::new(owner, Kind::Meeting) }
}

fn room<'a>(picture: &'a conclave::service::Picture, number: &str) -> &'a conclave::service::RoomPicture {
    &picture.rooms[number]
}

#[test]
fn its_room_says_whose_it_is_and_what_is_called_how() {
    let mut world = World::new("");
    let ada = world.account("ada", None);
    let board = world.conference(Details { name: "Board".into(), ..meeting(ada, "8100") });
    world.joins("8100", "alice");
    let picture = world.sim.picture();
    assert_eq!(room(&picture, "8100").conference, Some((board.id, ada)));
    assert_eq!(room(&picture, "8100").name, "Board");
}

#[test]
fn what_conclave_conf_has_comes_first() {
    let mut world = World::new("[8100]\ntype = room\n[710]\ntype = access\n");
    let ada = world.account("ada", None);
    // Somebody else's program wrote this into the database, which asks no dial plan.
    let other = Directory::start(
        Settings::new(Place::File(world.folder.join("directory.db")), "pbx2"),
        Arc::new(NoChecks),
        |_| {},
    )
    .unwrap();
    let mine = meeting(ada, "8100");
    other.wait(Access::Write, move |desk| desk.create_conference(&mine, AccountRole::Provider)).unwrap();
    other.stop();
    world.joins("8100", "alice");
    assert_eq!(room(&world.sim.picture(), "8100").conference, None);
}

#[test]
fn a_hang_up_while_the_directory_is_asked_leaves_nothing() {
    let mut world = World::new("");
    let ada = world.account("ada", None);
    world.conference(meeting(ada, "8100"));
    let call = world.sim.arrive("8100", "p", "alice");
    world.sim.report(call, CallEvent::Gone);
    world.sim.tick(1);
    // What was asked after it is answered after it.
    world.joins("8100", "bob");
    assert_eq!(world.sim.inside("8100"), ["bob"]);
}

#[test]
fn a_code_opens_at_an_access_number_of_conclave_conf_and_wrong_ones_are_counted() {
    let mut world = World::new("[general]\nlockout_caller = 2\n[710]\ntype = access\n");
    let ada = world.account("ada", None);
    let code = world.conference(meeting(ada, "8100")).codes.unwrap().leader;
    let alice = world.sim.arrive("710", "", "alice");
    world.sim.key(alice, &format!("{}#", code.reveal()));
    world.sim.until("her code opens", |sim| sim.is_inside("8100", alice));
    let bob = world.sim.arrive("710", "", "bob");
    world.sim.key(bob, "1111#");
    world.sim.seconds(3);
    std::thread::sleep(Duration::from_millis(200));
    world.sim.seconds(3);
    world.sim.key(bob, "2222#");
    std::thread::sleep(Duration::from_millis(200));
    world.sim.seconds(5);
    world.sim.key(bob, &format!("{}#", code.reveal()));
    assert_eq!(world.ends(bob), CallResult::LockedOut);
}

#[test]
fn what_is_deleted_nobody_comes_to_and_who_is_inside_stays() {
    let mut world = World::new("[general]\non_demand = yes\n");
    let ada = world.account("ada", None);
    let board = world.conference(meeting(ada, "8100"));
    let alice = world.joins("8100", "alice");
    let id = board.id;
    world.write(move |desk| desk.delete_conference(id));
    // The number is free for anybody now, but for what is still going on under it.
    assert_eq!(world.fails("8100", "bob"), CallResult::Failed);
    world.conference(Details { name: "Other".into(), ..meeting(ada, "8100") });
    assert_eq!(world.fails("8100", "carol"), CallResult::Failed);
    assert_eq!(world.sim.inside("8100"), ["alice"]);
    world.sim.hang_up(alice);
    world.joins("8100", "dave");
    assert_eq!(room(&world.sim.picture(), "8100").name, "Other");
}

#[test]
fn what_is_switched_off_nobody_comes_to_and_who_is_inside_stays() {
    let mut world = World::new("");
    let ada = world.account("ada", None);
    let board = world.conference(meeting(ada, "8100"));
    world.joins("8100", "alice");
    let board = world.change(&board, |details| details.enabled = false);
    assert_eq!(world.fails("8100", "bob"), CallResult::Disabled);
    assert_eq!(world.sim.inside("8100"), ["alice"]);
    world.change(&board, |details| details.enabled = true);
    world.joins("8100", "carol");
    let mut account = world.directory.wait(Access::Read, move |desk| desk.account(ada)).unwrap();
    account.details.active = false;
    world.write(move |desk| desk.update_account(ada, account.version, &account.details));
    assert_eq!(world.fails("8100", "dave"), CallResult::Disabled);
}

#[test]
fn a_room_in_progress_follows_what_is_changed() {
    let mut world = World::new("");
    let ada = world.account("ada", None);
    let board = world.conference(Details { name: "Board".into(), ..meeting(ada, "8100") });
    world.joins("8100", "alice");
    let board = world.change(&board, |details| {
        details.name = "Council".into();
        details.max_participants = Some(1);
        // Its number while it is going on is the one that it opened with.
        details.extension = Some("8200".parse().unwrap());
    });
    world.sim.until("it has its name", |sim| room(&sim.picture(), "8100").name == "Council");
    assert_eq!(room(&world.sim.picture(), "8100").max_members, Some(1));
    assert_eq!(world.fails("8200", "bob"), CallResult::Full);
    // Its end is moved before the moment that it is: it is over.
    let over = jiff::Timestamp::from_second(1_799_999_000).unwrap();
    world.change(&board, |details| details.expires = Some(over));
    world.sim.until("it ends", |sim| sim.inside("8100").is_empty());
}

#[test]
fn who_cannot_be_found_out_is_told_and_static_rooms_go_on() {
    let mut world = World::at("no/such/folder/directory.db", "[general]\non_demand = yes\n[8500]\ntype = room\n");
    assert_eq!(world.fails("8100", "alice"), CallResult::Failed);
    world.joins("8500", "bob");
    let shown = world.sim.command("show directory").unwrap();
    assert!(shown.contains("not connected"), "{shown}");
    // As soon as it can be reached.
    std::fs::create_dir_all(world.folder.join("no/such/folder")).unwrap();
    let directory = world.directory.clone();
    world.sim.until("it heals", |_| directory.health().connected);
    let ada = world.account("ada", None);
    world.conference(meeting(ada, "8100"));
    world.joins("8100", "carol");
}

#[test]
fn the_cap_of_an_account_holds_over_its_conferences() {
    let mut world = World::new("");
    let (ada, eve) = (world.account("ada", Some(2)), world.account("eve", None));
    world.conference(meeting(ada, "8100"));
    world.conference(meeting(ada, "8200"));
    world.conference(meeting(eve, "8300"));
    let alice = world.joins("8100", "alice");
    world.joins("8200", "bob");
    assert_eq!(world.fails("8100", "carol"), CallResult::Full);
    world.joins("8300", "dave");
    world.sim.hang_up(alice);
    world.joins("8200", "erin");
    assert_eq!(world.fails("8200", "frank"), CallResult::Full);
}

#[test]
fn whoever_is_called_in_or_moved_in_counts_for_its_account() {
    let mut world = World::new("[8500]\ntype = room\n");
    let ada = world.account("ada", Some(3));
    let settings = vec![("invite_context".to_owned(), "internal".to_owned())];
    let board = world.conference(Details { settings, ..meeting(ada, "8100") });
    world.joins("8100", "alice");
    world.sim.command("invite 8100 301").unwrap();
    let invite = world.sim.asked().into_iter().find_map(|asked| match asked {
        crate::sim::Asked::Dial(invite, ..) => Some(invite),
        _ => None,
    });
    let called = world.sim.arrive_invited(invite.unwrap(), true).unwrap();
    world.sim.until("he is in", |sim| sim.is_inside("8100", called));
    let bob = world.joins("8500", "bob");
    world.sim.command("move 8500 1 8100").unwrap();
    world.sim.seconds(1);
    assert!(world.sim.is_inside("8100", bob));
    assert_eq!(world.fails("8100", "carol"), CallResult::Full);
    // Whoever goes makes a place, also to another room.
    let directory = world.directory.clone();
    world.sim.until("all is written", |_| directory.health().unwritten == 0);
    let visits = world.visits();
    let here = visits.iter().filter(|visit| visit.conference == Some(board.id) && visit.went.is_none());
    assert_eq!(here.count(), 3, "{visits:?}");
    world.joins("8500", "dave");
    world.sim.command("move 8100 1 8500").unwrap();
    world.sim.seconds(1);
    world.joins("8100", "erin");
}

#[test]
fn history_has_who_came_when_he_talked_and_why_not() {
    let mut world = World::new("[8500]\ntype = room\n");
    let ada = world.account("ada", None);
    let board = world.conference(Details { tag: "b1".into(), ..meeting(ada, "8100") });
    let alice = world.joins("8100", "alice");
    world.joins("8100", "bob");
    world.sim.seconds(10);
    world.sim.talk(&[alice], 100);
    world.sim.seconds(10);
    world.sim.hang_up(alice);
    assert_eq!(world.fails("8999", "carol"), CallResult::NoRoom);
    let directory = world.directory.clone();
    world.sim.until("all is written", |_| {
        let health = directory.health();
        health.unwritten == 0
    });
    let visits = world.visits();
    let of = |channel: &str| visits.iter().find(|visit| visit.channel == channel).unwrap();
    assert_eq!((of("alice").conference, &*of("alice").tag), (Some(board.id), "b1"));
    assert_eq!(of("alice").result.as_deref(), Some("HANGUP"));
    let (begun, ended) = of("alice").talks.split_once('-').unwrap();
    let [begun, ended] = [begun, ended].map(|tenths| tenths.parse::<u32>().unwrap());
    assert!((99..=104).contains(&begun) && (118..=130).contains(&ended), "{begun}-{ended}");
    assert_eq!((of("bob").went, &*of("bob").talks), (None, ""));
    assert_eq!((of("carol").result.as_deref(), &*of("carol").role), (Some("NOROOM"), ""));
}

#[test]
fn an_extension_in_use_and_a_setting_that_cannot_be_are_refused() {
    let mut world = World::new("[8500]\ntype = room\n[8700]\ntype = dynamic\n");
    let ada = world.account("ada", None);
    // The settings are in the picture with the first step.
    world.sim.tick(1);
    let wrong = |details: Details| {
        let made =
            world.directory.wait(Access::Write, move |desk| desk.create_conference(&details, AccountRole::Provider));
        match made {
            Err(Error::Invalid(wrong)) => wrong.into_iter().map(|wrong| (wrong.field, wrong.what)).collect(),
            other => panic!("{other:?}"),
        }
    };
    for (number, why) in [("8500", "conclave.conf"), ("8700-1", "behind 8700"), ("201", "Ada's telephone")] {
        let wrong: Vec<(String, String)> = wrong(meeting(ada, number));
        assert_eq!(wrong[0].0, "extension");
        assert!(wrong[0].1.contains(why), "{wrong:?}");
    }
    for (name, value) in [("lobby", "perhaps"), ("lobbi", "yes"), ("leader_profile", "nobody")] {
        let lines = vec![(name.to_owned(), value.to_owned())];
        let wrong: Vec<(String, String)> = wrong(Details { settings: lines, ..meeting(ada, "8100") });
        assert!(wrong.iter().any(|(field, _)| field == name || field == "settings"), "{wrong:?}");
    }
}
