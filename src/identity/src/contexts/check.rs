use flui_model::FieldError;
use url::{Host, Url};

/// The longest address that is kept.
const MAX_ADDRESS: usize = 2_000;

/// Checks the name of a context: 1 to 64 letters, digits, `-` and `_`. `new` is the address of the form for a new one.
pub fn check_context_name(name: &str) -> Result<(), FieldError> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=64).contains(&name.len()) || !name.chars().all(good) {
        Err(FieldError::new("name", "Use 1 to 64 letters, digits, - and _."))
    } else if name.eq_ignore_ascii_case("new") {
        Err(FieldError::new(
            "name",
            "“new” is an address of its own here. Choose another name.",
        ))
    } else {
        Ok(())
    }
}

/// Checks where the API of an installation answers. Keys are sent there, so nobody on the way may read along: https, or
/// http on this very machine.
pub(super) fn api_url(text: &str) -> Result<String, FieldError> {
    let url = address("apiUrl", text)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Checks the address of a provider. It is kept byte for byte, as issuers are compared
/// (OpenID Connect Discovery 1.0, section 4.3).
pub(super) fn issuer(text: &str) -> Result<String, FieldError> {
    address("issuer", text)?;
    Ok(text.trim().to_owned())
}

fn address(field: &str, text: &str) -> Result<Url, FieldError> {
    let text = text.trim();
    let fault = |message: &str| Err(FieldError::new(field, message));
    if text.is_empty() {
        return fault("Enter an address like https://app.example.org.");
    }
    if text.len() > MAX_ADDRESS {
        return fault("An address has at most 2000 characters.");
    }
    let Ok(url) = Url::parse(text) else {
        return fault("Write the address like https://app.example.org.");
    };
    if !is_confidential(&url) {
        return fault("The address begins with https://. Only this very machine (localhost) may have http://.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fault("The address must not hold a user name or password: everybody here can read it.");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return fault("The address must not hold ? or #.");
    }
    Ok(url)
}

fn is_confidential(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_dash_and_underscore() {
        for good in ["a", "Prod-1_x", "newer", &"x".repeat(64)] {
            assert!(check_context_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a/b", "..", "ä", "new", "NEW", "a\u{202e}b", &"x".repeat(65)] {
            assert!(check_context_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_https_or_loopback() {
        assert_eq!(
            api_url(" https://App.example.org/ ").as_deref(),
            Ok("https://app.example.org")
        );
        assert_eq!(api_url("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        assert_eq!(
            issuer("https://id.example.org/").as_deref(),
            Ok("https://id.example.org/")
        );
        for bad in [
            "",
            "app.example.org",
            "http://app.example.org",
            "http://10.0.0.1",
            "ftp://localhost",
            "javascript:alert(1)",
            "https://ada:secret@app.example.org",
            "https://app.example.org/?key=1",
            "https://app.example.org/#x",
        ] {
            assert!(api_url(bad).is_err() && issuer(bad).is_err(), "{bad}");
        }
        assert!(api_url(&format!("https://app.example.org/{}", "a".repeat(2_000))).is_err());
    }
}
