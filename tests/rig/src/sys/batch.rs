//! Many datagrams in one system call, with the time at which the kernel got each.

use std::mem::{size_of, zeroed};
use std::net::{SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

/// Datagrams to be sent through one socket.
#[derive(Default)]
pub(crate) struct SendBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    to: Vec<SocketAddrV4>,
}

impl SendBatch {
    pub(crate) fn push(&mut self, to: SocketAddrV4, header: &[u8], payload: &[u8]) {
        self.bytes.extend_from_slice(header);
        self.bytes.extend_from_slice(payload);
        self.ends.push(self.bytes.len());
        self.to.push(to);
    }

    pub(crate) fn len(&self) -> usize {
        self.to.len()
    }

    /// Sends all and forgets them; gives the number that the kernel did not take.
    pub(crate) fn send(&mut self, socket: &UdpSocket) -> usize {
        let mut addresses: Vec<libc::sockaddr_in> = self.to.iter().map(address).collect();
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let pieces: Vec<_> = starts.zip(&self.ends).map(|(from, &to)| from..to).collect();
        let mut vectors: Vec<libc::iovec> = pieces
            .into_iter()
            .map(|piece| {
                let bytes = &mut self.bytes[piece];
                libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() }
            })
            .collect();
        let mut messages: Vec<libc::mmsghdr> = addresses
            .iter_mut()
            .zip(&mut vectors)
            .map(|(address, vector)| {
                // SAFETY: all zeroes is a valid empty message.
                let mut message: libc::mmsghdr = unsafe { zeroed() };
                message.msg_hdr.msg_name = std::ptr::from_mut(address).cast();
                message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as u32;
                message.msg_hdr.msg_iov = vector;
                message.msg_hdr.msg_iovlen = 1;
                message
            })
            .collect();
        let mut done = 0;
        while done < messages.len() {
            let rest = &mut messages[done..];
            // SAFETY: each message points to an address, a vector and bytes that live until the end of this function.
            let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), rest.as_mut_ptr(), rest.len() as u32, 0) };
            if sent <= 0 {
                break;
            }
            done += sent as usize;
        }
        let refused = messages.len() - done;
        self.bytes.clear();
        self.ends.clear();
        self.to.clear();
        refused
    }
}

/// Room for datagrams that came in through one socket.
pub(crate) struct ReceiveBatch {
    bytes: Box<[[u8; BYTES]]>,
    control: Box<[Control]>,
}

/// Space for what the kernel says besides the datagram, aligned as it wants it.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Control([u8; 128]);

impl ReceiveBatch {
    pub(crate) fn new() -> Self {
        let control = vec![Control([0; 128]); MESSAGES].into_boxed_slice();
        Self { bytes: vec![[0; BYTES]; MESSAGES].into_boxed_slice(), control }
    }

    /// Takes what is there, at most one batch. `each` gets the sender's port, the wall clock time of arrival, how many
    /// datagrams the kernel has dropped so far, and the bytes. Gives the number of datagrams.
    pub(crate) fn receive(
        &mut self,
        socket: &UdpSocket,
        mut each: impl FnMut(u16, Duration, Option<u32>, &[u8]),
    ) -> usize {
        // SAFETY: all zeroes is a valid address and a valid empty message.
        let mut addresses: [libc::sockaddr_in; MESSAGES] = unsafe { zeroed() };
        let mut vectors: [libc::iovec; MESSAGES] = unsafe { zeroed() };
        let mut messages: [libc::mmsghdr; MESSAGES] = unsafe { zeroed() };
        for at in 0..MESSAGES {
            vectors[at] = libc::iovec { iov_base: self.bytes[at].as_mut_ptr().cast(), iov_len: BYTES };
            let header = &mut messages[at].msg_hdr;
            header.msg_name = std::ptr::from_mut(&mut addresses[at]).cast();
            header.msg_namelen = size_of::<libc::sockaddr_in>() as u32;
            header.msg_iov = &mut vectors[at];
            header.msg_iovlen = 1;
            header.msg_control = self.control[at].0.as_mut_ptr().cast();
            header.msg_controllen = self.control[at].0.len();
        }
        // SAFETY: every pointer in `messages` is to memory that lives until the end of this function.
        let count = unsafe {
            let flags = libc::MSG_DONTWAIT;
            libc::recvmmsg(socket.as_raw_fd(), messages.as_mut_ptr(), MESSAGES as u32, flags, std::ptr::null_mut())
        };
        let count = count.max(0) as usize;
        for at in 0..count {
            let (stamp, dropped) = said_besides(&messages[at].msg_hdr);
            let length = (messages[at].msg_len as usize).min(BYTES);
            each(u16::from_be(addresses[at].sin_port), stamp, dropped, &self.bytes[at][..length]);
        }
        count
    }
}

/// Makes the kernel note each datagram's arrival and its own losses, and keep many.
pub(crate) fn stamp_arrivals(socket: &UdpSocket) {
    let set = |option: libc::c_int, value: libc::c_int| {
        let (place, length) = (std::ptr::from_ref(&value).cast(), size_of::<libc::c_int>() as u32);
        // SAFETY: `place` is an integer of the length given; an option that the kernel refuses is only missing.
        unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, place, length) };
    };
    set(libc::SO_TIMESTAMPNS, 1);
    set(libc::SO_RXQ_OVFL, 1);
    set(libc::SO_RCVBUF, 4 << 20);
    set(libc::SO_SNDBUF, 4 << 20);
}

fn said_besides(header: &libc::msghdr) -> (Duration, Option<u32>) {
    let (mut stamp, mut dropped) = (Duration::ZERO, None);
    // SAFETY: the kernel filled the control part that `header` describes; the macros walk within its length, and each
    // value is read with the type that its kind has.
    unsafe {
        let mut part = libc::CMSG_FIRSTHDR(header);
        while !part.is_null() {
            if (*part).cmsg_level == libc::SOL_SOCKET && (*part).cmsg_type == libc::SCM_TIMESTAMPNS {
                let time: libc::timespec = libc::CMSG_DATA(part).cast::<libc::timespec>().read_unaligned();
                stamp = Duration::new(time.tv_sec as u64, time.tv_nsec as u32);
            } else if (*part).cmsg_level == libc::SOL_SOCKET && (*part).cmsg_type == libc::SO_RXQ_OVFL {
                dropped = Some(libc::CMSG_DATA(part).cast::<u32>().read_unaligned());
            }
            part = libc::CMSG_NXTHDR(header, part);
        }
    }
    (stamp, dropped)
}

fn address(to: &SocketAddrV4) -> libc::sockaddr_in {
    libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: to.port().to_be(),
        sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(to.ip().octets()) },
        sin_zero: [0; 8],
    }
}

const MESSAGES: usize = 64;
/// More than an Ethernet passes on in one piece; what is longer is cut.
const BYTES: usize = 2_048;
