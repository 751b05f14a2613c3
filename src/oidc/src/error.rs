//! Why something was not done. No variant holds a token, a code or anything else that a provider or browser wrote.

/// Why the provider could not be asked. The same call may go through later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// No address for its name.
    #[error("its name cannot be resolved; check FLUI_OIDC_ISSUER and the name servers of this machine")]
    Name,
    /// No connection.
    #[error("no connection can be made to it")]
    Connect,
    /// A connection, but no trust in it.
    #[error("its TLS certificate or handshake is not accepted; a private authority needs FLUI_OIDC_CA_FILE")]
    Tls,
    /// No full answer in time.
    #[error("it did not answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// It says itself that it cannot answer now: HTTP 429 or 5xx.
    #[error("it answers with HTTP status {0}")]
    Status(u16),
}

/// What is wrong with the provider's answer. Waiting does not help; somebody has to change a setting here or there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    /// More than a mebibyte.
    #[error("an answer is larger than 1 MiB")]
    TooLarge,
    /// A redirect, which is never followed.
    #[error("an answer is a redirect, and redirects are not followed")]
    Redirected,
    /// An HTTP status that does not fit the question.
    #[error("it answers with HTTP status {0}")]
    Status(u16),
    /// No JSON object where one belongs.
    #[error("an answer is not the JSON object that it should be")]
    NotJson,
    /// Discovery names another issuer (`OpenID` Connect Discovery 1.0, section 4.3).
    #[error("its discovery document names another issuer; FLUI_OIDC_ISSUER must be the same to the byte")]
    IssuerMismatch,
    /// An endpoint that would be asked without TLS.
    #[error("its discovery document names an endpoint without https: {0}")]
    InsecureEndpoint(&'static str),
    /// Something required is absent or cannot be read.
    #[error("an answer lacks something that can be read: {0}")]
    Incomplete(&'static str),
    /// No public key that could check a signature.
    #[error("its key set has no usable public signature key")]
    NoKeys,
    /// A key set that gives private or symmetric keys away.
    #[error("its key set holds private or symmetric keys")]
    PrivateKeys,
    /// The token endpoint does not know this client or its secret.
    #[error("it does not accept this client's id and secret")]
    ClientRefused,
}

/// The provider cannot be worked with now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be asked.
    #[error("The OpenID provider is not available: {0}.")]
    Unavailable(Unavailable),
    /// It was asked, and the answer will not do.
    #[error("The OpenID provider cannot be used as it is configured: {0}.")]
    Bad(Bad),
}

/// Why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The provider could not be asked about it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A rule refuses it. The stable word says which, for logs and the audit log; callers are not told.
    #[error("the token was refused: {0}")]
    Refused(&'static str),
}

/// Why a sign-in was not completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The provider could not be asked.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A rule refuses it. The stable word says which, for logs and the audit log.
    #[error("the sign-in was refused: {0}")]
    Refused(&'static str),
}

/// Why a bearer is no good for the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// The provider could not be asked about it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A rule refuses it. The stable word says which, for logs and the audit log; callers get one and the same answer.
    #[error("the bearer was refused: {0}")]
    Refused(&'static str),
}

impl From<TokenError> for LoginError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Provider(error) => Self::Provider(error),
            TokenError::Refused(reason) => Self::Refused(reason),
        }
    }
}

impl From<TokenError> for BearerError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Provider(error) => Self::Provider(error),
            TokenError::Refused(reason) => Self::Refused(reason),
        }
    }
}
