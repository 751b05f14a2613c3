use flui_model::{ErrorCode, FieldError};

use crate::{app_clients::RegistrationError, apps::Missing, sign_ins::RefusedKey, store_error::StoreError};

/// Why an act was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("Nobody is signed in. Sign in and try again.")]
    NotSignedIn,
    /// The secret opens nothing: unknown, expired or ended. One sentence for all, so that strangers learn nothing.
    #[error("The credential is unknown, expired or was ended. Sign in again or use another key.")]
    InvalidToken,
    /// The key is known and refused. Told to whoever presents the key, and to nobody else.
    #[error("{0}")]
    KeyRefused(RefusedKey),
    /// The caller may not do this, for the reason given.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The app of this name is not open to the caller, who lacks this.
    #[error("{0} is not open to you. {1}")]
    AppRefused(String, Missing),
    /// The caller asked to give more than they have.
    #[error("The key would be allowed more than you are: {0}. Ask for less; nothing was created.")]
    ScopeTooWide(String),
    /// The proof of who the person is has grown old.
    #[error("This needs a recent sign-in. Sign in again and repeat it.")]
    FreshSignInNeeded,
    /// The person was disabled here.
    #[error("An administrator removed your access here.")]
    PersonDisabled,
    /// Absent, or somebody else's.
    #[error("There is no such {0}, or it is not yours.")]
    NotFound(&'static str),
    /// The name is in use.
    #[error("The name {0} is in use. Choose another one.")]
    NameTaken(String),
    /// The bearer has bought a key already.
    #[error("This sign-in was exchanged for a key already. Run the login again.")]
    BearerSpent,
    /// The name of the request was used for another one.
    #[error("Another request came with this Idempotency-Key. Give each its own.")]
    OtherRequest,
    /// The key that the request made was used, so that its answer must have arrived, or it is over.
    #[error("This request was answered, and the key that it made was used or has ended. Look for it on the Keys page.")]
    AlreadyAnswered,
    /// The provider ended the session while the sign-in was under way.
    #[error("You were signed out at the provider meanwhile. Sign in again.")]
    SignedOutMeanwhile,
    /// Too many wrong codes.
    #[error("Too many wrong codes. Wait ten minutes, or begin the login anew and type its code then.")]
    TooManyTries,
    /// Fields hold what they may not hold.
    #[error("Some fields are not right: {}", fields(.0))]
    Invalid(Vec<FieldError>),
    /// The grant is empty, ambiguous or not of the catalogue.
    #[error("{0}")]
    InvalidScope(String),
    /// The provider did not register, change or delete an app client.
    #[error(transparent)]
    Registration(RegistrationError),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

fn fields(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect::<Vec<_>>()
        .join("; ")
}

impl Error {
    /// The stable code of this error.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn => ErrorCode::NotSignedIn,
            Self::InvalidToken => ErrorCode::InvalidToken,
            Self::KeyRefused(refused) => refused.code(),
            Self::Forbidden(_) | Self::AppRefused(..) => ErrorCode::Forbidden,
            Self::ScopeTooWide(_) => ErrorCode::ScopeTooWide,
            Self::FreshSignInNeeded => ErrorCode::FreshSignInNeeded,
            Self::PersonDisabled => ErrorCode::PersonDisabled,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::NameTaken(_) => ErrorCode::NameTaken,
            Self::BearerSpent => ErrorCode::BearerSpent,
            Self::OtherRequest => ErrorCode::IdempotencyKeyReused,
            Self::AlreadyAnswered => ErrorCode::AlreadyAnswered,
            Self::SignedOutMeanwhile => ErrorCode::LoginRefused,
            Self::TooManyTries => ErrorCode::TooManyRequests,
            Self::Invalid(_) => ErrorCode::InvalidField,
            Self::InvalidScope(_) => ErrorCode::InvalidScope,
            Self::Registration(error) => error.code(),
            Self::Store(StoreError::Unavailable(_)) => ErrorCode::StoreUnavailable,
            Self::Store(_) => ErrorCode::Internal,
        }
    }

    /// Whether somebody was told no: what the audit log wants to know.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Forbidden(_)
                | Self::AppRefused(..)
                | Self::ScopeTooWide(_)
                | Self::FreshSignInNeeded
                | Self::PersonDisabled
                | Self::BearerSpent
                | Self::OtherRequest
                | Self::AlreadyAnswered
                | Self::SignedOutMeanwhile
                | Self::NotFound(_)
                | Self::TooManyTries
                | Self::Registration(_)
        )
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BearerSpent => Self::BearerSpent,
            StoreError::OtherRequest => Self::OtherRequest,
            StoreError::AlreadyAnswered => Self::AlreadyAnswered,
            StoreError::SignedOutMeanwhile => Self::SignedOutMeanwhile,
            StoreError::MakerEnded => Self::InvalidToken,
            other => Self::Store(other),
        }
    }
}
