//! `flui-dashboard check --hostile`: the same cases against an operator's own configuration.

use std::process::Command;

use flui_server::{config, hostile};

fn settings(folder: &std::path::Path) -> Vec<(String, String)> {
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let manifest = r#"{"outputName":"flui-test","css":"/pkg/flui-test.css"}"#;
    std::fs::write(site.join("assets.json"), manifest).unwrap();
    let text = |path: std::path::PathBuf| path.display().to_string();
    [
        ("FLUI_PUBLIC_URL", "https://dashboard.example.net:8443".to_owned()),
        ("FLUI_STATE_DIR", text(folder.join("state"))),
        ("FLUI_SITE_DIR", text(site)),
        ("FLUI_OIDC_ISSUER", "https://login.example.net/tenant".to_owned()),
        ("FLUI_OIDC_CLIENT_ID", "the-dashboard".to_owned()),
        ("FLUI_OIDC_CLIENT_SECRET", "a-secret-nobody-prints".to_owned()),
        ("FLUI_OIDC_CLI_CLIENT_ID", "the-command-line".to_owned()),
        ("FLUI_OIDC_AUDIENCES", "a-project the-command-line".to_owned()),
        ("FLUI_ADMIN_ROLES", "bosses".to_owned()),
        ("FLUI_SESSION_IDLE", "5m".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The provider of the configuration does not exist, and its database is not made.
#[tokio::test]
async fn g4_the_hostile_check_keeps_to_itself_and_to_the_configuration() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let config = config::load(&config::Flags::default(), settings(folder.path()).into_iter()).unwrap();
    let some = ["C11", "C18", "E1", "E3", "L3", "L5", "S1"];
    let cases: Vec<_> = flui_hostile::cases()
        .into_iter()
        .filter(|case| some.contains(&case.promise))
        .collect();
    let count = cases.len();
    let findings = hostile::check(&config, cases).await;
    let faults: Vec<_> = findings.iter().filter(|finding| finding.fault.is_some()).collect();
    assert!(count > 20 && findings.len() == count && faults.is_empty(), "{faults:?}");
    assert!(!folder.path().join("state").exists());
}

/// The provider can be started by nothing but that command.
#[test]
fn g4_serving_knows_no_hostile_provider() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["serve", "--hostile"][..],
        &["--hostile", "serve"],
        &["migrate", "--hostile"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flui-dashboard"));
        command.env_clear().envs(settings(folder.path())).args(arguments);
        let output = command.output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && words.contains("--hostile"), "{words}");
    }
}
