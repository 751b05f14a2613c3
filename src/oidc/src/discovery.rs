//! The provider's own description (`OpenID` Connect Discovery 1.0).

use flui_identity::Clock;
use openidconnect::{
    AdditionalProviderMetadata, EndSessionUrl, LogoutProviderMetadata, ProviderMetadata, RegistrationUrl, UserInfoUrl,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::{Bad, ProviderError, http::Http, loopback::is_loopback_http, skew};

/// Members of the document that the types of `openidconnect` have no field for.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Further {
    introspection_endpoint: Option<Url>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Further {}

/// `ProviderMetadataWithLogout`, with [`Further`].
type Document = ProviderMetadata<
    LogoutProviderMetadata<Further>,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is taken from the document. Every endpoint has passed [`check`].
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    pub(crate) introspection_endpoint: Option<Url>,
    pub(crate) end_session_endpoint: Option<Url>,
    pub(crate) registration_endpoint: Option<Url>,
    /// Whether every authorization response carries `iss` (RFC 9207, section 3).
    pub(crate) answers_with_issuer: bool,
    /// Whether the provider gives refresh tokens for the scope `offline_access`.
    pub(crate) offers_offline_access: bool,
    /// Whether the token endpoint takes the client's secret in the body only.
    pub(crate) secret_in_body: bool,
}

/// Fetches and checks the document.
pub(crate) async fn fetch(http: &Http, clock: &dyn Clock, issuer: &str) -> Result<Metadata, ProviderError> {
    // Section 4.1: a terminating slash of the issuer is removed first.
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let url = Url::parse(&format!("{base}/.well-known/openid-configuration"))
        .map_err(|_| ProviderError::Bad(Bad::IssuerMismatch))?;
    let answer = http.get(&url).await?.ok()?;
    if let Some(theirs) = answer.sent_at {
        skew::tell(clock.now(), theirs);
    }
    let document = answer.object()?;
    let answered = document.get("issuer").and_then(Value::as_str);
    if answered != Some(issuer) {
        tracing::warn!(configured = issuer, answered, "the issuers differ");
        return Err(ProviderError::Bad(Bad::IssuerMismatch));
    }
    let document: Document = serde_json::from_value(Value::Object(document)).map_err(|error| {
        tracing::warn!(%error, "the discovery document cannot be read");
        ProviderError::Bad(Bad::Incomplete("a valid discovery document"))
    })?;
    read(&document, url.scheme() == "http")
}

fn read(document: &Document, issuer_is_http: bool) -> Result<Metadata, ProviderError> {
    let check = |name, url: &Url| check(name, url, issuer_is_http);
    let check_optional = |name, url: Option<&Url>| url.map(|url| check(name, url)).transpose();
    let logout = document.additional_metadata();
    let further = &logout.additional_metadata;
    let token_endpoint = document
        .token_endpoint()
        .ok_or(ProviderError::Bad(Bad::Incomplete("token_endpoint")))?;
    let methods = document.token_endpoint_auth_methods_supported();
    let supports = |method| methods.is_some_and(|methods| methods.contains(&method));
    Ok(Metadata {
        authorization_endpoint: check("authorization_endpoint", document.authorization_endpoint().url())?,
        token_endpoint: check("token_endpoint", token_endpoint.url())?,
        jwks_uri: check("jwks_uri", document.jwks_uri().url())?,
        userinfo_endpoint: check_optional("userinfo_endpoint", document.userinfo_endpoint().map(UserInfoUrl::url))?,
        introspection_endpoint: check_optional("introspection_endpoint", further.introspection_endpoint.as_ref())?,
        end_session_endpoint: check_optional(
            "end_session_endpoint",
            logout.end_session_endpoint.as_ref().map(EndSessionUrl::url),
        )?,
        registration_endpoint: check_optional(
            "registration_endpoint",
            document.registration_endpoint().map(RegistrationUrl::url),
        )?,
        offers_offline_access: document
            .scopes_supported()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope.as_str() == "offline_access")),
        answers_with_issuer: further.authorization_response_iss_parameter_supported == Some(true),
        secret_in_body: supports(CoreClientAuthMethod::ClientSecretPost)
            && !supports(CoreClientAuthMethod::ClientSecretBasic),
    })
}

/// An endpoint is https. Plain http is for a provider on this very machine, whose issuer is http itself.
fn check(name: &'static str, url: &Url, issuer_is_http: bool) -> Result<Url, ProviderError> {
    if url.scheme() == "https" || (issuer_is_http && is_loopback_http(url)) {
        Ok(url.clone())
    } else {
        Err(ProviderError::Bad(Bad::InsecureEndpoint(name)))
    }
}
