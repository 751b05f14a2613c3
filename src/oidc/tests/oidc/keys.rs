use std::sync::Arc;

use flui_oidc::{Bad, LoginError, ProviderError, TokenError};
use serde_json::json;

use crate::support::{
    CLI,
    crafted::{Answer, Crafted, KEYS, Key, with},
};

#[tokio::test]
async fn c28_an_unknown_key_is_looked_up_once_and_then_accepted() {
    let op = Crafted::start().await;
    op.assert_good_login().await;
    assert_eq!(op.calls(KEYS), 1);

    let new = Key::new("key-2");
    op.answer_json(KEYS, &json!({"keys": [op.key.public, new.public]}));
    op.login(|claims| new.sign(&new.header(), &claims)).await.unwrap();
    assert_eq!(op.calls(KEYS), 2);
    // Both are known now.
    op.assert_good_login().await;
    assert_eq!(op.calls(KEYS), 2);
}

#[tokio::test]
async fn c28_without_kid_one_fitting_key_will_do_and_several_will_not() {
    let op = Crafted::start().await;
    let header = with(op.key.header(), "kid", json!(null));
    op.login(|claims| op.key.sign(&header, &claims)).await.unwrap();

    let op = Crafted::start().await;
    op.answer_json(KEYS, &json!({"keys": [op.key.public, Key::new("key-2").public]}));
    let refused = op.login(|claims| op.key.sign(&header, &claims)).await;
    assert_eq!(refused.unwrap_err(), LoginError::Refused("key_ambiguous"));
    op.assert_good_login().await;
}

#[tokio::test]
async fn c29_a_storm_of_unknown_keys_makes_one_request_each_thirty_seconds() {
    let op = Arc::new(Crafted::start().await);
    op.assert_good_login().await;
    let storm = |from: usize| {
        let op = op.clone();
        async move {
            let tasks: Vec<_> = (from..from + 200)
                .map(|number| {
                    let op = op.clone();
                    tokio::spawn(async move {
                        let header = with(op.key.header(), "kid", json!(format!("unknown-{number}")));
                        let token = op.key.sign(&header, &op.claims(CLI));
                        op.rp.verify_bearer(&token).await
                    })
                })
                .collect();
            for task in tasks {
                assert!(task.await.unwrap().is_err());
            }
        }
    };
    storm(0).await;
    assert_eq!(op.calls(KEYS), 2);
    op.clock.advance(31);
    storm(1000).await;
    assert_eq!(op.calls(KEYS), 3);
    op.rp.verify_bearer(&op.signed(&op.claims(CLI))).await.unwrap();
}

#[tokio::test]
async fn c29_tokens_that_fail_another_rule_make_no_request() {
    let op = Crafted::start().await;
    op.rp.ready().await.unwrap();
    let stale = with(op.claims(CLI), "exp", json!(op.now() - 100));
    for token in [
        op.signed(&stale),
        op.signed(&op.claims("other")),
        "a.b.c".to_owned(),
        String::new(),
    ] {
        assert!(op.rp.verify_bearer(&token).await.is_err());
    }
    assert_eq!(op.calls(KEYS), 0);
    op.rp.verify_bearer(&op.signed(&op.claims(CLI))).await.unwrap();
    assert_eq!(op.calls(KEYS), 1);
}

#[tokio::test]
async fn c30_a_bad_key_set_never_replaces_a_good_one() {
    let op = Crafted::start().await;
    op.assert_good_login().await;
    let new = Key::new("key-2");
    let bad = [
        Answer::json(&json!({})),
        Answer::json(&json!({"keys": []})),
        Answer::json(&json!({"keys": [new.public, {"kty": "oct", "kid": "key-3", "k": "AAAA"}]})),
        Answer::json(&json!({"keys": [with(new.public.clone(), "d", json!("AAAA"))]})),
        Answer::new(500, "text/plain", "broken"),
        Answer::new(200, "text/html", "<!doctype html>"),
        Answer::redirect(302, "/elsewhere"),
        Answer::new(200, "application/json", vec![b' '; 2 * 1024 * 1024]),
    ];
    for (number, answer) in bad.into_iter().enumerate() {
        op.answer(KEYS, answer);
        let refused = op.login(|claims| new.sign(&new.header(), &claims)).await;
        assert_eq!(refused.unwrap_err(), LoginError::Refused("key_unknown"));
        assert_eq!(op.calls(KEYS), number + 2);
        op.assert_good_login().await;
        op.clock.advance(31);
    }
    op.answer_json(KEYS, &json!({"keys": [new.public]}));
    op.login(|claims| new.sign(&new.header(), &claims)).await.unwrap();
}

#[tokio::test]
async fn c30_an_old_key_set_is_refreshed_and_keys_that_are_gone_are_forgotten() {
    let op = Crafted::start().await;
    op.assert_good_login().await;
    op.clock.advance(3601);
    op.answer(KEYS, Answer::new(500, "text/plain", "broken"));
    op.assert_good_login().await;
    assert_eq!(op.calls(KEYS), 2);

    op.clock.advance(31);
    let new = Key::new("key-2");
    op.answer_json(KEYS, &json!({"keys": [new.public]}));
    op.login(|claims| new.sign(&new.header(), &claims)).await.unwrap();
    assert_eq!(op.calls(KEYS), 3);
    let refused = op.login(|claims| op.signed(&claims)).await;
    assert_eq!(refused.unwrap_err(), LoginError::Refused("key_unknown"));
}

#[tokio::test]
async fn without_any_key_set_the_provider_is_to_blame_and_a_later_one_heals() {
    let op = Crafted::start().await;
    op.answer_json(KEYS, &json!({"keys": []}));
    let failed = op.login(|claims| op.signed(&claims)).await;
    assert_eq!(
        failed.unwrap_err(),
        LoginError::Provider(ProviderError::Bad(Bad::NoKeys))
    );
    let failed = op.rp.verify_logout_token(&logout_token(&op)).await;
    assert_eq!(
        failed.unwrap_err(),
        TokenError::Provider(ProviderError::Bad(Bad::NoKeys))
    );
    assert_eq!(op.calls(KEYS), 1);
    op.answer_json(KEYS, &json!({"keys": [op.key.public]}));
    op.clock.advance(6);
    op.assert_good_login().await;
    op.rp.verify_logout_token(&logout_token(&op)).await.unwrap();
}

fn logout_token(op: &Crafted) -> String {
    let claims = crate::logout_token::claims(op);
    op.key.sign(&with(op.key.header(), "typ", json!("logout+jwt")), &claims)
}
