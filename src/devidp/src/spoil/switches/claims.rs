//! The claims of ID tokens.

use serde_json::json;

use super::{EVENT, Named, on};
use crate::random;
use crate::spoil::{Act, Document, Kind};

const ID: Document = Document::Claims(Kind::Id);

pub(super) const NAMED: &[Named] = &[
    // Issuers
    on(
        "oidcc-client-test-invalid-iss",
        "The ID token is from another issuer.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("iss".to_owned(), json!("https://else.example.org"));
        })],
    ),
    on(
        "idtoken-iss-slash",
        "The issuer of the ID token has a slash at its end.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iss".to_owned(), json!(format!("{}/", facts.issuer)));
        })],
    ),
    on(
        "idtoken-iss-path",
        "The issuer of the ID token has a path.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iss".to_owned(), json!(format!("{}/tenant", facts.issuer)));
        })],
    ),
    on(
        "idtoken-iss-scheme",
        "The issuer of the ID token has another scheme.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iss".to_owned(), json!(facts.issuer.replacen("http:", "https:", 1)));
        })],
    ),
    on(
        "idtoken-iss-case",
        "The issuer of the ID token is in upper case.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iss".to_owned(), json!(facts.issuer.to_uppercase()));
        })],
    ),
    // Audiences
    on(
        "oidcc-client-test-missing-aud",
        "The ID token has no audience.",
        &[Act::Change(ID, |claims, _| {
            claims.remove("aud");
        })],
    ),
    on(
        "oidcc-client-test-invalid-aud",
        "The ID token is for another client.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("aud".to_owned(), json!("another-application"));
        })],
    ),
    on(
        "idtoken-aud-others",
        "The ID token is for two other clients.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("aud".to_owned(), json!(["another-application", "a-third-application"]));
        })],
    ),
    on(
        "idtoken-aud-stranger",
        "The ID token is for this client and one that is not known.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("aud".to_owned(), json!([facts.client_id, "another-application"]));
        })],
    ),
    on(
        "idtoken-aud-several-no-azp",
        "The ID token is for several clients and does not say to whom it was given.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("aud".to_owned(), json!([facts.client_id, "another-application"]));
            claims.remove("azp");
        })],
    ),
    on(
        "idtoken-azp-other",
        "The ID token was given to another client.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("azp".to_owned(), json!("another-application"));
        })],
    ),
    // Nonces
    on(
        "oidcc-client-test-nonce-invalid",
        "The ID token holds another nonce.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("nonce".to_owned(), json!(random::secret()));
        })],
    ),
    // Times
    on(
        "oidcc-client-test-missing-iat",
        "The ID token does not say when it was issued.",
        &[Act::Change(ID, |claims, _| {
            claims.remove("iat");
        })],
    ),
    on(
        "idtoken-iat-ahead",
        "The ID token was issued two minutes from now.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iat".to_owned(), json!(facts.now + 120));
        })],
    ),
    on(
        "idtoken-iat-slightly-ahead",
        "The ID token was issued half a minute from now, as clocks differ. It is good.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iat".to_owned(), json!(facts.now + 30));
        })],
    ),
    on(
        "idtoken-iat-old",
        "The ID token was issued twenty minutes ago.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("iat".to_owned(), json!(facts.now - 1200));
        })],
    ),
    on(
        "idtoken-exp-past",
        "The ID token expired 65 seconds ago.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("exp".to_owned(), json!(facts.now - 65));
        })],
    ),
    on(
        "idtoken-exp-within-leeway",
        "The ID token expired half a minute ago, as clocks differ. It is good.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("exp".to_owned(), json!(facts.now - 30));
        })],
    ),
    on(
        "idtoken-exp-text",
        "The end of the ID token is a text.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("exp".to_owned(), json!((facts.now + 300).to_string()));
        })],
    ),
    on(
        "idtoken-exp-negative",
        "The end of the ID token is a negative number.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("exp".to_owned(), json!(-1));
        })],
    ),
    on(
        "idtoken-exp-beyond",
        "The end of the ID token is 2 to the power of 63.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("exp".to_owned(), json!(9_223_372_036_854_775_808_u64));
        })],
    ),
    on(
        "idtoken-nbf-ahead",
        "The ID token is good from two minutes from now on.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("nbf".to_owned(), json!(facts.now + 120));
        })],
    ),
    // Subjects
    on(
        "oidcc-client-test-missing-sub",
        "The ID token names nobody.",
        &[Act::Change(ID, |claims, _| {
            claims.remove("sub");
        })],
    ),
    on(
        "idtoken-sub-is-client",
        "The ID token names the client itself.",
        &[Act::Change(ID, |claims, facts| {
            claims.insert("sub".to_owned(), json!(facts.client_id));
        })],
    ),
    // Further claims
    on(
        "oidcc-client-test-invalid-athash",
        "The ID token belongs to another access token.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("at_hash".to_owned(), json!("AAAAAAAAAAAAAAAAAAAAAA"));
        })],
    ),
    on(
        "oidcc-client-test-missing-athash",
        "The ID token does not say to which access token it belongs. It is good.",
        &[Act::Change(ID, |claims, _| {
            claims.remove("at_hash");
        })],
    ),
    on(
        "idtoken-events",
        "The ID token holds the event of a logout token.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("events".to_owned(), json!({ EVENT: {} }));
        })],
    ),
    on(
        "idtoken-cnf",
        "The ID token is bound to a key that its bearer would have to prove.",
        &[Act::Change(ID, |claims, _| {
            claims.insert("cnf".to_owned(), json!({ "jkt": random::secret() }));
        })],
    ),
    on(
        "idtoken-polyglot",
        "Name, address and groups of the ID token are meant to break out of pages and headers.",
        &[Act::Change(ID, |claims, _| {
            let text = "\"'><script>alert(1)</script><!--\r\nSet-Cookie: evil=1";
            for name in ["name", "preferred_username", "email"] {
                claims.insert(name.to_owned(), json!(text));
            }
            claims.insert("groups".to_owned(), json!([text]));
        })],
    ),
];
