//! A file that FreeSWITCH reads for us, or a stream: whatever it has a module for.

use std::ffi::CStr;
use std::mem::MaybeUninit;

use super::sys;
use crate::audio::SampleRate;
use crate::host::c_string;

/// A file that is open, for one thread at a time. Opening, reading and closing it may wait for a disk or the network; no
/// lock of FreeSWITCH's is held in between, except that the module which reads it cannot be unloaded.
pub struct File {
    /// In one place until it is closed: modules keep its address.
    handle: Box<sys::switch_file_handle_t>,
    rate: SampleRate,
    samples: Box<[i16]>,
}

// SAFETY: FreeSWITCH ties a file to no thread.
unsafe impl Send for File {}

impl File {
    /// Opens a whole path with its ending, or `module://something`, to be heard at this rate, as mono. `None`: FreeSWITCH
    /// cannot, and has said why in the log.
    ///
    /// It is read at its own rate if that is one of ours, because FreeSWITCH's resampler is a quick one; of any other rate
    /// it is brought to `rate` there.
    pub fn open(path: &str, rate: SampleRate) -> Option<File> {
        let path = c_string(path);
        // SAFETY: numbers and pointers, all of which may be 0; FreeSWITCH wants them so.
        let mut handle: Box<sys::switch_file_handle_t> = Box::new(unsafe { MaybeUninit::zeroed().assume_init() });
        // SAFETY: the handle stays where it is until it is closed; FreeSWITCH copies the path, and keeps the names, which
        // are constants.
        let status = unsafe {
            sys::switch_core_perform_file_open(
                FILE.as_ptr(),
                OPENER.as_ptr(),
                line!() as i32,
                &mut *handle,
                path.as_ptr(),
                1,
                rate.hz(),
                sys::SWITCH_FILE_FLAG_READ | sys::SWITCH_FILE_DATA_SHORT,
                std::ptr::null_mut(),
            )
        };
        if status != sys::SWITCH_STATUS_SUCCESS as i32 {
            return None;
        }
        let own = SampleRate::from_hz(handle.native_rate);
        if let Some(own) = own {
            handle.samplerate = own.hz();
        }
        let channels = handle.real_channels.max(1) as usize;
        let file = File { handle, rate: own.unwrap_or(rate), samples: vec![0; MOST_FRAMES * MOST_CHANNELS].into() };
        if channels > MOST_CHANNELS {
            log::warn!("{}: {channels} channels are too many", path.to_string_lossy());
            return None;
        }
        Some(file)
    }

    /// The rate of what is read.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Whether [`File::go_to`] can be expected to do something: a stream has no places.
    pub fn has_places(&self) -> bool {
        self.handle.seekable != 0
    }

    /// Reads so many samples, or fewer; `None` at its end. At most [`MOST_FRAMES`], and always as many of one file.
    pub fn read(&mut self, count: usize) -> Option<&[i16]> {
        let mut count = count.min(MOST_FRAMES);
        // SAFETY: the file is open; there is room for this many samples of each of its channels.
        let status =
            unsafe { sys::switch_core_file_read(&mut *self.handle, self.samples.as_mut_ptr().cast(), &mut count) };
        let goes_on = status == sys::SWITCH_STATUS_SUCCESS as i32 && count > 0;
        goes_on.then(|| &self.samples[..count.min(MOST_FRAMES)])
    }

    /// Goes on reading at a place, in samples of the file's own rate.
    pub fn go_to(&mut self, place: i64) {
        let mut reached = 0;
        // SAFETY: the file is open.
        unsafe { sys::switch_core_file_seek(&mut *self.handle, &mut reached, place, libc::SEEK_SET) };
    }

    /// How many samples the file has in a second, whatever is read of it.
    pub fn own_hz(&self) -> u32 {
        self.handle.native_rate
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody else has it.
        unsafe { sys::switch_core_file_close(&mut *self.handle) };
    }
}

/// More are never read at once.
pub const MOST_FRAMES: usize = 4096;

/// FreeSWITCH mixes them into one in the place in which they are read.
const MOST_CHANNELS: usize = 8;

/// Told in FreeSWITCH's log as who opened a file.
const FILE: &CStr = c"conclave";
const OPENER: &CStr = c"File::open";
