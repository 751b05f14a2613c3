//! `[[apps]]`, each bad one beside a good twin.

use super::{MINIMUM, from_file, keys};
use crate::config::{Config, Faults};

const GOOD: &str = r#"
[[apps]]
name = "Wiki"
host = "Wiki.example.net"
rules = [{ path = "/", role = "user" }, { path = "/admin/", role = "admin", scope = "apps:change" }]

[[apps]]
name = "Previews"
host = "*.previews.example.net"
address = "https://main.previews.example.net/start"
rules = [{ path = "/", scope = "apps:look" }, { path = "/health", public = true }]
"#;

/// The minimum as a file, a proxy to believe, and these apps.
fn with_apps(apps: &str) -> Result<Config, Faults> {
    load("trusted_proxies = [\"127.0.0.1/32\"]", apps)
}

fn load(first: &str, apps: &str) -> Result<Config, Faults> {
    let [public_url, oidc @ ..] = MINIMUM;
    let lines = oidc.map(|(name, value)| {
        let name = name.trim_start_matches("FLUI_OIDC_").to_lowercase();
        format!("{name} = \"{value}\"\n")
    });
    let section = lines.concat();
    from_file(&format!(
        "public_url = \"{}\"\n{first}\n[oidc]\n{section}{apps}",
        public_url.1
    ))
}

/// The good apps with one piece of text in the place of another.
fn changed(from: &str, to: &str) -> Result<Config, Faults> {
    assert!(GOOD.contains(from), "{from}");
    with_apps(&GOOD.replacen(from, to, 1))
}

#[test]
fn apps_are_read() {
    let config = with_apps(GOOD).unwrap();
    let apps: Vec<_> = config.apps.iter().collect();
    assert_eq!(apps.len(), 2);
    assert_eq!(apps[0].address, "https://wiki.example.net/");
    assert_eq!(apps[0].rules[1].path, "/admin");
    assert_eq!(apps[0].rules[1].access.to_string(), "Admins with apps:change");
    assert_eq!(apps[1].rules[0].access.to_string(), "Everyone signed in with apps:look");
    assert_eq!(apps[1].rules[1].access.to_string(), "Everybody, signed in or not");
    assert!(config.apps.find("main.previews.example.net").is_some());
    assert!(with_apps("").unwrap().apps.is_empty());
}

#[test]
fn apps_are_shown_as_they_are_read() {
    let shown = with_apps(GOOD).unwrap().redacted();
    let (_, apps) = shown.split_once("[[apps]]").unwrap();
    assert!(
        apps.contains("host = \"wiki.example.net\"") && apps.contains("path = \"/admin\""),
        "{shown}"
    );
    let again = with_apps(&format!("[[apps]]{apps}")).unwrap();
    assert_eq!(again.apps, with_apps(GOOD).unwrap().apps);
}

/// What stands in the good apps, what takes its place, the fault's place and what it says.
const BAD: [(&str, &str, &str, &str); 21] = [
    ("name = \"Wiki\"", "", "apps[0].name", "is required"),
    ("name = \"Wiki\"", "name = 7", "apps[0].name", "must be a string"),
    (
        "name = \"Wiki\"",
        "nmae = \"Wiki\"\nname = \"W\"",
        "apps[0].nmae",
        "did you mean name?",
    ),
    ("name = \"Wiki\"", "name = \"previews\"", "apps[1].name", "another app"),
    (
        "Wiki.example.net",
        "https://wiki.example.net",
        "apps[0].host",
        "without scheme",
    ),
    (
        "Wiki.example.net",
        "app.example.org:8443",
        "apps[0].host",
        "host of the dashboard",
    ),
    (
        "Wiki.example.net",
        "*.previews.example.net",
        "apps[0].address",
        "is required",
    ),
    (
        "*.previews.example.net\"\naddress = \"https://main.previews.example.net/start",
        "wiki.example.net:8443\"\naddress = \"https://wiki.example.net:8443/",
        "apps[1].host",
        "another app",
    ),
    ("*.previews.example.net", "*.net", "apps[1].host", "top-level"),
    (
        "https://main.previews",
        "https://main",
        "apps[1].address",
        "not on the app's host",
    ),
    (
        "https://main.previews",
        "http://main.previews",
        "apps[1].address",
        "must be https",
    ),
    (
        "rules = [{ path = \"/\", role = \"user\" },",
        "rules = [7,",
        "apps[0].rules[0]",
        "must be a table",
    ),
    ("path = \"/\", role", "role", "apps[0].rules[0].path", "is required"),
    (
        "path = \"/\", role = \"user\"",
        "path = \"/a%20b\", role = \"user\"",
        "apps[0].rules[0].path",
        "without encoding",
    ),
    (
        "path = \"/\", role = \"user\"",
        "path = \"/ADMIN\", role = \"user\"",
        "apps[0].rules[1].path",
        "another rule",
    ),
    (
        "role = \"user\"",
        "role = \"User\"",
        "apps[0].rules[0].role",
        "read-only, user and admin",
    ),
    (
        "role = \"user\"",
        "public = false",
        "apps[0].rules[0].public",
        "must be true",
    ),
    (", role = \"user\"", "", "apps[0].rules[0]", "who passes"),
    (
        "role = \"user\"",
        "role = \"user\", public = true",
        "apps[0].rules[0]",
        "neither role nor scope",
    ),
    ("apps:look", "apps:own", "apps[1].rules[0].scope", "area:depth"),
    (
        "role = \"user\"",
        "role = \"user\", rol = \"x\"",
        "apps[0].rules[0].rol",
        "did you mean role?",
    ),
];

#[test]
fn g1_bad_apps_are_refused_with_what_is_wrong() {
    for (from, to, place, says) in BAD {
        let faults = changed(from, to).unwrap_err();
        assert!(
            faults
                .0
                .iter()
                .any(|fault| fault.key == place && fault.message.contains(says)),
            "{to}: {faults}"
        );
    }
}

#[test]
fn g1_every_fault_of_the_apps_is_named_at_once() {
    let text = GOOD
        .replace("role = \"user\"", "role = \"x\"")
        .replace("apps:look", "y");
    let faults = with_apps(&text).unwrap_err();
    assert_eq!(keys(&faults), ["apps[0].rules[0].role", "apps[1].rules[0].scope"]);
    assert_eq!(keys(&with_apps("[apps]\nname = \"x\"").unwrap_err()), ["apps"]);
    assert_eq!(
        keys(&with_apps("[[apps]]\nname = \"x\"\nhost = \"x.example.net\"").unwrap_err()),
        ["apps[0].rules"]
    );
}

#[test]
fn v6_apps_need_a_proxy_to_believe() {
    assert_eq!(keys(&load("", GOOD).unwrap_err()), ["apps"]);
    assert!(load("", "").is_ok());
}

#[test]
fn an_app_on_loopback_may_be_plain_http() {
    let local = |address: &str| {
        let host = address.split('/').nth(2).unwrap();
        with_apps(&format!(
            "[[apps]]\nname = \"Dev\"\nhost = \"{host}\"\naddress = \"{address}\"\nrules = [{{ path = \"/\", role = \"user\" }}]"
        ))
    };
    for good in [
        "http://wiki.localhost:8080/",
        "http://127.0.0.1:8080/",
        "http://localhost:8080/",
    ] {
        assert!(!local(good).unwrap().apps.iter().next().unwrap().is_https(), "{good}");
    }
    assert!(local("http://wiki.example.net:8080/").is_err());
}
