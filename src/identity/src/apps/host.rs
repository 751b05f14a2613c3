use std::fmt;

/// The longest name of a host (RFC 1035, section 2.3.4).
const MAX_NAME: usize = 253;

/// The hosts of an app: one, or all below a suffix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// This host, with its port if that is not the scheme's own.
    Exact(String),
    /// Every host with one or more labels before this suffix, which begins with a dot.
    Below(String),
}

impl HostPattern {
    /// Reads `wiki.example.org` or `*.example.org`, either with a port. The error is the rest of a sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (suffix, is_pattern) = match text.strip_prefix("*.") {
            Some(suffix) => (suffix, true),
            None => (text, false),
        };
        if suffix.contains('*') {
            return Err("may have a star as its first label alone, such as *.example.org");
        }
        let host =
            canonical_host(suffix, true).ok_or("is not a host such as wiki.example.org, without scheme and path")?;
        if !is_pattern {
            return Ok(Self::Exact(host));
        }
        if !host.contains('.') && name(&host) != "localhost" {
            return Err("would cover a whole top-level domain");
        }
        Ok(Self::Below(format!(".{host}")))
    }

    /// Whether it covers a host in canonical form.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == host,
            Self::Below(suffix) => host.strip_suffix(suffix.as_str()).is_some_and(|rest| !rest.is_empty()),
        }
    }

    /// Whether it covers a host of this name at any port: cookies know no ports (RFC 6265, section 8.5).
    pub fn covers_name(&self, host: &str) -> bool {
        match self {
            Self::Exact(exact) => name(exact) == name(host),
            Self::Below(suffix) => name(host)
                .strip_suffix(name(suffix))
                .is_some_and(|rest| !rest.is_empty()),
        }
    }

    /// The one host, if it is no pattern.
    pub fn exact(&self) -> Option<&str> {
        match self {
            Self::Exact(host) => Some(host),
            Self::Below(_) => None,
        }
    }

    /// Exact hosts weigh more than patterns, and long patterns more than short ones.
    pub(super) fn weight(&self) -> (bool, usize) {
        match self {
            Self::Exact(host) => (true, host.len()),
            Self::Below(suffix) => (false, suffix.len()),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => f.write_str(host),
            Self::Below(suffix) => write!(f, "*{suffix}"),
        }
    }
}

/// A host in the one form in which hosts are compared: lower case, no dot at its end, no port that is the scheme's own
/// (RFC 3986, section 6.2.2.1 and 6.2.3). `None` for what is no name of letters, digits and hyphens.
pub fn canonical_host(text: &str, https: bool) -> Option<String> {
    let (written, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let name = written.strip_suffix('.').unwrap_or(written).to_ascii_lowercase();
    if name.len() > MAX_NAME || !name.split('.').all(is_label) {
        return None;
    }
    let Some(port) = port else { return Some(name) };
    if port.starts_with('0') || !port.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let port: u16 = port.parse().ok()?;
    let usual = if https { 443 } else { 80 };
    Some(if port == usual { name } else { format!("{name}:{port}") })
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The host without its port.
fn name(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn v11_hosts_have_one_form() {
        let form = |text: &str| canonical_host(text, true);
        for text in [
            "wiki.example.org",
            "WIKI.Example.ORG",
            "wiki.example.org.",
            "wiki.example.org:443",
        ] {
            assert_eq!(form(text).as_deref(), Some("wiki.example.org"), "{text}");
        }
        assert_eq!(form("wiki.example.org:80").as_deref(), Some("wiki.example.org:80"));
        assert_eq!(canonical_host("a:80", false).as_deref(), Some("a"));
        for text in [
            "",
            ".",
            "a..b",
            ".a",
            "a.org..",
            "a_b.org",
            "user@a.org",
            "a.org/",
            "a.org:",
            "a.org:0",
            "a.org:0443",
            "a.org:65536",
            "a.org:+1",
            "a.org:1:2",
            "[::1]",
            "a.org, b.org",
            " a.org",
            "a.org ",
            "a.org\t",
            "-a.org",
            "a-.org",
            "ä.org",
            "a。org",
            "a.org%00",
            "*.org",
        ] {
            assert_eq!(form(text), None, "{text:?}");
        }
        assert_eq!(form(&"a".repeat(64)), None);
        assert_eq!(form(&["a"; 200].join(".")), None);
    }

    #[test]
    fn r2_a_pattern_ends_on_the_edge_of_a_label() {
        let pattern = HostPattern::parse("*.Corp.com").unwrap();
        for good in ["a.corp.com", "a.b.corp.com"] {
            assert!(pattern.matches(good), "{good}");
        }
        for bad in [
            "corp.com",
            "evilcorp.com",
            "corp.com.evil",
            "a.corp.com.evil",
            "a.corp.com:8443",
        ] {
            assert!(!pattern.matches(bad), "{bad}");
        }
        let exact = HostPattern::parse("wiki.corp.com").unwrap();
        assert!(exact.matches("wiki.corp.com"));
        for bad in ["wiki.corp.com:8443", "a.wiki.corp.com", "wiki.corp.com.evil"] {
            assert!(!exact.matches(bad), "{bad}");
        }
    }

    #[test]
    fn wide_and_odd_patterns_are_refused() {
        for bad in [
            "*.org",
            "*",
            "*.",
            "a.*.org",
            "*.*.org",
            "*a.org",
            "https://a.org",
            "a.org/x",
        ] {
            assert!(HostPattern::parse(bad).is_err(), "{bad}");
        }
        for good in ["*.example.org", "*.localhost:8443", "localhost:8443", "127.0.0.1:8443"] {
            assert!(HostPattern::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_name_is_covered_at_any_port() {
        let exact = HostPattern::parse("wiki.example.org:8443").unwrap();
        assert!(exact.covers_name("wiki.example.org") && !exact.covers_name("a.example.org"));
        let pattern = HostPattern::parse("*.example.org:8443").unwrap();
        assert!(pattern.covers_name("a.example.org:1") && !pattern.covers_name("example.org"));
    }

    proptest! {
        #[test]
        fn v11_the_form_of_a_host_is_its_own_form(text in "[a-zA-Z0-9.:-]{1,30}") {
            if let Some(host) = canonical_host(&text, true) {
                prop_assert_eq!(canonical_host(&host, true), Some(host.clone()));
                prop_assert!(!host.bytes().any(|byte| byte.is_ascii_uppercase()));
            }
        }

        #[test]
        fn r2_nothing_outside_the_suffix_matches(text in "\\PC{1,40}") {
            let pattern = HostPattern::parse("*.corp.com").unwrap();
            if let Some(host) = canonical_host(&text, true) && pattern.matches(&host) {
                prop_assert!(host.ends_with(".corp.com"));
            }
        }
    }
}
