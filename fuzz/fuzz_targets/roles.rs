//! Roles come out of claims exactly as they stand there, wherever the path leads.
#![no_main]

#[allow(dead_code, reason = "the product's own file, as it is")]
#[path = "../../src/oidc/src/roles.rs"]
mod roles;

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| {
    let (path, text) = input;
    let Ok(serde_json::Value::Object(claims)) = serde_json::from_str(text) else { return };
    if let Some(claim) = roles::find(&claims, path) {
        for value in roles::values(claim) {
            assert!(!value.is_empty());
        }
    }
});
