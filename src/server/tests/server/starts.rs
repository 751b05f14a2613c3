//! What the audit log says of a start.

use flui_testkit::TestApp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{audit, process::run};

/// The rows of starts, newest first.
async fn starts(app: &TestApp) -> Vec<Value> {
    let mut rows = audit(app).await;
    rows.retain(|row| row["action"] == "server.started");
    rows
}

/// What an operator finds by `flui-dashboard config | sha256sum`.
async fn fingerprint(app: &TestApp) -> String {
    let printed = run(app, &["config"]).await.stdout;
    assert!(String::from_utf8_lossy(&printed).contains("<redacted>"));
    let digest = Sha256::digest(&printed);
    digest
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[tokio::test]
async fn u1_every_start_leaves_a_row_with_version_schema_and_configuration() {
    let mut app = TestApp::start().await;
    let first = starts(&app).await;
    assert_eq!(first.len(), 1);
    let row = &first[0];
    assert_eq!(row["outcome"], "done");
    let schema = flui_store::schema();
    assert!(schema >= 13);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(row["objectName"], format!("version {version}, schema {schema}"));
    assert_eq!(row["object"], fingerprint(&app).await);
    assert!(
        row["actor"].is_null() && row["address"].is_null(),
        "nobody did it: {row}"
    );

    app.restart().await;
    let same = starts(&app).await;
    assert_eq!((same.len(), &same[0]["object"]), (2, &row["object"]));
    app.restart_with("FLUI_SESSION_IDLE", "29m").await;
    let other = starts(&app).await;
    assert_ne!(other[0]["object"], row["object"], "a changed setting shows");
    assert_eq!(other[0]["object"], fingerprint(&app).await);

    // It is the operators' affair.
    let grace = app.browser();
    grace.sign_in("grace").await;
    let own = grace.get("/api/v1/audit/events").await.text().await.unwrap();
    assert!(own.contains("sign_in.started") && !own.contains("server.started"));
}
