//! Passwords: which are good enough, and their hashes.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::Refusal;

/// Where passwords are hashed: beside the thread that serves, and few at a time, because each takes memory and a core.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Passwords {
        Passwords { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The hash of a password that was found [good enough](weakness).
    ///
    /// # Errors
    ///
    /// If too many wait.
    pub(super) async fn hash(&self, password: String) -> Result<String, Refusal> {
        self.compute(move || hash(&password)).await?.ok_or_else(Refusal::broken)
    }

    /// Whether this is the password of that hash. It takes as long if there is no hash.
    ///
    /// # Errors
    ///
    /// If too many wait.
    pub(super) async fn is(&self, password: String, hash: Option<String>) -> Result<bool, Refusal> {
        self.compute(move || {
            let nobodys = || NOBODYS.clone();
            let known = hash.clone().unwrap_or_else(nobodys);
            verify(&password, &known) && hash.is_some()
        })
        .await
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let turn = tokio::time::timeout(LONGEST_WAIT, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            let message = "Too many sign in at this moment; try again in a few seconds.";
            let mut refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
            refusal.retry_after = Some(LONGEST_WAIT.as_secs());
            return Err(refusal);
        };
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        working.await.map_err(|_| Refusal::broken())
    }
}

/// What is wrong with a password for this login; `None` if it is good enough.
pub(super) fn weakness(password: &str, login: &str) -> Option<String> {
    let simple = password.to_lowercase();
    let count = password.chars().count();
    if count < SHORTEST {
        return Some(format!("it needs at least {SHORTEST} characters; a few words in a row are easy to remember"));
    }
    if password.len() > LONGEST {
        return Some(format!("it can have at most {LONGEST} bytes"));
    }
    if simple.trim() == login.trim().to_lowercase() {
        return Some("it is the same as the login; choose another one".into());
    }
    let first = simple.chars().next();
    if simple.chars().all(|c| Some(c) == first) || WORST.contains(&&*simple) {
        return Some("everybody tries this one first; choose another one".into());
    }
    None
}

fn hash(password: &str) -> Option<String> {
    argon2().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

fn verify(password: &str, hash: &str) -> bool {
    // Longer ones cannot be set, and shall not take time.
    password.len() <= LONGEST
        && PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// As OWASP's cheat sheet on password storage has it.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password that nobody has.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    let password = super::secret::Secret::new().reveal().to_owned();
    hash(&password).unwrap_or_default()
});

/// What stands on top of all lists of passwords, as far as it is long enough; in small letters.
const WORST: [&str; 24] = [
    "1234567890",
    "0123456789",
    "0987654321",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "q1w2e3r4t5",
    "qwertyuiop",
    "qwertzuiop",
    "qwerty12345",
    "qwerty123456",
    "asdfghjkl1",
    "abcdefghij",
    "abcd123456",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "administrator",
    "changeme123",
    "conclave123",
    "asterisk123",
    "freeswitch",
];

const SHORTEST: usize = 10;
const LONGEST: usize = 500;
const AT_ONCE: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_not_the_login_and_not_the_first_guess() {
        assert_eq!(weakness("correct horse", "ada"), None);
        assert_eq!(weakness("äöüäöüäöüß", "ada"), None);
        let weak = ["", "short", "123456789", "1234567890", "Password123", "aaaaaaaaaaaa", "ADA@example.org"];
        assert!(weak.iter().all(|password| weakness(password, "ada@example.org").is_some()));
        assert!(weakness(&"ab".repeat(LONGEST), "ada").is_some());
        assert!(WORST.iter().all(|worst| worst.len() >= SHORTEST && *worst == worst.to_lowercase()));
    }

    #[test]
    fn a_hash_says_how_it_was_made_and_knows_its_password() {
        let hash = hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", &hash));
        assert!(!verify("correct house", &hash));
        assert!(!verify("correct horse", "nonsense"));
    }
}
