//! What telephone lines tell in the same way on every host.

use std::net::{IpAddr, SocketAddr};

use crate::room::InviteProgress;

/// What a cause of Q.850, with which a call ended, says of an invitation. `rings`: it had rung.
pub fn progress(cause: i32, rings: bool) -> InviteProgress {
    match cause {
        17 => InviteProgress::Busy,
        18..=20 => InviteProgress::NoAnswer,
        21 => InviteProgress::Refused,
        // The dial plan went to its end: after ringing because nobody came, else because it leads nowhere.
        0 | NORMAL_CLEARING if rings => InviteProgress::NoAnswer,
        _ => InviteProgress::Failed,
    }
}

/// `192.0.2.1:5060`, `[2001:db8::1]:5060`, or the address alone; nothing of anything else.
pub fn without_port(address: &str) -> String {
    let alone = || address.parse::<IpAddr>().ok();
    let found = address.parse::<SocketAddr>().map(|address| address.ip()).ok().or_else(alone);
    found.map(|address| address.to_string()).unwrap_or_default()
}

const NORMAL_CLEARING: i32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_has_its_word() {
        for (cause, rings, word) in [
            (17, false, InviteProgress::Busy),
            (21, true, InviteProgress::Refused),
            (19, false, InviteProgress::NoAnswer),
            (16, true, InviteProgress::NoAnswer),
            (0, false, InviteProgress::Failed),
            (3, true, InviteProgress::Failed),
        ] {
            assert_eq!(progress(cause, rings), word, "{cause}");
        }
    }

    #[test]
    fn an_address_loses_its_port() {
        assert_eq!(without_port("192.0.2.1:5060"), "192.0.2.1");
        assert_eq!(without_port("[2001:db8::1]:5060"), "2001:db8::1");
        assert_eq!(without_port("2001:db8::1"), "2001:db8::1");
        assert_eq!(without_port("a.host:5060"), "");
        assert_eq!(without_port(""), "");
    }
}
