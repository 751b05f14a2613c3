//! The code flow: who may ask, what is bound to a code, what comes out.

use jsonwebtoken::decode_header;
use openidconnect::core::{CoreProviderMetadata, CoreResponseType};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Ask, Browser, CALLBACK, VERIFIER, assert_error, callback, provider, query, text};

#[tokio::test]
async fn a_confidential_client_gets_tokens_for_the_person_who_signed_in() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let location = browser.sign_in(&Ask::app(), "ada").await;
    assert!(location.as_str().starts_with(CALLBACK));
    assert_eq!(query(&location, "state").as_deref(), Some("the-state"));
    assert_eq!(query(&location, "iss").as_deref(), Some(idp.issuer()));

    let answer = browser.exchange(&location).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let tokens: Value = answer.json().await.unwrap();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert!(tokens.get("refresh_token").is_none());

    let id_token = text(&tokens, "id_token");
    assert_eq!(decode_header(id_token).unwrap().typ.as_deref(), Some("JWT"));
    let claims = browser.verified(id_token).await.expect("signed by a published key");
    let now = idp.control().now();
    for (name, value) in [
        ("iss", json!(idp.issuer())),
        ("aud", json!("app")),
        ("azp", json!("app")),
        ("nonce", json!("the-nonce")),
        ("amr", json!(["pwd", "otp", "mfa"])),
        ("name", json!("Ada Lovelace")),
        ("preferred_username", json!("ada")),
        ("email", json!("ada@example.org")),
        ("email_verified", json!(true)),
        ("groups", json!(["flui-admins", "operators"])),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_ne!(text(&claims, "sub"), "ada");
    assert!(!text(&claims, "sid").is_empty());
    assert!((now - claims["auth_time"].as_i64().unwrap()).abs() < 60);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);

    let access_token = text(&tokens, "access_token");
    assert_eq!(decode_header(access_token).unwrap().typ.as_deref(), Some("at+jwt"));
    let access = browser.verified(access_token).await.unwrap();
    assert_eq!(access["aud"], json!(["app"]));
    assert_eq!(access["client_id"], "app");
    assert_eq!(access["scope"], "openid profile email");
    assert_eq!(access["sub"], claims["sub"]);
    assert!(!text(&access, "jti").is_empty());
}

#[tokio::test]
async fn a_native_client_is_answered_on_any_loopback_port_and_needs_no_secret() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    for redirect_uri in ["http://localhost:8899/callback", "http://localhost:41234/callback"] {
        let ask = Ask::tool(redirect_uri).with("prompt", "login");
        let location = browser.sign_in(&ask, "grace").await;
        assert!(location.as_str().starts_with(redirect_uri));
        let answer = browser
            .http
            .post(browser.url("/oauth/v2/token"))
            .form(&[
                ("grant_type", "authorization_code"),
                ("client_id", "tool"),
                ("code", &query(&location, "code").unwrap()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", VERIFIER),
            ])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let tokens: Value = answer.json().await.unwrap();
        let claims = browser.verified(text(&tokens, "id_token")).await.unwrap();
        assert_eq!(claims["aud"], "tool");
        assert_eq!(claims["amr"], json!(["pwd"]));
    }
}

#[tokio::test]
async fn an_unknown_client_or_an_unregistered_redirect_uri_is_refused_without_a_redirect() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    for ask in [
        Ask::app().with("client_id", "stranger"),
        Ask::app().without("client_id"),
        Ask::app().with("redirect_uri", "http://127.0.0.1:3001/auth/callback"),
        Ask::app().with("redirect_uri", "https://evil.example.org/"),
        Ask::app().without("redirect_uri"),
        Ask::tool("http://localhost:8899/other"),
        Ask::tool("http://127.0.0.1:8899/callback"),
    ] {
        let answer = browser.ask(&ask).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert!(answer.headers().get("location").is_none());
    }
    browser.login_page(&Ask::app()).await;
    browser.login_page(&Ask::tool("http://localhost:8899/callback")).await;
}

#[tokio::test]
async fn a_request_that_is_not_understood_is_answered_with_an_error_at_the_client() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    for (ask, error) in [
        (Ask::app().without("code_challenge"), "invalid_request"),
        (Ask::app().with("code_challenge", "short"), "invalid_request"),
        (Ask::app().with("code_challenge_method", "plain"), "invalid_request"),
        (Ask::app().without("code_challenge_method"), "invalid_request"),
        (
            Ask::tool("http://localhost:1/callback").without("code_challenge"),
            "invalid_request",
        ),
        (Ask::app().with("response_type", "token"), "unsupported_response_type"),
        (Ask::app().with("response_mode", "fragment"), "invalid_request"),
        (Ask::app().with("scope", "profile"), "invalid_scope"),
        (Ask::app().with("prompt", "none login"), "invalid_request"),
        (Ask::app().with("prompt", "dance"), "invalid_request"),
        (Ask::app().with("max_age", "-1"), "invalid_request"),
        (Ask::app().with("request", "x.y.z"), "request_not_supported"),
        (Ask::app().with("id_token_hint", "x.y.z"), "invalid_request"),
    ] {
        let location = callback(&browser.ask(&ask).await);
        assert_eq!(query(&location, "error").as_deref(), Some(error), "{location}");
        assert_eq!(query(&location, "state").as_deref(), Some("the-state"));
        assert_eq!(query(&location, "iss").as_deref(), Some(idp.issuer()));
        assert!(query(&location, "code").is_none());
    }
    browser.login_page(&Ask::app()).await;
}

#[tokio::test]
async fn a_parameter_sent_twice_refuses_the_request() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let answer = browser
        .http
        .get(browser.url("/oauth/v2/authorize?client_id=app&client_id=app"))
        .send()
        .await
        .unwrap();
    assert_error(answer, StatusCode::BAD_REQUEST, "invalid_request").await;
}

#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_uri_client_and_time() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let silent = Ask::app().with("prompt", "none");
    browser.sign_in(&Ask::app(), "ada").await;
    let code = async || query(&callback(&browser.ask(&silent).await), "code").unwrap();
    let redeem = async |code: &str, redirect_uri: &str, verifier: &str| {
        browser
            .app_token(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ])
            .await
    };
    let bad = StatusCode::BAD_REQUEST;
    let other = "another-verifier-of-at-least-43-characters-0123456789";
    assert_error(redeem(&code().await, CALLBACK, other).await, bad, "invalid_grant").await;
    assert_error(redeem(&code().await, CALLBACK, "").await, bad, "invalid_request").await;
    assert_error(
        redeem(&code().await, "http://127.0.0.1:3000/other", VERIFIER).await,
        bad,
        "invalid_grant",
    )
    .await;
    assert_error(redeem("made-up", CALLBACK, VERIFIER).await, bad, "invalid_grant").await;

    let late = code().await;
    idp.control().advance_clock(60);
    assert_error(redeem(&late, CALLBACK, VERIFIER).await, bad, "invalid_grant").await;
    let in_time = code().await;
    idp.control().advance_clock(55);
    assert_eq!(redeem(&in_time, CALLBACK, VERIFIER).await.status(), StatusCode::OK);

    // Another client's attempt fails and leaves the code to its owner.
    let own = code().await;
    let stolen = browser
        .http
        .post(browser.url("/oauth/v2/token"))
        .form(&[
            ("grant_type", "authorization_code"),
            ("client_id", "tool"),
            ("code", &own),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .send()
        .await
        .unwrap();
    assert_error(stolen, bad, "invalid_grant").await;
    assert_eq!(redeem(&own, CALLBACK, VERIFIER).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_code_used_twice_revokes_what_it_brought() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let location = browser.sign_in(&Ask::app(), "ada").await;
    let tokens: Value = browser.exchange(&location).await.json().await.unwrap();
    let access_token = text(&tokens, "access_token");
    assert_eq!(browser.userinfo(access_token).await.status(), StatusCode::OK);

    assert_error(
        browser.exchange(&location).await,
        StatusCode::BAD_REQUEST,
        "invalid_grant",
    )
    .await;
    assert_eq!(browser.userinfo(access_token).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_client_that_does_not_prove_itself_is_refused() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let post = async |fields: &[(&str, &str)]| {
        browser
            .http
            .post(browser.url("/oauth/v2/token"))
            .form(fields)
            .send()
            .await
            .unwrap()
    };
    let grant = ("grant_type", "client_credentials");
    for fields in [
        vec![grant, ("client_id", "app"), ("client_secret", "wrong")],
        vec![grant, ("client_id", "app")],
        vec![grant, ("client_id", "stranger"), ("client_secret", "app-secret")],
        vec![grant, ("client_id", "tool"), ("client_secret", "guess")],
    ] {
        let answer = post(&fields).await;
        assert!(answer.headers().contains_key("www-authenticate"));
        assert_error(answer, StatusCode::UNAUTHORIZED, "invalid_client").await;
    }
    let both = browser.app_token(&[grant, ("client_secret", "app-secret")]).await;
    assert_error(both, StatusCode::BAD_REQUEST, "invalid_request").await;
    assert_error(
        post(&[grant, ("client_id", "tool")]).await,
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
    )
    .await;
    let answer = post(&[grant, ("client_id", "app"), ("client_secret", "app-secret")]).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn discovery_names_this_provider_and_what_it_can_do() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let document = browser.get_json("/.well-known/openid-configuration").await;
    let metadata: CoreProviderMetadata = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(metadata.issuer().as_str(), idp.issuer());
    assert_eq!(
        metadata.response_types_supported()[0].as_slice(),
        [CoreResponseType::Code]
    );
    for (name, path) in [
        ("authorization_endpoint", "/oauth/v2/authorize"),
        ("token_endpoint", "/oauth/v2/token"),
        ("introspection_endpoint", "/oauth/v2/introspect"),
        ("revocation_endpoint", "/oauth/v2/revoke"),
        ("jwks_uri", "/oauth/v2/keys"),
        ("userinfo_endpoint", "/oidc/v1/userinfo"),
        ("end_session_endpoint", "/oidc/v1/end_session"),
    ] {
        assert_eq!(text(&document, name), browser.url(path));
    }
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256"]));
    for name in [
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
    ] {
        assert_eq!(document[name], json!(true), "{name}");
    }
}
