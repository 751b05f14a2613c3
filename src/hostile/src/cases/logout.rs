//! Lies in a logout token (L).

use flui_model::ErrorCode::InvalidLogoutToken;

use super::case;
use crate::{
    Case,
    case::{Expected, Way},
    scene::{INTROSPECTION, KEY_SET, TOKEN, USERINFO},
};

const ROWS: &[(&str, &str, &str)] = &[
    (
        "L4",
        "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        "algorithm",
    ),
    (
        "L4",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        "algorithm",
    ),
    ("L4", "logout-sig-changed", "signature"),
    ("L4", "logout-sig-stranger", "signature"),
    ("L4", "logout-sig-embedded-key", "signature"),
    ("L5", "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss", "iss"),
    ("L5", "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud", "aud"),
    ("L5", "logout-iss-missing", "iss"),
    ("L5", "logout-aud-missing", "aud"),
    ("L5", "logout-aud-list", "aud"),
    ("L6", "oidcc-client-test-rp-backchannel-rpinitlogout-no-event", "events"),
    (
        "L6",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        "events",
    ),
    ("L6", "logout-event-text", "events"),
    ("L6", "logout-events-list", "events"),
    ("L6", "logout-events-null", "events"),
    (
        "L7",
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        "nonce",
    ),
    ("L8", "logout-iat-missing", "iat"),
    ("L8", "logout-iat-old", "iat"),
    ("L8", "logout-iat-ahead", "iat"),
    ("L8", "logout-exp-missing", "exp"),
    ("L8", "logout-exp-past", "exp"),
    ("L9", "logout-nobody", "sub_and_sid"),
    ("L9", "logout-sub-empty", "sub"),
    ("L9", "logout-sid-number", "sid"),
    ("L10", "logout-typ-jwt", "typ"),
    ("L10", "logout-typ-at-jwt", "typ"),
    ("L11", "logout-jti-missing", "jti"),
];

pub(super) fn all() -> Vec<Case> {
    let refused = |reason| Expected::Refused(InvalidLogoutToken, reason);
    let mut cases: Vec<Case> = ROWS
        .iter()
        .map(|&(promise, switch, reason)| {
            case(promise, &[switch], Way::Logout, refused(reason)).untouched(&[TOKEN, KEY_SET, USERINFO, INTROSPECTION])
        })
        .collect();
    cases.push(case("L4", &["logout-kid-unknown"], Way::Logout, refused("key_unknown")));
    cases.push(case("L10", &["logout-header-typ-missing"], Way::Logout, Expected::Good));
    cases
}
