//! One thread for all networks of the process, which sends each packet at the moment that was worked out for it.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Instant;

use super::Sent;
use crate::sys;

/// A packet on its way.
pub(super) struct Parcel {
    pub(super) leaves: Instant,
    pub(super) bytes: Box<[u8]>,
    pub(super) socket: Arc<UdpSocket>,
    pub(super) to: SocketAddr,
    /// Where to note when it left, and at which place there.
    pub(super) sent: Arc<Mutex<Vec<Sent>>>,
    pub(super) number: usize,
}

#[derive(Default)]
struct Office {
    parcels: Mutex<BinaryHeap<Reverse<Parcel>>>,
    came: Condvar,
}

/// Sends a packet when it is time.
pub(super) fn take(parcel: Parcel) {
    static OFFICE: OnceLock<Arc<Office>> = OnceLock::new();
    let office = OFFICE.get_or_init(|| {
        let office = Arc::new(Office::default());
        let thread = std::thread::Builder::new().name("network".into()).spawn({
            let office = office.clone();
            move || office.run()
        });
        thread.expect("a thread can be had");
        office
    });
    let mut parcels = office.parcels.lock().unwrap();
    let is_first = parcels.peek().is_none_or(|Reverse(first)| parcel.leaves < first.leaves);
    parcels.push(Reverse(parcel));
    drop(parcels);
    if is_first {
        office.came.notify_one();
    }
}

impl Office {
    fn run(&self) {
        sys::ask_to_go_first();
        let mut parcels = self.parcels.lock().unwrap();
        loop {
            let now = Instant::now();
            let wait = parcels.peek().map(|Reverse(first)| first.leaves.saturating_duration_since(now));
            match wait {
                None => parcels = self.came.wait(parcels).unwrap(),
                Some(wait) if !wait.is_zero() => parcels = self.came.wait_timeout(parcels, wait).unwrap().0,
                Some(_) => {
                    let Some(Reverse(parcel)) = parcels.pop() else { continue };
                    drop(parcels);
                    parcel.send();
                    parcels = self.parcels.lock().unwrap();
                }
            }
        }
    }
}

impl Parcel {
    fn send(self) {
        let _ = self.socket.send_to(&self.bytes, self.to);
        self.sent.lock().unwrap()[self.number].left = Some(Instant::now());
    }

    /// What leaves at the same moment leaves in the order in which it was sent.
    fn order(&self) -> (Instant, usize) {
        (self.leaves, self.number)
    }
}

impl PartialEq for Parcel {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Parcel {}

impl PartialOrd for Parcel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parcel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}
