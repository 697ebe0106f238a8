//! How often somebody may try to sign in.
//!
//! Three counts, each with some tries for nothing and growing pauses after them: of one login from one network, of one
//! network, and of one login from all over the world. The last one spares networks from which that login has come in
//! before: whoever tries somebody else's login from everywhere keeps only himself out. And a link that the console or a
//! provider makes is good all the time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::crowd::network;

/// See the module's text.
#[derive(Default)]
pub(super) struct Attempts {
    tries: HashMap<Of, Tries>,
    /// Where logins have come in from, the latest last.
    known: Vec<(String, IpAddr)>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Of {
    LoginFrom(String, IpAddr),
    Network(IpAddr),
    Login(String),
}

struct Tries {
    count: u32,
    last: Instant,
    /// Until then none is listened to.
    until: Instant,
}

impl Attempts {
    /// Somebody tries; it counts until he [succeeds](Self::succeeded).
    ///
    /// # Errors
    ///
    /// If it is not listened to, and for how long.
    pub(super) fn begin(&mut self, login: &str, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let network = network(from);
        let login = login.trim().to_lowercase();
        let mut counts = vec![Of::LoginFrom(login.clone(), network), Of::Network(network)];
        if !self.known.iter().any(|(known, from)| *known == login && *from == network) {
            counts.push(Of::Login(login));
        }
        let tries = &mut self.tries;
        let waits =
            counts.iter().filter_map(|of| tries.get(of)).map(|tries| tries.until.saturating_duration_since(now));
        if let Some(wait) = waits.max().filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        if tries.len() + counts.len() > MOST {
            tries.retain(|_, tries| now.saturating_duration_since(tries.last) < FORGOTTEN);
        }
        for of in counts {
            // Full in spite of that: who comes from so many networks is held up by what is known of his logins.
            if tries.len() >= MOST && !tries.contains_key(&of) {
                continue;
            }
            let (free, longest) = of.measure();
            let tries = tries.entry(of).or_insert(Tries { count: 0, last: now, until: now });
            if now.saturating_duration_since(tries.last) >= FORGOTTEN {
                tries.count = 0;
            }
            tries.count += 1;
            tries.last = now;
            if let Some(over) = tries.count.checked_sub(free) {
                tries.until = now + Duration::from_secs(4 << over.min(16)).min(longest);
            }
        }
        Ok(())
    }

    /// It was he.
    pub(super) fn succeeded(&mut self, login: &str, from: IpAddr) {
        let network = network(from);
        let login = login.trim().to_lowercase();
        self.tries.remove(&Of::LoginFrom(login.clone(), network));
        for of in [Of::Network(network), Of::Login(login.clone())] {
            if let Some(tries) = self.tries.get_mut(&of) {
                tries.count = tries.count.saturating_sub(1);
                tries.until = tries.last;
            }
        }
        self.known.retain(|(known, from)| (known, from) != (&login, &network));
        if self.known.len() == MOST_KNOWN {
            self.known.remove(0);
        }
        self.known.push((login, network));
    }
}

impl Of {
    /// How many tries are for nothing, and how long the longest pause is.
    fn measure(&self) -> (u32, Duration) {
        let (free, seconds) = match self {
            Of::LoginFrom(..) => (5, 300),
            Of::Network(_) => (20, 300),
            Of::Login(_) => (50, 30),
        };
        (free, Duration::from_secs(seconds))
    }
}

/// After so long without a try all is as if there had been none.
const FORGOTTEN: Duration = Duration::from_secs(3600);

const MOST: usize = 20_000;
const MOST_KNOWN: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> IpAddr {
        IpAddr::from([198, 51, 100, last])
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn pauses_grow_up_to_five_minutes_and_are_forgotten() {
        let mut attempts = Attempts::default();
        let mut now = Instant::now();
        for _ in 0..4 {
            attempts.begin("ada", from(1), now).unwrap();
        }
        let mut pauses = Vec::new();
        for _ in 0..10 {
            attempts.begin(" Ada ", from(1), now).unwrap();
            let pause = attempts.begin("ada", from(1), now).unwrap_err();
            pauses.push(pause.as_secs());
            now += pause;
        }
        assert_eq!(pauses, [4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        attempts.begin("bob", from(1), now).unwrap();
        attempts.begin("ada", from(2), now).unwrap();
        now += FORGOTTEN;
        for _ in 0..4 {
            attempts.begin("ada", from(1), now).unwrap();
        }
    }

    #[test]
    fn who_comes_in_begins_anew() {
        let mut attempts = Attempts::default();
        let now = Instant::now();
        for _ in 0..100 {
            for _ in 0..4 {
                attempts.begin("ada", from(1), now).unwrap();
            }
            attempts.begin("ada", from(1), now).unwrap();
            attempts.succeeded("ada", from(1));
            attempts = Attempts { known: attempts.known, ..Attempts::default() };
        }
    }

    #[test]
    fn one_network_cannot_try_many_logins() {
        let mut attempts = Attempts::default();
        let now = Instant::now();
        let refused = (0..30).position(|number| attempts.begin(&format!("user{number}"), from(1), now).is_err());
        assert_eq!(refused, Some(20));
        attempts.begin("user3", from(2), now).unwrap();
    }

    #[test]
    fn who_tries_a_login_from_everywhere_does_not_keep_its_owner_out() {
        let mut attempts = Attempts::default();
        let now = Instant::now();
        attempts.begin("ada", from(1), now).unwrap();
        attempts.succeeded("ada", from(1));
        let refused = (2..=255).position(|network| attempts.begin("ada", from(network), now).is_err());
        assert_eq!(refused, Some(50));
        attempts.begin("ada", from(1), now).unwrap();
        // From elsewhere he waits for half a minute at most.
        for round in 0..100 {
            let later = now + seconds(30 * round);
            attempts.begin("ada", from(100), later).ok();
        }
        assert!(attempts.begin("ada", from(101), now + seconds(3000)).is_ok());
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut attempts = Attempts::default();
        let now = Instant::now();
        for number in 0..30_000u32 {
            let _ = attempts.begin(&number.to_string(), IpAddr::from(number.to_be_bytes()), now);
        }
        assert_eq!(attempts.tries.len(), MOST);
    }
}
