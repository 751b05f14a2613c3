//! What every route answers to every kind of caller. The routes are read from the places where the server declares them:
//! a new one fails the first test until its answers are stated in `matrix/table.txt`.

mod bodies;

use std::{collections::BTreeSet, path::Path, time::Duration};

use flui_devidp::Options;
use flui_identity::Clock as _;
use flui_testkit::{Browser, TestApp};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::me;

const KEYS: &str = "/api/v1/auth/api-keys";
const ABSENT: &str = "00000000-0000-7000-8000-000000000000";
const TABLE: &str = include_str!("matrix/table.txt");

const PEOPLE: &str = r#"
[[person]]
login = "ada"
sub = "1"
name = "Ada"
email = "ada@example.org"
groups = ["flui-admins"]
password = "ada-password"

[[person]]
login = "grace"
sub = "2"
name = "Grace"
email = "grace@example.org"
groups = ["operators"]
password = "grace-password"

[[person]]
login = "heidi"
sub = "3"
name = "Heidi"
email = "heidi@example.org"
groups = ["operators"]
password = "heidi-password"

[[person]]
login = "linus"
sub = "4"
name = "Linus"
email = "linus@example.org"
groups = ["flui-viewers"]
password = "linus-password"

[[person]]
login = "mallory"
sub = "5"
name = "Mallory"
email = "mallory@example.org"
groups = ["operators"]
password = "mallory-password"
"#;

/// Who calls, in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// No credential.
    Nobody,
    /// The person whose things the routes are asked about, in a browser.
    Owner,
    /// Another user, in a browser.
    Other,
    /// A person who may only look, in a browser.
    Reader,
    /// An administrator, in a browser.
    Admin,
    /// A key of the owner with all scopes of keys.
    Scoped,
    /// A key of the owner with a scope of something else.
    Narrow,
    /// A service's key of the owner.
    Service,
    /// A key that was revoked.
    Ended,
    /// A key of a person whose access was removed.
    Disabled,
}

const EVERYBODY: [Who; 10] = [
    Who::Nobody,
    Who::Owner,
    Who::Other,
    Who::Reader,
    Who::Admin,
    Who::Scoped,
    Who::Narrow,
    Who::Service,
    Who::Ended,
    Who::Disabled,
];

/// A row of the table.
struct Row {
    method: Method,
    route: &'static str,
    answers: Vec<u16>,
}

fn table() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            Row {
                method: words.next().unwrap().parse().unwrap(),
                route: words.next().unwrap(),
                answers: words.map(|word| word.parse().unwrap()).collect(),
            }
        })
        .collect()
}

/// Every `.route("/path", method(…))` and every `#[utoipa::path(method, path = "/path", …)]` of the server.
fn declared_routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(path).unwrap();
                found.extend(text.split(".route(").skip(1).flat_map(declared));
                found.extend(text.split("#[utoipa::path(").skip(1).filter_map(described));
            }
        }
    }
    // The figures have a listener of their own, and apps their hosts: `apps` tests these.
    found.retain(|(_, path)| path != "/metrics" && !path.starts_with("/.flui/"));
    found
}

/// Method and path of what follows `#[utoipa::path(`.
fn described(text: &str) -> Option<(String, String)> {
    let (method, rest) = text.split_once(',')?;
    let path = rest.trim_start().strip_prefix("path = \"")?.split('"').next()?;
    Some((method.trim().to_uppercase(), path.to_owned()))
}

/// Methods and path of what follows `.route(`.
fn declared(text: &str) -> Vec<(String, String)> {
    let text = text.trim_start();
    let Some((path, rest)) = text.strip_prefix('"').and_then(|text| text.split_once('"')) else {
        return Vec::new();
    };
    let end = rest.find(';').unwrap_or(rest.len());
    let called = |method: &&str| {
        rest[..end].match_indices(&format!("{method}(")).any(|(at, _)| {
            let before = rest[..at].chars().next_back();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
        })
    };
    ["get", "post", "put", "patch", "delete"]
        .into_iter()
        .filter(called)
        .map(|method| (method.to_uppercase(), path.to_owned()))
        .collect()
}

/// All callers, and what the owner has for them to reach for.
struct Scene {
    app: TestApp,
    browsers: [Browser; 4],
    maker: String,
    keys: [String; 5],
    target: (String, String),
    session: Browser,
    person: String,
}

impl Scene {
    async fn start() -> Self {
        let provider = Options {
            people: PEOPLE.parse().unwrap(),
            ..Options::default()
        };
        let app = TestApp::start_with(&[], provider).await;
        let browsers = [(); 4].map(|()| app.browser());
        let mut scene = Self {
            session: app.browser(),
            app,
            browsers,
            maker: String::new(),
            keys: Default::default(),
            target: Default::default(),
            person: String::new(),
        };
        let mallory = scene.app.workstation_key("mallory", "laptop").await.key;
        let who: Value = me(&scene.app, &mallory).await.json().await.unwrap();
        scene.mend().await;
        let ended = scene.make("ended", "ci", "apps:look").await;
        let path = format!("{KEYS}/{}", ended.0);
        let revoked = scene
            .app
            .api_as(&scene.maker, Method::DELETE, &path)
            .send()
            .await
            .unwrap();
        assert!(revoked.status().is_success());
        let disable = format!("/people/{}/disable", who["person"]["id"].as_str().unwrap());
        assert_eq!(scene.browsers[3].post(&disable, &[]).await.status(), 303);
        scene.keys[3] = ended.1;
        scene.keys[4] = mallory;
        scene
    }

    async fn make(&self, name: &str, kind: &str, group: &str) -> (String, String) {
        let body = json!({ "name": name, "kind": kind, "groups": [group] });
        let request = self.app.api_as(&self.maker, Method::POST, KEYS).json(&body);
        let made: Value = request.send().await.unwrap().json().await.unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), text("key"))
    }

    async fn is_live(&self, key: &str) -> bool {
        !key.is_empty() && me(&self.app, key).await.status() == 200
    }

    /// Makes anew what an act has ended or changed.
    async fn mend(&mut self) {
        let logins = ["grace", "heidi", "linus", "ada"];
        if !self.person.is_empty() {
            let enable = format!("/people/{}/enable", self.person);
            self.browsers[3].post(&enable, &[]).await;
        }
        for (browser, login) in self.browsers.iter().zip(logins).chain([(&self.session, "grace")]) {
            if browser.get("/api/v1/auth/me").await.status() != 200 {
                browser.sign_in(login).await;
            }
        }
        if !self.is_live(&self.maker).await {
            self.maker = self.app.workstation_key("grace", "laptop").await.key;
            assert!(self.is_live(&self.maker).await);
        }
        for (place, (kind, group)) in [("ci", "keys:destroy"), ("ci", "apps:look"), ("service", "keys:look")]
            .into_iter()
            .enumerate()
        {
            if !self.is_live(&self.keys[place]).await {
                self.keys[place] = self.make(group, kind, group).await.1;
            }
        }
        self.target = self.make("target", "ci", "apps:look").await;
        let who: Value = self.browsers[0].get("/api/v1/auth/me").await.json().await.unwrap();
        who["person"]["id"].as_str().unwrap().clone_into(&mut self.person);
        let context = json!({
            "name": "prod", "apiUrl": "https://api.example.org", "issuer": "https://id.example.org", "colour": "grey",
        });
        self.browsers[3]
            .request_post("/api/v1/contexts")
            .header("origin", &self.app.url)
            .json(&context)
            .send()
            .await
            .unwrap();
    }

    async fn session_id(&self) -> String {
        let who: Value = self.session.get("/api/v1/auth/me").await.json().await.unwrap();
        who["signIn"]["id"].as_str().unwrap().to_owned()
    }

    /// The route's address, of something that is the owner's or of something that is not there.
    async fn path(&self, route: &str, there: bool) -> String {
        let id = match route {
            _ if !there => ABSENT.to_owned(),
            route if route.starts_with("/people/") => self.person.clone(),
            route if route.contains("sessions/{id}") || route.starts_with("/sign-ins/{id}") => self.session_id().await,
            route if route.starts_with("/device/") => ABSENT.to_owned(),
            _ => self.target.0.clone(),
        };
        let name = if there { "prod" } else { "absent" };
        route
            .replace("{id}", &id)
            .replace("{name}", name)
            .replace("{file}", "absent.ics")
    }

    /// A good body for the route.
    fn json(&self, method: &Method, route: &str) -> Value {
        let context =
            json!({ "apiUrl": "https://api.example.org", "issuer": "https://id.example.org", "colour": "red" });
        match (method.as_str(), route) {
            ("POST", "/api/v1/auth/api-keys") => json!({ "name": "made", "scopes": ["keys:look"] }),
            ("POST", "/api/v1/auth/sign-ins/end") => json!({ "ids": [self.target.0] }),
            ("POST", "/api/v1/auth/leaks") => json!([{ "token": "flui_ci_no" }]),
            ("POST", "/api/v1/contexts") => {
                let mut context = context;
                context["name"] = json!("made");
                context
            }
            ("PUT", "/api/v1/contexts/{name}") => context,
            ("PUT", "/api/v1/auth/api-keys/{id}/networks") => json!({ "networks": ["127.0.0.0/8"] }),
            (_, "/api/v1/app-clients") => json!({ "name": "Wiki", "kind": "web", "hosts": ["wiki.example.org"] }),
            (_, "/api/v1/app-clients/{id}") => json!({ "name": "Wiki", "hosts": ["wiki.example.org"] }),
            _ => json!({}),
        }
    }

    fn form(&self, route: &str) -> Vec<(&'static str, String)> {
        let expires = (self.app.clock.now() + Duration::from_hours(24 * 120)).to_date();
        let name = match route {
            "/people/{id}/end" => "Grace",
            "/contexts/new" => "formed",
            "/contexts/{name}/delete" => "prod",
            _ => "renamed",
        };
        let text = |text: &str| text.to_owned();
        vec![
            ("name", text(name)),
            (
                "expires",
                if route == "/keys/new" {
                    text("30")
                } else {
                    expires.clone()
                },
            ),
            ("kind", text(if route.starts_with("/apps/") { "web" } else { "ci" })),
            ("hosts", text("wiki.example.org")),
            ("access", text("chosen")),
            ("scopes", text("apps:look")),
            ("overlap", text("24")),
            ("id", self.target.0.clone()),
            ("person", self.person.clone()),
            ("code", text("BCDF-GHJK")),
            ("theme", text("dark")),
            ("api_url", text("https://api.example.org")),
            ("issuer", text("https://id.example.org")),
            ("colour", text("grey")),
            ("token", self.target.1.clone()),
            ("logout_token", text("x")),
            ("key_name", text("laptop")),
            ("machine_name", text("laptop")),
            ("machine_os", text("Linux")),
        ]
    }

    /// A request of this caller, to be completed.
    fn request(&self, who: Who, method: &Method, path: &str) -> RequestBuilder {
        let column = EVERYBODY.iter().position(|other| *other == who).unwrap();
        match who {
            Who::Nobody => self.app.api(method.clone(), path),
            Who::Owner | Who::Other | Who::Reader | Who::Admin => {
                let request = self.browsers[column - 1].request(method.clone(), path);
                request.header("origin", &self.app.url)
            }
            _ => self.app.api_as(&self.keys[column - 5], method.clone(), path),
        }
    }

    async fn send(&self, who: Who, method: &Method, route: &str, path: &str) -> Response {
        let request = self.request(who, method, path);
        let request = match *method {
            Method::GET | Method::DELETE => request,
            _ if takes_json(route) => request.json(&self.json(method, route)),
            _ => request.form(&self.form(route)),
        };
        request.send().await.unwrap()
    }
}

/// Whether the body is JSON, not a form.
fn takes_json(route: &str) -> bool {
    let forms = ["introspect", "device", "device/token", "revoke"];
    route.starts_with("/api/") && !forms.iter().any(|end| route == format!("/api/v1/auth/{end}"))
}

async fn hold(reading: bool) {
    let mut scene = Scene::start().await;
    let mut faults = Vec::new();
    for row in table().into_iter().filter(|row| (row.method == Method::GET) == reading) {
        let mut answers = Vec::new();
        for who in EVERYBODY {
            let path = scene.path(row.route, true).await;
            let status = scene.send(who, &row.method, row.route, &path).await.status();
            answers.push(status.as_u16());
            if !reading && (status.is_success() || status == StatusCode::SEE_OTHER) {
                scene.mend().await;
            }
            if who == Who::Other && row.route.contains('{') {
                let absent = scene.path(row.route, false).await;
                let absent = scene.send(who, &row.method, row.route, &absent).await.status();
                if !row.route.contains("{name}") && absent != status {
                    faults.push(format!(
                        "{} {}: foreign {status}, absent {absent}",
                        row.method, row.route
                    ));
                }
            }
        }
        if answers != row.answers {
            let answers: Vec<_> = answers.iter().map(ToString::to_string).collect();
            faults.push(format!("{} {} {}", row.method, row.route, answers.join(" ")));
        }
    }
    assert!(
        faults.is_empty(),
        "answers that the table does not state:\n{}",
        faults.join("\n")
    );
}

#[test]
fn a1_every_route_has_stated_answers() {
    let stated: BTreeSet<_> = table()
        .into_iter()
        .map(|row| (row.method.to_string(), row.route.to_owned()))
        .collect();
    let declared = declared_routes();
    assert!(declared.len() > 70, "{declared:?}");
    assert_eq!(
        stated.difference(&declared).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "no such route"
    );
    assert_eq!(
        declared.difference(&stated).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "nothing is stated"
    );
    assert!(table().iter().all(|row| row.answers.len() == EVERYBODY.len()));
}

#[tokio::test]
async fn a1_reading_is_answered_as_stated() {
    hold(true).await;
}

#[tokio::test]
async fn a1_acting_is_answered_as_stated() {
    hold(false).await;
}
