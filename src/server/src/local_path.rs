//! Addresses to return to after a sign-in: local paths only, so that nobody is sent elsewhere
//! (RFC 9700, section 4.11).

use crate::auth::app::open::PATH;

/// The path to return to: `asked` if it is a plain local path, `/` otherwise.
///
/// Browsers read backslashes as slashes and drop tabs and line breaks, so a path must begin with exactly one slash and
/// may hold only characters that mean the same to everybody.
/// A filled-in form may come along in the query, so a path may be 4,000 characters long.
pub(crate) fn local_path(asked: Option<&str>) -> String {
    asked.filter(|path| is_local(path)).unwrap_or("/").to_owned()
}

fn is_local(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~?&=%+,:".contains(&byte);
    let (before_query, _) = path.split_once('?').unwrap_or((path, ""));
    path.len() <= 4_000
        && path.starts_with('/')
        && path.bytes().all(plain)
        && !before_query.contains("//")
        && !before_query.contains('%')
        && !before_query.contains(':')
        && !before_query.split('/').any(|part| part == "." || part == "..")
        // Coming back to the sign-in itself would turn in a circle. An app's sign-in goes on there.
        && (!before_query.starts_with("/auth/") || before_query == PATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_local_paths_are_kept() {
        for path in [
            "/",
            "/keys",
            "/keys/new?name=deploy&scopes=apps:look,apps:change",
            "/sign-ins?a=%2F%2Fevil",
            "/auth/app?host=wiki.example.org%3A8443&challenge=x&return=%2Fa%3Fb",
        ] {
            assert_eq!(local_path(Some(path)), path);
        }
    }

    #[test]
    fn r1_everything_else_becomes_the_root() {
        let long = format!("/{}", "a".repeat(10_000));
        for path in [
            "",
            "keys",
            "//evil",
            "///evil",
            "/\\evil",
            "\\/evil",
            "/%5cevil",
            "/%2fevil",
            "/%2f%2fevil",
            "/\tevil",
            "/\n/evil",
            "\t//evil",
            " //evil",
            "https:evil",
            "https://evil",
            "/.//evil",
            "/..//evil",
            "/./evil",
            "/../evil",
            "/a//evil",
            "/@evil",
            "/evil@host",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\0",
            "/a\0b",
            "/keys#x",
            "/keys;x",
            "/é",
            "/evil。example",
            "/%00",
            "/%252f%252fevil",
            "http:/evil",
            "/auth/login",
            "/auth/app/",
            "/auth/apps",
            "/auth/callback?code=1",
            "/keys/http://evil",
            "/<script>",
            "/\"",
            "/'",
            "/keys?x=<",
            &long,
            "//",
            "/ /",
            "/a b",
            "/?x=\r\nSet-Cookie:a=b",
            "?x",
            "#x",
            ".",
            "..",
            "/a/..",
            "/a/.",
            "blob:x",
            "vbscript:x",
            "//localhost",
            "//127.0.0.1",
            "/\u{202e}x",
            "/\u{FEFF}x",
            "/keys\\..\\x",
            "/%",
            "*",
            "/*",
        ] {
            assert_eq!(local_path(Some(path)), "/", "{path:?}");
        }
        assert_eq!(local_path(None), "/");
    }
}
