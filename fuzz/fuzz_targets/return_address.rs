//! An address to return to stays on this host, whatever was asked for.
#![no_main]

#[allow(dead_code, reason = "the product's own file, as it is")]
#[path = "../../src/server/src/local_path.rs"]
mod local_path;

libfuzzer_sys::fuzz_target!(|asked: &str| {
    let path = local_path::local_path(Some(asked));
    assert!(path == "/" || path == asked);
    assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']));
});
