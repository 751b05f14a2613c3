//! Lies in HTTP answers and documents on the way: the browser's answer, token answer, userinfo, introspection.

use flui_model::ErrorCode::{
    InvalidToken, LoginNotVerified, LoginRefused, LoginStateLost, ProviderFailed, ProviderUnavailable,
};

use super::{case, good, sign_in};
use crate::{
    Case,
    case::{Expected, Way},
    scene::{INTROSPECTION, Make, TOKEN, USERINFO},
};

const FAILED: Expected = Expected::Refused(ProviderFailed, "provider_failed");
const UNAVAILABLE: Expected = Expected::Refused(ProviderUnavailable, "provider_failed");
const NO_CALL: &[&str] = &[TOKEN, USERINFO, INTROSPECTION];

/// What every endpoint's answer can be like, and how that is refused. The slow ones come first.
const TOKEN_ANSWERS: &[(&str, Expected)] = &[
    ("token-answer-drip", UNAVAILABLE),
    ("token-answer-silence", UNAVAILABLE),
    ("token-answer-broken", UNAVAILABLE),
    ("token-answer-status-429", UNAVAILABLE),
    ("token-answer-status-500", UNAVAILABLE),
    ("token-answer-status-202", FAILED),
    ("token-answer-status-404", FAILED),
    ("token-answer-redirect-301", FAILED),
    ("token-answer-redirect-302", FAILED),
    ("token-answer-redirect-303", FAILED),
    ("token-answer-redirect-307", FAILED),
    ("token-answer-redirect-308", FAILED),
    ("token-answer-html", FAILED),
    ("token-answer-cut", FAILED),
    ("token-answer-empty", FAILED),
    ("token-answer-empty-object", FAILED),
    ("token-answer-huge", FAILED),
    ("token-answer-gzip-bomb", FAILED),
    ("token-id_token-missing", FAILED),
    ("token-id_token-number", FAILED),
    ("token-access_token-missing", FAILED),
    ("token-access_token-empty", FAILED),
    ("token-token_type-missing", FAILED),
];

const USERINFO_ANSWERS: &[(&str, Expected)] = &[
    ("userinfo-answer-broken", UNAVAILABLE),
    ("userinfo-answer-status-500", UNAVAILABLE),
    ("userinfo-answer-status-404", FAILED),
    ("userinfo-answer-redirect-302", FAILED),
    ("userinfo-answer-redirect-307", FAILED),
    ("userinfo-answer-html", FAILED),
    ("userinfo-answer-plain-text", FAILED),
    ("userinfo-answer-huge", FAILED),
    ("userinfo-answer-gzip-bomb", FAILED),
];

/// Introspection is asked at the exchange of an opaque token.
const INTROSPECTION_ANSWERS: &[(&str, Expected)] = &[
    ("introspection-answer-status-500", UNAVAILABLE),
    ("introspection-answer-redirect-302", FAILED),
    ("introspection-answer-redirect-307", FAILED),
    ("introspection-answer-html", FAILED),
    ("introspection-answer-huge", FAILED),
    ("introspection-answer-gzip-bomb", FAILED),
    (
        "introspection-active-missing",
        Expected::Refused(InvalidToken, "inactive"),
    ),
    (
        "introspection-active-number",
        Expected::Refused(InvalidToken, "inactive"),
    ),
    (
        "introspection-active-another",
        Expected::Refused(InvalidToken, "inactive"),
    ),
    ("introspection-iss-another", Expected::Refused(InvalidToken, "iss")),
    (
        "introspection-client_id-another",
        Expected::Refused(InvalidToken, "client_id"),
    ),
    ("introspection-exp-missing", Expected::Refused(InvalidToken, "exp")),
    ("introspection-sub-missing", Expected::Refused(InvalidToken, "sub")),
];

pub(super) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for &(switch, expected) in TOKEN_ANSWERS {
        let case = case("C27", &[switch], Way::SignIn, expected);
        let is_slow = switch.ends_with("drip") || switch.ends_with("silence");
        // The slow ones wait for ten seconds each, beside the others.
        cases.push(if is_slow { case.own() } else { case });
    }
    for &(switch, expected) in USERINFO_ANSWERS {
        cases.push(case("C27", &["userinfo-needed", switch], Way::SignIn, expected).untouched(&[INTROSPECTION]));
    }
    for &(switch, expected) in INTROSPECTION_ANSWERS {
        let case = case("E1", &[switch], Way::Exchange, expected);
        cases.push(case.make(Make::Opaque).untouched(&[USERINFO]));
    }
    for (switch, reason) in [
        ("oidcc-client-test-userinfo-invalid-sub", "userinfo_sub"),
        ("userinfo-signed-sig-none", "algorithm"),
        ("userinfo-signed-invalid-sig", "signature"),
        ("userinfo-signed-invalid-aud", "aud"),
    ] {
        cases.push(sign_in("C23", switch, reason).untouched(&[INTROSPECTION]));
    }
    cases.extend([
        good("C23", "userinfo-needed"),
        good("C23", "userinfo-signed"),
        sign_in("C27", "token-token_type-another", "token_type"),
        sign_in("C7", "callback-iss-other", "answer_issuer").untouched(NO_CALL),
        sign_in("C7", "callback-iss-missing", "answer_issuer_missing").untouched(NO_CALL),
        good("C7", "callback-iss-unannounced").own(),
        good("C10", "pkce-ignored"),
        good("C10", "pkce-unannounced").own(),
        good("R5", "idtoken-polyglot"),
    ]);
    let before_any_call = |promise, switch, code, reason| {
        case(promise, &[switch], Way::SignIn, Expected::Refused(code, reason)).untouched(NO_CALL)
    };
    cases.extend([
        before_any_call("C2", "callback-state-missing", LoginStateLost, "state_unknown"),
        before_any_call("C2", "callback-state-another", LoginStateLost, "state_unknown"),
        before_any_call("C2", "callback-state-long", LoginStateLost, "state_unknown"),
        before_any_call("C2", "callback-code-missing", LoginRefused, "provider_error"),
        before_any_call("C2", "callback-code-empty", LoginNotVerified, "code"),
        before_any_call("C2", "callback-code-long", LoginNotVerified, "code"),
        before_any_call("C8", "callback-error", LoginRefused, "access_denied"),
        case(
            "C9",
            &["callback-code-another"],
            Way::SignIn,
            Expected::Refused(LoginNotVerified, "code"),
        ),
    ]);
    cases
}
