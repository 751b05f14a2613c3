//! A key in an `Authorization` header is read exactly as it was sent, and shown nowhere.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| flui_server::fuzzed::bearer(data));
