//! Clients that are registered while the provider runs (RFC 7591 and 7592).

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{http_client, provider};

const TOKEN: &str = "initial-access-token";

async fn send(method: Method, url: &str, token: &str, body: Option<&Value>) -> Response {
    let request = http_client().request(method, url).bearer_auth(token);
    match body {
        Some(body) => request.json(body),
        None => request,
    }
    .send()
    .await
    .unwrap()
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

#[tokio::test]
async fn a_client_lives_from_its_registration_to_its_deletion() {
    let idp = provider(|options| options.registration_token = Some(TOKEN.to_owned())).await;
    let discovery = format!("{}/.well-known/openid-configuration", idp.issuer());
    let discovery: Value = http_client().get(discovery).send().await.unwrap().json().await.unwrap();
    let endpoint = text(&discovery, "registration_endpoint");
    let metadata = json!({ "client_name": "Wiki", "redirect_uris": ["https://wiki.example.org/cb"] });
    let refused = send(Method::POST, endpoint, "wrong", Some(&metadata)).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let created = send(Method::POST, endpoint, TOKEN, Some(&metadata)).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let created: Value = created.json().await.unwrap();
    let (uri, token) = (
        text(&created, "registration_client_uri"),
        text(&created, "registration_access_token"),
    );
    assert_eq!(idp.control().registered_clients(), [text(&created, "client_id")]);

    let read = send(Method::GET, uri, token, None).await;
    assert_eq!(read.json::<Value>().await.unwrap(), created);
    let change = json!({
        "client_id": created["client_id"], "client_secret": created["client_secret"],
        "redirect_uris": ["https://wiki.example.org/other"],
    });
    let mut wrong = change.clone();
    wrong["client_secret"] = json!("another");
    assert_eq!(
        send(Method::PUT, uri, token, Some(&wrong)).await.status(),
        StatusCode::BAD_REQUEST
    );
    let changed: Value = send(Method::PUT, uri, token, Some(&change)).await.json().await.unwrap();
    assert_eq!(changed["redirect_uris"], change["redirect_uris"]);
    assert_eq!(changed["client_secret"], created["client_secret"]);
    let next = text(&changed, "registration_access_token");
    assert_ne!(next, token);
    for (method, token) in [(Method::GET, token), (Method::DELETE, token), (Method::DELETE, TOKEN)] {
        assert_eq!(send(method, uri, token, None).await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        send(Method::DELETE, uri, next, None).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        send(Method::DELETE, uri, next, None).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert!(idp.control().registered_clients().is_empty());
}

#[tokio::test]
async fn bad_metadata_is_refused_by_code_and_nothing_is_offered_without_a_token() {
    let idp = provider(|options| options.registration_token = Some(TOKEN.to_owned())).await;
    let endpoint = format!("{}/oidc/v1/register", idp.issuer());
    for (metadata, code) in [
        (json!({}), "invalid_redirect_uri"),
        (
            json!({ "redirect_uris": ["http://wiki.example.org/cb"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": ["https://wiki.example.org/cb"], "scope": "openid no-such-scope" }),
            "invalid_client_metadata",
        ),
    ] {
        let answer = send(Method::POST, &endpoint, TOKEN, Some(&metadata)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], code);
    }
    let native = json!({
        "redirect_uris": ["org.example.app:/cb"], "application_type": "native", "token_endpoint_auth_method": "none",
    });
    let created: Value = send(Method::POST, &endpoint, TOKEN, Some(&native))
        .await
        .json()
        .await
        .unwrap();
    assert!(created.get("client_secret").is_none());

    let closed = provider(|_| {}).await;
    let endpoint = format!("{}/oidc/v1/register", closed.issuer());
    assert_eq!(
        send(Method::POST, &endpoint, "", Some(&native)).await.status(),
        StatusCode::UNAUTHORIZED
    );
}
