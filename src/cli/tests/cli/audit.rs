//! `flui audit list`, and keys that are bound to contexts of the dashboard.

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::json;

use super::{browser::sign_in, support::Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn own_events_are_listed_newest_first_and_filtered() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "grace").await;
    sandbox.flui(&["keys", "create", "deploy", "--scope", "apps:look"]);
    let ran = sandbox.flui(&["audit", "list"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with("WHEN") && lines[1].contains("key.created") && lines[1].contains("deploy"),
        "{ran:?}"
    );
    assert!(lines[2].contains("key.exchanged"), "{ran:?}");

    let ran = sandbox.flui(&[
        "audit",
        "list",
        "--action",
        "key.exchanged",
        "--since",
        "1h",
        "--output",
        "json",
    ]);
    let items = ran.json()["items"].as_array().unwrap().clone();
    assert_eq!((ran.code, items.len()), (0, 1), "{ran:?}");
    assert_eq!(items[0]["action"], "key.exchanged");
    let one = sandbox
        .flui(&["audit", "list", "--limit", "1", "--output", "json"])
        .json();
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    let none = sandbox.flui(&["audit", "list", "--since", "2999-01-01"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""), "{none:?}");
    assert_eq!(sandbox.flui(&["audit", "list", "--since", "soon"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_bound_to_the_context_that_the_dashboard_knows() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let me = sandbox.flui(&["whoami", "--output", "json"]).json();
    assert_eq!(
        me["signIn"]["contexts"],
        json!([]),
        "the dashboard knows no context yet"
    );

    let admin = app.workstation_key("ada", "other").await.key;
    let context = json!({ "name": "Prod", "apiUrl": app.url, "issuer": app.idp.issuer() });
    let made = app.api_as(&admin, Method::POST, "/api/v1/contexts").json(&context);
    assert_eq!(made.send().await.unwrap().status(), 201);
    sign_in(&sandbox, "ada").await;
    let me = sandbox.flui(&["whoami", "--output", "json"]).json();
    assert_eq!(me["signIn"]["contexts"], json!(["Prod"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_to_a_context_of_the_dashboard_or_not_made() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    sign_in(&sandbox, "ada").await;
    let key = app.workstation_key("ada", "other").await.key;
    let context = json!({ "name": "staging", "apiUrl": app.url, "issuer": app.idp.issuer() });
    app.api_as(&key, Method::POST, "/api/v1/contexts")
        .json(&context)
        .send()
        .await
        .unwrap();
    let create = |context: &'static str| {
        let args = ["keys", "create", "deploy", "--scope", "apps:look", "--output", "json"];
        sandbox.flui(&[&args[..], &["--bind-context", context]].concat())
    };
    assert_eq!(create("staging").json()["contexts"], json!(["staging"]));
    let refused = create("nowhere");
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""), "{refused:?}");
    assert!(
        refused.stderr.contains("There is no context of that name."),
        "{refused:?}"
    );
}
