use flui_oidc::TokenError;
use serde_json::{Value, json};

use crate::support::{
    CLIENT,
    browser::{Browser, provider},
    crafted::{Crafted, KEYS, Key, unsigned, with},
    relying_party, settings,
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Claims of a good logout token.
pub(crate) fn claims(op: &Crafted) -> Value {
    json!({
        "iss": op.issuer,
        "aud": CLIENT,
        "iat": op.now(),
        "exp": op.now() + 120,
        "jti": "jti-1",
        "sub": "person-1",
        "sid": "sid-1",
        "events": {EVENT: {}},
    })
}

fn header(op: &Crafted) -> Value {
    with(op.key.header(), "typ", json!("logout+jwt"))
}

async fn refusal(op: &Crafted, token: &str) -> Option<TokenError> {
    let outcome = op.rp.verify_logout_token(token).await;
    let good = op.rp.verify_logout_token(&op.key.sign(&header(op), &claims(op))).await;
    assert!(good.is_ok(), "{good:?}");
    outcome.err()
}

async fn assert_refused(op: &Crafted, reason: &'static str, claim: &str, values: &[Value]) {
    for value in values {
        let token = op.key.sign(&header(op), &with(claims(op), claim, value.clone()));
        assert_eq!(
            refusal(op, &token).await,
            Some(TokenError::Refused(reason)),
            "{claim}: {value}"
        );
    }
}

#[tokio::test]
async fn l3_a_good_logout_token_says_whose_sessions_end() {
    let op = Crafted::start().await;
    let token = op
        .rp
        .verify_logout_token(&op.key.sign(&header(&op), &claims(&op)))
        .await
        .unwrap();
    assert_eq!(token.issuer, op.issuer);
    assert_eq!(token.jti, "jti-1");
    assert_eq!(token.subject.as_deref(), Some("person-1"));
    assert_eq!(token.sid.as_deref(), Some("sid-1"));
    // It is remembered as long as it would be accepted.
    assert_eq!(token.expires_at.as_seconds(), claims(&op)["exp"].as_i64().unwrap() + 60);
}

#[tokio::test]
async fn l4_signature_and_algorithm_are_those_of_id_tokens() {
    let op = Crafted::start().await;
    let none = format!("{}.", unsigned(&json!({"alg": "none"}), &claims(&op)));
    assert_eq!(refusal(&op, &none).await, Some(TokenError::Refused("algorithm")));
    let wrong = op.key.sign(&with(header(&op), "alg", json!("RS256")), &claims(&op));
    assert_eq!(refusal(&op, &wrong).await, Some(TokenError::Refused("key_mismatch")));
    let stranger = Key::new(&op.key.kid).sign(&header(&op), &claims(&op));
    assert_eq!(refusal(&op, &stranger).await, Some(TokenError::Refused("signature")));
    let unknown = op.key.sign(&with(header(&op), "kid", json!("other")), &claims(&op));
    assert_eq!(refusal(&op, &unknown).await, Some(TokenError::Refused("key_unknown")));
}

#[tokio::test]
async fn l5_issuer_and_audience_must_be_right() {
    let op = Crafted::start().await;
    let issuers = [
        json!(null),
        json!("http://localhost:1"),
        json!(format!("{}/", op.issuer)),
    ];
    assert_refused(&op, "iss", "iss", &issuers).await;
    assert_refused(
        &op,
        "aud",
        "aud",
        &[json!(null), json!("other"), json!([CLIENT, "other"])],
    )
    .await;
}

#[tokio::test]
async fn l6_the_event_must_be_there_and_an_object() {
    let op = Crafted::start().await;
    let events = [
        json!(null),
        json!([EVENT]),
        json!(EVENT),
        json!({}),
        json!({"http://schemas.openid.net/event/other": {}}),
        json!({EVENT: null}),
        json!({EVENT: "{}"}),
        json!({EVENT: []}),
    ];
    assert_refused(&op, "events", "events", &events).await;
}

#[tokio::test]
async fn l7_an_id_token_is_no_logout_token() {
    let op = Crafted::start().await;
    assert_refused(&op, "nonce", "nonce", &[json!("n"), json!("")]).await;
    let null = with(claims(&op), "x", json!(1))
        .to_string()
        .replace("\"x\":1", "\"nonce\":null");
    let token = op.key.sign(&header(&op), &serde_json::from_str(&null).unwrap());
    assert_eq!(refusal(&op, &token).await, Some(TokenError::Refused("nonce")));
    let id_token = op.signed(&op.claims(CLIENT));
    assert_eq!(refusal(&op, &id_token).await, Some(TokenError::Refused("typ")));
    let untyped = op
        .key
        .sign(&with(op.key.header(), "typ", json!(null)), &op.claims(CLIENT));
    assert_eq!(refusal(&op, &untyped).await, Some(TokenError::Refused("events")));
}

#[tokio::test]
async fn l8_times_are_required_and_recent() {
    let op = Crafted::start().await;
    let now = op.now();
    assert_refused(&op, "exp", "exp", &[json!(null), json!(now - 70), json!("soon")]).await;
    assert_refused(&op, "iat", "iat", &[json!(null), json!(now - 610), json!(now + 70)]).await;
    let old = op.key.sign(&header(&op), &with(claims(&op), "iat", json!(now - 590)));
    assert_eq!(refusal(&op, &old).await, None);
}

#[tokio::test]
async fn l9_it_names_a_person_or_a_session() {
    let op = Crafted::start().await;
    let token = |sub: Value, sid: Value| {
        op.key
            .sign(&header(&op), &with(with(claims(&op), "sub", sub), "sid", sid))
    };
    let neither = token(json!(null), json!(null));
    assert_eq!(refusal(&op, &neither).await, Some(TokenError::Refused("sub_and_sid")));
    let one = op
        .rp
        .verify_logout_token(&token(json!(null), json!("sid-1")))
        .await
        .unwrap();
    assert_eq!((one.subject, one.sid.as_deref()), (None, Some("sid-1")));
    let other = op
        .rp
        .verify_logout_token(&token(json!("person-1"), json!(null)))
        .await
        .unwrap();
    assert_eq!((other.subject.as_deref(), other.sid), (Some("person-1"), None));
    assert_refused(&op, "sub", "sub", &[json!(""), json!(1), json!("a".repeat(256))]).await;
    assert_refused(&op, "sid", "sid", &[json!(""), json!(1), json!("a".repeat(256))]).await;
    assert_refused(
        &op,
        "jti",
        "jti",
        &[json!(null), json!(""), json!(1), json!("a".repeat(256))],
    )
    .await;
}

#[tokio::test]
async fn l10_the_type_is_logout_or_absent() {
    let op = Crafted::start().await;
    for typ in ["JWT", "at+jwt", "secevent+jwt", ""] {
        let token = op.key.sign(&with(op.key.header(), "typ", json!(typ)), &claims(&op));
        assert_eq!(refusal(&op, &token).await, Some(TokenError::Refused("typ")), "{typ}");
    }
    for typ in [json!(null), json!("Logout+JWT")] {
        let token = op.key.sign(&with(op.key.header(), "typ", typ), &claims(&op));
        assert_eq!(refusal(&op, &token).await, None);
    }
}

#[tokio::test]
async fn l14_junk_makes_no_request() {
    let op = Crafted::start().await;
    for number in 0..1000 {
        let junk = op.key.sign(
            &header(&op),
            &with(claims(&op), "aud", json!(format!("client-{number}"))),
        );
        assert!(op.rp.verify_logout_token(&junk).await.is_err());
    }
    assert_eq!(op.calls(KEYS), 0);
    assert!(!op.rp.is_ready());
    op.rp
        .verify_logout_token(&op.key.sign(&header(&op), &claims(&op)))
        .await
        .unwrap();
}

#[tokio::test]
async fn l7_a_genuine_id_token_of_a_provider_is_refused() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let tokens = Browser::new(&rp).tokens_of(&idp, CLIENT, "ada").await;
    let refused = rp.verify_logout_token(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(refused.unwrap_err(), TokenError::Refused("typ"));
    let control = idp.control();
    let good = control.sign(
        json!({"alg": "ES256", "kid": control.current_kid(), "typ": "logout+jwt"}),
        json!({"iss": idp.issuer(), "aud": CLIENT, "iat": control.now(), "exp": control.now() + 60, "jti": "j", "sid": "s",
               "events": {EVENT: {}}}),
    );
    assert_eq!(rp.verify_logout_token(&good).await.unwrap().sid.as_deref(), Some("s"));
}
