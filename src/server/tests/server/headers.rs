use flui_devidp::Options;
use flui_testkit::{TestApp, client};
use reqwest::Method;
use serde_json::Value;

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

const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

/// TLS ends at a proxy; that the address is https, the server knows from its configuration.
#[tokio::test]
async fn h2_an_https_installation_asks_for_https_alone_on_every_answer() {
    let settings = [("FLUI_PUBLIC_URL", "https://app.example.org")];
    let app = TestApp::start_with(&settings, Options::default()).await;
    let at = |host: &str, method: Method, path: &str| {
        let request = client().request(method, format!("{}{path}", app.url));
        request.header("host", host).header("accept", "text/html")
    };
    let ours = |method: Method, path: &str| at("app.example.org", method, path);
    let body = serde_json::json!({ "name": "laptop", "unscoped": true });
    let made = ours(Method::POST, "/api/v1/auth/api-keys").bearer_auth(app.bearer("grace").await);
    let made = made.json(&body).send().await.unwrap();
    assert_eq!(
        (made.status().as_u16(), &made.headers()["strict-transport-security"]),
        (201, &TWO_YEARS.parse().unwrap())
    );
    let made: Value = made.json().await.unwrap();
    let key = made["key"].as_str().unwrap();
    std::fs::write(app.folder.path().join("site/pkg/flui-test.css"), "a").unwrap();
    for (status, request) in [
        (200, ours(Method::GET, "/")),
        (200, ours(Method::GET, "/keys").bearer_auth(key)),
        (303, ours(Method::GET, "/keys")),
        (303, ours(Method::GET, "/auth/login")),
        (400, ours(Method::GET, "/auth/callback")),
        (403, ours(Method::POST, "/theme")),
        (404, ours(Method::GET, "/nowhere")),
        (401, ours(Method::GET, "/api/v1/auth/me")),
        (405, ours(Method::POST, "/auth/login").bearer_auth(key)),
        (200, ours(Method::GET, "/healthz")),
        (200, ours(Method::GET, "/pkg/flui-test.css")),
        (404, ours(Method::GET, "/pkg/nothing.css")),
        (421, at("other.example.org", Method::GET, "/")),
    ] {
        let answer = request.send().await.unwrap();
        let path = answer.url().path().to_owned();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["strict-transport-security"], TWO_YEARS, "{path}");
    }
    app.clock.set_broken(true);
    let broken = ours(Method::GET, "/keys").bearer_auth(key).send().await.unwrap();
    app.clock.set_broken(false);
    assert_eq!(broken.status(), 500);
    assert_eq!(broken.headers()["strict-transport-security"], TWO_YEARS);
    // The twin: an address of plain http, as on a developer's machine, asks for nothing of the kind.
    let plain = TestApp::start().await;
    let answer = plain.browser().get("/").await;
    assert_eq!(answer.status(), 200);
    assert!(!answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn h4_what_carries_its_hash_is_kept_and_nothing_else_for_long() {
    let app = TestApp::start().await;
    let site = app.folder.path().join("site");
    let css = "a".repeat(2_000);
    for (name, text) in [
        ("pkg/flui.0123.css", css.as_str()),
        ("pkg/flui.0123.css.gz", "gz"),
        ("favicon.svg", "<svg/>"),
    ] {
        std::fs::write(site.join(name), text).unwrap();
    }
    let browser = app.browser();
    browser.sign_in("ada").await;
    let kept = "public, max-age=31536000, immutable";
    for (path, status, policy) in [
        ("/pkg/flui.0123.css", 200, kept),
        ("/favicon.svg", 200, "public, max-age=3600"),
        // After an upgrade the old name may be asked for at the new server, or the new one at the old: not for ever.
        ("/pkg/flui.4567.css", 404, "no-store"),
        ("/robots.txt", 404, "no-store"),
        ("/", 200, "no-store"),
        ("/keys", 200, "no-store"),
        ("/nowhere", 404, "no-store"),
        ("/api/v1/auth/me", 200, "no-store"),
        ("/audit.csv", 200, "no-store"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["cache-control"]),
            (status, &policy.parse().unwrap()),
            "{path}"
        );
    }
    let packed = browser
        .request_get("/pkg/flui.0123.css")
        .header("accept-encoding", "gzip");
    let packed = packed.send().await.unwrap();
    assert_eq!(
        (
            &packed.headers()["content-encoding"],
            &packed.headers()["cache-control"]
        ),
        (&"gzip".parse().unwrap(), &kept.parse().unwrap())
    );
    // The page names the style sheet as the build did.
    let page = browser.get("/").await.text().await.unwrap();
    assert!(page.contains("href=\"/pkg/flui-test.css\""), "{page}");
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
