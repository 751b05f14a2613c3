//! Sign-out started by clients, and the news of it to clients.

use axum::Form;
use axum::Router;
use axum::http::StatusCode as AxumStatus;
use axum::routing::post;
use flui_devidp::DevIdp;
use jsonwebtoken::decode_header;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::{Ask, Browser, HOME, callback, provider, query, text};

/// A provider whose client `app` listens for logout tokens, and what it has heard.
async fn with_listener() -> (DevIdp, UnboundedReceiver<String>) {
    let (sender, received) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/backchannel", listener.local_addr().unwrap());
    let app = Router::new().route(
        "/backchannel",
        post(move |Form(fields): Form<Vec<(String, String)>>| async move {
            let [(name, token)] = fields.try_into().unwrap();
            assert_eq!(name, "logout_token");
            sender.send(token).unwrap();
            AxumStatus::OK
        }),
    );
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let idp = provider(|options| options.clients[0].backchannel_logout_uri = Some(uri)).await;
    (idp, received)
}

async fn end_session(browser: &Browser, params: &[(&str, &str)]) -> Response {
    browser
        .http
        .get(browser.url("/oidc/v1/end_session"))
        .query(params)
        .send()
        .await
        .unwrap()
}

async fn is_signed_in(browser: &Browser) -> bool {
    query(
        &callback(&browser.ask(&Ask::app().with("prompt", "none")).await),
        "code",
    )
    .is_some()
}

#[tokio::test]
async fn a_hint_of_this_session_ends_it_at_once_and_tells_the_client() {
    let (idp, mut received) = with_listener().await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let id_token = text(&tokens, "id_token");
    let claims = browser.verified(id_token).await.unwrap();

    let params = [
        ("id_token_hint", id_token),
        ("post_logout_redirect_uri", HOME),
        ("state", "s 1"),
    ];
    let location = callback(&end_session(&browser, &params).await);
    assert!(location.as_str().starts_with(HOME));
    assert_eq!(query(&location, "state").as_deref(), Some("s 1"));
    assert!(!is_signed_in(&browser).await);

    let token = received.try_recv().expect("told before the redirect");
    assert!(received.try_recv().is_err(), "told once");
    assert_eq!(decode_header(&token).unwrap().typ.as_deref(), Some("logout+jwt"));
    let told = browser.verified(&token).await.expect("signed by a published key");
    assert_eq!(told["iss"], idp.issuer());
    assert_eq!(told["aud"], "app");
    assert_eq!(told["sub"], claims["sub"]);
    assert_eq!(told["sid"], claims["sid"]);
    assert_eq!(
        told["events"],
        json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
    );
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 120);
    assert!(!text(&told, "jti").is_empty());
    assert!(told.get("nonce").is_none());
}

#[tokio::test]
async fn an_expired_hint_still_ends_the_session() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    idp.control().advance_clock(3600);
    let answer = end_session(&browser, &[("id_token_hint", text(&tokens, "id_token"))]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.unwrap().contains("You are signed out"));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked_first() {
    let (idp, mut received) = with_listener().await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    let params = [
        ("client_id", "app"),
        ("post_logout_redirect_uri", HOME),
        ("state", "s1"),
    ];
    let page = end_session(&browser, &params).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains(">Sign out</button>") && page.contains("Ada Lovelace"));
    assert!(is_signed_in(&browser).await);
    assert!(received.try_recv().is_err());

    for (name, value) in params {
        assert!(page.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}");
    }
    let answer = browser
        .http
        .post(browser.url("/sign-out"))
        .form(&params)
        .send()
        .await
        .unwrap();
    assert_eq!(query(&callback(&answer), "state").as_deref(), Some("s1"));
    assert!(!is_signed_in(&browser).await);
    assert!(received.try_recv().is_ok());
}

#[tokio::test]
async fn a_hint_of_another_session_asks_first() {
    let idp = provider(|_| {}).await;
    let other = Browser::new(&idp);
    let others = other.tokens(&Ask::app(), "ada").await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    let answer = end_session(&browser, &[("id_token_hint", text(&others, "id_token"))]).await;
    assert!(answer.text().await.unwrap().contains(">Sign out</button>"));
    assert!(is_signed_in(&browser).await && is_signed_in(&other).await);
}

#[tokio::test]
async fn a_sign_out_that_cannot_be_trusted_is_refused_and_ends_nothing() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let id_token = text(&tokens, "id_token");
    let access_token = text(&tokens, "access_token");
    for params in [
        vec![
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", "https://evil.example.org/"),
        ],
        vec![("post_logout_redirect_uri", HOME)],
        vec![("client_id", "stranger"), ("post_logout_redirect_uri", HOME)],
        vec![("client_id", "tool"), ("id_token_hint", id_token)],
        vec![("id_token_hint", access_token)],
        vec![("id_token_hint", "x.y.z")],
    ] {
        let answer = end_session(&browser, &params).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{params:?}");
        assert!(answer.headers().get("location").is_none());
        assert!(is_signed_in(&browser).await);
    }
}

#[tokio::test]
async fn somebody_else_signing_in_ends_the_session_before() {
    let (idp, mut received) = with_listener().await;
    let browser = Browser::new(&idp);
    let before = browser.tokens(&Ask::app(), "ada").await;
    let before = browser.verified(text(&before, "id_token")).await.unwrap();
    let after = browser.tokens(&Ask::app().with("prompt", "login"), "grace").await;
    let after = browser.verified(text(&after, "id_token")).await.unwrap();
    let told = browser.verified(&received.try_recv().unwrap()).await.unwrap();
    assert_eq!(told["sid"], before["sid"]);
    assert_ne!(after["sid"], before["sid"]);
}

#[tokio::test]
async fn the_control_ends_every_session_of_a_person() {
    let (idp, mut received) = with_listener().await;
    let (one, two, grace) = (Browser::new(&idp), Browser::new(&idp), Browser::new(&idp));
    one.sign_in(&Ask::app(), "ada").await;
    two.sign_in(&Ask::app(), "ada").await;
    grace.sign_in(&Ask::app(), "grace").await;

    let answer = one
        .http
        .post(one.url("/control/end-sessions"))
        .json(&json!({ "login": "ada" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "ended": 2 }));
    assert!(received.try_recv().is_ok() && received.try_recv().is_ok() && received.try_recv().is_err());
    assert!(!is_signed_in(&one).await && !is_signed_in(&two).await);
    assert!(is_signed_in(&grace).await);
}

#[tokio::test]
async fn a_client_that_does_not_answer_does_not_keep_the_session_alive() {
    let idp = provider(|options| {
        // Nothing listens on the discard port of a development machine.
        options.clients[0].backchannel_logout_uri = Some("http://127.0.0.1:9/backchannel".to_owned());
    })
    .await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    assert_eq!(idp.control().end_sessions("ada").await.unwrap(), 1);
    assert!(!is_signed_in(&browser).await);
}
