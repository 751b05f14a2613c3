//! Keys in clear.

use std::{fmt, str::FromStr};

/// A key in clear. `Debug` and `Display` show its beginning only.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key, for the `Authorization` header and the profile file.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("holds characters that no key has");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Key {
    /// `flui_ws_AbCd…`: what people recognise a key by. A text of another form shows nothing of itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.0.splitn(3, '_');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("flui"), Some(kind @ ("ws" | "ci" | "svc")), Some(rest)) if rest.len() > 12 => {
                let start = rest.get(..4).unwrap_or_default();
                write!(f, "flui_{kind}_{start}…")
            }
            _ => f.write_str("…"),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z1_a_key_shows_its_beginning_only() {
        let key: Key = "flui_ws_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlM"
            .parse()
            .unwrap();
        assert_eq!(key.to_string(), "flui_ws_AbCd…");
        assert_eq!(format!("{key:?}"), "flui_ws_AbCd…");
        let short: Key = "flui_ws_AbCd".parse().unwrap();
        assert_eq!(short.to_string(), "…");
        let foreign: Key = "hunter2".parse().unwrap();
        assert_eq!(foreign.to_string(), "…");
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused() {
        assert!("  ".parse::<Key>().is_err());
        assert!("flui_ws_a\nb".parse::<Key>().is_err());
        assert!(" flui_ws_ab\n".parse::<Key>().is_ok());
    }
}
