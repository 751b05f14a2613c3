//! Gathers what flags, environment, file and defaults say, the strongest first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use toml::{Table, Value};

use super::{
    Fault, Flags,
    files::{self, Document},
    keys::{self, Fallback, KEYS, Key, Slot},
    report::{REDACTED, Shown},
};

/// Where a value came from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Flag(String),
    Environment(String),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            // Escaped, since a line break in a name would end the comment.
            Self::File(path) => write!(f, "file {}", path.display().to_string().escape_debug()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// What was given for a key. It may hold a secret, so it has no `Debug`.
pub(super) struct Given {
    /// The key as it was written.
    pub(super) name: String,
    /// The values: one, or several for a list.
    pub(super) entries: Vec<String>,
    origin: Origin,
}

/// The strongest word on every key, and the faults found on the way.
#[derive(Default)]
pub(super) struct Settled {
    /// By place in the TOML file. `None` where the word is unusable and already among the faults.
    given: BTreeMap<&'static str, Option<Given>>,
    pub(super) faults: Vec<Fault>,
    /// What the file says of apps.
    pub(super) apps: Option<Value>,
    /// Whether there is a file that could not be read: then nothing is known to be missing.
    file_failed: bool,
}

impl Settled {
    /// Gathers all sources.
    pub(super) fn gather(flags: &Flags, environment: impl Iterator<Item = (String, String)>) -> Self {
        // Sorted, so that faults come in the same order every time.
        let environment: BTreeMap<_, _> = environment.filter(|(name, _)| name.starts_with("FLUI_")).collect();
        let mut settled = Self::default();
        settled.add_flags(flags);
        settled.add_environment(&environment);
        if let Some(path) = &flags.config {
            settled.add_file("--config", path);
        } else if let Some(path) = environment.get("FLUI_CONFIG") {
            settled.add_file("FLUI_CONFIG", Path::new(path));
        }
        settled.add_defaults();
        settled
    }

    /// What was given for the key at this place of the TOML file, unless it is among the faults.
    pub(super) fn get(&self, path: &str) -> Option<&Given> {
        self.given.get(path)?.as_ref()
    }

    /// Every key as it may be shown.
    pub(super) fn shown(&self) -> Vec<Shown> {
        let show = |key: &Key| {
            let given = self.get(key.path)?;
            let mut entries = given.entries.iter().map(|text| {
                Value::String(if key.hides(text) {
                    REDACTED.to_owned()
                } else {
                    text.clone()
                })
            });
            let value = if key.list {
                Value::Array(entries.collect())
            } else {
                entries.next()?
            };
            Some((value, given.origin.clone()))
        };
        KEYS.iter()
            .map(|key| Shown {
                path: key.path,
                value: show(key),
            })
            .collect()
    }

    fn add_flags(&mut self, flags: &Flags) {
        let flags = [
            ("--listen", flags.listen.as_deref()),
            ("--public-url", flags.public_url.as_deref()),
            (
                "--database-url",
                flags.database_url.as_ref().map(ExposeSecret::expose_secret),
            ),
            ("--state-dir", flags.state_dir.as_deref()),
        ];
        for key in KEYS {
            let text = flags
                .iter()
                .find(|(name, _)| key.flag == Some(*name))
                .and_then(|(_, text)| *text);
            if let (Some(name), Some(text)) = (key.flag, text) {
                self.put(key, name, entries(key, text), Origin::Flag(name.to_owned()));
            }
        }
    }

    fn add_environment(&mut self, environment: &BTreeMap<String, String>) {
        let mut seen = BTreeSet::new();
        for (name, text) in environment.iter().filter(|(name, _)| !keys::is_no_key(name)) {
            match Slot::of_env(name) {
                Some(slot) => self.put_once(
                    &mut seen,
                    slot,
                    name,
                    Ok(if slot.by_file {
                        vec![text.clone()]
                    } else {
                        entries(slot.key, text)
                    }),
                    Origin::Environment(name.clone()),
                ),
                None => self.unknown(&name.escape_debug().to_string(), keys::env_like(name)),
            }
        }
    }

    fn add_file(&mut self, name: &str, path: &Path) {
        let read = Document::read(path).and_then(|document| {
            let table = parse(&document.text)
                .map_err(|message| format!("{} is not TOML: {message}", path.display().to_string().escape_debug()))?;
            Ok((document, table))
        });
        let (document, mut table) = match read {
            Ok(read) => read,
            Err(message) => {
                self.file_failed = true;
                self.faults.push(Fault::new(name, message));
                return;
            }
        };
        self.apps = table.remove("apps");
        let mut seen = BTreeSet::new();
        for (place, value) in leaves(&table) {
            let Some(slot) = Slot::of_path(&place) else {
                self.unknown(&place, keys::path_like(&place));
                continue;
            };
            let hidden = |value: &Value| !slot.by_file && value.as_str().is_some_and(|text| slot.key.hides(text));
            let holds_secret = hidden(value) || value.as_array().is_some_and(|values| values.iter().any(hidden));
            if holds_secret && let Err(message) = document.check_private(path) {
                self.faults
                    .push(Fault::new(&place, format!("is a secret, but {message}")));
            }
            self.put_once(
                &mut seen,
                slot,
                &place,
                typed(slot, value),
                Origin::File(path.to_owned()),
            );
        }
    }

    fn add_defaults(&mut self) {
        for key in KEYS
            .iter()
            .filter(|key| !self.given.contains_key(key.path))
            .collect::<Vec<_>>()
        {
            let text = match key.fallback {
                Fallback::Value(text) => text.to_owned(),
                Fallback::Chosen { choose, .. } => choose(),
                Fallback::Unset => continue,
                Fallback::Required => {
                    if !self.file_failed {
                        let message = format!("is required (in the file: {})", key.path);
                        self.faults.push(Fault::new(key.env, message));
                    }
                    continue;
                }
            };
            self.put(key, key.env, entries(key, &text), Origin::Default);
        }
    }

    /// Takes one source's word on a key, which may give the value or a file with it, but not both.
    fn put_once(
        &mut self,
        seen: &mut BTreeSet<&'static str>,
        slot: Slot,
        name: &str,
        entries: Result<Vec<String>, String>,
        origin: Origin,
    ) {
        if !seen.insert(slot.key.path) {
            self.refuse(
                slot.key,
                name,
                "is given both as a value and by a file: keep one of them",
            );
            return;
        }
        // A stronger source has spoken: a secret's file that nobody needs may be absent.
        if self.given.contains_key(slot.key.path) {
            return;
        }
        let entries = entries.and_then(|entries| match entries.first() {
            Some(path) if slot.by_file => {
                files::read_secret(Path::new(path)).map(|secret| self::entries(slot.key, &secret))
            }
            _ => Ok(entries),
        });
        match entries {
            Ok(entries) => self.put(slot.key, name, entries, origin),
            Err(message) => self.refuse(slot.key, name, &message),
        }
    }

    fn put(&mut self, key: &'static Key, name: &str, entries: Vec<String>, origin: Origin) {
        self.given.insert(
            key.path,
            Some(Given {
                name: name.to_owned(),
                entries,
                origin,
            }),
        );
    }

    fn refuse(&mut self, key: &'static Key, name: &str, message: &str) {
        self.given.insert(key.path, None);
        self.faults.push(Fault::new(name, message));
    }

    fn unknown(&mut self, name: &str, like: Option<String>) {
        let hint = like.map(|like| format!("; did you mean {like}?")).unwrap_or_default();
        self.faults.push(Fault::new(name, format!("is not known{hint}")));
    }
}

/// The values in one text. Lists are separated by commas, white space or both; two commas in a row leave an empty value,
/// which is refused later on.
fn entries(key: &Key, text: &str) -> Vec<String> {
    if !key.list {
        return vec![text.to_owned()];
    }
    let words = |part: &str| match part.split_whitespace().map(str::to_owned).collect::<Vec<_>>() {
        words if words.is_empty() => vec![String::new()],
        words => words,
    };
    text.split(',').flat_map(words).collect()
}

/// The values in a TOML value of the right type.
fn typed(slot: Slot, value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if slot.key.list && !slot.by_file {
        let list = value.as_array().and_then(|values| values.iter().map(text).collect());
        list.ok_or_else(|| "must be an array of strings".to_owned())
    } else {
        text(value)
            .map(|text| vec![text])
            .ok_or_else(|| "must be a string".to_owned())
    }
}

/// Parses without the library's picture of the faulty line, which could show a secret.
fn parse(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| before.matches('\n').count() + 1);
        match line {
            Some(line) => format!("line {line}: {}", error.message()),
            None => error.message().to_owned(),
        }
    })
}

/// Every value of a TOML document with its place.
fn leaves(table: &Table) -> Vec<(String, &Value)> {
    table
        .iter()
        .flat_map(|(name, value)| leaves_at(segment(name), value))
        .collect()
}

fn leaves_at(place: String, value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Table(table) if table.is_empty() && keys::is_section(&place) => Vec::new(),
        Value::Table(table) if !table.is_empty() => table
            .iter()
            .flat_map(|(name, value)| leaves_at(format!("{place}.{}", segment(name)), value))
            .collect(),
        _ => vec![(place, value)],
    }
}

/// A name as TOML writes it: quoted unless bare, so that a dot inside it is not taken for a section's.
fn segment(name: &str) -> String {
    let bare = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    if bare { name.to_owned() } else { format!("{name:?}") }
}
