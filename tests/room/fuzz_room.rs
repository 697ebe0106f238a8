//! Any list of comings, goings, orders and pauses in any kind of conference: the room does what a simple model of it says.
//!
//! The simulator checks after every step that nobody is in two states, hears or is heard before he may, hears music beside
//! anything else or two announcements at once, or is recorded unawares; and that the outputs agree with the picture.

use crate::sim::{Hall, model::Model, open, seconds};
use conclave::room::{
    Action, Answering, Arrivals, By, Conference, EndWithLeader, Input, InviteProgress, Inviting, Manner, MemberId,
    Menu, Music, Mutes, Order, RecordOrder, Recording, Role, Sound, Volume, WaitForLeader,
};
use proptest::{prelude::*, sample::select};
use std::{sync::Arc, time::Duration};

const MOST: u32 = 4;
const IDS: std::ops::Range<u64> = 1..8;

#[derive(Clone, Debug)]
enum Step {
    Join { id: u64, role: Role, manner: Arc<Manner>, invited: bool },
    Leave(u64),
    Order(By, Order),
    Key(u64, char),
    Talking(u64, bool),
    Played(u64),
    RoomPlayed,
    RecordingFailed,
    Back(u64),
    Invited(u64, InviteProgress),
    Wait(u32),
    ClockRunsBackwards,
}

#[derive(Clone, Debug)]
struct Setting {
    conference: Conference,
    opens: Option<f64>,
    ends: Option<f64>,
}

/// Every action has a key of its own, or two.
fn every_action() -> Arc<Menu> {
    let singles = "0123456789ABCD*#".chars().map(String::from);
    let doubles = "0123456789ABCD*#".chars().map(|key| format!("#{key}"));
    let mut actions: Vec<_> = Action::names().map(|name| name.replace("priority", "1")).collect();
    actions.reverse();
    Arc::new(Menu::parse(singles.chain(doubles).zip(actions)).unwrap())
}

fn manner() -> impl Strategy<Value = Arc<Manner>> {
    let waits = select(vec![WaitForLeader::No, WaitForLeader::No, WaitForLeader::Once, WaitForLeader::Always]);
    let ends = select(vec![EndWithLeader::No, EndWithLeader::No, EndWithLeader::Last, EndWithLeader::Any]);
    let names = Arrivals::Names { review: false };
    let arrivals = select(vec![Arrivals::Nothing, Arrivals::Tones, Arrivals::Words, names, names]);
    let answer = select(vec![Answering::AtOnce, Answering::WhenItBegins, Answering::Never]);
    let session = prop::option::weighted(0.2, (1_u64..100).prop_map(Duration::from_secs));
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.1), any::<[bool; 4]>());
    (waits, ends, arrivals, answer, session, flags).prop_map(
        |(wait_for_leader, end_with_leader, arrivals, answer, session_time, flags)| {
            let (quiet, start_muted, start_deaf, [music, hear_own_arrival, count_at_join, count]) = flags;
            Arc::new(Manner {
                quiet,
                start_muted,
                start_deaf,
                level: hear_own_arrival && count,
                denoise: music && count,
                wait_for_leader,
                end_with_leader,
                session_time,
                music: music.then(|| Music::Class("default".into())),
                arrivals,
                hear_own_arrival,
                count_at_join,
                count_to_all: count.then_some(2),
                announcement: count.then(|| "hello".into()),
                answer,
                pass_digits: music,
                menu: count_at_join.then(every_action),
                ..Manner::default()
            })
        },
    )
}

fn setting() -> impl Strategy<Value = Setting> {
    let time = |odds| prop::option::weighted(odds, (1_u32..120).prop_map(f64::from));
    let flags = any::<[bool; 4]>();
    (time(0.2), time(0.2), time(0.2), flags, prop::bool::weighted(0.2), manner()).prop_map(
        |(opens, ends, longest, [grace, automatic, begin_sound, limited], lobby, everybody)| {
            let conference = Conference {
                max_members: limited.then_some(MOST),
                max_duration: longest.map(seconds),
                warnings: Arc::new([seconds(30.0), seconds(10.0), Duration::ZERO]),
                extend_by: seconds(45.0),
                leader_grace: if grace { seconds(10.0) } else { Duration::ZERO },
                lobby,
                begin_sound: begin_sound.then(|| "gong".into()),
                recording: Recording { automatic, ..Recording::default() },
                inviting: Inviting { context: Some("out".into()), ..Inviting::default() },
                everybody,
                ..open()
            };
            Setting { conference, opens, ends }
        },
    )
}

fn order() -> impl Strategy<Value = Order> {
    let id = || IDS.prop_map(MemberId);
    let volume = || select(vec![-12, -3, 0, 9]).prop_map(|decibels| Volume::from_decibels(decibels).unwrap());
    let record = select(vec![RecordOrder::Start, RecordOrder::Stop, RecordOrder::Pause, RecordOrder::Resume]);
    let sounds = select(vec![vec![], vec![Sound::File("hello".into())]]);
    prop_oneof![
        2 => id().prop_map(Order::Kick),
        1 => Just(Order::KickLast),
        4 => (id(), any::<bool>()).prop_map(|(id, on)| Order::Mute(id, on)),
        3 => any::<(bool, bool)>().prop_map(|(on, leaders)| Order::MuteAll { on, leaders }),
        2 => (id(), any::<bool>()).prop_map(|(id, on)| Order::Deafen(id, on)),
        1 => (id(), volume()).prop_map(|(id, volume)| Order::TalkVolume(id, volume)),
        1 => (id(), volume()).prop_map(|(id, volume)| Order::ListenVolume(id, volume)),
        1 => (id(), any::<bool>()).prop_map(|(id, on)| Order::Level(id, on)),
        1 => (id(), any::<bool>()).prop_map(|(id, on)| Order::Denoise(id, on)),
        1 => (0..3u32).prop_map(Order::MostTalkers),
        1 => prop::option::of(-70..-50i8).prop_map(Order::ComfortNoise),
        1 => prop::bool::weighted(0.3).prop_map(Order::Lock),
        2 => prop::option::of(id()).prop_map(Order::Admit),
        1 => id().prop_map(Order::Reject),
        2 => prop::option::of(id()).prop_map(Order::GiveFloor),
        3 => (id(), any::<bool>()).prop_map(|(id, up)| Order::Hand(id, up)),
        1 => Just(Order::Extend),
        4 => record.prop_map(Order::Record),
        2 => (prop::option::of(id()), sounds).prop_map(|(whom, sounds)| Order::Play(whom, sounds)),
        1 => id().prop_map(Order::Move),
        3 => (id(), prop::option::of(id())).prop_map(|(from, to)| Order::Whisper(from, to)),
        3 => (id(), id()).prop_map(|(one, other)| Order::Pair(one, other)),
        1 => id().prop_map(Order::Unpair),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let id = || IDS;
    let role = select(vec![Role::Leader, Role::Participant, Role::Participant, Role::Listener]);
    let by = || prop_oneof![Just(By::Console), IDS.prop_map(|id| By::Member(MemberId(id)))];
    let progress = select(vec![InviteProgress::Heard, InviteProgress::Answered, InviteProgress::Busy]);
    let key = select("***##0123456789ABCD?".chars().collect::<Vec<_>>());
    prop_oneof![
        200 => (id(), role, manner(), prop::bool::weighted(0.1))
            .prop_map(|(id, role, manner, invited)| Step::Join { id, role, manner, invited }),
        60 => id().prop_map(Step::Leave),
        200 => (by(), order()).prop_map(|(by, order)| Step::Order(by, order)),
        2 => by().prop_map(|by| Step::Order(by, Order::End)),
        60 => (id(), key).prop_map(|(id, key)| Step::Key(id, key)),
        60 => (id(), any::<bool>()).prop_map(|(id, on)| Step::Talking(id, on)),
        30 => id().prop_map(Step::Played),
        30 => Just(Step::RoomPlayed),
        5 => Just(Step::RecordingFailed),
        15 => id().prop_map(Step::Back),
        15 => (1..8_u64, progress).prop_map(|(invite, progress)| Step::Invited(invite, progress)),
        120 => (0_u32..80).prop_map(Step::Wait),
        20 => (80_u32..400).prop_map(Step::Wait),
        10 => Just(Step::ClockRunsBackwards),
    ]
}

fn do_step(hall: &mut Hall, step: &Step) {
    match step.clone() {
        Step::Join { id, role, manner, invited } => {
            // Before the first one came nobody can be called.
            if invited {
                hall.order(Order::Invite("20".into()));
            }
            let invite = hall.newest_call().filter(|_| invited);
            hall.join_as(id, role, manner, invite);
        }
        Step::Leave(id) => hall.leave(id),
        Step::Order(by, order) => hall.input(Input::Order { by, order }),
        Step::Key(id, digit) => hall.input(Input::Digit { member: MemberId(id), digit }),
        Step::Talking(id, on) => hall.talking(id, on),
        Step::Played(id) => hall.played(id),
        Step::RoomPlayed => hall.room_played(),
        Step::RecordingFailed => hall.recording_failed(),
        Step::Invited(invite, progress) => hall.invited(invite, progress),
        Step::Back(id) => hall.input(Input::Back { member: MemberId(id) }),
        Step::Wait(tenths) => hall.wait(Duration::from_millis(100) * tenths),
        Step::ClockRunsBackwards => {
            hall.now -= seconds(3.0);
            hall.input(Input::Wake);
            hall.now += seconds(3.0);
        }
    }
}

/// What the model expects of this step is compared with the lines that came out.
fn expect(model: &mut Model, step: &Step, lines: &[String]) -> Result<(), TestCaseError> {
    match step {
        Step::Join { id, role, manner, invited } => {
            let invited = *invited && model.is_open();
            let refusal = model.join(*id, *role, manner, invited);
            let refused = lines.iter().find(|line| line.starts_with(&format!("{id} refuse ")));
            let expected = refusal.map(|result| format!("{id} refuse {result}"));
            prop_assert_eq!(refused.is_some(), expected.is_some(), "{:?} {:?}", expected, lines);
            prop_assert!(refused.is_none_or(|line| line.starts_with(&expected.unwrap())), "{:?}", lines);
        }
        Step::Leave(id) => model.remove(*id),
        Step::Order(by, order) => {
            let was_over = model.over;
            let done = model.order(*by, order);
            let aside = matches!(order, Order::Whisper(..) | Order::Pair(..) | Order::Unpair(_));
            let unknown = aside || matches!(order, Order::Record(_) | Order::Play(..));
            let declined = lines.iter().any(|line| line.starts_with("declined"));
            if *by == By::Console && !unknown && !was_over {
                prop_assert_eq!(declined, !done, "{:?}", lines);
            }
        }
        _ => {}
    }
    Ok(())
}

fn compare(hall: &Hall, model: &Model) -> Result<(), TestCaseError> {
    let shown: Vec<_> = hall.room.members().map(|member| member.id().0).collect();
    let expected: Vec<_> = model.people.iter().map(|person| person.id).collect();
    prop_assert_eq!(shown, expected);
    for (member, person) in hall.room.members().zip(&model.people) {
        prop_assert_eq!(member.waits(), model.waits(person), "{}", person.id);
        prop_assert_eq!(Mutes { warned: false, ..member.mutes() }, person.mutes);
        prop_assert_eq!(member.deafs(), person.deafs);
        prop_assert_eq!(member.hand_is_up(), person.hand_is_up());
        prop_assert_eq!(member.listen_volume(), person.listen);
        prop_assert_eq!((member.levelled(), member.denoised()), (person.levelled, person.denoised));
        prop_assert_eq!(member.talk_volume(), person.talk);
        let seated = model.waits(person).is_none();
        prop_assert_eq!(hall.hears(person.id), seated && !person.deafs.any());
        prop_assert_eq!(hall.is_heard(person.id), seated && person.may_talk() && !member.mutes().warned);
    }
    prop_assert_eq!(hall.ended, model.over);
    if !model.over {
        prop_assert_eq!(hall.room.is_locked(), model.locked);
        prop_assert_eq!(hall.room.mix(), model.mix);
    }
    Ok(())
}

/// However it stands: everybody can still leave, and then the room is over and wants nothing any more.
fn all_leave(hall: &mut Hall) -> Result<(), TestCaseError> {
    hall.wait(seconds(5.0));
    let inside: Vec<_> = hall.inside().iter().copied().collect();
    for id in &inside {
        hall.leave(id.0);
    }
    prop_assert!(hall.inside().is_empty());
    prop_assert!(hall.ended || inside.is_empty());
    hall.wait(seconds(5.0));
    if hall.ended {
        prop_assert_eq!(hall.wake(), None);
    }
    Ok(())
}

fn run(setting: &Setting, steps: &[Step], needless_wakes: bool) -> Result<Vec<String>, TestCaseError> {
    let Setting { conference, opens, ends } = setting.clone();
    let mut hall = Hall::scheduled(conference.clone(), opens, ends);
    let from_now = |at: Option<f64>| at.map(|at| hall.now + seconds(at));
    let mut model = Model::new(conference, hall.now, from_now(opens), from_now(ends));
    let mut story = Vec::new();
    for step in steps.iter().filter(|step| !matches!(step, Step::Key(..))) {
        do_step(&mut hall, step);
        let lines = hall.take();
        model.pass(hall.now);
        expect(&mut model, step, &lines)?;
        for person in &mut model.people {
            // Whom he whispered to is gone. The model knows nothing of whispers, but what it does to mutes.
            if person.can_mute_himself()
                && lines.contains(&format!("{} whisper none", person.id))
                && lines.contains(&format!("{} mute-changed", person.id))
            {
                person.mutes.own = true;
            }
        }
        story.extend(lines);
        if needless_wakes {
            hall.input(Input::Wake);
        }
        compare(&hall, &model)?;
        story.extend(hall.take());
    }
    all_leave(&mut hall)?;
    story.extend(hall.take());
    Ok(story)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_room_does_what_the_model_says(setting in setting(), steps in prop::collection::vec(step(), 0..120)) {
        let story = run(&setting, &steps, false)?;
        prop_assert_eq!(story, run(&setting, &steps, true)?, "needless alarms change nothing");
    }

    /// The same with keys, and with a driver that never tells what has ended: only what the simulator checks.
    #[test]
    fn keys_and_silence_break_nothing(
        setting in setting(),
        steps in prop::collection::vec(step(), 0..120),
        reports_played in any::<bool>(),
    ) {
        let mut hall = Hall::scheduled(setting.conference, setting.opens, setting.ends);
        hall.reports_played = reports_played;
        for step in &steps {
            do_step(&mut hall, step);
        }
        all_leave(&mut hall)?;
    }
}
