//! What can go wrong around the provider; protocol errors are answers, not errors of this kind.

use std::net::SocketAddr;

/// Why the provider did not start, or could not follow an order of its control.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address asked for can be reached from other machines. Passwords here are public: this is refused always.
    #[error("{0} is not a loopback address; the development provider listens on 127.0.0.1 or [::1] only")]
    NotLoopback(SocketAddr),
    /// The address is taken, or not there.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of people is not readable as such; the text says where and why.
    #[error("the people are not readable: {0}")]
    People(String),
    /// No person of the file has this login name.
    #[error("nobody has the login name {0:?}")]
    UnknownPerson(String),
    /// This person has no session in which that client took part.
    #[error("{0:?} has no session in which this client took part")]
    NoSession(String),
    /// No switch has this name.
    #[error("no switch has the name {0:?}")]
    UnknownSwitch(String),
    /// The name is none of `ES256`, `RS256`, `EdDSA`.
    #[error("{0:?} is not one of ES256, RS256, EdDSA")]
    UnknownAlgorithm(String),
    /// A signing key could not be made.
    #[error("cannot make a signing key: {0}")]
    Key(String),
    /// The HTTP client for back-channel logout could not be made.
    #[error("cannot make the client for back-channel logout")]
    HttpClient(#[source] reqwest::Error),
}
