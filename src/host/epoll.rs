//! A thin epoll, and the other few system calls of a media worker.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

/// Descriptors, each with a number of the owner's choice.
pub struct Epoll {
    fd: OwnedFd,
    events: Vec<libc::epoll_event>,
}

impl Epoll {
    /// `batch`: how many descriptors one look tells at most.
    pub fn new(batch: usize) -> io::Result<Epoll> {
        // SAFETY: makes a new descriptor or fails.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the descriptor is new and nobody else's.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Epoll { fd, events: vec![libc::epoll_event { events: 0, u64: 0 }; batch] })
    }

    /// Watches a descriptor for input, until it is closed or removed.
    pub fn add(&self, fd: RawFd, number: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: (libc::EPOLLIN | libc::EPOLLPRI) as u32, u64: number };
        // SAFETY: `event` lives over the call.
        check(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &mut event) }).map(drop)
    }

    /// Stops watching; a descriptor that is already closed is no error.
    pub fn remove(&self, fd: RawFd) {
        // SAFETY: a removal reads no event.
        unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_DEL, fd, std::ptr::null_mut()) };
    }

    /// Looks which descriptors are ready; waits at most `wait` for the first. Returns how many.
    pub fn look(&mut self, wait: Duration) -> usize {
        let milliseconds = wait.as_millis().min(1000) as i32;
        let (fd, most) = (self.fd.as_raw_fd(), self.events.len() as i32);
        // SAFETY: the buffer has the length given.
        let found = unsafe { libc::epoll_wait(fd, self.events.as_mut_ptr(), most, milliseconds) };
        // A signal that interrupts is as good as nothing ready: the next look finds it.
        found.max(0) as usize
    }

    /// The number of one that the last look found.
    pub fn number(&self, index: usize) -> u64 {
        self.events[index].u64
    }

    /// Whether that one has urgent data.
    pub fn is_urgent(&self, index: usize) -> bool {
        self.events[index].events & libc::EPOLLPRI as u32 != 0
    }
}

/// A bell that one thread waits for and others ring.
pub struct Bell(OwnedFd);

impl Bell {
    /// A new bell, silent.
    pub fn new() -> io::Result<Bell> {
        // SAFETY: makes a new descriptor or fails.
        let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
        // SAFETY: the descriptor is new and nobody else's.
        Ok(Bell(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Ends the wait of whoever waits, or his next one.
    pub fn ring(&self) {
        let one = 1u64;
        // SAFETY: eight bytes of a local; a full counter means that it rings already.
        unsafe { libc::write(self.0.as_raw_fd(), (&raw const one).cast(), 8) };
    }

    /// Waits for the bell, at most `wait`.
    pub fn wait(&self, wait: Duration) {
        let mut poll = libc::pollfd { fd: self.0.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let wait = timespec(wait);
        let mut rung = 0u64;
        // SAFETY: one pollfd and a timespec of this frame; then eight bytes into a local.
        unsafe {
            if libc::ppoll(&mut poll, 1, &wait, std::ptr::null()) > 0 {
                libc::read(self.0.as_raw_fd(), (&raw mut rung).cast(), 8);
            }
        }
    }
}

/// The time of CLOCK_MONOTONIC.
pub fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes into a local; this clock always exists.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// When the packet came that was read last from a UDP descriptor, on the clock of [`now`]; by the kernel, which marks
/// each packet as it comes in once a socket was asked for it. Two calls of the kernel's clocks and one system call: 0.37 µs
/// as measured, hence not for every packet. None if the descriptor is another's, or its first packet.
pub fn arrived(fd: RawFd) -> Option<Duration> {
    let mut came = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut real = came;
    // SAFETY: both write into locals; a descriptor of another kind refuses.
    unsafe {
        if libc::ioctl(fd, SIOCGSTAMPNS, &mut came) != 0 {
            return None;
        }
        libc::clock_gettime(libc::CLOCK_REALTIME, &mut real);
    }
    let duration = |time: libc::timespec| Some(Duration::new(u64::try_from(time.tv_sec).ok()?, time.tv_nsec as u32));
    now().checked_sub(duration(real)?.checked_sub(duration(came)?)?)
}

/// Whether more waits to be read from a descriptor.
pub fn has_more(fd: RawFd) -> bool {
    let mut bytes: libc::c_int = 0;
    // SAFETY: writes into a local; a descriptor of another kind refuses.
    unsafe { libc::ioctl(fd, libc::FIONREAD, &mut bytes) == 0 && bytes > 0 }
}

/// Sleeps until CLOCK_MONOTONIC shows `at`.
pub fn sleep_until(at: Duration) {
    let at = timespec(at);
    // SAFETY: reads a local. Interrupted: go on sleeping.
    while unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &at, std::ptr::null_mut()) }
        == libc::EINTR
    {}
}

/// How often this thread has waited for something of its own accord since it began.
pub fn times_blocked() -> i64 {
    // SAFETY: all zeroes is a valid rusage, and the call writes into a local.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_THREAD, &mut usage);
        usage.ru_nvcsw
    }
}

/// From linux/sockios.h, as it is on 64 bit machines.
const SIOCGSTAMPNS: libc::Ioctl = 0x8907;

fn timespec(time: Duration) -> libc::timespec {
    libc::timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) }
}

fn check(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
