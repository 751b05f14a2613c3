//! `[[apps]]` of the file: what proxies protect, and who may open it. Variables and flags cannot hold it.

use flui_identity::apps::{Access, App, Apps, HostPattern, Rule, rule_path};
use flui_model::{Role, Scope};
use toml::{Table, Value};
use url::Url;

use super::{Fault, spelling::nearest, values};

/// The names that an app may hold.
const APP: [&str; 4] = ["name", "host", "address", "rules"];
/// The names that a rule may hold.
const RULE: [&str; 4] = ["path", "role", "scope", "public"];
/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// Reads all apps, or names every fault in them.
pub(super) fn read(value: &Value) -> Result<Apps, Vec<Fault>> {
    let mut reader = Reader { faults: Vec::new() };
    let apps = reader.apps(value);
    if reader.faults.is_empty() {
        Ok(Apps::new(apps))
    } else {
        Err(reader.faults)
    }
}

/// The faults that lie between the apps and the rest of the configuration.
pub(super) fn check(apps: &Apps, public_url: &Url, believes_a_proxy: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !apps.is_empty() && !believes_a_proxy {
        let message = "need trusted_proxies, since nobody else is believed who asks for an app";
        faults.push(Fault::new("apps", message));
    }
    let public_host = public_url.host_str().unwrap_or_default();
    for (index, app) in apps.iter().enumerate() {
        if app.host.covers_name(public_host) {
            // Cookies know no ports: the dashboard's own would reach the app.
            let message = "covers the host of the dashboard, whose cookie must not reach an app";
            faults.push(Fault::new(format!("apps[{index}].host"), message));
        }
    }
    faults
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, place: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(place, message));
    }

    fn apps(&mut self, value: &Value) -> Vec<App> {
        let mut apps: Vec<App> = Vec::new();
        for (place, table) in self.tables("apps", value) {
            let Some(app) = self.app(&place, table) else { continue };
            if apps.iter().any(|other| other.name.eq_ignore_ascii_case(&app.name)) {
                self.fault(&format!("{place}.name"), "is the name of another app");
            }
            let is_taken = |other: &App| match (other.host.exact(), app.host.exact()) {
                (Some(host), Some(_)) => app.host.covers_name(host),
                _ => other.host == app.host,
            };
            if apps.iter().any(is_taken) {
                self.fault(
                    &format!("{place}.host"),
                    "is the host of another app; a port alone does not tell two apart, since cookies know none",
                );
            }
            apps.push(app);
        }
        apps
    }

    fn app(&mut self, place: &str, table: &Table) -> Option<App> {
        self.known(place, table, &APP);
        let name = self.required(place, table, "name", |text| {
            if text.chars().count() > MAX_NAME {
                return Err("is longer than 64 characters".to_owned());
            }
            Ok(text.to_owned())
        });
        let host = self.required(place, table, "host", |text| {
            HostPattern::parse(text).map_err(str::to_owned)
        });
        let address = self.address(place, table, host.as_ref());
        let rules = self.rules(place, table);
        Some(App {
            name: name?,
            host: host?,
            address: address?,
            rules: rules?,
        })
    }

    fn address(&mut self, place: &str, table: &Table, host: Option<&HostPattern>) -> Option<String> {
        let place = format!("{place}.address");
        let Some(written) = table.get("address") else {
            let Some(exact) = host?.exact() else {
                self.fault(&place, "is required where the host is a pattern");
                return None;
            };
            return Some(format!("https://{exact}/"));
        };
        let text = self.text(&place, written)?;
        let read = address(text);
        let fits = |url: &Url| {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            let at = format!("{}{port}", url.host_str().unwrap_or_default());
            host.is_none_or(|host| host.matches(&at))
        };
        match read {
            Ok(url) if fits(&url) => Some(url.into()),
            Ok(_) => {
                self.fault(&place, "is not on the app's host");
                None
            }
            Err(message) => {
                self.fault(&place, message);
                None
            }
        }
    }

    fn rules(&mut self, place: &str, table: &Table) -> Option<Vec<Rule>> {
        let place = format!("{place}.rules");
        let Some(value) = table.get("rules") else {
            self.fault(&place, "is required: what no rule names is denied");
            return None;
        };
        let mut rules: Vec<Rule> = Vec::new();
        let tables = self.tables(&place, value);
        if tables.is_empty() {
            self.fault(&place, "must hold a rule such as { path = \"/\", role = \"user\" }");
        }
        for (place, table) in tables {
            let Some(rule) = self.rule(&place, table) else { continue };
            if rules
                .iter()
                .any(|other| other.path.to_lowercase() == rule.path.to_lowercase())
            {
                self.fault(&format!("{place}.path"), "is the path of another rule");
            }
            rules.push(rule);
        }
        Some(rules)
    }

    fn rule(&mut self, place: &str, table: &Table) -> Option<Rule> {
        self.known(place, table, &RULE);
        let path = self.required(place, table, "path", |text| rule_path(text).map_err(str::to_owned));
        let role = self.optional(place, table, "role", role);
        let scope = self.optional(place, table, "scope", |text| {
            text.parse::<Scope>().map_err(|error| error.to_string())
        });
        let public = match table.get("public") {
            None => false,
            Some(Value::Boolean(true)) => true,
            Some(_) => {
                self.fault(&format!("{place}.public"), "must be true, or left out");
                return None;
            }
        };
        let access = match (public, role?, scope?) {
            (true, None, None) => Access::Public,
            (false, None, None) => {
                self.fault(place, "must say who passes: role, scope or public = true");
                return None;
            }
            (true, ..) => {
                self.fault(place, "is public, and so must name neither role nor scope");
                return None;
            }
            (false, role, scope) => Access::SignedIn {
                role: role.unwrap_or(Role::ReadOnly),
                scope,
            },
        };
        Some(Rule { path: path?, access })
    }

    /// The tables of a list with their places.
    fn tables<'a>(&mut self, place: &str, value: &'a Value) -> Vec<(String, &'a Table)> {
        let Some(list) = value.as_array() else {
            self.fault(place, "must be a list of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let place = format!("{place}[{index}]");
            match value.as_table() {
                Some(table) => tables.push((place, table)),
                None => self.fault(&place, "must be a table"),
            }
        }
        tables
    }

    fn known(&mut self, place: &str, table: &Table, names: &[&str]) {
        for name in table.keys().filter(|name| !names.contains(&name.as_str())) {
            let like = nearest(name, names.iter().map(|&name| (name.to_owned(), name.to_owned())));
            let hint = like.map(|like| format!("; did you mean {like}?")).unwrap_or_default();
            self.fault(
                &format!("{place}.{}", name.escape_debug()),
                format!("is not known{hint}"),
            );
        }
    }

    fn text<'a>(&mut self, place: &str, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str().ok_or_else(|| "must be a string".to_owned());
        match text.and_then(|text| values::plain(text).map(|()| text)) {
            Ok(text) => Some(text),
            Err(message) => {
                self.fault(place, message);
                None
            }
        }
    }

    fn required<T>(
        &mut self,
        place: &str,
        table: &Table,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.optional(place, table, name, parse)?;
        if value.is_none() {
            self.fault(&format!("{place}.{name}"), "is required");
        }
        value
    }

    /// The value, `Some(None)` where there is none, `None` where it is among the faults.
    #[expect(clippy::option_option, reason = "absent and faulty are two things")]
    fn optional<T>(
        &mut self,
        place: &str,
        table: &Table,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        let Some(value) = table.get(name) else {
            return Some(None);
        };
        let place = format!("{place}.{name}");
        let text = self.text(&place, value)?;
        match parse(text) {
            Ok(value) => Some(Some(value)),
            Err(message) => {
                self.fault(&place, message);
                None
            }
        }
    }
}

fn role(text: &str) -> Result<Role, String> {
    [Role::ReadOnly, Role::User, Role::Admin]
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or_else(|| "is none of read-only, user and admin".to_owned())
}

/// Where an app begins. Plain http is for loopback, to which every name below localhost leads (RFC 6761, section 6.3).
fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a web address: {error}"))?;
    let is_local = url.domain().is_some_and(|name| name.ends_with(".localhost"));
    if url.scheme() == "http" && is_local && url.username().is_empty() && url.password().is_none() {
        return Ok(url);
    }
    values::web_address(text)
}
