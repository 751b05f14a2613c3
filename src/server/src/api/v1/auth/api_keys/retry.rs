use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use flui_identity::{SecretHash, sign_ins::Retry};
use flui_model::{
    ErrorCode,
    api_keys::{CreateApiKey, IDEMPOTENCY_KEY_HEADER},
};

use crate::failure::Failure;

/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// The name that the caller gave the request, if any.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// The request under its name.
    pub(super) fn of(self, body: &CreateApiKey) -> Option<Retry> {
        self.0.map(|name| Retry {
            name,
            content: SecretHash::of(&serde_json::to_string(body).expect("a body that was JSON can be JSON again")),
        })
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        read(&parts.headers).map(Self).ok_or_else(|| {
            Failure::new(
                ErrorCode::BadRequest,
                "Send one Idempotency-Key of 1 to 64 printable ASCII characters between double quotes.",
            )
        })
    }
}

/// Reads the header. `None`: it is there and malformed.
#[expect(clippy::option_option, reason = "absent is good, malformed is not")]
fn read(headers: &HeaderMap) -> Option<Option<String>> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY_HEADER).iter();
    let Some(value) = values.next() else { return Some(None) };
    if values.next().is_some() {
        return None;
    }
    let name = string(value.to_str().ok()?)?;
    (1..=MAX_NAME).contains(&name.len()).then_some(Some(name))
}

/// Reads a string of Structured Fields (RFC 9651, section 4.2.5).
fn string(text: &str) -> Option<String> {
    let inner = text.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')?;
    let mut name = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => name.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            '"' => return None,
            ' '..='~' => name.push(c),
            _ => return None,
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e7_a_name_is_a_string_of_structured_fields() {
        for (text, name) in [(r#""a b""#, "a b"), (r#" "x" "#, "x"), (r#""a\"b\\""#, r#"a"b\"#)] {
            assert_eq!(string(text).as_deref(), Some(name), "{text}");
        }
        for text in [
            "a",
            "\"",
            "\"a",
            r#""a"b""#,
            r#""a\""#,
            r#""a\n""#,
            "\"\t\"",
            r#""a";b=c"#,
        ] {
            assert_eq!(string(text), None, "{text}");
        }
    }
}
