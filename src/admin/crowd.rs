//! How many may be connected, and who gives way when there are too many.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Everybody who is connected. One who comes when it is full takes the place of who has been idle for longest, so that
/// connections which do nothing keep nobody out.
pub(super) struct Crowd {
    most: usize,
    most_each: usize,
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    /// Counts comings and every end of a request: who has the smallest has been idle for longest.
    next: u64,
    taken: HashMap<u64, Seat>,
}

struct Seat {
    network: IpAddr,
    /// When it became idle.
    idle: u64,
    busy: usize,
    leave: Arc<Notify>,
}

/// One who is connected; dropped when he is not any more.
pub(super) struct Guest {
    crowd: Arc<Crowd>,
    number: u64,
    leave: Arc<Notify>,
}

/// Something is done for a guest as long as this is there.
pub(super) struct Busy {
    crowd: Arc<Crowd>,
    number: u64,
}

impl Crowd {
    /// For so many, of whom half may come from one network.
    pub(super) fn new(most: usize) -> Crowd {
        Crowd { most: most.max(2), most_each: (most / 2).max(1), seats: Mutex::default() }
    }

    /// Lets one in; `None`: everybody else is busy.
    pub(super) fn enter(self: &Arc<Crowd>, address: IpAddr) -> Option<Guest> {
        let mut seats = self.lock();
        let network = network(address);
        let alike = seats.taken.values().filter(|seat| seat.network == network).count();
        if alike >= self.most_each {
            seats.clear_one(|seat| seat.network == network)?;
        } else if seats.taken.len() >= self.most {
            seats.clear_one(|_| true)?;
        }
        let number = seats.next;
        seats.next += 1;
        let leave = Arc::new(Notify::new());
        seats.taken.insert(number, Seat { network, idle: number, busy: 0, leave: leave.clone() });
        Some(Guest { crowd: self.clone(), number, leave })
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    fn clear_one(&mut self, among: impl Fn(&Seat) -> bool) -> Option<()> {
        let idle = self.taken.iter().filter(|(_, seat)| seat.busy == 0 && among(seat));
        let number = *idle.min_by_key(|(_, seat)| seat.idle)?.0;
        self.taken.remove(&number)?.leave.notify_one();
        Some(())
    }
}

impl Guest {
    /// Ready when he has to go.
    pub(super) async fn has_to_go(&self) {
        self.leave.notified().await;
    }

    /// From now on something is done for him.
    pub(super) fn busy(&self) -> Busy {
        if let Some(seat) = self.crowd.lock().taken.get_mut(&self.number) {
            seat.busy += 1;
        }
        Busy { crowd: self.crowd.clone(), number: self.number }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.crowd.lock().taken.remove(&self.number);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut seats = self.crowd.lock();
        let now = seats.next;
        seats.next += 1;
        if let Some(seat) = seats.taken.get_mut(&self.number) {
            seat.busy -= 1;
            seat.idle = now;
        }
    }
}

/// Who is one and the same, most likely: an IPv4 address, or what one customer has of IPv6.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[tokio::test]
    async fn who_is_idle_for_longest_gives_way_and_nobody_who_is_busy() {
        let crowd = Arc::new(Crowd::new(4));
        let first = crowd.enter(from(1)).unwrap();
        let second = crowd.enter(from(1)).unwrap();
        drop(first.busy());
        // Now the second has been idle for longer.
        let third = crowd.enter(from(1)).unwrap();
        second.has_to_go().await;
        let _all = [first.busy(), third.busy()];
        assert!(crowd.enter(from(1)).is_none());
        let _others = [crowd.enter(from(2)).unwrap(), crowd.enter(from(3)).unwrap()];
        assert_eq!(crowd.lock().taken.len(), 4);
        drop(second);
        let _fourth = crowd.enter(from(4)).unwrap();
        assert_eq!(crowd.lock().taken.len(), 4);
    }

    #[test]
    fn one_customer_of_ipv6_is_one() {
        let parsed = |text: &str| network(text.parse().unwrap());
        assert_eq!(parsed("2001:db8:1:2::5"), parsed("2001:db8:1:2:ffff::1"));
        assert_ne!(parsed("2001:db8:1:2::5"), parsed("2001:db8:1:3::5"));
        assert_eq!(parsed("::ffff:192.0.2.7"), parsed("192.0.2.7"));
    }
}
