//! What may be shown.

use super::{MINIMUM, SECRET, keys, loaded, variables, write};
use crate::config::{Flags, KEYS, environment, load};

#[test]
fn the_redacted_result_names_every_key_and_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "flui.toml",
        "[roles]\nadmin = ['Domain Admins', 'owner']\n",
        0o644,
    );
    let secret = write(folder.path(), "secret", SECRET, 0o600);
    let flags = Flags {
        listen: Some("[::1]:3000".to_owned()),
        config: Some(file.clone()),
        ..Flags::default()
    };
    let environment = variables(&[
        ("FLUI_OIDC_CLIENT_SECRET", None),
        ("FLUI_OIDC_CLIENT_SECRET_FILE", secret.to_str()),
        ("FLUI_DATABASE_URL", Some("postgres://flui:canary@db/flui")),
        ("FLUI_SITE_DIR", Some("site")),
        ("FLUI_LOG", Some("json")),
    ]);
    let config = load(&flags, environment.into_iter()).unwrap();
    let expected = format!(
        r#"public_url = "https://app.example.org" # environment FLUI_PUBLIC_URL
listen = "[::1]:3000" # flag --listen
# metrics_listen is not set
state_dir = "state" # default
site_dir = "site" # environment FLUI_SITE_DIR
database_url = "<redacted>" # environment FLUI_DATABASE_URL
# sealing_keys is not set
# account_url is not set
# trusted_proxies is not set
fresh_sign_in = "15m" # default
# outbound_allow_private is not set
log = "json" # environment FLUI_LOG

[oidc]
issuer = "https://id.example.org/realms/flui" # environment FLUI_OIDC_ISSUER
client_id = "dashboard" # environment FLUI_OIDC_CLIENT_ID
client_secret = "<redacted>" # environment FLUI_OIDC_CLIENT_SECRET_FILE
cli_client_id = "cli" # environment FLUI_OIDC_CLI_CLIENT_ID
scopes = ["openid", "profile", "email"] # default
# audiences is not set
# ca_file is not set
# registration_token is not set

[roles]
claim = "groups" # default
admin = ["Domain Admins", "owner"] # file {}
# readonly is not set

[session]
idle = "30m" # default
absolute = "12h" # default

[keys]
max_age = "365d" # default
workstation_age = "90d" # default

[webhook]
# url is not set
# secret is not set
"#,
        file.display()
    );
    assert_eq!(config.redacted(), expected);
}

#[test]
fn the_redacted_result_is_itself_a_configuration() {
    let first = loaded(&[("FLUI_LOG", Some("json")), ("FLUI_ADMIN_ROLES", Some("a \"b\" #c"))]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "flui.toml", &first.redacted(), 0o600);
    let second = load(
        &Flags {
            config: Some(file),
            ..Flags::default()
        },
        std::iter::empty(),
    )
    .unwrap();
    assert_eq!(second.roles.admin, first.roles.admin);
    let values = |text: String| {
        text.lines()
            .map(|line| line.split(" # ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(second.redacted()), values(first.redacted()));
}

#[test]
fn an_sqlite_path_is_shown() {
    let config = loaded(&[]).unwrap();
    assert!(
        config
            .redacted()
            .contains("database_url = \"sqlite:flui.db\" # default")
    );
}

#[test]
fn secrets_are_in_neither_debug_nor_the_redacted_result() {
    let config = loaded(&[
        ("FLUI_DATABASE_URL", Some("postgres://flui:canary-of-db@db/flui")),
        ("FLUI_WEBHOOK_URL", Some("https://hooks.example.org")),
        ("FLUI_WEBHOOK_SECRET", Some("canary-of-the-webhook-0123456789")),
        ("FLUI_SEALING_KEYS", Some(super::SEALING_KEYS)),
        ("FLUI_OIDC_REGISTRATION_TOKEN", Some("canary-of-registration")),
    ])
    .unwrap();
    assert!(config.webhook.is_some());
    assert!(
        config
            .redacted()
            .contains("sealing_keys = [\"<redacted>\", \"<redacted>\"] # environment FLUI_SEALING_KEYS")
    );
    for text in [format!("{config:?}"), format!("{config:#?}"), config.redacted()] {
        assert!(text.contains("dashboard"), "the rest is there");
        assert!(
            !text.contains(SECRET) && !text.contains("canary") && !text.contains("AQIDBAUG"),
            "{text}"
        );
    }
}

#[test]
fn g1_secrets_are_in_no_fault() {
    for (name, secret) in [
        ("FLUI_OIDC_CLIENT_SECRET", "canary\n"),
        ("FLUI_OIDC_CLIENT_SECRET", " canary-canary"),
        ("FLUI_OIDC_CLIENT_SECRET", "canary"),
        ("FLUI_OIDC_CLIENT_SECERT", "canary"),
        ("FLUI_DATABASE_URL", "canary"),
        ("FLUI_SEALING_KEYS", "canary"),
        ("FLUI_SEALING_KEYS", "a:canary"),
        ("FLUI_DATABASE_URL", "postgres://flui:canary@db:port/flui"),
        ("FLUI_DATABASE_URL", "mysql://flui:canary@db/flui"),
        ("FLUI_PUBLIC_URL", "https://me:canary@app.example.org"),
        ("FLUI_PUBLIC_URL", "https://me:canary@app.example.org:port"),
        ("FLUI_OIDC_ISSUER", "http://me:canary@id.example.org?canary"),
        ("FLUI_ACCOUNT_URL", "canary://canary"),
        ("FLUI_WEBHOOK_URL", "https://me:canary@hooks.example.org"),
        ("FLUI_WEBHOOK_SECRET", "canary"),
        ("FLUI_WEBHOOK_SECRET", "whsec_canary/canary/canary/canary/c"),
    ] {
        let faults = loaded(&[(name, Some(secret))]).unwrap_err();
        assert_eq!(keys(&faults), [name]);
        assert!(!faults.to_string().contains("canary"), "{faults}");
        assert!(!format!("{faults:?}").contains("canary"));
    }
}

#[test]
fn a_fault_holds_no_raw_control_characters_and_stays_short() {
    let long = "9".repeat(5000);
    for (name, value) in [
        ("FLUI_LISTEN", &*long),
        ("FLUI_LISTEN", "\u{1b}[31m"),
        ("FLUI_\u{1b}[31m", "a"),
    ] {
        let text = loaded(&[(name, Some(value))]).unwrap_err().to_string();
        assert!(!text.contains('\u{1b}') && text.len() < 200, "{text}");
    }
}

#[test]
fn the_environment_of_this_process_can_be_read() {
    let name = "CARGO_MANIFEST_DIR";
    assert_eq!(
        environment().find(|(found, _)| found == name).unwrap().1,
        std::env::var(name).unwrap()
    );
}

#[test]
fn the_minimum_covers_what_the_table_requires() {
    let required = KEYS
        .iter()
        .filter(|key| matches!(key.fallback, crate::config::Fallback::Required));
    assert!(required.map(|key| key.env).eq(MINIMUM.map(|(name, _)| name)));
}
