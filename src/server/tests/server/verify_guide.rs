//! `docs/verify-keys.md`, run as it is written.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

use flui_testkit::{TestApp, client, free_address};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::key_life::{key, text};

/// The folder of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The one block of the guide in this language.
fn block(language: &str) -> String {
    let guide = fs::read_to_string(workspace().join("docs/verify-keys.md")).unwrap();
    let fence = format!("\n```{language}\n");
    let mut blocks = guide.split(&fence).skip(1);
    let rest = blocks.next().expect("the guide has such a block");
    assert!(blocks.next().is_none(), "two blocks in {language}");
    rest.split_once("```").unwrap().0.to_owned()
}

async fn run(command: &mut Command, package: &str) -> Output {
    let program = command.as_std().get_program().display().to_string();
    let output = command.output().await.unwrap_or_else(|error| {
        panic!("{program}: {error}. Run cargo xtask test, which installs {package}, or install it yourself")
    });
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {words}");
    output
}

/// An installation, a key for the service, and keys of its callers.
struct Scene {
    app: TestApp,
    service: String,
    good: Value,
    without_scope: String,
    from_here: String,
    from_elsewhere: String,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let browser = app.browser();
        browser.sign_in("grace").await;
        let make = async |extra: Value| {
            let mut body = json!({ "name": "key", "scopes": ["apps:look"] });
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            key(&app, &browser, &body).await
        };
        let secret = |made: Value| text(&made, "key").to_owned();
        Self {
            service: secret(make(json!({ "kind": "service" })).await),
            good: make(json!({})).await,
            without_scope: secret(make(json!({ "scopes": ["mail:look"] })).await),
            from_here: secret(make(json!({ "networks": ["127.0.0.0/8"] })).await),
            from_elsewhere: secret(make(json!({ "networks": ["192.0.2.0/24"] })).await),
            app,
        }
    }

    fn set(&self, command: &mut Command) {
        command
            .env("FLUI_URL", &self.app.url)
            .env("FLUI_SERVICE_KEY", &self.service)
            .env("FLUI_API_KEY", text(&self.good, "key"));
    }

    /// Starts the service of the guide, and asks it with every kind of key.
    async fn check(mut self, mut command: Command, package: &str) {
        let port = free_address().port();
        self.set(&mut command);
        let started = command.env("PORT", port.to_string()).kill_on_drop(true).spawn();
        let mut service = started.unwrap_or_else(|error| {
            panic!("{error}. Run cargo xtask test, which installs {package}, or install it yourself")
        });
        let address = format!("http://127.0.0.1:{port}/");
        ready(&mut service, &address).await;
        let good = text(&self.good, "key").to_owned();
        let cut = &good[..good.len() - 1];
        for (what, credential, status) in [
            ("nothing", None, 401),
            ("a good key", Some(good.as_str()), 200),
            ("a key that was cut short", Some(cut), 401),
            ("a key without the scope", Some(&self.without_scope), 403),
            ("a key of this network", Some(&self.from_here), 200),
            ("a key of another network", Some(&self.from_elsewhere), 401),
        ] {
            assert_eq!(ask(&address, credential).await.0, status, "{what}");
        }
        let who: Value = crate::me(&self.app, &good).await.json().await.unwrap();
        let hello = format!("hello {}", text(&who["person"], "id"));
        assert_eq!(ask(&address, Some(&good)).await.1, hello);

        let path = format!("/api/v1/auth/api-keys/{}", text(&self.good, "id"));
        let browser = self.app.browser();
        browser.sign_in("grace").await;
        let revoke = browser
            .request(reqwest::Method::DELETE, &path)
            .header("origin", &self.app.url);
        assert_eq!(revoke.send().await.unwrap().status(), 204);
        assert_eq!(ask(&address, Some(&good)).await.0, 401, "the very next request");

        let other = self.from_here.clone();
        assert_eq!(ask(&address, Some(&other)).await.0, 200);
        self.app.stop().await;
        assert_eq!(ask(&address, Some(&other)).await.0, 503, "no answer is no yes");
    }
}

async fn ask(address: &str, credential: Option<&str>) -> (u16, String) {
    let mut request = client().get(address);
    if let Some(key) = credential {
        request = request.bearer_auth(key);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn ready(service: &mut Child, address: &str) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while client().get(address).send().await.is_err() {
        assert!(service.try_wait().unwrap().is_none(), "it ended at once");
        assert!(Instant::now() < deadline, "it does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_curl_of_the_guide_tells_a_good_key_from_a_bad_one() {
    let scene = Scene::new().await;
    let mut shell = Command::new("sh");
    shell.args(["-ec", &block("sh")]);
    scene.set(&mut shell);
    let answer: Value = serde_json::from_slice(&run(&mut shell, "curl").await.stdout).unwrap();
    assert_eq!(
        (&answer["active"], &answer["scope"]),
        (&json!(true), &json!("apps:look"))
    );
    let mut members: Vec<_> = answer.as_object().unwrap().keys().collect();
    members.sort_unstable();
    let shown: Value = serde_json::from_str(&block("json")).unwrap();
    let mut told: Vec<_> = shown.as_object().unwrap().keys().collect();
    told.sort_unstable();
    assert_eq!(told, members, "the guide shows every member");

    shell.env("FLUI_API_KEY", &scene.from_elsewhere);
    assert_eq!(run(&mut shell, "curl").await.stdout, br#"{"active":false}"#);
    shell.env("FLUI_SERVICE_KEY", "flui_svc_x");
    let refused = shell.output().await.unwrap();
    assert!(
        !refused.status.success(),
        "curl fails without a good key of the service"
    );
}

#[tokio::test]
async fn the_rust_of_the_guide_verifies_keys() {
    let example = fs::read_to_string(workspace().join("src/server/examples/verify_key.rs")).unwrap();
    assert_eq!(block("rust"), example, "the guide shows the example to the byte");
    let mut cargo = Command::new(env!("CARGO"));
    // Nothing to do where all tests are built; those that are built alone come without the examples.
    cargo
        .args(["build", "--example", "verify_key"])
        .current_dir(workspace());
    run(&mut cargo, "Rust").await;
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let program = target.join("debug/examples/verify_key");
    Scene::new().await.check(Command::new(program), "Rust").await;
}

#[tokio::test]
async fn the_node_of_the_guide_verifies_keys() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.mjs");
    fs::write(&file, block("js")).unwrap();
    let mut node = Command::new("node");
    node.arg(&file);
    Scene::new().await.check(node, "Node.js").await;
}

#[tokio::test]
async fn the_go_of_the_guide_verifies_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (file, program) = (folder.path().join("service.go"), folder.path().join("service"));
    fs::write(&file, block("go")).unwrap();
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&program).arg(&file);
    go.env("GO111MODULE", "off").current_dir(folder.path());
    run(&mut go, "Go").await;
    Scene::new().await.check(Command::new(program), "Go").await;
}
