//! Asks the two addresses of a context whether they answer, under which certificate, and what time it is there.

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use flui_identity::{
    Clock,
    contexts::{Answered, Context, ContextReachability, Reachability},
};
use flui_model::Timestamp;
use reqwest::{Response, header::DATE, tls::TlsInfo};
use rustls::CertificateError;
use url::Url;
use x509_cert::{Certificate, der::Decode as _};

use crate::outbound::Outbound;

/// For a whole answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// What every installation tells to strangers.
const API_PATH: &str = "/api/v1/auth/config";
/// What every provider does (OpenID Connect Discovery 1.0, section 4).
const ISSUER_PATH: &str = "/.well-known/openid-configuration";

/// Asks both at once. What stands in their answers is not read: the head tells all.
pub(crate) async fn ask(outbound: &Outbound, clock: &dyn Clock, context: &Context) -> ContextReachability {
    let (api, issuer) = futures::join!(
        ask_one(outbound, clock, &context.api_url, API_PATH),
        ask_one(outbound, clock, &context.issuer, ISSUER_PATH),
    );
    ContextReachability { api, issuer }
}

async fn ask_one(outbound: &Outbound, clock: &dyn Clock, base: &str, path: &str) -> Reachability {
    let address = format!("{}{path}", base.trim_end_matches('/'));
    let answer = get(outbound, clock, &address).await;
    Reachability { address, answer }
}

async fn get(outbound: &Outbound, clock: &dyn Clock, address: &str) -> Result<Answered, String> {
    let url: Url = address.parse().map_err(|_| "It is no address.".to_owned())?;
    let client = outbound.client_for(&url).await.map_err(|refused| {
        tracing::info!(error = %refused, address, "an address of a context is not called");
        format!("It was not called: {refused}.")
    })?;
    let started = Instant::now();
    let asked = client.get(url).timeout(TIMEOUT).send().await;
    let took = started.elapsed();
    let answer = asked.map_err(|error| {
        tracing::info!(%error, source = ?error.source(), "an address of a context does not answer");
        words(&error)
    })?;
    Ok(Answered {
        status: answer.status().as_u16(),
        took,
        certificate_ends: certificate_end(&answer),
        clocks: date(&answer).map(|there| (there, clock.now())),
    })
}

/// When the certificate ends that the answer came under.
fn certificate_end(answer: &Response) -> Option<Timestamp> {
    let info = answer.extensions().get::<TlsInfo>()?;
    let certificate = Certificate::from_der(info.peer_certificate()?).ok()?;
    let end = certificate.tbs_certificate().validity().not_after.to_unix_duration();
    Some(Timestamp::from_seconds(i64::try_from(end.as_secs()).ok()?))
}

/// What the other end's clock says (RFC 9110, section 6.6.1).
fn date(answer: &Response) -> Option<Timestamp> {
    let text = answer.headers().get(DATE)?.to_str().ok()?;
    let since_epoch = httpdate::parse_http_date(text)
        .ok()?
        .duration_since(std::time::UNIX_EPOCH)
        .ok()?;
    Some(Timestamp::from_seconds(i64::try_from(since_epoch.as_secs()).ok()?))
}

/// Why there was no answer, for people. The library's own words go to the log.
fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("It did not answer within {} seconds.", TIMEOUT.as_secs());
    }
    let mut source = error.source();
    while let Some(cause) = source {
        match cause.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(fault)) => return certificate_words(fault),
            Some(_) => return "It does not speak TLS as it should.".to_owned(),
            None => {}
        }
        let io = cause.downcast_ref::<io::Error>();
        if io.map(io::Error::kind) == Some(io::ErrorKind::ConnectionRefused) {
            return "Nothing listens there.".to_owned();
        }
        // What an error of I/O was made from is not its source.
        let inner = io.and_then(io::Error::get_ref);
        source = inner.map_or_else(|| cause.source(), |inner| Some(inner));
    }
    if error.is_connect() {
        "It cannot be connected to.".to_owned()
    } else {
        "What it answered is not HTTP.".to_owned()
    }
}

fn certificate_words(fault: &CertificateError) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "Its certificate has expired.",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "Its certificate is not good yet."
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "Its certificate is for another name."
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "Nobody whom this server trusts vouches for its certificate."
        }
        CertificateError::Revoked => "Its certificate was revoked.",
        _ => "Its certificate is not good.",
    }
    .to_owned()
}
