//! Apps as clients of the provider: registered, changed and deleted from here.

use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp, see_other};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::Connection as _;

pub(crate) const TOKEN: &str = "initial-access-token";
pub(crate) const REGISTRATION: (&str, &str) = ("FLUI_OIDC_REGISTRATION_TOKEN", TOKEN);
pub(crate) const SEALING_KEYS: (&str, &str) =
    ("FLUI_SEALING_KEYS", "2026:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

fn provider() -> Options {
    Options {
        registration_token: Some(TOKEN.to_owned()),
        ..Options::default()
    }
}

async fn start() -> TestApp {
    TestApp::start_with(&[REGISTRATION, SEALING_KEYS], provider()).await
}

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

fn wiki() -> Value {
    json!({ "name": "Wiki", "kind": "web", "hosts": ["wiki.example.org"], "scopes": ["openid", "groups"] })
}

async fn send(app: &TestApp, browser: &Browser, method: Method, path: &str, body: Option<Value>) -> Response {
    let request = browser.request(method, path).header("origin", &app.url);
    match body {
        Some(body) => request.json(&body),
        None => request,
    }
    .send()
    .await
    .unwrap()
}

async fn register(app: &TestApp, browser: &Browser) -> Value {
    let answer = send(app, browser, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

fn path_of(client: &Value) -> String {
    format!("/api/v1/app-clients/{}", client["id"].as_str().unwrap())
}

/// Whether the provider accepts the client's id and secret.
async fn works(app: &TestApp, client_id: &str, secret: &str) -> bool {
    let answer = flui_testkit::client()
        .post(format!("{}/oauth/v2/token", app.idp.issuer()))
        .basic_auth(client_id, Some(secret))
        .form(&[("grant_type", "client_credentials"), ("scope", "openid")])
        .send()
        .await
        .unwrap();
    answer.status().is_success()
}

async fn sql(app: &TestApp, text: &'static str) {
    let file = format!("sqlite://{}", app.folder.path().join("flui.db").display());
    let mut database = sqlx::SqliteConnection::connect(&file).await.unwrap();
    sqlx::raw_sql(text).execute(&mut database).await.unwrap();
}

fn actions(events: &[Value]) -> Vec<(String, String)> {
    let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    events
        .iter()
        .filter(|event| event["action"].as_str().unwrap().starts_with("app_client."))
        .map(|event| (text(event, "action"), text(event, "outcome")))
        .collect()
}

/// What stands in the element with this test id.
fn shown<'a>(page: &'a str, test_id: &str) -> &'a str {
    let from = page.split(&format!("data-testid=\"{test_id}\"")).nth(1).expect(test_id);
    from.split('>').nth(1).unwrap().split('<').next().unwrap()
}

#[tokio::test]
async fn an_app_is_registered_changed_and_deleted_at_the_provider_and_here() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let registered = register(&app, &ada).await;
    let (client_id, secret) = (
        registered["clientId"].as_str().unwrap(),
        registered["clientSecret"].as_str().unwrap(),
    );
    assert_eq!(
        registered["redirectUris"],
        json!(["https://wiki.example.org/oauth2/callback"])
    );
    assert_eq!(
        registered["postLogoutRedirectUris"],
        json!(["https://wiki.example.org/"])
    );
    assert_eq!(registered["issuer"], app.idp.issuer());
    assert!(works(&app, client_id, secret).await);
    assert_eq!(app.idp.control().registered_clients(), [client_id]);

    let path = path_of(&registered);
    let one: Value = ada.get(&path).await.json().await.unwrap();
    assert_eq!(one["clientId"], client_id);
    assert!(one.get("clientSecret").is_none() && one["managed"] == true, "{one}");
    let list: Value = ada.get("/api/v1/app-clients").await.json().await.unwrap();
    assert_eq!(list["items"], json!([one]));

    // The provider gives another registration access token with each change: the second one needs it.
    for number in 1..=2 {
        let uri = format!("https://wiki.example.org/callback/{number}");
        let change = json!({ "name": format!("Wiki {number}"), "redirectUris": [uri] });
        let changed = send(&app, &ada, Method::PUT, &path, Some(change)).await;
        assert_eq!(changed.status(), 200, "{number}");
        let changed: Value = changed.json().await.unwrap();
        assert_eq!(
            (&changed["redirectUris"], &changed["scopes"]),
            (&json!([uri]), &json!(["openid", "groups"]))
        );
        assert!(changed.get("clientSecret").is_none(), "no new one was given: {changed}");
    }
    assert!(works(&app, client_id, secret).await, "the secret stays");

    let deleted = send(&app, &ada, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status(), 204);
    assert!(!works(&app, client_id, secret).await);
    assert!(app.idp.control().registered_clients().is_empty());
    assert_eq!(ada.get(&path).await.status(), 404);
    let again = send(&app, &ada, Method::DELETE, &path, None).await;
    assert_eq!(crate::refusal(again).await, (404, "not_found".to_owned()));
    let done = |action: &str| (format!("app_client.{action}"), "done".to_owned());
    assert_eq!(
        actions(&crate::audit(&app).await)[1..],
        [done("deleted"), done("changed"), done("changed"), done("registered")]
    );
}

#[tokio::test]
async fn only_admins_with_a_fresh_sign_in_act_on_apps_and_refusals_are_audited() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let path = path_of(&register(&app, &ada).await);
    let change = json!({ "name": "Wiki", "hosts": ["other.example.org"] });
    let acts = [
        (Method::POST, "/api/v1/app-clients", Some(wiki())),
        (Method::PUT, &path, Some(change.clone())),
        (Method::DELETE, &path, None),
    ];
    let page = path.replace("/api/v1/app-clients", "/apps/clients");
    for login in ["grace", "linus"] {
        let browser = signed_in(&app, login).await;
        for (method, path, body) in acts.clone() {
            let answer = send(&app, &browser, method, path, body).await;
            assert_eq!(crate::refusal(answer).await, (403, "forbidden".to_owned()), "{login}");
        }
        for path in ["/api/v1/app-clients", &path, "/apps/new", "/apps/clients", &page] {
            assert_eq!(browser.get(path).await.status(), 403, "{login} {path}");
        }
        let sent = browser
            .post("/apps/new", &[("name", "x"), ("hosts", "x.example.org")])
            .await;
        assert_eq!(sent.status(), 403);
        let home = browser.get("/").await.text().await.unwrap();
        assert!(!home.contains("App clients"), "{login}");
    }
    let stranger = app.browser();
    for (method, path, body) in acts.clone() {
        let answer = send(&app, &stranger, method, path, body).await;
        assert_eq!(crate::refusal(answer).await, (401, "not_signed_in".to_owned()));
    }
    assert_eq!(stranger.get("/apps/new").await.status(), 303);
    let refused = actions(&crate::audit(&app).await);
    assert_eq!(refused.iter().filter(|(_, outcome)| outcome == "refused").count(), 8);

    let key = app.workstation_key("ada", "laptop").await.key;
    app.clock.advance(Duration::from_mins(20));
    for (method, path, body) in acts {
        let answer = send(&app, &ada, method, path, body).await;
        assert_eq!(crate::refusal(answer).await, (403, "fresh_sign_in_needed".to_owned()));
    }
    assert_eq!(ada.get(&path).await.status(), 200, "looking asks for none");
    assert_eq!(app.idp.control().registered_clients().len(), 1);
    let changed = app.api_as(&key, Method::PUT, &path).json(&change).send().await.unwrap();
    assert_eq!(changed.status(), 200, "a key cannot renew its proof");
}

#[tokio::test]
async fn z1_neither_the_secret_nor_the_access_to_an_app_stands_in_the_database_in_clear() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let registered = register(&app, &ada).await;
    let secret = registered["clientSecret"].as_str().unwrap();
    let tokens = app.idp.control().registration_access_tokens();
    assert_eq!(tokens.len(), 1);
    let client_id = registered["clientId"].as_str().unwrap();
    let mut kept = Vec::new();
    for name in ["flui.db", "flui.db-wal"] {
        kept.extend(std::fs::read(app.folder.path().join(name)).unwrap_or_default());
    }
    let holds = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(client_id), "the right files were read");
    for canary in [secret, &tokens[0], TOKEN] {
        assert!(!holds(canary), "{canary}");
    }
}

#[tokio::test]
async fn the_form_shows_the_secret_once_and_keeps_what_was_typed() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let bad = [
        ("name", "<b>"),
        ("kind", "single-page"),
        ("hosts", "a/b"),
        ("redirect_uris", "http://app.example.org/cb"),
        ("post_logout_redirect_uris", "nowhere"),
        ("backchannel_logout_uri", "https://app.example.org/logout"),
        ("scopes", "a\"b"),
    ];
    let refused = ada.post("/apps/new", &bad).await;
    assert_eq!(refused.status(), 400);
    let page = refused.text().await.unwrap();
    for words in [
        "is no host name",
        "begins with https://",
        "write it like https://app.example.org/callback",
        "Only an app on a web server can receive logout tokens",
        "Write scopes as words",
        "value=\"&lt;b&gt;\"",
        ">a/b</textarea>",
        ">http://app.example.org/cb</textarea>",
        ">nowhere</textarea>",
        "value=\"https://app.example.org/logout\"",
        "value=\"a&quot;b\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(app.idp.control().registered_clients().is_empty());

    let good = [
        ("name", "Wiki"),
        ("kind", "web"),
        ("hosts", "wiki.example.org\r\nwiki.example.net"),
    ];
    let answer = ada.post("/apps/new", &good).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers().get("content-encoding").is_none());
    let page = answer.text().await.unwrap();
    let (client_id, secret) = (shown(&page, "client-id"), shown(&page, "secret"));
    assert!(works(&app, client_id, secret).await);
    for line in [
        format!("OIDC_ISSUER={}", app.idp.issuer()),
        format!("OIDC_CLIENT_ID={client_id}"),
        format!("OIDC_CLIENT_SECRET={secret}"),
        "OIDC_REDIRECT_URI=https://wiki.example.org/oauth2/callback".to_owned(),
        "kind: Secret".to_owned(),
    ] {
        assert!(page.contains(&line), "{line}: {page}");
    }
    let list = ada.get("/apps/clients").await.text().await.unwrap();
    assert!(list.contains(client_id) && !list.contains(secret));

    // A provider may give another secret with a change: the answer shows it.
    let show = list.split("href=\"/apps/clients/").nth(1).unwrap();
    let show = format!("/apps/clients/{}", show.split('"').next().unwrap());
    let edit = [("name", "Wiki two"), ("redirect_uris", "https://wiki.example.org/cb")];
    let quiet = ada.post(&format!("{show}/edit"), &edit).await;
    assert_eq!(see_other(&quiet), format!("{show}?notice=app-client-changed"));
    let html = ada.get(&show).await.text().await.unwrap();
    assert!(html.contains("Wiki two") && html.contains("https://wiki.example.org/cb"));
    app.idp.control().renew_secrets();
    let told = ada.post(&format!("{show}/edit"), &edit).await;
    assert_eq!(
        (told.status().as_u16(), told.headers()["cache-control"].clone()),
        (200, "no-store".parse().unwrap())
    );
    let page = told.text().await.unwrap();
    let renewed = shown(&page, "secret");
    assert_ne!(renewed, secret);
    assert!(works(&app, client_id, renewed).await);

    let confirm = ada.get(&format!("{show}/delete")).await.text().await.unwrap();
    assert!(
        confirm.contains("Nobody can sign in to “Wiki two” any more"),
        "{confirm}"
    );
    let deleted = ada.post(&format!("{show}/delete"), &[]).await;
    assert_eq!(see_other(&deleted), "/apps/clients?notice=app-client-deleted");
    assert_eq!(ada.get(&show).await.status(), 404);
}

#[tokio::test]
async fn a_session_that_ended_under_the_form_brings_it_back_as_it_was() {
    let app = start().await;
    let typed = [("name", "Wiki"), ("hosts", "wiki.example.org")];
    let answer = app.browser().post("/apps/new", &typed).await;
    let front = see_other(&answer);
    assert!(front.contains("return_to=%2Fapps%2Fnew%3Fname%3DWiki"), "{front}");
    let ada = signed_in(&app, "ada").await;
    app.clock.advance(Duration::from_mins(20));
    let stale = ada.post("/apps/new", &typed).await;
    assert_eq!(stale.status(), 403);
    let page = stale.text().await.unwrap();
    assert!(page.contains("value=\"Wiki\"") && page.contains("/auth/login?fresh=1&amp;return_to=%2Fapps%2Fnew"));
}

#[tokio::test]
async fn apps_that_keep_no_secret_get_none() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    for (kind, field, address) in [
        ("single-page", "hosts", "spa.example.org"),
        ("native", "redirect_uris", "org.example.app:/callback"),
    ] {
        let answer = ada
            .post("/apps/new", &[("name", kind), ("kind", kind), (field, address)])
            .await;
        assert_eq!(answer.status(), 201, "{kind}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("The app gets no secret") && !page.contains("OIDC_CLIENT_SECRET"),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn what_the_provider_refuses_is_told_in_our_words() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let mut unknown_scope = wiki();
    unknown_scope["scopes"] = json!(["openid", "no-such-scope"]);
    let answer = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(unknown_scope)).await;
    assert_eq!(answer.status(), 400);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "invalid_field");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("does not accept these settings") && !detail.contains("a scope is not known"));
    register(&app, &ada).await;
}

#[tokio::test]
async fn a_provider_that_is_away_or_refuses_the_token_costs_nothing_that_was_typed() {
    let mut app = start().await;
    let ada = signed_in(&app, "ada").await;
    let typed = [("name", "Wiki"), ("hosts", "wiki.example.org")];
    app.idp.control().pause();
    let answer = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!(crate::refusal(answer).await, (503, "provider_unavailable".to_owned()));
    let form = ada.post("/apps/new", &typed).await;
    assert_eq!(form.status(), 503);
    let page = form.text().await.unwrap();
    assert!(
        page.contains("cannot be reached") && page.contains("value=\"Wiki\"") && page.contains(">wiki.example.org<")
    );
    app.idp.control().resume();

    app.restart_with(REGISTRATION.0, "another-access-token").await;
    let answer = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
    assert_eq!(crate::refusal(answer).await, (502, "provider_failed".to_owned()));
    let form = ada.post("/apps/new", &typed).await;
    assert_eq!(form.status(), 502);
    let page = form.text().await.unwrap();
    assert!(page.contains("does not accept FLUI_OIDC_REGISTRATION_TOKEN") && page.contains("value=\"Wiki\""));
    assert!(!page.contains("another-access-token"));

    app.restart_with(REGISTRATION.0, TOKEN).await;
    register(&app, &ada).await;
}

#[tokio::test]
async fn what_cannot_be_kept_here_is_deleted_at_the_provider_again() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    sql(
        &app,
        "create trigger full before insert on app_clients begin select raise(abort, 'no room'); end",
    )
    .await;
    let answer = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
    assert!(answer.status().is_server_error(), "{}", answer.status());
    let calls = app.idp.control().calls();
    assert_eq!(calls["/oidc/v1/register"], 1, "it was registered");
    assert!(app.idp.control().registered_clients().is_empty());
    sql(&app, "drop trigger full").await;
    register(&app, &ada).await;
    assert_eq!(app.idp.control().registered_clients().len(), 1);
}

#[tokio::test]
async fn an_app_that_the_provider_no_longer_knows_can_be_forgotten() {
    let app = start().await;
    let ada = signed_in(&app, "ada").await;
    let path = path_of(&register(&app, &ada).await);
    // While the provider has it, nothing is forgotten: it is deleted.
    app.idp.control().pause();
    let away = send(&app, &ada, Method::DELETE, &format!("{path}?forget=true"), None).await;
    assert_eq!(crate::refusal(away).await, (503, "provider_unavailable".to_owned()));
    app.idp.control().resume();

    app.idp.control().forget_registrations();
    let change = json!({ "name": "Wiki", "hosts": ["other.example.org"] });
    for (method, body) in [(Method::PUT, Some(change)), (Method::DELETE, None)] {
        let answer = send(&app, &ada, method, &path, body).await;
        assert_eq!(crate::refusal(answer).await, (409, "app_client_unknown".to_owned()));
    }
    let page = path.replace("/api/v1/app-clients", "/apps/clients");
    let refused = ada.post(&format!("{page}/delete"), &[]).await;
    assert_eq!(refused.status(), 409);
    let html = refused.text().await.unwrap();
    assert!(
        html.contains("no longer knows this app") && html.contains("Forget it here"),
        "{html}"
    );
    let forgotten = ada.post(&format!("{page}/delete"), &[("forget", "1")]).await;
    assert_eq!(see_other(&forgotten), "/apps/clients?notice=app-client-deleted");
    let events = crate::audit(&app).await;
    let last = events
        .iter()
        .find(|event| event["action"] == "app_client.deleted")
        .unwrap();
    assert_eq!(
        (&last["reason"], &last["objectName"]),
        (&json!("forgotten"), &json!("Wiki"))
    );
}

#[tokio::test]
async fn z2_without_sealing_keys_no_app_is_registered_and_the_page_says_what_to_set() {
    let mut app = TestApp::start_with(&[REGISTRATION], provider()).await;
    let ada = signed_in(&app, "ada").await;
    let page = ada.get("/apps/new").await.text().await.unwrap();
    assert!(page.contains("FLUI_SEALING_KEYS"), "{page}");
    let answer = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
    assert_eq!(crate::refusal(answer).await, (409, "registration_off".to_owned()));
    let form = ada
        .post("/apps/new", &[("name", "Wiki"), ("hosts", "wiki.example.org")])
        .await;
    assert_eq!(form.status(), 409);
    assert!(form.text().await.unwrap().contains("FLUI_SEALING_KEYS"));
    assert!(app.idp.control().registered_clients().is_empty());

    app.restart_with(SEALING_KEYS.0, SEALING_KEYS.1).await;
    let path = path_of(&register(&app, &ada).await);
    // Another key opens nothing that the first one sealed.
    let other = "2027:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    app.restart_with(SEALING_KEYS.0, other).await;
    let lost = send(&app, &ada, Method::DELETE, &path, None).await;
    assert_eq!(crate::refusal(lost).await, (409, "app_client_unknown".to_owned()));
    app.restart_with(SEALING_KEYS.0, SEALING_KEYS.1).await;
    let deleted = send(&app, &ada, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status(), 204);
}

#[tokio::test]
async fn where_nothing_can_be_registered_the_page_tells_what_to_enter_by_hand() {
    let no_token = TestApp::start_with(&[SEALING_KEYS], provider()).await;
    let no_endpoint = TestApp::start_with(&[REGISTRATION, SEALING_KEYS], Options::default()).await;
    for app in [no_token, no_endpoint] {
        let ada = signed_in(&app, "ada").await;
        assert_eq!(ada.get("/apps/new").await.status(), 200);
        let typed = [
            ("name", "Wiki"),
            ("kind", "web"),
            ("hosts", "wiki.example.org"),
            ("backchannel_logout_uri", "https://wiki.example.org/logout"),
            ("scopes", "openid offline_access"),
        ];
        let answer = ada.post("/apps/new", &typed).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        for words in [
            "Nothing was registered",
            "https://wiki.example.org/oauth2/callback",
            "authorization_code refresh_token",
            "client_secret_basic",
            "https://wiki.example.org/logout",
            "OIDC_CLIENT_SECRET=paste-the-client-secret-here",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(ada.post("/apps/new", &[("name", "Wiki")]).await.status(), 400);
        let api = send(&app, &ada, Method::POST, "/api/v1/app-clients", Some(wiki())).await;
        assert_eq!(crate::refusal(api).await, (409, "registration_off".to_owned()));
    }
}
