//! The HTTP client: bounded in time and size, follows no redirect, and tells apart what can go wrong on the way.

use std::{error::Error, io, time::Duration};

use flui_model::{Timestamp, api_keys::KEY_EXPIRES_HEADER};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, StatusCode, redirect::Policy};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{exit::Fault, setup};

/// The largest answer that is read.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// An answer, read whole.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The `x-request-id` that the other side logged it under.
    pub(crate) request_id: Option<String>,
    /// When the key that was presented ends, if that is soon.
    pub(crate) key_expires: Option<Timestamp>,
    /// Who answered, for sentences.
    pub(crate) host: String,
    body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, if it is of that shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Makes the one client of the process.
pub(crate) fn client() -> Result<Client, Fault> {
    if let Some(path) = setup::env("FLUI_CA_FILE")? {
        let certificates = read_certificates(&path)?;
        return bounded()
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| Fault::usage(format!("FLUI_CA_FILE: {path} cannot be used: {}.", root_cause(&error))));
    }
    // A machine without any system certificates can still talk to its own loopback; https fails there with a sentence.
    bounded()
        .build()
        .or_else(|_| bounded().tls_certs_only([]).build())
        .map_err(|error| Fault::failure(format!("The HTTP client cannot start: {}.", root_cause(&error))))
}

fn bounded() -> ClientBuilder {
    Client::builder()
        .user_agent(format!(
            "flui/{} ({}; {})",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ))
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
}

fn read_certificates(path: &str) -> Result<Vec<Certificate>, Fault> {
    let pem =
        std::fs::read(path).map_err(|error| Fault::usage(format!("FLUI_CA_FILE: {path} cannot be read: {error}.")))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Fault::usage(format!(
            "FLUI_CA_FILE: {path} holds no certificate in PEM form."
        ))),
    }
}

/// Sends a request and reads the answer.
pub(crate) async fn send(request: RequestBuilder) -> Result<Answer, Fault> {
    let (client, request) = request.build_split();
    let request =
        request.map_err(|error| Fault::failure(format!("The request cannot be made: {}.", root_cause(&error))))?;
    let host = authority(request.url());
    let mut response = client
        .execute(request)
        .await
        .map_err(|error| unreachable_fault(&host, &error))?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let request_id = header("x-request-id").map(str::to_owned);
    let key_expires = header(KEY_EXPIRES_HEADER).and_then(|value| value.parse().ok());
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| unreachable_fault(&host, &error))?
    {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Fault::network(format!("{host} sent an answer larger than 1 MiB.")));
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
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn unreachable_fault(host: &str, error: &reqwest::Error) -> Fault {
    if let Some(tls) = tls_error(error) {
        return Fault::network(format!("The TLS connection to {host} failed: {tls}."))
            .note("If its certificate comes from a private authority, name that in FLUI_CA_FILE.");
    }
    if error.is_timeout() {
        return Fault::network(format!("{host} did not answer in time."));
    }
    Fault::network(format!("{host} cannot be reached: {}.", root_cause(error)))
}

/// The TLS error behind an error, however deep. An `io::Error` hides what it wraps from `source`.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return tls_error(inner);
    }
    error.source().and_then(tls_error)
}

/// The innermost reason. Outer ones repeat the address, which may hold a code.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
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
