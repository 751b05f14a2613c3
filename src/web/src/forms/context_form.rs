use flui_identity::contexts::Context;
use flui_model::contexts::Colour;
use url::form_urlencoded;

/// The form for a context, as text. Read from the body of its POST, and from the query of a link that fills it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextFormFields {
    /// `name`.
    pub name: String,
    /// `api_url`.
    pub api_url: String,
    /// `issuer`.
    pub issuer: String,
    /// `description`.
    pub description: String,
    /// `colour`: a word of the set.
    pub colour: String,
}

impl Default for ContextFormFields {
    fn default() -> Self {
        Self {
            name: String::new(),
            api_url: String::new(),
            issuer: String::new(),
            description: String::new(),
            colour: Colour::default().as_str().to_owned(),
        }
    }
}

impl From<Context> for ContextFormFields {
    fn from(context: Context) -> Self {
        Self {
            name: context.name,
            api_url: context.api_url,
            issuer: context.issuer,
            description: context.description,
            colour: context.colour.as_str().to_owned(),
        }
    }
}

impl ContextFormFields {
    /// Reads a form body or a query, both `application/x-www-form-urlencoded`. Unknown fields are passed over.
    pub fn from_query(query: &str) -> Self {
        Self::default().with_query(query)
    }

    /// The same fields with those of a query in their places.
    pub(crate) fn with_query(mut self, query: &str) -> Self {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "name" => &mut self.name,
                "api_url" => &mut self.api_url,
                "issuer" => &mut self.issuer,
                "description" => &mut self.description,
                "colour" => &mut self.colour,
                _ => continue,
            };
            *place = value.into_owned();
        }
        self
    }

    /// The query of a link that fills the form in like this.
    pub(crate) fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("name", &self.name),
            ("api_url", &self.api_url),
            ("issuer", &self.issuer),
            ("description", &self.description),
            ("colour", &self.colour),
        ];
        for (name, value) in pairs {
            query.append_pair(name, value);
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_form_survives_its_query() {
        let fields = ContextFormFields {
            name: "prod".to_owned(),
            api_url: "https://app.example.org".to_owned(),
            issuer: "https://id.example.org/".to_owned(),
            description: "a&b=<c> ü".to_owned(),
            colour: "red".to_owned(),
        };
        assert_eq!(ContextFormFields::from_query(&fields.to_query()), fields);
        assert_eq!(ContextFormFields::from_query("notice=x"), ContextFormFields::default());
    }
}
