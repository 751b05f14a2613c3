//! The provider as a process.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::support::http_client;

const PATIENCE: Duration = Duration::from_secs(30);

fn devidp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flui-devidp"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn the_process_says_when_it_is_ready_and_ends_on_sigterm() {
    let mut process = devidp(&["--listen", "127.0.0.1:0", "--control"]).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let issuer = line.strip_prefix("devidp ready at ").expect(&line).to_owned();
    let http = http_client();
    for path in ["/.well-known/openid-configuration", "/control/calls"] {
        let answer = http.get(format!("{issuer}{path}")).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }

    let pid = process.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
    assert!(timeout(PATIENCE, process.wait()).await.unwrap().unwrap().success());
}

#[tokio::test]
async fn the_process_refuses_an_address_others_can_reach() {
    let output = timeout(PATIENCE, devidp(&["--listen", "0.0.0.0:0"]).output())
        .await
        .unwrap()
        .unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("0.0.0.0:0 is not a loopback address"), "{words}");
}

#[tokio::test]
async fn the_process_names_the_file_of_people_it_cannot_read() {
    let output = timeout(PATIENCE, devidp(&["--people", "no/such/people.toml"]).output())
        .await
        .unwrap()
        .unwrap();
    assert!(!output.status.success());
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("no/such/people.toml")
    );
}
