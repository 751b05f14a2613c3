//! What is said when the other side cannot be reached, or is no dashboard.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use serde_json::json;

use super::support::Sandbox;

const KEY: &str = "flui_ws_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlM";

/// An address where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Answers one connection with these bytes, whatever it asks, and hands back what was asked.
fn answering(answer: Vec<u8>) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = vec![0; 4096];
        let read = stream.read(&mut asked).unwrap();
        // The program may hang up early; that is its right.
        let _ = stream.write_all(&answer);
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    (url, served)
}

fn response(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[test]
fn a_dashboard_that_cannot_be_reached_is_told() {
    let sandbox = Sandbox::with_context(&nowhere());
    let login = sandbox.flui(&["auth", "login", "--no-browser"]);
    assert_eq!(login.code, 6);
    assert!(login.stderr.contains("cannot be reached"), "{login:?}");
}

#[test]
fn logout_without_the_dashboard_keeps_the_key_and_says_what_is_live() {
    let sandbox = Sandbox::with_context(&nowhere());
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    sandbox.write_fields(
        "prod",
        &json!({ "apiKey": KEY, "keyId": id, "keyName": "laptop", "keyExpiresAt": "2027-02-22T00:00:00Z" }),
    );
    let before = sandbox.config("prod");
    let ran = sandbox.flui(&["auth", "logout"]);
    assert_eq!(ran.code, 6);
    for said in ["\"laptop\" (flui_ws_AbCd…)", id, "still live until 2027-02-22", "/keys"] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    assert_eq!(sandbox.config("prod"), before);
}

#[test]
fn a_site_that_is_no_dashboard_is_told() {
    for answer in [
        response("200 OK", "text/html", "<h1>Welcome</h1>"),
        response("404 Not Found", "text/html", "<h1>No</h1>"),
        response("500 Oops", "text/plain", "boom"),
    ] {
        let (url, served) = answering(answer);
        let sandbox = Sandbox::with_context(&url);
        sandbox.write_fields("prod", &json!({ "apiKey": KEY }));
        let ran = sandbox.flui(&["auth", "logout"]);
        assert_eq!(ran.code, 6, "{ran:?}");
        assert!(ran.stderr.contains("nothing that a Flui dashboard says"), "{ran:?}");
        assert_eq!(sandbox.config("prod")["apiKey"], KEY, "a live key is not forgotten");
        served.join().unwrap();
    }
}

#[test]
fn c27_redirects_are_not_followed_and_take_no_key_along() {
    let (elsewhere, _) = answering(Vec::new());
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let (url, served) = answering(answer.into_bytes());
    let sandbox = Sandbox::with_context(&url);
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", KEY)], &["whoami"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("status 302"), "{ran:?}");
    assert!(
        served
            .join()
            .unwrap()
            .to_lowercase()
            .contains(&format!("bearer {}", KEY.to_lowercase()))
    );
}

#[test]
fn c27_an_answer_without_end_is_cut_off() {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n".to_vec();
    answer.resize(answer.len() + 3 * 1024 * 1024, b' ');
    let (url, served) = answering(answer);
    let sandbox = Sandbox::with_context(&url);
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", KEY)], &["whoami"]);
    assert_eq!(ran.code, 6);
    assert!(ran.stderr.contains("larger than 1 MiB"), "{ran:?}");
    served.join().unwrap();
}

#[test]
fn a_tls_failure_is_told_as_such() {
    let (url, served) = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec());
    let sandbox = Sandbox::with_context(&url.replace("http://", "https://"));
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", KEY)], &["whoami"]);
    assert_eq!(ran.code, 6);
    assert!(ran.stderr.contains("The TLS connection to 127.0.0.1:"), "{ran:?}");
    assert!(ran.stderr.contains("FLUI_CA_FILE"), "{ran:?}");
    served.join().unwrap();
}

#[test]
fn a_problem_is_told_in_its_own_words_with_code_and_request() {
    let body = json!({
        "type": "about:blank", "title": "Not allowed", "status": 403, "code": "forbidden",
        "detail": "Only admins may\u{1b}[2J do this.", "requestId": "r-1",
        "errors": [{ "field": "name", "message": "too long" }],
    });
    let (url, served) = answering(response("403 Forbidden", "application/problem+json", &body.to_string()));
    let sandbox = Sandbox::with_context(&url);
    let ran = sandbox.flui_with(&[("FLUI_API_KEY", KEY)], &["keys", "list", "--all"]);
    assert_eq!(ran.code, 4);
    for said in [
        "Only admins may[2J do this.",
        "code forbidden, request r-1",
        "name: too long",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    assert!(served.join().unwrap().contains("person=all"));
}

#[test]
fn a_ca_file_that_holds_no_certificate_is_a_usage_error() {
    let sandbox = Sandbox::with_context(&nowhere());
    let empty = sandbox.home().join("ca.pem");
    std::fs::write(&empty, "nothing").unwrap();
    for path in ["/nowhere/ca.pem", empty.to_str().unwrap()] {
        let ran = sandbox.flui_with(&[("FLUI_CA_FILE", path), ("FLUI_API_KEY", KEY)], &["whoami"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("FLUI_CA_FILE"), "{ran:?}");
    }
}
