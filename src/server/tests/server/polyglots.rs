//! Text that would be markup stays text: a person, keys, an app and a stranger's requests, all by the same odd name, on
//! every page that there is.

use std::collections::BTreeSet;

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    app_clients::{REGISTRATION, SEALING_KEYS, TOKEN},
    device,
    key_life::{key, text},
    me,
};

/// Ends a text in either kind of quotes, begins an element, and would be run by a template.
const ODD: &str = "\"><svg onload=alert(1)>' onfocus='alert(2)' {{7*7}}";
/// Its end, as a page must write it where it is shown.
const SHOWN: &str = "&lt;svg onload=alert(1)&gt;";

const ROUTES: &str = include_str!("matrix/table.txt");

/// What stands in the tags of a page outside of quotes: names of elements and of attributes. Scripts are no markup.
fn markup(page: &str) -> String {
    let mut found = String::new();
    let mut quote = None;
    let mut is_inside = false;
    let mut scripts = page.split("<script");
    let first = scripts.next().unwrap_or_default();
    let after = scripts.filter_map(|script| script.split_once("</script>"));
    let page = after.fold(first.to_owned(), |page, (_, rest)| page + rest);
    for c in page.chars() {
        match (is_inside, quote) {
            (false, _) => is_inside = c == '<',
            (true, Some(open)) if c == open => quote = None,
            (true, Some(_)) => {}
            (true, None) if c == '"' || c == '\'' => quote = Some(c),
            (true, None) => {
                is_inside = c != '>';
                found.push(c);
            }
        }
    }
    found
}

fn assert_text(address: &str, page: &str) {
    assert!(!page.contains("<svg onload"), "{address}: {page}");
    let markup = markup(page);
    for part in ["alert(", "onload", "onfocus"] {
        assert!(!markup.contains(part), "{address}: {part} in {markup}");
    }
}

#[test]
fn r5_the_search_finds_what_breaks_out() {
    for broken in [
        "<p title=\"\"><svg onload=alert(1)>",
        "<p title=''onfocus='alert(2)'>",
        "<p title=\"\" onload=alert(1)>",
    ] {
        let found = std::panic::catch_unwind(|| assert_text("", broken));
        assert!(found.is_err(), "{broken}");
    }
    assert_text("", "<p title=\"' onload=alert(1)\">\" onload=alert(1)</p>");
}

fn person(login: &str) -> String {
    format!(
        "[[person]]\nlogin = \"{login}\"\nsub = '''{ODD} {login}'''\nname = '''{ODD}'''\nemail = '''{ODD}@example.org'''\n\
         groups = [\"flui-admins\", '''{ODD}''']\npassword = \"{login}-password\"\n"
    )
}

/// An installation where everything that somebody may name has the odd name.
struct Scene {
    app: TestApp,
    ada: Browser,
    person: String,
    key: String,
    context: &'static str,
    client: String,
    _config: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let config = tempfile::tempdir().unwrap();
        let file = config.path().join("flui.toml");
        let rule = "rules = [{ path = \"/\", role = \"user\" }]";
        let apps = format!("[[apps]]\nname = '''{ODD}'''\nhost = \"odd.example.net\"\n{rule}\n");
        std::fs::write(&file, apps).unwrap();
        let settings = [
            REGISTRATION,
            SEALING_KEYS,
            ("FLUI_CONFIG", file.to_str().unwrap()),
            ("FLUI_TRUSTED_PROXIES", "127.0.0.0/8"),
        ];
        let provider = Options {
            people: format!("{}{}", person("ada"), person("grace")).parse().unwrap(),
            registration_token: Some(TOKEN.to_owned()),
            ..Options::default()
        };
        let app = TestApp::start_with(&settings, provider).await;
        let grace = app.browser_with(|browser| browser.user_agent(ODD));
        grace.sign_in("grace").await;
        let ada = app.browser_with(|browser| browser.user_agent(ODD));
        ada.sign_in("ada").await;
        let who: Value = ada.get("/api/v1/auth/me").await.json().await.unwrap();
        let laptop = app.workstation_key("ada", ODD).await;
        assert_eq!(me(&app, &laptop.key).await.status(), 200);
        let made = key(&app, &ada, &json!({ "name": ODD, "scopes": ["apps:look"] })).await;
        let mut scene = Self {
            person: text(&who["person"], "id").to_owned(),
            key: text(&made, "id").to_owned(),
            context: "odd",
            client: String::new(),
            app,
            ada,
            _config: config,
        };
        let address = "https://odd.example.org";
        let context = json!({ "name": "odd", "apiUrl": address, "issuer": address, "colour": "red" });
        assert_eq!(
            scene.send(Method::POST, "/api/v1/contexts", &context).await.status(),
            201
        );
        let client = json!({ "name": ODD, "kind": "web", "hosts": ["odd.example.org"], "scopes": ["openid"] });
        let client = scene.send(Method::POST, "/api/v1/app-clients", &client).await;
        assert_eq!(client.status(), 201);
        text(&client.json().await.unwrap(), "id").clone_into(&mut scene.client);
        // What is not there is named in the audit log.
        let mut absent = url::Url::parse(&scene.app.url).unwrap();
        absent.set_path("/api/v1/contexts/");
        absent.path_segments_mut().unwrap().pop_if_empty().push(ODD);
        let refused = scene.send(Method::DELETE, absent.as_str(), &Value::Null).await;
        assert_eq!(refused.status(), 404);
        scene
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Response {
        let request = self.ada.request(method, path).header("origin", &self.app.url);
        request.json(body).send().await.unwrap()
    }

    /// Every page of the table of routes, about the things of the scene.
    fn pages(&self) -> BTreeSet<(&'static str, String)> {
        let rows = ROUTES.lines().filter_map(|line| line.strip_prefix("GET "));
        let routes = rows.filter_map(|row| row.split_whitespace().next());
        let id = |route: &str| match route {
            route if route.starts_with("/people/") => &self.person,
            route if route.starts_with("/apps/") => &self.client,
            _ => &self.key,
        };
        routes
            .map(|route| {
                let path = route.replace("{id}", id(route)).replace("{name}", self.context);
                (route, path.replace("{file}", "absent.ics"))
            })
            .collect()
    }
}

#[tokio::test]
async fn r5_polyglots_stay_text() {
    let scene = Scene::new().await;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in [
        "text",
        "name",
        "notice",
        "return_to",
        "user",
        "kind",
        "state",
        "scope",
        "context",
        "preset",
        "expires",
        "expires_date",
        "since",
        "before",
        "action",
        "error",
        "error_description",
        "request",
        "id",
        "days",
        "month",
    ] {
        query.append_pair(name, ODD);
    }
    let query = query.finish();
    let mut shows = BTreeSet::new();
    for (route, path) in scene.pages() {
        for address in [path.clone(), format!("{path}?{query}"), format!("{path}/{query}")] {
            for browser in [&scene.ada, &scene.app.browser()] {
                let answer = browser.get(&address).await;
                let kind = answer.headers().get("content-type").cloned();
                if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
                    continue;
                }
                let page = answer.text().await.unwrap();
                assert_text(&address, &page);
                if address == path && page.contains(SHOWN) {
                    shows.insert(route);
                }
            }
        }
    }
    // The twin: the odd name was there to be written rightly.
    for route in [
        "/",
        "/apps",
        "/apps/clients",
        "/apps/clients/{id}",
        "/audit",
        "/estate",
        "/keys",
        "/keys/{id}",
        "/keys/{id}/rename",
        "/keys/{id}/revoke",
        "/keys/{id}/transfer",
        "/people",
        "/people/{id}",
        "/people/{id}/end",
        "/sign-ins",
        "/sign-ins/lost",
    ] {
        assert!(shows.contains(route), "{route} is not among {shows:?}");
    }
}

/// Pages that answer a form: what was typed comes back, and what a machine said of itself is asked about.
#[tokio::test]
async fn r5_polyglots_in_forms_stay_text() {
    let scene = Scene::new().await;
    let begun = device::begin_as(&scene.app, ODD).await;
    let (page, _) = device::look_up(&scene.ada, &begun.user_code).await;
    let review = scene.ada.get(&page).await.text().await.unwrap();
    assert!(review.contains(SHOWN), "{review}");
    assert_text(&page, &review);
    for (path, field) in [
        ("/keys/new", "name"),
        ("/keys/new", "networks"),
        ("/apps/new", "redirect_uris"),
        ("/contexts/new", "name"),
        ("/contexts/new", "api_url"),
        ("/apps/new", "hosts"),
        ("/device", "code"),
        ("/sign-ins/lost", "name"),
    ] {
        let answer = scene.ada.post(path, &[("kind", "web"), (field, ODD)]).await;
        let page = answer.text().await.unwrap();
        assert_text(path, &page);
        if path != "/sign-ins/lost" {
            assert!(page.contains("svg onload"), "{path}: {page}");
        }
    }
}
