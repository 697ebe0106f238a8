//! Two PBXs on one PostgreSQL: an account's last seat is had by one caller, whichever PBX he comes to.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave::directory::{Access, Error, Place};
use conclave::room::CallResult;
use conclave::service::CallId;

use crate::directory::{World, folder, meeting};

#[path = "../directory/common/cluster.rs"]
#[allow(dead_code, reason = "the directory's own tests do more with it")]
mod cluster;

struct Folder(PathBuf);

impl Folder {
    fn new(_: &str) -> Folder {
        Folder(folder())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Two services, each as if of another PBX.
fn two(name: &str) -> Option<[World; 2]> {
    let url = cluster::database(name)?;
    Some(["pbx1", "pbx2"].map(|node| World::on(Place::parse(&url).unwrap(), node)))
}

fn is_in(world: &World, call: CallId) -> bool {
    world.sim.is_inside("8100", call)
}

/// Goes on with both until it is so.
fn until(worlds: &mut [World; 2], what: &str, so: impl Fn(&[World; 2]) -> bool) {
    let begun = Instant::now();
    while !so(worlds) {
        worlds.iter_mut().for_each(|world| world.sim.tick(1));
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        sleep(Duration::from_millis(1));
    }
}

#[test]
fn who_come_in_the_same_moment_do_not_go_over_the_cap() {
    let Some(mut worlds) = two("service-shared") else { return };
    let ada = worlds[0].account("ada", Some(1));
    let board = worlds[0].conference(meeting(ada, "8100"));
    for round in 0..20 {
        // Both are asked for before either is answered.
        let calls = [0, 1].map(|at: usize| worlds[at].sim.arrive("8100", "p", &format!("caller{at}")));
        let settled = |worlds: &[World; 2]| {
            let is_settled = |(world, call): (&World, CallId)| is_in(world, call) || world.sim.result(call).is_some();
            worlds.iter().zip(calls).all(is_settled)
        };
        until(&mut worlds, "each is in or turned away", settled);
        let inside = [0, 1].map(|at| is_in(&worlds[at], calls[at]));
        assert_eq!(inside.iter().filter(|is_in| **is_in).count(), 1, "round {round}: {inside:?}");
        let out = inside.iter().position(|is_in| !is_in).unwrap();
        assert_eq!(worlds[out].sim.result(calls[out]), Some(CallResult::Full), "round {round}");
        // The seat is free as soon as he is gone, and not earlier.
        let (stays, call) = (1 - out, calls[1 - out]);
        let again = worlds[out].sim.arrive("8100", "p", "again");
        until(&mut worlds, "he is turned away too", |worlds| worlds[out].sim.result(again).is_some());
        worlds[stays].sim.hang_up(call);
        let elsewhere = |world: &World, id| {
            world.directory.wait(Access::Read, move |desk| desk.reach(id)).unwrap().unwrap().elsewhere
        };
        until(&mut worlds, "his seat is free", |worlds| elsewhere(&worlds[out], board.id) == 0);
    }
    let visits = worlds[0].visits();
    let came = |result: &str| visits.iter().filter(|visit| visit.result.as_deref() == Some(result)).count();
    assert_eq!((came("FULL"), visits.len()), (40, 60), "{visits:?}");
}

#[test]
fn who_hangs_up_while_a_seat_is_kept_leaves_it() {
    let Some(mut worlds) = two("service-gone") else { return };
    let ada = worlds[0].account("ada", Some(1));
    worlds[0].conference(meeting(ada, "8100"));
    for round in 0..20 {
        let call = worlds[0].sim.arrive("8100", "p", "alice");
        // Sooner or later on his way in, also after he is.
        worlds[0].sim.tick(1);
        for _ in 0..round {
            sleep(Duration::from_micros(500));
            worlds[0].sim.tick(1);
        }
        worlds[0].sim.hang_up(call);
        let begun = Instant::now();
        loop {
            let call = worlds[1].sim.arrive("8100", "p", "bob");
            let settled = |worlds: &[World; 2]| is_in(&worlds[1], call) || worlds[1].sim.result(call).is_some();
            until(&mut worlds, "bob is in or turned away", settled);
            if is_in(&worlds[1], call) {
                worlds[1].sim.hang_up(call);
                break;
            }
            // Only as long as it takes to write that alice is gone.
            assert!(begun.elapsed() < Duration::from_secs(10), "round {round}: the seat stays taken");
        }
        let free = |worlds: &[World; 2]| worlds[1].directory.health().unwritten == 0;
        until(&mut worlds, "bob's visit is written", free);
    }
}

#[test]
fn where_nothing_can_be_written_people_come_in_all_the_same() {
    let Some(url) = cluster::database("service-unwritable") else { return };
    let place = |url: &str| Place::parse(url).unwrap();
    let writes = World::on(place(&url), "pbx1");
    let ada = writes.account("ada", Some(1));
    writes.conference(meeting(ada, "8100"));
    let mut reads = World::on(place(&format!("{url}?options=-c%20default_transaction_read_only%3Don")), "pbx2");
    let refused = reads.directory.wait(Access::Write, |desk| desk.set_setting("currency", Some("EUR")));
    assert!(matches!(refused, Err(Error::Unwritable(_))), "{refused:?}");
    reads.joins("8100", "alice");
    assert_eq!(reads.fails("8100", "bob"), CallResult::Full);
}
