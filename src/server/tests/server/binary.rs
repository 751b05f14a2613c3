//! The binary itself: start, refusal to start, and stop.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use flui_testkit::{TestApp, free_address};

fn dashboard(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flui-dashboard"));
    command.env_clear().current_dir(folder);
    command
}

/// The settings of a running test installation, for a second process with another address.
fn settings(app: &TestApp, command: &mut Command, listen: &str) {
    let folder = app.folder.path().join("second");
    command
        .env("FLUI_PUBLIC_URL", format!("http://{listen}"))
        .env("FLUI_LISTEN", listen)
        .env("FLUI_STATE_DIR", &folder)
        .env("FLUI_SITE_DIR", app.folder.path().join("site"))
        .env("FLUI_OIDC_ISSUER", app.idp.issuer())
        .env("FLUI_OIDC_CLIENT_ID", "flui-dashboard")
        .env("FLUI_OIDC_CLIENT_SECRET", "a-secret-nobody-prints")
        .env("FLUI_OIDC_CLI_CLIENT_ID", "flui-cli");
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn g1_bad_configuration_names_all_faults_at_once() {
    let app = TestApp::start().await;
    let mut command = dashboard(app.folder.path());
    settings(&app, &mut command, "127.0.0.1:1");
    command
        .env("FLUI_PUBLIC_URL", "http://app.example.org")
        .env("FLUI_SESSION_IDLE", "soon")
        .env("FLUI_OIDC_ISUER", "x")
        .arg("serve");
    let started = Instant::now();
    let output = run(command).await;
    assert!(!output.status.success() && started.elapsed() < Duration::from_secs(2));
    let text = String::from_utf8(output.stderr).unwrap();
    for part in [
        "FLUI_PUBLIC_URL",
        "FLUI_SESSION_IDLE",
        "FLUI_OIDC_ISUER",
        "FLUI_OIDC_ISSUER",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("a-secret-nobody-prints"));
}

#[tokio::test]
async fn g3_check_and_config_serve_nothing_and_tell_all() {
    let app = TestApp::start().await;
    let with = |argument: &str| {
        let mut command = dashboard(app.folder.path());
        settings(&app, &mut command, "127.0.0.1:1");
        command.arg(argument);
        command
    };
    let good = run(with("check")).await;
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stdout));
    let config = run(with("config")).await;
    let text = String::from_utf8(config.stdout).unwrap();
    assert!(config.status.success() && text.contains("<redacted>"), "{text}");
    assert!(!text.contains("a-secret-nobody-prints"));
    assert!(run(with("migrate")).await.status.success());

    let mut running = with("check");
    running.env("FLUI_STATE_DIR", app.folder.path());
    assert!(
        run(running).await.status.success(),
        "it tests a database that is in use"
    );

    app.idp.control().pause();
    let bad = run(with("check")).await;
    assert!(!bad.status.success());
    let text = String::from_utf8(bad.stdout).unwrap();
    assert!(
        text.contains("ok      database") && text.contains("FAULT   provider"),
        "{text}"
    );
}

#[tokio::test]
async fn check_tells_whether_the_webhook_may_be_called() {
    let app = TestApp::start().await;
    for (allowed, told) in [
        (
            "10.0.0.0/8",
            "is not a public address, and FLUI_OUTBOUND_ALLOW_PRIVATE does not allow it",
        ),
        ("127.0.0.0/8", "ok      webhook"),
    ] {
        let mut command = dashboard(app.folder.path());
        settings(&app, &mut command, "127.0.0.1:1");
        command
            .env("FLUI_WEBHOOK_URL", "https://localhost:1/hook")
            .env("FLUI_WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef")
            .env("FLUI_OUTBOUND_ALLOW_PRIVATE", allowed)
            .arg("check");
        let output = run(command).await;
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(told), "{text}");
        assert_eq!(output.status.success(), told.starts_with("ok"), "{text}");
        assert!(!text.contains("0123456789abcdef"));
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_database_is_refused() {
    let app = TestApp::start().await;
    let mut command = dashboard(app.folder.path());
    settings(&app, &mut command, "127.0.0.1:1");
    command.env("FLUI_STATE_DIR", app.folder.path()).arg("serve");
    let output = run(command).await;
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("flui.db"), "{text}");
}

/// An answer in full, headers included.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A started process, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the binary and waits until it says that it serves. Gives its log and where it and its figures listen.
fn serving(app: &TestApp) -> Option<(Running, BufReader<std::process::ChildStderr>, String, String)> {
    let [listen, metrics] = [(); 2].map(|()| free_address().to_string());
    let mut command = dashboard(app.folder.path());
    settings(app, &mut command, &listen);
    let child = command
        .arg("serve")
        .env("FLUI_LOG", "json")
        .env("FLUI_METRICS_LISTEN", &metrics)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut log = BufReader::new(running.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"serving\"") {
        line.clear();
        if log.read_line(&mut line).unwrap() == 0 {
            return None;
        }
    }
    Some((running, log, listen, metrics))
}

#[tokio::test]
async fn b12_sigterm_ends_it_cleanly() {
    let app = TestApp::start().await;
    let code = tokio::task::spawn_blocking(move || {
        // Another test may take an address between its choice and its use.
        let (mut running, mut log, listen, metrics) =
            (0..5).find_map(|_| serving(&app)).expect("it ended before it served");
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        assert!(get(&listen, "/healthz").starts_with("HTTP/1.1 200"));
        assert!(get(&listen, "/api/v1/auth/config").starts_with("HTTP/1.1 200"));
        let counted = get(&metrics, "/metrics");
        assert!(
            counted.contains("route=\"/api/v1/auth/config\",status=\"200\"} 1"),
            "{counted}"
        );
        let figures = "flui_sign_ins_live{kind=\"browser\"} 0";
        let deadline = Instant::now() + Duration::from_secs(20);
        while !get(&metrics, "/metrics").contains(figures) {
            assert!(Instant::now() < deadline, "what is live is not counted");
            std::thread::sleep(Duration::from_millis(50));
        }
        let pid = running.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(25);
        loop {
            if let Some(status) = running.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    })
    .await
    .unwrap();
    assert_eq!(code, Some(0));
}
