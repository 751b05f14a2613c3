//! Whatever is presented as a key is read without a panic, and what is read is exactly what was presented.
#![no_main]

use flui_identity::Key;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(key) = Key::parse(text) {
        assert_eq!(key.expose(), text);
        assert!(text.starts_with(Key::PREFIX) && text.is_ascii());
    }
});
