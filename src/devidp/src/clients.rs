//! The applications that may ask, and what they have registered.

use std::fmt;

use url::{Host, Url};

/// An application known to the provider.
#[derive(Clone)]
pub struct Client {
    /// The client id; also the name shown on the login page.
    pub id: String,
    /// With a secret the client is confidential and authenticates by `client_secret_basic` or `client_secret_post`.
    /// Without one it is a public native application.
    pub secret: Option<String>,
    /// Where answers may be sent. Compared as strings; only for native applications a loopback address of plain http
    /// matches on any port (RFC 8252, section 7.3).
    pub redirect_uris: Vec<String>,
    /// Where a browser may be sent after logout; compared as `redirect_uris` are.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where logout tokens are posted when a session ends.
    pub backchannel_logout_uri: Option<String>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("confidential", &self.secret.is_some())
            .field("redirect_uris", &self.redirect_uris)
            .field("post_logout_redirect_uris", &self.post_logout_redirect_uris)
            .field("backchannel_logout_uri", &self.backchannel_logout_uri)
            .finish()
    }
}

impl Client {
    pub(crate) fn may_be_answered_at(&self, uri: &str) -> bool {
        self.is_registered(&self.redirect_uris, uri)
    }

    pub(crate) fn may_be_left_to(&self, uri: &str) -> bool {
        self.is_registered(&self.post_logout_redirect_uris, uri)
    }

    fn is_registered(&self, registered: &[String], asked: &str) -> bool {
        registered
            .iter()
            .any(|known| known == asked || (self.secret.is_none() && is_same_but_for_the_port(known, asked)))
    }
}

fn is_same_but_for_the_port(known: &str, asked: &str) -> bool {
    let (Ok(known), Ok(asked)) = (Url::parse(known), Url::parse(asked)) else {
        return false;
    };
    let is_loopback = match known.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_loopback
        && known.scheme() == "http"
        && asked.scheme() == "http"
        && known.host() == asked.host()
        && known.path() == asked.path()
        && known.query() == asked.query()
        && asked.fragment().is_none()
        && asked.username().is_empty()
        && asked.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(secret: Option<&str>) -> Client {
        Client {
            id: "app".to_owned(),
            secret: secret.map(str::to_owned),
            redirect_uris: vec![
                "http://localhost/callback".to_owned(),
                "http://[::1]/callback".to_owned(),
            ],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
        }
    }

    #[test]
    fn a_native_client_is_answered_on_any_loopback_port() {
        let native = client(None);
        for uri in [
            "http://localhost/callback",
            "http://localhost:8899/callback",
            "http://[::1]:8910/callback",
        ] {
            assert!(native.may_be_answered_at(uri), "{uri}");
        }
        for uri in [
            "http://localhost:8899/other",
            "http://localhost:8899/callback?x=1",
            "http://localhost:8899/callback#x",
            "http://u@localhost:8899/callback",
            "https://localhost:8899/callback",
            "http://localhost.example.org:8899/callback",
            "http://127.0.0.1:8899/callback",
            "nonsense",
        ] {
            assert!(!native.may_be_answered_at(uri), "{uri}");
        }
    }

    #[test]
    fn a_confidential_client_is_answered_at_the_exact_uri_only() {
        let confidential = client(Some("secret"));
        assert!(confidential.may_be_answered_at("http://localhost/callback"));
        assert!(!confidential.may_be_answered_at("http://localhost:8899/callback"));
    }

    #[test]
    fn debug_output_holds_no_secret() {
        assert!(!format!("{:?}", client(Some("hush-hush"))).contains("hush-hush"));
    }
}
