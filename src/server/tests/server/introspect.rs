//! Services ask about keys (RFC 7662).

use std::time::Duration;

use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};

use crate::{
    audit,
    key_life::{key, send, text},
    me, refusal,
    sessions::cookies,
};

const INTROSPECT: &str = "/api/v1/auth/introspect";
const INACTIVE: &str = r#"{"active":false}"#;

async fn ask_with(app: &TestApp, service: &str, fields: &[(&str, &str)]) -> Response {
    let request = app.api_as(service, Method::POST, INTROSPECT);
    request.form(fields).send().await.unwrap()
}

async fn ask(app: &TestApp, service: &str, token: &str) -> Response {
    ask_with(app, service, &[("token", token)]).await
}

/// The answer about a key that is good.
async fn active(app: &TestApp, service: &str, token: &str) -> Value {
    let answer = ask(app, service, token).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["active"], true, "{body}");
    body
}

async fn is_inactive(app: &TestApp, service: &str, token: &str) -> bool {
    let answer = ask(app, service, token).await;
    answer.status() == 200 && answer.text().await.unwrap() == INACTIVE
}

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

/// A service key, and its person's browser.
async fn service(app: &TestApp) -> (String, Browser) {
    let browser = signed_in(app, "ada").await;
    let body = json!({ "name": "gateway", "kind": "service", "scopes": ["apps:look"] });
    let made = key(app, &browser, &body).await;
    (text(&made, "key").to_owned(), browser)
}

async fn context(app: &TestApp, admin: &Browser, name: &str) {
    let body = json!({ "name": name, "apiUrl": "https://flui.example.org", "issuer": "https://id.example.org" });
    let answer = send(app, admin, "/api/v1/contexts", &body).await;
    assert_eq!(answer.status(), 201);
}

#[tokio::test]
async fn v1_only_a_service_may_ask() {
    let app = TestApp::start().await;
    let (service, browser) = service(&app).await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let asked = text(&made, "key");
    active(&app, &service, asked).await;

    let nobody = app.api(Method::POST, INTROSPECT).form(&[("token", asked)]);
    let nobody = nobody.send().await.unwrap();
    assert_eq!(nobody.headers()["www-authenticate"], "Bearer realm=\"flui\"");
    assert_eq!(refusal(nobody).await, (401, "not_signed_in".to_owned()));

    let workstation = app.workstation_key("ada", "laptop").await.key;
    for other in [asked, &workstation] {
        let answer = ask(&app, other, asked).await;
        assert_eq!(refusal(answer).await, (403, "forbidden".to_owned()));
    }
    let session = browser.request_post(INTROSPECT).header("origin", &app.url);
    let answer = session.form(&[("token", asked)]).send().await.unwrap();
    assert_eq!(refusal(answer).await, (403, "forbidden".to_owned()));
    let rows = audit(&app).await;
    let refused = rows
        .iter()
        .filter(|row| row["action"] == "key.introspected" && row["outcome"] == "refused");
    assert_eq!(
        refused.count(),
        3,
        "each refusal left one row, and the question itself none"
    );

    let both = browser.request_post(INTROSPECT).header("origin", &app.url);
    let answer = both.bearer_auth(&service).form(&[("token", asked)]).send().await;
    assert_eq!(refusal(answer.unwrap()).await, (400, "two_credentials".to_owned()));
}

#[tokio::test]
async fn e14_every_401_says_how_to_sign_in() {
    let app = TestApp::start().await;
    let (service, browser) = service(&app).await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    browser.post(&format!("/keys/{}/revoke", text(&made, "id")), &[]).await;
    for dead in [text(&made, "key"), "flui_svc_x", "junk-without-prefix", ""] {
        let answer = ask(&app, dead, text(&made, "key")).await;
        assert_eq!(answer.status(), 401, "{dead}");
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer realm=\"flui\""), "{challenge}");
    }
    let basic = app.api(Method::POST, INTROSPECT).basic_auth("gateway", Some(&service));
    let answer = basic.form(&[("token", &service)]).send().await.unwrap();
    assert_eq!(
        answer.headers()["www-authenticate"],
        "Bearer realm=\"flui\", error=\"invalid_token\""
    );
    assert_eq!(ask(&app, &service, &service).await.status(), 200);
}

#[tokio::test]
async fn v2_every_key_that_is_no_good_gets_the_same_bytes() {
    let app = TestApp::start().await;
    let (service, ada) = service(&app).await;
    let grace = signed_in(&app, "grace").await;
    let soon = flui_identity::Clock::now(&*app.clock) + Duration::from_mins(5);
    let make = async |browser: &Browser, extra: Value| {
        let mut body = json!({ "name": "key", "scopes": ["apps:look"] });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        key(&app, browser, &body).await
    };
    let expiring = make(&ada, json!({ "expiresAt": soon.to_string() })).await;
    let revoked = make(&ada, json!({})).await;
    let rotated = make(&ada, json!({})).await;
    let of_disabled = make(&grace, json!({})).await;
    let bound = make(&ada, json!({ "networks": ["192.0.2.0/24"] })).await;
    let good = make(&ada, json!({})).await;
    for made in [&expiring, &revoked, &rotated, &of_disabled, &good] {
        active(&app, &service, text(made, "key")).await;
    }

    ada.post(&format!("/keys/{}/revoke", text(&revoked, "id")), &[]).await;
    let rotate = format!("/api/v1/auth/api-keys/{}/rotate", text(&rotated, "id"));
    let answer = send(&app, &ada, &rotate, &json!({ "overlapSeconds": 0 })).await;
    assert_eq!(answer.status(), 200);
    let who: Value = me(&app, text(&of_disabled, "key")).await.json().await.unwrap();
    ada.post(&format!("/people/{}/disable", text(&who["person"], "id")), &[])
        .await;
    app.clock.advance(Duration::from_mins(6));

    let elsewhere = TestApp::start().await;
    let stranger = signed_in(&elsewhere, "ada").await;
    let unknown = key(&elsewhere, &stranger, &json!({ "name": "key", "unscoped": true })).await;
    let good_text = text(&good, "key");
    let turned = format!("flui_svc_{}", good_text.trim_start_matches("flui_ci_"));
    let bearer = app.bearer("ada").await;
    for (what, token) in [
        ("expired", text(&expiring, "key")),
        ("revoked", text(&revoked, "key")),
        ("rotated away", text(&rotated, "key")),
        ("of a disabled person", text(&of_disabled, "key")),
        ("bound to networks, without an address", text(&bound, "key")),
        ("unknown", text(&unknown, "key")),
        ("cut short", &good_text[..good_text.len() - 1]),
        ("of another kind than it says", &turned),
        ("a session id", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("the provider's", &bearer),
        ("noise", "\u{0}\u{1F98A}"),
    ] {
        assert!(is_inactive(&app, &service, token).await, "{what}");
    }
    active(&app, &service, good_text).await;
}

#[tokio::test]
async fn v2_a_session_is_never_told_about() {
    let app = TestApp::start().await;
    let (service, _) = service(&app).await;
    let browser = app.browser();
    let provider = flui_testkit::see_other(&browser.get("/auth/login").await);
    let callback = browser.prove(&provider, "grace").await;
    let set = cookies(&browser.get(&callback).await);
    let session = set.iter().find_map(|cookie| cookie.strip_prefix("flui-dev=")).unwrap();
    let session = session.split(';').next().unwrap();
    let cookie = format!("flui-dev={session}");
    let who = app.api(Method::GET, "/api/v1/auth/me").header("cookie", &cookie);
    assert_eq!(who.send().await.unwrap().status(), 200, "the session is live");
    for token in [session, &cookie] {
        assert!(is_inactive(&app, &service, token).await);
    }
}

#[tokio::test]
async fn a_key_that_is_bound_to_networks_is_good_from_these_alone() {
    let app = TestApp::start().await;
    let (service, ada) = service(&app).await;
    let body = json!({ "name": "key", "scopes": ["apps:look"], "networks": ["192.0.2.0/24", "2001:db8::/32"] });
    let made = key(&app, &ada, &body).await;
    let free = key(&app, &ada, &json!({ "name": "free", "scopes": ["apps:look"] })).await;
    let from = async |token: &str, address: &str| {
        let answer = ask_with(&app, &service, &[("token", token), ("address", address)]).await;
        assert_eq!(answer.status(), 200, "{address}");
        answer.json::<Value>().await.unwrap()["active"].as_bool().unwrap()
    };
    let bound = text(&made, "key");
    for inside in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"] {
        assert!(from(bound, inside).await, "{inside}");
        assert!(from(text(&free, "key"), inside).await, "{inside}");
    }
    for outside in ["192.0.3.7", "2001:db9::1", "::1"] {
        assert!(!from(bound, outside).await, "{outside}");
        assert!(from(text(&free, "key"), outside).await, "{outside}");
    }
    assert!(is_inactive(&app, &service, bound).await, "without an address");
}

#[tokio::test]
async fn v3_an_active_answer_says_the_least() {
    let app = TestApp::start().await;
    let (service, browser) = service(&app).await;
    let body = json!({ "name": "deploy", "groups": ["apps:change"] });
    let made = key(&app, &browser, &body).await;
    let answer = active(&app, &service, text(&made, "key")).await;
    let who: Value = me(&app, text(&made, "key")).await.json().await.unwrap();
    let seconds = |field: &str| {
        let at: flui_model::Timestamp = text(&made, field).parse().unwrap();
        at.as_seconds()
    };
    let expected = json!({
        "active": true,
        "sub": who["person"]["id"],
        "iss": app.url,
        "scope": "apps:look apps:change",
        "client_id": made["id"],
        "exp": seconds("expiresAt"),
        "iat": seconds("createdAt"),
        "token_type": "Bearer",
        "kind": "ci",
        "contexts": [],
    });
    assert_eq!(answer, expected, "nothing beside it: no name, no mail address");
    let own = active(&app, &service, &service).await;
    assert_eq!(own["kind"], "service");

    // The old secret of a rotated key ends with the overlap, and a question is no use of the new one.
    let rotate = format!("/api/v1/auth/api-keys/{}/rotate", text(&made, "id"));
    let answer = send(&app, &browser, &rotate, &json!({ "overlapSeconds": 60 })).await;
    let rotated: Value = answer.json().await.unwrap();
    let until: flui_model::Timestamp = text(&rotated, "oldSecretUntil").parse().unwrap();
    for _ in 0..2 {
        let new = active(&app, &service, text(&rotated, "key")).await;
        assert_eq!(new["exp"], expected["exp"]);
        let old = active(&app, &service, text(&made, "key")).await;
        assert_eq!(old["exp"], until.as_seconds());
    }
}

#[tokio::test]
async fn v3_scopes_are_cut_to_the_persons_role() {
    let app = TestApp::start().await;
    let (service, _) = service(&app).await;
    let viewer = app.workstation_key("linus", "laptop").await.key;
    let answer = active(&app, &service, &viewer).await;
    let scopes = text(&answer, "scope");
    assert!(scopes.split(' ').all(|scope| scope.ends_with(":look")), "{scopes}");
}

#[tokio::test]
async fn v4_a_service_sees_only_keys_of_its_contexts() {
    let app = TestApp::start().await;
    let (everywhere, ada) = service(&app).await;
    for name in ["prod", "test"] {
        context(&app, &ada, name).await;
    }
    let make = async |kind: &str, context: Option<&str>| {
        let body = json!({ "name": kind, "kind": kind, "scopes": ["apps:look"], "context": context });
        text(&key(&app, &ada, &body).await, "key").to_owned()
    };
    let of_prod = make("service", Some("prod")).await;
    let [free, prod, test] = [
        make("ci", None).await,
        make("ci", Some("prod")).await,
        make("ci", Some("test")).await,
    ];
    assert_eq!(active(&app, &of_prod, &free).await["contexts"], json!([]));
    assert_eq!(active(&app, &of_prod, &prod).await["contexts"], json!(["prod"]));
    assert!(is_inactive(&app, &of_prod, &test).await);
    for (token, contexts) in [(&free, json!([])), (&prod, json!(["prod"])), (&test, json!(["test"]))] {
        assert_eq!(active(&app, &everywhere, token).await["contexts"], contexts);
    }
}

#[tokio::test]
async fn v13_no_answer_may_be_kept() {
    let app = TestApp::start().await;
    let (service, _) = service(&app).await;
    for (bearer, token, status) in [
        (service.as_str(), service.as_str(), 200),
        (&service, "noise", 200),
        (&service, "", 400),
        ("flui_svc_x", &service, 401),
    ] {
        let answer = ask(&app, bearer, token).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let vary: Vec<_> = answer.headers().get_all("vary").iter().collect();
        assert!(vary.iter().any(|value| *value == "authorization, cookie"), "{vary:?}");
    }
}

#[tokio::test]
async fn questions_of_another_form_are_refused() {
    let app = TestApp::start().await;
    let (service, _) = service(&app).await;
    let token = service.as_str();
    let hinted = [("token", token), ("token_type_hint", "refresh_token"), ("more", "1")];
    let answer = ask_with(&app, &service, &hinted).await;
    assert_eq!(answer.status(), 200, "members that mean nothing here are passed over");
    for fields in [
        &[][..],
        &[("token", "")],
        &[("token_type_hint", "access_token")],
        &[("token", token), ("token", token)],
        &[("token", token), ("address", "here")],
        &[("token", token), ("address", "127.0.0.1"), ("address", "127.0.0.1")],
    ] {
        let answer = ask_with(&app, &service, fields).await;
        assert_eq!(refusal(answer).await, (400, "bad_request".to_owned()), "{fields:?}");
    }
    let json = app
        .api_as(&service, Method::POST, INTROSPECT)
        .json(&json!({ "token": token }));
    let answer = json.send().await.unwrap();
    assert_eq!(refusal(answer).await, (415, "unsupported_media_type".to_owned()));
    let in_query = app.api_as(&service, Method::POST, &format!("{INTROSPECT}?token={token}"));
    let answer = in_query.form(&[("a", "b")]).send().await.unwrap();
    assert_eq!(refusal(answer).await, (400, "bad_request".to_owned()));
    let get = app.api_as(&service, Method::GET, INTROSPECT).send().await.unwrap();
    assert_eq!(refusal(get).await, (405, "method_not_allowed".to_owned()));
    let large = "x".repeat(65 * 1024);
    assert_eq!(ask(&app, &service, &large).await.status(), 413);
}

#[tokio::test]
async fn k2_a_wrong_checksum_is_refused_without_a_query() {
    let app = TestApp::start().await;
    let (service, _) = service(&app).await;
    let elsewhere = TestApp::start().await;
    let stranger = signed_in(&elsewhere, "ada").await;
    let unknown = key(&elsewhere, &stranger, &json!({ "name": "key", "unscoped": true })).await;
    // The service itself is in the index in memory from here on.
    active(&app, &service, &service).await;
    let file = app.folder.path().join("flui.db");
    let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    database.execute("alter table sign_ins rename to hidden").await.unwrap();

    let unknown = text(&unknown, "key");
    let answer = ask(&app, &service, unknown).await;
    assert!(
        answer.status().is_server_error(),
        "a query fails, and the answer is no yes or no"
    );
    assert!(me(&app, unknown).await.status().is_server_error());
    let cut = &unknown[..unknown.len() - 1];
    assert!(is_inactive(&app, &service, cut).await, "and here there was none");
    assert_eq!(me(&app, cut).await.status(), 401);
}
