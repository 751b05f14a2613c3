use flui_testkit::{TestApp, client, postgres_database};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, SqliteConnection};

use super::{GIT, SESSION, WIKI, ask, ask_with, open, send, start, start_with, with_cookie};

const IDENTITY: [&str; 7] = [
    "remote-user",
    "remote-name",
    "remote-email",
    "remote-groups",
    "x-flui-role",
    "x-flui-kind",
    "x-flui-sign-in",
];

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

/// A key with scopes, made by a person in a browser.
async fn scoped_key(app: &TestApp, login: &str, more: &Value) -> (String, String) {
    let browser = app.browser();
    browser.sign_in(login).await;
    let mut body = json!({ "name": "robot", "kind": "ci", "scopes": ["apps:look"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = browser
        .request_post("/api/v1/auth/api-keys")
        .header("origin", &app.url)
        .json(&body);
    let answer = send(request).await;
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    let created: Value = answer.json().await.unwrap();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

#[tokio::test]
async fn a_key_passes_by_the_rule_until_it_is_revoked() {
    let app = start().await;
    let created = app.workstation_key("grace", "laptop").await;
    let answer = send(ask(&app, WIKI, "/page").bearer_auth(&created.key)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "remote-name"), "Grace Hopper");
    assert_eq!(header(&answer, "remote-email"), "grace@example.org");
    assert_eq!(header(&answer, "x-flui-kind"), "workstation");
    assert_eq!(header(&answer, "x-flui-role"), "user");
    assert_eq!(header(&answer, "x-flui-sign-in"), created.id.to_string());
    assert!(!header(&answer, "remote-user").is_empty());

    assert_eq!(
        send(ask(&app, WIKI, "/admin").bearer_auth(&created.key)).await.status(),
        403
    );
    let admin = app.workstation_key("ada", "desk").await.key;
    assert_eq!(send(ask(&app, WIKI, "/admin").bearer_auth(&admin)).await.status(), 200);

    let revoke = format!("/api/v1/auth/api-keys/{}", created.id);
    assert!(
        send(app.api_as(&created.key, Method::DELETE, &revoke))
            .await
            .status()
            .is_success()
    );
    let refused = send(ask(&app, WIKI, "/page").bearer_auth(&created.key)).await;
    assert_eq!(crate::refusal(refused).await, (401, "key_revoked".to_owned()));
}

#[tokio::test]
async fn a_key_with_scopes_passes_where_the_rule_names_one_it_has() {
    let app = start().await;
    let (key, _) = scoped_key(&app, "ada", &json!({})).await;
    let status = async |target| send(ask(&app, WIKI, target).bearer_auth(&key)).await.status();
    assert_eq!(status("/api/things").await, 200);
    assert_eq!(status("/page").await, 403, "the rule names no scope");
    assert_eq!(status("/admin").await, 403, "a narrow key never acts as admin");
    let (other, _) = scoped_key(&app, "ada", &json!({ "name": "mail", "scopes": ["mail:look"] })).await;
    assert_eq!(send(ask(&app, WIKI, "/api").bearer_auth(&other)).await.status(), 403);
    let refused = crate::audit(&app).await;
    let refused = refused
        .iter()
        .filter(|row| row["action"] == "app.opened" && row["outcome"] == "refused");
    assert_eq!(refused.count(), 2, "once an hour for each key");
}

#[tokio::test]
async fn a_key_is_good_from_its_networks_alone() {
    let app = start().await;
    let (key, _) = scoped_key(&app, "grace", &json!({ "networks": ["203.0.113.0/24"] })).await;
    let from = async |address: &str| {
        let request = ask(&app, WIKI, "/api").header("x-forwarded-for", address);
        send(request.bearer_auth(&key)).await.status()
    };
    assert_eq!(from("203.0.113.9").await, 200);
    assert_eq!(from("198.51.100.9").await, 403);
    assert_eq!(from("203.0.113.9, 198.51.100.9").await, 403, "the last hop counts");
}

#[tokio::test]
async fn the_apps_own_authorization_changes_nothing() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (cookie, _) = open(&app, &browser, WIKI, "/").await;
    let request = || ask(&app, WIKI, "/").header("authorization", "Basic YTpi");
    assert_eq!(send(request()).await.status(), 401);
    let known = send(request().header("cookie", format!("{SESSION}={cookie}"))).await;
    assert_eq!(known.status(), 200);
    assert_eq!(
        send(ask(&app, WIKI, "/").bearer_auth("flui_ci_nonsense"))
            .await
            .status(),
        401
    );
}

#[tokio::test]
async fn public_paths_ask_nobody_and_what_no_rule_names_is_denied() {
    let app = start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let answer = send(ask(&app, WIKI, "/health/live?x").bearer_auth(&key)).await;
    assert_eq!(answer.status(), 200);
    for name in IDENTITY {
        assert_eq!(header(&answer, name), "", "v8: {name}");
    }
    let at = async |host: &'static str, target| send(ask(&app, host, target).bearer_auth(&key)).await.status();
    assert_eq!(at("a.previews.example.net", "/only/x").await, 200);
    assert_eq!(at("a.previews.example.net", "/").await, 403, "no rule");
    for stranger in [
        "previews.example.net",
        "evil.example",
        "evilwiki.example.net",
        "wiki.example.net.evil",
        "",
    ] {
        assert_eq!(at(stranger, "/").await, 403, "{stranger}");
    }
}

#[tokio::test]
async fn v5_when_the_database_is_down_nobody_passes() {
    let mut app = start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (cookie, _) = open(&app, &browser, WIKI, "/").await;
    // Nothing is remembered any more.
    app.restart().await;
    let status = async |app: &TestApp| {
        let by_key = send(ask(app, WIKI, "/").bearer_auth(&key)).await;
        assert!(by_key.headers().contains_key("retry-after") || by_key.status() == 200);
        [by_key.status(), with_cookie(app, WIKI, "/", &cookie).await.status()]
    };
    assert_eq!(status(&app).await, [200, 200]);
    app.restart().await;
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", app.folder.path().join("flui.db").display()))
        .await
        .unwrap();
    database.execute("alter table people rename to gone").await.unwrap();
    database
        .execute("alter table app_sessions rename to away")
        .await
        .unwrap();
    assert_eq!(status(&app).await, [503, 503]);
}

#[tokio::test]
async fn v6_only_a_trusted_proxy_may_ask() {
    let app = start_with(&[("FLUI_TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let answer = send(ask(&app, WIKI, "/").bearer_auth(&key)).await;
    assert_eq!(crate::refusal(answer).await, (400, "bad_request".to_owned()));
    assert_eq!(send(ask(&app, WIKI, "/health")).await.status(), 400);
}

#[tokio::test]
async fn v7_a_lying_proxy_gets_no_answer() {
    let app = start().await;
    let good = [
        ("method", "GET"),
        ("proto", "https"),
        ("host", WIKI),
        ("uri", "/health"),
    ];
    assert_eq!(send(ask_with(&app, &good)).await.status(), 200);
    for (name, value) in good {
        let twice = ask_with(&app, &good).header(format!("x-forwarded-{name}"), value);
        assert_eq!(send(twice).await.status(), 400, "{name} twice");
        let aliased = ask_with(&app, &good).header(format!("x_forwarded_{name}"), value);
        assert_eq!(send(aliased).await.status(), 400, "{name} aliased");
        let joined = format!("{value}, {value}");
        let changed = good.map(|(other, kept)| (other, if other == name { joined.as_str() } else { kept }));
        assert_eq!(send(ask_with(&app, &changed)).await.status(), 400, "{name} joined");
        let missing: Vec<_> = good.into_iter().filter(|(other, _)| *other != name).collect();
        assert_eq!(
            send(ask_with(&app, &missing)).await.status(),
            403,
            "v15: {name} missing"
        );
    }
    let spoofed = ask_with(&app, &good).header("remote_user", "ada");
    assert_eq!(send(spoofed).await.status(), 400);
}

#[tokio::test]
async fn v8_every_identity_header_is_always_set() {
    let app = start().await;
    let key = app.workstation_key("linus", "laptop").await.key;
    let request = ask(&app, WIKI, "/").bearer_auth(&key).header("remote-user", "ada");
    let answer = send(request.header("x-flui-role", "admin")).await;
    assert_eq!(answer.status(), 200);
    for name in IDENTITY {
        assert_eq!(answer.headers().get_all(name).iter().count(), 1, "{name}");
    }
    assert_eq!(header(&answer, "x-flui-role"), "read-only");
    assert_ne!(header(&answer, "remote-user"), "ada");
}

#[tokio::test]
async fn v9_v10_odd_paths_and_methods_are_denied_whoever_asks() {
    let app = start().await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let status = async |method: &str, target: &str, agent: &str| {
        let forwarded = [("method", method), ("proto", "https"), ("host", WIKI), ("uri", target)];
        let request = ask_with(&app, &forwarded).bearer_auth(&key);
        send(request.header("user-agent", agent)).await.status()
    };
    assert_eq!(status("DELETE", "/a%20b?c=/../d", "x").await, 200);
    for target in [
        "/health/../admin",
        "/health%2f..%2fadmin",
        "/health;/admin",
        "//health",
        "/health\\admin",
        "/%2e%2e/health",
        "/health%00",
        "/health%",
        "/HEALTH",
        "http://wiki.example.net/health",
        "health",
    ] {
        assert_eq!(status("GET", target, "x").await, 403, "{target}");
    }
    for method in ["get", "TRACE", "CONNECT", "-"] {
        assert_eq!(status(method, "/health", "x").await, 403, "{method}");
    }
    for agent in ["GoogleHC/1.0", "kube-probe/1.30"] {
        let answer = send(ask(&app, WIKI, "/").header("user-agent", agent)).await;
        assert_eq!(answer.status(), 401, "{agent}");
    }
    let query = send(ask(&app, WIKI, "/?x=/health")).await;
    assert_eq!(query.status(), 401, "the query is no part of a path");
}

#[tokio::test]
async fn v11_a_host_has_one_form_and_one_protocol() {
    let app = start().await;
    let status = async |proto: &str, host: &str| {
        let forwarded = [("method", "GET"), ("proto", proto), ("host", host), ("uri", "/")];
        send(ask_with(&app, &forwarded)).await.status()
    };
    for host in [
        "wiki.example.net",
        "WIKI.example.NET",
        "wiki.example.net.",
        "wiki.example.net:443",
    ] {
        assert_eq!(status("https", host).await, 401, "{host}");
    }
    assert_eq!(status("https", GIT).await, 401);
    for host in [
        "git.example.net",
        "git.example.net:443",
        "wiki.example.net:8443",
        "user@wiki.example.net",
    ] {
        assert_eq!(status("https", host).await, 403, "{host}");
    }
    assert_eq!(status("http", "wiki.example.net").await, 403, "the app is on https");
    assert_eq!(status("http", "local.localhost:8080").await, 401);
    assert_eq!(status("https", "local.localhost:8080").await, 403);
}

#[tokio::test]
async fn v12_v13_nothing_secret_is_echoed_and_nothing_may_be_kept() {
    let app = start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (cookie, _) = open(&app, &browser, WIKI, "/").await;
    for (request, secret) in [
        (ask(&app, WIKI, "/").bearer_auth(&key), key.as_str()),
        (ask(&app, WIKI, "/admin").bearer_auth(&key), key.as_str()),
        (
            ask(&app, WIKI, "/").header("cookie", format!("{SESSION}={cookie}")),
            cookie.as_str(),
        ),
        (
            ask(&app, WIKI, "/admin").header("cookie", format!("{SESSION}={cookie}")),
            cookie.as_str(),
        ),
        (ask(&app, WIKI, "/").bearer_auth("flui_ci_unknown"), "flui_ci_unknown"),
        (ask_with(&app, &[]).bearer_auth(&key), key.as_str()),
    ] {
        let answer = send(request).await;
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(header(&answer, "vary"), "*");
        let headers = format!("{:?}", answer.headers());
        assert!(!headers.contains(secret) && !answer.headers().contains_key("set-cookie"));
        assert!(!answer.text().await.unwrap().contains(secret));
    }
}

#[tokio::test]
async fn v14_people_are_redirected_and_programs_are_told() {
    let app = start().await;
    let navigate = |target| {
        ask(&app, WIKI, target)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
    };
    let start_at = "https://wiki.example.net/.flui/start?return=%2Fa%3Fb%3Dc%26d";
    let answer = send(navigate("/a?b=c&d")).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "location")), (302, start_at));
    // A key is no person, whatever it says.
    assert_eq!(send(navigate("/a").bearer_auth("flui_ci_x")).await.status(), 401);
    for request in [
        ask(&app, WIKI, "/a")
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-dest", "empty"),
        ask(&app, WIKI, "/a")
            .header("upgrade", "websocket")
            .header("accept", "text/html"),
        ask(&app, WIKI, "/a").header("accept", "application/json"),
    ] {
        let answer = send(request).await;
        assert!(!answer.headers().contains_key("location") && header(&answer, "www-authenticate").contains("Bearer"));
        assert_eq!(crate::refusal(answer).await, (401, "not_signed_in".to_owned()));
    }
    // nginx takes no redirect for an answer; it is told where to.
    let by_proxy = client()
        .get(format!("{}/auth/verify?redirect=proxy", app.url))
        .headers(navigate("/a?b=c&d").build().unwrap().headers().clone());
    let answer = send(by_proxy).await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "x-flui-location")),
        (401, start_at)
    );
}

#[tokio::test]
async fn a_person_who_may_not_is_told_what_it_takes() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (cookie, _) = open(&app, &browser, WIKI, "/").await;
    let request = ask(&app, WIKI, "/admin").header("accept", "text/html");
    let answer = send(request.header("cookie", format!("{SESSION}={cookie}"))).await;
    assert_eq!(answer.status(), 403);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Wiki is not open to you. It takes the role Admin."),
        "{page}"
    );
    assert!(page.contains("/.flui/pkg/"));
}

#[tokio::test]
async fn an_app_on_postgresql_is_asked_alike() {
    let url = postgres_database().await;
    let app = start_with(&[("FLUI_DATABASE_URL", &url)]).await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (cookie, target) = open(&app, &browser, GIT, "/x").await;
    assert_eq!(target, format!("https://{GIT}/x"));
    assert_eq!(with_cookie(&app, GIT, "/", &cookie).await.status(), 200);
    assert_eq!(with_cookie(&app, WIKI, "/", &cookie).await.status(), 401);
}
