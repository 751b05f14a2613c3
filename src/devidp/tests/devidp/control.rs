//! Starting, stopping, and changing a running provider.

use flui_devidp::{Error, Options, People};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Ask, Browser, provider, text};

#[tokio::test]
async fn an_address_others_can_reach_is_refused() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:9400"] {
        let options = Options {
            listen: listen.parse().unwrap(),
            ..Options::default()
        };
        let error = flui_devidp::start(options).await.unwrap_err();
        assert!(matches!(error, Error::NotLoopback(_)));
        assert!(error.to_string().contains("loopback"), "{error}");
    }
    let idp = flui_devidp::start(Options::default()).await.unwrap();
    assert!(idp.issuer().starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn a_stopped_provider_frees_its_port() {
    let idp = provider(|_| {}).await;
    let listen = idp.issuer().trim_start_matches("http://").parse().unwrap();
    let taken = flui_devidp::start(Options {
        listen,
        ..Options::default()
    })
    .await
    .unwrap_err();
    assert!(matches!(taken, Error::Listen { .. }));
    // A connection kept open by a client does not hold it up.
    let browser = Browser::new(&idp);
    browser.get_json("/oauth/v2/keys").await;
    idp.stop().await;
    let next = provider(|options| options.listen = listen).await;
    assert_eq!(next.issuer(), format!("http://{listen}"));
}

#[tokio::test]
async fn a_rotated_key_stays_published_until_it_is_retired() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    let before = browser.tokens(&Ask::app(), "ada").await;
    let before = text(&before, "id_token");
    let old = control.current_kid();

    let new = control.rotate_keys().await.unwrap();
    assert_ne!(new, old);
    assert_eq!(control.current_kid(), new);
    let after = browser.tokens(&Ask::app().with("prompt", "login"), "ada").await;
    let after = text(&after, "id_token");
    assert_eq!(jsonwebtoken::decode_header(after).unwrap().kid, Some(new));
    assert!(browser.verified(before).await.is_some() && browser.verified(after).await.is_some());

    control.retire_old_keys();
    assert!(browser.verified(before).await.is_none());
    assert!(browser.verified(after).await.is_some());
}

#[tokio::test]
async fn id_token_claims_are_overridden_and_removed_until_told_otherwise() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let ask = Ask::app().with("prompt", "login");
    let overrides = json!({ "nonce": null, "aud": ["app", "stranger"] });
    idp.control().override_id_token(overrides.as_object().cloned());
    let tokens = browser.tokens(&ask, "ada").await;
    let claims = browser.verified(text(&tokens, "id_token")).await.unwrap();
    assert!(claims.get("nonce").is_none());
    assert_eq!(claims["aud"], json!(["app", "stranger"]));
    assert_eq!(claims["name"], "Ada Lovelace");

    idp.control().override_id_token(None);
    let tokens = browser.tokens(&ask, "ada").await;
    assert_eq!(
        browser.verified(text(&tokens, "id_token")).await.unwrap()["nonce"],
        "the-nonce"
    );
}

#[tokio::test]
async fn the_control_signs_any_header_and_claims() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    let claims = json!({ "iss": "https://else.example.org", "anything": [1, 2] });
    let token = control.sign(
        json!({ "alg": "ES256", "kid": control.current_kid(), "typ": "odd" }),
        claims.clone(),
    );
    assert_eq!(jsonwebtoken::decode_header(&token).unwrap().typ.as_deref(), Some("odd"));
    assert_eq!(browser.verified(&token).await, Some(claims));
}

#[tokio::test]
async fn a_paused_provider_answers_503_and_the_control_still_works() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let order = async |path: &str| {
        browser
            .http
            .post(browser.url(path))
            .json(&json!({}))
            .send()
            .await
            .unwrap()
            .status()
    };
    let keys = async || {
        browser
            .http
            .get(browser.url("/oauth/v2/keys"))
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(keys().await, StatusCode::OK);
    assert_eq!(order("/control/pause").await, StatusCode::NO_CONTENT);
    assert_eq!(keys().await, StatusCode::SERVICE_UNAVAILABLE);
    let calls = browser.get_json("/control/calls").await;
    assert_eq!(calls, json!({ "/oauth/v2/keys": 2 }));
    assert_eq!(order("/control/resume").await, StatusCode::NO_CONTENT);
    assert_eq!(keys().await, StatusCode::OK);
    assert_eq!(idp.control().calls()["/oauth/v2/keys"], 3);
}

#[tokio::test]
async fn the_control_over_http_takes_json_orders_only() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let order = async |path: &str, body: serde_json::Value| {
        browser
            .http
            .post(browser.url(path))
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
    };
    for (path, body) in [
        ("/control/add-group", json!({ "login": "linus", "group": "operators" })),
        (
            "/control/drop-group",
            json!({ "login": "linus", "group": "flui-viewers" }),
        ),
        ("/control/disable-person", json!({ "login": "ada" })),
        ("/control/enable-person", json!({ "login": "ada" })),
        ("/control/advance-clock", json!({ "seconds": 30 })),
        ("/control/retire-old-keys", json!({})),
    ] {
        assert_eq!(order(path, body).await, StatusCode::NO_CONTENT, "{path}");
    }
    assert_eq!(order("/control/rotate-keys", json!({})).await, StatusCode::OK);
    let tokens = browser.tokens(&Ask::app(), "linus").await;
    let claims = browser.verified(text(&tokens, "id_token")).await.unwrap();
    assert_eq!(claims["groups"], json!(["operators"]));

    assert_eq!(
        order("/control/disable-person", json!({ "login": "nobody" })).await,
        StatusCode::NOT_FOUND
    );
    let unknown_field = json!({ "login": "ada", "why": "x" });
    assert_eq!(
        order("/control/disable-person", unknown_field).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // What a page of another origin can send without asking is refused.
    let form = browser
        .http
        .post(browser.url("/control/pause"))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn the_control_over_http_can_be_left_out() {
    let idp = flui_devidp::start_without_control(Options::default()).await.unwrap();
    let browser = Browser::new(&idp);
    let calls = browser.http.get(browser.url("/control/calls")).send().await.unwrap();
    assert_eq!(calls.status(), StatusCode::NOT_FOUND);
    let keys = browser.http.get(browser.url("/oauth/v2/keys")).send().await.unwrap();
    assert_eq!(keys.status(), StatusCode::OK);
    assert!(keys.headers().contains_key("content-security-policy"));
}

#[test]
fn a_file_of_people_is_read_or_refused_with_a_reason() {
    let built_in = People::built_in();
    let logins: Vec<&str> = built_in.persons().iter().map(|person| person.login.as_str()).collect();
    assert_eq!(logins, ["ada", "grace", "linus"]);
    assert!(!format!("{built_in:?}").contains("ada-password"));

    let person = |login: &str, sub: &str| {
        format!(
            "[[person]]\nlogin = {login:?}\nsub = {sub:?}\nname = \"N\"\nemail = \"n@example.org\"\npassword = \"p\"\n"
        )
    };
    let two: People = (person("a", "1") + &person("b", "2")).parse().unwrap();
    assert!(two.find("b").is_some_and(|person| person.email_verified && !person.mfa));
    for (text, reason) in [
        (String::new(), "person"),
        ("person = []".to_owned(), "no [[person]]"),
        (person("a", "1") + &person("a", "2"), "twice"),
        (person("a", "1") + &person("b", "1"), "twice"),
        (person("", "1"), "empty"),
        (person("a", ""), "255"),
        (person("a", "1") + "colour = \"blue\"\n", "colour"),
    ] {
        let error = text.parse::<People>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
