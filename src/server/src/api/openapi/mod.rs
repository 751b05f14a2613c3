//! The OpenAPI 3.1 document. Each handler describes itself with `utoipa::path`; what holds for all of them is added here:
//! the credentials, the words about the whole, and the refusals.
//!
//! A handler names the codes that it alone refuses with as `x-codes`; `refusals` adds those of the middleware and of the
//! extractors, and writes them down as answers.

mod refusals;

use std::sync::LazyLock;

use serde_json::{Value, json};
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema, openapi::RefOr};

use super::v1;

/// The groups of operations, in the order of the page, and what each is about.
const TAGS: [(&str, &str); 6] = [
    ("Signing in", "How a client gets a credential, and whose it is."),
    (
        "Keys",
        "Made for pipelines, services and workstations; shown once, ended at once.",
    ),
    (
        "Sign-ins",
        "Browser sessions and keys, which are one thing here: listed and ended.",
    ),
    ("Contexts", "The installations and clusters that keys may be bound to."),
    ("App clients", "Apps that are registered as clients at the provider."),
    ("Audit log", "Who did what to what."),
];

const ABOUT: &str = "Sign-in, sessions and keys of a Flui installation. Bodies are JSON with camelCase names; times are \
                     RFC 3339 in UTC. Every refusal is `application/problem+json` (RFC 9457) with a `code` that never \
                     changes. `docs/api.md` tells the rules in prose.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(build);
static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));

/// The document as text, as `docs/openapi.json` holds it.
pub fn openapi() -> &'static str {
    &TEXT
}

/// The document.
pub(super) fn document() -> &'static Value {
    &DOCUMENT
}

fn build() -> Value {
    let mut document = json!(v1::routes().into_openapi());
    document["info"] = json!({
        "title": "Flui dashboard",
        "summary": "Sign-in, sessions and keys around an OpenID provider.",
        "description": ABOUT,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["tags"] = TAGS
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    document["security"] = json!([{ "key": [] }, { "session": [] }]);
    document["components"]["securitySchemes"] = json!({
        "key": {
            "type": "http", "scheme": "bearer", "bearerFormat": "flui_(ws|ci|svc)_…",
            "description": "A key. It may do what its scopes and the person's role allow.",
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": "__Host-flui",
            "description": "The session of the dashboard (`flui-dev` on loopback http). Unsafe methods must carry the \
                            dashboard's own `Origin`.",
        },
        "openid": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "An ID token of the command line's client, or an access token that was handed to it. Good for \
                            the exchange alone, once.",
        },
    });
    add_schema::<flui_model::Problem>(&mut document);
    for item in members(&mut document["paths"]) {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            refusals::describe(method, operation);
        }
    }
    refusals::share(&mut document);
    document
}

/// Adds a schema that no operation names, and all that it refers to.
fn add_schema<T: ToSchema + PartialSchema>(document: &mut Value) {
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = json!(schema);
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flatten().map(|(_, member)| member)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use axum::Router;

    use super::*;
    use crate::app::App;

    /// What the router answers to, from what it tells of itself: `RouteId(1): MethodRouter(MethodRouter { get: …` for each
    /// route, and behind `node` `RouteId(1): "/api/…"` for each path.
    fn routed() -> BTreeSet<String> {
        fn by_id(told: &str) -> impl Iterator<Item = (&str, &str)> {
            told.split("RouteId(")
                .skip(1)
                .filter_map(|entry| entry.split_once("): "))
        }
        let told = format!("{:?}", Router::<App>::from(v1::routes()));
        let mut parts = told.split("node: ");
        let (routes, paths) = (parts.next().unwrap(), parts.next().unwrap());
        let paths: BTreeMap<_, _> = by_id(paths)
            .filter_map(|(id, path)| Some((id, path.split('"').nth(1)?)))
            .collect();
        by_id(routes)
            .flat_map(|(id, route)| {
                let path = paths[id];
                let methods = ["get", "delete", "patch", "post", "put"].into_iter();
                methods
                    .filter(move |method| route.contains(&format!(" {method}: BoxedHandler")))
                    .map(move |method| format!("{method} {path}"))
            })
            .collect()
    }

    fn described() -> BTreeSet<String> {
        let paths = document()["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| format!("{method} {path}"))
            })
            .collect()
    }

    fn operations() -> impl Iterator<Item = &'static Value> {
        let paths = document()["paths"].as_object().unwrap();
        paths.values().flat_map(|item| item.as_object().unwrap().values())
    }

    #[test]
    fn every_route_of_the_api_is_in_the_document() {
        let routed = routed();
        assert!(routed.contains("delete /api/v1/auth/api-keys/{id}"), "{routed:?}");
        assert_eq!(routed, described());
    }

    #[test]
    fn the_committed_document_is_the_one_that_the_code_makes() {
        let committed = include_str!("../../../../../docs/openapi.json");
        assert!(
            committed == openapi(),
            "docs/openapi.json is old: run `cargo xtask openapi`"
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_a_known_tag_and_words() {
        let mut names = BTreeSet::new();
        for operation in operations() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} twice");
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(TAGS.iter().any(|(known, _)| *known == tag), "{name}: {tag}");
            assert!(
                operation["summary"].as_str().is_some_and(|text| text.ends_with('.')),
                "{name}"
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value) {
            if let Some(to) = value["$ref"].as_str() {
                let to = to.trim_start_matches('#');
                assert!(document().pointer(to).is_some(), "{to}");
            }
            match value {
                Value::Object(members) => members.values().for_each(walk),
                Value::Array(items) => items.iter().for_each(walk),
                _ => {}
            }
        }
        walk(document());
    }
}
