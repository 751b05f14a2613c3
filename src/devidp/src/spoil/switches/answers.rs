//! The browser's answer, discovery, key sets and userinfo.

use serde_json::{Value, json};

use super::{Named, on};
use crate::random;
use crate::spoil::{Act, Document, Forgery, Kind};

const ID: Document = Document::Claims(Kind::Id);
const USERINFO: Document = Document::Claims(Kind::Userinfo);
/// Without these, a relying party that wants name, address or roles has to ask userinfo.
const SPARSE: Act = Act::Change(ID, |claims, _| {
    for name in ["name", "preferred_username", "email", "email_verified", "groups"] {
        claims.remove(name);
    }
});

pub(super) const NAMED: &[Named] = &[
    // The answer that the browser brings back
    on(
        "callback-iss-other",
        "The answer that the browser brings back is from another issuer.",
        &[Act::Change(Document::Callback, |answer, _| {
            answer.insert("iss".to_owned(), json!("https://else.example.org"));
        })],
    ),
    on(
        "callback-iss-unannounced",
        "The answer names no issuer, and discovery does not promise one. It is good.",
        &[
            Act::Change(Document::Discovery, |document, _| {
                document.remove("authorization_response_iss_parameter_supported");
            }),
            Act::Change(Document::Callback, |answer, _| {
                answer.remove("iss");
            }),
        ],
    ),
    on(
        "callback-error",
        "The answer is an error whose description is meant to break out of pages and headers.",
        &[Act::Change(Document::Callback, |answer, _| {
            answer.remove("code");
            answer.insert("error".to_owned(), json!("access_denied"));
            answer.insert(
                "error_description".to_owned(),
                json!("<script>alert(1)</script>\r\nSet-Cookie: evil=1"),
            );
        })],
    ),
    on(
        "pkce-ignored",
        "The verifier of a code is not looked at.",
        &[Act::IgnorePkce],
    ),
    on(
        "pkce-unannounced",
        "The verifier is not looked at, and discovery does not speak of PKCE.",
        &[
            Act::Change(Document::Discovery, |document, _| {
                document.remove("code_challenge_methods_supported");
            }),
            Act::IgnorePkce,
        ],
    ),
    // Discovery
    on(
        "oidcc-client-test-discovery-issuer-mismatch",
        "The discovery document names another issuer.",
        &[Act::Change(Document::Discovery, |document, _| {
            document.insert("issuer".to_owned(), json!("https://else.example.org"));
        })],
    ),
    on(
        "discovery-issuer-slash",
        "The issuer of the discovery document has a slash at its end.",
        &[Act::Change(Document::Discovery, |document, facts| {
            document.insert("issuer".to_owned(), json!(format!("{}/", facts.issuer)));
        })],
    ),
    on(
        "discovery-token-endpoint-http",
        "The token endpoint is elsewhere, without https.",
        &[Act::Change(Document::Discovery, |document, _| {
            document.insert("token_endpoint".to_owned(), json!("http://else.example.org/token"));
        })],
    ),
    on(
        "discovery-jwks-uri-http",
        "The key set is elsewhere, without https.",
        &[Act::Change(Document::Discovery, |document, _| {
            document.insert("jwks_uri".to_owned(), json!("http://169.254.169.254/keys"));
        })],
    ),
    // Key sets
    on(
        "jwks-oct",
        "The key set holds a symmetric key too.",
        &[Act::Change(Document::KeySet, |set, _| {
            if let Some(keys) = set.get_mut("keys").and_then(Value::as_array_mut) {
                keys.push(json!({ "kty": "oct", "kid": "shared", "k": random::secret() }));
            }
        })],
    ),
    on(
        "jwks-private",
        "The key set gives the private key away.",
        &[Act::Change(Document::Key, |key, _| {
            key.insert("d".to_owned(), json!(random::secret()));
        })],
    ),
    // Userinfo
    on(
        "oidcc-client-test-userinfo-invalid-sub",
        "The ID token says little, and userinfo is of another person.",
        &[
            SPARSE,
            Act::Change(USERINFO, |claims, _| {
                claims.insert("sub".to_owned(), json!("269110741522350081"));
            }),
        ],
    ),
    on(
        "userinfo-needed",
        "The ID token says little, so that userinfo is asked. It is good.",
        &[SPARSE],
    ),
    on(
        "userinfo-signed",
        "The ID token says little, and userinfo comes as a signed token. It is good.",
        &[SPARSE, Act::SignUserinfo],
    ),
    on(
        "userinfo-signed-sig-none",
        "The ID token says little, and userinfo comes as an unsigned token.",
        &[SPARSE, Act::SignUserinfo, Act::Forge(Kind::Userinfo, Forgery::Unsigned)],
    ),
    on(
        "userinfo-signed-invalid-sig",
        "The ID token says little, and userinfo comes as a token whose signature is changed.",
        &[SPARSE, Act::SignUserinfo, Act::Forge(Kind::Userinfo, Forgery::Changed)],
    ),
    on(
        "userinfo-signed-invalid-aud",
        "The ID token says little, and userinfo comes as a token for another client.",
        &[
            SPARSE,
            Act::SignUserinfo,
            Act::Change(USERINFO, |claims, _| {
                claims.insert("aud".to_owned(), json!("another-application"));
            }),
        ],
    ),
];
