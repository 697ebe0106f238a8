//! The option letters of one call.

use super::Manner;
use std::{fmt, sync::Arc};

/// What the dial plan asked for this call, as letters: `Conclave(8000,qm)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `q`: no tones for the others when he comes and goes, and nothing announced to him as he joins.
    pub quiet: bool,
    /// `m`: he starts muted and may unmute himself.
    pub start_muted: bool,
    /// `l`: he listens and can never talk, unless he keys the leader PIN.
    pub listen_only: bool,
    /// `L`: he is leader and is asked for no PIN.
    pub leader: bool,
    /// `p`: he is asked for no PIN.
    pub no_pin: bool,
}

impl Options {
    /// Reads the letters. Their order does not matter and a letter may come twice.
    ///
    /// # Errors
    ///
    /// At the first letter that is no option, and if two options contradict each other.
    pub fn parse(letters: &str) -> Result<Self, OptionsError> {
        let mut options = Self::default();
        for letter in letters.chars() {
            match letter {
                'q' => options.quiet = true,
                'm' => options.start_muted = true,
                'l' => options.listen_only = true,
                'L' => options.leader = true,
                'p' => options.no_pin = true,
                _ => return Err(OptionsError::Unknown(letter)),
            }
        }
        if options.listen_only && options.leader {
            return Err(OptionsError::ListeningLeader);
        }
        Ok(options)
    }

    /// What a manner becomes with these options over it.
    pub fn over(self, manner: &Arc<Manner>) -> Arc<Manner> {
        if !self.quiet && !self.start_muted {
            return manner.clone();
        }
        let mut manner = Manner::clone(manner);
        manner.quiet |= self.quiet;
        manner.start_muted |= self.start_muted;
        Arc::new(manner)
    }
}

/// Takes `P(201&202)` out of a call's options: the letters that are left, for [`Options::parse`], and the numbers to page.
///
/// # Errors
///
/// If the list has no end, no number, or something in it that cannot be dialled.
pub fn split_page(text: &str) -> Result<(String, Vec<String>), PageError> {
    let Some((before, rest)) = text.split_once("P(") else {
        return Ok((text.to_owned(), Vec::new()));
    };
    let (list, after) = rest.split_once(')').ok_or(PageError::NoEnd)?;
    let numbers: Vec<String> = list.split('&').map(|number| number.trim().to_owned()).collect();
    for number in &numbers {
        if number.is_empty() {
            return Err(PageError::NoNumber);
        }
        if let Some(bad) = number.chars().find(|c| !c.is_ascii_alphanumeric() && !"*#+_-.".contains(*c)) {
            return Err(PageError::BadCharacter(bad));
        }
    }
    Ok((format!("{before}{after}"), numbers))
}

/// What is wrong with the list of those to be paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// It does not end with `)`.
    NoEnd,
    /// A number in it is empty.
    NoNumber,
    /// This character cannot be dialled.
    BadCharacter(char),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnd => f.write_str("the list after 'P(' does not end; write P(201&202)"),
            Self::NoNumber => f.write_str("a number is missing in P(...); write P(201&202)"),
            Self::BadCharacter(bad) => {
                write!(f, "{bad:?} cannot be dialled; write numbers with '&' between them: P(201&202)")
            }
        }
    }
}

impl std::error::Error for PageError {}

/// Why the letters make no [`Options`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// This letter is no option.
    Unknown(char),
    /// `l` and `L` together.
    ListeningLeader,
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(letter) => write!(
                f,
                "there is no option {letter:?}; the options are q (quiet), m (start muted), l (listen only), \
                 L (leader without a PIN) and p (no PIN asked)"
            ),
            Self::ListeningLeader => f.write_str(
                "options 'l' (listen only) and 'L' (leader) contradict each other: a leader may always talk; leave one out",
            ),
        }
    }
}

impl std::error::Error for OptionsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_to_page_are_taken_out_of_the_letters() {
        assert_eq!(split_page("qL"), Ok(("qL".into(), vec![])));
        assert_eq!(split_page("qP(201& 2*2)L"), Ok(("qL".into(), vec!["201".into(), "2*2".into()])));
        assert_eq!(split_page("P(201"), Err(PageError::NoEnd));
        assert_eq!(split_page("P()"), Err(PageError::NoNumber));
        assert_eq!(split_page("P(201&&202)"), Err(PageError::NoNumber));
        assert_eq!(split_page("P(201@elsewhere)"), Err(PageError::BadCharacter('@')));
    }
}
