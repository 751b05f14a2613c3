use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::json;

use super::support::Sandbox;

const URL: &str = "https://app.example.org";

#[test]
fn the_first_context_becomes_the_active_one_and_its_files_are_private() {
    let sandbox = Sandbox::new();
    let ran = sandbox.flui(&["context", "create", "prod", "--api-url", "https://app.example.org/"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(
        ran.stderr
            .contains("The context prod is created and is the active one."),
        "{ran:?}"
    );
    assert_eq!(sandbox.config("prod"), json!({ "apiUrl": URL }));
    assert_eq!(fs::read_to_string(sandbox.home().join("context")).unwrap(), "prod\n");
    let mode = |path: std::path::PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(sandbox.config_file("prod")), 0o600);
    assert_eq!(mode(sandbox.home().join("profiles/prod")), 0o700);
    assert_eq!(mode(sandbox.home()), 0o700);
    let names: Vec<_> = fs::read_dir(sandbox.home().join("profiles/prod")).unwrap().collect();
    assert_eq!(names.len(), 1, "no temporary file stays behind");
}

#[test]
fn a_second_context_is_active_only_when_asked_for() {
    let sandbox = Sandbox::with_context(URL);
    assert_eq!(sandbox.flui(&["context", "create", "b", "--api-url", URL]).code, 0);
    let listed = sandbox.flui(&["context", "list", "--output", "json"]).json();
    assert_eq!(
        listed["items"],
        json!([
            { "name": "b", "apiUrl": URL, "active": false, "hasKey": false },
            { "name": "prod", "apiUrl": URL, "active": true, "hasKey": false },
        ])
    );
    assert_eq!(
        sandbox
            .flui(&["context", "create", "c", "--api-url", URL, "--switch"])
            .code,
        0
    );
    assert!(sandbox.flui(&["context", "show"]).stdout.contains("c\n"));
    let table = sandbox.flui(&["context", "list"]).stdout;
    assert!(
        table.lines().any(|line| line.starts_with('*') && line.contains(" c ")),
        "{table}"
    );
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let sandbox = Sandbox::with_context(URL);
    let ran = sandbox.flui(&["context", "create", "PROD", "--api-url", URL]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("There is a context prod already."), "{ran:?}");
    assert_eq!(sandbox.flui(&["context", "use", "PROD"]).code, 0);
    assert_eq!(fs::read_to_string(sandbox.home().join("context")).unwrap(), "prod\n");
}

#[test]
fn names_that_are_no_names_and_addresses_that_are_unsafe_are_usage_errors() {
    let sandbox = Sandbox::new();
    for (name, url) in [
        ("../x", URL),
        ("a b", URL),
        ("", URL),
        ("a", "http://app.example.org"),
        ("a", "app.example.org"),
        ("a", "ftp://app.example.org"),
    ] {
        let ran = sandbox.flui(&["context", "create", name, "--api-url", url]);
        assert_eq!(ran.code, 2, "{name} {url} {ran:?}");
    }
    assert!(!sandbox.home().exists(), "nothing was written");
    assert_eq!(
        sandbox
            .flui(&["context", "create", "a", "--api-url", "http://localhost:1"])
            .code,
        0
    );
}

#[test]
fn what_selects_a_context_goes_flag_then_environment_then_active() {
    let sandbox = Sandbox::with_context(URL);
    for name in ["b", "c"] {
        sandbox.flui(&[
            "context",
            "create",
            name,
            "--api-url",
            &format!("https://{name}.example"),
        ]);
    }
    let get = ["config", "get", "apiUrl"];
    assert_eq!(sandbox.flui(&get).stdout, "https://app.example.org\n");
    let profile = [("FLUI_PROFILE", "b")];
    assert_eq!(sandbox.flui_with(&profile, &get).stdout, "https://b.example\n");
    let flag = ["config", "get", "apiUrl", "--context", "c"];
    assert_eq!(sandbox.flui_with(&profile, &flag).stdout, "https://c.example\n");
    let empty = [("FLUI_PROFILE", "")];
    assert_eq!(sandbox.flui_with(&empty, &get).stdout, "https://app.example.org\n");
}

#[test]
fn a_context_that_is_not_there_is_not_found() {
    let sandbox = Sandbox::with_context(URL);
    for args in [
        &["context", "use", "x"][..],
        &["context", "show", "x"],
        &["context", "delete", "x"],
        &["config", "show", "--context", "x"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!(ran.code, 5, "{ran:?}");
        assert!(ran.stderr.contains("There is no context x."), "{ran:?}");
    }
    assert_eq!(sandbox.flui_with(&[("FLUI_PROFILE", "x")], &["config", "show"]).code, 5);
    assert_eq!(
        sandbox.flui_with(&[("FLUI_PROFILE", "a/b")], &["config", "show"]).code,
        2
    );
}

#[test]
fn without_any_context_the_next_step_is_said() {
    let sandbox = Sandbox::new();
    for args in [
        &["auth", "login"][..],
        &["whoami"],
        &["config", "show"],
        &["keys", "list"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains("There is no context yet."), "{ran:?}");
        assert!(
            ran.stderr.contains("flui context create NAME --api-url https://"),
            "{ran:?}"
        );
    }
    let listed = sandbox.flui(&["context", "list", "--output", "json"]);
    assert_eq!((listed.code, listed.json()), (0, json!({ "items": [] })));
}

#[test]
fn the_active_context_and_a_key_are_not_deleted_without_force() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.flui(&["context", "create", "b", "--api-url", URL]);
    sandbox.write_fields(
        "b",
        &json!({
            "apiKey": "flui_ws_AbCdEfGhIjKlMnOpQrStUvWxYz",
            "keyId": "01890a5d-ac96-774b-bcce-b302099a8057",
            "keyName": "laptop",
            "keyExpiresAt": "2027-02-22T00:00:00Z",
        }),
    );
    fs::set_permissions(sandbox.config_file("b"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(sandbox.flui(&["context", "delete", "prod"]).code, 1);
    let keyed = sandbox.flui(&["context", "delete", "b"]);
    assert_eq!(keyed.code, 1);
    assert!(sandbox.config_file("prod").exists() && sandbox.config_file("b").exists());

    let forced = sandbox.flui(&["context", "delete", "b", "--force"]);
    assert_eq!(forced.code, 0);
    assert!(
        forced.stderr.contains(
            "its key \"laptop\" (flui_ws_AbCd…), id 01890a5d-ac96-774b-bcce-b302099a8057, \
             until 2027-02-22 is still live"
        ),
        "{forced:?}"
    );
    assert_eq!(sandbox.flui(&["context", "delete", "prod", "--force"]).code, 0);
    assert!(!sandbox.home().join("context").exists());
    assert_eq!(sandbox.flui(&["config", "show"]).code, 2);
}

#[test]
fn an_inactive_context_without_a_key_is_deleted_at_once() {
    let sandbox = Sandbox::with_context(URL);
    sandbox.flui(&["context", "create", "b", "--api-url", URL]);
    assert_eq!(sandbox.flui(&["context", "delete", "b"]).code, 0);
    assert!(!sandbox.home().join("profiles/b").exists());
}

#[test]
fn a_broken_active_file_is_told() {
    let sandbox = Sandbox::with_context(URL);
    fs::write(sandbox.home().join("context"), "../../etc\n").unwrap();
    let ran = sandbox.flui(&["config", "show"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("holds no context's name"), "{ran:?}");
    assert_eq!(sandbox.flui(&["context", "use", "prod"]).code, 0);
    assert_eq!(sandbox.flui(&["config", "show"]).code, 0);
}
