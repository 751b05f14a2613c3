//! What a provider is started with.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::clients::Client;
use crate::keys::Algorithm;
use crate::people::People;

/// The form access tokens take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessTokens {
    /// Signed JWTs of type `at+jwt` (RFC 9068).
    #[default]
    Jwt,
    /// Random strings that only introspection can read.
    Opaque,
}

/// What a provider is started with.
#[derive(Clone)]
pub struct Options {
    /// Where to listen: a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who may sign in.
    pub people: People,
    /// The applications that may ask.
    pub clients: Vec<Client>,
    /// The initial access token with which applications are registered; `None` offers no registration.
    pub registration_token: Option<String>,
    /// What tokens are signed with.
    pub algorithm: Algorithm,
    /// Whether groups also go out as Zitadel's role map, `urn:zitadel:iam:org:project:roles`.
    pub role_map: bool,
    /// The form access tokens take.
    pub access_tokens: AccessTokens,
    /// How long access and ID tokens are good, in whole seconds.
    pub token_lifetime: Duration,
}

impl fmt::Debug for Options {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("people", &self.people)
            .field("clients", &self.clients)
            .field("algorithm", &self.algorithm)
            .field("role_map", &self.role_map)
            .field("access_tokens", &self.access_tokens)
            .field("token_lifetime", &self.token_lifetime)
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    /// A free port of 127.0.0.1, the built-in people, no clients, ES256, JWT access tokens good for five minutes.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            people: People::built_in(),
            clients: Vec::new(),
            registration_token: None,
            algorithm: Algorithm::default(),
            role_map: false,
            access_tokens: AccessTokens::default(),
            token_lifetime: Duration::from_mins(5),
        }
    }
}
