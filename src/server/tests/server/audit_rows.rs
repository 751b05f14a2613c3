//! Each event has somebody who causes it over HTTP, and its row says who, when, from where and to what.

use std::time::Duration;

use flui_identity::audit::Action;
use flui_testkit::{Browser, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    device,
    key_life::{key, send, text},
    logout, me,
    process::run,
};

const KEYS: &str = "/api/v1/auth/api-keys";

struct Scene {
    app: TestApp,
    ada: Browser,
    grace: Browser,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (ada, grace) = (app.browser(), app.browser());
        ada.sign_in("ada").await;
        grace.sign_in("grace").await;
        app.browser().sign_in("linus").await;
        Self { app, ada, grace }
    }

    /// All rows, newest first, read by a session that was there before.
    async fn rows(&self) -> Vec<Value> {
        let body: Value = self
            .ada
            .get("/api/v1/audit/events?limit=200")
            .await
            .json()
            .await
            .unwrap();
        body["items"].as_array().unwrap().clone()
    }

    async fn key(&self, name: &str) -> Value {
        key(
            &self.app,
            &self.grace,
            &json!({ "name": name, "scopes": ["apps:look"] }),
        )
        .await
    }

    /// A form of a new key of Grace's.
    async fn form(&self, verb: &str, fields: &[(&str, &str)]) -> Value {
        let made = self.key("deploy").await;
        let path = format!("/keys/{}/{verb}", text(&made, "id"));
        assert_eq!(self.grace.post(&path, fields).await.status(), 303, "{verb}");
        made
    }

    async fn rotated(&self) -> Value {
        let made = self.key("deploy").await;
        let path = format!("{KEYS}/{}/rotate", text(&made, "id"));
        let answer = send(&self.app, &self.grace, &path, &json!({})).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn context(&self, method: Method, path: &str, name: Option<&str>) {
        let mut body = json!({ "apiUrl": "https://a.example.org", "issuer": "https://id.example.org" });
        if let Some(name) = name {
            body["name"] = json!(name);
        }
        let request = self
            .ada
            .request(method, path)
            .header("origin", &self.app.url)
            .json(&body);
        assert!(request.send().await.unwrap().status().is_success(), "{path}");
    }

    async fn linus(&self) -> String {
        let list = self.ada.get("/people?text=linus").await.text().await.unwrap();
        let id = list.split("href=\"/people/").nth(1).unwrap().split('"').next();
        id.unwrap().to_owned()
    }

    async fn person(&self, verb: &str) {
        let id = self.linus().await;
        let answer = self.ada.post(&format!("/people/{id}/{verb}"), &[]).await;
        assert_eq!(answer.status(), 303, "{verb}");
    }

    async fn device(&self, verb: &str) {
        let begun = device::begin(&self.app).await;
        let (_, id) = device::look_up(&self.grace, &begun.user_code).await;
        assert_eq!(device::decide(&self.grace, &id, verb).await.status(), 303, "{verb}");
    }

    /// A form of the estate about a new key of Grace's.
    async fn estate(&self, verbs: &[&str]) {
        let made = self.key("deploy").await;
        for verb in verbs {
            let answer = self
                .ada
                .post(&format!("/estate/{verb}"), &[("id", text(&made, "id"))])
                .await;
            assert_eq!(answer.status(), 303, "{verb}");
        }
    }

    /// Does what leaves this row. Gives the name of who did it, if it is anybody we know. A new action needs its arm here.
    #[expect(clippy::too_many_lines, reason = "one arm for each action")]
    async fn produce(&self, action: Action) -> Option<&'static str> {
        let grace = Some("Grace Hopper");
        let ada = Some("Ada Lovelace");
        match action {
            Action::SignInStarted => {
                self.app.browser().sign_in("grace").await;
                grace
            }
            Action::SignInEnded => {
                let browser = self.app.browser();
                browser.sign_in("grace").await;
                assert_eq!(browser.post("/auth/logout", &[]).await.status(), 303);
                grace
            }
            Action::KeyCreated => {
                self.key("deploy").await;
                grace
            }
            Action::KeyExchanged => {
                self.app.workstation_key("grace", "laptop").await;
                grace
            }
            Action::KeyRevoked => {
                self.form("revoke", &[]).await;
                grace
            }
            Action::KeyRenamed => {
                self.form("rename", &[("name", "other")]).await;
                grace
            }
            Action::KeyExtended => {
                let later = flui_identity::Clock::now(&*self.app.clock) + Duration::from_hours(24 * 300);
                self.form("extend", &[("expires", &later.to_date())]).await;
                grace
            }
            Action::KeyRotated => {
                self.rotated().await;
                grace
            }
            Action::KeySecretEnded => {
                let rotated = self.rotated().await;
                assert_eq!(me(&self.app, text(&rotated, "key")).await.status(), 200);
                grace
            }
            Action::KeyRefused => {
                let made = self.form("revoke", &[]).await;
                assert_eq!(me(&self.app, text(&made, "key")).await.status(), 401);
                None
            }
            Action::KeyNetworksChanged => {
                self.form("networks", &[("networks", "127.0.0.0/8")]).await;
                grace
            }
            Action::KeyPaused | Action::KeyResumed => {
                self.estate(&["pause", "resume"]).await;
                ada
            }
            Action::KeyTransferred => {
                let made = self.key("deploy").await;
                let path = format!("/keys/{}/transfer", text(&made, "id"));
                let answer = self.ada.post(&path, &[("person", &self.linus().await)]).await;
                assert!(answer.status().is_success(), "{}", answer.status());
                ada
            }
            Action::KeyLeaked => {
                let made = self.key("deploy").await;
                let report = json!([{ "token": text(&made, "key"), "url": "https://paste.example.org/1" }]);
                let request = self.app.api(Method::POST, "/api/v1/auth/leaks").json(&report);
                assert_eq!(request.send().await.unwrap().status(), 200);
                None
            }
            Action::KeyIntrospected => {
                let made = self.key("deploy").await;
                let request = self
                    .app
                    .api_as(text(&made, "key"), Method::POST, "/api/v1/auth/introspect");
                let answer = request.form(&[("token", text(&made, "key"))]).send().await.unwrap();
                assert_eq!(answer.status(), 403);
                grace
            }
            Action::ContextChecked => {
                self.context(Method::POST, "/api/v1/contexts", Some("checked")).await;
                assert_eq!(self.ada.post("/contexts/checked/check", &[]).await.status(), 200);
                ada
            }
            Action::ContextCreated => {
                self.context(Method::POST, "/api/v1/contexts", Some("created")).await;
                ada
            }
            Action::ContextChanged => {
                self.context(Method::POST, "/api/v1/contexts", Some("changed")).await;
                self.context(Method::PUT, "/api/v1/contexts/changed", None).await;
                ada
            }
            Action::ContextDeleted => {
                self.context(Method::POST, "/api/v1/contexts", Some("deleted")).await;
                self.context(Method::DELETE, "/api/v1/contexts/deleted", None).await;
                ada
            }
            Action::PersonDisabled | Action::PersonEnabled => {
                self.person("disable").await;
                self.person("enable").await;
                ada
            }
            Action::LogoutReceived => {
                let token = logout::token(&self.app, &json!({ "sub": "nobody-here" }));
                assert_eq!(logout::post(&self.app, &token).await.status(), 200);
                assert_eq!(logout::post(&self.app, &token).await.status(), 400);
                None
            }
            Action::DeviceApproved => {
                self.device("approve").await;
                grace
            }
            Action::DeviceDenied => {
                self.device("deny").await;
                grace
            }
            Action::CalendarCreated => {
                assert_eq!(self.grace.post("/keys/calendar", &[]).await.status(), 201);
                grace
            }
            Action::CalendarRemoved => {
                assert_eq!(self.grace.post("/keys/calendar", &[]).await.status(), 201);
                assert_eq!(self.grace.post("/keys/calendar/remove", &[]).await.status(), 303);
                grace
            }
            Action::SignInExpired
            | Action::KeyExpired
            | Action::ServerStarted
            | Action::PersonGone
            | Action::PersonRolesChanged
            | Action::WebhookFailed
            | Action::AppOpened
            | Action::AppClientRegistered
            | Action::AppClientChanged
            | Action::AppClientDeleted => unreachable!("see ELSEWHERE"),
        }
    }
}

/// What the server does without anybody's call, for an app behind a proxy, or at the provider. `starts`, `owners`,
/// `webhook`, `apps` and `app_clients` test the rows that it leaves, and the store's `expiries`.
const ELSEWHERE: [Action; 10] = [
    Action::SignInExpired,
    Action::KeyExpired,
    Action::ServerStarted,
    Action::PersonGone,
    Action::PersonRolesChanged,
    Action::WebhookFailed,
    Action::AppOpened,
    Action::AppClientRegistered,
    Action::AppClientChanged,
    Action::AppClientDeleted,
];

/// The newest row of this action; it is younger than `after`.
async fn row(scene: &Scene, action: &str, after: i64) -> Value {
    let rows = scene.rows().await;
    let found = rows
        .iter()
        .find(|row| row["action"] == action && row["seq"].as_i64().unwrap() > after);
    found.unwrap_or_else(|| panic!("{action} left no row")).clone()
}

#[tokio::test]
async fn u1_u5_every_event_leaves_a_row_that_says_who_when_whence_and_what() {
    let scene = Scene::new().await;
    for action in Action::ALL.into_iter().filter(|action| !ELSEWHERE.contains(action)) {
        let newest = scene.rows().await[0]["seq"].as_i64().unwrap();
        let who = scene.produce(action).await;
        let row = row(&scene, action.as_str(), newest).await;
        let name = action.as_str();
        assert!(row["at"].as_str().unwrap().ends_with('Z'), "{name}: {row}");
        assert_eq!(row["address"], "127.0.0.1", "{name}");
        assert!(row["userAgent"].is_string(), "{name}");
        assert!(row["requestId"].as_str().unwrap().len() >= 8, "{name}");
        let is_refusal = matches!(
            action,
            Action::KeyRefused | Action::LogoutReceived | Action::KeyIntrospected
        );
        assert_eq!(row["outcome"], if is_refusal { "refused" } else { "done" }, "{name}");
        assert!(row["reason"].is_string() || !is_refusal, "{name}");
        assert_eq!(row["actorName"].as_str(), who, "{name}: {row}");
        assert_eq!(row["actor"].is_string(), who.is_some(), "{name}");
        // Whoever presents a refused key is nobody we know; the key is.
        let has_sign_in = who.is_some() || action == Action::KeyRefused;
        assert_eq!(row["signIn"].is_string(), has_sign_in, "{name}: {row}");
        // A person has one calendar, and the provider's word is about none of ours.
        let has_object = !matches!(
            action,
            Action::LogoutReceived | Action::CalendarCreated | Action::CalendarRemoved | Action::KeyIntrospected
        );
        assert_eq!(row["object"].is_string(), has_object, "{name}: {row}");
    }
}

#[tokio::test]
async fn u1_refusals_leave_a_row_with_the_reason() {
    let scene = Scene::new().await;
    let absent = format!("{KEYS}/01930000-0000-7000-8000-000000000001");
    let origin = |request: reqwest::RequestBuilder| request.header("origin", &scene.app.url);
    let sent = async |request: reqwest::RequestBuilder| origin(request).send().await.unwrap().status().as_u16();
    let context = json!({ "name": "prod", "apiUrl": "https://a.example.org", "issuer": "https://id.example.org" });
    let create = |browser: &Browser| browser.request(Method::POST, "/api/v1/contexts").json(&context);
    assert_eq!(sent(scene.grace.request(Method::DELETE, &absent)).await, 404);
    assert_eq!(sent(create(&scene.grace)).await, 403);
    let callback = format!("{}/auth/callback?code=x&state=never-begun", scene.app.url);
    assert_eq!(scene.app.browser().get(&callback).await.status(), 400);
    let rows = scene.rows().await;
    let refused = |action: &str| {
        let of_action = |row: &&Value| row["action"] == action && row["outcome"] == "refused";
        rows.iter().find(of_action).map(|row| row["reason"].as_str().unwrap())
    };
    assert_eq!(refused("key.revoked"), Some("not_found"));
    assert_eq!(refused("context.created"), Some("forbidden"));
    assert!(refused("sign_in.started").is_some());
    // The twin: who may, leaves a row without a refusal.
    assert_eq!(sent(create(&scene.ada)).await, 201);
    assert_eq!(
        scene
            .rows()
            .await
            .iter()
            .filter(|row| row["action"] == "context.created")
            .count(),
        2
    );
}

#[tokio::test]
async fn u5_people_see_their_own_rows_and_admins_all() {
    let scene = Scene::new().await;
    scene.key("of-grace").await;
    key(&scene.app, &scene.ada, &json!({ "name": "of-ada", "unscoped": true })).await;
    let seen = async |browser: &Browser, path: &str| browser.get(path).await.text().await.unwrap();
    for path in [
        "/audit",
        "/audit.csv",
        "/audit.ndjson",
        "/api/v1/audit/events?limit=200",
    ] {
        let own = seen(&scene.grace, path).await;
        assert!(
            own.contains("of-grace") && !own.contains("of-ada") && !own.contains("Ada"),
            "{path}"
        );
        let all = seen(&scene.ada, path).await;
        assert!(all.contains("of-grace") && all.contains("of-ada"), "{path}");
    }
    // What an admin does to somebody's key, its owner sees.
    let me: Value = scene.ada.get("/api/v1/auth/me").await.json().await.unwrap();
    let of_ada = me["person"]["id"].as_str().unwrap();
    let asked = seen(&scene.grace, &format!("/api/v1/audit/events?user={of_ada}")).await;
    assert!(!asked.contains("of-ada"), "asking for another's rows gives one's own");
}

/// Sends what could break a line, end a text or move a terminal's cursor, wherever a stranger's text can go.
#[tokio::test]
async fn u4_attackers_text_stays_one_quoted_line() {
    const NASTY: &str = "x\r\n{\"seq\":1,\"action\":\"forged\"}\u{1b}[2J\u{9b}31m\u{2028}\"";
    let scene = Scene::new().await;
    let body = json!({ "name": NASTY, "scopes": ["apps:look"] });
    assert_eq!(
        send(&scene.app, &scene.grace, KEYS, &body).await.status(),
        400,
        "no name"
    );
    let body = json!({ "name": "{\"a\":\"b\"},\\n", "scopes": ["apps:look"] });
    assert_eq!(
        send(&scene.app, &scene.grace, KEYS, &body).await.status(),
        201,
        "odd and harmless"
    );
    // A context that nobody has, by a name that is none: the refusal's row tells the text.
    let absent = scene.ada.request(
        Method::DELETE,
        "/api/v1/contexts/x%0D%0A%7B%22seq%22%3A1%7D%1B%5B2J%C2%9B%E2%80%A8%22",
    );
    let absent = absent
        .header("origin", &scene.app.url)
        .header("user-agent", "\t{\"seq\":1}\"");
    assert_eq!(absent.send().await.unwrap().status(), 404);

    let export = run(&scene.app, &["audit", "export"]).await;
    let (export, api) = (
        String::from_utf8(export.stdout).unwrap(),
        scene.ada.get("/audit.ndjson").await.text().await.unwrap(),
    );
    for text in [&export, &api] {
        assert!(!text.contains(['\u{1b}', '\r']));
        let rows: Vec<Value> = text
            .split_terminator('\n')
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(rows.iter().all(|row| row["action"] != "forged"));
        let told = rows
            .iter()
            .filter(|row| row["object"].as_str().is_some_and(|name| name.contains("{\"seq\":1}")));
        assert_eq!(told.count(), 1, "the row says what was sent, inside a text");
    }
}
