//! What the dial plan does with a number, before a conference gets it.

use std::ffi::{c_char, c_void};

use super::sys;
use crate::host::{c_string, guard, text};
use crate::room::RoomNumber;
use crate::service::Settings;

/// What else than leading to us happens to who dials this number, in words: in the contexts that the settings name, or
/// in those that lead to us. On a thread of ours.
pub fn used(settings: &Settings, number: &RoomNumber) -> Option<String> {
    let contexts = match &*settings.dialplan_contexts {
        [] => leading_here(),
        named => named.to_vec(),
    };
    contexts.iter().find_map(|context| {
        let (name, dialled) = (c_string(context), c_string(number.as_str()));
        let mut first: [c_char; 80] = [0; 80];
        // SAFETY: strings that live during the call, and room for what is written.
        let use_of = unsafe { sys::cv_dialled(name.as_ptr(), dialled.as_ptr(), first.as_mut_ptr(), first.len()) };
        // SAFETY: a C string, or still empty.
        let first = unsafe { text(first.as_ptr()) };
        (use_of == 2).then(|| format!("in the dial plan's context {context} it is for {first}()"))
    })
}

fn leading_here() -> Vec<String> {
    let mut contexts: Vec<String> = Vec::new();
    // SAFETY: `contexts` outlives the walk.
    unsafe { sys::cv_contexts(Some(collect), (&raw mut contexts).cast()) };
    contexts
}

unsafe extern "C" fn collect(to: *mut c_void, context: *const c_char) {
    guard("looking at the dial plan", (), || {
        // SAFETY: `to` is leading_here()'s vector; the name lives during this call.
        unsafe { (*to.cast::<Vec<String>>()).push(text(context)) };
    });
}
