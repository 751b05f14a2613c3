//! `flui-dashboard audit`, beside a server that runs.

use std::{fs, process::Output};

use flui_testkit::{TestApp, postgres_database};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::{
    audit,
    process::{dashboard, run},
};

async fn scene(postgres: bool) -> (TestApp, Option<String>) {
    let url = if postgres {
        Some(postgres_database().await)
    } else {
        None
    };
    let settings: Vec<_> = url.iter().map(|url| ("FLUI_DATABASE_URL", url.as_str())).collect();
    let app = TestApp::start_with(&settings, flui_devidp::Options::default()).await;
    // The start of the server is the first row.
    for person in ["ada", "grace"] {
        app.browser().sign_in(person).await;
    }
    (app, url)
}

/// Runs SQL as somebody who owns the database.
async fn by_hand(app: &TestApp, postgres: Option<&str>, statements: &[&str]) {
    for statement in statements {
        let statement = AssertSqlSafe((*statement).to_owned());
        if let Some(url) = postgres {
            let mut connection = PgConnection::connect(url).await.unwrap();
            connection.execute(statement).await.unwrap();
        } else {
            let url = format!("sqlite://{}", app.folder.path().join("flui.db").display());
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            connection.execute(statement).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

fn told(output: &Output) -> (i32, String) {
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code().unwrap(), text)
}

async fn verify_and_export(postgres: bool) {
    let (app, url) = scene(postgres).await;
    let folder = app.folder.path();
    let (code, text) = told(&run(&app, &["audit", "verify"]).await);
    assert!(
        code == 0 && text.starts_with("ok      3 rows, the last is 3 with "),
        "{text}"
    );

    let head = run(&app, &["audit", "head"]).await;
    fs::write(folder.join("heads"), &head.stdout).unwrap();
    let head = String::from_utf8(head.stdout).unwrap();
    let words: Vec<&str> = head.split_whitespace().collect();
    assert!(words.len() == 3 && words[0] == "3" && text.contains(words[1]), "{head}");
    assert!(words[2].parse::<flui_model::Timestamp>().is_ok());

    // The export says what the API says, and its hashes prove it without the database.
    let export = run(&app, &["audit", "export"]).await;
    assert!(export.status.success());
    fs::write(folder.join("log"), &export.stdout).unwrap();
    let rows: Vec<Value> = export
        .stdout
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let mut by_api = audit(&app).await;
    by_api.reverse();
    for (row, by_api) in rows.iter().zip(&by_api) {
        for field in [
            "seq",
            "at",
            "action",
            "outcome",
            "actor",
            "signIn",
            "object",
            "address",
            "requestId",
        ] {
            assert_eq!(row[field], by_api[field], "{field}");
        }
    }
    assert_eq!(rows[2]["hash"], words[1]);
    let offline = ["audit", "verify", "--export", "log", "--head", "heads"];
    assert_eq!(told(&run(&app, &offline).await).0, 0);
    let mut bare = dashboard(&app);
    bare.env_clear()
        .args(["audit", "verify", "--export", "log", "--head", words[1]]);
    assert!(bare.output().unwrap().status.success(), "it takes no configuration");
    assert_eq!(told(&run(&app, &["audit", "verify", "--head", "heads"]).await).0, 0);

    let text = String::from_utf8(export.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for (spoilt, finding) in [
        (
            text.replacen("127.0.0.1", "127.0.0.2", 1),
            "row 2 is not what was written",
        ),
        (format!("{}\n{}\n", lines[0], lines[2]), "rows are missing from 2 to 2"),
        (
            format!("{}\n{}\n", lines[0], lines[1]),
            "ends with row 2 and should go to row 3",
        ),
        (text[..text.len() - 9].to_owned(), "line 3 is no row"),
    ] {
        fs::write(folder.join("spoilt"), spoilt).unwrap();
        let (code, text) = told(&run(&app, &["audit", "verify", "--export", "spoilt", "--head", "heads"]).await);
        assert!(
            code == 1 && text.starts_with("FAULT   ") && text.contains(finding),
            "{text}"
        );
    }

    // Whoever owns the database takes the guards away, cuts the log off and puts its head right: only what was kept
    // elsewhere tells.
    let guard = if postgres {
        "drop trigger audit_events_remain on audit_events"
    } else {
        "drop trigger audit_events_remain"
    };
    let cut = [
        guard,
        "delete from audit_events where seq >= 3",
        "update audit_head set seq = 2, hash = (select hash from audit_events where seq = 2)",
    ];
    by_hand(&app, url.as_deref(), &cut).await;
    assert_eq!(told(&run(&app, &["audit", "verify"]).await).0, 0);
    let (code, text) = told(&run(&app, &["audit", "verify", "--head", "heads"]).await);
    assert!(code == 1 && text.contains("should go to row 3"), "{text}");
    let (code, text) = told(&run(&app, &["audit", "verify", "--head", words[1]]).await);
    assert!(code == 1 && text.contains("no row has the hash"), "{text}");
}

#[tokio::test]
async fn u3_audit_verify_finds_what_was_done_to_a_log_in_sqlite() {
    verify_and_export(false).await;
}

#[tokio::test]
async fn u3_audit_verify_finds_what_was_done_to_a_log_in_postgresql() {
    verify_and_export(true).await;
}

#[tokio::test]
async fn u3_what_cannot_be_checked_is_told_apart_from_what_is_spoilt() {
    let (mut app, _) = scene(false).await;
    for arguments in [
        &["audit", "verify", "--head", "no-such-file"][..],
        &["audit", "verify", "--export", "no-such-file"],
        &["audit", "verify", "--colour"],
    ] {
        assert_eq!(told(&run(&app, arguments).await).0, 2, "{arguments:?}");
    }
    fs::write(app.folder.path().join("heads"), "three abc\n").unwrap();
    let (code, text) = told(&run(&app, &["audit", "verify", "--head", "heads"]).await);
    assert!(code == 2 && text.contains("line 1 of heads"), "{text}");
    app.stop().await;
    assert_eq!(
        told(&run(&app, &["audit", "verify"]).await).0,
        0,
        "without a server too"
    );
    fs::remove_file(app.folder.path().join("flui.db")).unwrap();
    for command in ["verify", "export", "head"] {
        assert_eq!(told(&run(&app, &["audit", command]).await).0, 2, "{command}");
    }
}
