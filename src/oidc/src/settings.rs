use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use crate::loopback::is_loopback_http;

/// What an operator says about the provider and this product's place at it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer, compared byte for byte with what discovery and tokens say. https, or http on loopback.
    pub issuer: String,
    /// The dashboard's confidential client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The public native client of the command line.
    pub cli_client_id: String,
    /// The scopes to ask for. `openid` is added when it is not among them.
    pub scopes: Vec<String>,
    /// Whether to ask for a refresh token (`offline_access`, `OpenID` Connect Core 1.0, section 11) where the provider
    /// offers it.
    pub offline_access: bool,
    /// The initial access token with which apps are registered at the provider (RFC 7591, section 1.2); without one none
    /// are.
    pub registration_token: Option<SecretString>,
    /// Further audiences: accepted at the exchange, and tolerated beside this product's own in ID tokens.
    pub audiences: Vec<String>,
    /// PEM certificates of private authorities, trusted for the provider beside the system's own. Nothing else changes
    /// whom this product trusts.
    pub ca_file: Option<PathBuf>,
    /// What browsers use to reach this product.
    pub public_url: Url,
    /// Where the roles stand in the claims: a member's name, or a path of names with dots.
    pub roles_claim: String,
}

/// Why a relying party cannot be made from the settings. The provider is not asked for this.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The issuer is no URL that can be one (`OpenID` Connect Core 1.0, section 1.2, "Issuer Identifier").
    #[error(
        "the issuer must be an https URL without query and fragment; http is allowed for 127.0.0.1, ::1 and localhost"
    )]
    Issuer,
    /// The file of certificates cannot be read.
    #[error("the file of certificates {} cannot be read", path.display())]
    CaFile {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificate.
    #[error("the file {} holds no PEM certificate", .0.display())]
    NoCertificate(PathBuf),
    /// The process has not installed the cryptography of TLS.
    #[error("no rustls provider is installed in this process")]
    NoCryptography,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    HttpClient(#[source] reqwest::Error),
}

impl Settings {
    /// The issuer as a URL, if it is one that may be used.
    pub(crate) fn issuer_url(&self) -> Result<Url, SettingsError> {
        Url::parse(&self.issuer)
            .ok()
            .filter(|url| url.scheme() == "https" || is_loopback_http(url))
            .filter(|url| url.has_host() && url.query().is_none() && url.fragment().is_none())
            .filter(|url| url.username().is_empty() && url.password().is_none())
            .ok_or(SettingsError::Issuer)
    }

    /// Where the provider sends browsers back to.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.base())
    }

    /// Where the provider sends browsers to after its own logout.
    pub(crate) fn post_logout_redirect_uri(&self) -> String {
        format!("{}/", self.base())
    }

    fn base(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }
}
