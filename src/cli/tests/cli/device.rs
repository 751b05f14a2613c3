//! Headless logins: the program on one machine, the browser on another.

use std::process::Stdio;

use flui_testkit::{TestApp, see_other};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStderr, Command},
};

use super::support::{Ran, Sandbox};

/// A `flui auth login` that has printed its code.
struct Headless {
    code: String,
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

impl Headless {
    async fn start(sandbox: &Sandbox, environment: &[(&str, &str)], args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_flui"))
            .args(["auth", "login", "--key-name", "db-server"])
            .args(args)
            .env("FLUI_HOME", sandbox.home())
            .env_remove("SSH_CONNECTION")
            .env_remove("SSH_TTY")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let code = loop {
            let mut line = String::new();
            assert!(
                stderr.read_line(&mut line).await.unwrap() > 0,
                "flui ended early: {said}"
            );
            said.push_str(&line);
            if let Some(code) = line.trim().strip_prefix("Code: ") {
                break code.to_owned();
            }
        };
        Self {
            code,
            child,
            stderr,
            said,
        }
    }

    async fn end(mut self) -> Ran {
        let mut stdout = String::new();
        let mut pipe = self.child.stdout.take().unwrap();
        let (out, err) = tokio::join!(
            pipe.read_to_string(&mut stdout),
            self.stderr.read_to_string(&mut self.said),
        );
        out.unwrap();
        err.unwrap();
        let code = self.child.wait().await.unwrap().code().unwrap();
        Ran {
            code,
            stdout,
            stderr: self.said,
        }
    }
}

/// Types the code in a browser elsewhere, and presses a button.
async fn decide(app: &TestApp, code: &str, person: &str, verb: &str) {
    let browser = app.browser();
    browser.sign_in(person).await;
    let page = see_other(&browser.post("/device", &[("code", code)]).await);
    let (_, id) = page.split_once("request=").unwrap();
    let text = browser.get(&page).await.text().await.unwrap();
    assert!(text.contains("This was not me") && text.contains("db-server"), "{text}");
    see_other(&browser.post(&format!("/device/{id}/{verb}"), &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_a_display_signs_in_by_a_browser_elsewhere() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let login = Headless::start(&sandbox, &[], &["--output", "json"]).await;
    assert!(login.said.contains(&format!("{}/device", app.url)), "{}", login.said);
    decide(&app, &login.code, "grace", "approve").await;
    let ran = login.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()["keyName"], "db-server");
    let key = sandbox.config("prod")["apiKey"].as_str().unwrap().to_owned();
    assert!(key.starts_with("flui_ws_") && !ran.stderr.contains(&key) && !ran.stdout.contains(&key));
    let me = sandbox.flui(&["whoami", "--output", "json"]).json();
    assert_eq!(me["person"]["name"], "Grace Hopper");
    assert_eq!(me["signIn"]["kind"], "workstation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_turned_away_is_refused_and_saves_nothing() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let before = sandbox.config("prod");
    let ssh = [("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"), ("DISPLAY", ":99")];
    let login = Headless::start(&sandbox, &ssh, &[]).await;
    decide(&app, &login.code, "grace", "deny").await;
    let ran = login.end().await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.stderr.contains("turned away on the dashboard"), "{ran:?}");
    assert_eq!(sandbox.config("prod"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_nobody_approves_ends_in_time() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let ran = sandbox.flui(&["auth", "login", "--headless", "--timeout", "1"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("Nobody approved the login in time."), "{ran:?}");

    let late = Headless::start(&sandbox, &[("DISPLAY", ":99")], &["--headless"]).await;
    app.clock.advance(std::time::Duration::from_mins(11));
    let ran = late.end().await;
    assert_eq!(ran.code, 6, "expired at the dashboard: {ran:?}");
}

#[test]
fn headless_and_a_browser_of_this_machine_exclude_each_other() {
    let sandbox = Sandbox::with_context("https://app.example.org");
    assert_eq!(sandbox.flui(&["auth", "login", "--headless", "--no-browser"]).code, 2);
    assert_eq!(
        sandbox.flui(&["auth", "login", "--headless", "--prompt", "login"]).code,
        2
    );
}
