//! Whole sign-ins: at the development provider, and at a crafted one for what surrounds the ID token.

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flui_devidp::Algorithm;
use flui_oidc::{Ask, Bad, CallbackAnswer, LoginError, ProviderError, RelyingParty};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use crate::support::{
    CALLBACK, CLIENT, SECRET,
    browser::{Browser, provider},
    crafted::{ACCESS_TOKEN, Answer, Crafted, TOKEN, with},
    query, relying_party, settings,
};

#[tokio::test]
async fn a_person_signs_in_at_a_real_provider_with_every_algorithm() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let idp = provider(|options| options.algorithm = algorithm).await;
        let (rp, _) = relying_party(settings(idp.issuer()));
        let browser = Browser::new(&rp);
        let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
        let completed = browser.complete(&rp, &returned).await.unwrap();
        assert_eq!(completed.person.issuer, idp.issuer());
        assert_eq!(completed.person.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(completed.person.email.as_deref(), Some("ada@example.org"));
        assert!(completed.person.email_verified);
        assert_eq!(completed.person.groups.unwrap(), ["flui-admins", "operators"]);
        assert!(completed.proof.is_mfa());
        assert!(completed.proof.provider_sid.is_some());
        assert!(completed.proof.auth_time.is_some());
    }
}

#[tokio::test]
async fn zitadels_role_map_gives_the_roles() {
    let idp = provider(|options| options.role_map = true).await;
    let mut settings = settings(idp.issuer());
    settings.roles_claim = "urn:zitadel:iam:org:project:roles".to_owned();
    let (rp, _) = relying_party(settings);
    let browser = Browser::new(&rp);
    let returned = browser.sign_in(&rp, "grace", Ask::default()).await;
    assert_eq!(
        browser.complete(&rp, &returned).await.unwrap().person.groups.unwrap(),
        ["operators"]
    );
}

#[tokio::test]
async fn c1_every_attempt_has_its_own_state_nonce_and_challenge() {
    let op = Crafted::start().await;
    // Also when the provider does not know the method.
    op.discover(&[("code_challenge_methods_supported", json!(["plain"]))]);
    let secret = op.rp.new_browser_secret();
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let (_, url) = op.rp.begin_login(&secret, "/", Ask::default()).await.unwrap();
        assert_eq!(query(&url, "response_type"), "code");
        assert_eq!(query(&url, "client_id"), CLIENT);
        assert_eq!(query(&url, "redirect_uri"), CALLBACK);
        assert_eq!(query(&url, "scope"), "openid profile email");
        assert_eq!(query(&url, "code_challenge_method"), "S256");
        for name in ["state", "nonce", "code_challenge"] {
            let value = query(&url, name);
            assert_eq!(value.len(), 43, "{name}");
            assert!(seen.insert(value), "{name} repeats");
        }
    }
    // The verifier of the token call is the one of the challenge.
    let (attempt, url) = op.rp.begin_login(&secret, "/", Ask::default()).await.unwrap();
    let answer = CallbackAnswer {
        code: "the-code".to_owned(),
        iss: None,
    };
    let _ = op
        .rp
        .complete_login(&attempt, &secret, &query(&url, "state"), answer)
        .await;
    let form = &op.requests(TOKEN)[0].form;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(form["code_verifier"].clone()));
    assert_eq!(challenge.as_str(), query(&url, "code_challenge"));
    assert_eq!(form["redirect_uri"], CALLBACK);
    assert_eq!(form["code"], "the-code");
}

#[tokio::test]
async fn c4_c5_an_attempt_belongs_to_one_browser_and_ten_minutes() {
    let idp = provider(|_| {}).await;
    let (rp, clock) = relying_party(settings(idp.issuer()));
    let (browser, other) = (Browser::new(&rp), Browser::new(&rp));
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    let refused = Some(LoginError::Refused("attempt"));
    assert_eq!(other.complete(&rp, &returned).await.err(), refused);
    let wrong_state = rp
        .complete_login(&returned.attempt, &browser.secret, "other-state", returned.answer())
        .await;
    assert_eq!(wrong_state.err(), refused);
    clock.advance(601);
    assert_eq!(browser.complete(&rp, &returned).await.err(), refused);
    clock.advance(-601);
    // None of these reached the token endpoint: the code is still good.
    browser.complete(&rp, &returned).await.unwrap();
}

#[tokio::test]
async fn c6_two_tabs_sign_in_side_by_side() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    let first = browser.sign_in(&rp, "ada", Ask::default()).await;
    let second = browser.sign_in(&rp, "ada", Ask::default()).await;
    browser.complete(&rp, &first).await.unwrap();
    browser.complete(&rp, &second).await.unwrap();
}

#[tokio::test]
async fn c7_the_issuer_of_the_answer_is_checked_before_the_code_is_used() {
    let op = Crafted::start().await;
    let complete = |iss: Option<String>| {
        let op = &op;
        async move {
            let secret = op.rp.new_browser_secret();
            let (attempt, url) = op.rp.begin_login(&secret, "/", Ask::default()).await.unwrap();
            let answer = CallbackAnswer {
                code: "the-code".to_owned(),
                iss,
            };
            op.rp
                .complete_login(&attempt, &secret, &query(&url, "state"), answer)
                .await
                .unwrap_err()
        }
    };
    let wrong = complete(Some(format!("{}/", op.issuer))).await;
    assert_eq!(wrong, LoginError::Refused("answer_issuer"));
    assert_eq!(op.calls(TOKEN), 0);
    // Not announced and not there: on to the token endpoint, which is not set up here.
    complete(None).await;
    assert_eq!(op.calls(TOKEN), 1);

    let op = Crafted::start().await;
    op.discover(&[("authorization_response_iss_parameter_supported", json!(true))]);
    assert_eq!(
        op.rp.check_answer_issuer(None).await,
        Err(LoginError::Refused("answer_issuer_missing"))
    );
    assert_eq!(op.rp.check_answer_issuer(Some(&op.issuer)).await, Ok(()));
    assert_eq!(op.calls(TOKEN), 0);
}

#[tokio::test]
async fn c9_a_code_of_another_attempt_is_refused_by_the_provider() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let (ada, grace) = (Browser::new(&rp), Browser::new(&rp));
    let of_ada = ada.sign_in(&rp, "ada", Ask::default()).await;
    let mut of_grace = grace.sign_in(&rp, "grace", Ask::default()).await;
    let own = std::mem::replace(&mut of_grace.code, of_ada.code.clone());
    assert_eq!(
        grace.complete(&rp, &of_grace).await.err(),
        Some(LoginError::Refused("code"))
    );
    of_grace.code = own;
    let completed = grace.complete(&rp, &of_grace).await.unwrap();
    assert_eq!(completed.person.name.as_deref(), Some("Grace Hopper"));
}

#[tokio::test]
async fn c3_a_code_is_good_once() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    browser.complete(&rp, &returned).await.unwrap();
    assert_eq!(
        browser.complete(&rp, &returned).await.err(),
        Some(LoginError::Refused("code"))
    );
    for code in [String::new(), "a".repeat(5000)] {
        let answer = CallbackAnswer {
            code,
            iss: returned.iss.clone(),
        };
        let refused = rp
            .complete_login(&returned.attempt, &browser.secret, &returned.state, answer)
            .await;
        assert_eq!(refused.err(), Some(LoginError::Refused("code")));
    }
}

#[tokio::test]
async fn c19_c20_spoiled_claims_of_a_real_provider_are_refused() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    for (name, value) in [
        ("nonce", json!(null)),
        ("aud", json!("other")),
        ("exp", json!(1)),
        ("at_hash", json!("x")),
    ] {
        idp.control()
            .override_id_token(Some(Map::from_iter([(name.to_owned(), value)])));
        let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
        assert_eq!(
            browser.complete(&rp, &returned).await.err(),
            Some(LoginError::Refused(name))
        );
    }
    idp.control().override_id_token(None);
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    browser.complete(&rp, &returned).await.unwrap();
}

#[tokio::test]
async fn c28_a_real_provider_rotates_its_keys() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    for _ in 0..2 {
        let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
        browser.complete(&rp, &returned).await.unwrap();
        idp.control().rotate_keys().await.unwrap();
    }
}

#[tokio::test]
async fn s13_asking_for_a_fresh_sign_in_makes_the_provider_ask_again() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    let first = browser.sign_in(&rp, "ada", Ask::default()).await;
    let first = browser.complete(&rp, &first).await.unwrap();
    let (_, url) = rp
        .begin_login(&browser.secret, "/", Ask { fresh: Some(900) })
        .await
        .unwrap();
    assert_eq!(query(&url, "max_age"), "900");
    assert_eq!(query(&url, "prompt"), "login");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let again = browser.sign_in(&rp, "ada", Ask { fresh: Some(900) }).await;
    assert_eq!(again.attempt.max_age, Some(900));
    let again = browser.complete(&rp, &again).await.unwrap();
    assert!(again.proof.auth_time > first.proof.auth_time);
}

#[tokio::test]
async fn the_client_proves_itself_as_the_provider_wants_it() {
    let op = Crafted::start().await;
    op.assert_good_login().await;
    let request = &op.requests(TOKEN)[0];
    let basic = request.headers["authorization"]
        .to_str()
        .unwrap()
        .strip_prefix("Basic ")
        .unwrap();
    let basic = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    assert_eq!(basic, format!("{CLIENT}:{encoded}"));
    assert!(!request.form.contains_key("client_secret"));

    let op = Crafted::start().await;
    op.discover(&[(
        "token_endpoint_auth_methods_supported",
        json!(["client_secret_post", "private_key_jwt"]),
    )]);
    op.assert_good_login().await;
    let request = &op.requests(TOKEN)[0];
    assert_eq!(request.form["client_secret"], SECRET);
    assert_eq!(request.form["client_id"], CLIENT);
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn wrong_answers_of_the_token_endpoint_are_told_apart() {
    let op = Crafted::start().await;
    let secret = op.rp.new_browser_secret();
    let tokens = |name: &str, value: Value| {
        let good = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": "a.b.c"});
        Answer::json(&with(good, name, value))
    };
    let error = |status: u16, code: &str| Answer::new(status, "application/json", json!({"error": code}).to_string());
    let bad = |class| LoginError::Provider(ProviderError::Bad(class));
    for (answer, expected) in [
        (error(400, "invalid_grant"), LoginError::Refused("code")),
        (error(400, "invalid_client"), bad(Bad::ClientRefused)),
        (error(401, "anything"), bad(Bad::ClientRefused)),
        (error(400, "invalid_request"), bad(Bad::Status(400))),
        (Answer::redirect(302, "/elsewhere"), bad(Bad::Redirected)),
        (Answer::new(200, "text/html", "<html>"), bad(Bad::NotJson)),
        (tokens("id_token", json!(null)), bad(Bad::Incomplete("id_token"))),
        (tokens("id_token", json!(1)), bad(Bad::Incomplete("id_token"))),
        (
            tokens("access_token", json!(null)),
            bad(Bad::Incomplete("access_token")),
        ),
        (tokens("token_type", json!(null)), bad(Bad::Incomplete("token_type"))),
        (tokens("token_type", json!("DPoP")), LoginError::Refused("token_type")),
        (tokens("token_type", json!("bearer")), LoginError::Refused("malformed")),
    ] {
        op.answer(TOKEN, answer);
        let (attempt, url) = op.rp.begin_login(&secret, "/", Ask::default()).await.unwrap();
        let answer = CallbackAnswer {
            code: "the-code".to_owned(),
            iss: None,
        };
        let outcome = op
            .rp
            .complete_login(&attempt, &secret, &query(&url, "state"), answer)
            .await;
        assert_eq!(outcome.unwrap_err(), expected);
    }
    assert_eq!(op.calls("/elsewhere"), 0);
    op.assert_good_login().await;
}

#[tokio::test]
async fn l1_the_providers_own_logout_takes_hint_address_and_state() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    assert_eq!(rp.end_session_url(None, "the-state"), None);
    let browser = Browser::new(&rp);
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    let completed = browser.complete(&rp, &returned).await.unwrap();

    let sealed = RelyingParty::seal("session-secret", completed.id_token.expose_secret());
    let hint = RelyingParty::unseal("session-secret", &sealed).unwrap();
    let url = rp.end_session_url(Some(hint.expose_secret()), "the-state").unwrap();
    assert!(url.as_str().starts_with(idp.issuer()));
    assert_eq!(query(&url, "id_token_hint"), completed.id_token.expose_secret());
    assert_eq!(query(&url, "client_id"), CLIENT);
    assert_eq!(query(&url, "post_logout_redirect_uri"), "http://127.0.0.1:3000/");
    assert_eq!(query(&url, "state"), "the-state");
    let without = rp.end_session_url(None, "the-state").unwrap();
    assert!(!without.as_str().contains("id_token_hint"));

    let op = Crafted::start().await;
    op.rp.ready().await.unwrap();
    assert_eq!(op.rp.end_session_url(None, "the-state"), None);
}
