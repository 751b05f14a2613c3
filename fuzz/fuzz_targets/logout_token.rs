//! No token that the provider did not sign is accepted as a logout token.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| flui_server::fuzzed::logout_token(text));
