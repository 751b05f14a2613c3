//! Requests and answers: bounded in time and size, no redirect is followed, and what can go wrong on the way is told apart.

use std::{error::Error as StdError, io, time::Duration};

use flui_model::{Timestamp, api_keys::KEY_EXPIRES_HEADER};
use reqwest::{ClientBuilder, RequestBuilder, StatusCode, redirect::Policy};
use serde::de::DeserializeOwned;
use url::Url;

use crate::Error;

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The `x-request-id` that the other side logged it under.
    pub request_id: Option<String>,
    /// When the key that was presented ends, if that is soon.
    pub key_expires: Option<Timestamp>,
    /// Who answered, for sentences.
    pub host: String,
    body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, if it is of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Begins a client that waits at most 10 seconds for a connection and 30 for an answer, and follows no redirect: a secret
/// goes where it was meant to go, or nowhere.
pub fn http_client(user_agent: &str) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
}

/// Sends a request and reads the answer, whatever it says.
///
/// # Errors
/// All but [`Error::Foreign`], [`Error::Refused`] and [`Error::DeviceLogin`]: no answer could be read.
pub async fn send(request: RequestBuilder) -> Result<Answer, Error> {
    let (client, request) = request.build_split();
    let request = request.map_err(|error| Error::Request(root_cause(&error)))?;
    let host = authority(request.url());
    let mut response = client
        .execute(request)
        .await
        .map_err(|error| unreachable(&host, &error))?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let request_id = header("x-request-id").map(str::to_owned);
    let key_expires = header(KEY_EXPIRES_HEADER).and_then(|value| value.parse().ok());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&host, &error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Error::TooLarge(host));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status(),
        request_id,
        key_expires,
        host,
        body,
    })
}

/// `app.example.org:8443`: whom a request went to, without path and query.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn unreachable(host: &str, error: &reqwest::Error) -> Error {
    let host = host.to_owned();
    if let Some(tls) = tls_error(error) {
        let cause = tls.clone();
        Error::Tls { host, cause }
    } else if error.is_timeout() {
        Error::Timeout(host)
    } else {
        let cause = root_cause(error);
        Error::Unreachable { host, cause }
    }
}

/// The TLS error behind an error, however deep. An `io::Error` hides what it wraps from `source`.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return tls_error(inner);
    }
    error.source().and_then(tls_error)
}

/// The innermost reason. Outer ones repeat the address, which may hold a code.
pub fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_error_is_found_inside_other_errors() {
        let tls = rustls::Error::HandshakeNotComplete;
        let wrapped = io::Error::other(io::Error::other(tls));
        assert!(tls_error(&wrapped).is_some());
        assert!(tls_error(&io::Error::other("closed")).is_none());
    }

    #[test]
    fn the_host_is_told_without_path_and_query() {
        let url = Url::parse("https://a.example:8443/callback?code=secret").unwrap();
        assert_eq!(authority(&url), "a.example:8443");
    }
}
