use flui_testkit::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

/// Ada and Grace have signed in, and Grace made a key that a spreadsheet would run.
async fn scene() -> (TestApp, flui_testkit::Browser, flui_testkit::Browser) {
    let app = TestApp::start().await;
    let (ada, grace) = (app.browser(), app.browser());
    ada.sign_in("ada").await;
    grace.sign_in("grace").await;
    let body = json!({ "name": "=1+1,\"x\"", "scopes": ["apps:look"] });
    let made = grace
        .request(Method::POST, "/api/v1/auth/api-keys")
        .header("origin", &app.url)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    (app, ada, grace)
}

#[tokio::test]
async fn the_log_streams_as_csv_that_no_spreadsheet_runs() {
    let (_app, ada, grace) = scene().await;
    let csv = async |browser: &flui_testkit::Browser| {
        let path = "/api/v1/audit/events";
        let request = browser.request(Method::GET, path).header("accept", "text/csv");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(
            answer.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/csv")
        );
        assert_eq!(answer.headers()["cache-control"], "no-store");
        answer.text().await.unwrap()
    };
    let all = csv(&ada).await;
    let lines: Vec<_> = all.split("\r\n").collect();
    assert!(lines[0].starts_with("seq,at,action,outcome,reason,actor,"));
    assert_eq!(lines.len(), 6, "a header, four events, and the end: {all}");
    assert!(
        lines[1].contains("key.created") && lines[1].contains("\"'=1+1,\"\"x\"\"\""),
        "{all}"
    );
    assert!(all.contains("Ada Lovelace"));
    let own = csv(&grace).await;
    assert_eq!(own.split("\r\n").count(), 4);
    assert!(!own.contains("Ada Lovelace"), "own rows alone");
}

#[tokio::test]
async fn the_log_streams_as_one_object_on_each_line_and_obeys_its_filters() {
    let (app, ada, _grace) = scene().await;
    let lines = async |query: &str| {
        let path = format!("/api/v1/audit/events?{query}");
        let request = ada
            .request(Method::GET, &path)
            .header("accept", "application/x-ndjson;q=0.9");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{query}");
        let text = answer.text().await.unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
        rows.collect::<Vec<Value>>()
    };
    let all = lines("").await;
    assert_eq!(all.len(), 4);
    let (start, grace) = (&all[3], &all[0]["actor"]);
    assert_eq!(start["action"], "server.started");
    assert_eq!(lines("limit=2").await, all[..2]);
    assert_eq!(lines(&format!("before={}", all[0]["seq"])).await, all[1..]);
    assert_eq!(lines("action=sign_in.started").await, all[1..3]);
    assert_eq!(lines(&format!("user={}", grace.as_str().unwrap())).await, all[..2]);
    assert!(lines("outcome=refused").await.is_empty());
    assert!(lines("since=2999-01-01").await.is_empty());
    assert_eq!(lines("since=2020-01-01").await.len(), 4);
    for bad in ["since=soon", "user=me", "colour=red", "before=x"] {
        let path = format!("/api/v1/audit/events?{bad}");
        let answer = ada
            .request(Method::GET, &path)
            .header("accept", "text/csv")
            .send()
            .await
            .unwrap();
        assert_eq!(crate::refusal(answer).await.0, 400, "{bad}");
    }
    let stranger = app
        .api(Method::GET, "/api/v1/audit/events")
        .header("accept", "text/csv");
    assert_eq!(crate::refusal(stranger.send().await.unwrap()).await.0, 401);
}

/// More rows than one read takes.
#[tokio::test]
async fn a_long_log_comes_whole_and_in_order() {
    let (app, ada, _grace) = scene().await;
    for _ in 0..520 {
        // Each leaves a row: nobody may revoke what is not there.
        let path = "/api/v1/auth/api-keys/01930000-0000-7000-8000-000000000001";
        let request = ada.request(Method::DELETE, path).header("origin", &app.url);
        assert_eq!(request.send().await.unwrap().status(), 404);
    }
    let request = ada
        .request(Method::GET, "/api/v1/audit/events")
        .header("accept", "application/x-ndjson");
    let text = request.send().await.unwrap().text().await.unwrap();
    let seqs: Vec<i64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs.len(), 524);
    assert!(seqs.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn the_page_filters_by_its_address_and_offers_the_same_rows_as_files() {
    let (app, ada, grace) = scene().await;
    let page = ada
        .get("/audit?action=key.created&since=2020-01-01")
        .await
        .text()
        .await
        .unwrap();
    let link = "href=\"/audit.csv?action=key.created&amp;since=2020-01-01\"";
    assert!(page.contains(link) && page.contains("value=\"2020-01-01\""), "{page}");
    let file = ada.get("/audit.csv?action=key.created&since=2020-01-01").await;
    assert_eq!(file.status(), 200);
    let name = file.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(
        name.starts_with("attachment; filename=\"flui-audit-2") && name.ends_with(".csv\""),
        "{name}"
    );
    assert_eq!(file.text().await.unwrap().split("\r\n").count(), 3);
    assert_eq!(ada.get("/audit.ndjson").await.text().await.unwrap().lines().count(), 4);

    let user = page.split("/audit?user=").nth(1).unwrap().split('"').next().unwrap();
    let narrowed = ada.get(&format!("/audit?user={user}")).await.text().await.unwrap();
    assert!(narrowed.contains("Grace Hopper") && narrowed.contains("Show everybody"));
    let own = grace.get("/audit").await.text().await.unwrap();
    assert!(!own.contains("/audit?user="), "there is nobody else to choose");
    let strangers = app.browser().get("/audit.csv").await;
    assert_eq!(strangers.status(), 303);
}

#[tokio::test]
async fn u5_rows_say_who_what_and_whence_and_everybody_sees_their_own_alone() {
    let (_app, ada, grace) = scene().await;
    let rows = async |browser: &flui_testkit::Browser, query: &str| {
        let answer = browser.get(&format!("/api/v1/audit/events{query}")).await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        body["items"].as_array().unwrap().clone()
    };
    let (all, own) = (rows(&ada, "").await, rows(&grace, "").await);
    let actors = |rows: &[Value]| {
        let mut names: Vec<_> = rows
            .iter()
            .filter_map(|row| row["actorName"].as_str().map(str::to_owned))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    assert_eq!(actors(&all), ["Ada Lovelace", "Grace Hopper"]);
    assert_eq!(actors(&own), ["Grace Hopper"]);
    // Asking for somebody else's finds one's own again.
    let first = all.iter().rev().find_map(|row| row["actor"].as_str()).unwrap();
    let others = format!("?user={first}");
    assert_eq!(rows(&grace, &others).await, own);
    let adas = rows(&ada, &others).await;
    assert_eq!(actors(&adas), ["Ada Lovelace"]);

    let made = own.iter().find(|row| row["action"] == "key.created").unwrap();
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{name}: {made}"));
    assert!(text("at").ends_with('Z'), "UTC: {made}");
    assert_eq!(
        (text("address"), text("objectName"), text("outcome")),
        ("127.0.0.1", "=1+1,\"x\"", "done")
    );
    for name in ["actor", "signIn", "object", "requestId"] {
        assert!(text(name).len() >= 8, "{name}: {made}");
    }
    assert!(made.get("userAgent").is_some_and(Value::is_string), "{made}");
}
