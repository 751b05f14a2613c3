//! The roles claim, wherever providers put it.

use serde_json::{Map, Value};

/// What stands at `path`: the member with the whole path as its name, as providers that name claims by URL or URN have
/// it; else the member that the names between the dots lead to. `null` counts as absent.
pub(crate) fn find<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let whole = claims.get(path);
    let found = whole.or_else(|| {
        let mut names = path.split('.');
        let first = claims.get(names.next()?)?;
        names.try_fold(first, |value, name| value.as_object()?.get(name))
    });
    found.filter(|value| !value.is_null())
}

/// The values that a claim gives, exactly as written: the strings of an array, a lone string as one value, or the keys
/// of a map whose values are objects, which is Zitadel's form. Everything else gives nothing; nothing is split, joined
/// or converted, because a value may make an admin.
pub(crate) fn values(claim: &Value) -> Vec<String> {
    let values: Vec<&str> = match claim {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::String(value) => vec![value],
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| value.is_object())
            .map(|(key, _)| key.as_str())
            .collect(),
        _ => Vec::new(),
    };
    values
        .into_iter()
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(claims: Value, path: &str) -> Vec<String> {
        let Value::Object(claims) = claims else {
            panic!("an object")
        };
        find(&claims, path).map(values).unwrap_or_default()
    }

    #[test]
    fn a6_values_are_taken_from_the_forms_that_providers_use() {
        assert_eq!(at(json!({"groups": ["a", "b c"]}), "groups"), ["a", "b c"]);
        assert_eq!(at(json!({"groups": "admins"}), "groups"), ["admins"]);
        assert_eq!(
            at(json!({"realm_access": {"roles": ["a"]}}), "realm_access.roles"),
            ["a"]
        );
        let map = json!({"urn:zitadel:iam:org:project:roles": {"admin": {"1": "example.org"}}});
        assert_eq!(at(map, "urn:zitadel:iam:org:project:roles"), ["admin"]);
        assert_eq!(
            at(json!({"https://example.org/roles": ["a"]}), "https://example.org/roles"),
            ["a"]
        );
    }

    #[test]
    fn a6_a_member_named_as_the_whole_path_comes_first() {
        assert_eq!(at(json!({"a.b": ["whole"], "a": {"b": ["path"]}}), "a.b"), ["whole"]);
    }

    #[test]
    fn a6_tricks_with_types_give_no_value() {
        for claim in [
            json!({"admin": 1}),
            json!({"admin": true}),
            json!({"admin": "admin"}),
            json!([["admin"]]),
            json!([{"admin": {}}]),
            json!([1, null, true]),
            json!(1),
            json!(true),
            json!(null),
            json!(""),
        ] {
            assert_eq!(at(json!({"groups": claim}), "groups"), Vec::<String>::new(), "{claim}");
        }
    }

    #[test]
    fn a6_nothing_is_split_or_folded() {
        assert_eq!(at(json!({"groups": "users,admins"}), "groups"), ["users,admins"]);
        assert_eq!(at(json!({"groups": "users admins"}), "groups"), ["users admins"]);
        assert_eq!(
            at(json!({"groups": ["ADMINS", " admins"]}), "groups"),
            ["ADMINS", " admins"]
        );
        assert_eq!(at(json!({"Groups": ["admins"]}), "groups"), Vec::<String>::new());
        assert_eq!(
            at(json!({"realm_access": [{"roles": ["a"]}]}), "realm_access.roles"),
            Vec::<String>::new()
        );
    }

    proptest! {
        #[test]
        fn a6_no_claim_gives_a_value_that_does_not_stand_in_it(path in "[a-c.]{0,6}", text in r#"[a-c":,{}\[\]1]{0,40}"#) {
            let document = format!("{{{text}}}");
            let Ok(Value::Object(claims)) = serde_json::from_str(&document) else { return Ok(()) };
            for value in find(&claims, &path).map(values).unwrap_or_default() {
                prop_assert!(!value.is_empty() && document.contains(&value));
            }
        }
    }
}
