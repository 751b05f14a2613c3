use flui_testkit::TestApp;
use serde_json::Value;

#[tokio::test]
async fn a_whole_installation_is_alive_and_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().get("/healthz").await.status(), 200);
    let ready = app.browser().get("/readyz").await;
    assert_eq!(ready.status(), 200);
    let body: Value = ready.json().await.unwrap();
    assert_eq!(body["status"], "ready");
}

#[tokio::test]
async fn the_configuration_for_clients_is_public_and_complete() {
    let app = TestApp::start().await;
    let body: Value = app.browser().get("/api/v1/auth/config").await.json().await.unwrap();
    assert_eq!(body["authMode"], "oidc");
    assert_eq!(body["issuer"], app.idp.issuer());
    assert_eq!(body["clientId"], "flui-dashboard");
    assert_eq!(body["cliClientId"], "flui-cli");
    assert_eq!(body["loopbackPorts"], serde_json::json!([8899, 8900, 8901, 8902, 8910]));
    assert!(!body.to_string().contains("dev-secret"));
}
