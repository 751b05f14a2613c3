//! Any configuration is loaded or refused, and either way shows no secret.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| flui_server::fuzzed::config(data));
