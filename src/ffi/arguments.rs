//! The second step: what C handed in, made into Rust's, or refused.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char};
use std::slice;

use super::{ConclaveResult, Outcome};

/// A text that must be there. What is no UTF-8 in it becomes U+FFFD.
///
/// # Safety
/// `text` is NULL or a C string that lives and does not change during `'a`.
pub(super) unsafe fn text<'a>(text: *const c_char) -> Result<Cow<'a, str>, ConclaveResult> {
    if text.is_null() {
        return Err(ConclaveResult::NullArgument);
    }
    // SAFETY: as above, and it is not NULL.
    Ok(unsafe { CStr::from_ptr(text) }.to_string_lossy())
}

/// A text that may be NULL, which is empty.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn text_or_empty<'a>(pointer: *const c_char) -> Cow<'a, str> {
    // SAFETY: as promised by the caller.
    unsafe { text(pointer) }.unwrap_or_default()
}

/// So many items. NULL is refused unless there are none.
///
/// # Safety
/// `items` is NULL or points to `count` items that live and do not change during `'a`.
pub(super) unsafe fn items<'a, T>(items: *const T, count: usize) -> Result<&'a [T], ConclaveResult> {
    if count == 0 {
        return Ok(&[]);
    }
    sane(items, count)?;
    // SAFETY: as above; sane() has seen to the rest.
    Ok(unsafe { slice::from_raw_parts(items, count) })
}

/// Room for so many items, whatever is in it.
///
/// # Safety
/// `items` is NULL or points to `count` items that are initialised, live, and are nobody else's during `'a`.
pub(super) unsafe fn room_for<'a, T>(items: *mut T, count: usize) -> Result<&'a mut [T], ConclaveResult> {
    if count == 0 {
        return Ok(&mut []);
    }
    sane(items, count)?;
    // SAFETY: as above; sane() has seen to the rest.
    Ok(unsafe { slice::from_raw_parts_mut(items, count) })
}

fn sane<T>(items: *const T, count: usize) -> Outcome {
    if items.is_null() {
        return Err(ConclaveResult::NullArgument);
    }
    if !items.is_aligned() || count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(ConclaveResult::BadArgument);
    }
    Ok(())
}

/// Puts a value where C wants it.
///
/// # Safety
/// `to` is NULL or points to a place for a `T`.
pub(super) unsafe fn put<T>(to: *mut T, value: T) -> Outcome {
    sane(to, 1)?;
    // SAFETY: as above; sane() has seen to the rest. What was there is C's and needs no dropping.
    unsafe { to.write(value) };
    Ok(())
}

/// The size that stands at the beginning of a struct of ours and says what the host was compiled with.
///
/// # Safety
/// `of` is NULL or points to a struct whose first member is its size.
pub(super) unsafe fn check_size<T>(of: *const T) -> Outcome {
    sane(of, 1)?;
    // SAFETY: as above.
    let size = unsafe { of.cast::<usize>().read() };
    if size < size_of::<T>() { Err(ConclaveResult::WrongSize) } else { Ok(()) }
}

/// A text for C; what stands behind a NUL is lost.
pub(super) fn c_string(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or("")).unwrap_or_default()
}

/// Copies as much of a text as fits, with a NUL at the end and no half letter; false if that is not all.
pub(super) fn copy_text(text: &str, to: &mut [c_char]) -> bool {
    let Some(most) = to.len().checked_sub(1) else { return false };
    let length = text.floor_char_boundary(most);
    for (place, byte) in to.iter_mut().zip(&text.as_bytes()[..length]) {
        *place = *byte as c_char;
    }
    to[length..].fill(0);
    length == text.len()
}

/// A text as an array inside a struct.
pub(super) fn array<const N: usize>(text: &str) -> [c_char; N] {
    let mut array = [0; N];
    copy_text(text, &mut array);
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters() {
        let mut buffer = [1 as c_char; 4];
        assert!(!copy_text("aäü", &mut buffer));
        assert_eq!(buffer.map(|c| c as u8), [b'a', 0xc3, 0xa4, 0]);
        assert!(copy_text("abc", &mut buffer));
        assert!(!copy_text("", &mut []));
    }
}
