use leptos::prelude::*;
use leptos_router::hooks::use_url;
use url::form_urlencoded;

/// The query of a page's address. The router's own map decodes values twice, so that a `%` would mean something else
/// than was typed; this one decodes once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The query of the page that is being rendered.
    pub(crate) fn of_page() -> Self {
        Self::read(&raw_query())
    }

    fn read(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The last value of this name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let last = self.0.iter().rev().find(|(other, _)| other == name);
        last.map_or("", |(_, value)| value)
    }

    /// The last value of this name, unless it is absent or empty.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// All values of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| value.clone()).collect()
    }
}

/// The query of the page that is being rendered, as it stands in its address, without the question mark.
pub(crate) fn raw_query() -> String {
    use_url().get_untracked().search().trim_start_matches('?').to_owned()
}

/// A path with a query of those pairs that have a value.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_once() {
        for typed in ["50%", "%25", "a+b", "a b", "x&y=z", "🔑 ü", "%", "%zz", "#?/"] {
            let address = address("/keys", &[("text", typed), ("kind", ""), ("cursor", "3")]);
            let (path, query) = address.split_once('?').unwrap();
            let query = Query::read(query);
            assert_eq!((path, query.get("text"), query.get("cursor")), ("/keys", typed, "3"));
            assert_eq!(query.filled("kind"), None);
        }
        assert_eq!(address("/keys", &[("text", "")]), "/keys");
    }

    #[test]
    fn a_name_may_come_several_times() {
        let query = Query::read("id=1&id=2&text=a&text=b");
        assert_eq!(query.all("id"), ["1", "2"]);
        assert_eq!(query.get("text"), "b");
        assert!(query.all("other").is_empty());
    }
}
