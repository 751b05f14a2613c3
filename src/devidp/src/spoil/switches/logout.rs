//! Logout tokens.

use serde_json::json;

use super::{EVENT, Named, on};
use crate::random;
use crate::spoil::{Act, Document, Forgery, Kind};

const LOGOUT: Document = Document::Claims(Kind::Logout);
const HEADER: Document = Document::Header(Kind::Logout);

pub(super) const NAMED: &[Named] = &[
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        "The logout token is unsigned.",
        &[Act::Forge(Kind::Logout, Forgery::Unsigned)],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        "The logout token is signed by HS256 with the client's secret.",
        &[Act::Forge(Kind::Logout, Forgery::ClientSecret)],
    ),
    on(
        "logout-sig-changed",
        "The signature of the logout token is changed.",
        &[Act::Forge(Kind::Logout, Forgery::Changed)],
    ),
    on(
        "logout-sig-stranger",
        "The logout token is signed by another key under the `kid` of the provider's.",
        &[Act::Forge(Kind::Logout, Forgery::Stranger)],
    ),
    on(
        "logout-sig-embedded-key",
        "The logout token is signed by a key that its header brings along.",
        &[Act::Forge(Kind::Logout, Forgery::Embedded)],
    ),
    on(
        "logout-kid-unknown",
        "The logout token names a key that nobody knows.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("kid".to_owned(), json!(random::name()));
        })],
    ),
    on(
        "logout-typ-jwt",
        "The logout token is typed as any token.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("typ".to_owned(), json!("JWT"));
        })],
    ),
    on(
        "logout-typ-at-jwt",
        "The logout token is typed as an access token.",
        &[Act::Change(HEADER, |header, _| {
            header.insert("typ".to_owned(), json!("at+jwt"));
        })],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        "The logout token is from another issuer.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("iss".to_owned(), json!("https://else.example.org"));
        })],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        "The logout token is for another client.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("aud".to_owned(), json!("another-application"));
        })],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
        "The logout token holds no events.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.remove("events");
        })],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        "The logout token holds another event.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("events".to_owned(), json!({ "https://else.example.org/event": {} }));
        })],
    ),
    on(
        "logout-event-text",
        "The event of the logout token is a text.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("events".to_owned(), json!({ EVENT: "now" }));
        })],
    ),
    on(
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        "The logout token holds a nonce.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("nonce".to_owned(), json!(random::secret()));
        })],
    ),
    on(
        "logout-iat-old",
        "The logout token was issued twenty minutes ago.",
        &[Act::Change(LOGOUT, |claims, facts| {
            claims.insert("iat".to_owned(), json!(facts.now - 1200));
        })],
    ),
    on(
        "logout-iat-ahead",
        "The logout token was issued two minutes from now.",
        &[Act::Change(LOGOUT, |claims, facts| {
            claims.insert("iat".to_owned(), json!(facts.now + 120));
        })],
    ),
    on(
        "logout-exp-past",
        "The logout token expired 65 seconds ago.",
        &[Act::Change(LOGOUT, |claims, facts| {
            claims.insert("exp".to_owned(), json!(facts.now - 65));
        })],
    ),
    on(
        "logout-nobody",
        "The logout token names neither a person nor a session.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.remove("sub");
            claims.remove("sid");
        })],
    ),
    on(
        "logout-sub-of-another",
        "The logout token names a session and somebody whose session it is not. It ends nothing.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("sub".to_owned(), json!("269110741522350081"));
        })],
    ),
    on(
        "logout-sid-of-another",
        "The logout token names a person and a session that is not theirs. It ends nothing.",
        &[Act::Change(LOGOUT, |claims, _| {
            claims.insert("sid".to_owned(), json!(random::name()));
        })],
    ),
];
