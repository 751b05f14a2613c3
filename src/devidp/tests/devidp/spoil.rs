//! The hostile provider: named switches spoil what leaves it.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flui_devidp::{Control, Error};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Ask, Browser, provider, query, text};

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn every_switch_has_a_name_and_a_sentence_of_its_own_and_can_be_switched() {
    let idp = provider(|_| {}).await;
    let control = idp.control();
    let mut names = HashSet::new();
    for switch in Control::switches() {
        assert!(switch.says.ends_with('.') && switch.says.len() > 15, "{switch:?}");
        assert!(
            switch
                .name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b"0123456789-_".contains(&b)),
            "{switch:?}"
        );
        control.switch_on(&switch.name).unwrap();
        control.switch_off();
        assert!(names.insert(switch.name.clone()), "{} is there twice", switch.name);
    }
    assert!(names.len() > 900, "{}", names.len());
    assert!(matches!(
        control.switch_on("no-such-switch"),
        Err(Error::UnknownSwitch(_))
    ));
}

#[tokio::test]
async fn each_switch_of_a_document_changes_that_document_until_it_is_off() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    for (prefix, path) in [
        ("discovery-", "/.well-known/openid-configuration"),
        ("jwks-", "/oauth/v2/keys"),
        ("jwk-", "/oauth/v2/keys"),
    ] {
        let good = browser.get_json(path).await;
        let is_document = |name: &str| name.starts_with(prefix) && !name.contains("-answer-");
        for switch in Control::switches()
            .into_iter()
            .filter(|switch| is_document(&switch.name))
        {
            // What is true already, and what an elliptic key does not have, stays.
            let is_so_already = switch.name.ends_with("-true") && switch.name.contains("_supported")
                || ["jwk-n-missing", "jwk-e-missing"].contains(&switch.name.as_str());
            control.switch_on(&switch.name).unwrap();
            let spoiled = browser.get_json(path).await;
            assert!(spoiled != good || is_so_already, "{}", switch.name);
            control.switch_off();
            assert_eq!(browser.get_json(path).await, good, "{}", switch.name);
        }
    }
}

#[tokio::test]
async fn a_logout_token_is_made_for_the_latest_session_and_spoiled_by_its_switches() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    assert!(matches!(control.logout_token("ada", "app"), Err(Error::NoSession(_))));
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let sid = part(text(&tokens, "id_token"), 1)["sid"].clone();
    let good = control.logout_token("ada", "app").unwrap();
    assert_eq!(part(&good, 1)["sid"], sid);
    assert!(browser.verified(&good).await.is_some());
    assert!(matches!(control.logout_token("ada", "tool"), Err(Error::NoSession(_))));

    let fields = |token: &str| {
        let mut claims = part(token, 1);
        // Each token has an id and times of its own.
        for name in ["jti", "iat", "exp"] {
            if claims[name].is_string() && claims[name].as_str().unwrap().len() == 22 || claims[name].as_i64() > Some(9)
            {
                claims[name] = json!("as it should be");
            }
        }
        (part(token, 0), claims)
    };
    let good = fields(&good);
    for name in ["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events", "nonce"] {
        for way in ["null", "number", "true", "empty", "list", "object", "another", "long"] {
            let switch = format!("logout-{name}-{way}");
            control.switch_on(&switch).unwrap();
            let spoiled = fields(&control.logout_token("ada", "app").unwrap());
            assert_ne!(spoiled.1.get(name), good.1.get(name), "{switch}");
            control.switch_off();
        }
    }
    assert_eq!(fields(&control.logout_token("ada", "app").unwrap()), good);
}

#[tokio::test]
async fn forged_signatures_do_not_verify_and_the_claims_stay() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    let ask = Ask::app().with("prompt", "login");
    for (switch, alg) in [
        ("oidcc-client-test-idtoken-sig-none", "none"),
        ("oidcc-client-test-invalid-sig-es256", "ES256"),
        ("oidcc-client-test-invalid-sig-hs256", "HS256"),
        ("idtoken-sig-hs256-client-secret", "HS256"),
        ("idtoken-sig-hs256-public-key", "HS256"),
        ("idtoken-sig-stranger", "ES256"),
        ("idtoken-sig-embedded-key", "ES256"),
        ("idtoken-sig-cut-off", "ES256"),
        ("idtoken-claims-changed", "ES256"),
    ] {
        control.switch_on(switch).unwrap();
        let tokens = browser.tokens(&ask, "grace").await;
        control.switch_off();
        let token = text(&tokens, "id_token");
        assert_eq!(part(token, 0)["alg"], alg, "{switch}");
        assert_eq!(part(token, 1)["aud"], "app", "{switch}");
        if alg == "ES256" {
            assert!(browser.verified(token).await.is_none(), "{switch}");
        }
    }
    let secret = jsonwebtoken::DecodingKey::from_secret(b"app-secret");
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.set_audience(&["app"]);
    control.switch_on("idtoken-sig-hs256-client-secret").unwrap();
    let tokens = browser.tokens(&ask, "grace").await;
    assert!(jsonwebtoken::decode::<Value>(text(&tokens, "id_token"), &secret, &validation).is_ok());
}

#[tokio::test]
async fn pkce_is_looked_at_until_told_otherwise() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let ask = Ask::app().with("prompt", "login");
    let exchange = async || {
        let location = browser.sign_in(&ask, "ada").await;
        let code = query(&location, "code").unwrap();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", crate::support::CALLBACK),
            ("code_verifier", "another-verifier-of-at-least-43-characters-012345"),
        ];
        browser.app_token(&fields).await.status()
    };
    assert_eq!(exchange().await, StatusCode::BAD_REQUEST);
    idp.control().switch_on("pkce-ignored").unwrap();
    assert_eq!(exchange().await, StatusCode::OK);
}

#[tokio::test]
async fn answers_are_delivered_as_the_switch_says() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let control = idp.control();
    let keys = async || browser.http.get(browser.url("/oauth/v2/keys")).send().await.unwrap();
    let good = keys().await.bytes().await.unwrap();
    for (name, status) in [
        ("redirect-302", 302),
        ("redirect-308", 308),
        ("status-404", 404),
        ("status-500", 500),
        ("html", 200),
        ("plain-text", 200),
        ("cut", 200),
        ("empty", 200),
        ("empty-object", 200),
        ("gzip-bomb", 200),
    ] {
        control.switch_on(&format!("jwks-answer-{name}")).unwrap();
        let answer = keys().await;
        assert_eq!(answer.status(), status, "{name}");
        let kind = answer.headers()["content-type"].clone();
        match name {
            "redirect-302" | "redirect-308" => {
                let location = answer.headers()["location"].to_str().unwrap().to_owned();
                assert_eq!(location, browser.url("/trap"));
            }
            "gzip-bomb" => {
                assert_eq!(answer.headers()["content-encoding"], "gzip");
                let packed = answer.bytes().await.unwrap();
                let mut unpacked = flate2::read::MultiGzDecoder::new(&packed[..]);
                let size = std::io::copy(&mut unpacked, &mut std::io::sink()).unwrap();
                assert!(
                    packed.len() < 1_000_000 && size == 100 * 1024 * 1024,
                    "{} {size}",
                    packed.len()
                );
            }
            "status-404" | "status-500" => assert_eq!(answer.bytes().await.unwrap(), good),
            _ => assert!(
                kind != "application/json" || answer.bytes().await.unwrap() != good,
                "{name}"
            ),
        }
        control.switch_off();
    }
    control.switch_on("jwks-answer-huge").unwrap();
    let huge = keys().await.bytes().await.unwrap();
    assert!(huge.len() > 100 * 1024 * 1024);
    let huge: Value = serde_json::from_slice(&huge).unwrap();
    assert!(huge["keys"][0]["kid"].is_string(), "it is the document all the same");
    control.switch_off();
    control.switch_on("jwks-answer-broken").unwrap();
    // It may break before or after the header has arrived.
    let broken = browser.http.get(browser.url("/oauth/v2/keys")).send().await;
    if let Ok(answer) = broken {
        assert!(answer.bytes().await.is_err());
    }
    control.switch_off();
    control.switch_on("jwks-answer-drip").unwrap();
    let mut drip = keys().await;
    assert_eq!(drip.chunk().await.unwrap().unwrap().len(), 1);
    control.switch_off();
    assert_eq!(keys().await.bytes().await.unwrap(), good);
    let calls = control.calls();
    assert!(
        !calls.contains_key("/trap") && calls["/oauth/v2/keys"] >= 13,
        "{calls:?}"
    );
}

#[tokio::test]
async fn switches_are_listed_and_thrown_over_http() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let listed = browser.get_json("/control/switches").await;
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), Control::switches().len());
    assert!(
        listed
            .iter()
            .any(|switch| switch["name"] == "oidcc-client-test-invalid-aud")
    );
    let order = async |path: &str, body: Value| browser.http.post(browser.url(path)).json(&body).send().await.unwrap();
    let on = json!({ "name": "discovery-issuer-missing" });
    assert_eq!(order("/control/switch-on", on).await.status(), StatusCode::NO_CONTENT);
    let document = browser.get_json("/.well-known/openid-configuration").await;
    assert!(document.get("issuer").is_none());
    assert_eq!(
        order("/control/switch-off", json!({})).await.status(),
        StatusCode::NO_CONTENT
    );
    let document = browser.get_json("/.well-known/openid-configuration").await;
    assert!(document.get("issuer").is_some());
    let unknown = json!({ "name": "discovery-issuer-pink" });
    assert_eq!(
        order("/control/switch-on", unknown).await.status(),
        StatusCode::NOT_FOUND
    );
    browser.tokens(&Ask::app(), "ada").await;
    let told = order("/control/logout-token", json!({ "login": "ada", "client_id": "app" })).await;
    assert_eq!(text(&told.json().await.unwrap(), "logout_token").split('.').count(), 3);
}
