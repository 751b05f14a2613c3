//! Clients that were registered while the provider runs (RFC 7591 and 7592).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use url::{Host, Url};

use crate::authorization::SCOPES;
use crate::clients::Client;
use crate::oauth_error::OAuthError;
use crate::paths;
use crate::random;

/// A registered client, what it said of itself, and the token that lets it be changed.
struct Registration {
    client: Client,
    metadata: Map<String, Value>,
    token: String,
}

/// All of them, by client id.
#[derive(Default)]
pub(crate) struct Registrations {
    known: BTreeMap<String, Registration>,
    /// Whether each change gives a new secret.
    pub(crate) renew_secrets: bool,
}

impl Registrations {
    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.known.get(id).map(|registration| &registration.client)
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.known.keys().cloned().collect()
    }

    /// Every registration access token that is good now.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.known
            .values()
            .map(|registration| registration.token.clone())
            .collect()
    }

    /// Registers a client and answers as RFC 7591, section 3.2.1.
    pub(crate) fn add(&mut self, issuer: &str, metadata: Map<String, Value>) -> Result<Value, OAuthError> {
        let id = format!("app-{}", random::name());
        let client = read(&id, &metadata, None)?;
        let registration = Registration {
            client,
            metadata,
            token: random::secret(),
        };
        let answer = document(issuer, &registration);
        self.known.insert(id, registration);
        Ok(answer)
    }

    /// What is registered (RFC 7592, section 2.1).
    pub(crate) fn show(&self, issuer: &str, id: &str, token: &str) -> Option<Value> {
        let registration = self.known.get(id).filter(|known| known.token == token)?;
        Some(document(issuer, registration))
    }

    /// Replaces what is registered, and gives a new registration access token with it (RFC 7592, section 2.2).
    pub(crate) fn replace(
        &mut self,
        issuer: &str,
        id: &str,
        token: &str,
        metadata: Map<String, Value>,
    ) -> Option<Result<Value, OAuthError>> {
        let renew = self.renew_secrets;
        let registration = self.known.get_mut(id).filter(|known| known.token == token)?;
        Some(replaced(issuer, id, registration, metadata, renew))
    }

    /// Deletes a client (RFC 7592, section 2.3). `false`: there is none, or the token is not its own.
    pub(crate) fn remove(&mut self, id: &str, token: &str) -> bool {
        let is_own = self.known.get(id).is_some_and(|known| known.token == token);
        is_own && self.known.remove(id).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }
}

fn replaced(
    issuer: &str,
    id: &str,
    registration: &mut Registration,
    mut metadata: Map<String, Value>,
    renew: bool,
) -> Result<Value, OAuthError> {
    for name in [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ] {
        if metadata.contains_key(name) {
            return Err(OAuthError::invalid_request(format!("{name} must not be sent")));
        }
    }
    if metadata.remove("client_id").as_ref().and_then(Value::as_str) != Some(id) {
        return Err(OAuthError::invalid_request("`client_id` is missing or another one's"));
    }
    let old = registration.client.secret.clone();
    if let Some(secret) = metadata.remove("client_secret")
        && secret.as_str() != old.as_deref()
    {
        return Err(OAuthError::invalid_request("`client_secret` is not the client's"));
    }
    registration.client = read(id, &metadata, old.filter(|_| !renew))?;
    registration.metadata = metadata;
    registration.token = random::secret();
    Ok(document(issuer, registration))
}

/// The client that the metadata describes. A secret that it has already stays.
fn read(id: &str, metadata: &Map<String, Value>, secret: Option<String>) -> Result<Client, OAuthError> {
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let list = |name: &str| -> Vec<String> {
        let list = metadata.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|uri| uri.as_str().map(str::to_owned))
            .collect()
    };
    let native = text("application_type") == Some("native");
    let redirect_uris = list("redirect_uris");
    if redirect_uris.is_empty() || !redirect_uris.iter().all(|uri| is_good(uri, native)) {
        return Err(OAuthError::new(
            "invalid_redirect_uri",
            "a redirect URI is https, loopback, or a native application's own scheme",
        ));
    }
    let confidential = match text("token_endpoint_auth_method") {
        None | Some("client_secret_basic" | "client_secret_post") => true,
        Some("none") => false,
        Some(_) => return Err(invalid("this authentication method is not known")),
    };
    if text("scope").is_some_and(|scope| !scope.split(' ').all(|name| SCOPES.contains(&name))) {
        return Err(invalid("a scope is not known"));
    }
    Ok(Client {
        id: id.to_owned(),
        secret: confidential.then(|| secret.unwrap_or_else(random::secret)),
        redirect_uris,
        post_logout_redirect_uris: list("post_logout_redirect_uris"),
        backchannel_logout_uri: text("backchannel_logout_uri").map(str::to_owned),
    })
}

fn invalid(description: &str) -> OAuthError {
    OAuthError::new("invalid_client_metadata", description)
}

fn is_good(uri: &str, native: bool) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = url.scheme();
    url.fragment().is_none() && (scheme == "https" || scheme == "http" && loopback || native && scheme.contains('.'))
}

fn document(issuer: &str, registration: &Registration) -> Value {
    let id = &registration.client.id;
    let mut answer = registration.metadata.clone();
    answer.insert("client_id".to_owned(), json!(id));
    if let Some(secret) = &registration.client.secret {
        answer.insert("client_secret".to_owned(), json!(secret));
        answer.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    let uri = format!("{issuer}{}/{id}", paths::REGISTER);
    answer.insert("registration_client_uri".to_owned(), json!(uri));
    answer.insert("registration_access_token".to_owned(), json!(registration.token));
    Value::Object(answer)
}
