use url::Url;

use crate::local_path::local_path;

/// The input is an address to return to. Whatever was asked for, a browser that follows what comes of it stays here.
///
/// # Panics
/// If that does not hold.
pub fn return_address(asked: &str) {
    let path = local_path(Some(asked));
    assert!(path == "/" || path == asked);
    assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']));
    let base = Url::parse("https://app.example.org/").expect("an address");
    let target = base.join(&path).expect("a path of it");
    assert_eq!(target.origin(), base.origin());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn r1_no_text_leads_elsewhere(asked in "[/\\\\a-z.:%?@#\\t\\r\\n é]{0,40}") {
            super::return_address(&asked);
        }
    }
}
