//! The system calls that the standard library does not offer. All `unsafe` of the rig is here.
#![allow(unsafe_code)]

mod batch;
mod gsm;

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

pub(crate) use batch::{ReceiveBatch, SendBatch, stamp_arrivals};
pub(crate) use gsm::Gsm;

/// Waits until one of the descriptors can be read or the time is over; says which can.
pub(crate) fn wait_readable<const N: usize>(descriptors: [RawFd; N], timeout: Duration) -> [bool; N] {
    let mut polled = descriptors.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    let timeout =
        libc::timespec { tv_sec: timeout.as_secs() as libc::time_t, tv_nsec: timeout.subsec_nanos() as libc::c_long };
    // SAFETY: `polled` is an array of N initialised entries and outlives the call; no signal mask is given.
    let ready = unsafe { libc::ppoll(polled.as_mut_ptr(), N as libc::nfds_t, &timeout, std::ptr::null()) };
    if ready <= 0 {
        return [false; N];
    }
    polled.map(|entry| entry.revents != 0)
}

/// Makes the child die with the thread that starts it, and lets it open as many files as the system allows.
pub(crate) fn tie_to_this_thread(command: &mut Command) {
    let prepare = || {
        // SAFETY: only async-signal-safe calls between fork and exec; `limit` is a local that both calls may use.
        unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
                limit.rlim_cur = limit.rlim_max;
                libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
            }
        }
        Ok(())
    };
    // SAFETY: the closure above allocates nothing and takes no lock.
    unsafe { command.pre_exec(prepare) };
}

/// Processor time that a process has used, all its threads, living and ended.
pub(crate) fn processor_time(pid: u32) -> io::Result<Duration> {
    let mut clock: libc::clockid_t = 0;
    // SAFETY: `clock` is a valid place for the answer.
    let error = unsafe { libc::clock_getcpuclockid(pid as libc::pid_t, &mut clock) };
    if error != 0 {
        return Err(io::Error::from_raw_os_error(error));
    }
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer.
    if unsafe { libc::clock_gettime(clock, &mut time) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
}

/// Asks a process of ours to end (SIGTERM).
pub(crate) fn ask_to_end(pid: u32) {
    // SAFETY: no memory is involved; the caller still holds the process as a child, so the number is not another's.
    unsafe { libc::kill(pid as libc::pid_t, libc::SIGTERM) };
}

/// The clock that counts from the machine's start, and how far the wall clock is ahead of it.
pub(crate) fn clocks() -> (Duration, Duration) {
    let read = |clock| {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is a valid place for the answer, and both clocks exist on every Linux.
        unsafe { libc::clock_gettime(clock, &mut time) };
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let steady = read(libc::CLOCK_MONOTONIC);
    (steady, read(libc::CLOCK_REALTIME).saturating_sub(steady))
}

/// Sleeps until the steady clock shows `until`.
pub(crate) fn sleep_until(until: Duration) {
    let time =
        libc::timespec { tv_sec: until.as_secs() as libc::time_t, tv_nsec: until.subsec_nanos() as libc::c_long };
    // SAFETY: `time` is initialised; an absolute sleep needs no place for the remainder.
    unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &time, std::ptr::null_mut()) };
}

/// Asks that this thread run before others: telephones do not wait for the machine that they call. Refused to those who
/// are not root, who then see how late their frames are.
pub(crate) fn ask_to_go_first() {
    // 0 is the calling thread.
    run_at(0, libc::SCHED_FIFO, 2);
}

/// The same for a thread of another program: before all but our own telephones.
pub(crate) fn let_go_first(thread: libc::pid_t) {
    run_at(thread, libc::SCHED_RR, 1);
}

fn run_at(thread: libc::pid_t, policy: libc::c_int, priority: libc::c_int) {
    let priority = libc::sched_param { sched_priority: priority };
    // SAFETY: `priority` is initialised and outlives the call, which touches no memory of ours.
    unsafe { libc::sched_setscheduler(thread, policy, &priority) };
}
