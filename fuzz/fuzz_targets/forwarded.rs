//! No header of a peer that is no listed proxy is believed, and no word of a client before the proxy’s.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| flui_server::fuzzed::forwarded(data));
