//! Names of contexts, which are names of folders too.

use std::{fmt, str::FromStr};

/// A context's name: 1 to 64 letters, digits, `-` and `_`. Two names that differ by case alone are the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ContextName(String);

impl ContextName {
    /// The name as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both name the same context.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl FromStr for ContextName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err("a context's name is 1 to 64 letters, digits, - and _".to_owned())
        }
    }
}

impl fmt::Display for ContextName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_letters_digits_dash_and_underscore() {
        for text in ["a", "Prod-1_x", &"x".repeat(64)] {
            assert!(text.parse::<ContextName>().is_ok(), "{text}");
        }
        for text in ["", "..", "a/b", "a b", "ä", "a\n", &"x".repeat(65)] {
            assert!(text.parse::<ContextName>().is_err(), "{text}");
        }
    }
}
