//! Codes and PINs as the directory keeps them, and how new ones are made.

use std::fmt;

use super::error::Error;
use crate::room::Pin;
use crate::text::hex;

/// An access code or PIN: 1 to 32 digits. Nothing prints it; who may see it is shown [`reveal`](Self::reveal).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    /// Lengths of codes that are made: shorter ones would be guessed, longer ones not be keyed.
    pub const LENGTHS: std::ops::RangeInclusive<u8> = 4..=16;

    /// Reads one. The error does not repeat it.
    ///
    /// # Errors
    ///
    /// If it is no PIN in the sense of [`Pin::parse`].
    pub fn parse(text: &str) -> Result<Code, String> {
        Pin::parse(text).map(|_| Code(text.to_owned())).map_err(|error| error.to_string())
    }

    /// Its digits, for the database and for those who may know it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A new one, which nobody can foresee, from the operating system's random numbers. It does not begin with 0, which
    /// spreadsheets drop. A length outside [`LENGTHS`](Self::LENGTHS) is taken for the nearest in it.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub fn random(length: u8) -> Result<Code, Error> {
        let fill = |bytes: &mut [u8]| {
            getrandom::fill(bytes).map_err(|error| Error::Refused(format!("no random numbers for a code: {error}")))
        };
        let length = length.clamp(*Code::LENGTHS.start(), *Code::LENGTHS.end());
        digits(usize::from(length), fill).map(Code)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(redacted)")
    }
}

/// A name that there is only once in the world: 128 random bits in hexadecimal digits.
///
/// # Errors
///
/// If the system has no random numbers.
pub(super) fn unique_name() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Refused(format!("no random numbers for a name: {error}")))?;
    Ok(hex(&bytes))
}

/// Each digit as likely as the others: bytes that would favour some are thrown away.
fn digits<E>(length: usize, mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<String, E> {
    let mut made = String::with_capacity(length);
    let mut bytes = [0; 32];
    while made.len() < length {
        fill(&mut bytes)?;
        for byte in bytes {
            let (values, least) = if made.is_empty() { (9, 1) } else { (10, 0) };
            if byte < 255 / values * values && made.len() < length {
                made.push(char::from(b'0' + least + byte % values));
            }
        }
    }
    bytes.fill(0);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::{Code, digits};
    use proptest::prelude::*;

    #[test]
    fn every_digit_is_as_likely_as_the_others() {
        // Each byte once: what is not thrown away has to give each digit equally often.
        let (mut next, mut counts) = (0u8, [[0; 10]; 2]);
        for byte in 0..=255u8 {
            // Every byte is tried at the first place, and at the second one behind a good one.
            let fill = |bytes: &mut [u8]| {
                for place in bytes.iter_mut() {
                    *place = [byte, 0][usize::from(next > 0)];
                    next = next.saturating_add(1);
                }
                Ok::<_, ()>(())
            };
            let made = digits(1, fill).unwrap();
            if byte < 252 {
                counts[0][usize::from(made.as_bytes()[0] - b'0')] += 1;
            } else {
                assert_eq!(made, "1", "{byte} would favour some digit");
            }
            next = 0;
            let fill = |bytes: &mut [u8]| {
                bytes.fill(0);
                bytes[1] = byte;
                Ok::<_, ()>(())
            };
            let made = digits(2, fill).unwrap();
            if byte < 250 {
                counts[1][usize::from(made.as_bytes()[1] - b'0')] += 1;
            } else {
                assert_eq!(made, "10", "{byte} would favour some digit");
            }
        }
        assert_eq!(counts[0], [0, 28, 28, 28, 28, 28, 28, 28, 28, 28]);
        assert_eq!(counts[1], [25; 10]);
    }

    #[test]
    fn nothing_prints_one() {
        let code = Code::parse("4711").unwrap();
        assert_eq!(format!("{code:?}"), "Code(redacted)");
        assert!(!Code::parse("47 11").unwrap_err().contains("47"));
    }

    proptest! {
        #[test]
        fn one_has_the_length_that_is_wanted(length in Code::LENGTHS) {
            let code = Code::random(length).unwrap();
            prop_assert_eq!(code.reveal().len(), usize::from(length));
            prop_assert_eq!(Code::parse(code.reveal()), Ok(code.clone()));
            prop_assert!(!code.reveal().starts_with('0'));
        }
    }
}
