//! What the operator reads: faults, and the configuration with its secrets left out.

use std::fmt::{self, Write};

use flui_identity::apps::{Access, App, Apps, Rule};
use toml::{Table, Value};

use super::sources::Origin;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key as the operator wrote it: a variable, a flag, or a place in the TOML file. The variable when nothing
    /// was written.
    pub key: String,
    /// What is wrong with it and what would be right. It never holds a secret.
    pub message: String,
}

impl Fault {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// Everything that is wrong, found in one go. Displayed one fault a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Fault { key, message }) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{key}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A key as `Config::redacted` shows it.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// The place in the TOML file.
    pub(super) path: &'static str,
    /// The value, never a secret, and where it came from; `None` when not set.
    pub(super) value: Option<(toml::Value, Origin)>,
}

/// The text that stands for every secret.
pub(super) const REDACTED: &str = "<redacted>";

/// The keys as TOML. Those without a section must come first.
pub(super) fn toml(keys: &[Shown]) -> String {
    let mut text = String::new();
    let mut current = "";
    for Shown { path, value } in keys {
        let (section, name) = path.split_once('.').unwrap_or(("", path));
        if section != current {
            current = section;
            push(&mut text, format_args!("\n[{section}]"));
        }
        match value {
            Some((value, origin)) => push(&mut text, format_args!("{name} = {value} # {origin}")),
            None => push(&mut text, format_args!("# {name} is not set")),
        }
    }
    text
}

/// The apps as TOML.
pub(super) fn apps(apps: &Apps) -> String {
    apps.iter().fold(String::new(), |mut text, app| {
        push(&mut text, format_args!("\n[[apps]]"));
        for (name, value) in app_values(app) {
            push(&mut text, format_args!("{name} = {value}"));
        }
        text
    })
}

fn app_values(app: &App) -> [(&'static str, Value); 4] {
    let rules = app.rules.iter().map(|rule| Value::Table(rule_table(rule))).collect();
    [
        ("name", Value::String(app.name.clone())),
        ("host", Value::String(app.host.to_string())),
        ("address", Value::String(app.address.clone())),
        ("rules", Value::Array(rules)),
    ]
}

fn rule_table(rule: &Rule) -> Table {
    let mut table = Table::from_iter([("path".to_owned(), Value::String(rule.path.clone()))]);
    match rule.access {
        Access::Public => {
            table.insert("public".to_owned(), Value::Boolean(true));
        }
        Access::SignedIn { role, scope } => {
            table.insert("role".to_owned(), Value::String(role.as_str().to_owned()));
            if let Some(scope) = scope {
                table.insert("scope".to_owned(), Value::String(scope.to_string()));
            }
        }
    }
    table
}

fn push(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}
