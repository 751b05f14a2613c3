//! Of whatever comes as cookies one session id at most reaches the session layer, and other cookies stay as they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| flui_server::fuzzed::cookie(data));
