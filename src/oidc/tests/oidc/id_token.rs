//! The table of ID token rules. Each refusal differs from a good sign-in by one thing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flui_oidc::{Ask, LoginError};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::support::{
    CLIENT, SECRET,
    crafted::{ACCESS_TOKEN, Crafted, Key, unsigned, with},
    query,
};

/// Each value of the claim is refused for this reason, and a good sign-in still goes through.
async fn assert_refused(op: &Crafted, reason: &'static str, claim: &str, values: &[Value]) {
    for value in values {
        let outcome = op.login_with(claim, value.clone()).await;
        assert_eq!(outcome.err(), Some(LoginError::Refused(reason)), "{claim}: {value}");
    }
    op.assert_good_login().await;
}

async fn assert_accepted(op: &Crafted, claim: &str, values: &[Value]) {
    for value in values {
        let outcome = op.login_with(claim, value.clone()).await;
        assert_eq!(outcome.err(), None, "{claim}: {value}");
    }
}

#[tokio::test]
async fn c11_an_unsigned_id_token_is_refused() {
    let op = Crafted::start().await;
    for name in ["none", "None", "NONE"] {
        let header = json!({"alg": name, "typ": "JWT"});
        let outcome = op.login(|claims| format!("{}.", unsigned(&header, &claims))).await;
        assert_eq!(outcome.err(), Some(LoginError::Refused("algorithm")));
    }
    let outcome = op
        .login(|claims| format!("{}.", unsigned(&op.key.header(), &claims)))
        .await;
    assert_eq!(outcome.err(), Some(LoginError::Refused("signature")));
    op.assert_good_login().await;
}

#[tokio::test]
async fn c12_an_id_token_signed_by_a_shared_or_public_secret_is_refused() {
    let op = Crafted::start().await;
    let keys = json!({"keys": [op.key.public]}).to_string();
    for secret in [
        SECRET.as_bytes(),
        op.key.public["x"].as_str().unwrap().as_bytes(),
        keys.as_bytes(),
        b"",
    ] {
        let header = json!({"alg": "HS256", "kid": op.key.kid, "typ": "JWT"});
        let outcome = op
            .login(|claims| {
                let message = unsigned(&header, &claims);
                let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
                mac.update(message.as_bytes());
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
            })
            .await;
        assert_eq!(outcome.err(), Some(LoginError::Refused("algorithm")));
    }
    op.assert_good_login().await;
}

#[tokio::test]
async fn c13_a_changed_signature_or_claim_is_refused() {
    let op = Crafted::start().await;
    let flipped = op
        .login(|claims| {
            let token = op.signed(&claims);
            let (message, signature) = token.rsplit_once('.').unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
            bytes[10] ^= 1;
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes))
        })
        .await;
    assert_eq!(flipped.err(), Some(LoginError::Refused("signature")));
    let swapped = op
        .login(|claims| {
            let signature = op.signed(&claims).rsplit_once('.').unwrap().1.to_owned();
            let other = with(claims, "sub", json!("person-2"));
            format!("{}.{signature}", unsigned(&op.key.header(), &other))
        })
        .await;
    assert_eq!(swapped.err(), Some(LoginError::Refused("signature")));
    let stranger = Key::new(&op.key.kid);
    let by_stranger = op.login(|claims| stranger.sign(&stranger.header(), &claims)).await;
    assert_eq!(by_stranger.err(), Some(LoginError::Refused("signature")));
    op.assert_good_login().await;
}

#[tokio::test]
async fn c14_the_algorithm_must_be_one_of_the_key() {
    let op = Crafted::start().await;
    for name in ["RS256", "PS256", "ES384", "EdDSA"] {
        let header = with(op.key.header(), "alg", json!(name));
        let outcome = op.login(|claims| op.key.sign(&header, &claims)).await;
        assert_eq!(outcome.err(), Some(LoginError::Refused("key_mismatch")), "{name}");
    }
    op.assert_good_login().await;
}

#[tokio::test]
async fn c15_a_token_does_not_bring_its_own_key() {
    let op = Crafted::start().await;
    let stranger = Key::new("stranger");
    let jku = format!("{}/stranger-keys", op.issuer);
    op.answer_json("/stranger-keys", &json!({"keys": [stranger.public]}));
    let header = json!({"alg": "ES256", "kid": "stranger", "jwk": stranger.public, "jku": jku, "x5u": jku});
    let outcome = op.login(|claims| stranger.sign(&header, &claims)).await;
    assert_eq!(outcome.err(), Some(LoginError::Refused("key_unknown")));
    assert_eq!(op.calls("/stranger-keys"), 0);

    let critical = with(op.key.header(), "crit", json!(["exp"]));
    let outcome = op.login(|claims| op.key.sign(&critical, &claims)).await;
    assert_eq!(outcome.err(), Some(LoginError::Refused("critical_header")));
    // The same members in a header that the provider's own key has signed are simply not looked at.
    let harmless = with(op.key.header(), "jku", json!(jku));
    op.login(|claims| op.key.sign(&harmless, &claims)).await.unwrap();
    assert_eq!(op.calls("/stranger-keys"), 0);
}

#[tokio::test]
async fn c16_other_kinds_of_token_are_no_id_token() {
    let op = Crafted::start().await;
    for typ in ["at+jwt", "application/at+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt"] {
        let header = with(op.key.header(), "typ", json!(typ));
        let outcome = op.login(|claims| op.key.sign(&header, &claims)).await;
        assert_eq!(outcome.err(), Some(LoginError::Refused("typ")), "{typ}");
    }
    assert_refused(&op, "events", "events", &[json!({}), json!([])]).await;
    for typ in [json!(null), json!("jwt")] {
        let header = with(op.key.header(), "typ", typ);
        op.login(|claims| op.key.sign(&header, &claims)).await.unwrap();
    }
}

#[tokio::test]
async fn c17_the_issuer_must_be_the_same_to_the_byte() {
    let op = Crafted::start().await;
    let others = [
        json!(null),
        json!(""),
        json!(format!("{}/", op.issuer)),
        json!(op.issuer.replace("http", "HTTP")),
        json!(op.issuer.replace("http", "https")),
        json!(format!("{}/realm", op.issuer)),
        json!([op.issuer]),
    ];
    assert_refused(&op, "iss", "iss", &others).await;
}

#[tokio::test]
async fn c18_the_audience_must_be_this_client_alone() {
    let op = Crafted::start().await;
    let others = [
        json!(null),
        json!("other"),
        json!([]),
        json!(["other"]),
        json!([CLIENT, "stranger"]),
        json!([CLIENT, 1]),
        json!({CLIENT: true}),
        json!(CLIENT.to_uppercase()),
    ];
    assert_refused(&op, "aud", "aud", &others).await;
    assert_refused(&op, "azp", "azp", &[json!("other"), json!(""), json!([CLIENT])]).await;
    assert_accepted(&op, "aud", &[json!([CLIENT])]).await;
    assert_accepted(&op, "azp", &[json!(CLIENT)]).await;
}

#[tokio::test]
async fn c18_a_listed_audience_may_stand_beside_this_client_if_azp_names_it() {
    let op = Crafted::start_with(|settings| settings.audiences = vec!["project".to_owned()]).await;
    let both = json!([CLIENT, "project"]);
    let login = |audience: Value, azp: Value| {
        let op = &op;
        async move {
            op.login(|claims| op.signed(&with(with(claims, "aud", audience), "azp", azp)))
                .await
        }
    };
    assert!(login(both.clone(), json!(CLIENT)).await.is_ok());
    assert_eq!(
        login(both.clone(), json!(null)).await.err(),
        Some(LoginError::Refused("azp"))
    );
    assert_eq!(
        login(both, json!("project")).await.err(),
        Some(LoginError::Refused("azp"))
    );
    let alone = login(json!("project"), json!(CLIENT)).await;
    assert_eq!(alone.err(), Some(LoginError::Refused("aud")));
}

#[tokio::test]
async fn c19_the_nonce_must_be_the_one_of_this_attempt() {
    let op = Crafted::start().await;
    let secret = op.rp.new_browser_secret();
    let (_, earlier) = op.rp.begin_login(&secret, "/", Ask::default()).await.unwrap();
    let reused = json!(query(&earlier, "nonce"));
    assert_refused(
        &op,
        "nonce",
        "nonce",
        &[json!(null), json!(""), json!("other"), json!(1), reused],
    )
    .await;
}

#[tokio::test]
async fn c20_times_hold_within_the_leeway() {
    let op = Crafted::start().await;
    let now = op.now();
    assert_accepted(
        &op,
        "exp",
        &[json!(now - 50), json!(f64::from(i32::try_from(now).unwrap()) + 0.5)],
    )
    .await;
    let bad = [
        json!(null),
        json!(now - 70),
        json!(now.to_string()),
        json!(-1),
        json!(1u64 << 63),
        json!(1e300),
        json!([now]),
    ];
    assert_refused(&op, "exp", "exp", &bad).await;

    assert_accepted(&op, "iat", &[json!(now + 50), json!(now - 590)]).await;
    let bad = [json!(null), json!(now + 70), json!(now - 610), json!("now"), json!(-5)];
    assert_refused(&op, "iat", "iat", &bad).await;

    assert_accepted(&op, "nbf", &[json!(now + 50), json!(null)]).await;
    assert_refused(&op, "nbf", "nbf", &[json!(now + 70), json!("now")]).await;
}

#[tokio::test]
async fn c21_the_subject_is_a_text_of_1_to_255_characters() {
    let op = Crafted::start().await;
    let bad = [
        json!(null),
        json!(""),
        json!("a".repeat(256)),
        json!(1),
        json!(["person-1"]),
    ];
    assert_refused(&op, "sub", "sub", &bad).await;
    assert_accepted(&op, "sub", &[json!("a".repeat(255)), json!("é".repeat(255))]).await;
}

#[tokio::test]
async fn c22_the_hash_of_the_access_token_must_match_when_it_is_there() {
    let op = Crafted::start().await;
    let right = URL_SAFE_NO_PAD.encode(&Sha256::digest(ACCESS_TOKEN)[..16]);
    let other_family = URL_SAFE_NO_PAD.encode(&Sha512::digest(ACCESS_TOKEN)[..32]);
    let whole = URL_SAFE_NO_PAD.encode(Sha256::digest(ACCESS_TOKEN));
    let of_other = URL_SAFE_NO_PAD.encode(&Sha256::digest("other")[..16]);
    assert_accepted(&op, "at_hash", &[json!(right), json!(null)]).await;
    let bad = [json!(other_family), json!(whole), json!(of_other), json!(""), json!(1)];
    assert_refused(&op, "at_hash", "at_hash", &bad).await;
}

#[tokio::test]
async fn s13_a_fresh_sign_in_is_proven_by_auth_time() {
    let op = Crafted::start().await;
    let login = |auth_time: Value, fresh| {
        let op = &op;
        async move {
            let craft = |claims| op.signed(&with(claims, "auth_time", auth_time));
            op.login_asking(Ask { fresh }, craft).await
        }
    };
    let now = op.now();
    let fresh = login(json!(now - 100), Some(60)).await.unwrap();
    assert_eq!(
        fresh.proof.auth_time.map(flui_model::Timestamp::as_seconds),
        Some(now - 100)
    );
    let refused = Some(LoginError::Refused("auth_time"));
    assert_eq!(login(json!(null), Some(60)).await.err(), refused);
    assert_eq!(login(json!(now - 130), Some(60)).await.err(), refused);
    assert_eq!(login(json!("now"), Some(60)).await.err(), refused);
    assert_eq!(login(json!(now + 70), None).await.err(), refused);
    assert_eq!(login(json!(null), None).await.unwrap().proof.auth_time, None);
    assert!(login(json!(now - 86_400), None).await.is_ok());
}
