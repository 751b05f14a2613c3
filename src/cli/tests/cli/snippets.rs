//! The lines that the page of a new key offers, tried as people would: run, or read as the pipeline's service reads them.

use std::{collections::HashMap, io::Write, path::Path, process::Stdio};

use flui_testkit::TestApp;
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use super::support::Sandbox;

/// The key and the snippets by their ids, as the page shows them.
async fn created(app: &TestApp) -> (String, HashMap<String, String>) {
    let browser = app.browser();
    browser.sign_in("ada").await;
    let fields = [
        ("name", "tried"),
        ("access", "scopes"),
        ("scope", "apps:look"),
        ("expires", "30"),
    ];
    let page = browser.post("/keys/new", &fields).await.text().await.unwrap();
    let inside = |from: &str, end: &str| {
        let text = page.split(from).nth(1).unwrap_or_else(|| panic!("{from}: {page}"));
        let text = text.split_once('>').unwrap().1.split(end).next().unwrap();
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let names = ["shell", "curl", "github", "gitlab", "woodpecker"];
    let snippets = names.map(|name| (name.to_owned(), inside(&format!("id=\"snippet-{name}\""), "</code>")));
    (inside("data-testid=\"secret\"", "</output>"), snippets.into())
}

/// Runs lines in a shell: what they printed, if they went well.
fn run(shell: &str, lines: &str, key: Option<&str>, typed: &str, sandbox: &Sandbox) -> Option<String> {
    let folder = Path::new(env!("CARGO_BIN_EXE_flui")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = std::process::Command::new(shell);
    command
        .args(["-c", lines])
        .env("PATH", path)
        .env("FLUI_HOME", sandbox.home())
        .env_remove("FLUI_API_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(key) = key {
        command.env("FLUI_API_KEY", key);
    }
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{typed}").unwrap();
    let output = child.wait_with_output().unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

fn name_in(answer: &str) -> Value {
    serde_json::from_str::<Value>(answer).unwrap()["signIn"]["name"].clone()
}

fn yaml(text: &str) -> Yaml {
    YamlLoader::load_from_str(text)
        .unwrap_or_else(|error| panic!("{error}: {text}"))
        .remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_snippet_of_a_new_key_works_as_it_stands() {
    let app = TestApp::start().await;
    let sandbox = Sandbox::with_context(&app.url);
    let (key, snippets) = created(&app).await;
    assert!(
        snippets.values().all(|snippet| !snippet.contains("flui_ci_")),
        "none holds the key"
    );

    let status = run("bash", &snippets["shell"], None, &key, &sandbox).expect("the shell snippet");
    assert!(status.contains("tried"), "{status}");
    assert_eq!(run("bash", &snippets["shell"], None, "flui_ci_wrong", &sandbox), None);

    let curl = |lines: &str| run("sh", lines, Some(&key), "", &sandbox).expect("the call");
    assert_eq!(name_in(&curl(&snippets["curl"])), "tried");
    assert_eq!(run("sh", &snippets["curl"], Some("flui_ci_wrong"), "", &sandbox), None);

    let github = yaml(&snippets["github"]);
    let step = &github[0];
    assert_eq!(
        step["env"]["FLUI_API_KEY"].as_str(),
        Some("${{ secrets.FLUI_API_KEY }}")
    );
    assert_eq!(name_in(&curl(step["run"].as_str().unwrap())), "tried");

    let gitlab = yaml(&snippets["gitlab"]);
    let script = gitlab["call-flui"]["script"].as_vec().unwrap();
    assert_eq!(script.len(), 1);
    assert_eq!(name_in(&curl(script[0].as_str().unwrap())), "tried");

    let woodpecker = yaml(&snippets["woodpecker"]);
    let step = &woodpecker["steps"][0];
    assert_eq!(step["image"].as_str(), Some("curlimages/curl"));
    assert_eq!(
        step["environment"]["FLUI_API_KEY"]["from_secret"].as_str(),
        Some("flui_api_key")
    );
    assert_eq!(name_in(&curl(step["commands"][0].as_str().unwrap())), "tried");
}
