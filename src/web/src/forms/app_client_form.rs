use flui_identity::app_clients::AppClient;
use flui_model::app_clients::AppClientKind;
use url::form_urlencoded;

/// The longest address that carries a form, in bytes.
const MOST_ADDRESS: usize = 4_000;

/// The form for an app client, as text. Lists stand one on a line. Read from the body of its POST, and from the query of a
/// link that fills it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppClientFormFields {
    /// `name`.
    pub name: String,
    /// `kind`: a word of the set. Not in the form that changes one.
    pub kind: String,
    /// `hosts`.
    pub hosts: String,
    /// `redirect_uris`.
    pub redirect_uris: String,
    /// `post_logout_redirect_uris`.
    pub post_logout_redirect_uris: String,
    /// `backchannel_logout_uri`.
    pub backchannel_logout_uri: String,
    /// `scopes`: words. Not in the form that changes one.
    pub scopes: String,
}

impl Default for AppClientFormFields {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: AppClientKind::default().as_str().to_owned(),
            hosts: String::new(),
            redirect_uris: String::new(),
            post_logout_redirect_uris: String::new(),
            backchannel_logout_uri: String::new(),
            scopes: "openid profile email".to_owned(),
        }
    }
}

impl From<AppClient> for AppClientFormFields {
    fn from(app_client: AppClient) -> Self {
        let fields = app_client.fields;
        Self {
            name: fields.name,
            kind: fields.kind.as_str().to_owned(),
            hosts: String::new(),
            redirect_uris: fields.redirect_uris.join("\n"),
            post_logout_redirect_uris: fields.post_logout_redirect_uris.join("\n"),
            backchannel_logout_uri: fields.backchannel_logout_uri.unwrap_or_default(),
            scopes: fields.scopes.join(" "),
        }
    }
}

impl AppClientFormFields {
    /// Reads a form body or a query, both `application/x-www-form-urlencoded`. Unknown fields are passed over.
    pub fn from_query(query: &str) -> Self {
        Self::default().with_query(query)
    }

    /// The same fields with those of a query in their places.
    pub(crate) fn with_query(mut self, query: &str) -> Self {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "name" => &mut self.name,
                "kind" => &mut self.kind,
                "hosts" => &mut self.hosts,
                "redirect_uris" => &mut self.redirect_uris,
                "post_logout_redirect_uris" => &mut self.post_logout_redirect_uris,
                "backchannel_logout_uri" => &mut self.backchannel_logout_uri,
                "scopes" => &mut self.scopes,
                _ => continue,
            };
            *place = value.into_owned();
        }
        self
    }

    /// A path with the query that fills the form in like this. A form that is too long for an address stays behind.
    pub fn address(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("name", &self.name),
            ("kind", &self.kind),
            ("hosts", &self.hosts),
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("scopes", &self.scopes),
        ]);
        let address = format!("{path}?{}", query.finish());
        if address.len() > MOST_ADDRESS {
            path.to_owned()
        } else {
            address
        }
    }

    /// What stands in a field of several lines, or of words with commas between them.
    pub fn lines(text: &str) -> Vec<String> {
        let lines = text.split(['\n', '\r', ',', ' ', '\t']);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_form_survives_its_address() {
        let fields = AppClientFormFields {
            name: "a&b=<c> ü".to_owned(),
            kind: "native".to_owned(),
            redirect_uris: "http://127.0.0.1/a\r\norg.example.app:/b".to_owned(),
            ..AppClientFormFields::default()
        };
        let address = fields.address("/apps/new");
        let query = address.strip_prefix("/apps/new?").unwrap();
        assert_eq!(AppClientFormFields::from_query(query), fields);
        assert_eq!(
            AppClientFormFields::lines(&fields.redirect_uris),
            ["http://127.0.0.1/a", "org.example.app:/b"]
        );
        let endless = AppClientFormFields {
            name: "x".repeat(5_000),
            ..fields
        };
        assert_eq!(endless.address("/apps/new"), "/apps/new");
    }
}
