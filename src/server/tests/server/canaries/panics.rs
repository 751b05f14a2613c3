//! A panic tells where it happened and what its words are; nothing of the request that it happened in.

use std::{
    backtrace::Backtrace,
    io::{self, Write},
    panic,
    sync::{Arc, Mutex},
};

use flui_testkit::{TestApp, TestClock, see_other};
use reqwest::Method;
use serde_json::json;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, layer::SubscriberExt as _, registry};

use super::{KEYS, secrets::Secrets, sign_in};
use crate::device;

/// Everything that the process says.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Write for Told {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Told {
    /// Reads what panics print, in every thread, with as much of a backtrace as there is.
    fn hear_panics(&self) {
        let usual = panic::take_hook();
        let told = Arc::downgrade(&self.0);
        panic::set_hook(Box::new(move |panicked| {
            usual(panicked);
            if let Some(told) = told.upgrade() {
                let _ = writeln!(Self(told), "{panicked}\n{}", Backtrace::force_capture());
            }
        }));
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// On one thread, so that whatever the server logs is logged here.
#[tokio::test]
async fn z1_c31_a_panic_tells_no_secret_that_was_in_use() {
    let told = Told::default();
    let (lines, objects) = (told.clone(), told.clone());
    let subscriber = registry()
        .with(
            fmt::layer()
                .with_ansi(false)
                .with_writer(move || lines.clone())
                .with_filter(EnvFilter::new("trace")),
        )
        .with(
            fmt::layer()
                .json()
                .with_writer(move || objects.clone())
                .with_filter(EnvFilter::new("trace")),
        );
    let _logging = tracing::subscriber::set_default(subscriber);
    told.hear_panics();

    let app = TestApp::start().await;
    let mut secrets = Secrets::default();
    let grace = sign_in(&app, &mut secrets, "grace").await;
    let key = app.workstation_key("grace", "laptop").await.key;
    secrets.note("key", &key);
    let bearer = app.bearer("grace").await;
    secrets.note("ID token", &bearer);
    let device = device::begin(&app).await;
    secrets.note("device code", &device.device_code);
    secrets.note("proof key", device::VERIFIER);
    let stranger = app.browser();
    let begun = stranger.get("/auth/login").await;
    secrets.note_cookies("login cookie", &begun);
    let callback = stranger.prove(&see_other(&begun), "grace").await;
    secrets.note_query(&callback, &["code", "state"]);

    app.clock.set_broken(true);
    let body = json!({ "name": "a", "unscoped": true });
    let exchange = app.api_as(&bearer, Method::POST, KEYS).json(&body);
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device.device_code.as_str()),
        ("code_verifier", device::VERIFIER),
    ];
    let redeem = app.api(Method::POST, "/api/v1/auth/device/token").form(&fields);
    let introspect = app.api_as(&key, Method::POST, "/api/v1/auth/introspect");
    let mut places = Vec::new();
    for request in [
        app.api_as(&key, Method::GET, "/api/v1/auth/me"),
        introspect.form(&[("token", &key)]),
        app.api(Method::POST, "/api/v1/auth/revoke").form(&[("token", &key)]),
        grace.request_get("/keys"),
        stranger.request_get(&callback),
        exchange,
        redeem,
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 500, "{}", answer.url().path());
        let place = answer.url().path().to_owned();
        places.push((place, answer.bytes().await.unwrap().to_vec()));
    }
    app.clock.set_broken(false);

    let text = told.text();
    let panics = text.matches("panicked at").count();
    assert!(panics >= places.len(), "{panics} panics were heard");
    assert!(text.contains("a handler panicked") && text.contains(TestClock::LAST_WORDS));
    assert!(text.contains("\"level\":\"DEBUG\"") && text.contains(" DEBUG "));
    let log = text.clone();
    places.push(("what was told".to_owned(), text.into_bytes()));
    secrets.assert_nowhere(&places, &log);
}
