//! Commands that need a key, before any dashboard is asked.

use serde_json::json;

use super::support::Sandbox;

const URL: &str = "https://app.example.org";

#[test]
fn without_a_key_the_next_step_is_said() {
    let sandbox = Sandbox::with_context(URL);
    for args in [
        &["auth", "status"][..],
        &["auth", "whoami"],
        &["whoami"],
        &["keys", "list"],
        &["auth", "api-keys"],
        &["keys", "create", "ci", "--unscoped"],
        &["auth", "generate-api-key", "ci", "--unscoped"],
        &["keys", "revoke", "ci", "--yes"],
        &["auth", "revoke-api-key", "ci", "--yes"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{args:?} {ran:?}");
        assert!(ran.stderr.contains("Sign in with: flui auth login"), "{ran:?}");
    }
}

#[test]
fn logout_without_a_key_has_nothing_to_end() {
    let sandbox = Sandbox::with_context(URL);
    let ran = sandbox.flui(&["auth", "logout"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("holds no key: nothing to end"), "{ran:?}");
}

#[test]
fn a_key_in_the_environment_that_no_header_can_carry_is_a_usage_error() {
    let sandbox = Sandbox::with_context(URL);
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", "flui_ws_a b")], &["whoami"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("FLUI_API_KEY holds characters that no key has"),
        "{ran:?}"
    );
}

#[test]
fn nobody_to_ask_means_yes_must_be_said() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.write_fields("prod", &json!({ "apiKey": "flui_ws_AbCd" }));
    for args in [&["keys", "revoke", "ci"][..], &["auth", "revoke-api-key", "ci"]] {
        let ran = sandbox.flui(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("--yes"), "{ran:?}");
    }
}
