//! `Conclave()` in the dial plan.

use std::ffi::{CStr, c_char, c_int};

use super::channel::Channel;
use super::{dial, module, sys};
use crate::host::asked::Asked;
use crate::host::guard;
use crate::host::stay::Stay;
use crate::room::{CallResult, Caller};
use crate::service::Arrival;
use crate::service::mailbox::Ending;

/// On the call's PBX thread; no lock held. The thread stays here until the call is handed back.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_exec(channel: *mut sys::ast_channel, data: *const c_char) -> c_int {
    guard("a call", HANG_UP, || {
        // SAFETY: Asterisk's own channel and argument, good until we return.
        let (channel, data) = unsafe {
            let data = if data.is_null() { c"" } else { CStr::from_ptr(data) };
            (Channel::new(channel), data.to_string_lossy())
        };
        let ending = run(channel, &data);
        let result = ending.result();
        channel.set_variable("CONCLAVE_RESULT", result.as_str());
        if channel.is_hung_up() || result == CallResult::Hangup {
            return HANG_UP;
        }
        if let Ending::Released(outcome) = ending
            && let Some(place) = outcome.goto
        {
            channel.go_to(&place);
        }
        GO_ON
    })
}

fn run(channel: Channel, data: &str) -> Ending {
    let asked = match Asked::read(data, || channel.extension()) {
        Ok(asked) => asked,
        Err(error) => {
            log::error!("Conclave({data}): {error}");
            return Ending::Failed;
        }
    };
    let Some(handle) = module::handle() else { return Ending::Failed };
    let caller = channel.caller();
    if channel.variable(dial::INVITED_BY) == asked.number.as_str() {
        log::warn!("{}: room {} has invited itself; that call is not let in", caller.channel, asked.number);
        return Ending::Failed;
    }
    let answered = channel.is_up();
    if channel.is_hung_up() {
        return Ending::Gone;
    }
    let address = channel.address();
    let Some(stay) = Stay::begin(channel, &caller.channel, handle) else { return Ending::Failed };
    let arrival = Arrival {
        answered,
        address,
        channel: caller.channel,
        caller: Caller { name: caller.name, number: caller.number },
        language: caller.language,
        ..asked.arrival(stay.codec())
    };
    stay.run(arrival).ending
}

const GO_ON: c_int = 0;
const HANG_UP: c_int = -1;
