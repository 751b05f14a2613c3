use std::fmt;

use flui_model::Kind;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    SecretHash,
    base62::{encode, is_base62},
};
use crate::ports::Random;

const SECRET_WIDTH: usize = 43;
const CHECKSUM_WIDTH: usize = 6;

/// A key in clear: `flui_<kind>_<43 base62 characters of 256 random bits><6 of CRC-32>`.
///
/// The checksum lets scanners and this server tell a key from noise without asking a database. It protects nothing.
/// Scanners find keys by `flui_(ws|ci|svc)_[0-9A-Za-z]{49}`.
pub struct Key {
    kind: Kind,
    text: SecretString,
}

/// The text is no key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a Flui key: it is misspelt, cut short or from elsewhere")]
pub struct KeyFormatError;

impl Key {
    /// What every key begins with.
    pub const PREFIX: &str = "flui_";

    /// Makes a new key. `kind` must be one of [`Kind::KEYS`].
    pub(crate) fn generate(kind: Kind, random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        let body = Zeroizing::new(format!(
            "{}{}_{}",
            Self::PREFIX,
            marker(kind),
            *Zeroizing::new(encode(bytes.as_ref(), SECRET_WIDTH))
        ));
        let text = format!("{}{}", *body, checksum(&body));
        Self {
            kind,
            text: text.into(),
        }
    }

    /// Reads a key. Checks its form and checksum, and asks nobody.
    pub fn parse(text: &str) -> Result<Self, KeyFormatError> {
        let rest = text.strip_prefix(Self::PREFIX).ok_or(KeyFormatError)?;
        let (mark, secret) = rest.split_once('_').ok_or(KeyFormatError)?;
        let kind = Kind::KEYS
            .into_iter()
            .find(|kind| marker(*kind) == mark)
            .ok_or(KeyFormatError)?;
        if secret.len() != SECRET_WIDTH + CHECKSUM_WIDTH || !is_base62(secret) {
            return Err(KeyFormatError);
        }
        let (body, sum) = text.split_at(text.len() - CHECKSUM_WIDTH);
        if checksum(body) != sum {
            return Err(KeyFormatError);
        }
        Ok(Self {
            kind,
            text: text.to_owned().into(),
        })
    }

    /// The kind that the key says it is of.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The key in clear. Goes into one answer, once.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// What is kept of the key.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.expose())
    }

    /// The first characters, by which people recognise the key: all but four of them are the same for every key of the
    /// kind.
    pub fn prefix(&self) -> &str {
        let end = Self::PREFIX.len() + marker(self.kind).len() + 1 + 4;
        &self.expose()[..end]
    }

    /// The last four characters, which belong to the checksum.
    pub fn last_four(&self) -> &str {
        let text = self.expose();
        &text[text.len() - 4..]
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.kind)
    }
}

fn marker(kind: Kind) -> &'static str {
    match kind {
        Kind::Workstation => "ws",
        Kind::Ci => "ci",
        Kind::Service => "svc",
        // Sessions have no key; a marker that no key carries keeps this total.
        Kind::Browser => "",
    }
}

fn checksum(body: &str) -> String {
    encode(&crc32fast::hash(body.as_bytes()).to_be_bytes(), CHECKSUM_WIDTH)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        sync::atomic::{AtomicU64, Ordering},
    };

    use proptest::prelude::*;

    use super::*;

    struct Counter(AtomicU64);

    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = count.to_le_bytes()[i % 8] ^ u8::try_from(i).unwrap_or(0);
            }
        }
    }

    #[test]
    fn k1_keys_have_one_form_and_never_repeat() {
        let random = Counter(AtomicU64::new(0));
        let mut seen = HashSet::new();
        for kind in Kind::KEYS {
            for _ in 0..2_000 {
                let key = Key::generate(kind, &random);
                let text = key.expose().to_owned();
                assert_eq!(text.len(), Key::PREFIX.len() + marker(kind).len() + 1 + 49);
                assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
                assert_eq!(Key::parse(&text).map(|key| key.kind()), Ok(kind));
                assert!(text.starts_with(key.prefix()) && text.ends_with(key.last_four()));
                assert!(seen.insert(text));
            }
        }
    }

    #[test]
    fn k2_a_changed_character_is_refused() {
        let good = Key::generate(Kind::Ci, &Counter(AtomicU64::new(7))).expose().to_owned();
        assert!(Key::parse(&good).is_ok());
        for at in 0..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[at] = if bad[at] == b'x' { b'y' } else { b'x' };
            let bad = String::from_utf8(bad).unwrap();
            assert_eq!(Key::parse(&bad).err(), Some(KeyFormatError), "position {at}");
        }
        for bad in [
            &good[1..],
            &good[..good.len() - 1],
            &format!("{good} "),
            &good.to_uppercase(),
        ] {
            assert_eq!(Key::parse(bad).err(), Some(KeyFormatError));
        }
    }

    #[test]
    fn z1_debug_shows_no_secret() {
        let key = Key::generate(Kind::Ci, &Counter(AtomicU64::new(1)));
        assert_eq!(format!("{key:?} {:?}", key.hash()), "Key(ci) SecretHash(..)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,80}") {
            prop_assert!(Key::parse(&text).is_err());
            let dressed = format!("flui_ci_{text}");
            prop_assert!(Key::parse(&dressed).is_err() || text.len() == 49);
        }
    }
}
