use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::Value;

use crate::refusal;

#[tokio::test]
async fn the_document_is_for_anybody_and_is_the_committed_one() {
    let app = TestApp::start().await;
    let answer = app.api(Method::GET, "/api/openapi.json").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let text = answer.text().await.unwrap();
    assert_eq!(text, include_str!("../../../../docs/openapi.json"));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_api_can_be_read_by_anybody_without_script_or_another_origin() {
    let app = TestApp::start().await;
    let answer = app.api(Method::GET, "/api/docs").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("style-src 'self'"),
        "{policy}"
    );
    let page = answer.text().await.unwrap();
    for absent in ["<script", "style=\"", "<style", "src=\"http"] {
        assert!(!page.contains(absent), "{absent}");
    }
    // Every operation and every body has its part of the page, and each link of the page leads to one.
    let document: Value = app
        .api(Method::GET, "/api/openapi.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    for operation in document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
    {
        let id = operation["operationId"].as_str().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("id=\"shape-{name}\"")), "{name}");
    }
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{target}\"")), "#{target} leads nowhere");
    }
    assert!(page.contains(&format!("curl --fail-with-body {}/api/v1/auth/me", app.url)));
}

#[tokio::test]
async fn the_pages_of_the_document_take_no_other_method() {
    let app = TestApp::start().await;
    for path in ["/api/openapi.json", "/api/docs"] {
        let answer = app
            .api(Method::POST, path)
            .header("origin", &app.url)
            .send()
            .await
            .unwrap();
        assert_eq!(refusal(answer).await, (405, "method_not_allowed".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn events_are_asked_for_by_an_outcome_that_exists() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "ada-laptop").await.key;
    let ask = async |query: &str| {
        let path = format!("/api/v1/audit/events?{query}");
        app.api_as(&key, Method::GET, &path).send().await.unwrap()
    };
    for query in ["outcome=done", "outcome=refused", "outcome=done&limit=4294967295"] {
        assert_eq!(ask(query).await.status(), 200, "{query}");
    }
    for query in ["outcome=perhaps", "outcome="] {
        assert_eq!(
            refusal(ask(query).await).await,
            (400, "invalid_field".to_owned()),
            "{query}"
        );
    }
    assert_eq!(
        refusal(ask("limit=4294967296").await).await,
        (400, "bad_request".to_owned())
    );
}
