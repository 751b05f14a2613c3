//! Lies in an ID token, told at the sign-in (C) and at the exchange (E2).

use super::{exchange, good, sign_in};
use crate::{Case, case::Expected, case::Way, scene::Make};

/// The promise, the switch, and why it is refused at the sign-in and at the exchange; no reason where it is not told.
type Row = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

/// Refused on both ways for one reason.
const fn both(promise: &'static str, switch: &'static str, reason: &'static str) -> Row {
    (promise, switch, Some(reason), Some(reason))
}

const ROWS: &[Row] = &[
    both("C11", "oidcc-client-test-idtoken-sig-none", "algorithm"),
    both("C12", "oidcc-client-test-invalid-sig-hs256", "algorithm"),
    both("C12", "idtoken-sig-hs256-client-secret", "algorithm"),
    both("C12", "idtoken-sig-hs256-public-key", "algorithm"),
    both("C12", "idtoken-sig-hs256-key-set", "algorithm"),
    both("C12", "idtoken-header-alg-missing", "algorithm"),
    both("C13", "oidcc-client-test-invalid-sig-es256", "signature"),
    both("C13", "idtoken-sig-stranger", "signature"),
    both("C13", "idtoken-sig-cut-off", "signature"),
    both("C13", "idtoken-claims-changed", "signature"),
    both("C14", "idtoken-alg-rs256", "key_mismatch"),
    // Another hash belongs to these algorithms, and the access token is looked at first.
    ("C14", "idtoken-alg-es384", Some("at_hash"), Some("key_mismatch")),
    ("C14", "idtoken-alg-eddsa", Some("at_hash"), Some("key_mismatch")),
    both("C15", "idtoken-sig-embedded-key", "signature"),
    both("C15", "idtoken-crit-unknown", "critical_header"),
    // At the exchange this is an access token, and those are welcome there.
    ("C16", "idtoken-typ-at-jwt", Some("typ"), None),
    both("C16", "idtoken-typ-logout-jwt", "typ"),
    both("C16", "idtoken-typ-secevent-jwt", "typ"),
    both("C16", "idtoken-header-typ-number", "malformed"),
    both("C16", "idtoken-events", "events"),
    both("C17", "oidcc-client-test-invalid-iss", "iss"),
    both("C17", "idtoken-iss-slash", "iss"),
    both("C17", "idtoken-iss-path", "iss"),
    both("C17", "idtoken-iss-scheme", "iss"),
    both("C17", "idtoken-iss-case", "iss"),
    both("C17", "idtoken-iss-missing", "iss"),
    both("C17", "idtoken-iss-list", "iss"),
    both("C18", "oidcc-client-test-missing-aud", "aud"),
    both("C18", "oidcc-client-test-invalid-aud", "aud"),
    both("C18", "idtoken-aud-others", "aud"),
    both("C18", "idtoken-aud-list", "aud"),
    both("C18", "idtoken-aud-number", "aud"),
    // At the exchange this is a token for several resources that was handed to the command line.
    ("C18", "idtoken-aud-stranger", Some("aud"), None),
    ("C18", "idtoken-aud-several-no-azp", Some("aud"), Some("client_id")),
    ("C18", "idtoken-azp-other", Some("azp"), Some("client_id")),
    ("C19", "oidcc-client-test-nonce-invalid", Some("nonce"), None),
    ("C19", "idtoken-nonce-missing", Some("nonce"), None),
    ("C19", "idtoken-nonce-empty", Some("nonce"), None),
    ("C19", "idtoken-nonce-number", Some("nonce"), None),
    both("C20", "oidcc-client-test-missing-iat", "iat"),
    both("C20", "idtoken-iat-ahead", "iat"),
    ("C20", "idtoken-iat-old", Some("iat"), None),
    both("C20", "idtoken-exp-missing", "exp"),
    both("C20", "idtoken-exp-past", "exp"),
    both("C20", "idtoken-exp-text", "exp"),
    both("C20", "idtoken-exp-negative", "exp"),
    both("C20", "idtoken-exp-beyond", "exp"),
    both("C20", "idtoken-nbf-ahead", "nbf"),
    both("C21", "oidcc-client-test-missing-sub", "sub"),
    both("C21", "idtoken-sub-empty", "sub"),
    both("C21", "idtoken-sub-number", "sub"),
    both("C21", "idtoken-sub-long", "sub"),
    ("C22", "oidcc-client-test-invalid-athash", Some("at_hash"), None),
    both("C28", "idtoken-kid-unknown", "key_unknown"),
    ("E4", "idtoken-sub-is-client", None, Some("no_person")),
    ("E13", "idtoken-cnf", None, Some("cnf")),
];

pub(super) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for &(promise, switch, at_sign_in, at_exchange) in ROWS {
        cases.extend(at_sign_in.map(|reason| sign_in(promise, switch, reason)));
        let told_again = if promise.starts_with('C') { "E2" } else { promise };
        cases.extend(at_exchange.map(|reason| exchange(told_again, switch, reason)));
    }
    for (promise, switch) in [
        ("C20", "idtoken-iat-slightly-ahead"),
        ("C20", "idtoken-exp-within-leeway"),
        ("C22", "oidcc-client-test-missing-athash"),
        ("C28", "oidcc-client-test-kid-absent-single-jwks"),
    ] {
        cases.push(good(promise, switch));
        cases.push(super::case("E2", &[switch], Way::Exchange, Expected::Good));
    }
    cases.push(super::case("E2", &["idtoken-iat-old"], Way::Exchange, Expected::Good));
    // A key of RSA, which takes a while to make.
    cases.push(sign_in("C13", "oidcc-client-test-invalid-sig-rs256", "signature").make(Make::Rs256));
    cases.push(sign_in("C14", "idtoken-alg-es256", "key_mismatch").make(Make::Rs256));
    cases
}
