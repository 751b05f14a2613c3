//! The only way out to the provider.

use std::{
    error::Error,
    io,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use flui_model::Timestamp;
use reqwest::{
    Certificate, Method, RequestBuilder, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, DATE},
    redirect,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::{Bad, ProviderError, Settings, SettingsError, Unavailable, loopback::is_loopback_http};

const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes. Compression is never asked for, so what arrives is what counts.
const MAX_BODY: usize = 1024 * 1024;
const USER_AGENT: &str = concat!("flui-dashboard/", env!("CARGO_PKG_VERSION"));

/// An HTTP client that follows no redirect, so that no answer can send it to an address of the inner network, and that
/// gives up after 10 seconds or a mebibyte.
#[derive(Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
}

/// How this client proves itself to the provider (RFC 6749, section 2.3.1).
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a SecretString,
    /// In the form's body; otherwise by HTTP Basic.
    pub(crate) in_body: bool,
}

/// An answer with a status below 500 that is neither 429 nor a redirect.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    media_type: String,
    /// When it was sent, by the provider's clock (RFC 9110, section 6.6.1).
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        // Without one, building the client below panics.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(SettingsError::NoCryptography);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .dns_resolver(Arc::new(SystemNames))
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT);
        if let Some(path) = &settings.ca_file {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        if is_loopback_http(&settings.issuer_url()?) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(SettingsError::HttpClient)?;
        Ok(Self { client })
    }

    /// Asks for a public document.
    pub(crate) async fn get(&self, url: &Url) -> Result<Answer, ProviderError> {
        send(self.client.get(url.clone())).await
    }

    /// Asks with an access token (RFC 6750, section 2.1).
    pub(crate) async fn get_with_bearer(&self, url: &Url, token: &str) -> Result<Answer, ProviderError> {
        send(self.client.get(url.clone()).bearer_auth(token)).await
    }

    /// Sends a bearer token, and JSON if there is some (RFC 7591 and 7592).
    pub(crate) async fn send_json(
        &self,
        method: Method,
        url: &Url,
        token: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ProviderError> {
        let request = self.client.request(method, url.clone()).bearer_auth(token);
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Posts a form as this client.
    pub(crate) async fn post_form(
        &self,
        url: &Url,
        credentials: Credentials<'_>,
        form: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let secret = credentials.client_secret.expose_secret();
        let request = self.client.post(url.clone());
        let request = if credentials.in_body {
            let mut form = form.to_vec();
            form.extend([("client_id", credentials.client_id), ("client_secret", secret)]);
            request.form(&form)
        } else {
            request
                .basic_auth(form_encoded(credentials.client_id), Some(form_encoded(secret)))
                .form(form)
        };
        send(request).await
    }
}

/// RFC 6749, section 2.3.1 wants id and secret form-encoded before they become HTTP Basic.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Answer {
    /// The status must be 200.
    pub(crate) fn ok(self) -> Result<Self, ProviderError> {
        if self.status == StatusCode::OK {
            Ok(self)
        } else {
            Err(ProviderError::Bad(Bad::Status(self.status.as_u16())))
        }
    }

    /// Whether the content type is this one, parameters aside.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        self.media_type.eq_ignore_ascii_case(media_type)
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|_| ProviderError::Bad(Bad::NotJson))
    }
}

/// The certificates in a PEM file.
pub fn certificates(path: &Path) -> Result<Vec<Certificate>, SettingsError> {
    let pem = std::fs::read(path).map_err(|source| SettingsError::CaFile {
        path: path.to_owned(),
        source,
    })?;
    Certificate::from_pem_bundle(&pem)
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| SettingsError::NoCertificate(path.to_owned()))
}

async fn send(request: RequestBuilder) -> Result<Answer, ProviderError> {
    let mut response = request.send().await.map_err(|error| unavailable(&error))?;
    let status = response.status();
    if status.is_redirection() {
        return Err(ProviderError::Bad(Bad::Redirected));
    }
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ProviderError::Unavailable(Unavailable::Status(status.as_u16())));
    }
    let media_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .map(|media_type| media_type.trim().to_owned())
        .unwrap_or_default();
    let sent_at = response
        .headers()
        .get(DATE)
        .and_then(|value| date(value.to_str().ok()?));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unavailable(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(ProviderError::Bad(Bad::TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        media_type,
        sent_at,
        body,
    })
}

fn date(text: &str) -> Option<Timestamp> {
    let since_epoch = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_seconds(i64::try_from(since_epoch.as_secs()).ok()?))
}

/// The system's own resolver, whose failures can be told from those of a connection.
struct SystemNames;

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct UnknownName(io::Error);

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name, 0)).await.map_err(UnknownName)?;
            Ok(Box::new(found) as Addrs)
        })
    }
}

fn unavailable(error: &reqwest::Error) -> ProviderError {
    ProviderError::Unavailable(if error.is_timeout() {
        Unavailable::Timeout
    } else if is_caused_by::<rustls::Error>(error) {
        Unavailable::Tls
    } else if is_caused_by::<UnknownName>(error) {
        Unavailable::Name
    } else if error.is_connect() {
        Unavailable::Connect
    } else {
        Unavailable::Interrupted
    })
}

/// Whether an error of this type stands in the chain of causes. An I/O error shows what it wraps only by `get_ref`.
fn is_caused_by<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<E>()
        || wrapped.is_some_and(|wrapped| is_caused_by::<E>(wrapped))
        || error.source().is_some_and(is_caused_by::<E>)
}
