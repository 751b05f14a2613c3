//! Apps that are registered at the provider: what is sent, and what is believed of the answers.

use flui_devidp::DevIdp;
use flui_identity::app_clients::{Access, AppClientFields, AppClientProvider as _, RegistrationError};
use flui_model::app_clients::AppClientKind;
use flui_oidc::RelyingParty;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::support::{
    browser::provider,
    crafted::{Answer, Crafted, with},
    relying_party, settings,
};

const TOKEN: &str = "initial-access-token";
const REGISTER: &str = "/register";
const REDIRECT: &str = "https://wiki.example.org/cb";

fn wiki() -> AppClientFields {
    AppClientFields {
        name: "Wiki".to_owned(),
        kind: AppClientKind::Web,
        redirect_uris: vec![REDIRECT.to_owned()],
        post_logout_redirect_uris: vec!["https://wiki.example.org/".to_owned()],
        backchannel_logout_uri: None,
        scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
    }
}

fn rp(issuer: &str, token: Option<&str>) -> RelyingParty {
    let mut settings = settings(issuer);
    settings.registration_token = token.map(SecretString::from);
    relying_party(settings).0
}

async fn registering() -> (DevIdp, RelyingParty) {
    let idp = provider(|options| options.registration_token = Some(TOKEN.to_owned())).await;
    let rp = rp(idp.issuer(), Some(TOKEN));
    (idp, rp)
}

/// A provider whose registration endpoint answers this.
async fn crafted(answer: &Answer) -> Crafted {
    let op = Crafted::start_with(|settings| settings.registration_token = Some(TOKEN.into())).await;
    op.discover(&[("registration_endpoint", json!(format!("{}{REGISTER}", op.issuer)))]);
    op.answer(REGISTER, answer.clone());
    op
}

fn good(status: u16, change: impl FnOnce(Value) -> Value) -> Answer {
    let body = change(json!({ "client_id": "app-1", "client_secret": "s3cret", "redirect_uris": [REDIRECT] }));
    Answer::new(status, "application/json", body.to_string())
}

#[tokio::test]
async fn a_client_is_registered_changed_with_a_new_access_each_time_and_deleted() {
    let (idp, rp) = registering().await;
    assert!(rp.offers_registration().await.unwrap());
    let registered = rp.register(&wiki()).await.unwrap();
    assert_eq!(registered.redirect_uris, [REDIRECT]);
    assert!(registered.client_secret.is_some() && registered.client_secret_expires_at.is_none());
    let access = registered.access.unwrap();

    let mut fields = wiki();
    fields.redirect_uris = vec!["https://wiki.example.org/other".to_owned()];
    let (next, changed) = rp.change(&access, &registered.client_id, &fields).await;
    let changed = changed.unwrap();
    assert_eq!(changed.redirect_uris, fields.redirect_uris);
    assert!(changed.client_secret.is_none(), "the old one is no new one");
    let next = next.expect("another access");
    assert_ne!(next.token.expose_secret(), access.token.expose_secret());
    let (_, stale) = rp.change(&access, &registered.client_id, &fields).await;
    assert_eq!(stale.unwrap_err(), RegistrationError::ClientUnknown);
    idp.control().renew_secrets();
    let (last, changed) = rp.change(&next, &registered.client_id, &fields).await;
    assert!(changed.unwrap().client_secret.is_some(), "a new one");

    assert_eq!(rp.delete(&access).await.unwrap_err(), RegistrationError::ClientUnknown);
    rp.delete(&last.unwrap()).await.unwrap();
    assert!(idp.control().registered_clients().is_empty());
}

#[tokio::test]
async fn nothing_is_registered_without_a_token_or_an_endpoint_and_a_wrong_token_is_told() {
    let (idp, _) = registering().await;
    assert!(!rp(idp.issuer(), None).offers_registration().await.unwrap());
    let without = provider(|_| {}).await;
    let there = rp(without.issuer(), Some(TOKEN));
    assert!(!there.offers_registration().await.unwrap());
    assert_eq!(
        there.register(&wiki()).await.unwrap_err(),
        RegistrationError::NotOffered
    );
    let wrong = rp(idp.issuer(), Some("another-access-token"));
    assert_eq!(
        wrong.register(&wiki()).await.unwrap_err(),
        RegistrationError::TokenRefused
    );
}

#[tokio::test]
async fn refusals_are_told_apart_by_their_code() {
    let (idp, rp) = registering().await;
    let mut fields = wiki();
    fields.redirect_uris = vec!["http://wiki.example.org/cb".to_owned()];
    assert_eq!(
        rp.register(&fields).await.unwrap_err(),
        RegistrationError::RedirectRefused
    );
    let mut fields = wiki();
    fields.scopes.push("no-such-scope".to_owned());
    assert_eq!(
        rp.register(&fields).await.unwrap_err(),
        RegistrationError::MetadataRefused
    );
    idp.control().pause();
    assert_eq!(rp.register(&wiki()).await.unwrap_err(), RegistrationError::Unavailable);
    idp.control().resume();
    rp.register(&wiki()).await.unwrap();
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_refused() {
    let elsewhere = |uri: &str| {
        let uri = json!(uri);
        good(201, |body| {
            let body = with(body, "registration_access_token", json!("token"));
            with(body, "registration_client_uri", uri)
        })
    };
    for answer in [
        good(201, |body| with(body, "client_id", Value::Null)),
        good(201, |body| with(body, "redirect_uris", Value::Null)),
        good(201, |body| with(body, "redirect_uris", json!([1]))),
        Answer::new(201, "text/html", "<p>registered</p>"),
        Answer::redirect(307, "http://127.0.0.1:9/register"),
        elsewhere("https://elsewhere.example.org/register/app-1"),
        elsewhere("http://127.0.0.1:9/register/app-1"),
        elsewhere("/register/app-1"),
    ] {
        let op = crafted(&answer).await;
        assert_eq!(op.rp.register(&wiki()).await.unwrap_err(), RegistrationError::BadAnswer);
    }
    for status in [200, 201] {
        let op = crafted(&good(status, |body| body)).await;
        let registered = op.rp.register(&wiki()).await.unwrap();
        assert_eq!(registered.client_id, "app-1");
        assert!(registered.access.is_none(), "it gave none");
        let sent = &op.requests(REGISTER)[0].headers;
        assert_eq!(sent["authorization"], format!("Bearer {TOKEN}"));
    }
    let ends = |body| with(body, "client_secret_expires_at", json!(2_000_000_000));
    let registered = crafted(&good(201, ends)).await.rp.register(&wiki()).await.unwrap();
    assert_eq!(registered.client_secret_expires_at.unwrap().as_seconds(), 2_000_000_000);
    // Whether what it registered is what was asked for is for the rules to judge.
    let other = |body| with(body, "redirect_uris", json!(["https://other.example.org/cb"]));
    let registered = crafted(&good(201, other)).await.rp.register(&wiki()).await.unwrap();
    assert_eq!(registered.redirect_uris, ["https://other.example.org/cb"]);
}

#[tokio::test]
async fn the_access_is_sent_to_the_provider_alone() {
    let op = crafted(&good(201, |body| body)).await;
    let access = |uri: String| Access {
        uri,
        token: "canary".into(),
    };
    for uri in ["http://127.0.0.1:9/x", "https://elsewhere.example.org/x", "nonsense"] {
        let refused = op.rp.delete(&access(uri.to_owned())).await;
        assert_eq!(refused.unwrap_err(), RegistrationError::BadAnswer, "{uri}");
    }
    for (status, error) in [
        (401, RegistrationError::ClientUnknown),
        (404, RegistrationError::ClientUnknown),
        (403, RegistrationError::NotManaged),
        (405, RegistrationError::NotManaged),
        (302, RegistrationError::BadAnswer),
        (503, RegistrationError::Unavailable),
    ] {
        op.answer("/register/app-1", Answer::new(status, "application/json", "{}"));
        let refused = op.rp.delete(&access(format!("{}/register/app-1", op.issuer))).await;
        assert_eq!(refused.unwrap_err(), error, "{status}");
    }
    op.answer("/register/app-1", Answer::new(204, "application/json", ""));
    op.rp
        .delete(&access(format!("{}/register/app-1", op.issuer)))
        .await
        .unwrap();
    assert!(!format!("{:?}", access(String::new())).contains("canary"));
}
