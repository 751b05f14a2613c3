//! Addresses that a secret may be sent to.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// Where a dashboard answers: `https`, or `http` on this very machine; no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(String);

impl ApiUrl {
    /// The address of a path of the dashboard; `path` begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address as it is saved.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url =
            Url::parse(text.trim()).map_err(|_| "an address is written like https://app.example.org".to_owned())?;
        if !is_confidential(&url) {
            return Err(
                "the address must begin with https://; http:// is for this very machine (localhost) only".to_owned(),
            );
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address must not hold a user name or password".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the address must not hold ? or #".to_owned());
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether nobody on the way can read what is sent there: TLS, or this machine's own loopback.
pub fn is_confidential(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_kept_without_trailing_slashes() {
        for (text, kept) in [
            ("https://app.example.org/", "https://app.example.org"),
            (" https://app.example.org/flui// ", "https://app.example.org/flui"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:3000/", "http://[::1]:3000"),
            ("http://LOCALHOST:3000", "http://localhost:3000"),
        ] {
            assert_eq!(text.parse::<ApiUrl>().map(|url| url.to_string()), Ok(kept.to_owned()));
        }
    }

    #[test]
    fn an_address_that_gives_secrets_away_is_refused() {
        for text in [
            "",
            "app.example.org",
            "http://app.example.org",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "ftp://localhost",
            "https://ada:secret@app.example.org",
            "https://app.example.org?key=1",
            "https://app.example.org#x",
        ] {
            assert!(text.parse::<ApiUrl>().is_err(), "{text}");
        }
    }
}
