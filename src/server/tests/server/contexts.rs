use flui_testkit::{Browser, TestApp, see_other};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn prod() -> Value {
    json!({
        "name": "prod", "apiUrl": "https://app.example.org/", "issuer": "https://id.example.org",
        "description": "The cluster in Falkenstein", "colour": "red",
    })
}

/// A browser of a person who just signed in.
async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

async fn send(app: &TestApp, browser: &Browser, method: Method, path: &str, body: Option<Value>) -> reqwest::Response {
    let request = browser.request(method, path).header("origin", &app.url);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn a7_contexts_are_made_changed_and_deleted_by_admins_and_read_by_all() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let created = send(&app, &ada, Method::POST, "/api/v1/contexts", Some(prod())).await;
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    assert_eq!(created["apiUrl"], "https://app.example.org");
    assert_eq!(
        (&created["colour"], &created["issuer"]),
        (&json!("red"), &json!("https://id.example.org"))
    );

    let list: Value = grace.get("/api/v1/contexts").await.json().await.unwrap();
    assert_eq!(list["items"], json!([created]));
    let one: Value = grace.get("/api/v1/contexts/PROD").await.json().await.unwrap();
    assert_eq!(one, created);
    assert_eq!(grace.get("/api/v1/contexts/other").await.status(), 404);

    let mut other = prod();
    other["name"] = json!("Prod");
    let taken = send(&app, &ada, Method::POST, "/api/v1/contexts", Some(other)).await;
    assert_eq!(crate::refusal(taken).await, (409, "name_taken".to_owned()));

    let change = json!({ "apiUrl": "https://app2.example.org", "issuer": "https://id.example.org" });
    let changed = send(&app, &ada, Method::PUT, "/api/v1/contexts/prod", Some(change.clone())).await;
    assert_eq!(changed.status(), 200);
    let changed: Value = changed.json().await.unwrap();
    assert_eq!(
        (&changed["name"], &changed["apiUrl"], &changed["colour"]),
        (&json!("prod"), &json!("https://app2.example.org"), &json!("grey"))
    );
    let absent = send(&app, &ada, Method::PUT, "/api/v1/contexts/other", Some(change)).await;
    assert_eq!(crate::refusal(absent).await, (404, "not_found".to_owned()));

    let deleted = send(&app, &ada, Method::DELETE, "/api/v1/contexts/prod", None).await;
    assert_eq!(deleted.status(), 200);
    assert_eq!(deleted.json::<Value>().await.unwrap()["ended"], json!([]));
    let again = send(&app, &ada, Method::DELETE, "/api/v1/contexts/prod", None).await;
    assert_eq!(again.status(), 404);
}

#[tokio::test]
async fn only_admins_write_contexts_and_refusals_are_audited() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    send(&app, &ada, Method::POST, "/api/v1/contexts", Some(prod())).await;
    let change = json!({ "apiUrl": "https://x.example.org", "issuer": "https://id.example.org" });
    let staging = json!({ "name": "staging", "apiUrl": "https://x.example.org", "issuer": "https://id.example.org" });
    let writes = [
        (Method::POST, "/api/v1/contexts", Some(staging)),
        (Method::PUT, "/api/v1/contexts/prod", Some(change)),
        (Method::DELETE, "/api/v1/contexts/prod", None),
    ];
    for login in ["grace", "linus"] {
        let browser = signed_in(&app, login).await;
        for (method, path, body) in writes.clone() {
            let answer = send(&app, &browser, method, path, body).await;
            assert_eq!(
                crate::refusal(answer).await,
                (403, "forbidden".to_owned()),
                "{login} {path}"
            );
        }
        assert_eq!(browser.get("/api/v1/contexts/prod").await.status(), 200);
        for page in ["/contexts/new", "/contexts/prod/edit", "/contexts/prod/delete"] {
            assert_eq!(browser.get(page).await.status(), 403, "{login} {page}");
        }
        for page in ["/contexts", "/contexts/prod"] {
            let html = browser.get(page).await.text().await.unwrap();
            assert!(
                !html.contains("Create context") && !html.contains("/edit"),
                "{login} {page}"
            );
        }
    }
    let stranger = app.browser();
    for (method, path, body) in writes {
        let answer = send(&app, &stranger, method, path, body).await;
        assert_eq!(
            crate::refusal(answer).await,
            (401, "not_signed_in".to_owned()),
            "{path}"
        );
    }
    assert_eq!(stranger.get("/api/v1/contexts").await.status(), 401);
    assert_eq!(stranger.get("/contexts/prod").await.status(), 303);
    let events = crate::audit(&app).await;
    let refused = events
        .iter()
        .filter(|event| event["outcome"] == "refused" && event["action"].as_str().unwrap().starts_with("context."));
    assert_eq!(refused.count(), 6);
}

#[tokio::test]
async fn a_browser_needs_a_fresh_sign_in_to_write_contexts_and_a_key_does_not() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let key = app.workstation_key("ada", "laptop").await.key;
    app.clock.advance(std::time::Duration::from_mins(20));
    let stale = send(&app, &ada, Method::POST, "/api/v1/contexts", Some(prod())).await;
    assert_eq!(crate::refusal(stale).await, (403, "fresh_sign_in_needed".to_owned()));
    let page = ada.get("/contexts/new?name=prod").await.text().await.unwrap();
    assert!(
        page.contains("/auth/login?fresh=1&amp;return_to=%2Fcontexts%2Fnew%3Fname%3Dprod"),
        "{page}"
    );
    let made = app
        .api_as(&key, Method::POST, "/api/v1/contexts")
        .json(&prod())
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
}

#[tokio::test]
async fn bad_contexts_are_refused_field_by_field() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let bad = json!({
        "name": "a b", "apiUrl": "http://app.example.org", "issuer": "", "description": "x\u{202e}y",
    });
    let answer = send(&app, &ada, Method::POST, "/api/v1/contexts", Some(bad)).await;
    assert_eq!(answer.status(), 400);
    let body: Value = answer.json().await.unwrap();
    let fields: Vec<_> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].clone())
        .collect();
    assert_eq!(fields, ["name", "apiUrl", "issuer", "description"]);
    let mut pink = prod();
    pink["colour"] = json!("pink");
    let answer = send(&app, &ada, Method::POST, "/api/v1/contexts", Some(pink)).await;
    assert_eq!(crate::refusal(answer).await, (422, "unprocessable".to_owned()));
    let list: Value = ada.get("/api/v1/contexts").await.json().await.unwrap();
    assert_eq!(list["items"], json!([]));
    assert_eq!(
        send(&app, &ada, Method::POST, "/api/v1/contexts", Some(prod()))
            .await
            .status(),
        201
    );
}

#[tokio::test]
async fn a_context_is_made_changed_and_deleted_by_forms_with_its_keys() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let fields = [
        ("name", "prod"),
        ("api_url", "https://app.example.org"),
        ("issuer", "https://id.example.org"),
        ("description", "Falkenstein <b>"),
        ("colour", "blue"),
    ];
    let mut wrong = fields;
    wrong[1].1 = "ftp://x";
    let answer = ada.post("/contexts/new", &wrong).await;
    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    for part in [
        "ftp://x",
        "Falkenstein &lt;b&gt;",
        "#api-url",
        "value=\"blue\" selected",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(
        see_other(&ada.post("/contexts/new", &fields).await),
        "/contexts/prod?notice=context-created"
    );
    assert_eq!(ada.post("/contexts/new", &fields).await.status(), 409, "sent twice");

    let grace = signed_in(&app, "grace").await;
    let body = json!({ "name": "deploy", "scopes": ["apps:look"], "context": "PROD" });
    let key: Value = send(&app, &grace, Method::POST, "/api/v1/auth/api-keys", Some(body))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(key["contexts"], json!(["prod"]));
    let key = key["key"].as_str().unwrap();
    assert_eq!(crate::me(&app, key).await.status(), 200);
    let show = ada.get("/contexts/prod").await.text().await.unwrap();
    let command = "flui context create prod --api-url https://app.example.org --switch &amp;&amp; flui auth login";
    for part in ["deploy", "Grace Hopper", command] {
        assert!(show.contains(part), "{part}");
    }
    let linus = signed_in(&app, "linus").await;
    let others = linus.get("/contexts/prod").await.text().await.unwrap();
    assert!(
        !others.contains("Grace Hopper"),
        "others' keys are not shown to everybody"
    );

    let mut changed = fields;
    changed[3].1 = "Helsinki";
    let path = "/contexts/prod/edit";
    assert_eq!(
        see_other(&ada.post(path, &changed).await),
        "/contexts/prod?notice=context-changed"
    );
    assert!(ada.get(path).await.text().await.unwrap().contains("value=\"Helsinki\""));

    let preview = ada.get("/contexts/prod/delete").await.text().await.unwrap();
    assert!(preview.contains("One key is bound") && preview.contains("deploy"));
    let path = "/contexts/prod/delete";
    assert_eq!(
        see_other(&ada.post(path, &[]).await),
        "/contexts?notice=context-deleted"
    );
    assert_eq!(crate::me(&app, key).await.status(), 401, "its key ended with it");
    assert_eq!(ada.post(path, &[]).await.status(), StatusCode::NOT_FOUND);
}
