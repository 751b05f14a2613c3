//! The table of keys.

use std::collections::BTreeSet;

use super::{MINIMUM, keys, loaded, with};
use crate::config::{Fallback, KEYS, Secrecy};

#[test]
fn every_key_is_read() {
    for key in KEYS {
        let faults = with(key.env, "\n").unwrap_err();
        assert_eq!(keys(&faults), [key.env]);
    }
}

#[test]
fn names_are_unique_and_sections_stand_together() {
    let names: BTreeSet<_> = KEYS.iter().flat_map(|key| [key.env, key.path]).collect();
    assert_eq!(names.len(), 2 * KEYS.len());
    let mut sections: Vec<_> = KEYS
        .iter()
        .map(|key| key.path.split_once('.').map_or("", |(section, _)| section))
        .collect();
    sections.dedup();
    assert_eq!(
        sections,
        ["", "oidc", "roles", "session", "keys", "webhook"],
        "a later key without section would join the last one"
    );
}

#[test]
fn every_key_has_a_sentence_and_only_single_values_are_secret() {
    for key in KEYS {
        assert!(key.doc.ends_with('.') && key.doc.len() > 15, "{}", key.env);
        assert!(key.secrecy == Secrecy::Open || !key.list, "{}", key.env);
    }
}

#[test]
fn defaults_are_good_values() {
    for key in KEYS {
        if let Fallback::Value(text) = key.fallback {
            with(key.env, text).unwrap();
        }
    }
    let minimum = MINIMUM.map(|(name, value)| (name, Some(value)));
    loaded(&minimum).unwrap();
}
