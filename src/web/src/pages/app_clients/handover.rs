//! What an app is given to sign people in: as environment variables and as a Kubernetes Secret.

use leptos::prelude::*;

use crate::ui::code_block;

/// Stands where the secret belongs that only the provider shows.
pub(super) const SECRET_PLACEHOLDER: &str = "paste-the-client-secret-here";
/// Stands where the id belongs that only the provider gives.
pub(super) const ID_PLACEHOLDER: &str = "paste-the-client-id-here";

/// The settings of one app.
pub(super) struct Handover<'a> {
    pub(super) app: &'a str,
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    /// None for an app that keeps no secret.
    pub(super) client_secret: Option<&'a str>,
    pub(super) redirect_uri: &'a str,
}

impl Handover<'_> {
    fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("OIDC_ISSUER", Some(self.issuer)),
            ("OIDC_CLIENT_ID", Some(self.client_id)),
            ("OIDC_CLIENT_SECRET", self.client_secret),
            ("OIDC_REDIRECT_URI", Some(self.redirect_uri)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// Lines that a shell reads; values are quoted where it needs that.
    pub(super) fn environment(&self) -> String {
        let lines = self.pairs().map(|(name, value)| format!("{name}={}", quoted(value)));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A manifest for `kubectl apply`. A JSON text is a quoted text of YAML 1.2 too.
    pub(super) fn kubernetes_secret(&self) -> String {
        let mut lines = vec![
            "apiVersion: v1".to_owned(),
            "kind: Secret".to_owned(),
            "metadata:".to_owned(),
            format!("  name: {}", resource_name(self.app)),
            "type: Opaque".to_owned(),
            "stringData:".to_owned(),
        ];
        let data = self.pairs();
        lines.extend(data.map(|(name, value)| format!("  {name}: {}", serde_json::Value::from(value))));
        lines.join("\n")
    }

    pub(super) fn blocks(&self) -> AnyView {
        view! {
            {code_block("app-environment", "Environment variables", self.environment())}
            {code_block("app-kubernetes", "Kubernetes Secret", self.kubernetes_secret())}
        }
        .into_any()
    }
}

fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=-".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// A name that Kubernetes takes (RFC 1123: lower case, digits and dashes, at most 63), made of the app's.
fn resource_name(app: &str) -> String {
    let mut name = String::new();
    for c in app.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(50);
    match name.trim_end_matches('-') {
        "" => "app-oidc".to_owned(),
        name => format!("{name}-oidc"),
    }
}

#[cfg(test)]
mod tests {
    use yaml_rust2::{Yaml, YamlLoader};

    use super::*;

    #[test]
    fn the_manifest_says_to_a_yaml_parser_what_the_provider_said() {
        let secret = "p'a\"s: s\\#\u{e9}-{x}";
        let app = Handover {
            app: "Wiki: Ä \"Team\"",
            issuer: "https://id.example.org/",
            client_id: "yes",
            client_secret: Some(secret),
            redirect_uri: "https://wiki.example.org/cb?a=1&b=#",
        };
        let yaml = &YamlLoader::load_from_str(&app.kubernetes_secret()).unwrap()[0];
        assert_eq!(
            (yaml["apiVersion"].as_str(), yaml["kind"].as_str()),
            (Some("v1"), Some("Secret"))
        );
        assert_eq!(yaml["metadata"]["name"].as_str(), Some("wiki-team-oidc"));
        let data = &yaml["stringData"];
        assert_eq!(data["OIDC_CLIENT_SECRET"].as_str(), Some(secret));
        assert_eq!(
            data["OIDC_CLIENT_ID"],
            Yaml::String("yes".to_owned()),
            "a text, not a yes"
        );
        assert_eq!(data["OIDC_REDIRECT_URI"].as_str(), Some(app.redirect_uri));
        assert_eq!(data.as_hash().unwrap().len(), 4);
        let public = Handover {
            client_secret: None,
            ..app
        };
        let yaml = &YamlLoader::load_from_str(&public.kubernetes_secret()).unwrap()[0];
        assert!(yaml["stringData"]["OIDC_CLIENT_SECRET"].is_badvalue());
    }

    #[test]
    fn the_environment_is_quoted_where_a_shell_needs_it() {
        let app = Handover {
            app: "x",
            issuer: "https://id.example.org",
            client_id: "a b",
            client_secret: Some("it's"),
            redirect_uri: "https://x.example.org/cb?a=1&b=2",
        };
        assert_eq!(
            app.environment(),
            "OIDC_ISSUER=https://id.example.org\nOIDC_CLIENT_ID='a b'\nOIDC_CLIENT_SECRET='it'\\''s'\n\
             OIDC_REDIRECT_URI='https://x.example.org/cb?a=1&b=2'"
        );
    }

    #[test]
    fn kubernetes_takes_every_name() {
        for (app, name) in [
            ("Wiki", "wiki-oidc"),
            ("  -Ä- ", "app-oidc"),
            ("A  b--c!", "a-b-c-oidc"),
        ] {
            assert_eq!(resource_name(app), name);
        }
        assert!(resource_name(&"x".repeat(64)).len() <= 63);
    }
}
