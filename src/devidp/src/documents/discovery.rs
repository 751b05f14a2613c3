//! The discovery document.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthUrl, AuthenticationContextClass, EndSessionUrl, IssuerUrl, JsonWebKeySetUrl,
    LogoutProviderMetadata, ProviderMetadata, RegistrationUrl, ResponseTypes, Scope, TokenUrl, UserInfoUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::authorization::SCOPES;
use crate::keys::Algorithm;
use crate::paths;
use crate::people::ACR_VALUES;
use crate::provider::Provider;

/// Members that `openidconnect` has no field for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Further {
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<String>,
    revocation_endpoint: String,
    code_challenge_methods_supported: Vec<String>,
    authorization_response_iss_parameter_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
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

const IS_A_URL: &str = "a loopback address and a fixed path make a URL";

/// The discovery document (Discovery, section 3; RFC 8414).
pub(crate) fn discovery(provider: &Provider, algorithm: Algorithm) -> Value {
    let signing = match algorithm {
        Algorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        Algorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        Algorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    };
    let further = LogoutProviderMetadata {
        end_session_endpoint: Some(EndSessionUrl::new(provider.url(paths::END_SESSION)).expect(IS_A_URL)),
        additional_metadata: Further {
            introspection_endpoint: provider.url(paths::INTROSPECT),
            introspection_endpoint_auth_methods_supported: vec![
                "client_secret_basic".to_owned(),
                "client_secret_post".to_owned(),
            ],
            revocation_endpoint: provider.url(paths::REVOKE),
            code_challenge_methods_supported: vec!["S256".to_owned()],
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        },
    };
    let metadata = Metadata::new(
        IssuerUrl::new(provider.issuer.clone()).expect(IS_A_URL),
        AuthUrl::new(provider.url(paths::AUTHORIZE)).expect(IS_A_URL),
        JsonWebKeySetUrl::new(provider.url(paths::KEYS)).expect(IS_A_URL),
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public],
        vec![signing],
        further,
    )
    .set_token_endpoint(Some(TokenUrl::new(provider.url(paths::TOKEN)).expect(IS_A_URL)))
    .set_userinfo_endpoint(Some(UserInfoUrl::new(provider.url(paths::USERINFO)).expect(IS_A_URL)))
    .set_registration_endpoint(
        provider
            .registration_token
            .as_ref()
            .map(|_| RegistrationUrl::new(provider.url(paths::REGISTER)).expect(IS_A_URL)),
    )
    .set_response_modes_supported(Some(vec![CoreResponseMode::Query]))
    .set_grant_types_supported(Some(vec![
        CoreGrantType::AuthorizationCode,
        CoreGrantType::RefreshToken,
        CoreGrantType::ClientCredentials,
    ]))
    .set_token_endpoint_auth_methods_supported(Some(vec![
        CoreClientAuthMethod::ClientSecretBasic,
        CoreClientAuthMethod::ClientSecretPost,
        CoreClientAuthMethod::None,
    ]))
    .set_scopes_supported(Some(SCOPES.iter().map(|&name| Scope::new(name.to_owned())).collect()))
    .set_acr_values_supported(Some(
        ACR_VALUES
            .iter()
            .map(|&name| AuthenticationContextClass::new(name.to_owned()))
            .collect(),
    ))
    .set_claims_supported(Some(
        [
            "iss",
            "sub",
            "aud",
            "azp",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "at_hash",
            "sid",
            "amr",
            "acr",
            "name",
            "preferred_username",
            "email",
            "email_verified",
            "groups",
        ]
        .iter()
        .map(|&name| CoreClaimName::new(name.to_owned()))
        .collect(),
    ))
    .set_claims_parameter_supported(Some(false))
    .set_request_parameter_supported(Some(false))
    .set_request_uri_parameter_supported(Some(false));
    serde_json::to_value(metadata).expect("metadata has string keys only")
}
