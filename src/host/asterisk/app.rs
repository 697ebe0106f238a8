//! `Conclave()` in the dial plan.

use std::ffi::{CStr, c_char, c_int};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::channel::Channel;
use super::module;
use super::worker::Served;
use super::{guard, sys};
use crate::room::{CallResult, Caller, Options, RoomNumber};
use crate::service::Arrival;
use crate::service::answer::answer;

/// On the call's PBX thread; no lock held. The thread stays here until the call is handed back.
#[unsafe(no_mangle)]
extern "C" fn conclave_asterisk_exec(channel: *mut sys::ast_channel, data: *const c_char) -> c_int {
    guard("a call", HANG_UP, || {
        // SAFETY: Asterisk's own channel and argument, good until we return.
        let (channel, data) = unsafe {
            let data = if data.is_null() { c"" } else { CStr::from_ptr(data) };
            (Channel::new(channel), data.to_string_lossy())
        };
        let result = run(channel, &data);
        channel.set_variable("CONCLAVE_RESULT", result.as_str());
        if channel.is_hung_up() || result == CallResult::Hangup { HANG_UP } else { GO_ON }
    })
}

fn run(channel: Channel, data: &str) -> CallResult {
    let (number, options) = match arguments(channel, data) {
        Ok(arguments) => arguments,
        Err(error) => {
            log::error!("Conclave({data}): {error}");
            return CallResult::Failed;
        }
    };
    let Some(handle) = module::handle() else { return CallResult::Failed };
    if !channel.answer() {
        return if channel.is_hung_up() { CallResult::Hangup } else { CallResult::Failed };
    }
    let caller = channel.caller();
    let Some(prepared) = channel.prepare() else {
        log::error!("{}: Asterisk has no translator between its codec and linear audio", caller.channel);
        return CallResult::Failed;
    };
    let masqueraded = Arc::new(AtomicBool::new(false));
    let Some(_watch) = channel.watch(masqueraded.clone()) else { return CallResult::Failed };
    let (done, handed_back) = answer();
    let name = caller.channel.as_str().into();
    let served = Served { channel, name, codec: prepared.codec, masqueraded, done };
    let arrival = Arrival {
        options,
        channel: caller.channel,
        caller: Caller { name: caller.name, number: caller.number },
        language: caller.language,
        ..Arrival::new(number, prepared.codec)
    };
    match handle.arrive(arrival, served).recv() {
        Ok(Ok(_)) => {}
        Ok(Err(result)) => return result,
        Err(_) => return CallResult::Failed,
    }
    // Nobody else ever wakes this thread; if the PBX goes down, it ends the process.
    handed_back.recv().unwrap_or(CallResult::Failed)
}

/// `[room[,options]]`; without a room it is the extension that was dialled.
fn arguments(channel: Channel, data: &str) -> Result<(RoomNumber, Options), String> {
    let mut parts = data.splitn(2, ',').map(str::trim);
    let room = parts.next().filter(|room| !room.is_empty()).map_or_else(|| channel.extension(), str::to_owned);
    let number = RoomNumber::parse(&room).map_err(|error| error.to_string())?;
    let options = Options::parse(parts.next().unwrap_or("")).map_err(|error| error.to_string())?;
    Ok((number, options))
}

const GO_ON: c_int = 0;
const HANG_UP: c_int = -1;
