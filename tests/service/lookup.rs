//! What a caller comes to: settings, rooms in progress, the time of day, and whoever guesses.

use conclave::room::guard::GuardSettings;
use conclave::room::{
    CallResult, Caller, Conference, Digits, Doorway, DoorwayKind, Found, Opens, Options, Pin, Query, Role, RoomNumber,
    Schedule,
};
use conclave::service::Settings;
use conclave::service::lookup::{Asker, Known, Listed, Lookup};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Ten o'clock of some day.
const TEN: Duration = Duration::from_secs(1_800_000_000);

/// Everything that a query is answered from, and one caller.
struct World {
    lookup: Lookup,
    settings: Settings,
    held: HashMap<RoomNumber, Arc<Conference>>,
    now: Duration,
    unix: Duration,
    options: Options,
    caller: Caller,
    address: String,
}

fn world() -> World {
    World {
        lookup: Lookup::new(GuardSettings::default()),
        settings: Settings::default(),
        held: HashMap::new(),
        now: Duration::ZERO,
        unix: TEN,
        options: Options::default(),
        caller: Caller { name: "Ada".into(), number: "201".into() },
        address: "192.0.2.7".into(),
    }
}

impl World {
    fn with(mut self, conference: Conference) -> World {
        self.settings.conferences.insert(conference.number.clone(), Arc::new(conference));
        self
    }

    fn doorway(mut self, number: &str, kind: DoorwayKind, template: Conference) -> World {
        let number: RoomNumber = number.parse().unwrap();
        let doorway = Doorway { number: number.clone(), kind, template: Arc::new(template) };
        self.settings.doorways.insert(number, Arc::new(doorway));
        self
    }

    fn hold(&mut self, conference: Conference) {
        self.held.insert(conference.number.clone(), Arc::new(conference));
    }

    fn ask(&mut self, dialled: &str, conference: Option<&Arc<Conference>>, query: Query) -> Found {
        let held = |number: &str| self.held.get(number).cloned();
        let known =
            Known { now: self.now, unix: self.unix, settings: &self.settings, held: &held, listed: &Listed::Nothing };
        let dialled = dialled.parse().unwrap();
        let asker = Asker {
            dialled: &dialled,
            conference,
            options: self.options,
            caller: &self.caller,
            address: &self.address,
            channel: "PJSIP/alice-0001",
        };
        self.lookup.answer(known, asker, query)
    }

    fn number(&mut self, dialled: &str) -> Found {
        self.ask(dialled, None, Query::Number)
    }

    fn pin(&mut self, number: &str, keyed: &str) -> Found {
        let found = self.settings.conferences[number].clone();
        self.ask(number, Some(&found), Query::Pin(digits(keyed)))
    }
}

fn conference(number: &str) -> Conference {
    Conference::new(number.parse().unwrap())
}

fn guarded(number: &str) -> Conference {
    Conference { pin: pin("4711"), leader_pin: pin("9753"), ..conference(number) }
}

fn coded(number: &str, code: &str, leader_code: &str) -> Conference {
    Conference { code: pin(code), leader_code: pin(leader_code), ..conference(number) }
}

fn pin(digits: &str) -> Option<Pin> {
    digits.parse().ok()
}

fn digits(keys: &str) -> Digits {
    let mut digits = Digits::default();
    keys.chars().for_each(|key| digits.push(key));
    digits
}

fn refused(result: CallResult) -> Found {
    Found::Refused(result)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn what_is_set_up_is_found_and_nothing_else() {
    let mut world = world().with(guarded("8000"));
    assert_eq!(world.number("8000"), Found::Conference(Arc::new(guarded("8000"))));
    assert_eq!(world.number("8001"), refused(CallResult::NoRoom));
}

#[test]
fn on_demand_every_number_is_there_except_what_was_left_out() {
    let mut world = world();
    world.settings.on_demand = true;
    world.settings.left_out.insert("8002".parse().unwrap());
    assert_eq!(world.number("8001"), Found::Conference(Arc::new(conference("8001"))));
    assert_eq!(world.number("8002"), refused(CallResult::NoRoom));
}

#[test]
fn a_room_in_progress_keeps_its_own() {
    let mut world = world().with(guarded("8000"));
    world.hold(conference("8000"));
    world.hold(conference("8001"));
    for number in ["8000", "8001"] {
        assert_eq!(world.number(number), Found::Conference(Arc::new(conference(number))));
    }
}

#[test]
fn what_is_switched_off_is_so_at_once() {
    let mut world = world().with(Conference { enabled: false, ..conference("8000") });
    assert_eq!(world.number("8000"), refused(CallResult::Disabled));
    world.hold(conference("8000"));
    assert_eq!(world.number("8000"), refused(CallResult::Disabled), "also for those who come later");
}

#[test]
fn it_opens_and_closes_by_the_clock_on_the_wall() {
    let schedule = Schedule { opens: Some(TEN), early: seconds(300), closes: Some(TEN + seconds(3600)) };
    let set = Conference { schedule, ..conference("8000") };
    let mut world = world().with(set.clone());
    let mut at = |unix: Duration| {
        world.unix = unix;
        world.number("8000")
    };
    let found = Found::Conference(Arc::new(set.clone()));
    assert_eq!(at(TEN - seconds(301)), refused(CallResult::NotOpen));
    assert_eq!(at(TEN - seconds(300)), found, "who comes a little early waits inside");
    assert_eq!(at(TEN + seconds(3599)), found);
    assert_eq!(at(TEN + seconds(3600)), refused(CallResult::Over));
    assert_eq!(at(TEN), found, "a clock that was wrong is set back");
    world.hold(set);
    world.unix = TEN + seconds(5000);
    assert_eq!(world.number("8000"), found, "a leader extended it");
}

#[test]
fn pins_are_judged_by_what_the_conference_is_now() {
    let mut world = world().with(guarded("8000"));
    let found = Arc::new(guarded("8000"));
    assert_eq!(world.pin("8000", "4711"), Found::Right(found.clone(), Opens::AsAnybody));
    assert_eq!(world.pin("8000", "9753"), Found::Right(found.clone(), Opens::AsLeader));
    assert_eq!(world.pin("8000", "1"), Found::Wrong(Duration::from_millis(500)));
    let mut world = world.with(Conference { pin: pin("5"), ..conference("8000") });
    assert_eq!(world.ask("8000", Some(&found), Query::Pin(digits("4711"))), Found::Wrong(seconds(1)));
    world.settings.conferences.clear();
    assert_eq!(world.ask("8000", Some(&found), Query::Pin(digits("5"))), refused(CallResult::NoRoom));
}

#[test]
fn he_is_treated_as_the_conference_and_his_options_say() {
    let mut world = world();
    let found = Arc::new(conference("8000"));
    let usual = world.ask("8000", Some(&found), Query::Manner(Role::Participant));
    assert_eq!(usual, Found::Manner(found.everybody.clone()));
    world.options = Options::parse("q").unwrap();
    let Found::Manner(quiet) = world.ask("8000", Some(&found), Query::Manner(Role::Participant)) else { panic!() };
    assert!(quiet.quiet);
}

#[test]
fn a_dynamic_number_is_free_until_somebody_opens_it() {
    let kind = DoorwayKind::Dynamic { opener_leads: true };
    let template = Conference { max_members: Some(5), leader_pin: pin("9753"), ..conference("700") };
    let mut world = world().doorway("700", kind, template);
    assert!(matches!(world.number("700"), Found::Doorway(doorway) if doorway.kind == kind));
    assert_eq!(world.ask("700", None, Query::Dynamic(digits("1234"))), Found::Free);
    let create = Query::Create { number: digits("1234"), pin: pin("55") };
    let Found::Opened(opened) = world.ask("700", None, create.clone()) else { panic!() };
    assert_eq!(opened.number.as_str(), "700-1234");
    assert_eq!((&opened.pin, &opened.leader_pin, opened.max_members), (&pin("55"), &pin("9753"), Some(5)));
    world.hold(Conference::clone(&opened));
    assert_eq!(world.ask("700", None, create), Found::Conference(opened.clone()), "somebody was faster");
    assert_eq!(world.ask("700", None, Query::Dynamic(digits("1234"))), Found::Conference(opened.clone()));
    assert_eq!(world.number("700-1234"), Found::Conference(opened.clone()), "the dial plan may name it");
    let judged = world.ask("700", Some(&opened), Query::Pin(digits("55")));
    assert_eq!(judged, Found::Right(opened.clone(), Opens::AsAnybody));
    world.held.clear();
    assert_eq!(world.ask("700", None, Query::Dynamic(digits("1234"))), Found::Free, "gone when empty");
    assert_eq!(world.number("700-1234"), refused(CallResult::NoRoom));
}

#[test]
fn what_cannot_be_a_number_is_wrong() {
    let mut world = world().doorway("700", DoorwayKind::Dynamic { opener_leads: true }, conference("700"));
    world.settings.left_out.insert("700-5".parse().unwrap());
    for keyed in ["", &"1".repeat(33), "5"] {
        let found = world.ask("700", None, Query::Dynamic(digits(keyed)));
        assert_eq!(found, Found::Wrong(Duration::ZERO), "{keyed}");
    }
}

#[test]
fn who_happens_to_choose_the_leader_pin_makes_nobody_leader() {
    let template = Conference { leader_pin: pin("9753"), ..conference("700") };
    let mut world = world().doorway("700", DoorwayKind::Dynamic { opener_leads: true }, template);
    let create = Query::Create { number: digits("1"), pin: pin("9753") };
    let Found::Opened(opened) = world.ask("700", None, create) else { panic!() };
    assert_eq!(opened.judge(&digits("9753")), Some(Opens::AsAnybody));
}

#[test]
fn a_doorway_with_a_pin_is_opened_by_whoever_knows_it() {
    let template = Conference { pin: pin("4711"), ..conference("700") };
    let mut world = world().doorway("700", DoorwayKind::Dynamic { opener_leads: true }, template);
    let Found::Conference(behind) = world.ask("700", None, Query::Dynamic(digits("1"))) else { panic!() };
    assert_eq!(behind.pin, pin("4711"));
    let judged = world.ask("700", Some(&behind), Query::Pin(digits("4711")));
    assert_eq!(judged, Found::Right(behind, Opens::AsAnybody));
}

#[test]
fn a_code_finds_conference_and_role() {
    let mut world = world()
        .doorway("900", DoorwayKind::Access, conference("900"))
        .with(coded("8000", "1111", "2222"))
        .with(coded("8001", "3333", ""))
        .with(guarded("8002"));
    let mut code = |keyed: &str| world.ask("900", None, Query::Code(digits(keyed)));
    assert_eq!(code("1111"), Found::Right(Arc::new(coded("8000", "1111", "2222")), Opens::AsAnybody));
    assert_eq!(code("2222"), Found::Right(Arc::new(coded("8000", "1111", "2222")), Opens::AsLeader));
    assert_eq!(code("3333"), Found::Right(Arc::new(coded("8001", "3333", "")), Opens::AsAnybody));
    assert_eq!(code("4711"), Found::Wrong(Duration::from_millis(500)), "a PIN is no code");
    assert_eq!(code(""), Found::Wrong(seconds(1)), "and nothing is none");
}

#[test]
fn the_same_code_twice_always_finds_the_same_conference() {
    for _ in 0..20 {
        let mut world = world().doorway("900", DoorwayKind::Access, conference("900"));
        for number in ["8005", "8001", "8003"] {
            world = world.with(coded(number, "1111", ""));
        }
        let Found::Right(found, _) = world.ask("900", None, Query::Code(digits("1111"))) else { panic!() };
        assert_eq!(found.number.as_str(), "8001");
    }
}

#[test]
fn a_code_of_what_is_closed_tells_so() {
    let closed = Conference { enabled: false, ..coded("8000", "1111", "") };
    let mut world = world().doorway("900", DoorwayKind::Access, conference("900")).with(closed);
    assert_eq!(world.ask("900", None, Query::Code(digits("1111"))), refused(CallResult::Disabled));
}

#[test]
fn an_extensions_own_conference_is_opened_by_it_alone() {
    let mut world = world().doorway("local", DoorwayKind::Local, guarded("local"));
    assert_eq!(world.number("local-202"), refused(CallResult::NoRoom));
    assert_eq!(world.number("local"), refused(CallResult::NoRoom));
    let Found::Right(opened, Opens::AsLeader) = world.number("local-201") else { panic!() };
    assert_eq!((opened.number.as_str(), opened.owner.as_deref()), ("local-201", Some("201")));
    world.hold(Conference::clone(&opened));
    assert_eq!(world.number("local-201"), Found::Right(opened.clone(), Opens::AsLeader), "he comes back");
    world.caller.number = "202".into();
    assert_eq!(world.number("local-201"), Found::Conference(opened), "others are asked for its PIN");
}

#[test]
fn who_guesses_is_locked_out_and_his_codes_are_not_looked_at() {
    let mut world = world().with(guarded("8000")).with(guarded("8001"));
    for n in 0..10 {
        assert!(matches!(world.pin("8000", "1"), Found::Wrong(_)), "{n}");
    }
    assert_eq!(world.lookup.take_locked_out().len(), 1);
    for number in ["8000", "8001"] {
        assert_eq!(world.pin(number, "4711"), Found::LockedOut(seconds(10)));
        assert_eq!(world.pin(number, "1"), Found::LockedOut(seconds(10)));
    }
    assert!(matches!(world.number("8000"), Found::Conference(_)), "options L and p still let in");
    world.address = "192.0.2.8".into();
    assert!(matches!(world.pin("8000", "4711"), Found::Right(..)), "others come in");
    world.address = "192.0.2.7".into();
    world.now += seconds(900);
    assert!(matches!(world.pin("8000", "4711"), Found::Right(..)));
}

#[test]
fn silence_is_no_guess() {
    let mut world = world().with(guarded("8000")).with(Conference { leader_pin: pin("9"), ..conference("8001") });
    for _ in 0..500 {
        assert_eq!(world.pin("8000", ""), Found::Wrong(Duration::from_millis(500)));
    }
    for _ in 0..10 {
        world.pin("8000", "1");
    }
    assert!(matches!(world.pin("8001", ""), Found::Right(_, Opens::AsAnybody)), "who has nothing to key is let in");
}

#[test]
fn dynamic_conferences_count_for_themselves_and_their_doorway() {
    let kind = DoorwayKind::Dynamic { opener_leads: true };
    let mut world = world().doorway("700", kind, conference("700"));
    world.settings.guard = GuardSettings { lockout_number: 3, ..GuardSettings::default() };
    world.lookup = Lookup::new(world.settings.guard.clone());
    let held = Conference { pin: pin("55"), ..conference("700-1") };
    world.hold(held.clone());
    let held = Arc::new(held);
    for n in 0..3 {
        world.address = format!("192.0.2.{n}");
        world.ask("700", Some(&held), Query::Pin(digits("1")));
    }
    world.address = "192.0.2.99".into();
    assert!(matches!(world.ask("700", Some(&held), Query::Pin(digits("55"))), Found::LockedOut(_)));
}
