//! Refresh tokens: when one is asked for, and what the provider's answers to it mean.

use flui_devidp::DevIdp;
use flui_oidc::{Ask, Bad, ProviderError, RefreshError, RelyingParty, TokenError, Unavailable};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::support::{
    CLIENT,
    browser::{Browser, provider},
    crafted::{Answer, Crafted, TOKEN, with},
    query, relying_party, settings,
};

/// A relying party that asks for refresh tokens, and the one of a person who just signed in.
async fn signed_in(idp: &DevIdp) -> (RelyingParty, SecretString, String) {
    let mut settings = settings(idp.issuer());
    settings.offline_access = true;
    let (rp, _) = relying_party(settings);
    let browser = Browser::new(&rp);
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    let completed = browser.complete(&rp, &returned).await.unwrap();
    let token = completed.refresh_token.expect("a refresh token");
    (rp, token, completed.person.subject)
}

#[tokio::test]
async fn a_refresh_token_is_asked_for_where_it_can_be_kept_and_is_offered() {
    let op = Crafted::start().await;
    let scope = async |rp: &RelyingParty| {
        let (_, url) = rp.begin_login("secret", "/", Ask::default()).await.unwrap();
        query(&url, "scope")
    };
    op.discover(&[("scopes_supported", json!(["openid", "offline_access"]))]);
    assert_eq!(scope(&op.rp).await, "openid profile email", "nobody could keep it");
    let asking = |issuer: &str| {
        let mut settings = settings(issuer);
        settings.offline_access = true;
        // Whoever names it does not get it twice.
        settings.scopes.push("offline_access".to_owned());
        relying_party(settings).0
    };
    assert_eq!(scope(&asking(&op.issuer)).await, "openid profile email offline_access");

    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    let returned = browser.sign_in(&rp, "ada", Ask::default()).await;
    assert!(browser.complete(&rp, &returned).await.unwrap().refresh_token.is_none());
}

#[tokio::test]
async fn a_refresh_tells_of_the_person_and_gives_the_next_token() {
    let idp = provider(|_| {}).await;
    let (rp, first, subject) = signed_in(&idp).await;
    idp.control().drop_group("ada", "flui-admins").unwrap();
    let refreshed = rp.refresh(&first, &subject).await.unwrap();
    let person = refreshed.person.unwrap().expect("an ID token");
    assert_eq!(person.subject, subject);
    assert_eq!(person.groups.unwrap(), ["operators"]);
    let second = refreshed.refresh_token.expect("the next token");
    assert_ne!(second.expose_secret(), first.expose_secret());
    assert!(!format!("{:?}", rp.refresh(&second, &subject).await.unwrap()).contains(second.expose_secret()));
}

#[tokio::test]
async fn a_refusal_is_told_from_a_provider_that_is_away() {
    let idp = provider(|_| {}).await;
    let (rp, token, subject) = signed_in(&idp).await;
    idp.control().pause();
    let away = rp.refresh(&token, &subject).await.unwrap_err();
    let unavailable = ProviderError::Unavailable(Unavailable::Status(503));
    assert_eq!(away, RefreshError::NotReached(unavailable));
    idp.control().resume();
    idp.control().disable_person("ada").unwrap();
    assert_eq!(rp.refresh(&token, &subject).await.unwrap_err(), RefreshError::Refused);
    let unknown = SecretString::from("unknown");
    assert_eq!(rp.refresh(&unknown, &subject).await.unwrap_err(), RefreshError::Refused);
}

#[tokio::test]
async fn a_refreshed_id_token_of_anybody_or_anywhere_else_is_not_believed() {
    let op = Crafted::start().await;
    let token = SecretString::from("kept");
    let good = op.claims(CLIENT);
    let subject = good["sub"].as_str().unwrap().to_owned();
    let refresh = async |claims: &serde_json::Value| {
        let id_token = op.signed(claims);
        op.answer_json(
            TOKEN,
            &json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token, "refresh_token": "next"}),
        );
        op.rp.refresh(&token, &subject).await.unwrap()
    };
    let good = with(good, "at_hash", json!(null));
    assert_eq!(refresh(&good).await.person.unwrap().unwrap().subject, subject);
    for (claim, value) in [
        ("sub", json!("somebody else")),
        ("iss", json!("https://elsewhere.example")),
        ("aud", json!("other")),
        ("exp", json!(1)),
        ("iat", json!(1)),
        ("events", json!({})),
        ("at_hash", json!("AAAA")),
    ] {
        let refreshed = refresh(&with(good.clone(), claim, value)).await;
        assert_eq!(refreshed.person.unwrap_err(), TokenError::Refused(claim), "{claim}");
        assert_eq!(
            refreshed.refresh_token.unwrap().expose_secret(),
            "next",
            "the next token is not lost by it"
        );
    }
    // No ID token: the provider stands for the person, and says nothing else.
    op.answer_json(TOKEN, &json!({"access_token": "a", "token_type": "Bearer"}));
    let refreshed = op.rp.refresh(&token, &subject).await.unwrap();
    assert!(refreshed.person.unwrap().is_none() && refreshed.refresh_token.is_none());
    let request = op.requests(TOKEN).pop().unwrap();
    assert_eq!(request.form["grant_type"], "refresh_token");
    assert_eq!(request.form["refresh_token"], "kept");
    assert!(request.headers["authorization"].to_str().unwrap().starts_with("Basic "));

    let answered = async |status: u16, body: serde_json::Value| {
        op.answer(TOKEN, Answer::new(status, "application/json", body.to_string()));
        op.rp.refresh(&token, &subject).await.unwrap_err()
    };
    let client_refused = RefreshError::NotReached(ProviderError::Bad(Bad::ClientRefused));
    assert_eq!(answered(401, json!({"error": "invalid_client"})).await, client_refused);
    let status = |status| RefreshError::NoAnswer(ProviderError::Bad(Bad::Status(status)));
    assert_eq!(answered(400, json!({"error": "invalid_request"})).await, status(400));
    let broken = RefreshError::NoAnswer(ProviderError::Unavailable(Unavailable::Status(500)));
    assert_eq!(answered(500, json!({})).await, broken);
    assert_eq!(
        answered(400, json!({"error": "invalid_grant"})).await,
        RefreshError::Refused
    );
}
