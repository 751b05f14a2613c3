//! Security headers on every answer, errors and assets included.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{app::App, auth};

/// The nonce of one answer's Content-Security-Policy.
#[derive(Clone, Debug)]
pub(crate) struct CspNonce(pub(crate) String);

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// How many of them there are; room for all is made at once.
const SECURITY_HEADERS: usize = 10;

/// What the headers of an answer depend on.
pub(crate) struct Guard {
    nonce: String,
    for_program: bool,
    on_app: bool,
}

impl Guard {
    /// Mints the nonce, and puts it on the request.
    pub(crate) fn new(app: &App, request: &mut Request) -> Self {
        let mut bytes = [0; 16];
        app.random.fill(&mut bytes);
        let nonce = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        request.extensions_mut().insert(CspNonce(nonce.clone()));
        Self {
            nonce,
            for_program: request.uri().path().starts_with("/api/"),
            // On the host of an app it is the app's to say how it is reached.
            on_app: request.uri().path().starts_with(auth::app::PREFIX),
        }
    }

    /// Sets the headers.
    pub(crate) fn secure(&self, app: &App, response: &mut Response) {
        let html = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        let policy = if html {
            HeaderValue::from_str(&page_policy(&self.nonce, &app.form_targets())).ok()
        } else {
            Some(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
        };
        let headers = response.headers_mut();
        headers.reserve(SECURITY_HEADERS);
        if let Some(policy) = policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if app.config.public_url.scheme() == "https" && !self.on_app {
            let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (OPENER_POLICY, "same-origin"),
            (RESOURCE_POLICY, "same-origin"),
            (PERMISSIONS_POLICY, PERMISSIONS),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        // What says nothing of caching is not to be kept: the back button must not show what a session saw.
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert_with(|| HeaderValue::from_static("no-store"));
        if self.for_program {
            // For whatever keeps answers all the same.
            headers.append(header::VARY, HeaderValue::from_static("authorization, cookie"));
        }
    }
}

/// `form-action` also judges where a form's answer redirects to, so sign-in and sign-out need the provider in it.
fn page_policy(nonce: &str, form_targets: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
         form-action 'self'{form_targets}"
    )
}
