use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::json;

use super::support::Sandbox;

const URL: &str = "https://app.example.org";
const KEY: &str = "flui_ws_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlM";

#[test]
fn settings_are_set_read_listed_and_removed() {
    let sandbox = Sandbox::with_context(URL);
    assert_eq!(sandbox.flui(&["config", "set", "keyName", " laptop "]).code, 0);
    assert_eq!(sandbox.flui(&["config", "get", "keyName"]).stdout, "laptop\n");
    let listed = sandbox.flui(&["config", "list", "--output", "json"]).json();
    let values: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["key"].as_str().unwrap(), item["value"].as_str()))
        .collect();
    assert_eq!(
        values,
        [("apiUrl", Some(URL)), ("keyName", Some("laptop")), ("output", None)]
    );
    assert_eq!(sandbox.flui(&["config", "remove", "keyName"]).code, 0);
    let gone = sandbox.flui(&["config", "get", "keyName"]);
    assert_eq!(gone.code, 5);
    assert!(gone.stderr.contains("keyName is not set in context prod."), "{gone:?}");
}

#[test]
fn the_output_setting_holds_until_a_flag_says_otherwise() {
    let sandbox = Sandbox::with_context(URL);
    assert_eq!(sandbox.flui(&["config", "set", "output", "json"]).code, 0);
    let json = sandbox.flui(&["config", "get", "apiUrl"]).json();
    assert_eq!(json, json!({ "key": "apiUrl", "value": URL }));
    let text = sandbox.flui(&["config", "get", "apiUrl", "--output", "text"]).stdout;
    assert_eq!(text, "https://app.example.org\n");
}

#[test]
fn values_and_settings_that_do_not_exist_are_usage_errors() {
    let sandbox = Sandbox::with_context(URL);
    let before = sandbox.config("prod");
    for args in [
        &["config", "set", "apiUrl", "http://app.example.org"][..],
        &["config", "set", "apiUrl", "nonsense"],
        &["config", "set", "output", "yaml"],
        &["config", "set", "keyName", "a\u{202e}b"],
        &["config", "set", "apiKey", KEY],
        &["config", "get", "apiKey"],
        &["config", "remove", "apiUrl"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!(ran.code, 2, "{args:?} {ran:?}");
    }
    assert_eq!(sandbox.config("prod"), before);
}

#[test]
fn unknown_fields_are_kept_and_never_shown() {
    let sandbox = Sandbox::with_context(URL);
    let foreign = json!({ "kubeconfig": { "token": "hunter2", "list": [1, null, true] } });
    sandbox.write_fields("prod", &foreign);
    assert_eq!(sandbox.flui(&["config", "set", "output", "text"]).code, 0);
    assert_eq!(sandbox.config("prod")["kubeconfig"], foreign["kubeconfig"]);
    for args in [&["config", "show"][..], &["config", "show", "--output", "json"]] {
        let ran = sandbox.flui(args);
        assert!(
            ran.stdout.contains("kubeconfig") && !ran.stdout.contains("hunter2"),
            "{ran:?}"
        );
    }
}

#[test]
fn z1_the_key_is_shown_by_its_beginning_only() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.write_fields("prod", &json!({ "apiKey": KEY }));
    for args in [
        &["config", "show"][..],
        &["config", "show", "--output", "json"],
        &["context", "show"],
        &["context", "list", "--output", "json"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(
            !ran.stdout.contains(&KEY[..16]) && !ran.stderr.contains(&KEY[..16]),
            "{ran:?}"
        );
    }
    assert!(sandbox.flui(&["config", "show"]).stdout.contains("flui_ws_AbCd…"));
}

#[test]
fn a_key_is_not_taken_to_another_address() {
    let sandbox = Sandbox::with_context(URL);
    let elsewhere = ["config", "set", "apiUrl", "https://evil.example"];
    sandbox.write_fields("prod", &json!({ "apiKey": KEY }));
    let ran = sandbox.flui(&elsewhere);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("holds a key of its present address"), "{ran:?}");
    assert_eq!(sandbox.config("prod")["apiUrl"], URL);
    assert_eq!(
        sandbox
            .flui(&["config", "set", "apiUrl", "https://app.example.org/"])
            .code,
        0
    );

    let keyless = Sandbox::with_context(URL);
    assert_eq!(keyless.flui(&elsewhere).code, 0);
}

#[test]
fn a_file_that_is_no_json_object_is_left_alone_and_never_quoted() {
    let sandbox = Sandbox::with_context(URL);
    for text in [
        "",
        "[]",
        "{\"apiKey\": \"flui_ws_secret\"",
        "{\"apiKey\": flui_ws_secret}",
    ] {
        fs::write(sandbox.config_file("prod"), text).unwrap();
        for args in [
            &["config", "show"][..],
            &["config", "set", "output", "json"],
            &["whoami"],
        ] {
            let ran = sandbox.flui(args);
            assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
            assert!(ran.stderr.contains("is not a JSON object (line "), "{ran:?}");
            assert!(!ran.stderr.contains("secret"), "{ran:?}");
        }
        assert_eq!(fs::read_to_string(sandbox.config_file("prod")).unwrap(), text);
    }
}

#[test]
fn a_field_of_another_type_is_named() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.write_fields("prod", &json!({ "keyName": 7 }));
    let ran = sandbox.flui(&["config", "show"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the field keyName is not a text"), "{ran:?}");
}

#[test]
fn a_key_that_others_may_read_is_warned_about_and_closed_at_the_next_write() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.write_fields("prod", &json!({ "apiKey": KEY }));
    let path = sandbox.config_file("prod");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = sandbox.flui(&["config", "set", "output", "text", "--quiet"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("others may read it: chmod 600"), "{ran:?}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(sandbox.flui(&["config", "set", "output", "text", "--quiet"]).stderr, "");
}

#[test]
fn a_write_that_cannot_be_done_loses_nothing() {
    let sandbox = Sandbox::with_context(URL);
    let home = sandbox.home();
    // A file where a folder is needed stops everybody, root too.
    fs::write(home.join("profiles/b"), "").unwrap();
    let ran = sandbox.flui(&["context", "create", "b", "--api-url", URL]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("Cannot write"), "{ran:?}");
    assert_eq!(sandbox.config("prod"), json!({ "apiUrl": URL }));
    assert_eq!(fs::read_to_string(home.join("context")).unwrap(), "prod\n");
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let sandbox = Sandbox::new();
    let failing = ["config", "show"];
    assert!(!sandbox.flui(&failing).stderr.contains('\u{1b}'));
    assert!(
        sandbox
            .flui(&["config", "show", "--color", "always"])
            .stderr
            .contains('\u{1b}')
    );
    let no_color = [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
    assert!(!sandbox.flui_with(&no_color, &failing).stderr.contains('\u{1b}'));
}
