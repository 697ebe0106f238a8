//! Calls: their way in and out, their audio and their keys.

use std::ffi::{c_char, c_void};

use super::arguments::{check_size, items, put, room_for, text, text_or_empty};
use super::host::CallUser;
use super::lifecycle::Conclave;
use super::{ConclaveResult, Outcome, with};
use crate::audio::SampleRate;
use crate::engine::{Codec, Output};
use crate::room::{Caller, Options, RoomNumber};
use crate::service::{Arrival, CallEvent, CallId};

/// The form of a call's audio. A number keeps its meaning for ever.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConclaveCodec {
    /// G.711 mu-law: 8 kHz, one byte a sample, 160 bytes a tick.
    Pcmu = 0,
    /// G.711 A-law: 8 kHz, one byte a sample, 160 bytes a tick.
    Pcma = 1,
    /// 16 bit samples in the machine's byte order, mono, 8 kHz, 160 samples a tick.
    Linear8k = 2,
    /// The same at 16 kHz, 320 samples a tick.
    Linear16k = 3,
    /// The same at 24 kHz, 480 samples a tick.
    Linear24k = 4,
    /// The same at 32 kHz, 640 samples a tick.
    Linear32k = 5,
    /// The same at 48 kHz, 960 samples a tick.
    Linear48k = 6,
}

/// A call that wants in.
#[repr(C)]
pub struct ConclaveArrival {
    /// sizeof(struct conclave_arrival).
    pub size: usize,
    /// The room it asks for: 1 to 64 letters, digits, '_', '-', '.' and '+'.
    pub room: *const c_char,
    /// Letters, or NULL for none: q quiet (no tones for the others, nothing announced to him), m starts muted, l may only
    /// listen, L leader without a PIN, p no PIN asked.
    pub options: *const c_char,
    /// The host's name of the call, by which administrators can name it; NULL for none.
    pub channel: *const c_char,
    /// The caller's name, or NULL.
    pub caller_name: *const c_char,
    /// The caller's number, or NULL.
    pub caller_number: *const c_char,
    /// The caller's language, as `load_sound` knows it, or NULL.
    pub language: *const c_char,
    /// An enum conclave_codec.
    pub codec: u32,
    /// Given to `released` as it is.
    pub user: *mut c_void,
}

/// Brings a call and puts its number, which is never 0 and never used again, into `*call`. From now on it is Conclave's:
/// the caller may be asked for a PIN, wait, talk or hear why not, until `released` or conclave_hang_up(). Everything
/// in `arrival` is copied.
///
/// CONCLAVE_RESULT_BAD_ARGUMENT: room, options or codec make no sense; conclave_message() tells which.
/// CONCLAVE_RESULT_FULL: no place for another call.
///
/// # Safety
/// `arrival` points to such a struct with C strings or NULL in it; `call` to a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_arrive(
    conclave: *mut Conclave,
    arrival: *const ConclaveArrival,
    call: *mut u64,
) -> ConclaveResult {
    with(conclave, |instance| {
        if call.is_null() {
            return Err(ConclaveResult::NullArgument);
        }
        // SAFETY: as promised by the caller; check_size() has seen that there is a struct.
        let arrival = unsafe {
            check_size(arrival)?;
            &*arrival
        };
        // SAFETY: as promised by the caller.
        let (room, options) = unsafe { (text(arrival.room)?, text_or_empty(arrival.options)) };
        let number = match RoomNumber::parse(&room) {
            Ok(number) => number,
            Err(error) => return instance.refuse(ConclaveResult::BadArgument, error),
        };
        let options = match Options::parse(&options) {
            Ok(options) => options,
            Err(error) => return instance.refuse(ConclaveResult::BadArgument, error),
        };
        let Some(codec) = codec(arrival.codec) else {
            let why = format!("{} is no enum conclave_codec; they go from 0 to 6", arrival.codec);
            return instance.refuse(ConclaveResult::BadArgument, why);
        };
        // SAFETY: as promised by the caller.
        let [channel, name, caller_number, language] = unsafe {
            [arrival.channel, arrival.caller_name, arrival.caller_number, arrival.language]
                .map(|pointer| text_or_empty(pointer).into_owned())
        };
        let caller = Caller { name, number: caller_number };
        let arrived = instance.arrive(
            Arrival { options, channel, caller, language, ..Arrival::new(number, codec) },
            CallUser(arrival.user),
        )?;
        // SAFETY: as promised by the caller.
        unsafe { put(call, arrived.0) }.or_else(|misplaced| instance.hang_up(arrived).and(Err(misplaced)))
    })
}

/// Takes in what a G.711 caller said: `length` bytes, usually 20 ms, before the tick that mixes them. More than 60 ms at
/// a time may not find room.
///
/// CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back. CONCLAVE_RESULT_WRONG_CODEC: the call is linear.
///
/// # Safety
/// `payload` points to `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_feed(
    conclave: *mut Conclave,
    call: u64,
    payload: *const u8,
    length: usize,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let payload = unsafe { items(payload, length) }?;
        instance.feed(CallId(call), payload)
    })
}

/// As conclave_feed() for a linear caller: `count` samples at the call's rate.
///
/// CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back. CONCLAVE_RESULT_WRONG_CODEC: the call is G.711.
///
/// # Safety
/// `samples` points to `count` samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_feed_samples(
    conclave: *mut Conclave,
    call: u64,
    samples: *const i16,
    count: usize,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let samples = unsafe { items(samples, count) }?;
        instance.feed_samples(CallId(call), samples)
    })
}

/// Puts the 20 ms that a G.711 caller is to hear since the last tick, 160 bytes, into `payload`, which has room for
/// `size` bytes. The same however often it is asked for; before the call's first tick it is silence.
///
/// CONCLAVE_RESULT_TOO_SMALL: nothing was written. CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back.
/// CONCLAVE_RESULT_WRONG_CODEC: the call is linear.
///
/// # Safety
/// `payload` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_take(
    conclave: *mut Conclave,
    call: u64,
    payload: *mut u8,
    size: usize,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let payload = unsafe { room_for(payload, size) }?;
        let codec = instance.codec(CallId(call))?;
        match (codec, instance.output(CallId(call))?) {
            (Codec::Linear(_) | Codec::Coded(_), _) => Err(ConclaveResult::WrongCodec),
            (_, Output::Payload(heard)) => copy(heard, payload),
            (Codec::Pcma, _) => copy(&[crate::audio::g711::ALAW_SILENCE; TICK_BYTES], payload),
            (Codec::Pcmu, _) => copy(&[crate::audio::g711::ULAW_SILENCE; TICK_BYTES], payload),
        }
    })
}

/// As conclave_take() for a linear caller: 20 ms at the call's rate, such as 160 samples at 8 kHz, into `samples`, which
/// has room for `size` samples.
///
/// CONCLAVE_RESULT_TOO_SMALL: nothing was written. CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back.
/// CONCLAVE_RESULT_WRONG_CODEC: the call is G.711.
///
/// # Safety
/// `samples` points to `size` samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn conclave_take_samples(
    conclave: *mut Conclave,
    call: u64,
    samples: *mut i16,
    size: usize,
) -> ConclaveResult {
    with(conclave, |instance| {
        // SAFETY: as promised by the caller.
        let samples = unsafe { room_for(samples, size) }?;
        let codec = instance.codec(CallId(call))?;
        match (codec, instance.output(CallId(call))?) {
            (Codec::Linear(_), Output::Linear(heard)) => copy(heard, samples),
            (Codec::Linear(rate), _) => copy(&vec![0; rate.samples_per_tick()], samples),
            _ => Err(ConclaveResult::WrongCodec),
        }
    })
}

/// The caller keyed '0' to '9', '*', '#' or 'A' to 'D'.
///
/// CONCLAVE_RESULT_BAD_ARGUMENT: any other letter.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_digit(conclave: *mut Conclave, call: u64, digit: c_char) -> ConclaveResult {
    with(conclave, |instance| {
        let digit = char::from(digit as u8);
        if !matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D') {
            return instance.refuse(ConclaveResult::BadArgument, "a digit is one of 0 to 9, *, #, A to D");
        }
        instance.report(CallId(call), CallEvent::Digit(digit))
    })
}

/// The caller put the conference on hold, or took it back: while on hold nobody hears what comes from him.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_hold(conclave: *mut Conclave, call: u64, on: bool) -> ConclaveResult {
    with(conclave, |instance| instance.report(CallId(call), CallEvent::Hold(on)))
}

/// The caller hung up, or the host wants him back: the call is no longer Conclave's, and `released` is not called for it.
///
/// CONCLAVE_RESULT_NO_CALL: it was handed back before.
#[unsafe(no_mangle)]
pub extern "C" fn conclave_hang_up(conclave: *mut Conclave, call: u64) -> ConclaveResult {
    with(conclave, |instance| instance.hang_up(CallId(call)))
}

fn codec(number: u32) -> Option<Codec> {
    Some(match number {
        0 => Codec::Pcmu,
        1 => Codec::Pcma,
        _ => Codec::Linear(*SampleRate::ALL.get(number as usize - 2)?),
    })
}

fn copy<T: Copy>(from: &[T], to: &mut [T]) -> Outcome {
    to.get_mut(..from.len()).ok_or(ConclaveResult::TooSmall)?.copy_from_slice(from);
    Ok(())
}

/// 20 ms of G.711.
const TICK_BYTES: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_have_their_numbers() {
        use ConclaveCodec::{Linear8k, Linear16k, Linear24k, Linear32k, Linear48k, Pcma, Pcmu};
        assert_eq!(codec(Pcmu as u32), Some(Codec::Pcmu));
        assert_eq!(codec(Pcma as u32), Some(Codec::Pcma));
        let linear = [Linear8k, Linear16k, Linear24k, Linear32k, Linear48k];
        for (number, rate) in linear.into_iter().zip(SampleRate::ALL) {
            assert_eq!(codec(number as u32), Some(Codec::Linear(rate)));
        }
        assert_eq!(codec(7), None);
        assert_eq!(codec(u32::MAX), None);
    }
}
