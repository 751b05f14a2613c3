use flui_testkit::TestApp;
use reqwest::Method;

#[tokio::test]
async fn h1_h2_every_answer_is_guarded() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    for path in [
        "/",
        "/keys",
        "/keys/new",
        "/sign-ins",
        "/nowhere",
        "/auth/callback",
        "/api/v1/auth/me",
        "/api/v1/nowhere",
        "/healthz",
    ] {
        let answer = browser.get(path).await;
        let headers = answer.headers().clone();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(headers.contains_key("permissions-policy") && headers.contains_key("x-request-id"));
        assert!(!headers.contains_key("access-control-allow-origin"), "x7");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        let body = answer.text().await.unwrap();
        if body.starts_with("<!DOCTYPE html>") {
            assert!(!body.contains(" style=\"") && !body.contains(" onclick"), "{path}");
            for script in body.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                let nonce = tag.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
                assert!(policy.contains(&format!("'nonce-{nonce}'")), "{path}: {tag}");
            }
        }
    }
}

#[tokio::test]
async fn h1_the_nonce_is_new_each_time() {
    let app = TestApp::start().await;
    let policy = |answer: reqwest::Response| answer.headers()["content-security-policy"].clone();
    let browser = app.browser();
    assert_ne!(policy(browser.get("/").await), policy(browser.get("/").await));
}

#[tokio::test]
async fn the_signed_out_page_has_no_script() {
    let app = TestApp::start().await;
    let page = app.browser().get("/").await.text().await.unwrap();
    assert!(page.contains("Sign in") && !page.contains("<script"), "{page}");
}

#[tokio::test]
async fn d1_large_bodies_are_refused() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let ask = |name: String| {
        let body = serde_json::json!({ "name": name, "unscoped": true });
        app.api_as(&key, Method::POST, "/api/v1/auth/api-keys")
            .json(&body)
            .send()
    };
    let answer = ask("x".repeat(70_000)).await.unwrap();
    assert_eq!(crate::refusal(answer).await, (413, "too_large".to_owned()));
    assert_eq!(ask("small".to_owned()).await.unwrap().status(), 201);
}

#[tokio::test]
async fn d4_many_sign_ins_from_one_address_are_slowed() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let browser = app.browser();
    let mut slowed = None;
    for _ in 0..2_000 {
        let answer = browser.get("/auth/login").await;
        if answer.status() == 429 {
            slowed = Some(answer);
            break;
        }
    }
    let slowed = slowed.expect("the bucket runs empty");
    assert!(
        slowed.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            >= 1
    );
    assert_eq!(
        crate::me(&app, &key).await.status(),
        200,
        "d6: a good key is never limited by others"
    );
}
