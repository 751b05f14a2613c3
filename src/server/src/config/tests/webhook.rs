//! The webhook's address and secret, which stand or fall together.

use super::{keys, loaded, with};
use crate::config::{Config, Faults};

const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Loads a webhook with this address, this secret, and these networks allowed.
fn webhook(url: &str, secret: &str, allowed: Option<&str>) -> Result<Config, Faults> {
    loaded(&[
        ("FLUI_WEBHOOK_URL", Some(url)),
        ("FLUI_WEBHOOK_SECRET", Some(secret)),
        ("FLUI_OUTBOUND_ALLOW_PRIVATE", allowed),
    ])
}

#[test]
fn g1_a_webhook_that_cannot_be_called_is_refused_and_its_twin_is_taken() {
    for (bad, said, good, allowed) in [
        (
            "hooks.example.org",
            "must begin with https://",
            "https://hooks.example.org",
            None,
        ),
        (
            "https://me:word@hooks.example.org",
            "user name",
            "https://hooks.example.org/a?b=c",
            None,
        ),
        (
            "https://hooks.example.org/#a",
            "no fragment",
            "https://hooks.example.org/",
            None,
        ),
        (
            "http://hooks.example.org",
            "must be https",
            "https://hooks.example.org",
            None,
        ),
        (
            "https://127.0.0.1/",
            "is not a public address",
            "https://1.1.1.1/",
            None,
        ),
        ("http://1.1.1.1/", "plain http", "https://1.1.1.1/", None),
        (
            "http://10.2.0.1/",
            "is not a public address",
            "http://10.1.0.1/",
            Some("10.1.0.0/16"),
        ),
        (
            "http://[::1]/",
            "is not a public address",
            "http://hooks.internal/",
            Some("10.1.0.0/16"),
        ),
    ] {
        let faults = webhook(bad, WEBHOOK_SECRET, allowed).expect_err(bad);
        assert_eq!(keys(&faults), ["FLUI_WEBHOOK_URL"], "{bad}: {faults}");
        assert!(faults.0[0].message.contains(said), "{bad}: {faults}");
        webhook(good, WEBHOOK_SECRET, allowed).expect(good);
    }
}

#[test]
fn g1_a_webhook_needs_a_long_secret() {
    let url = "https://hooks.example.org";
    for (bad, good) in [
        ("0123456789abcdef0123456789abcde", WEBHOOK_SECRET),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAA",
        ),
    ] {
        let faults = webhook(url, bad, None).expect_err(bad);
        assert_eq!(keys(&faults), ["FLUI_WEBHOOK_SECRET"], "{bad}");
        assert!(!faults.to_string().contains(bad));
        webhook(url, good, None).expect(good);
    }
    assert_eq!(keys(&with("FLUI_WEBHOOK_URL", url).unwrap_err()), ["FLUI_WEBHOOK_URL"]);
    assert_eq!(
        keys(&with("FLUI_WEBHOOK_SECRET", WEBHOOK_SECRET).unwrap_err()),
        ["FLUI_WEBHOOK_SECRET"]
    );
}
