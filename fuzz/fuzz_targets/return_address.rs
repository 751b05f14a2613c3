//! An address to return to stays on this host, whatever was asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|asked: &str| flui_server::fuzzed::return_address(asked));
