use flui_model::{Problem, device_logins::DeviceLoginError};

/// Why a call did not do what it was asked for. Words of the dashboard stand in it as they came, and are nobody's but the
/// dashboard's: make them harmless before a terminal sees them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be made.
    #[error("The request cannot be made: {0}.")]
    Request(String),
    /// Nobody answered there, or the connection was lost.
    #[error("{host} cannot be reached: {cause}.")]
    Unreachable {
        /// Whom the request went to.
        host: String,
        /// The innermost reason.
        cause: String,
    },
    /// The connection is not the other side's, as far as TLS can tell.
    #[error("The TLS connection to {host} failed: {cause}.")]
    Tls {
        /// Whom the request went to.
        host: String,
        /// The innermost reason.
        cause: rustls::Error,
    },
    /// The answer took too long.
    #[error("{0} did not answer in time.")]
    Timeout(String),
    /// The answer was larger than 1 MiB.
    #[error("{0} sent an answer larger than 1 MiB.")]
    TooLarge(String),
    /// What answered is no dashboard.
    #[error("{host} answered with status {status} and nothing that a Flui dashboard says.")]
    Foreign {
        /// Who answered.
        host: String,
        /// The status.
        status: u16,
    },
    /// The dashboard says no.
    #[error("{}", .0.problem.detail)]
    Refused(Box<Refusal>),
    /// The dashboard says no to a headless login, or not yet (RFC 8628, section 3.5).
    #[error("{}", .0.error_description)]
    DeviceLogin(DeviceLoginError),
}

/// A no of the dashboard.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// What it says (RFC 9457).
    pub problem: Problem,
    /// The id that it logged the request under.
    pub request_id: Option<String>,
    /// Who answered.
    pub host: String,
}

impl Error {
    /// Whether no answer came that could be read: the request may have been carried out.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Tls { .. } | Self::Timeout(_) | Self::TooLarge(_)
        )
    }
}
