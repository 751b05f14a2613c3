//! Secrets that must be kept in a form that can be read again, sealed so that the database alone opens none of them.

use std::{fmt, sync::Arc};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::ports::Random;

const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const MAX_ID: usize = 32;
/// Of 32 random bytes about 30 are different; fewer than this many mean that nobody drew them by chance.
const FEWEST_DIFFERENT: usize = 16;

/// What `openssl rand -base64 32` writes, with or without the sign at its end.
const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key that seals and opens, with the id under which what it sealed finds it again.
#[derive(Clone)]
pub struct SealingKey {
    id: String,
    bytes: Zeroizing<[u8; KEY_LENGTH]>,
}

/// Why a text is no sealing key. The sentences go on after the name of what held it, and repeat no part of the key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealingKeyError {
    /// There is no id before a colon.
    #[error(
        "holds an entry without an id; write it as id:key, such as 2026a:… with what `openssl rand -base64 32` prints"
    )]
    NoId,
    /// The id has other characters or is too long. The entry may have been turned round, so it is not repeated.
    #[error("holds an id that is not 1 to 32 letters, digits, - or _")]
    BadId,
    /// It is not base64. What stands before the colon is not repeated here and below: it may be a secret of another form.
    #[error("holds a key that is not base64, as `openssl rand -base64 32` prints it")]
    NotBase64,
    /// It is too short or too long.
    #[error("holds a key of {0} bytes instead of 32; make one with `openssl rand -base64 32`")]
    Length(usize),
    /// It repeats itself.
    #[error("holds a key {0} that is not random; make one with `openssl rand -base64 32`")]
    Weak(String),
}

impl SealingKey {
    /// Reads `id:key`, where the key is 32 random bytes in base64.
    pub fn parse(text: &str) -> Result<Self, SealingKeyError> {
        let (id, key) = text.split_once(':').ok_or(SealingKeyError::NoId)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(is_plain) {
            return Err(SealingKeyError::BadId);
        }
        let Ok(decoded) = STANDARD.decode(key).map(Zeroizing::new) else {
            return Err(SealingKeyError::NotBase64);
        };
        let Ok(bytes) = <[u8; KEY_LENGTH]>::try_from(decoded.as_slice()).map(Zeroizing::new) else {
            return Err(SealingKeyError::Length(decoded.len()));
        };
        let mut seen = [false; 256];
        for byte in bytes.iter() {
            seen[usize::from(*byte)] = true;
        }
        if seen.iter().filter(|seen| **seen).count() < FEWEST_DIFFERENT {
            return Err(SealingKeyError::Weak(id.to_owned()));
        }
        Ok(Self {
            id: id.to_owned(),
            bytes,
        })
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

/// Seals with the first of an operator's keys and opens with any of them, so that a key can be followed by another
/// without a moment at which older rows cannot be read.
///
/// XChaCha20-Poly1305 with a random nonce: 192 bits, so that chance alone never repeats one. What a text is for and whose
/// row it stands in are authenticated with it: a sealed text that is moved to another row or column opens nothing.
#[derive(Clone)]
pub struct Sealing {
    keys: Vec<SealingKey>,
    random: Arc<dyn Random>,
}

impl Sealing {
    /// Takes the keys, the one that seals first. `None` without any: then nothing can be sealed, and whatever needs it
    /// must be off. Ids must be unique.
    pub fn new(keys: Vec<SealingKey>, random: Arc<dyn Random>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self { keys, random })
    }

    /// Seals a text for a purpose, such as `refresh token`, and a row, such as a person's id: `<id of the key>.<base64>`.
    ///
    /// # Panics
    /// For a text of more than 256 GiB.
    pub fn seal(&self, purpose: &'static str, row: &str, plain: &str) -> String {
        let key = &self.keys[0];
        let mut nonce = [0; NONCE_LENGTH];
        self.random.fill(&mut nonce);
        let place = place(purpose, row);
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = cipher(key)
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a text in memory is far shorter than what the cipher can seal");
        let sealed = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed[..]].concat());
        format!("{}.{sealed}", key.id)
    }

    /// Opens what [`Self::seal`] made for the same purpose and row. `None`: it was changed or moved, or its key is gone.
    pub fn unseal(&self, purpose: &'static str, row: &str, sealed: &str) -> Option<SecretString> {
        let (id, sealed) = sealed.split_once('.')?;
        let key = self.keys.iter().find(|key| key.id == id)?;
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
        let place = place(purpose, row);
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        let opened = cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(opened).ok().map(SecretString::from)
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealing").field(&self.keys).finish()
    }
}

/// Purposes stand in the source and hold no NUL, so that no two pairs become one text.
fn place(purpose: &'static str, row: &str) -> String {
    format!("flui sealed 1\0{purpose}\0{row}")
}

fn cipher(key: &SealingKey) -> XChaCha20Poly1305 {
    use chacha20poly1305::KeyInit as _;
    XChaCha20Poly1305::new(&Key::from(*key.bytes))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use secrecy::ExposeSecret as _;

    use super::*;

    struct Counter(AtomicU8);

    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    fn key(id: &str, first: u8) -> SealingKey {
        let bytes: Vec<u8> = (first..).take(KEY_LENGTH).collect();
        SealingKey::parse(&format!("{id}:{}", STANDARD.encode(bytes))).unwrap()
    }

    fn sealing(keys: &[&SealingKey]) -> Sealing {
        let keys = keys.iter().map(|key| (*key).clone()).collect();
        Sealing::new(keys, Arc::new(Counter(AtomicU8::new(0)))).unwrap()
    }

    fn opened(sealing: &Sealing, row: &str, sealed: &str) -> Option<String> {
        let opened = sealing.unseal("token", row, sealed)?;
        Some(opened.expose_secret().to_owned())
    }

    #[test]
    fn z2_old_rows_are_readable_after_a_rotation_and_new_ones_are_under_the_new_key() {
        let (old, new) = (key("2025", 1), key("2026", 100));
        let before = sealing(&[&old]);
        let sealed = before.seal("token", "row", "canary");
        assert!(sealed.starts_with("2025.") && !sealed.contains("canary"), "{sealed}");

        let rotated = sealing(&[&new, &old]);
        assert_eq!(opened(&rotated, "row", &sealed).as_deref(), Some("canary"));
        let again = rotated.seal("token", "row", "canary");
        assert!(again.starts_with("2026."), "{again}");
        assert_eq!(opened(&sealing(&[&new]), "row", &again).as_deref(), Some("canary"));
        assert_eq!(opened(&sealing(&[&new]), "row", &sealed), None, "its key is gone");
    }

    #[test]
    fn z2_another_key_under_the_same_id_opens_nothing() {
        let sealed = sealing(&[&key("a", 1)]).seal("token", "row", "canary");
        assert_eq!(opened(&sealing(&[&key("a", 2)]), "row", &sealed), None);
        assert!(opened(&sealing(&[&key("a", 1)]), "row", &sealed).is_some());
    }

    #[test]
    fn z2_a_sealed_text_in_another_row_or_of_another_purpose_opens_nothing() {
        let sealing = sealing(&[&key("a", 1)]);
        let sealed = sealing.seal("token", "row", "canary");
        assert_eq!(opened(&sealing, "row 2", &sealed), None);
        assert!(sealing.unseal("secret", "row", &sealed).is_none());
        assert!(opened(&sealing, "row", &sealed).is_some());
    }

    #[test]
    fn z2_a_changed_text_opens_nothing() {
        let sealing = sealing(&[&key("a", 1)]);
        let sealed = sealing.seal("token", "row", "canary");
        let body = URL_SAFE_NO_PAD.decode(&sealed[2..]).unwrap();
        for at in 0..body.len() {
            let mut bad = body.clone();
            bad[at] ^= 1;
            let bad = format!("a.{}", URL_SAFE_NO_PAD.encode(bad));
            assert_eq!(opened(&sealing, "row", &bad), None, "byte {at}");
        }
        for bad in [
            "",
            "a",
            "a.",
            "a.AAAA",
            ".AAAA",
            "a.not base64!",
            &sealed[..sealed.len() - 4],
        ] {
            assert_eq!(opened(&sealing, "row", bad), None, "{bad}");
        }
        assert!(opened(&sealing, "row", &sealed).is_some());
    }

    #[test]
    fn z2_one_text_is_sealed_anew_each_time() {
        let sealing = sealing(&[&key("a", 1)]);
        assert_ne!(
            sealing.seal("token", "row", "canary"),
            sealing.seal("token", "row", "canary")
        );
    }

    #[test]
    fn z1_sealing_keys_never_show_in_debug_output() {
        assert_eq!(format!("{:?}", sealing(&[&key("a", 1)])), "Sealing([SealingKey(a)])");
    }

    #[test]
    fn nothing_seals_without_a_key() {
        assert!(Sealing::new(Vec::new(), Arc::new(Counter(AtomicU8::new(0)))).is_none());
    }

    #[test]
    fn only_thirty_two_random_bytes_with_a_plain_id_are_a_key() {
        let good = STANDARD.encode((1..=32).collect::<Vec<u8>>());
        for text in [format!("2026-a_b:{good}"), format!("a:{}", good.trim_end_matches('='))] {
            SealingKey::parse(&text).unwrap();
        }
        let weak = STANDARD.encode([7; KEY_LENGTH]);
        let short = STANDARD.encode((1..=16).collect::<Vec<u8>>());
        for (text, error) in [
            (good.clone(), SealingKeyError::NoId),
            (format!(":{good}"), SealingKeyError::BadId),
            (format!("{good}:a"), SealingKeyError::BadId),
            (format!("a.b:{good}"), SealingKeyError::BadId),
            (format!("{}:{good}", "a".repeat(33)), SealingKeyError::BadId),
            ("a:?".to_owned(), SealingKeyError::NotBase64),
            ("a:".to_owned(), SealingKeyError::Length(0)),
            (format!("a:{short}"), SealingKeyError::Length(16)),
            (format!("a:{weak}"), SealingKeyError::Weak("a".to_owned())),
        ] {
            let refused = SealingKey::parse(&text).unwrap_err();
            assert!(!refused.to_string().contains(&good[..8]), "{refused}");
            assert_eq!(refused, error, "{text}");
        }
        let turned_round = SealingKey::parse("another-secret:2026").unwrap_err();
        assert!(!turned_round.to_string().contains("secret"), "{turned_round}");
    }
}
