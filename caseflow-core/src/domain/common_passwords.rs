//! Passwords that everybody tries first, of at least the length we ask for.
//!
//! Taken from the list that Django ships (BSD-3-Clause), which was compiled by Royce Williams from
//! published breaches; lower-cased, sorted by bytes, shorter ones left out.

const LIST: &str = include_str!("common_passwords.txt");

/// Whether `folded`, a lower-cased password, is on the list.
pub(super) fn contains(folded: &str) -> bool {
    LIST.lines().any(|line| line == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_there_and_says_no_to_others() {
        assert!(contains("1234567890123"));
        assert!(!contains("correct horse battery"));
    }
}
