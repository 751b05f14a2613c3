//! Lies in the documents that an installation keeps: discovery and key set. Each needs an installation that has not seen
//! the truth before.

use flui_model::ErrorCode::{LoginNotVerified, ProviderFailed, ProviderUnavailable};

use super::case;
use crate::{
    Case,
    case::{Expected, Way},
};

const FAILED: Expected = Expected::NotBegun(ProviderFailed);
const UNAVAILABLE: Expected = Expected::NotBegun(ProviderUnavailable);

const DISCOVERY: &[(&str, &str, Expected)] = &[
    ("C27", "discovery-answer-drip", UNAVAILABLE),
    ("C27", "discovery-answer-broken", UNAVAILABLE),
    ("C27", "discovery-answer-status-500", UNAVAILABLE),
    ("C27", "discovery-answer-status-404", FAILED),
    ("C27", "discovery-answer-redirect-302", FAILED),
    ("C27", "discovery-answer-redirect-307", FAILED),
    ("C27", "discovery-answer-html", FAILED),
    ("C27", "discovery-answer-huge", FAILED),
    ("C27", "discovery-answer-gzip-bomb", FAILED),
    ("C26", "oidcc-client-test-discovery-issuer-mismatch", FAILED),
    ("C26", "discovery-issuer-slash", FAILED),
    ("C26", "discovery-issuer-missing", FAILED),
    ("C27", "discovery-token-endpoint-http", FAILED),
    ("C27", "discovery-jwks-uri-http", FAILED),
    ("C27", "discovery-token_endpoint-missing", FAILED),
    ("C27", "discovery-jwks_uri-missing", FAILED),
    ("C27", "discovery-authorization_endpoint-another", FAILED),
];

const KEY_SETS: &[(&str, &str, bool)] = &[
    ("C27", "jwks-answer-silence", false),
    ("C27", "jwks-answer-status-500", false),
    ("C27", "jwks-answer-redirect-302", true),
    ("C27", "jwks-answer-redirect-307", true),
    ("C27", "jwks-answer-html", true),
    ("C27", "jwks-answer-huge", true),
    ("C27", "jwks-answer-gzip-bomb", true),
    ("C30", "jwks-keys-missing", true),
    ("C30", "jwks-keys-list", true),
    ("C30", "jwks-oct", true),
    ("C30", "jwks-private", true),
    ("C30", "jwk-kty-another", true),
];

pub(super) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for &(promise, switch, expected) in DISCOVERY {
        cases.push(case(promise, &[switch], Way::SignIn, expected).own());
    }
    for &(promise, switch, answered) in KEY_SETS {
        let code = if answered { ProviderFailed } else { ProviderUnavailable };
        let expected = Expected::Refused(code, "provider_failed");
        cases.push(case(promise, &[switch], Way::SignIn, expected).own());
    }
    let announced = Expected::Refused(LoginNotVerified, "algorithm");
    cases.push(case("C12", &["idtoken-sig-hs256-announced"], Way::SignIn, announced).own());
    cases
}
