//! Apps: what proxies protect by asking the dashboard, and who may open which part of them.
//!
//! A proxy tells host, method and path of each request. The host finds the [`App`], the path its [`Rule`], and the rule
//! says who passes. What no rule names is denied. No matching depends on anything that a client can write differently
//! and an app would read alike: hosts and paths are compared in one canonical form.

mod access;
mod host;
mod path;
mod session;

pub use access::{Access, Missing};
pub use host::{HostPattern, canonical_host};
pub use path::{canonical_path, is_return_path, rule_path};
pub use session::{AppCode, AppTarget, BegunAppSession, NewAppSession};

/// The apps of an installation, as its configuration names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apps(Vec<App>);

/// A website behind a proxy that asks the dashboard who may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub host: HostPattern,
    /// Where it begins: an absolute address on a host of its own.
    pub address: String,
    /// Who may open which part of it.
    pub rules: Vec<Rule>,
}

/// Who may open a part of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// This path and everything below it, as [`rule_path`] made it.
    pub path: String,
    /// Who.
    pub access: Access,
}

impl Apps {
    /// These apps. Whoever makes them sees to it that no two have the same host.
    pub fn new(apps: Vec<App>) -> Self {
        Self(apps)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &App> {
        self.0.iter()
    }

    /// The app at this host, which must be in the form of [`canonical_host`]. An exact host wins over a pattern, and a
    /// longer pattern over a shorter one.
    pub fn find(&self, host: &str) -> Option<&App> {
        let fitting = self.0.iter().filter(|app| app.host.matches(host));
        fitting.max_by_key(|app| app.host.weight())
    }
}

impl App {
    /// Whether browsers reach it by https; otherwise it is on loopback.
    pub fn is_https(&self) -> bool {
        self.address.starts_with("https://")
    }

    /// The origin of one of its hosts.
    pub fn origin(&self, host: &str) -> String {
        let scheme = if self.is_https() { "https" } else { "http" };
        format!("{scheme}://{host}")
    }

    /// The rule for a path in the form of [`canonical_path`]: the longest one that fits. `None` denies.
    ///
    /// Some apps do not tell letters by case. So a path that would meet another rule if case did not matter is denied.
    pub fn rule(&self, path: &str) -> Option<&Rule> {
        let longest = |fits: &dyn Fn(&Rule) -> bool| {
            let fitting = self.rules.iter().filter(|rule| fits(rule));
            fitting.max_by_key(|rule| rule.path.len())
        };
        let rule = longest(&|rule| path::is_below(path, &rule.path))?;
        let folded = path.to_lowercase();
        let by_any_case = longest(&|rule| path::is_below(&folded, &rule.path.to_lowercase()));
        (by_any_case == Some(rule)).then_some(rule)
    }
}

#[cfg(test)]
mod tests {
    use flui_model::Role;

    use super::*;

    fn app(host: &str, rules: &[(&str, Access)]) -> App {
        App {
            name: host.to_owned(),
            host: HostPattern::parse(host).unwrap(),
            address: "https://wiki.example.org/".to_owned(),
            rules: rules
                .iter()
                .map(|(path, access)| Rule {
                    path: rule_path(path).unwrap(),
                    access: *access,
                })
                .collect(),
        }
    }

    fn role(role: Role) -> Access {
        Access::SignedIn { role, scope: None }
    }

    #[test]
    fn the_nearest_host_wins() {
        let apps = Apps::new(vec![
            app("*.example.org", &[]),
            app("*.apps.example.org", &[]),
            app("wiki.apps.example.org", &[]),
        ]);
        let found = |host| apps.find(host).map(|app| app.name.as_str());
        assert_eq!(found("wiki.apps.example.org"), Some("wiki.apps.example.org"));
        assert_eq!(found("git.apps.example.org"), Some("*.apps.example.org"));
        assert_eq!(found("a.example.org"), Some("*.example.org"));
        assert_eq!(found("example.org"), None);
        assert_eq!(found("evilexample.org"), None);
    }

    #[test]
    fn the_longest_rule_on_a_segment_edge_decides() {
        let app = app(
            "wiki.example.org",
            &[
                ("/", role(Role::ReadOnly)),
                ("/admin", role(Role::Admin)),
                ("/admin/health", Access::Public),
            ],
        );
        let access = |path| app.rule(path).map(|rule| rule.access);
        assert_eq!(access("/"), Some(role(Role::ReadOnly)));
        assert_eq!(access("/administrator"), Some(role(Role::ReadOnly)));
        assert_eq!(access("/admin"), Some(role(Role::Admin)));
        assert_eq!(access("/admin/"), Some(role(Role::Admin)));
        assert_eq!(access("/admin/healthy"), Some(role(Role::Admin)));
        assert_eq!(access("/admin/health/x"), Some(Access::Public));
    }

    #[test]
    fn v9_a_path_that_meets_another_rule_by_case_alone_is_denied() {
        let app = app(
            "wiki.example.org",
            &[
                ("/", role(Role::User)),
                ("/Admin", role(Role::Admin)),
                ("/pub", Access::Public),
            ],
        );
        assert_eq!(app.rule("/Admin/x").unwrap().access, role(Role::Admin));
        assert_eq!(app.rule("/Other").unwrap().access, role(Role::User));
        for path in ["/admin", "/ADMIN/x", "/PUB", "/Pub/x"] {
            assert_eq!(app.rule(path), None, "{path}");
        }
    }

    #[test]
    fn what_no_rule_names_is_denied() {
        let app = app("wiki.example.org", &[("/open", Access::Public)]);
        assert!(app.rule("/open").is_some());
        assert_eq!(app.rule("/"), None);
        assert_eq!(app.rule("/opened"), None);
    }
}
