//! Any list of comings, goings, keys, commands and pauses: the room does what a simple model of it says.
//!
//! The simulator checks after every step that nobody is seated twice, hears anything before he is seated or after he is
//! out, that music plays exactly to one who is alone and hears nothing else, and that the outputs agree with the picture.

mod room_sim;

use conclave::room::{Conference, Input, MemberId, Mutes, Options, Order, Role};
use proptest::prelude::*;
use room_sim::{Hall, PROMPT, open, seconds, with_music};
use std::time::Duration;

const MENU: Duration = Duration::from_secs(5);
const MOST: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Join(u64, Role, &'static str),
    Leave(u64),
    Key(u64, char),
    Talking(u64, bool),
    Played(u64),
    Kick(u64),
    Mute(u64, bool),
    Lock(bool),
    End,
    Wait(u32),
    ClockRunsBackwards,
}

fn step() -> impl Strategy<Value = Step> {
    let id = 1..7_u64;
    let role = prop::sample::select(vec![Role::Leader, Role::Participant, Role::Participant, Role::Listener]);
    let options = prop::sample::select(vec!["", "", "q", "m", "qm"]);
    let key = prop::sample::select("****12346789#0D?".chars().collect::<Vec<_>>());
    prop_oneof![
        8 => (id.clone(), role, options).prop_map(|(id, role, options)| Step::Join(id, role, options)),
        3 => id.clone().prop_map(Step::Leave),
        20 => (id.clone(), key).prop_map(|(id, key)| Step::Key(id, key)),
        3 => (id.clone(), any::<bool>()).prop_map(|(id, on)| Step::Talking(id, on)),
        2 => id.clone().prop_map(Step::Played),
        2 => id.clone().prop_map(Step::Kick),
        4 => (id, any::<bool>()).prop_map(|(id, on)| Step::Mute(id, on)),
        2 => any::<bool>().prop_map(Step::Lock),
        1 => Just(Step::End),
        8 => (0_u32..80).prop_map(Step::Wait),
        1 => Just(Step::ClockRunsBackwards),
    ]
}

/// A member as the rules of the manual describe him.
#[derive(Debug)]
struct Person {
    id: u64,
    role: Role,
    mutes: Mutes,
    listen: i32,
    talk: i32,
    plays_until: Duration,
    menu: bool,
    menu_until: Duration,
}

impl Person {
    fn hears(&mut self, now: Duration, sounds: u32) {
        self.plays_until = now + PROMPT * sounds;
        self.menu_until = self.plays_until + MENU;
    }

    fn silence(&mut self, now: Duration) {
        self.plays_until = now;
        self.menu_until = now + MENU;
    }

    fn may_talk(&self) -> bool {
        self.role != Role::Listener && self.mutes == Mutes::default()
    }
}

#[derive(Debug, Default)]
struct Model {
    people: Vec<Person>,
    locked: bool,
    over: bool,
}

impl Model {
    /// Menus that nobody used close.
    fn pass(&mut self, now: Duration) {
        for person in &mut self.people {
            person.menu &= now < person.menu_until;
        }
    }

    /// What the answer to a Join must be.
    fn join(&mut self, now: Duration, id: u64, role: Role, options: Options) -> String {
        let is_leader = role == Role::Leader;
        if self.over {
            return format!("{id} refuse ENDED confbridge-conf-end");
        } else if self.people.iter().any(|person| person.id == id) {
            return format!("{id} refuse FAILED");
        } else if self.locked && !is_leader {
            self.over = self.people.is_empty();
            return format!("{id} refuse LOCKED conf-locked");
        } else if self.people.len() >= MOST && !is_leader {
            return format!("{id} refuse FULL conclave-full");
        }
        let at_start = options.start_muted;
        let mutes = Mutes { at_start, ..Mutes::default() };
        let mut person = Person { id, role, mutes, listen: 0, talk: 0, plays_until: now, menu: false, menu_until: now };
        let alone = self.people.is_empty();
        let sounds = u32::from(alone) + u32::from(at_start && role != Role::Listener);
        if sounds > 0 && !options.quiet {
            person.hears(now, sounds);
        }
        self.people.push(person);
        format!("{id} seat")
    }

    fn remove(&mut self, id: u64) {
        let before = self.people.len();
        self.people.retain(|person| person.id != id);
        self.over |= before == 1 && self.people.is_empty();
    }

    fn command(&mut self, id: u64, mute: bool, now: Duration) {
        let Some(person) = self.people.iter_mut().find(|person| person.id == id) else {
            return;
        };
        let before = person.may_talk();
        person.mutes.imposed = mute;
        person.mutes.at_start &= mute;
        if person.may_talk() != before {
            person.hears(now, 1);
        }
    }

    fn key(&mut self, id: u64, key: char, now: Duration) {
        let last = self.people.iter().rev().find(|person| person.role != Role::Leader).map(|person| person.id);
        let Some(person) = self.people.iter_mut().find(|person| person.id == id) else {
            return;
        };
        if key == '?' {
            return;
        }
        if !person.menu {
            if key == '*' {
                person.menu = true;
                person.hears(now, 1);
            }
            return;
        }
        let leads = person.role == Role::Leader;
        let turned = |level: &mut i32, by: i32| {
            let new = *level + by;
            let can = (-12..=12).contains(&new);
            if can {
                *level = new;
            }
            can
        };
        let quiet = match key {
            '4' => turned(&mut person.listen, -3),
            '6' => turned(&mut person.listen, 3),
            '7' => turned(&mut person.talk, -3),
            '9' => turned(&mut person.talk, 3),
            '1' => {
                person.menu = false;
                if person.role != Role::Listener && !person.mutes.imposed {
                    person.mutes.own = !person.mutes.own && !person.mutes.at_start;
                    person.mutes.at_start = false;
                }
                false
            }
            '#' => {
                person.menu = false;
                true
            }
            '8' => return self.remove(id),
            '2' if leads => {
                person.menu = false;
                self.locked = !self.locked;
                false
            }
            '3' if leads => {
                person.menu = false;
                last.is_some()
            }
            _ => false,
        };
        if quiet {
            person.silence(now);
        } else {
            person.hears(now, 1);
        }
        if let ('3', true, Some(last)) = (key, leads, last) {
            self.remove(last);
        }
    }
}

fn compare(hall: &Hall, model: &Model) -> Result<(), TestCaseError> {
    let shown: Vec<_> = hall.room.members().map(|member| member.id().0).collect();
    let expected: Vec<_> = model.people.iter().map(|person| person.id).collect();
    prop_assert_eq!(shown, expected);
    for (member, person) in hall.room.members().zip(&model.people) {
        prop_assert_eq!(member.mutes(), person.mutes);
        prop_assert_eq!(member.may_talk(), person.may_talk());
        prop_assert_eq!(i32::from(member.listen_volume().decibels()), person.listen);
        prop_assert_eq!(i32::from(member.talk_volume().decibels()), person.talk);
    }
    prop_assert_eq!(hall.ended, model.over);
    if !model.over {
        prop_assert_eq!(hall.room.is_locked(), model.locked);
    }
    Ok(())
}

fn run(steps: &[Step], music: bool, needless_wakes: bool) -> Result<Vec<String>, TestCaseError> {
    let mut hall =
        Hall::new(Conference { max_members: Some(MOST as u32), ..if music { with_music() } else { open() } });
    let mut model = Model::default();
    let mut story = Vec::new();
    for step in steps {
        let now = hall.now;
        model.pass(now);
        match *step {
            Step::Join(id, role, options) => {
                let answer = model.join(now, id, role, Options::parse(options).unwrap());
                hall.join(id, role, options);
                let lines = hall.take();
                prop_assert!(lines.contains(&answer), "{} not in {:?}", answer, lines);
                story.extend(lines);
            }
            Step::Leave(id) => {
                model.remove(id);
                hall.leave(id);
            }
            Step::Key(member, digit) => {
                model.key(member, digit, now);
                let member = MemberId(member);
                hall.input(Input::Digit { member, digit });
            }
            Step::Talking(id, on) => hall.talking(id, on),
            Step::Played(id) => {
                let person = model.people.iter_mut().find(|person| person.id == id);
                if let Some(person) = person.filter(|person| person.plays_until > now) {
                    person.silence(now);
                }
                hall.played(id);
            }
            Step::Kick(id) => {
                model.remove(id);
                hall.kick(id);
            }
            Step::Mute(id, mute) => {
                model.command(id, mute, now);
                if mute { hall.mute(id) } else { hall.unmute(id) }
            }
            Step::Lock(lock) => {
                model.locked = lock;
                hall.order(Order::Lock(lock));
            }
            Step::End => {
                model.people.clear();
                model.over = true;
                hall.order(Order::End);
            }
            Step::Wait(tenths) => hall.wait(Duration::from_millis(100) * tenths),
            Step::ClockRunsBackwards => {
                hall.now -= seconds(3.0);
                hall.input(Input::Wake);
                hall.now += seconds(3.0);
            }
        }
        if needless_wakes {
            hall.input(Input::Wake);
        }
        compare(&hall, &model)?;
        story.extend(hall.take());
    }

    // However it stands: menus close by themselves, everybody can still leave by keys, and then the room is over.
    hall.wait(seconds(30.0));
    for id in 1..7 {
        hall.keys(id, "8");
    }
    compare(&hall, &model)?;
    story.extend(hall.take());
    let inside: Vec<_> = model.people.iter().map(|person| person.id).collect();
    for id in &inside {
        prop_assert!(!hall.ended);
        hall.keys(*id, "*8");
    }
    prop_assert!(hall.seated().is_empty());
    prop_assert!(hall.ended || (inside.is_empty() && !model.over));
    prop_assert_eq!(hall.wake(), None);
    story.extend(hall.take());
    Ok(story)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_room_does_what_the_model_says(steps in prop::collection::vec(step(), 0..120), music in any::<bool>()) {
        let story = run(&steps, music, false)?;
        prop_assert_eq!(story, run(&steps, music, true)?, "needless alarms change nothing");
    }
}
