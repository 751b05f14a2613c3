/// The longest request target that is looked at, in bytes.
const MAX_TARGET: usize = 8 * 1024;
/// The longest target that a sign-in comes back to, so that it fits into an address of ours with room to spare.
const MAX_RETURN: usize = 1_000;
/// The paths that the dashboard answers on every app's host.
const OURS: &str = "/.flui";

/// The path of a request target, decoded once: the form that rules are compared with. The query is left out.
///
/// `None` for every target that an app could read as another path than this one: what cannot be decoded, encoded
/// slashes and percent signs, dot segments, empty segments, path parameters, backslashes, fragments and control
/// characters.
pub fn canonical_path(target: &str) -> Option<String> {
    if target.len() > MAX_TARGET || !target.bytes().all(|byte| byte.is_ascii_graphic()) || target.contains('#') {
        return None;
    }
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    if !path.starts_with('/') || path.contains("//") {
        return None;
    }
    let decoded = decode(path)?;
    let is_plain = |segment: &str| segment != "." && segment != "..";
    decoded.split('/').all(is_plain).then_some(decoded)
}

/// Decodes percent signs once (RFC 3986, section 2.1). `None` for what must not stand in a path, encoded or not.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let (byte, was_encoded) = if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            (digit(rest.next()?)? << 4 | digit(rest.next()?)?, true)
        } else {
            (byte, false)
        };
        let forbidden = byte.is_ascii_control()
            || matches!(byte, b'\\' | b';')
            // Whoever decodes twice would see another path.
            || (was_encoded && matches!(byte, b'/' | b'%' | b'?' | b'#'));
        if forbidden {
            return None;
        }
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

/// Reads the path of a rule. The error is the rest of a sentence.
pub fn rule_path(text: &str) -> Result<String, &'static str> {
    if text.contains(['%', '?']) {
        return Err("is written without encoding and without a query, such as /admin");
    }
    // A path may hold any letter; only ASCII is sent as it is.
    let is_plain = text.starts_with('/')
        && text.len() <= MAX_RETURN
        && !text.contains("//")
        && !text.contains(['\\', ';', '#'])
        && !text.contains(char::is_control)
        && text.split('/').all(|segment| segment != "." && segment != "..");
    if !is_plain {
        return Err("is not a plain path such as / or /admin");
    }
    if is_below(&text.to_lowercase(), OURS) {
        return Err("belongs to the sign-in, which the proxy leads to the dashboard");
    }
    let path = text.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(text);
    Ok(path.to_owned())
}

/// Whether a path is this one or below it.
pub(super) fn is_below(path: &str, prefix: &str) -> bool {
    prefix == "/"
        || path
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a sign-in may come back to this target on the app's own host.
pub fn is_return_path(target: &str) -> bool {
    target.len() <= MAX_RETURN && canonical_path(target).is_some_and(|path| !is_below(&path.to_lowercase(), OURS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn v9_a_path_is_decoded_once_and_the_query_left_out() {
        for (target, path) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/a%20b", "/a b"),
            ("/%61dmin", "/admin"),
            ("/caf%C3%A9", "/café"),
            ("/a?b=/../admin", "/a"),
            ("/a?%2f%00", "/a"),
            ("/a/?x", "/a/"),
            ("/...", "/..."),
            ("/.well-known/x", "/.well-known/x"),
            ("/@scope/a,b:c", "/@scope/a,b:c"),
        ] {
            assert_eq!(canonical_path(target).as_deref(), Some(path), "{target}");
        }
    }

    #[test]
    fn v9_what_could_be_read_as_another_path_is_denied() {
        let long = format!("/{}", "a".repeat(9_000));
        for target in [
            "",
            "a",
            "*",
            "?",
            "//",
            "//evil",
            "/a//b",
            "http://wiki.example.org/",
            "/.",
            "/..",
            "/a/../admin",
            "/a/./admin",
            "/a/..",
            "/%2e%2e/admin",
            "/a/%2E%2e",
            "/.%2e/admin",
            "/%2e/admin",
            "/a%2fadmin",
            "/a%2Fadmin",
            "/a%5cadmin",
            "/a\\admin",
            "/a;x/admin",
            "/a%3bx",
            "/a#b",
            "/a%23b",
            "/a%3fb",
            "/a?b#c",
            "/a%00",
            "/a%0a",
            "/a%7f",
            "/a%252fadmin",
            "/%2561dmin",
            "/a%",
            "/a%2",
            "/a%zz",
            "/a%+1",
            "/a%ff",
            "/%c0%ae%c0%ae/",
            "/é",
            "/a b",
            "/a\tb",
            "/a\0",
            "/public,\u{20}/admin",
            &long,
        ] {
            assert_eq!(canonical_path(target), None, "{target:?}");
        }
    }

    #[test]
    fn rules_have_plain_paths() {
        assert_eq!(rule_path("/").unwrap(), "/");
        assert_eq!(rule_path("/admin/").unwrap(), "/admin");
        assert_eq!(rule_path("/café").unwrap(), "/café");
        for bad in [
            "", "admin", "/a%20b", "/a?b", "/a//b", "/a/..", "/a;b", "/.flui", "/.Flui/x", "/a\\b", "/a#",
        ] {
            assert!(rule_path(bad).is_err(), "{bad}");
        }
        assert!(rule_path("/.fluid").is_ok());
    }

    #[test]
    fn r1_a_sign_in_comes_back_to_the_apps_own_paths_alone() {
        for good in ["/", "/d/a%20b?x=1&y=%2F", "/a?to=https://elsewhere"] {
            assert!(is_return_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(1_000));
        for bad in [
            "",
            "//evil",
            "/\\evil",
            "https://evil",
            "/.flui/start",
            "/.FLUI",
            "/a\r\nb",
            "/%2e%2e",
            &long,
        ] {
            assert!(!is_return_path(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn v9_encoding_a_letter_changes_no_path(path in "/[a-zA-Z0-9_.~-]{0,8}(/[a-zA-Z0-9_~-]{1,8}){0,3}", at in 1_usize..30) {
            let encoded: String = path
                .char_indices()
                .map(|(index, letter)| if index == at && letter != '/' { format!("%{:02x}", u32::from(letter)) } else { letter.into() })
                .collect();
            prop_assert_eq!(canonical_path(&encoded), canonical_path(&path));
        }

        #[test]
        fn v9_no_canonical_path_can_be_read_another_way(target in "/[ -~]{0,40}") {
            if let Some(path) = canonical_path(&target) {
                prop_assert!(path.starts_with('/') && !path.starts_with("//"));
                prop_assert!(!path.contains(['\\', ';', '\0']) && !path.contains("//"));
                prop_assert!(path.split('/').all(|segment| segment != "." && segment != ".."));
            }
        }

        #[test]
        fn v9_the_query_is_no_part_of_a_path(path in "/[a-z/]{0,10}", query in "[ -\"$-~]{0,20}") {
            let query = query.replace(' ', "+");
            prop_assert_eq!(canonical_path(&format!("{path}?{query}")), canonical_path(&path));
        }
    }
}
