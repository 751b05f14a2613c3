use std::time::Duration;

use flui_devidp::{Algorithm, Options};
use flui_testkit::{TestApp, location, postgres_database, see_other};
use serde_json::Value;
use url::Url;

use crate::audit;

#[tokio::test]
async fn a_person_signs_in_and_is_known() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.sign_in_by("/auth/login?return_to=/keys", "ada").await, "/keys");
    let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
    assert_eq!(me["person"]["name"], "Ada Lovelace");
    assert_eq!(me["person"]["email"], "ada@example.org");
    assert_eq!(me["roles"][0], "admin");
    assert_eq!(me["signIn"]["kind"], "browser");
    assert_eq!(browser.get("/").await.status(), 200);
    let started = audit(&app)
        .await
        .into_iter()
        .filter(|row| row["action"] == "sign_in.started");
    assert!(started.count() >= 1);
}

#[tokio::test]
async fn a_person_signs_in_on_postgresql() {
    let url = postgres_database().await;
    let app = TestApp::start_with(&[("FLUI_DATABASE_URL", &url)], Options::default()).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
    assert_eq!(me["roles"][0], "user");
    let key = app.workstation_key("grace", "laptop").await;
    assert_eq!(crate::me(&app, &key.key).await.status(), 200);
}

#[tokio::test]
async fn every_algorithm_of_the_provider_will_do() {
    for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa] {
        let app = TestApp::start_with(
            &[],
            Options {
                algorithm,
                ..Options::default()
            },
        )
        .await;
        let browser = app.browser();
        browser.sign_in("grace").await;
        assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200, "{algorithm:?}");
    }
}

#[tokio::test]
async fn roles_come_from_zitadels_role_map() {
    let claim = "urn:zitadel:iam:org:project:roles";
    let provider = Options {
        role_map: true,
        ..Options::default()
    };
    let app = TestApp::start_with(&[("FLUI_ROLES_CLAIM", claim)], provider).await;
    for (login, role) in [("ada", "admin"), ("grace", "user"), ("linus", "read-only")] {
        let browser = app.browser();
        browser.sign_in(login).await;
        let me: Value = browser.get("/api/v1/auth/me").await.json().await.unwrap();
        assert_eq!(me["roles"][0], role, "{login}");
    }
}

#[tokio::test]
async fn c1_every_attempt_has_its_own_state_nonce_and_challenge() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..30 {
        let url = Url::parse(&see_other(&browser.get("/auth/login").await)).unwrap();
        let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["response_type"], "code");
        for name in ["state", "nonce", "code_challenge"] {
            assert!(query[name].len() >= 43, "{name}");
            assert!(seen.insert(query[name].clone()), "{name} came twice");
        }
    }
}

#[tokio::test]
async fn c2_c3_a_state_is_good_once_and_only_if_it_is_known() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    let tokens_before = app.idp.control().calls().get("/oauth/v2/token").copied().unwrap_or(0);
    for bad in [
        "/auth/callback".to_owned(),
        "/auth/callback?code=x".to_owned(),
        "/auth/callback?code=x&state=unknown".to_owned(),
        format!("{callback}&state=again"),
        format!("{callback}&code=again"),
    ] {
        assert_eq!(browser.get(&bad).await.status(), 400, "{bad}");
    }
    let tokens = app.idp.control().calls().get("/oauth/v2/token").copied().unwrap_or(0);
    assert_eq!(tokens, tokens_before, "no answer with a bad state causes a call");

    assert_eq!(location(&browser.get(&callback).await), "/");
    assert_eq!(browser.get(&callback).await.status(), 400, "the same answer again");
    assert_eq!(
        browser.get("/api/v1/auth/me").await.status(),
        200,
        "the session is unharmed"
    );
}

#[tokio::test]
async fn c4_another_browsers_answer_is_refused() {
    let app = TestApp::start().await;
    let (attacker, victim) = (app.browser(), app.browser());
    let provider = see_other(&attacker.get("/auth/login").await);
    let callback = attacker.prove(&provider, "grace").await;
    assert_eq!(
        victim.get(&callback).await.status(),
        400,
        "a browser without the cookie"
    );
    victim.get("/auth/login").await;
    assert_eq!(
        victim.get(&callback).await.status(),
        400,
        "a browser with another cookie"
    );
    assert_eq!(victim.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(
        location(&attacker.get(&callback).await),
        "/",
        "its own browser still may"
    );
}

#[tokio::test]
async fn c5_an_attempt_dies_after_ten_minutes() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "ada").await;
    app.clock.advance(Duration::from_secs(601));
    app.idp.control().advance_clock(601);
    let answer = browser.get(&callback).await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("Start again"));
}

#[tokio::test]
async fn c6_two_tabs_may_sign_in_at_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let first = see_other(&browser.get("/auth/login?return_to=/keys").await);
    let second = see_other(&browser.get("/auth/login?return_to=/sign-ins").await);
    let first = browser.prove(&first, "ada").await;
    let second = browser.prove(&second, "ada").await;
    assert_eq!(location(&browser.get(&second).await), "/sign-ins");
    assert_eq!(location(&browser.get(&first).await), "/keys");
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn c6_at_most_five_attempts_stay_open_and_the_oldest_go() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut attempts = Vec::new();
    for _ in 0..6 {
        attempts.push(see_other(&browser.get("/auth/login").await));
    }
    let oldest = browser.prove(&attempts[0], "ada").await;
    let newest = browser.prove(&attempts[5], "ada").await;
    assert_eq!(browser.get(&oldest).await.status(), 400);
    assert_eq!(location(&browser.get(&newest).await), "/");
}

#[tokio::test]
async fn c7_another_issuer_in_the_answer_is_refused_without_a_call() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for spoil in [
        (|url: &mut Vec<(String, String)>| url.retain(|(name, _)| name != "iss")) as fn(&mut Vec<_>),
        |url| {
            url.iter_mut()
                .filter(|(name, _)| name == "iss")
                .for_each(|(_, value)| value.push('x'));
        },
    ] {
        let provider = see_other(&browser.get("/auth/login").await);
        let mut callback = Url::parse(&browser.prove(&provider, "ada").await).unwrap();
        let mut pairs: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
        assert!(
            pairs.iter().any(|(name, _)| name == "iss"),
            "the provider announces and sends it"
        );
        spoil(&mut pairs);
        callback.query_pairs_mut().clear().extend_pairs(&pairs);
        let before = app.idp.control().calls().get("/oauth/v2/token").copied();
        assert_eq!(browser.get(callback.as_str()).await.status(), 400);
        assert_eq!(app.idp.control().calls().get("/oauth/v2/token").copied(), before);
    }
    browser.sign_in("ada").await;
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn c8_the_providers_words_are_never_shown() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let provider = Url::parse(&see_other(&browser.get("/auth/login").await)).unwrap();
    let state = provider
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let mut callback = Url::parse(&format!("{}/auth/callback", app.url)).unwrap();
    callback.query_pairs_mut().extend_pairs([
        ("error", "access_denied"),
        ("error_description", "<script>alert(1)</script>\r\nSet-Cookie: a=b"),
        ("iss", app.idp.issuer()),
        ("state", &state),
    ]);
    let answer = browser.get(callback.as_str()).await;
    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    assert!(page.contains("cancelled") && !page.contains("alert(1)"), "{page}");
    let refused = audit(&app)
        .await
        .into_iter()
        .find(|row| row["outcome"] == "refused")
        .unwrap();
    assert_eq!(refused["reason"], "access_denied");
}

#[tokio::test]
async fn c24_the_same_mail_with_another_subject_is_another_person() {
    let people: flui_devidp::People = r#"
        [[person]]
        login = "old"
        sub = "subject-1"
        name = "Old"
        email = "shared@example.org"
        password = "old-password"
        [[person]]
        login = "new"
        sub = "subject-2"
        name = "New"
        email = "shared@example.org"
        password = "new-password"
    "#
    .parse()
    .unwrap();
    let app = TestApp::start_with(
        &[],
        Options {
            people,
            ..Options::default()
        },
    )
    .await;
    app.workstation_key("old", "laptop").await;
    for (login, keys) in [("old", 1), ("new", 0)] {
        let browser = app.browser();
        browser.sign_in(login).await;
        let list: Value = browser.get("/api/v1/auth/api-keys").await.json().await.unwrap();
        assert_eq!(list["items"].as_array().unwrap().len(), keys, "{login}");
    }
}

#[tokio::test]
async fn c28_a_rotated_key_is_fetched_once() {
    let app = TestApp::start().await;
    app.browser().sign_in("ada").await;
    let fetches = || app.idp.control().calls().get("/oauth/v2/keys").copied().unwrap_or(0);
    let before = fetches();
    app.idp.control().rotate_keys().await.unwrap();
    app.browser().sign_in("ada").await;
    app.browser().sign_in("grace").await;
    assert_eq!(fetches(), before + 1);
}

#[tokio::test]
async fn c32_the_callback_answers_get_only() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .post("/auth/callback", &[("code", "x"), ("state", "y")])
        .await;
    assert_eq!(answer.status(), 405);
}

#[tokio::test]
async fn r1_nobody_is_sent_elsewhere() {
    let app = TestApp::start().await;
    for asked in [
        "//evil.example",
        "https://evil.example",
        "/%5cevil.example",
        "%2F%2Fevil.example",
    ] {
        let browser = app.browser();
        let end = browser
            .sign_in_by(&format!("/auth/login?return_to={asked}"), "ada")
            .await;
        assert_eq!(end, "/", "{asked}");
    }
}

#[tokio::test]
async fn x5_a_frame_or_picture_starts_no_sign_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (dest, status) in [("image", 403), ("iframe", 403), ("document", 303)] {
        let request = browser.request_get("/auth/login").header("sec-fetch-dest", dest);
        assert_eq!(request.send().await.unwrap().status(), status, "{dest}");
    }
}

#[tokio::test]
async fn b6_the_server_starts_and_serves_keys_without_the_provider() {
    let mut app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    app.idp.control().pause();
    app.restart().await;
    assert_eq!(crate::me(&app, &key.key).await.status(), 200);
    assert_eq!(browser.get("/api/v1/auth/me").await.status(), 200);
    let answer = app.browser().get("/auth/login").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    let ready = app.browser().get("/readyz").await;
    assert_eq!(ready.status(), 200, "keys go on");
    assert!(ready.text().await.unwrap().contains("degraded"));

    app.idp.control().resume();
    app.clock.advance(Duration::from_secs(30));
    let healed = app.browser();
    healed.sign_in("ada").await;
    let ready = app.browser().get("/readyz").await.text().await.unwrap();
    assert!(ready.contains("\"ready\""), "{ready}");
}
