//! Bodies that are too large, lie about their length, or are not what they seem.

use std::time::Duration;

use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, time::sleep};

use crate::{
    refusal,
    wire::{answer, connect, host, statuses, to_its_end},
};

const KEYS: &str = "/api/v1/auth/api-keys";
const JSON: &str = "application/json";
const PLAIN: &str = r#"{"name":"packed","unscoped":true}"#;
/// The same by gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0x4b, 0xcc, 0x4d, 0x55, 0xb2, 0x52,
    0x2a, 0x48, 0x4c, 0xce, 0x4e, 0x4d, 0x51, 0xd2, 0x51, 0x2a, 0xcd, 0x2b, 0x4e, 0xce, 0x2f, 0x00, 0x32, 0xad, 0x4a,
    0x8a, 0x4a, 0x53, 0x6b, 0x01, 0xc0, 0x0f, 0xf3, 0x70, 0x21, 0x00, 0x00, 0x00,
];

/// The head of a request that makes a key, up to what tells of its body.
fn head(app: &TestApp, key: &str) -> String {
    let host = host(app);
    format!("POST {KEYS} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-type: {JSON}\r\n")
}

/// A body that makes a key of this name.
fn body(name: &str) -> String {
    json!({ "name": name, "unscoped": true }).to_string()
}

/// The names of a person's keys.
async fn names(app: &TestApp, key: &str) -> Vec<String> {
    let answer = app.api_as(key, Method::GET, KEYS).send().await.unwrap();
    let keys: Value = answer.json().await.unwrap();
    let items = keys["items"].as_array().unwrap();
    items
        .iter()
        .map(|key| key["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn d1_a_length_that_is_too_small_or_said_twice_makes_no_second_request() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let head = head(&app, &key);
    let good = body("good");
    let length = good.len();

    // What follows the stated length is the next request, and no request at all.
    let rest = answer(
        &app,
        &format!("{head}content-length: {length}\r\n\r\n{good}{}", body("rest")),
    )
    .await;
    assert_eq!(statuses(&rest), [201, 400], "{rest}");
    // If it is one, it stands for itself: nothing of the first one is lent to it.
    let next = format!(
        "GET {KEYS} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        host(&app)
    );
    let two = answer(&app, &format!("{head}content-length: {length}\r\n\r\n{good}{next}")).await;
    assert_eq!(statuses(&two), [201, 401], "{two}");

    let chunked = "transfer-encoding: chunked\r\n";
    let chunks = |body: &str| format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let smuggled = format!("0\r\n\r\nDELETE {KEYS}/1 HTTP/1.1\r\nhost: {}\r\n\r\n", host(&app));
    for (fields, sent) in [
        (format!("content-length: {length}\r\n{chunked}"), good.clone()),
        (format!("{chunked}content-length: 5\r\n"), smuggled.clone()),
        (
            format!("content-length: 5\r\ncontent-length: {length}\r\n"),
            good.clone(),
        ),
        (format!("content-length: +{length}\r\n"), good.clone()),
        (format!("content-length: {length}, 5\r\n"), good.clone()),
        ("transfer-encoding: gzip\r\n".to_owned(), good.clone()),
        ("transfer-encoding: chunked, identity\r\n".to_owned(), smuggled.clone()),
        (format!("{chunked}{chunked}"), "zz\r\n".to_owned()),
    ] {
        let came = answer(&app, &format!("{head}{fields}\r\n{sent}")).await;
        assert_eq!(statuses(&came), [400], "{fields}{came}");
    }
    let close = "connection: close\r\n";
    let came = answer(&app, &format!("{head}{close}{chunked}\r\n{}", chunks(&body("chunked")))).await;
    assert_eq!(statuses(&came), [201], "{came}");
    let mut names = names(&app, &key).await;
    names.sort();
    assert_eq!(names, ["chunked", "good", "good", "laptop"]);
}

#[tokio::test]
async fn d1_a_body_that_never_comes_ends_by_the_clock() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let good = body("never");
    let mut stream = connect(&app).await.unwrap();
    let sent = format!("{}content-length: {}\r\n\r\n{good}", head(&app, &key), good.len() + 1);
    stream.write_all(sent.as_bytes()).await.unwrap();
    let came = to_its_end(&mut stream).await;
    assert_eq!(statuses(&came), [503], "{came}");
    assert_eq!(names(&app, &key).await, ["laptop"]);
}

#[tokio::test]
async fn d1_a_large_upload_learns_why_it_is_refused() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let part = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for (fields, parts) in [
        ("content-length: 4000000\r\n".to_owned(), " ".repeat(16_000)),
        ("transfer-encoding: chunked\r\n".to_owned(), part),
    ] {
        let mut stream = connect(&app).await.unwrap();
        let head = format!("{}{fields}\r\n", head(&app, &key));
        stream.write_all(head.as_bytes()).await.unwrap();
        // Goes on and on, as clients do that read the answer at the end only.
        for _ in 0..100 {
            if stream.write_all(parts.as_bytes()).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
        let _ = stream.shutdown().await;
        let came = to_its_end(&mut stream).await;
        assert_eq!(statuses(&came), [413], "{fields}{came}");
    }
}

#[tokio::test]
async fn d1_a_packed_body_is_not_unpacked() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let post = || app.api_as(&key, Method::POST, KEYS).header("content-type", JSON);
    let request = post().header("content-encoding", "gzip").body(GZIP);
    let (status, _) = refusal(request.send().await.unwrap()).await;
    assert_eq!(status, 400);
    let plain = post().body(PLAIN).send().await.unwrap();
    assert_eq!(plain.status(), 201);
    assert_eq!(names(&app, &key).await.len(), 2);
}

#[tokio::test]
async fn d1_d8_json_is_read_to_a_bounded_depth() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let send = async |body: String| {
        let request = app.api_as(&key, Method::POST, "/api/v1/auth/leaks");
        request.header("content-type", JSON).body(body).send().await.unwrap()
    };
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let inside = |depth: usize| format!(r#"[{{"token":"flui_ci_no","x":{}}}]"#, nested(depth));
    for deep in [nested(30_000), "[".repeat(60_000), r#"{"x":"#.repeat(10_000)] {
        // What is not of the right form is refused before its depth is met.
        let (status, _) = refusal(send(deep).await).await;
        assert!(status == 400 || status == 422, "{status}");
    }
    // What a report holds beside its own fields is skipped, which takes no stack.
    for depth in [20, 30_000] {
        assert_eq!(send(inside(depth)).await.status(), 200, "{depth}");
    }
}
