use async_trait::async_trait;
use flui_identity::app_clients::{Access, AppClientFields, AppClientProvider, Registered, RegistrationError};
use flui_model::Timestamp;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use url::Url;

use super::RelyingParty;
use crate::{ProviderError, http::Answer, loopback::is_loopback_http};

/// What an answer holds and a change must not repeat (RFC 7592, section 2.2).
const NEVER_REPEATED: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

#[async_trait]
impl AppClientProvider for RelyingParty {
    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    async fn offers_registration(&self) -> Result<bool, RegistrationError> {
        if self.settings.registration_token.is_none() {
            return Ok(false);
        }
        let metadata = self.metadata().await.map_err(failed)?;
        Ok(metadata.registration_endpoint.is_some())
    }

    async fn register(&self, fields: &AppClientFields) -> Result<Registered, RegistrationError> {
        let metadata = self.metadata().await.map_err(failed)?;
        let endpoint = metadata.registration_endpoint.as_ref();
        let (Some(endpoint), Some(token)) = (endpoint, &self.settings.registration_token) else {
            return Err(RegistrationError::NotOffered);
        };
        let body = Value::Object(client_metadata(fields));
        let answer = self
            .http
            .send_json(Method::POST, endpoint, token.expose_secret(), Some(&body))
            .await
            .map_err(failed)?;
        match answer.status {
            StatusCode::CREATED | StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(RegistrationError::TokenRefused),
            _ => return Err(refused(&answer)),
        }
        let answer = answer.object().map_err(failed)?;
        let access = self.access(&answer).await?;
        registered(&answer, access, None).ok_or_else(|| {
            tracing::warn!("the provider's answer about a registered client lacks client_id or redirect_uris");
            RegistrationError::BadAnswer
        })
    }

    async fn change(
        &self,
        access: &Access,
        client_id: &str,
        fields: &AppClientFields,
    ) -> (Option<Access>, Result<Registered, RegistrationError>) {
        let mut newest = None;
        let changed = self.try_change(access, client_id, fields, &mut newest).await;
        (newest, changed)
    }

    async fn delete(&self, access: &Access) -> Result<(), RegistrationError> {
        let answer = self.manage(Method::DELETE, access, None).await?;
        match answer.status {
            StatusCode::NO_CONTENT | StatusCode::OK => Ok(()),
            _ => Err(refused(&answer)),
        }
    }
}

impl RelyingParty {
    /// Reads the client first: a change must repeat all that the provider said of it (RFC 7592, section 2.2). Each of the
    /// two answers may bring another access, which is noted at once.
    async fn try_change(
        &self,
        access: &Access,
        client_id: &str,
        fields: &AppClientFields,
        newest: &mut Option<Access>,
    ) -> Result<Registered, RegistrationError> {
        let answer = self.manage(Method::GET, access, None).await?;
        if answer.status != StatusCode::OK {
            return Err(refused(&answer));
        }
        let mut known = answer.object().map_err(failed)?;
        *newest = self.access(&known).await?;
        if known.get("client_id").and_then(Value::as_str) != Some(client_id) {
            tracing::warn!("the provider answers about another client than it was asked about");
            return Err(RegistrationError::BadAnswer);
        }
        known.retain(|name, value| !NEVER_REPEATED.contains(&name.as_str()) && !value.is_null());
        let old_secret = text(&known, "client_secret").map(SecretString::from);
        // What is not asked for any more must not stay from before.
        for name in ["post_logout_redirect_uris", "backchannel_logout_uri"] {
            known.remove(name);
        }
        known.extend(client_metadata(fields));
        let access = newest.as_ref().unwrap_or(access).clone();
        let answer = self.manage(Method::PUT, &access, Some(&Value::Object(known))).await?;
        if answer.status != StatusCode::OK {
            return Err(refused(&answer));
        }
        let answer = answer.object().map_err(failed)?;
        if let Some(next) = self.access(&answer).await? {
            *newest = Some(next);
        }
        registered(&answer, None, old_secret.as_ref())
            .filter(|registered| registered.client_id == client_id)
            .ok_or(RegistrationError::BadAnswer)
    }

    async fn manage(&self, method: Method, access: &Access, body: Option<&Value>) -> Result<Answer, RegistrationError> {
        let url = self.configuration_address(&access.uri).await?;
        let token = access.token.expose_secret();
        let answer = self.http.send_json(method, &url, token, body).await.map_err(failed)?;
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(RegistrationError::ClientUnknown)
            }
            StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED => Err(RegistrationError::NotManaged),
            _ => Ok(answer),
        }
    }

    /// How the client can be changed, if the answer says so. An address elsewhere is a bad answer: the token must not be
    /// sent there.
    async fn access(&self, answer: &Map<String, Value>) -> Result<Option<Access>, RegistrationError> {
        let (Some(uri), Some(token)) = (
            text(answer, "registration_client_uri"),
            text(answer, "registration_access_token"),
        ) else {
            return Ok(None);
        };
        self.configuration_address(&uri).await?;
        Ok(Some(Access {
            uri,
            token: SecretString::from(token),
        }))
    }

    /// The address, if it has the origin of the provider: of its issuer or of its registration endpoint.
    async fn configuration_address(&self, uri: &str) -> Result<Url, RegistrationError> {
        let metadata = self.metadata().await.map_err(failed)?;
        let issuer = self.settings.issuer_url().ok();
        let origins = issuer.iter().chain(&metadata.registration_endpoint).map(Url::origin);
        Url::parse(uri)
            .ok()
            .filter(|url| url.scheme() == "https" || is_loopback_http(url))
            .filter(|url| url.username().is_empty() && url.password().is_none() && url.fragment().is_none())
            .filter(|url| origins.into_iter().any(|origin| origin == url.origin()))
            .ok_or_else(|| {
                tracing::warn!("the provider names an address for changing a client that is not its own");
                RegistrationError::BadAnswer
            })
    }
}

/// The members of the request (RFC 7591, section 2; `OpenID` Connect Dynamic Client Registration 1.0, section 2).
fn client_metadata(fields: &AppClientFields) -> Map<String, Value> {
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("client_name", json!(fields.name));
    set("redirect_uris", json!(fields.redirect_uris));
    set("grant_types", json!(fields.grant_types()));
    set("response_types", json!(["code"]));
    set(
        "token_endpoint_auth_method",
        json!(fields.kind.token_endpoint_auth_method()),
    );
    set("application_type", json!(fields.kind.application_type()));
    set("scope", json!(fields.scopes.join(" ")));
    if !fields.post_logout_redirect_uris.is_empty() {
        set("post_logout_redirect_uris", json!(fields.post_logout_redirect_uris));
    }
    if let Some(uri) = &fields.backchannel_logout_uri {
        set("backchannel_logout_uri", json!(uri));
    }
    members
}

/// What the provider says of the client. A secret that is the old one is none that it gave now.
fn registered(
    answer: &Map<String, Value>,
    access: Option<Access>,
    old_secret: Option<&SecretString>,
) -> Option<Registered> {
    let redirect_uris = answer.get("redirect_uris")?.as_array()?;
    let redirect_uris = redirect_uris.iter().map(|uri| uri.as_str().map(str::to_owned));
    let secret = text(answer, "client_secret");
    let secret = secret.filter(|secret| old_secret.is_none_or(|old| old.expose_secret() != secret));
    // Zero: it does not end (RFC 7591, section 3.2.1).
    let ends = answer.get("client_secret_expires_at").and_then(Value::as_i64);
    Some(Registered {
        client_id: text(answer, "client_id")?,
        client_secret_expires_at: ends
            .filter(|at| *at > 0 && secret.is_some())
            .map(Timestamp::from_seconds),
        client_secret: secret.map(SecretString::from),
        redirect_uris: redirect_uris.collect::<Option<_>>()?,
        access,
    })
}

fn text(answer: &Map<String, Value>, name: &str) -> Option<String> {
    let text = answer.get(name)?.as_str()?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What a refusal means. Its own words are not repeated: they are the provider's, not ours.
fn refused(answer: &Answer) -> RegistrationError {
    let error = answer.object().ok();
    let code = error.as_ref().and_then(|error| error.get("error")?.as_str());
    match (answer.status, code) {
        (_, Some("invalid_redirect_uri")) => RegistrationError::RedirectRefused,
        (StatusCode::BAD_REQUEST, Some(_)) => RegistrationError::MetadataRefused,
        (status, _) => {
            tracing::warn!(%status, "the provider answered a registration in a way that cannot be used");
            RegistrationError::BadAnswer
        }
    }
}

fn failed(error: ProviderError) -> RegistrationError {
    tracing::warn!(%error, "the provider failed at the registration of an app");
    match error {
        ProviderError::Unavailable(_) => RegistrationError::Unavailable,
        ProviderError::Bad(_) => RegistrationError::BadAnswer,
    }
}
