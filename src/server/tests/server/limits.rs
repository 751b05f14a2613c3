//! Who is slowed by what, and who is not.

use flui_testkit::{TestApp, client};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::{me, refusal};

const KEYS: &str = "/api/v1/auth/api-keys";
const ME: &str = "/api/v1/auth/me";
const ASK: &str = "/api/v1/auth/introspect";

/// Sends all of them at once: two a second come back into a bucket. Gives the answers that slow, and how many others.
async fn storm(requests: impl IntoIterator<Item = RequestBuilder>) -> (Vec<Response>, usize) {
    let sent: Vec<_> = requests
        .into_iter()
        .map(|request| tokio::spawn(request.send()))
        .collect();
    let (mut slowed, mut others) = (Vec::new(), 0);
    for answer in sent {
        let answer = answer.await.unwrap().unwrap();
        if answer.status() == 429 {
            slowed.push(answer);
        } else {
            others += 1;
        }
    }
    (slowed, others)
}

/// The refusal names when to come again.
async fn is_told_when(slowed: Vec<Response>) {
    let answer = slowed.into_iter().next().expect("the bucket runs empty");
    let seconds: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(refusal(answer).await, (429, "too_many_requests".to_owned()));
}

#[tokio::test]
async fn d4_d6_bad_credentials_are_slowed_and_good_ones_from_the_same_address_are_not() {
    let app = TestApp::start().await;
    let good = app.workstation_key("ada", "laptop").await.key;
    let client = client();
    let door = format!("{}{ME}", app.url);
    let bad = (0..200).map(|_| client.get(&door).bearer_auth("flui_ci_guess"));
    let (slowed, told) = storm(bad).await;
    assert!(told >= 120, "the first ones are told that they are wrong: {told}");
    is_told_when(slowed).await;
    for _ in 0..5 {
        assert_eq!(me(&app, &good).await.status(), 200, "a good key");
    }
    let browser = app.browser();
    browser.sign_in("grace").await;
    assert_eq!(browser.get(ME).await.status(), 200, "a sign-in");
    assert_eq!(
        app.api(Method::GET, ME).send().await.unwrap().status(),
        401,
        "a stranger"
    );
}

#[tokio::test]
async fn d4_one_person_has_one_bucket_whatever_they_come_with() {
    let app = TestApp::start().await;
    let (laptop, desk) = (
        app.workstation_key("grace", "laptop").await.key,
        app.workstation_key("grace", "desk").await.key,
    );
    let other = app.workstation_key("ada", "laptop").await.key;
    let client = client();
    let door = format!("{}{ASK}", app.url);
    let ask = |key: &String| client.post(&door).bearer_auth(key).form(&[("token", "x")]);
    // Seventy each would fit into two buckets.
    let (slowed, refused) = storm((0..140).map(|n| ask(if n % 2 == 0 { &laptop } else { &desk }))).await;
    assert!(refused >= 110, "{refused} passed the bucket");
    is_told_when(slowed).await;

    let make = |key: &str| {
        let body = json!({ "name": "deploy", "scopes": ["apps:look"] });
        app.api_as(key, Method::POST, KEYS).json(&body)
    };
    let (slowed, _) = storm((0..20).map(|_| make(&desk))).await;
    is_told_when(slowed).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (slowed, _) = storm((0..20).map(|_| {
        browser
            .request_post("/keys/new")
            .header("origin", &app.url)
            .form(&[("name", "deploy")])
    }))
    .await;
    assert!(!slowed.is_empty(), "nor by the page");

    // Whoever looks or ends is not held up, and neither is anybody else.
    let list: Value = app
        .api_as(&desk, Method::GET, KEYS)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = list["items"][0]["id"].as_str().unwrap();
    let end = app.api_as(&desk, Method::DELETE, &format!("{KEYS}/{id}"));
    assert_eq!(end.send().await.unwrap().status(), 204);
    assert_eq!(make(&other).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn d4_exchanges_take_from_the_bucket_of_the_person_whom_the_bearer_proves() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let bearers = [app.access_token("grace").await, app.access_token("linus").await];
    let client = client();
    let door = format!("{}{ASK}", app.url);
    let (slowed, _) = storm((0..200).map(|_| client.post(&door).bearer_auth(&key).form(&[("token", "x")]))).await;
    assert!(!slowed.is_empty(), "the bucket runs empty");
    let exchange = |bearer: &str| {
        let body = json!({ "name": "desk", "unscoped": true, "machine": { "name": "desk", "os": "Linux" } });
        app.api_as(bearer, Method::POST, KEYS).json(&body)
    };
    // What came back into the bucket meanwhile is for the first of them.
    let (slowed, _) = storm((0..40).map(|_| exchange(&bearers[0]))).await;
    is_told_when(slowed).await;
    assert_eq!(exchange(&bearers[1]).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn d4_a_service_may_ask_about_every_key_that_is_presented_to_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let body = json!({ "name": "gateway", "kind": "service", "unscoped": true });
    let made = browser.request_post(KEYS).header("origin", &app.url).json(&body);
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let key = made["key"].as_str().unwrap();
    let client = client();
    let door = format!("{}{ASK}", app.url);
    let (slowed, answered) = storm((0..200).map(|_| client.post(&door).bearer_auth(key).form(&[("token", "x")]))).await;
    assert_eq!((slowed.len(), answered), (0, 200));
}

#[tokio::test]
async fn d6_guesses_at_device_codes_are_still_counted_after_a_restart() {
    let mut app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    browser.sign_in("grace").await;
    other.sign_in("ada").await;
    for _ in 0..5 {
        assert_eq!(browser.post("/device", &[("code", "BBBB-BBBB")]).await.status(), 400);
    }
    app.restart().await;
    let limited = browser.post("/device", &[("code", "BBBB-BBBB")]).await;
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["retry-after"], "600");
    assert_eq!(other.post("/device", &[("code", "BBBB-BBBB")]).await.status(), 400);
}
