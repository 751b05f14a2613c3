//! The signature and header of ID tokens.

use serde_json::json;

use super::{Named, on};
use crate::random;
use crate::spoil::{Act, Document, Forgery, Kind};

const HEADER: Document = Document::Header(Kind::Id);

pub(super) const NAMED: &[Named] = &[
    // Signatures of ID tokens
    on(
        "oidcc-client-test-idtoken-sig-none",
        "The ID token is unsigned.",
        &[Act::Forge(Kind::Id, Forgery::Unsigned)],
    ),
    on(
        "oidcc-client-test-invalid-sig-es256",
        "The signature of the ID token is changed; the provider is to sign by ES256.",
        &[Act::Forge(Kind::Id, Forgery::Changed)],
    ),
    on(
        "oidcc-client-test-invalid-sig-rs256",
        "The signature of the ID token is changed; the provider is to sign by RS256.",
        &[Act::Forge(Kind::Id, Forgery::Changed)],
    ),
    on(
        "oidcc-client-test-invalid-sig-hs256",
        "The ID token is signed by HS256 with something that is not the client's secret.",
        &[Act::Forge(Kind::Id, Forgery::EmptySecret)],
    ),
    on(
        "idtoken-sig-hs256-client-secret",
        "The ID token is signed by HS256 with the client's secret.",
        &[Act::Forge(Kind::Id, Forgery::ClientSecret)],
    ),
    on(
        "idtoken-sig-hs256-announced",
        "The ID token is signed by HS256 with the client's secret, and discovery announces that.",
        &[
            Act::Change(Document::Discovery, |document, _| {
                document.insert(
                    "id_token_signing_alg_values_supported".to_owned(),
                    json!(["HS256", "none"]),
                );
            }),
            Act::Forge(Kind::Id, Forgery::ClientSecret),
        ],
    ),
    on(
        "idtoken-sig-hs256-public-key",
        "The ID token is signed by HS256 with the text of the public key.",
        &[Act::Forge(Kind::Id, Forgery::PublicKeyText)],
    ),
    on(
        "idtoken-sig-hs256-key-set",
        "The ID token is signed by HS256 with the text of the key set.",
        &[Act::Forge(Kind::Id, Forgery::KeySetText)],
    ),
    on(
        "idtoken-sig-stranger",
        "The ID token is signed by another key under the `kid` of the provider's.",
        &[Act::Forge(Kind::Id, Forgery::Stranger)],
    ),
    on(
        "idtoken-sig-embedded-key",
        "The ID token is signed by a key that its header brings along, as `jwk`, `jku`, `x5u` and `x5c`.",
        &[Act::Forge(Kind::Id, Forgery::Embedded)],
    ),
    on(
        "idtoken-sig-cut-off",
        "The signature of the ID token is left out.",
        &[Act::Forge(Kind::Id, Forgery::CutOff)],
    ),
    on(
        "idtoken-claims-changed",
        "Claims of the ID token are changed after it was signed.",
        &[Act::Forge(Kind::Id, Forgery::ClaimsChanged)],
    ),
    // Headers of ID tokens
    on(
        "oidcc-client-test-kid-absent-single-jwks",
        "The ID token names no key; one key is published.",
        &[Act::Change(HEADER, |header, _| {
            header.remove("kid");
        })],
    ),
    on(
        "oidcc-client-test-kid-absent-multiple-jwks",
        "The ID token names no key; the keys are to be rotated first, so that several fit.",
        &[Act::Change(HEADER, |header, _| {
            header.remove("kid");
        })],
    ),
    on(
        "idtoken-kid-unknown",
        "The ID token names a key that nobody knows.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("kid".to_owned(), json!(random::name()));
        })],
    ),
    on(
        "idtoken-alg-rs256",
        "The ID token says RS256 and names a key that is not for it.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("alg".to_owned(), json!("RS256"));
        })],
    ),
    on(
        "idtoken-alg-es256",
        "The ID token says ES256 and names a key that may not be for it.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("alg".to_owned(), json!("ES256"));
        })],
    ),
    on(
        "idtoken-alg-es384",
        "The ID token says ES384 and names a key that is not for it.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("alg".to_owned(), json!("ES384"));
        })],
    ),
    on(
        "idtoken-alg-eddsa",
        "The ID token says EdDSA and names a key that is not for it.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("alg".to_owned(), json!("EdDSA"));
        })],
    ),
    on(
        "idtoken-crit-unknown",
        "The header of the ID token demands an extension that nobody understands.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("crit".to_owned(), json!(["flui"]));
            header.insert("flui".to_owned(), json!(true));
        })],
    ),
    on(
        "idtoken-typ-at-jwt",
        "The ID token is typed as an access token.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("typ".to_owned(), json!("at+jwt"));
        })],
    ),
    on(
        "idtoken-typ-logout-jwt",
        "The ID token is typed as a logout token.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("typ".to_owned(), json!("logout+jwt"));
        })],
    ),
    on(
        "idtoken-typ-secevent-jwt",
        "The ID token is typed as a security event.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("typ".to_owned(), json!("secevent+jwt"));
        })],
    ),
];
