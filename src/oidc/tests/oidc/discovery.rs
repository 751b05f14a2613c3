use std::sync::Arc;

use flui_oidc::{Bad, ProviderError, SettingsError, Unavailable};
use serde_json::json;

use crate::support::{
    crafted::{Answer, Crafted, DISCOVERY},
    relying_party, settings,
};

#[tokio::test]
async fn c26_the_issuer_of_discovery_is_compared_byte_for_byte() {
    let op = Crafted::start().await;
    for other in [
        format!("{}/", op.issuer),
        op.issuer.replace("http", "HTTP"),
        op.issuer.replace("http", "https"),
        format!("{}/realm", op.issuer),
        "http://localhost:1".to_owned(),
    ] {
        op.discover(&[("issuer", json!(other))]);
        assert_eq!(
            op.rp.ready().await,
            Err(ProviderError::Bad(Bad::IssuerMismatch)),
            "{other}"
        );
        assert!(!op.rp.is_ready());
        op.clock.advance(6);
    }
    op.discover(&[]);
    assert_eq!(op.rp.ready().await, Ok(()));
    assert!(op.rp.is_ready());
}

#[tokio::test]
async fn c26_an_issuer_with_a_path_or_slash_finds_its_document() {
    for ending in ["/", "/realms/main", "/realms/main/"] {
        let op = Crafted::start().await;
        let issuer = format!("{}{ending}", op.issuer);
        let path = format!("{}{DISCOVERY}", ending.trim_end_matches('/'));
        let mut document = op.discovery();
        document["issuer"] = json!(issuer);
        op.answer_json(&path, &document);
        let (rp, _) = relying_party(settings(&issuer));
        assert_eq!(rp.ready().await, Ok(()), "{issuer}");
    }
}

#[tokio::test]
async fn c27_every_endpoint_is_https_or_on_this_machine() {
    let op = Crafted::start().await;
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "introspection_endpoint",
        "end_session_endpoint",
    ] {
        for url in [
            "http://169.254.169.254/latest",
            "http://op.example.org/",
            "file:///etc/passwd",
        ] {
            op.discover(&[(name, json!(url))]);
            assert_eq!(
                op.rp.ready().await,
                Err(ProviderError::Bad(Bad::InsecureEndpoint(name))),
                "{url}"
            );
            op.clock.advance(6);
        }
    }
    op.discover(&[("userinfo_endpoint", json!("https://op.example.org/userinfo"))]);
    assert_eq!(op.rp.ready().await, Ok(()));
}

#[tokio::test]
async fn c27_documents_that_are_none_are_refused_with_a_class() {
    let op = Crafted::start().await;
    let cases = [
        (Answer::redirect(302, "http://169.254.169.254/"), Bad::Redirected),
        (Answer::redirect(307, "/elsewhere"), Bad::Redirected),
        (Answer::redirect(308, "https://example.org/"), Bad::Redirected),
        (
            Answer::new(200, "application/json", vec![b' '; 1024 * 1024 + 1]),
            Bad::TooLarge,
        ),
        (Answer::new(200, "text/html", "<!doctype html>"), Bad::NotJson),
        (Answer::new(200, "application/json", "[]"), Bad::NotJson),
        (Answer::new(404, "text/plain", "no"), Bad::Status(404)),
    ];
    for (answer, class) in cases {
        op.answer(DISCOVERY, answer);
        assert_eq!(op.rp.ready().await, Err(ProviderError::Bad(class)));
        op.clock.advance(6);
    }
    assert_eq!(op.calls("/elsewhere"), 0);
    op.discover(&[("token_endpoint", json!(null))]);
    assert_eq!(
        op.rp.ready().await,
        Err(ProviderError::Bad(Bad::Incomplete("token_endpoint")))
    );
    op.clock.advance(6);
    op.discover(&[("subject_types_supported", json!(null))]);
    assert!(matches!(
        op.rp.ready().await,
        Err(ProviderError::Bad(Bad::Incomplete(_)))
    ));
    op.clock.advance(6);
    op.discover(&[]);
    assert_eq!(op.rp.ready().await, Ok(()));
}

#[tokio::test]
async fn a_provider_that_is_down_is_not_hammered_and_heals_by_itself() {
    let op = Crafted::start().await;
    op.answer(DISCOVERY, Answer::new(503, "text/plain", "later"));
    let down = Err(ProviderError::Unavailable(Unavailable::Status(503)));
    for _ in 0..10 {
        assert_eq!(op.rp.ready().await, down);
    }
    assert_eq!(op.calls(DISCOVERY), 1);
    op.discover(&[]);
    assert_eq!(op.rp.ready().await, down);
    op.clock.advance(6);
    assert_eq!(op.rp.ready().await, Ok(()));
    assert_eq!(op.calls(DISCOVERY), 2);
}

#[tokio::test]
async fn many_callers_make_one_discovery() {
    let op = Arc::new(Crafted::start().await);
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let op = op.clone();
            tokio::spawn(async move { op.rp.ready().await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(()));
    }
    assert_eq!(op.calls(DISCOVERY), 1);
}

#[tokio::test]
async fn a_good_document_is_refreshed_after_an_hour_and_never_replaced_by_a_bad_one() {
    let op = Crafted::start().await;
    op.assert_good_login().await;
    op.clock.advance(3599);
    op.rp.ready().await.unwrap();
    assert_eq!(op.calls(DISCOVERY), 1);

    op.discover(&[("issuer", json!("http://localhost:1"))]);
    op.clock.advance(2);
    op.rp.ready().await.unwrap();
    wait_for(|| op.calls(DISCOVERY) == 2).await;
    op.assert_good_login().await;

    // The new document takes effect for the next calls.
    op.discover(&[("end_session_endpoint", json!("https://op.example.org/end"))]);
    op.clock.advance(31);
    op.rp.ready().await.unwrap();
    wait_for(|| op.rp.end_session_url(None, "s").is_some()).await;
    assert_eq!(op.calls(DISCOVERY), 3);
}

/// Waits for what happens in the background, at most five seconds.
async fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it did not happen in five seconds");
}

#[test]
fn c27_only_issuers_that_can_be_one_are_taken() {
    crate::support::install_cryptography();
    let new = |issuer: &str| {
        flui_oidc::RelyingParty::new(
            settings(issuer),
            Arc::new(crate::support::TestClock::default()),
            Arc::new(crate::support::SystemRandom),
        )
    };
    for issuer in [
        "https://op.example.org",
        "https://op.example.org/realm/",
        "http://localhost:9400",
        "http://[::1]:1",
    ] {
        assert!(new(issuer).is_ok(), "{issuer}");
    }
    for issuer in [
        "",
        "op.example.org",
        "http://op.example.org",
        "https://op.example.org/?a=b",
        "https://op.example.org/#a",
        "https://user:secret@op.example.org/",
        "ftp://op.example.org",
    ] {
        assert!(matches!(new(issuer), Err(SettingsError::Issuer)), "{issuer}");
    }
}
