use flui_model::{Area, Depth, ScopeSet};

/// A grant in words: `All that you may do`, `Everything`, `Look everywhere`, or areas with their depths.
pub(crate) fn scope_words(unscoped: bool, scopes: ScopeSet) -> String {
    let all = ScopeSet::all();
    if unscoped {
        return "All that you may do".to_owned();
    }
    if scopes == all {
        return "Everything".to_owned();
    }
    if scopes.is_empty() {
        return "Nothing: your role no longer allows what it was made for".to_owned();
    }
    if scopes == all.iter().filter(|scope| scope.depth == Depth::Look).collect() {
        return "Look everywhere".to_owned();
    }
    Area::ALL
        .into_iter()
        .filter_map(|area| {
            let depths: Vec<_> = scopes
                .iter()
                .filter(|scope| scope.area == area)
                .map(|scope| scope.depth.as_str())
                .collect();
            (!depths.is_empty()).then(|| format!("{}: {}", area.label(), depths.join(", ")))
        })
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The contexts that a key is bound to, in words.
pub(crate) fn context_words(contexts: &[String]) -> String {
    if contexts.is_empty() {
        "Every context".to_owned()
    } else {
        contexts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scopes: &[&str]) -> String {
        scope_words(false, scopes.iter().map(|scope| scope.parse().unwrap()).collect())
    }

    #[test]
    fn scopes_read_by_area() {
        assert_eq!(
            words(&["mail:look", "apps:change", "apps:look"]),
            "Apps: look, change · Mail: look"
        );
        assert_eq!(scope_words(false, ScopeSet::all()), "Everything");
        assert_eq!(scope_words(true, ScopeSet::all()), "All that you may do");
        assert_eq!(
            scope_words(false, ScopeSet::of_role(flui_model::Role::ReadOnly)),
            "Look everywhere"
        );
        assert!(words(&[]).starts_with("Nothing"));
    }
}
