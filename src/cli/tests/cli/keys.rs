//! Keys made, listed and revoked against the real dashboard.

use flui_testkit::TestApp;

use super::{browser::sign_in, support::Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn k4_a_new_key_alone_is_printed_and_works_at_once() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let ran = sandbox.flui(&["keys", "create", "deploy", "--scope", "apps:look", "--expires", "30d"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let key = ran.stdout.trim_end();
    assert!(
        key.starts_with("flui_ci_") && !key.contains(char::is_whitespace),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains(key));
    assert!(ran.stderr.contains("It allows apps:look and ends"), "{ran:?}");
    assert!(ran.stderr.contains("shown this once"), "{ran:?}");

    // The environment's key goes before the saved one.
    let me = sandbox
        .flui_with(&[("FLUI_API_KEY", key)], &["whoami", "--output", "json"])
        .json();
    assert_eq!(me["signIn"]["name"], "deploy");
    assert_eq!(me["signIn"]["kind"], "ci");
    assert_eq!(me["signIn"]["scopes"], serde_json::json!(["apps:look"]));
    let me = sandbox.flui(&["whoami", "--output", "json"]).json();
    assert_eq!(me["signIn"]["kind"], "workstation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_as_json_carries_its_id_and_group() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let ran = sandbox.flui(&[
        "auth",
        "generate-api-key",
        "nightly",
        "--group",
        "backups:change",
        "--kind",
        "service",
        "--output",
        "json",
    ]);
    let key = ran.json();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(key["kind"], "service");
    assert_eq!(key["scopes"], serde_json::json!(["backups:look", "backups:change"]));
    assert!(key["key"].as_str().unwrap().starts_with("flui_svc_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_listed_with_what_tells_them_apart() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let secret = sandbox.flui(&["keys", "create", "deploy", "--unscoped"]).stdout;
    let ran = sandbox.flui(&["keys", "list"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let header = ran.stdout.lines().next().unwrap();
    let columns: Vec<_> = header
        .split("  ")
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(
        columns,
        ["NAME", "KIND", "STATE", "PREFIX", "LAST USED", "EXPIRES", "ID"]
    );
    assert!(
        ran.stdout
            .lines()
            .any(|line| line.starts_with("deploy ") && line.contains(" live "))
    );
    assert!(ran.stdout.contains("(this)"), "{ran:?}");
    assert!(!ran.stdout.contains(secret.trim_end()));

    let items = sandbox.flui(&["auth", "api-keys", "--output", "json"]).json();
    let names: Vec<_> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["name"].clone())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybodys_keys_are_for_admins() {
    let app = TestApp::start().await;
    let grace = Sandbox::with_context(&app.url);
    sign_in(&grace, "grace").await;
    let refused = grace.flui(&["keys", "list", "--all"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (4, ""), "{refused:?}");

    let ada = Sandbox::with_context(&app.url);
    sign_in(&ada, "ada").await;
    let all = ada.flui(&["keys", "list", "--all"]);
    assert_eq!(all.code, 0, "{all:?}");
    assert!(all.stdout.contains("PERSON") && all.stdout.contains("Grace"), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_revoked_by_name_and_opens_nothing_any_more() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let key = sandbox
        .flui(&["keys", "create", "deploy", "--unscoped"])
        .stdout
        .trim_end()
        .to_owned();
    let environment = [("FLUI_API_KEY", key.as_str())];
    assert_eq!(sandbox.flui_with(&environment, &["whoami"]).code, 0);
    let ran = sandbox.flui(&["keys", "revoke", "deploy", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("The key \"deploy\" ("), "{ran:?}");
    assert_eq!(sandbox.flui_with(&environment, &["whoami"]).code, 3);
    assert_eq!(sandbox.flui(&["keys", "revoke", "deploy", "--yes"]).code, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_key_is_not_found() {
    let app = TestApp::start().await;
    let ada = Sandbox::with_context(&app.url);
    sign_in(&ada, "ada").await;
    let grace = Sandbox::with_context(&app.url);
    sign_in(&grace, "grace").await;
    let id = ada.config("prod")["keyId"].as_str().unwrap().to_owned();
    let ran = grace.flui(&["keys", "revoke", &id, "--yes"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(ada.flui(&["whoami"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_this_machines_key_signs_the_context_out() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let id = sandbox.config("prod")["keyId"].as_str().unwrap().to_owned();
    let ran = sandbox.flui(&["auth", "revoke-api-key", &id, "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("context prod is signed out"), "{ran:?}");
    assert_eq!(sandbox.config("prod").get("apiKey"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_wider_than_ones_own_is_refused() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let narrow = [
        "keys",
        "create",
        "narrow",
        "--scope",
        "keys:look",
        "--scope",
        "keys:change",
    ];
    let narrow = sandbox.flui(&narrow).stdout.trim_end().to_owned();
    let environment = [("FLUI_API_KEY", narrow.as_str())];
    let wide = ["keys", "create", "wide", "--scope", "apps:look"];
    let ran = sandbox.flui_with(&environment, &wide);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{ran:?}");
    assert_eq!(sandbox.flui(&wide).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_machine_is_ended_from_another_one() {
    let app = TestApp::start().await;
    let (laptop, desk) = (Sandbox::with_context(&app.url), Sandbox::with_context(&app.url));
    sign_in(&desk, "ada").await;
    let lost = app.workstation_key("ada", "lost-laptop").await;
    let environment = [("FLUI_API_KEY", lost.key.as_str())];
    assert_eq!(laptop.flui_with(&environment, &["whoami"]).code, 0);

    let unconfirmed = desk.flui(&["auth", "lost", "--machine", "lost-laptop"]);
    assert_eq!(unconfirmed.code, 2, "{unconfirmed:?}");
    let unknown = desk.flui(&["auth", "lost", "--machine", "nowhere", "--yes"]);
    assert_eq!(unknown.code, 5, "{unknown:?}");
    assert!(unknown.stderr.contains("lost-laptop"), "{unknown:?}");
    assert_eq!(
        laptop.flui_with(&environment, &["whoami"]).code,
        0,
        "nothing has ended yet"
    );

    let ran = desk.flui(&["auth", "lost", "--machine", "lost-laptop", "--yes", "--output", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = ran.json();
    assert_eq!(answer["ended"][0]["id"], lost.id.to_string());
    assert!(answer["endedAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(laptop.flui_with(&environment, &["whoami"]).code, 3);
    assert_eq!(desk.flui(&["whoami"]).code, 0, "the key in use stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_rotated_by_name_and_the_new_secret_alone_is_printed() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let old = sandbox.flui(&["keys", "create", "deploy", "--unscoped"]).stdout;
    let ran = sandbox.flui(&["keys", "rotate", "deploy", "--overlap", "2h"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (old, new) = (old.trim_end(), ran.stdout.trim_end());
    assert!(new.starts_with("flui_ci_") && new != old, "{ran:?}");
    assert!(
        ran.stderr.contains("or when the new one is first used") && !ran.stderr.contains(new),
        "{ran:?}"
    );
    let whoami = |key: &str| sandbox.flui_with(&[("FLUI_API_KEY", key)], &["whoami"]);
    assert_eq!(whoami(old).code, 0);
    assert_eq!(whoami(new).code, 0);
    let over = whoami(old);
    assert_eq!(over.code, 3, "{over:?}");
    assert!(over.stderr.contains("code key_rotated"), "{over:?}");
    assert_eq!(sandbox.flui(&["keys", "rotate", "nothing"]).code, 5);
    assert_eq!(sandbox.flui(&["keys", "rotate", "deploy", "--overlap", "8d"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn rotating_this_machines_key_saves_the_new_secret() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let before = sandbox.config("prod");
    let id = before["keyId"].as_str().unwrap();
    let ran = sandbox.flui(&["keys", "rotate", id]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let after = sandbox.config("prod");
    assert_eq!(after["keyId"], before["keyId"]);
    assert_ne!(after["apiKey"], before["apiKey"]);
    assert_eq!(sandbox.flui(&["whoami"]).code, 0);
    let old = before["apiKey"].as_str().unwrap();
    assert_eq!(sandbox.flui_with(&[("FLUI_API_KEY", old)], &["whoami"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_to_the_networks_that_it_is_made_with() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let create = |name: &str, networks: [&str; 2]| {
        let mut args = vec!["keys", "create", name, "--unscoped", "--output", "json"];
        args.extend(networks.iter().flat_map(|network| ["--network", network]));
        sandbox.flui(&args)
    };
    let made = create("deploy", ["127.0.0.0/8", "2001:db8::7"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(
        made.json()["networks"],
        serde_json::json!(["127.0.0.0/8", "2001:db8::7/128"])
    );
    let slip = create("slip", ["127.0.0.0/8", "example.org"]);
    assert_eq!(slip.code, 2, "{slip:?}");
    assert!(slip.stderr.contains("write a network like 203.0.113.0/24"), "{slip:?}");
    // The dashboard has the last word.
    let inside = create("inside", ["127.0.0.0/8", "10.1.2.3/8"]);
    assert_eq!(inside.code, 1, "{inside:?}");
    assert!(inside.stderr.contains("10.0.0.0/8"), "{inside:?}");
}
