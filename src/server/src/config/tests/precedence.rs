//! Which source wins.

use std::{path::Path, time::Duration};

use clap::Parser;
use secrecy::ExposeSecret;

use super::{SECRET, from_file, loaded, variables, with, write};
use crate::config::{DatabaseUrl, Flags, LogFormat, load};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    flags: Flags,
}

fn flags(line: &[&str]) -> Flags {
    Line::try_parse_from([&["flui-dashboard"], line].concat())
        .unwrap()
        .flags
}

#[test]
fn defaults_are_those_of_the_contract() {
    let config = loaded(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.metrics_listen, None);
    let here = std::env::current_dir().unwrap();
    assert_eq!(config.state_dir, here.join("state"));
    assert!(config.site_dir.is_absolute() && config.site_dir.ends_with("site"));
    assert!(matches!(config.database, DatabaseUrl::Sqlite(file) if file == here.join("state/flui.db")));
    assert_eq!(config.oidc.scopes, ["openid", "profile", "email"]);
    assert!(config.oidc.audiences.is_empty() && config.oidc.ca_file.is_none());
    assert_eq!(config.roles.claim, "groups");
    assert!(config.roles.admin.is_empty() && config.roles.readonly.is_empty());
    assert_eq!(config.session.idle, Duration::from_mins(30));
    assert_eq!(config.session.absolute, Duration::from_hours(12));
    assert_eq!(config.keys.max_age, Duration::from_hours(8760));
    assert_eq!(config.keys.workstation_age, Duration::from_hours(2160));
    assert_eq!(config.fresh_sign_in, Duration::from_mins(15));
    assert!(config.trusted_proxies.is_empty() && config.account_url.is_none());
}

#[test]
fn flags_win_over_variables_over_the_file_over_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "flui.toml",
        "listen = '127.0.0.1:1'\nfresh_sign_in = '1m'\n[session]\nidle = '1m'\n",
        0o644,
    );
    let line = ["--config", file.to_str().unwrap(), "--listen", "127.0.0.1:3"];
    let environment = variables(&[("FLUI_LISTEN", Some("127.0.0.1:2")), ("FLUI_SESSION_IDLE", Some("2m"))]);
    let config = load(&flags(&line), environment.into_iter()).unwrap();
    assert_eq!(config.listen.port(), 3, "flag");
    assert_eq!(config.session.idle, Duration::from_mins(2), "variable");
    assert_eq!(config.fresh_sign_in, Duration::from_mins(1), "file");
    assert_eq!(config.session.absolute, Duration::from_hours(12), "default");
}

#[test]
fn every_flag_is_taken() {
    let line = [
        "--listen=127.0.0.1:9",
        "--public-url=http://localhost:9",
        "--database-url=postgres://flui:canary@db/flui",
        "--state-dir=/srv/flui",
    ];
    let flags = flags(&line);
    assert!(!format!("{flags:?}").contains("canary"));
    let config = load(&flags, variables(&[]).into_iter()).unwrap();
    assert_eq!(config.listen.port(), 9);
    assert_eq!(config.public_url.as_str(), "http://localhost:9/");
    assert!(
        matches!(&config.database, DatabaseUrl::Postgres(url) if url.expose_secret() == "postgres://flui:canary@db/flui")
    );
    assert_eq!(config.state_dir, Path::new("/srv/flui"));
}

#[test]
fn the_config_flag_wins_over_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    let by_flag = write(folder.path(), "flag.toml", "log = 'json'", 0o644);
    let by_variable = write(folder.path(), "variable.toml", "log = 'pretty'", 0o644);
    let environment = variables(&[("FLUI_CONFIG", by_variable.to_str())]);
    let config = load(&Flags::default(), environment.clone().into_iter()).unwrap();
    assert_eq!(config.log, LogFormat::Pretty);
    let config = load(
        &flags(&["--config", by_flag.to_str().unwrap()]),
        environment.into_iter(),
    )
    .unwrap();
    assert_eq!(config.log, LogFormat::Json);
}

#[test]
fn a_file_alone_can_hold_everything() {
    let config = from_file(
        r#"
        public_url = "http://[::1]:3000/"
        listen = "[::1]:3000"
        metrics_listen = "127.0.0.1:9000"
        state_dir = "/srv"
        site_dir = "/usr/share/flui"
        database_url = "sqlite:data/keys.db"
        account_url = "https://id.example.org/account?tab=2#password"
        trusted_proxies = ["10.0.0.0/8", "fd00::/8"]
        fresh_sign_in = "5m"
        log = "json"

        [oidc]
        issuer = "http://127.0.0.1:4000"
        client_id = "dashboard"
        client_secret = "dev-secret"
        cli_client_id = "cli"
        scopes = ["openid", "groups"]
        audiences = ["api"]
        ca_file = "Cargo.toml"

        [roles]
        claim = "urn:zitadel:iam:org:project:roles"
        admin = ["Domain Admins", "owner"]
        readonly = []

        [session]
        idle = "60s"
        absolute = "2d"

        [keys]
        max_age = "30d"
        workstation_age = "12h"
        "#,
    )
    .unwrap();
    assert_eq!(config.public_url.as_str(), "http://[::1]:3000/");
    assert_eq!(config.listen.to_string(), "[::1]:3000");
    assert_eq!(config.metrics_listen.unwrap().port(), 9000);
    assert_eq!(config.state_dir, Path::new("/srv"));
    assert_eq!(config.site_dir, Path::new("/usr/share/flui"));
    assert!(matches!(config.database, DatabaseUrl::Sqlite(file) if file == Path::new("/srv/data/keys.db")));
    assert_eq!(config.account_url.unwrap().fragment(), Some("password"));
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.fresh_sign_in, Duration::from_mins(5));
    assert_eq!(config.log, LogFormat::Json);
    assert_eq!(config.oidc.issuer, "http://127.0.0.1:4000");
    assert_eq!(
        (config.oidc.client_id.as_str(), config.oidc.cli_client_id.as_str()),
        ("dashboard", "cli")
    );
    assert_eq!(config.oidc.client_secret.expose_secret(), "dev-secret");
    assert_eq!(config.oidc.scopes, ["openid", "groups"]);
    assert_eq!(config.oidc.audiences, ["api"]);
    assert!(config.oidc.ca_file.unwrap().is_absolute());
    assert_eq!(config.roles.claim, "urn:zitadel:iam:org:project:roles");
    assert_eq!(config.roles.admin, ["Domain Admins", "owner"]);
    assert!(config.roles.readonly.is_empty());
    assert_eq!(config.session.idle, Duration::from_mins(1));
    assert_eq!(config.session.absolute, Duration::from_hours(48));
    assert_eq!(config.keys.max_age, Duration::from_hours(720));
    assert_eq!(config.keys.workstation_age, Duration::from_hours(12));
}

#[test]
fn lists_in_variables_take_commas_and_spaces() {
    for text in ["openid groups", "openid,groups", "openid, groups", "openid  groups"] {
        assert_eq!(
            with("FLUI_OIDC_SCOPES", text).unwrap().oidc.scopes,
            ["openid", "groups"],
            "{text}"
        );
    }
}

#[test]
fn the_issuer_is_kept_byte_for_byte() {
    for issuer in [
        "https://id.example.org",
        "https://id.example.org/",
        "https://ID.example.org:443/a/../b",
    ] {
        assert_eq!(with("FLUI_OIDC_ISSUER", issuer).unwrap().oidc.issuer, issuer);
    }
}

#[test]
fn plain_http_is_told_apart() {
    assert!(
        with("FLUI_PUBLIC_URL", "http://localhost:3000")
            .unwrap()
            .is_loopback_http()
    );
    assert!(
        !with("FLUI_PUBLIC_URL", "https://localhost:3000")
            .unwrap()
            .is_loopback_http()
    );
}

#[test]
fn an_sqlite_file_lies_in_the_state_folder_unless_absolute() {
    for (url, expected) in [
        ("sqlite:flui.db", "/srv/state/flui.db"),
        ("sqlite://flui.db", "/srv/state/flui.db"),
        ("sqlite:/data/flui.db", "/data/flui.db"),
        ("sqlite:///data/flui.db", "/data/flui.db"),
    ] {
        let config = loaded(&[("FLUI_STATE_DIR", Some("/srv/state")), ("FLUI_DATABASE_URL", Some(url))]).unwrap();
        assert!(
            matches!(&config.database, DatabaseUrl::Sqlite(file) if file == Path::new(expected)),
            "{url}"
        );
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let config = loaded(&[
        ("PATH", Some("")),
        ("LISTEN", Some("nonsense")),
        ("FLUI_HOME", Some("")),
        ("FLUI_API_KEY", Some("anything")),
    ]);
    assert_eq!(config.unwrap().oidc.client_secret.expose_secret(), SECRET);
}
