//! The TOML file and files with secrets.

use secrecy::ExposeSecret;

use super::{SEALING_KEYS, SECRET, keys, loaded, variables, write};
use crate::config::{DatabaseUrl, Flags, load};

#[test]
fn secrets_are_read_from_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a", "from-a-file"), ("b", "from-a-file\n"), ("c", "from-a-file\r\n")] {
        let file = write(folder.path(), name, text, 0o400);
        let config = loaded(&[
            ("FLUI_OIDC_CLIENT_SECRET", None),
            ("FLUI_OIDC_CLIENT_SECRET_FILE", file.to_str()),
        ])
        .unwrap();
        assert_eq!(config.oidc.client_secret.expose_secret(), "from-a-file");
    }
    let file = write(folder.path(), "db", "postgres://flui:canary@db/flui\n", 0o600);
    let config = loaded(&[("FLUI_DATABASE_URL_FILE", file.to_str())]).unwrap();
    assert!(matches!(config.database, DatabaseUrl::Postgres(url) if url.expose_secret().ends_with("@db/flui")));
}

#[test]
fn z3_a_secret_file_open_to_others_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o644, 0o660, 0o604, 0o620, 0o601] {
        let file = write(folder.path(), "secret", SECRET, mode);
        let file = file.to_str();
        let faults = loaded(&[
            ("FLUI_OIDC_CLIENT_SECRET", None),
            ("FLUI_OIDC_CLIENT_SECRET_FILE", file),
        ])
        .unwrap_err();
        assert_eq!(keys(&faults), ["FLUI_OIDC_CLIENT_SECRET_FILE"]);
        let message = &faults.0[0].message;
        assert!(message.contains(&format!("mode 0{mode:o}")), "{message}");
        assert!(message.contains(&format!("chmod 600 {}", file.unwrap())), "{message}");
        assert!(!message.contains(SECRET));
    }
    let file = write(folder.path(), "secret", SECRET, 0o600);
    loaded(&[
        ("FLUI_OIDC_CLIENT_SECRET", None),
        ("FLUI_OIDC_CLIENT_SECRET_FILE", file.to_str()),
    ])
    .unwrap();
}

#[test]
fn z3_a_configuration_file_with_a_secret_must_be_private_and_without_one_need_not() {
    let folder = tempfile::tempdir().unwrap();
    for (text, key) in [
        (format!("[oidc]\nclient_secret = '{SECRET}'\n"), "oidc.client_secret"),
        (
            format!("database_url = 'postgres://flui:{SECRET}@db/flui'\n"),
            "database_url",
        ),
        (
            format!("sealing_keys = ['{}']\n", SEALING_KEYS.replace(',', "', '")),
            "sealing_keys",
        ),
    ] {
        let file = write(folder.path(), "flui.toml", &text, 0o644);
        let faults = loaded(&[("FLUI_CONFIG", file.to_str())]).unwrap_err();
        assert_eq!(keys(&faults), [key]);
        assert!(faults.to_string().contains("chmod 600") && !faults.to_string().contains(SECRET));
        let file = write(folder.path(), "flui.toml", &text, 0o600);
        loaded(&[("FLUI_CONFIG", file.to_str())]).unwrap();
    }
    let file = write(folder.path(), "flui.toml", "database_url = 'sqlite:flui.db'\n", 0o644);
    loaded(&[("FLUI_CONFIG", file.to_str())]).unwrap();
}

#[test]
fn a_configuration_file_can_name_the_file_of_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let secret = write(folder.path(), "secret", "from-a-file\n", 0o600);
    let text = format!("[oidc]\nclient_secret_file = '{}'\n", secret.display());
    let file = write(folder.path(), "flui.toml", &text, 0o644);
    let changes = [("FLUI_OIDC_CLIENT_SECRET", None), ("FLUI_CONFIG", file.to_str())];
    assert_eq!(
        loaded(&changes).unwrap().oidc.client_secret.expose_secret(),
        "from-a-file"
    );
}

#[test]
fn z2_sealing_keys_are_read_from_a_file_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    // A file's name may hold what separates the values of a list.
    let path = write(folder.path(), "sealing, keys", &SEALING_KEYS.replace(',', "\n"), 0o400);
    let ids = |config: crate::config::Config| {
        config
            .sealing_keys
            .iter()
            .map(|key| key.id().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(loaded(&[("FLUI_SEALING_KEYS_FILE", path.to_str())]).unwrap()),
        ["b", "a"]
    );
    let text = format!("sealing_keys_file = '{}'\n", path.display());
    let file = write(folder.path(), "flui.toml", &text, 0o644);
    assert_eq!(ids(loaded(&[("FLUI_CONFIG", file.to_str())]).unwrap()), ["b", "a"]);
    assert!(loaded(&[]).unwrap().sealing_keys.is_empty());
}

#[test]
fn a_secret_given_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let secret = write(folder.path(), "secret", SECRET, 0o600);
    let faults = loaded(&[("FLUI_OIDC_CLIENT_SECRET_FILE", secret.to_str())]).unwrap_err();
    assert_eq!(keys(&faults), ["FLUI_OIDC_CLIENT_SECRET_FILE"]);
    assert!(faults.to_string().contains("both as a value and by a file"));
}

#[test]
fn a_weaker_source_may_name_a_secret_file_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "flui.toml",
        "[oidc]\nclient_secret_file = '/nowhere/secret'\n",
        0o600,
    );
    let config = loaded(&[("FLUI_CONFIG", file.to_str())]).unwrap();
    assert_eq!(config.oidc.client_secret.expose_secret(), SECRET);
    let faults = loaded(&[("FLUI_OIDC_CLIENT_SECRET", None), ("FLUI_CONFIG", file.to_str())]).unwrap_err();
    assert_eq!(keys(&faults), ["oidc.client_secret_file"]);
}

#[test]
fn secret_files_that_hold_no_secret_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = write(folder.path(), "empty", "\n", 0o600);
    let short = write(folder.path(), "short", "1234567\n", 0o600);
    let large = write(folder.path(), "large", &"x".repeat(2 * 1024 * 1024), 0o600);
    let missing = folder.path().join("missing");
    for (path, said) in [
        (empty.as_path(), "is empty"),
        (&short, "at least 8 characters"),
        (&large, "larger than 1 MiB"),
        (&missing, "cannot be read"),
        (folder.path(), "is not a file"),
    ] {
        let changes = [
            ("FLUI_OIDC_CLIENT_SECRET", None),
            ("FLUI_OIDC_CLIENT_SECRET_FILE", path.to_str()),
        ];
        let faults = loaded(&changes).unwrap_err();
        assert_eq!(keys(&faults), ["FLUI_OIDC_CLIENT_SECRET_FILE"]);
        assert!(faults.to_string().contains(said), "{faults}");
    }
}

#[test]
fn a_configuration_file_that_cannot_be_used_is_the_only_fault() {
    let folder = tempfile::tempdir().unwrap();
    let broken = write(
        folder.path(),
        "broken.toml",
        &format!("log = 'json'\nclient_secret = {SECRET}\n"),
        0o600,
    );
    let missing = folder.path().join("missing.toml");
    for (path, said) in [(&broken, "is not TOML: line 2: "), (&missing, "cannot be read")] {
        let faults = load(
            &Flags {
                config: Some(path.clone()),
                ..Flags::default()
            },
            std::iter::empty(),
        )
        .unwrap_err();
        assert_eq!(
            keys(&faults),
            ["--config"],
            "what the file would have held is not called missing"
        );
        assert!(faults.to_string().contains(said), "{faults}");
        assert!(!faults.to_string().contains(SECRET), "{faults}");
        let faults = load(
            &Flags::default(),
            variables(&[("FLUI_CONFIG", path.to_str())]).into_iter(),
        )
        .unwrap_err();
        assert_eq!(keys(&faults), ["FLUI_CONFIG"]);
    }
}
