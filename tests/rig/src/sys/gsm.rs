//! libgsm, opened at run time: only few stories need it.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;
use std::sync::OnceLock;

/// One direction of a call in GSM 06.10.
pub(crate) struct Gsm {
    library: &'static Library,
    state: NonNull<c_void>,
}

/// What we use of gsm.h.
struct Library {
    create: unsafe extern "C" fn() -> *mut c_void,
    destroy: unsafe extern "C" fn(*mut c_void),
    encode: unsafe extern "C" fn(*mut c_void, *const i16, *mut u8),
    decode: unsafe extern "C" fn(*mut c_void, *const u8, *mut i16) -> i32,
}

// SAFETY: the library keeps nothing but what is behind the pointer, and all methods that use it take `&mut self`.
unsafe impl Send for Gsm {}

impl Gsm {
    /// `None`: the library is not installed.
    pub(crate) fn new() -> Option<Self> {
        let library = library()?;
        // SAFETY: takes nothing.
        let state = NonNull::new(unsafe { (library.create)() })?;
        Some(Self { library, state })
    }

    pub(crate) fn encode(&mut self, samples: &[i16; 160]) -> [u8; 33] {
        let mut frame = [0; 33];
        // SAFETY: the lengths are those of gsm.h, and the samples are only read.
        unsafe { (self.library.encode)(self.state.as_ptr(), samples.as_ptr(), frame.as_mut_ptr()) };
        frame
    }

    pub(crate) fn decode(&mut self, frame: &[u8; 33]) -> [i16; 160] {
        let mut samples = [0; 160];
        // SAFETY: as above. What is no frame leaves the samples alone.
        unsafe { (self.library.decode)(self.state.as_ptr(), frame.as_ptr(), samples.as_mut_ptr()) };
        samples
    }
}

impl Drop for Gsm {
    fn drop(&mut self) {
        // SAFETY: made by `create`, destroyed once.
        unsafe { (self.library.destroy)(self.state.as_ptr()) };
    }
}

fn library() -> Option<&'static Library> {
    static LIBRARY: OnceLock<Option<Library>> = OnceLock::new();
    LIBRARY.get_or_init(open).as_ref()
}

fn open() -> Option<Library> {
    // SAFETY: the library has no constructors; it stays open.
    let handle = NonNull::new(unsafe { libc::dlopen(c"libgsm.so.1".as_ptr(), libc::RTLD_NOW) })?;
    let find = |name: &CStr| {
        // SAFETY: the handle was just made.
        NonNull::new(unsafe { libc::dlsym(handle.as_ptr(), name.as_ptr()) }).map(NonNull::as_ptr)
    };
    let (create, destroy) = (find(c"gsm_create")?, find(c"gsm_destroy")?);
    let (encode, decode) = (find(c"gsm_encode")?, find(c"gsm_decode")?);
    // SAFETY: these are the functions that gsm.h of version 1.0 declares.
    unsafe {
        Some(Library {
            create: std::mem::transmute::<*mut c_void, unsafe extern "C" fn() -> *mut c_void>(create),
            destroy: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void)>(destroy),
            encode: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void, *const i16, *mut u8)>(encode),
            decode: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void, *const u8, *mut i16) -> i32>(
                decode,
            ),
        })
    }
}
