//! One switch for each field of each document and each way to spoil it: `idtoken-iss-missing`, `jwk-kty-number`.

use serde_json::{Map, Value, json};

use super::{Act, Document, Kind};

/// How a field is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Missing,
    Null,
    Number,
    True,
    Empty,
    List,
    Object,
    Other,
    Long,
}

impl Way {
    const ALL: [Self; 9] = [
        Self::Missing,
        Self::Null,
        Self::Number,
        Self::True,
        Self::Empty,
        Self::List,
        Self::Object,
        Self::Other,
        Self::Long,
    ];

    /// Its name, and how the sentence about it ends.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("missing", "is missing"),
            Self::Null => ("null", "is null"),
            Self::Number => ("number", "is a number"),
            Self::True => ("true", "is true"),
            Self::Empty => ("empty", "is an empty text"),
            Self::List => ("list", "is an empty list"),
            Self::Object => ("object", "is an empty object"),
            Self::Other => ("another", "is another text"),
            Self::Long => ("long", "is a text of 10,000 characters"),
        }
    }

    pub(super) fn spoil(self, members: &mut Map<String, Value>, name: &str) {
        let value = match self {
            Self::Missing => {
                members.remove(name);
                return;
            }
            Self::Null => Value::Null,
            Self::Number => json!(7),
            Self::True => json!(true),
            Self::Empty => json!(""),
            Self::List => json!([]),
            Self::Object => json!({}),
            Self::Other => json!("spoiled"),
            Self::Long => json!("x".repeat(10_000)),
        };
        members.insert(name.to_owned(), value);
    }
}

/// Documents by the beginning of their switches' names, what sentences call them, and their fields.
const FIELDS: &[(&str, &str, Document, &[&str])] = &[
    (
        "discovery",
        "the discovery document",
        Document::Discovery,
        &[
            "issuer",
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
            "end_session_endpoint",
            "response_types_supported",
            "response_modes_supported",
            "grant_types_supported",
            "subject_types_supported",
            "scopes_supported",
            "claims_supported",
            "acr_values_supported",
            "id_token_signing_alg_values_supported",
            "token_endpoint_auth_methods_supported",
            "introspection_endpoint_auth_methods_supported",
            "code_challenge_methods_supported",
            "authorization_response_iss_parameter_supported",
            "backchannel_logout_supported",
            "backchannel_logout_session_supported",
            "claims_parameter_supported",
            "request_parameter_supported",
            "request_uri_parameter_supported",
        ],
    ),
    ("jwks", "the key set", Document::KeySet, &["keys"]),
    (
        "jwk",
        "the current key in the key set",
        Document::Key,
        &["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"],
    ),
    (
        "token",
        "the token answer",
        Document::TokenAnswer,
        &[
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "id_token",
            "refresh_token",
        ],
    ),
    (
        "introspection",
        "the introspection answer",
        Document::Introspection,
        &[
            "active",
            "iss",
            "sub",
            "aud",
            "client_id",
            "scope",
            "jti",
            "iat",
            "exp",
            "token_type",
            "username",
        ],
    ),
    (
        "callback",
        "the answer that the browser brings back",
        Document::Callback,
        &["code", "state", "iss"],
    ),
    (
        "idtoken-header",
        "the ID token's header",
        Document::Header(Kind::Id),
        &["alg", "kid", "typ"],
    ),
    (
        "idtoken",
        "the ID token",
        Document::Claims(Kind::Id),
        &[
            "iss",
            "sub",
            "aud",
            "azp",
            "iat",
            "exp",
            "nbf",
            "auth_time",
            "amr",
            "acr",
            "sid",
            "at_hash",
            "nonce",
            "name",
            "preferred_username",
            "email",
            "email_verified",
            "groups",
        ],
    ),
    (
        "accesstoken-header",
        "the access token's header",
        Document::Header(Kind::Access),
        &["alg", "kid", "typ"],
    ),
    (
        "accesstoken",
        "the access token",
        Document::Claims(Kind::Access),
        &[
            "iss",
            "sub",
            "aud",
            "client_id",
            "scope",
            "jti",
            "iat",
            "exp",
            "auth_time",
            "amr",
            "acr",
        ],
    ),
    (
        "userinfo",
        "userinfo",
        Document::Claims(Kind::Userinfo),
        &["sub", "name", "preferred_username", "email", "email_verified", "groups"],
    ),
    (
        "logout-header",
        "the logout token's header",
        Document::Header(Kind::Logout),
        &["alg", "kid", "typ"],
    ),
    (
        "logout",
        "the logout token",
        Document::Claims(Kind::Logout),
        &["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events", "nonce"],
    ),
];

/// Names, sentences and acts.
pub(super) fn all() -> impl Iterator<Item = (String, String, Act)> {
    FIELDS.iter().flat_map(|&(prefix, called, document, fields)| {
        fields.iter().flat_map(move |&field| {
            Way::ALL.into_iter().map(move |way| {
                let (word, ending) = way.words();
                let says = format!("`{field}` of {called} {ending}.");
                (
                    format!("{prefix}-{field}-{word}"),
                    says,
                    Act::Field(document, field, way),
                )
            })
        })
    })
}
