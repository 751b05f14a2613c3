//! How an answer can be delivered: redirected, huge, slow, broken. One switch for each endpoint and each delivery:
//! `token-answer-redirect-302`, `jwks-answer-gzip-bomb`.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{StreamExt as _, stream};

use crate::paths;

/// How large the huge answers are, in mebibytes.
const HUGE: usize = 100;
/// The largest answer of our own that is delivered in another way.
const MAX_OWN: usize = 1024 * 1024;

/// The endpoints that relying parties call by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Discovery,
    Keys,
    Token,
    Userinfo,
    Introspection,
}

impl Endpoint {
    const ALL: [Self; 5] = [
        Self::Discovery,
        Self::Keys,
        Self::Token,
        Self::Userinfo,
        Self::Introspection,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Discovery => paths::DISCOVERY,
            Self::Keys => paths::KEYS,
            Self::Token => paths::TOKEN,
            Self::Userinfo => paths::USERINFO,
            Self::Introspection => paths::INTROSPECT,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Keys => "jwks",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
        }
    }
}

/// How an answer is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// A redirect with this status to a path that counts who follows.
    Redirect(u16),
    /// This status, with the document in place.
    Status(u16),
    /// A page.
    Html,
    /// The document under a type that it is not.
    PlainText,
    /// Half of the document, as if that were all.
    Cut,
    /// Nothing.
    Empty,
    /// An empty JSON object.
    EmptyObject,
    /// The document with 100 MiB of padding in it: who reads it all finds nothing wrong with it.
    Huge,
    /// Compressed without having been asked to: 100 MiB in 100 kB.
    GzipBomb,
    /// One byte a second.
    Drip,
    /// A connection that stays open and says nothing for a minute.
    Silence,
    /// A connection that breaks within the document.
    Broken,
}

impl Delivery {
    const ALL: [(&'static str, Self, &'static str); 19] = [
        ("redirect-301", Self::Redirect(301), "a redirect with status 301"),
        ("redirect-302", Self::Redirect(302), "a redirect with status 302"),
        ("redirect-303", Self::Redirect(303), "a redirect with status 303"),
        ("redirect-307", Self::Redirect(307), "a redirect with status 307"),
        ("redirect-308", Self::Redirect(308), "a redirect with status 308"),
        ("status-202", Self::Status(202), "the document with status 202"),
        ("status-404", Self::Status(404), "the document with status 404"),
        ("status-429", Self::Status(429), "the document with status 429"),
        ("status-500", Self::Status(500), "the document with status 500"),
        ("html", Self::Html, "a page"),
        ("plain-text", Self::PlainText, "the document as plain text"),
        ("cut", Self::Cut, "the first half of the document"),
        ("empty", Self::Empty, "an empty body"),
        ("empty-object", Self::EmptyObject, "an empty JSON object"),
        ("huge", Self::Huge, "the document and 100 MiB of padding in it"),
        (
            "gzip-bomb",
            Self::GzipBomb,
            "100 MiB, compressed although nobody asked for it",
        ),
        ("drip", Self::Drip, "the document, one byte a second"),
        ("silence", Self::Silence, "a connection that says nothing for a minute"),
        ("broken", Self::Broken, "a connection that breaks within the document"),
    ];

    /// Turns the endpoint's own answer into the spoiled one.
    pub(crate) async fn deliver(self, own: Response, trap: &str) -> Response {
        let (mut parts, body) = own.into_parts();
        let body = axum::body::to_bytes(body, MAX_OWN).await.unwrap_or_default();
        parts.headers.remove(header::CONTENT_LENGTH);
        let body = match self {
            Self::Redirect(status) => {
                parts.status = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
                if let Ok(target) = HeaderValue::from_str(trap) {
                    parts.headers.insert(header::LOCATION, target);
                }
                Body::empty()
            }
            Self::Status(status) => {
                parts.status = StatusCode::from_u16(status).unwrap_or(parts.status);
                body.into()
            }
            Self::Html => {
                parts
                    .headers
                    .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
                "<!doctype html><title>Welcome</title><script>alert(1)</script>".into()
            }
            Self::PlainText => {
                parts
                    .headers
                    .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                body.into()
            }
            Self::Cut => body.slice(..body.len() / 2).into(),
            Self::Empty => Body::empty(),
            Self::EmptyObject => "{}".into(),
            Self::Huge => huge(&body),
            Self::GzipBomb => {
                parts
                    .headers
                    .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                bomb().into()
            }
            Self::Drip => drip(body),
            Self::Silence => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                return StatusCode::GATEWAY_TIMEOUT.into_response();
            }
            Self::Broken => {
                let half = body.slice(..body.len() / 2);
                let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Body::from_stream(stream::iter([Ok(half), Err(broken)]))
            }
        };
        Response::from_parts(parts, body)
    }
}

fn huge(own: &Bytes) -> Body {
    let begin = Bytes::from_static(b"{\"padding\":\"");
    let rest = own.strip_prefix(b"{").unwrap_or(own);
    let end = Bytes::from([b"\",", rest].concat());
    let more = Bytes::from(vec![b'a'; 1024 * 1024]);
    let all = std::iter::once(begin)
        .chain(std::iter::repeat_n(more, HUGE))
        .chain([end]);
    Body::from_stream(stream::iter(all.map(Ok::<_, Infallible>)))
}

/// A gzip file may have several members, which unpack to one text: a mebibyte is packed once and repeated.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail; a bomb that is none would fail its test.
    let _ = encoder.write_all(&vec![b' '; 1024 * 1024]);
    encoder.finish().unwrap_or_default().repeat(HUGE)
}

fn drip(body: Bytes) -> Body {
    let bytes = stream::iter((0..body.len()).map(move |at| body.slice(at..=at)));
    Body::from_stream(bytes.then(|byte| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Infallible>(byte)
    }))
}

/// Names, sentences, endpoints and deliveries.
pub(super) fn all() -> impl Iterator<Item = (String, String, Endpoint, Delivery)> {
    Endpoint::ALL.into_iter().flat_map(|endpoint| {
        Delivery::ALL.into_iter().map(move |(word, delivery, called)| {
            let name = format!("{}-answer-{word}", endpoint.name());
            let says = format!("`{}` answers with {called}.", endpoint.path());
            (name, says, endpoint, delivery)
        })
    })
}
