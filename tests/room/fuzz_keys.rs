//! Any menu and any keys: no key is lost, and the longest sequence wins. Any invitations: none is lost, and none outlives
//! the room.

use crate::sim::{Hall, open, seconds};
use conclave::room::{
    By, Conference, Input, InviteProgress, Inviting, Manner, MemberId, Menu, Order, Role, WhoInvites,
};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

fn sequences() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set("[12#]{1,4}", 0..8)
}

/// Runs of keys; a long silence comes after each.
fn runs() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[12#]{1,12}", 0..6)
}

/// What keys without a pause come to: the longest sequence first, and a key that begins none alone.
fn parts(menu: &BTreeSet<String>, run: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = run;
    while !rest.is_empty() {
        let longest = (1..=rest.len()).rev().map(|end| &rest[..end]).find(|part| menu.contains(*part));
        let part = longest.unwrap_or(&rest[..1]);
        let word = if longest.is_some() { "play" } else { "send" };
        parts.push(format!("{word} {part}"));
        rest = &rest[part.len()..];
    }
    parts
}

fn two(manner: Manner) -> Hall {
    Hall::with(Conference { everybody: Arc::new(manner), ..open() }, &[Role::Participant; 2])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_key_counts_once(menu in sequences(), runs in runs(), needless_wakes: bool) {
        let lines = menu.iter().map(|keys| (keys.clone(), format!("play({keys})")));
        let made = Menu::parse(lines).unwrap();
        let mut hall = two(Manner { menu: Some(Arc::new(made)), pass_digits: true, ..Manner::default() });
        for run in runs {
            for key in run.chars() {
                hall.keys(1, &key.to_string());
                if needless_wakes {
                    hall.input(Input::Wake);
                }
            }
            hall.wait(seconds(30.0));
            let told = hall.take().into_iter().filter(|line| line != "1 stop");
            let told: Vec<_> = told.map(|line| line[2..].to_owned()).collect();
            prop_assert_eq!(told, parts(&menu, &run), "{:?} in {:?}", run, menu);
        }
        prop_assert_eq!(hall.wake(), None);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Join(u64, Role),
    Leave(u64),
    Keys(u64, &'static str),
    Order(Option<u64>, bool),
    Progress(u64, InviteProgress),
    JoinInvited(u64, u64),
    Back(u64),
    Aside(u64, u64, u8),
    End,
    Wait(u32),
}

fn step() -> impl Strategy<Value = Step> {
    use InviteProgress::{Answered, Busy, Failed, Heard, NoAnswer, Refused, Ringing};
    let id = || 1..6_u64;
    let role = prop::sample::select(vec![Role::Leader, Role::Leader, Role::Participant, Role::Listener]);
    let progress = prop::sample::select(vec![Ringing, Heard, Answered, Busy, Failed, NoAnswer, Refused]);
    let keys = vec![
        "*", "*0", "*012#", "*05", "##", "*8", "*820#", "#", "7", "*91", "*92", "*98", "*982#", "*6", "*9", "*1", "A",
        "**0#",
    ];
    prop_oneof![
        6 => (id(), role).prop_map(|(id, role)| Step::Join(id, role)),
        2 => id().prop_map(Step::Leave),
        20 => (id(), prop::sample::select(keys)).prop_map(|(id, keys)| Step::Keys(id, keys)),
        6 => (prop::option::of(id()), any::<bool>()).prop_map(|(by, invite)| Step::Order(by, invite)),
        10 => (1..12_u64, progress).prop_map(|(invite, progress)| Step::Progress(invite, progress)),
        8 => (6..12_u64, 1..12_u64).prop_map(|(id, invite)| Step::JoinInvited(id, invite)),
        2 => id().prop_map(Step::Back),
        5 => (id(), id(), 0..4_u8).prop_map(|(one, other, how)| Step::Aside(one, other, how)),
        1 => Just(Step::End),
        10 => (0..60_u32).prop_map(Step::Wait),
    ]
}

fn conference(at_once: u32, local: bool, at_opening: usize) -> Conference {
    let inviting = Inviting {
        who: WhoInvites::Everybody,
        context: Some("out".into()),
        at_once,
        at_opening: (0..at_opening).map(|number| number.to_string()).collect(),
        ..Inviting::default()
    };
    let manner = Arc::new(Manner { pass_digits: true, ..Manner::default() });
    let owner = local.then(|| "5550001".into());
    Conference { inviting, owner, everybody: manner.clone(), leaders: manner, ..open() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// The simulator checks after every step that the room knows exactly the calls that were ordered and have not come
    /// to an end, that whispers and pairs are only between seated members, and that nothing is left after the end.
    #[test]
    fn no_invitation_is_lost(
        steps in prop::collection::vec(step(), 1..80), at_once in 1..4_u32, local: bool, at_opening in 0..5_usize,
    ) {
        let mut hall = Hall::new(conference(at_once, local, at_opening));
        for step in steps {
            match step {
                Step::Join(id, role) => hall.join(id, role, "q"),
                Step::Leave(id) => hall.leave(id),
                Step::Keys(id, keys) => hall.keys(id, keys),
                Step::Order(by, invite) => {
                    let by = by.map_or(By::Console, |id| By::Member(MemberId(id)));
                    let order = if invite { Order::Invite("77".into()) } else { Order::CancelInvite };
                    hall.input(Input::Order { by, order });
                }
                Step::Progress(invite, progress) => hall.invited(invite, progress),
                Step::JoinInvited(id, invite) => hall.join_invited(id, invite),
                Step::Back(id) => hall.back(id),
                Step::Aside(one, other, how) => {
                    let (one, other) = (MemberId(one), MemberId(other));
                    hall.order(match how {
                        0 => Order::Whisper(one, Some(other)),
                        1 => Order::Whisper(one, None),
                        2 => Order::Pair(one, other),
                        _ => Order::Unpair(one),
                    });
                }
                Step::End => hall.order(Order::End),
                Step::Wait(tenths) => hall.wait(seconds(f64::from(tenths) / 10.0)),
            }
            prop_assert!(hall.room.invitations() <= at_once as usize);
        }
        for id in 1..12 {
            hall.leave(id);
        }
        prop_assert_eq!(hall.room.invitations(), 0);
        prop_assert_eq!(hall.wake(), None);
    }
}
