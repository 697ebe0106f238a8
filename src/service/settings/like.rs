//! What somebody may have meant who wrote a name that there is not.

/// The candidate that is nearest to `word`, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace(['-', ' '], "_");
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let near = |candidate: &'a str| (distance(&word, candidate), candidate);
    candidates.into_iter().map(near).filter(|(far, _)| *far <= limit).min().map(|(_, candidate)| candidate)
}

/// How many letters have to be added, dropped, changed, or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(LONGEST).collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let changed = row[j] + usize::from(a != b);
            let mut least = changed.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[other.len()]
}

/// No name is nearly as long; a whole line that slipped in shall cost nothing.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn counts_what_has_to_be_changed() {
        for (one, other, far) in
            [("", "", 0), ("pin", "", 3), ("pin", "pin", 0), ("pni", "pin", 1), ("musik", "music", 1)]
        {
            assert_eq!((distance(one, other), distance(other, one)), (far, far), "{one} {other}");
        }
        assert_eq!(distance("leaderpin", "leader_pin"), 1);
    }

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let there = ["pin", "music", "max_members", "warnings"];
        assert_eq!(nearest("PIN", there), Some("pin"));
        assert_eq!(nearest("max-member", there), Some("max_members"));
        assert_eq!(nearest("maxmembers", there), Some("max_members"));
        assert_eq!(nearest("colour", there), None);
        assert_eq!(nearest("", there), None);
    }
}
