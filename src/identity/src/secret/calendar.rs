use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    SecretHash,
    base62::{encode, is_base62},
};
use crate::ports::Random;

const WIDTH: usize = 43;

/// The secret in the address of a calendar: 256 random bits as 43 base62 characters. It opens the ends of one person's
/// keys and nothing else, and it is no key: nothing else takes it.
#[derive(Clone)]
pub struct CalendarSecret(SecretString);

impl CalendarSecret {
    /// Makes a new one.
    pub(crate) fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        Self(encode(bytes.as_ref(), WIDTH).into())
    }

    /// Reads the secret out of an address. Checks its form alone.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == WIDTH && is_base62(text)).then(|| Self(text.to_owned().into()))
    }

    /// The secret in clear. Goes into one answer, once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.expose())
    }
}

impl fmt::Debug for CalendarSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalendarSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_of_a_secret_is_read() {
        let secret = "A".repeat(WIDTH);
        assert_eq!(CalendarSecret::parse(&secret).unwrap().expose(), secret);
        for bad in ["", "A", &"A".repeat(WIDTH + 1), &"-".repeat(WIDTH), &"ä".repeat(WIDTH)] {
            assert!(CalendarSecret::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn z1_a_calendar_secret_never_shows_in_debug_output() {
        let secret = CalendarSecret::parse(&"A".repeat(WIDTH)).unwrap();
        assert!(!format!("{secret:?}").contains("AA"));
    }
}
