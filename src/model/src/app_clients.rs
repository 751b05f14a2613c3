//! `/api/v1/app-clients`: apps that are registered as clients at the `OpenID` provider.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AppClientId, PersonId, Timestamp};

/// An app client as it is kept here. Its secret is not: only the provider and the app have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AppClientView {
    /// Its id here.
    pub id: AppClientId,
    /// What people call the app.
    pub name: String,
    /// Where the app runs.
    pub kind: AppClientKind,
    /// Its id at the provider.
    pub client_id: String,
    /// Where the provider may send answers to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent to after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the provider posts logout tokens to.
    pub backchannel_logout_uri: Option<String>,
    /// The scopes that it may ask for.
    pub scopes: Vec<String>,
    /// Whether the provider lets it be changed and deleted from here.
    pub managed: bool,
    /// Who registered it.
    pub created_by: PersonId,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// An app client that was just registered or changed, with the secret that the provider gave for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegisteredAppClient {
    /// The client.
    #[serde(flatten)]
    pub client: AppClientView,
    /// The provider's issuer, which the app needs too.
    pub issuer: String,
    /// The secret in clear, this once. Absent when the provider gave no new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// When the provider will no longer accept the secret; absent for one that does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_expires_at: Option<Timestamp>,
}

impl fmt::Debug for RegisteredAppClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredAppClient")
            .field("client", &self.client)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// `POST /api/v1/app-clients`: the app that is to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAppClient {
    /// What people call the app: 1 to 64 characters.
    pub name: String,
    /// Where the app runs.
    pub kind: AppClientKind,
    /// Host names of the app. Each gives the redirect address that is usual for the kind.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Full redirect addresses, beside those of the hosts.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent to after they signed out. Empty: the front page of each host.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the provider is to post logout tokens to.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// The scopes that it may ask for; `openid` is added. Empty: `openid profile email`.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// `PUT /api/v1/app-clients/{id}`: all that an app client says but its kind and scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeAppClient {
    /// What people call the app: 1 to 64 characters.
    pub name: String,
    /// Host names of the app. Each gives the redirect address that is usual for the kind.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Full redirect addresses, beside those of the hosts.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent to after they signed out. Empty: the front page of each host.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the provider is to post logout tokens to.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
}

/// Where an app runs, and so whether it can keep a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AppClientKind {
    /// On a web server: it keeps a secret.
    #[default]
    Web,
    /// In the browser alone: it keeps none.
    SinglePage,
    /// On people's machines: it keeps none.
    Native,
}

impl AppClientKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Web, Self::SinglePage, Self::Native];

    /// The word on the wire and in databases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::SinglePage => "single-page",
            Self::Native => "native",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Web => "Web server",
            Self::SinglePage => "Single-page app",
            Self::Native => "Native app",
        }
    }

    /// Whether the app gets a secret. One in a browser or on people's machines could not keep it (RFC 6749, section 2.1).
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::Web)
    }

    /// How the app proves itself at the token endpoint (RFC 7591, section 2).
    pub const fn token_endpoint_auth_method(self) -> &'static str {
        if self.has_secret() {
            "client_secret_basic"
        } else {
            "none"
        }
    }

    /// The word of `OpenID` Connect Dynamic Client Registration 1.0, section 2.
    pub const fn application_type(self) -> &'static str {
        match self {
            Self::Web | Self::SinglePage => "web",
            Self::Native => "native",
        }
    }
}

/// The text names no kind of app client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kind is one of web, single-page and native")]
pub struct ParseAppClientKindError;

impl FromStr for AppClientKind {
    type Err = ParseAppClientKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ParseAppClientKindError)
    }
}
