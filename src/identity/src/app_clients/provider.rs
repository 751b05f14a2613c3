use async_trait::async_trait;
use flui_model::{ErrorCode, FieldError, Timestamp};
use secrecy::SecretString;

use super::AppClientFields;
use crate::Error;

/// The provider, as far as apps are registered at it. A port: the rules know no HTTP.
#[async_trait]
pub trait AppClientProvider: Send + Sync {
    /// The provider's issuer.
    fn issuer(&self) -> &str;

    /// Whether an app can be registered at all.
    async fn offers_registration(&self) -> Result<bool, RegistrationError>;

    /// Registers an app (RFC 7591, section 3).
    async fn register(&self, fields: &AppClientFields) -> Result<Registered, RegistrationError>;

    /// Changes an app (RFC 7592, section 2.2). The access that holds from now on comes first: it may be another one even
    /// when the change failed, and the old one is then worth nothing.
    async fn change(
        &self,
        access: &Access,
        client_id: &str,
        fields: &AppClientFields,
    ) -> (Option<Access>, Result<Registered, RegistrationError>);

    /// Deletes an app (RFC 7592, section 2.3).
    async fn delete(&self, access: &Access) -> Result<(), RegistrationError>;
}

/// How the provider is asked to change a client: who has it may do all with the client.
#[derive(Clone, Debug)]
pub struct Access {
    /// The address of the client's configuration.
    pub uri: String,
    /// The registration access token.
    pub token: SecretString,
}

/// What the provider made of an app.
#[derive(Debug)]
pub struct Registered {
    /// Its id at the provider.
    pub client_id: String,
    /// The secret that the provider gave with this answer and not before.
    pub client_secret: Option<SecretString>,
    /// When that secret ends; `None` if it does not.
    pub client_secret_expires_at: Option<Timestamp>,
    /// The redirect addresses that the provider says it has registered.
    pub redirect_uris: Vec<String>,
    /// How the client can be changed; absent where the provider lets nobody do that.
    pub access: Option<Access>,
}

/// Why the provider did not do what was asked. Its own words are never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// It has no registration endpoint, or no token for it is configured.
    #[error(
        "Apps cannot be registered from here: the provider does not offer it, or FLUI_OIDC_REGISTRATION_TOKEN is not \
         set. Register the app at the provider by hand."
    )]
    NotOffered,
    /// There is no key to seal the registration access token with.
    #[error(
        "Apps cannot be registered without FLUI_SEALING_KEYS: the access to them could not be kept safe. Ask whoever \
         runs this to set it; nothing was registered."
    )]
    NoSealingKeys,
    /// It cannot be reached or gave no answer.
    #[error("The provider cannot be reached or gave no answer. Nothing was changed here; try again shortly.")]
    Unavailable,
    /// It refused the initial access token.
    #[error(
        "The provider does not accept FLUI_OIDC_REGISTRATION_TOKEN. Ask whoever runs this to get a new one; nothing was \
         registered."
    )]
    TokenRefused,
    /// It refused a redirect address (`invalid_redirect_uri`).
    #[error("The provider does not accept one of these redirect addresses. Change it and try again.")]
    RedirectRefused,
    /// It refused something else of what the app says (`invalid_client_metadata` and the like).
    #[error(
        "The provider does not accept these settings, such as a scope or an address that it does not allow. Change them \
         and try again; nothing was changed."
    )]
    MetadataRefused,
    /// It answered with other redirect addresses than it was asked for.
    #[error(
        "The provider answered with other redirect addresses than it was asked for. A new app was deleted there again; a \
         changed one is shown as the provider has it."
    )]
    OtherAddresses,
    /// It answered in a way that cannot be used.
    #[error(
        "The provider answered in a way that cannot be used. Whoever runs this finds the cause in the log; nothing was \
         changed here."
    )]
    BadAnswer,
    /// It does not know the client, or no longer accepts the access to it (RFC 7592, section 2: 401 for both).
    #[error("The provider no longer knows this app, or no longer accepts the access to it.")]
    ClientUnknown,
    /// It lets nobody do that with its clients.
    #[error("The provider does not let this app be changed or deleted from here. Do it at the provider by hand.")]
    NotManaged,
    /// What seals the access is gone.
    #[error("The access to this app at the provider can no longer be opened: the key that sealed it is gone.")]
    AccessLost,
}

impl RegistrationError {
    /// The stable code of this error.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::NotOffered | Self::NoSealingKeys => ErrorCode::RegistrationOff,
            Self::Unavailable => ErrorCode::ProviderUnavailable,
            Self::TokenRefused | Self::OtherAddresses | Self::BadAnswer => ErrorCode::ProviderFailed,
            Self::RedirectRefused | Self::MetadataRefused => ErrorCode::InvalidField,
            Self::ClientUnknown | Self::NotManaged | Self::AccessLost => ErrorCode::AppClientUnknown,
        }
    }

    /// Whether the app can only be forgotten here, because nothing can be done about it at the provider from here.
    pub const fn may_forget(self) -> bool {
        matches!(self, Self::ClientUnknown | Self::NotManaged | Self::AccessLost)
    }
}

impl From<RegistrationError> for Error {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::RedirectRefused => {
                Self::Invalid(vec![FieldError::new("redirectUris", error.to_string())])
            }
            other => Self::Registration(other),
        }
    }
}
