//! PINs, which nothing prints, and digits keyed by a caller.

use std::{fmt, hint::black_box, str::FromStr};

/// The longest PIN, and the most digits kept of what a caller keys.
const MAX_DIGITS: usize = 32;

/// A PIN: 1 to 32 digits. Comparing two takes the same time whatever differs, and nothing ever prints one.
#[derive(Clone)]
pub struct Pin(Digits);

impl Pin {
    /// Reads a PIN as an administrator wrote it.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 32 digits, or holds anything but the digits 0 to 9. The error does not repeat the PIN.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        if text.is_empty() {
            return Err(PinError::Empty);
        }
        let mut digits = Digits::default();
        for digit in text.chars() {
            if !digit.is_ascii_digit() {
                return Err(PinError::NotADigit);
            }
            digits.push(digit);
        }
        if digits.overflowed {
            return Err(PinError::TooLong);
        }
        Ok(Self(digits))
    }

    /// Whether `keyed` is this PIN; without a PIN it never is, and takes as long to find out.
    pub(super) fn matches(pin: Option<&Self>, keyed: &Digits) -> bool {
        let nothing = Digits::default();
        let wanted = pin.map_or(&nothing, |pin| &pin.0);
        wanted.same(keyed) & pin.is_some()
    }
}

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        Self::parse(text)
    }
}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl Eq for Pin {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

/// Why a text is no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinError {
    /// There is nothing in it.
    Empty,
    /// Something in it cannot be keyed as part of a PIN.
    NotADigit,
    /// It is longer than a caller can key.
    TooLong,
}

impl fmt::Display for PinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a PIN needs at least one digit; leave the line out for a room without a PIN"),
            Self::NotADigit => f.write_str("a PIN is made of the digits 0 to 9 only"),
            Self::TooLong => write!(f, "a PIN has at most {MAX_DIGITS} digits"),
        }
    }
}

impl std::error::Error for PinError {}

/// Up to 32 digits as a caller keyed them, which nothing prints. Those that did not fit are remembered only as "too many", which matches no PIN.
#[derive(Clone, Default)]
pub struct Digits {
    digits: [u8; MAX_DIGITS],
    count: u8,
    overflowed: bool,
}

impl Digits {
    /// Adds a digit, `0` to `9`.
    pub fn push(&mut self, digit: char) {
        match self.digits.get_mut(usize::from(self.count)) {
            Some(place) => {
                *place = digit as u8;
                self.count += 1;
            }
            None => self.overflowed = true,
        }
    }

    /// Whether nothing was keyed.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The digits, if all fitted: for what is no secret, such as the number of a conference.
    pub fn as_str(&self) -> Option<&str> {
        let digits = &self.digits[..usize::from(self.count)];
        if self.overflowed { None } else { std::str::from_utf8(digits).ok() }
    }

    /// These digits as a PIN to be set; `None` if there are none or too many.
    pub fn to_pin(&self) -> Option<Pin> {
        (self.count > 0 && !self.overflowed).then(|| Pin(self.clone()))
    }

    /// Looks at every place, also after the first difference.
    fn same(&self, other: &Self) -> bool {
        let mut difference = self.count ^ other.count | u8::from(self.overflowed) ^ u8::from(other.overflowed);
        for (ours, theirs) in self.digits.iter().zip(&other.digits) {
            difference = black_box(difference | (ours ^ theirs));
        }
        difference == 0
    }
}

impl PartialEq for Digits {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
    }
}

impl Eq for Digits {}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digits(redacted)")
    }
}
