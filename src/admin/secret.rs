//! What is shown to be let in: sessions, API tokens, links. The directory has only their hashes.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::text::hex;

/// 256 bits that nobody can guess, as 64 letters and digits. Never printed by accident.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Panics
    ///
    /// If the system gives no random numbers, without which nobody can be let in.
    pub(super) fn new() -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random numbers");
        Secret(hex(&bytes))
    }

    /// One that was shown.
    pub(super) fn shown(text: &str) -> Secret {
        Secret(text.to_owned())
    }

    /// Itself.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// What the directory knows it by.
    pub(super) fn hash(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// What a page must show beside its session's cookie. Whoever sees the directory can make neither.
    pub(super) fn csrf(&self) -> String {
        hex(&Sha256::new().chain_update(b"conclave csrf ").chain_update(self.0.as_bytes()).finalize())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Whether two texts are the same; it takes as long wherever they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_its_hash_and_its_csrf_token_have_nothing_in_common() {
        let (one, other) = (Secret::new(), Secret::new());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!((one.reveal().len(), one.hash().len(), one.csrf().len()), (64, 64, 64));
        assert_ne!(one.hash(), one.csrf());
        assert_eq!(Secret::shown(one.reveal()).hash(), one.hash());
        assert!(!format!("{one:?}").contains(one.reveal()));
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "abcd"));
    }
}
