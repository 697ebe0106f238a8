//! How many participants each account has now. No clock, no thread, no database.

use std::collections::HashMap;

use super::model::AccountId;

/// Counts participants of accounts on this PBX.
#[derive(Clone, Debug, Default)]
pub struct Caps {
    present: HashMap<AccountId, u32>,
}

/// The account has as many participants as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapReached {
    /// So many it may have.
    pub cap: u32,
}

impl std::fmt::Display for CapReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the account may have {} participants at a time, and has them", self.cap)
    }
}

impl std::error::Error for CapReached {}

impl Caps {
    /// One more. `cap` is the account's now, `elsewhere` how many it has on other PBXs. To be followed by one
    /// [`leave`](Self::leave).
    ///
    /// # Errors
    ///
    /// If he would be one too many; then he is not counted.
    pub fn enter(&mut self, account: AccountId, cap: Option<u32>, elsewhere: u32) -> Result<(), CapReached> {
        let present = self.present.entry(account).or_default();
        match cap {
            Some(cap) if present.saturating_add(elsewhere) >= cap => {
                if *present == 0 {
                    self.present.remove(&account);
                }
                Err(CapReached { cap })
            }
            _ => {
                *present += 1;
                Ok(())
            }
        }
    }

    /// One less. What was never counted changes nothing.
    pub fn leave(&mut self, account: AccountId) {
        if let Some(present) = self.present.get_mut(&account) {
            *present = present.saturating_sub(1);
            if *present == 0 {
                self.present.remove(&account);
            }
        }
    }

    /// How many it has here.
    pub fn present(&self, account: AccountId) -> u32 {
        self.present.get(&account).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ADA: AccountId = AccountId(1);

    #[test]
    fn the_cap_holds_over_all_pbxs() {
        let mut caps = Caps::default();
        assert_eq!(caps.enter(ADA, Some(2), 0), Ok(()));
        assert_eq!(caps.enter(ADA, Some(2), 1), Err(CapReached { cap: 2 }));
        assert_eq!(caps.enter(ADA, Some(2), 0), Ok(()));
        assert_eq!(caps.enter(ADA, Some(2), 0), Err(CapReached { cap: 2 }));
        assert_eq!(caps.enter(AccountId(2), Some(2), 0), Ok(()));
        caps.leave(ADA);
        assert_eq!(caps.enter(ADA, Some(2), 0), Ok(()));
        assert_eq!(caps.enter(ADA, None, u32::MAX), Ok(()));
        // Lowered meanwhile: nobody has to go, and nobody comes.
        assert_eq!(caps.enter(ADA, Some(1), 0), Err(CapReached { cap: 1 }));
        assert_eq!(caps.present(ADA), 3);
    }

    proptest! {
        #[test]
        fn nobody_is_counted_twice_or_never(steps in proptest::collection::vec((0..3i64, any::<bool>()), 0..200), cap in 1..5u32) {
            let (mut caps, mut model) = (Caps::default(), [0u32; 3]);
            for (account, enters) in steps {
                let (id, present) = (AccountId(account), &mut model[account as usize]);
                if enters {
                    let fits = *present < cap;
                    prop_assert_eq!(caps.enter(id, Some(cap), 0).is_ok(), fits);
                    *present += u32::from(fits);
                } else {
                    caps.leave(id);
                    *present = present.saturating_sub(1);
                }
                prop_assert_eq!(caps.present(id), *present);
            }
            prop_assert!(caps.present.values().all(|present| *present > 0));
        }
    }
}
