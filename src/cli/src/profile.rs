//! A context's `config.json`: where its dashboard is, and the key that opens it.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flui_client::{ApiUrl, Key};
use flui_model::{SignInId, Timestamp, api_keys::CreatedApiKey, me::PersonView};
use serde_json::{Map, Value, json};

use crate::{args::Output, context_name::ContextName, exit::Fault, machine};

/// The fields that belong to the saved key and go with it.
const KEY_FIELDS: [&str; 5] = ["apiKey", "keyId", "keyExpiresAt", "person", LAST_EXPIRY_HINT];

const LAST_EXPIRY_HINT: &str = "lastExpiryHint";

/// A setting that people may read and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum Setting {
    /// Where the dashboard answers
    ApiUrl,
    /// The name that the next sign-in gives to this machine's key
    KeyName,
    /// How answers are printed: text or json
    Output,
}

impl Setting {
    /// The field's name in the file.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ApiUrl => "apiUrl",
            Self::KeyName => "keyName",
            Self::Output => "output",
        }
    }

    /// What it is for.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::ApiUrl => "where the dashboard answers",
            Self::KeyName => "the name that the next sign-in gives to this machine's key",
            Self::Output => "how answers are printed: text or json",
        }
    }

    /// The value as it is saved, or why it is none.
    pub(crate) fn check(self, value: &str) -> Result<String, String> {
        match self {
            Self::ApiUrl => value.parse::<ApiUrl>().map(|url| url.to_string()),
            Self::KeyName => machine::key_name(value),
            Self::Output => Output::from_str(value, false)
                .map(|_| value.to_owned())
                .map_err(|_| "the output is text or json".to_owned()),
        }
    }
}

/// The content of the file. Fields that this program does not know stay as they are. It holds a key, so it has no
/// `Debug`.
pub(crate) struct Profile {
    name: ContextName,
    path: PathBuf,
    fields: Map<String, Value>,
}

impl Profile {
    /// A new context's profile: an address and no key.
    pub(crate) fn new(name: ContextName, path: PathBuf, api_url: &ApiUrl) -> Self {
        let mut fields = Map::new();
        fields.insert("apiUrl".to_owned(), api_url.as_str().into());
        Self { name, path, fields }
    }

    /// Reads the text of a file.
    pub(crate) fn parse(name: ContextName, path: &Path, text: &str) -> Result<Self, Fault> {
        let fields = serde_json::from_str(text).map_err(|error| {
            // serde_json quotes values of the wrong type, and a value could be the key.
            let place = format!("line {}, column {}", error.line(), error.column());
            Fault::failure(format!("{} is not a JSON object ({place}).", path.display()))
                .note("Nothing was changed. Repair the file, or delete it and sign in again.")
        })?;
        Ok(Self {
            name,
            path: path.to_owned(),
            fields,
        })
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        format!("{:#}\n", Value::Object(self.fields.clone()))
    }

    /// The context's name.
    pub(crate) fn name(&self) -> &ContextName {
        &self.name
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the dashboard answers.
    pub(crate) fn api_url(&self) -> Result<ApiUrl, Fault> {
        let text = self.text("apiUrl")?.ok_or_else(|| self.bad("apiUrl", "is missing"))?;
        text.parse()
            .map_err(|reason: String| self.bad("apiUrl", &format!("is not right: {reason}")))
    }

    /// The saved key.
    pub(crate) fn key(&self) -> Result<Option<Key>, Fault> {
        self.text("apiKey")?
            .map(|text| text.parse().map_err(|reason: &str| self.bad("apiKey", reason)))
            .transpose()
    }

    /// The saved key's id. Older files do without it.
    pub(crate) fn key_id(&self) -> Result<Option<SignInId>, Fault> {
        self.text("keyId")?
            .map(|text| text.parse().map_err(|_| self.bad("keyId", "is no id of a key")))
            .transpose()
    }

    /// The name of the saved key, and of the next.
    pub(crate) fn key_name(&self) -> Result<Option<&str>, Fault> {
        self.text("keyName")
    }

    /// When the saved key ends by itself.
    pub(crate) fn key_expires_at(&self) -> Result<Option<Timestamp>, Fault> {
        self.text("keyExpiresAt")?
            .map(|text| text.parse().map_err(|_| self.bad("keyExpiresAt", "is no time")))
            .transpose()
    }

    /// When it was last told here that a key ends soon. What cannot be read was never told.
    pub(crate) fn last_expiry_hint(&self) -> Option<Timestamp> {
        self.text(LAST_EXPIRY_HINT).ok()??.parse().ok()
    }

    /// Notes that it was told just now.
    pub(crate) fn hold_expiry_hint(&mut self, at: Timestamp) {
        self.fields.insert(LAST_EXPIRY_HINT.to_owned(), at.to_string().into());
    }

    /// Whose the saved key is: the name and, when known, the mail address.
    pub(crate) fn person(&self) -> Option<String> {
        let person = self.fields.get("person")?;
        let name = person.get("name")?.as_str()?;
        match person.get("email").and_then(Value::as_str) {
            Some(email) => Some(format!("{name} <{email}>")),
            None => Some(name.to_owned()),
        }
    }

    /// `"laptop" (flui_ws_AbCd…)`: the saved key as people recognise it.
    pub(crate) fn key_label(&self, key: &Key) -> Result<String, Fault> {
        Ok(match self.key_name()? {
            Some(name) => format!("\"{name}\" ({key})"),
            None => key.to_string(),
        })
    }

    /// Takes in a key that was just made, in place of any other.
    pub(crate) fn hold_key(&mut self, created: &CreatedApiKey) {
        self.forget_key();
        self.fields.insert("apiKey".to_owned(), created.key.as_str().into());
        self.fields.insert("keyId".to_owned(), created.id.to_string().into());
        self.fields.insert("keyName".to_owned(), created.name.as_str().into());
        self.fields
            .insert("keyExpiresAt".to_owned(), created.expires_at.to_string().into());
    }

    /// Notes whose the key is, so that it can be told offline.
    pub(crate) fn hold_person(&mut self, person: &PersonView) {
        let value = json!({ "name": person.name, "email": person.email });
        self.fields.insert("person".to_owned(), value);
    }

    /// Drops the key and what belongs to it. Its name stays: it is the next key's too.
    pub(crate) fn forget_key(&mut self) {
        for field in KEY_FIELDS {
            self.fields.remove(field);
        }
    }

    /// A setting's value.
    pub(crate) fn setting(&self, setting: Setting) -> Result<Option<&str>, Fault> {
        self.text(setting.as_str())
    }

    /// Changes a setting; the value has been checked.
    pub(crate) fn set(&mut self, setting: Setting, value: String) {
        self.fields.insert(setting.as_str().to_owned(), value.into());
    }

    /// Removes a setting.
    pub(crate) fn remove(&mut self, setting: Setting) {
        self.fields.remove(setting.as_str());
    }

    /// The names of the fields that this program does not know. Their values may be secrets.
    pub(crate) fn other_fields(&self) -> Vec<&str> {
        let settings = Setting::value_variants();
        self.fields
            .keys()
            .map(String::as_str)
            .filter(|field| !KEY_FIELDS.contains(field))
            .filter(|field| !settings.iter().any(|setting| setting.as_str() == *field))
            .collect()
    }

    fn text(&self, field: &str) -> Result<Option<&str>, Fault> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.bad(field, "is not a text")),
        }
    }

    fn bad(&self, field: &str, reason: &str) -> Fault {
        Fault::failure(format!("{}: the field {field} {reason}.", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Result<Profile, Fault> {
        Profile::parse("prod".parse().unwrap(), Path::new("config.json"), text)
    }

    #[test]
    fn unknown_fields_survive() {
        let mut read = profile(r#"{"apiUrl":"https://a.example","x":{"y":[1,null]},"apiKey":"k"}"#).unwrap();
        read.forget_key();
        let again: Value = serde_json::from_str(&read.to_text()).unwrap();
        assert_eq!(again, json!({ "apiUrl": "https://a.example", "x": { "y": [1, null] } }));
        assert_eq!(read.other_fields(), ["x"]);
    }

    #[test]
    fn what_is_no_object_is_refused_without_quoting_it() {
        for text in ["", "[]", "\"flui_ws_secret\"", "{", "{\"apiKey\": flui_ws_secret}"] {
            let fault = profile(text).err().unwrap();
            assert!(!fault.sentence.contains("secret"), "{}", fault.sentence);
        }
        assert!(profile("{}").is_ok());
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        let fault = profile(r#"{"apiUrl":7}"#).unwrap().api_url().err().unwrap();
        assert_eq!(fault.sentence, "config.json: the field apiUrl is not a text.");
    }

    #[test]
    fn an_address_that_gives_secrets_away_is_refused_from_the_file_too() {
        assert!(
            profile(r#"{"apiUrl":"http://app.example.org"}"#)
                .unwrap()
                .api_url()
                .is_err()
        );
        assert!(
            profile(r#"{"apiUrl":"https://app.example.org"}"#)
                .unwrap()
                .api_url()
                .is_ok()
        );
    }
}
