//! Ports for a PBX, so that several test binaries run side by side.
//!
//! They lie below the range from which the kernel hands out ports of its own accord, in blocks; whoever holds the lock
//! file of a block owns it. The kernel drops the lock with the process, however that ends.

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::ops::RangeInclusive;

use crate::error::Trouble;

/// A run of ports that belongs to this process while the value lives.
pub(crate) struct Ports {
    first: u16,
    last: u16,
    _locks: Vec<File>,
}

impl Ports {
    /// Takes enough ports for `calls` calls at a time.
    pub(crate) fn take(calls: usize) -> Result<Self, Trouble> {
        let wanted = (RESERVED as usize + calls * PORTS_PER_CALL).div_ceil(BLOCK as usize);
        let folder = std::env::temp_dir().join("conclave-rig-ports");
        fs::create_dir_all(&folder).map_err(Trouble::system(format!("making {}", folder.display())))?;
        // Everybody begins elsewhere, so that two that start together seldom ask for the same block.
        let blocks = (RANGE.end() - RANGE.start()) / BLOCK;
        let start = (std::process::id() as u16).wrapping_mul(7) % blocks;
        let mut locks = Vec::new();
        for at in (start..blocks).chain(0..blocks) {
            let path = folder.join(format!("{at}.lock"));
            let first = RANGE.start() + at * BLOCK;
            // A block of another user is as taken as a locked one.
            let taken = File::options().create(true).write(true).truncate(false).open(&path).ok();
            match taken.filter(|file| file.try_lock().is_ok() && is_free(first)) {
                Some(file) => locks.push((at, file)),
                None => locks.clear(),
            }
            if locks.windows(2).any(|pair| pair[0].0 + 1 != pair[1].0) {
                locks.drain(..locks.len() - 1);
            }
            if locks.len() == wanted {
                let first = RANGE.start() + locks[0].0 * BLOCK;
                let last = first + BLOCK * wanted as u16 - 1;
                return Ok(Self { first, last, _locks: locks.into_iter().map(|(_, file)| file).collect() });
            }
        }
        Err(Trouble::Unusable(format!("no {wanted} free blocks of ports together between {RANGE:?}")))
    }

    pub(crate) fn sip(&self) -> u16 {
        self.first
    }

    pub(crate) fn console(&self) -> u16 {
        self.first + 1
    }

    pub(crate) fn websocket(&self) -> u16 {
        self.first + 2
    }

    pub(crate) fn rtp(&self) -> RangeInclusive<u16> {
        self.first + RESERVED..=self.last
    }
}

fn is_free(first: u16) -> bool {
    UdpSocket::bind(("127.0.0.1", first)).is_ok() && TcpListener::bind(("127.0.0.1", first + 1)).is_ok()
}

const RANGE: RangeInclusive<u16> = 10_000..=32_000;
const BLOCK: u16 = 500;
/// SIP, the console, SIP over WebSocket and some to spare.
const RESERVED: u16 = 10;
/// RTP and RTCP, and as many again because a PBX picks them at random and looks on when it hits one in use.
const PORTS_PER_CALL: usize = 4;
